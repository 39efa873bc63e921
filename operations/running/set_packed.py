"""Packed values in SQL: what models/pack.py does in Python, for ledgers that statements write and read.

A value has three forms: as its column stores it, plain (what a ledger gives back when it is asked
for one value) and as a piece of JSON text.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.fields import Exact, Instant, field_of
from models.pack import pack

SQL = sa.ColumnElement[Any]
PLAIN_TYPES = (sa.String, sa.Boolean, sa.Integer, sa.Date, Exact, Instant)
UTC = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'


def packs(column: sa.Column) -> bool:
    """Whether SQL can pack values of this column."""
    return isinstance(column.type, PLAIN_TYPES) and not field_of(column).secret


def quoted(column: sa.Column, value: Any) -> SQL:
    """A value that is known here, as JSON text."""
    return literal(json.dumps(pack(column, value)))


def literal(said: str) -> SQL:
    return sa.literal(said, sa.Text)


def joined(parts: Iterable[SQL]) -> SQL:
    first, *rest = parts
    for part in rest:
        first = first.op("||", return_type=sa.Text())(part)
    return first


@dataclass(frozen=True)
class Elements:
    """The elements of a JSON list, one a row: `at(2)` is the third part of each, plain."""

    source: sa.FromClause
    place: SQL
    at: Callable[[int], SQL]
    within: Callable[[int, str], SQL]  # a value of the object that is this part


class Packed:
    """The forms on one database. `of` makes plain, `quote` plain to JSON, `stored` plain to stored."""

    def of(self, column: sa.Column) -> SQL:
        raise NotImplementedError

    def quote(self, column: sa.Column, plain: SQL) -> SQL:
        raise NotImplementedError

    def stored(self, column: sa.Column, plain: SQL) -> SQL:
        raise NotImplementedError

    def take(self, packed: SQL, name: str) -> SQL:
        """One value of a JSON object, plain."""
        raise NotImplementedError

    def has(self, packed: SQL, name: str) -> SQL:
        raise NotImplementedError

    def json(self, made: SQL) -> SQL:
        """JSON text as the column of a ledger takes it."""
        raise NotImplementedError

    def names(self, packed: SQL) -> SQL:
        """The names in a JSON object, one a row."""
        raise NotImplementedError

    def elements(self, packed: SQL) -> Elements:
        raise NotImplementedError

    def listed(self, rows: Iterable[Sequence[Any]]) -> Elements:
        """Rows that are known here, as one value: thousands named one by one cost more than to look up."""
        return self.elements(sa.literal([list(row) for row in rows], sa.JSON))

    def ids(self, ids: Iterable[int]) -> sa.Select[tuple[int]]:
        part = self.listed([row_id] for row_id in sorted(ids))
        return sa.select(sa.cast(part.at(0), sa.BigInteger).label("id")).select_from(part.source)

    def object(self, pieces: Iterable[tuple[str, SQL, SQL | None]]) -> SQL:
        """JSON text from (name, JSON of the value, condition under which it is in)."""
        pieces = list(pieces)
        if len(pieces) == 1:
            name, value, _ = pieces[0]
            return joined([literal(f'{{"{name}": '), value, literal("}")])
        parts = [_in_case(joined([literal(f', "{name}": '), value]), needs) for name, value, needs in pieces]
        return joined([literal("{"), sa.func.substr(joined(parts), 3), literal("}")])


def _in_case(piece: SQL, needs: SQL | None) -> SQL:
    return piece if needs is None else sa.case((needs, piece), else_=literal(""))


class OnPostgres(Packed):
    def of(self, column: sa.Column) -> SQL:
        if isinstance(column.type, Instant):
            return sa.func.to_char(sa.func.timezone("UTC", column), UTC, type_=sa.Text)
        return sa.cast(column, sa.Text)

    def quote(self, column: sa.Column, plain: SQL) -> SQL:
        if not isinstance(column.type, (sa.Boolean, sa.Integer)):
            plain = sa.cast(sa.func.to_json(plain), sa.Text)
        return sa.func.coalesce(plain, literal("null"))

    def stored(self, column: sa.Column, plain: SQL) -> SQL:
        return sa.cast(plain, column.type)

    def take(self, packed: SQL, name: str) -> SQL:
        return packed.op("->>", return_type=sa.Text())(literal(name))

    def has(self, packed: SQL, name: str) -> SQL:
        return packed.op("->", return_type=sa.Text())(literal(name)).is_not(None)

    def json(self, made: SQL) -> SQL:
        return sa.cast(made, sa.JSON)

    def names(self, packed: SQL) -> SQL:
        return sa.func.json_object_keys(packed).column_valued("name", joins_implicitly=True)

    def elements(self, packed: SQL) -> Elements:
        column = sa.column("value", sa.JSON)
        made = sa.func.json_array_elements(packed).table_valued(column, with_ordinality="pos", name="part")
        source = made.render_derived()

        def at(place: int) -> SQL:
            return source.c.value.op("->>", return_type=sa.Text())(place)

        def within(place: int, name: str) -> SQL:
            inner = source.c.value.op("->", return_type=sa.JSON())(place)
            return inner.op("->>", return_type=sa.Text())(literal(name))

        return Elements(source, source.c.pos, at, within)


class OnSqlite(Packed):
    def of(self, column: sa.Column) -> SQL:
        if isinstance(column.type, Exact):
            return self._money(column.type, sa.type_coerce(column, sa.Integer))
        if isinstance(column.type, Instant):
            return joined([sa.func.replace(sa.type_coerce(column, sa.Text), " ", "T"), literal("+00:00")])
        kept = sa.Integer if isinstance(column.type, (sa.Boolean, sa.Integer)) else sa.Text
        return sa.type_coerce(column, kept)

    def _money(self, kind: Exact, units: SQL) -> SQL:
        one = 10**kind.places
        sign = sa.case((units < 0, literal("-")), else_=literal(""))
        form = f"%s%d.%0{kind.places}d"
        whole, part = sa.func.abs(units).op("/")(one), sa.func.abs(units).op("%")(one)
        return sa.case((units.is_not(None), sa.func.printf(form, sign, whole, part, type_=sa.Text)))

    def quote(self, column: sa.Column, plain: SQL) -> SQL:
        if isinstance(column.type, sa.Boolean):
            return sa.case(
                (plain.is_(None), literal("null")), (plain == 1, literal("true")), else_=literal("false")
            )
        return sa.func.json_quote(plain, type_=sa.Text)

    def stored(self, column: sa.Column, plain: SQL) -> SQL:
        if isinstance(column.type, Exact):
            return sa.cast(sa.func.replace(plain, ".", ""), sa.Integer)
        if isinstance(column.type, Instant):
            return sa.func.replace(sa.func.substr(plain, 1, 26), "T", " ")
        return plain

    def take(self, packed: SQL, name: str) -> SQL:
        return sa.func.json_extract(packed, f'$."{name}"', type_=sa.Text)

    def has(self, packed: SQL, name: str) -> SQL:
        return sa.func.json_type(packed, f'$."{name}"', type_=sa.Text).is_not(None)

    def json(self, made: SQL) -> SQL:
        return made

    def names(self, packed: SQL) -> SQL:
        return sa.func.json_each(packed).table_valued("key", name="name", joins_implicitly=True).c.key

    def elements(self, packed: SQL) -> Elements:
        source = sa.func.json_each(packed).table_valued("key", "value", name="part")

        def at(place: int) -> SQL:
            return sa.func.json_extract(source.c.value, f"$[{place}]", type_=sa.Text)

        def within(place: int, name: str) -> SQL:
            return sa.func.json_extract(source.c.value, f'$[{place}]."{name}"', type_=sa.Text)

        return Elements(source, source.c.key, at, within)


def packed_on(dialect: str) -> Packed:
    return OnPostgres() if dialect == "postgresql" else OnSqlite()
