"""Ids in addresses: `<row:row_id>` is one that fits its column; anything longer leads nowhere."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 10**18 - 1


class RowId(IntegerConverter):
    def __init__(self, addresses: Map) -> None:
        super().__init__(addresses, max=LARGEST)


def install(app: Flask) -> None:
    app.url_map.converters["row"] = RowId
