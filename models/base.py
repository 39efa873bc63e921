"""What every table has: an id, a row version, moments, names for its constraints."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    declared_attr,
    mapped_column,
    registry,
)

from .fields import Moment, choices_of, field_of, type_annotation_map
from .screen import Screen

R = TypeVar("R")

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES), type_annotation_map=type_annotation_map
    )


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},
)


_stopped: ContextVar[dt.datetime | None] = ContextVar("stopped", default=None)


# What every record has for its upkeep; it changes with every change and nobody fills it in.
UPKEEP = frozenset({"id", "version", "created_at", "updated_at"})


def now() -> dt.datetime:
    return _stopped.get() or dt.datetime.now(dt.UTC)


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Everything within is dated then, history included: a made-up world needs a past."""
    before = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(before)


@dataclass(frozen=True)
class Derived:
    """A column that is computed from others of its row whenever they change."""

    sources: tuple[str, ...]
    compute: Callable[..., Any]


def derived(
    *sources: str, by: Callable[..., Any], type_: Any, sorts: str = "", **rest: Any
) -> MappedColumn[Any]:
    """A stored column computed from `sources`; not edited, not kept in history.

    `sorts` names the column in whose place this one is sorted and compared: a folded name.
    """
    return mapped_column(type_, info={"derived": Derived(sources, by), "sorts": sorts}, **rest)


def numbered(prefix: str, **rest: Any) -> MappedColumn[Any]:
    """A code that we give out in order ("C-100001") when a row is made without one."""
    return mapped_column(info={"numbered": prefix}, unique=True, **rest)


def stamped(what: str, *args: Any, **rest: Any) -> MappedColumn[Any]:
    """A column filled from the person who acts (`staff_id` or `staff_name`), never from a form."""
    return mapped_column(*args, info={"stamped": what}, **rest)


def check(name: str, condition: str, says: str, field: str = "") -> sa.CheckConstraint:
    """A rule that the database holds, with what to tell the person who breaks it, and where."""
    return sa.CheckConstraint(condition, name=name, info={"says": says, "field": field})


def only_one(name: str, *columns: str, where: str, says: str, field: str = "") -> sa.Index:
    """Unique among the rows that meet a condition: one Bill To per customer."""
    return sa.Index(name, *columns, unique=True, info={"says": says, "field": field}, **among(where))


