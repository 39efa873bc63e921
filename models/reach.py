"""Columns of other tables in a list, by name: of a child, `address.city`, of what a key points at,
`customer_id.email`, or of a child of that, `customer_id.address.city`."""

from collections.abc import Iterator

from .base import Table, keys_between, remembered, table_named, target_of


def source(model: type[Table], name: str) -> tuple[type[Table], str]:
    """The table that such a column stands in, and its name there."""
    *_, last = way(model, name)
    return last, name.rpartition(".")[2]


def way(model: type[Table], name: str) -> Iterator[type[Table]]:
    """The tables that are gone through, from the list's own to that of the column."""
    yield model
    first, _, rest = name.partition(".")
    if rest:
        key = model.__table__.c.get(first)
        yield from way(table_named(first) if key is None else target_of(key), rest)


@remembered
def payer_of(model: type[Table]) -> str:
    """The key to the record in whose currency the amounts of a table are, when it does not say so itself:
    the one that its rows belong to. Empty where that one has no currency either."""
    above = model.screen.part_of or model.screen.tab_of
    if "currency" in model.__table__.c or not above:
        return ""
    return keys_between(model, above)[0].name if "currency" in table_named(above).__table__.c else ""
