"""The one factory of the tests: `make(session, Model, **said)`.

It fills what the schema demands and makes required parents, for any table; a test says only what
it is about.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from secrets import token_hex
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, now, target_of
from models.fields import choices_of, field_of

Row = TypeVar("Row", bound=Table)
_numbers = count(1)
_FILLED_BY_THE_SESSION = {"derived", "numbered", "stamped"}  # see models/upkeep.py


def make(session: Session, model: type[Row], /, **said: Any) -> Row:
    """A row, flushed. `customer=row` may stand for `customer_id=row.id`."""
    said = {**_TYPICAL.get(model.__tablename__, dict)(), **said}
    values = {_column(model, name, value): getattr(value, "id", value) for name, value in said.items()}
    for column in model.__table__.columns:
        if column.key not in values and demanded(column):
            values[column.key] = shaped(column) or invented(session, column)
    row = model(**values)
    session.add(row)
    session.flush()
    return row


def _column(model: type[Table], name: str, value: Any) -> str:
    return f"{name}_id" if isinstance(value, Table) and f"{name}_id" in model.__table__.c else name


def demanded(column: sa.Column) -> bool:
    """Whether the row is refused when nobody says this value."""
    filled = column.default or column.server_default or column.info.keys() & _FILLED_BY_THE_SESSION
    return not (column.nullable or column.primary_key or filled)


def shaped(column: sa.Column) -> Any:
    """A value for a column whose shape its type does not tell; None: any value does."""
    return _SHAPES[column.name](next(_numbers)) if column.name in _SHAPES else None


def invented(session: Session, column: sa.Column) -> Any:
    """A value that the column takes; another one each time where that makes sense."""
    if column.foreign_keys:
        return make(session, target_of(column)).id
    if choices := choices_of(column):
        return next(iter(choices))
    kind = field_of(column).kind if "field" in column.info else column.type.python_type.__name__
    return _KINDS[kind](column, next(_numbers))


def _text(column: sa.Column, number: int) -> str:
    """Ends in its number, so that a short column still tells its rows apart."""
    tail = str(number)
    limit = getattr(column.type, "length", None) or 200
    return f"{column.name.capitalize().replace('_', ' ')} "[: limit - len(tail)] + tail


_SHAPES: dict[str, Callable[[int], Any]] = {
    "iccid": lambda number: f"8927{number:015}",
    "period": lambda number: f"{2000 + number // 12 % 1000}-{number % 12 + 1:02}",
}
# Tables of which a record may have only one row in the state that new rows have.
_TYPICAL: dict[str, Callable[[], dict[str, Any]]] = {
    "suspension": lambda: {"state": "ended", "ended_at": now()}
}
_KINDS: dict[str, Callable[[sa.Column, int], Any]] = {
    "code": lambda column, number: f"K{number}",
    "email": lambda column, number: f"person{number}@example.com",
    "phone": lambda column, number: f"+2782{number % 10**7:07}",
    "postal": lambda column, number: "77429",
    "country": lambda column, number: "US",
    "currency": lambda column, number: "USD",
    "locale": lambda column, number: "en_US",
    "timezone": lambda column, number: "UTC",
    "secret": lambda column, number: token_hex(16),
    **dict.fromkeys(("switches", "schema", "attributes"), lambda column, number: {}),
    "permissions": lambda column, number: [],
    "yes_no": lambda column, number: False,
    "day": lambda column, number: now().date(),
    "moment": lambda column, number: now(),
    **dict.fromkeys(("line", "text", "value", "str"), _text),
    **dict.fromkeys(("number", "int", "bytes"), lambda column, number: number),
    **dict.fromkeys(("money", "unit_price", "decimal", "percent"), lambda column, n: Decimal(n % 100)),
}