def among(condition: str) -> dict[str, sa.TextClause]:
    """The words of an index that holds only some rows, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def parent(table: str, ondelete: str, **rest: Any) -> MappedColumn[Any]:
    """A foreign key, always indexed, that says what happens when its target goes."""
    rest.setdefault("index", True)
    return mapped_column(BigId, sa.ForeignKey(f"{table}.id", ondelete=ondelete), **rest)


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Table(db.Model):
    """What records and entries share."""

    __abstract__ = True
    screen: ClassVar[Screen]

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-1)

    def __init_subclass__(cls, **rest: Any) -> None:
        abstract = cls.__dict__.get("__abstract__", False)
        if not abstract:
            _name(cls)
        super().__init_subclass__(**rest)
        if not abstract:
            cls.__table__.info["model"] = cls
            _check_choices(cls)
            _add_search(cls)
            _index_filters(cls)
            for index in cls.__table__.indexes:
                _keep_sparse(index)


class Entry(Table):
    """A row that is written once: trails and sessions. It has no history of its own."""

    __abstract__ = True


class Record(Table):
    """A row that people edit, with a version against lost edits and a full history.

    `large` tables hold so many rows that changing them at once has to be quick. PostgreSQL writes a
    row several times faster when its page has room and no index changes, so their pages are half
    empty, and the moment of the last change, which every change alters, is indexed in their history.
    """

    __abstract__ = True
    large: ClassVar[bool] = False

    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=90)
    created_at: Mapped[Moment] = mapped_column(default=now, sort_order=90)
    updated_at: Mapped[Moment] = mapped_column(default=now, onupdate=now, sort_order=90)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def __init_subclass__(cls, **rest: Any) -> None:
        abstract = cls.__dict__.get("__abstract__", False)
        if not abstract:
            cls.__versioned__ = {}  # Continuum takes note of the class while it is being mapped
        super().__init_subclass__(**rest)
        if not abstract:
            cls.__versioned__["exclude"] = unversioned(cls.__table__)


class Link(Record):
    """A row that ties two records together: a customer and a tag. The first key owns it."""

    __abstract__ = True


def _name(cls: type[Table]) -> None:
    cls.__tablename__ = cls.__dict__.get("__tablename__") or snake(cls.__name__)
    said = cls.__dict__.get("__table_args__", ())
    room = {"postgresql_with": {"fillfactor": 50}} if cls.__dict__.get("large") else {}
    cls.__table_args__ = (*said, {"sqlite_autoincrement": True, **room})
    if "screen" not in cls.__dict__:
        cls.screen = Screen()


def _add_search(cls: type[Table]) -> None:
    """Give a table that can be searched the one that search reads (models/search.py).

    Apart from the row, because PostgreSQL writes a row that changes in any indexed column anew into
    all its indexes, and that of the text is the dearest of them.
    """
    if cls.screen.search:
        row = sa.ForeignKey(f"{cls.__tablename__}.id", ondelete="CASCADE")
        cls.__table__.info["search"] = sa.Table(
            f"{cls.__tablename__}_search",
            cls.metadata,
            sa.Column("id", BigId, row, primary_key=True, autoincrement=False),
            sa.Column("search_text", sa.Text, nullable=False),
        )


def _index_filters(cls: type[Table]) -> None:
    """Give each value that a list can be narrowed to an index, or a rare one is looked for in all rows."""
    if not cls.screen.menu:
        return
    table = cls.__table__
    for column in (table.c[name] for name in cls.screen.filters if name in table.c):
        is_text = isinstance(column.type, sa.String) and choices_of(column) is None
        if not (is_text or column.foreign_keys or any(_finds(index, column) for index in table.indexes)):
            sa.Index(None, column, table.c.id)  # with the id, rows can be sorted by it as well


def _finds(index: sa.Index, column: sa.Column) -> bool:
    """Whether an index begins with a column, or holds only the rows where it says yes."""
    among = index.dialect_options["postgresql"].get("where")
    return list(index.columns)[0] is column or (among is not None and among.text == column.name)


def _keep_sparse(index: sa.Index) -> None:
    """Let the index of a key that may be empty hold only the rows in which it is set.

    Most such keys are empty in most rows. Nobody looks for those through an index, and yet every
    change that writes a row anew would enter it again.
    """
    column, *others = index.columns
    if column.foreign_keys and column.nullable and not (others or index.unique):
        index.dialect_kwargs.update(among(f"{column.name} IS NOT NULL"))


def _check_choices(cls: type[Table]) -> None:
    """Let the database hold every enumeration to its values."""
    for column in cls.__table__.columns:
        if choices := choices_of(column):
            values = [member.value for member in choices]
            allowed = sa.column(column.name, sa.String).in_(values)
            cls.__table__.append_constraint(sa.CheckConstraint(_literal(allowed), name=column.name))


def _literal(condition: sa.ColumnElement[bool]) -> str:
    return str(condition.compile(compile_kwargs={"literal_binds": True}))


def unversioned(table: sa.Table) -> list[str]:
    """Columns that history leaves out: secrets, and what follows from other columns."""
    return [
        column.name
        for column in table.columns
        if field_of(column).secret or column.info.keys() & {"derived", "system", "unversioned"}
    ]


def remembered(function: Callable[..., R]) -> Callable[..., R]:
    """Work out once what follows from the declarations alone; another declared table starts afresh."""
    kept: dict[tuple, R] = {}

    @wraps(function)
    def recall(*asked: Any) -> R:
        key = (*asked, *map(id, db.metadata.tables.values()))
        if key not in kept:
            kept[key] = function(*asked)
        return kept[key]

    return recall


@remembered
def tables() -> tuple[type[Table], ...]:
    """All declared tables, records and entries alike, by name."""
    declared = [table.info["model"] for table in db.metadata.tables.values() if "model" in table.info]
    return tuple(sorted(declared, key=lambda model: model.__tablename__))


@remembered
def records() -> tuple[type[Record], ...]:
    return tuple(model for model in tables() if issubclass(model, Record))


def table_named(name: str) -> type[Table]:
    """The model of a table. KeyError when there is none."""
    return db.metadata.tables[name].info["model"]


def columns(model: type[Table]) -> Iterator[sa.Column]:
    return iter(model.__table__.columns)


def keys_between(child: type[Table], parent_name: str) -> list[sa.Column]:
    """The foreign keys of `child` that point at a table."""
    return [
        column
        for column in columns(child)
        for key in column.foreign_keys
        if key.target_fullname == f"{parent_name}.id"
    ]


def target_of(column: sa.Column) -> type[Table]:
    """The table that a foreign key points at."""
    (key,) = column.foreign_keys
    return key.column.table.info["model"]


def same_of(column: sa.Column) -> tuple[str, str]:
    """Of a key that says `same` the column that has to agree, and the own key to whose record has it.

    "customer_id" is of the row itself; "sales_order_id.customer_id" of the order that a line is of.
    """
    through, _, shared = column.info.get("same", "").rpartition(".")
    return through, shared


def sorting(model: type[Table], name: str, below: str = "") -> sa.Column | None:
    """The indexed column that orders rows by this one; None when nothing does. `below`: those of one record
    alone, by the key to it.

    It may stand in the history of a large table, whose open versions have what the rows have.
    """
    table = model.__table__
    for column in table.columns:
        if name and column.info.get("sorts") == name:
            return column
    if name == "updated_at" and getattr(model, "large", False):
        return model.metadata.tables[f"{table.name}_version"].c.updated_at
    if name == "id" or (name in table.c and _leads_an_index(table.c[name], below)):
        return table.c[name]
    return None


def _leads_an_index(column: sa.Column, below: str = "") -> bool:
    """Alone or before the id: behind any other, a page would sort all the rows that are equal in it."""
    if column.foreign_keys:  # many rows have the same, and by numbers that say nothing to people
        return False
    leading = [[column.name], [below, column.name]] if below else [[column.name]]
    enough = [*leading, *([*names, "id"] for names in leading)]
    return column.unique or any(
        [other.name for other in index.columns] in enough
        for index in column.table.indexes
        if index.dialect_options["postgresql"].get("where") is None
    )
