"""`search_text`: one maintained text per row over everything that search covers, in a table beside it.

Words are folded and stand two blanks apart, so that "two blanks + letters" finds the beginning
of a word through the same trigram index that finds any three letters within one. Public words
come first, then a separator, then personal ones: a reader without the right to personal values
is answered from the first part only (queries/search.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .base import Table, db, keys_between, remembered, table_named, tables
from .fields import field_of
from .text import digits, squeeze, words

PERSONAL = "\x1f"
CHUNK = 500
Owner = tuple[type[Table], int]  # a row that has a text


@lru_cache(maxsize=20_000)  # names and places come again and again
def terms(kind: str, value: object) -> tuple[str, ...]:
    """The searchable words of one value."""
    if value is None or value == "":
        return ()
    text = str(value)
    if kind == "phone":
        return (digits(text),)
    if kind in ("code", "postal"):
        whole = squeeze(text)
        return (whole, *(word for word in words(text) if word != whole))
    return tuple(words(text))


@cache
def sources(model: type[Table]) -> tuple[tuple[sa.Column, sa.Column | None], ...]:
    """Each searched column, with the key that leads from its table to ours (None: our own)."""
    found = []
    for name in model.screen.search:
        table, _, column = name.rpartition(".")
        child = table_named(table) if table else model
        key = keys_between(child, model.__tablename__)[0] if table else None
        found.append((child.__table__.c[column], key))
    return tuple(found)


@cache
def grouped(model: type[Table]) -> dict[sa.Column, list[sa.Column]]:
    """The searched columns by the column that leads to our row: our own id first, then keys."""
    found: dict[sa.Column, list[sa.Column]] = defaultdict(list)
    for column, key in sources(model):
        found[model.__table__.c.id if key is None else key].append(column)
    return found


_meaning = cache(field_of)


def compose(pieces: Iterable[tuple[sa.Column, object]]) -> str:
    """The text of one row from its searched values."""
    public: dict[str, None] = {}
    personal: dict[str, None] = {}
    for column, value in pieces:
        field = _meaning(column)
        into = personal if field.personal else public
        into.update(dict.fromkeys(terms(field.kind, value)))
    hidden = [w for w in personal if w not in public]
    return f"{_spaced(public)}{PERSONAL}{_spaced(hidden)}"


def _spaced(found: Iterable[str]) -> str:
    return "".join(f"  {word}" for word in found)


def texts(session: Session, model: type[Table], ids: Iterable[int]) -> dict[int, str]:
    """The text that each of these rows should have, read from the database."""
    wanted = sorted(ids)
    pieces: dict[int, list[tuple[sa.Column, object]]] = {i: [] for i in wanted}
    for key, found in grouped(model).items():
        statement = sa.select(key, *found).where(key.in_(wanted)).order_by(key.table.c.id)
        for owner, *values in session.execute(statement):
            pieces[owner].extend(zip(found, values, strict=True))
    return {i: compose(found) for i, found in pieces.items()}


def text_of(
    model: type[Table], values: Mapping[str, object], children: Mapping[str, Sequence[Mapping[str, object]]]
) -> str:
    """The same from values at hand: for a row that is not stored yet, and its children by table."""
    pieces: list[tuple[sa.Column, object]] = []
    for key, found in grouped(model).items():
        rows = (values,) if key.primary_key else children.get(key.table.name, ())
        pieces += [(column, row[column.name]) for row in rows for column in found]
    return compose(pieces)


def search_table(model: type[Table]) -> sa.Table:
    """Where the texts of a table's rows are: `customer_search`."""
    return model.__table__.info["search"]


def wrong(session: Session, model: type[Table], ids: Iterable[int]) -> dict[int, str]:
    """The rows among these whose text is not what it should be, with the right one."""
    return {i: text for i, (_, text) in _differing(session, model, ids).items()}


def _differing(session: Session, model: type[Table], ids: Iterable[int]) -> dict[int, tuple[str | None, str]]:
    """The stored text and the right one, where they differ. None is stored for a row that has no text."""
    right, table, kept = texts(session, model, ids), model.__table__, search_table(model)
    stored = (
        sa.select(table.c.id, kept.c.search_text)
        .outerjoin_from(table, kept, kept.c.id == table.c.id)
        .where(table.c.id.in_(right))
    )
    return {i: (text, right[i]) for i, text in session.execute(stored) if text != right[i]}


def refresh(
    session: Session, model: type[Table], ids: Iterable[int], held: Collection[Owner] = frozenset()
) -> int:
    """Write the right text of rows whose text differs; some are `held` already. Returns how many did."""
    todo, changed = sorted(ids), 0
    hold(session, model, [i for i in todo if (model, i) not in held])
    for start in range(0, len(todo), CHUNK):
        found = _differing(session, model, todo[start : start + CHUNK])
        _write(session.connection(), search_table(model), found)
        changed += len(found)
    return changed


def hold(session: Session, model: type[Table], ids: Sequence[int]) -> None:
    """Or of two people who change two children at once, the later would write what it saw before.

    In the order of ids, and so that others can still tie new rows to these.
    """
    key = model.__table__.c.id
    for start in range(0, len(ids), CHUNK):
        few = sa.select(key).where(key.in_(ids[start : start + CHUNK])).order_by(key)
        session.execute(few.with_for_update(key_share=True))


def _write(connection: sa.Connection, kept: sa.Table, found: Mapping[int, tuple[str | None, str]]) -> None:
    """The rows are locked: nobody else adds a text meanwhile."""
    fresh = [{"id": i, "search_text": right} for i, (stored, right) in found.items() if stored is None]
    other = [{"row": i, "text": right} for i, (stored, right) in found.items() if stored is not None]
    if fresh:
        connection.execute(sa.insert(kept), fresh)
    if other:
        change = sa.update(kept).where(kept.c.id == sa.bindparam("row"))
        connection.execute(change.values(search_text=sa.bindparam("text")), other)


def chunks(session: Session, model: type[Table]) -> Iterator[list[int]]:
    """The ids of a whole table, a few at a time."""
    last = 0
    while ids := session.scalars(
        sa.select(model.id).where(model.id > last).order_by(model.id).limit(CHUNK)
    ).all():
        yield list(ids)
        last = ids[-1]


def searchable() -> list[type[Table]]:
    return [model for model in tables() if model.screen.search]


def owners(row: Table) -> Iterator[Owner]:
    """The rows whose text depends on this one."""
    name = row.__tablename__
    for model in searchable():
        for column, key in sources(model):
            if key is None and model is type(row):
                yield model, row.id
            elif key is not None and column.table.name == name:
                state = sa.inspect(row).attrs[key.key].history
                yield from ((model, i) for i in (*state.added, *state.unchanged, *state.deleted) if i)


def _note(session: Session, context: object, instances: object) -> None:
    """Before a flush, remember new and changed rows; ids may not exist yet.

    Of a child, the rows whose text will change are held before it is written itself: whoever saves a
    record with its parts takes them in the same order.
    """
    rows = [r for r in (*session.new, *session.dirty, *session.deleted) if isinstance(r, Table)]
    session.info["search_rows"] = rows  # not added to: those of a flush that failed are nothing to keep
    # An owner that a child leaves is only known while the change is unflushed.
    session.info["search_owners"] = {pair for row in rows if row.id is not None for pair in owners(row)}
    held = {(model, i) for row in rows for model, i in owners(row) if model is not type(row)}
    for model, ids in _by_model(held).items():
        hold(session, model, sorted(ids))
    session.info["search_held"] = held


def _keep(session: Session, context: object) -> None:
    rows = session.info.pop("search_rows", [])
    pairs = session.info.pop("search_owners", set())
    gone = {(type(row), row.id) for row in session.deleted if isinstance(row, Table)}
    pairs |= {pair for row in rows for pair in owners(row)}
    held = session.info.pop("search_held", set())
    for model, ids in _by_model(pairs - gone).items():
        refresh(session, model, ids, held)


def _by_model(pairs: Iterable[Owner]) -> dict[type[Table], set[int]]:
    """Parents before children, as a flush writes them."""
    found: dict[type[Table], set[int]] = defaultdict(set)
    for model, row_id in pairs:
        found[model].add(row_id)
    return dict(sorted(found.items(), key=lambda one: _depths()[one[0].__tablename__])) if found else found


@remembered
def _depths() -> dict[str, int]:
    return {table.name: depth for depth, table in enumerate(db.metadata.sorted_tables)}


def install() -> None:
    sa.event.listen(Session, "before_flush", _note)
    sa.event.listen(Session, "after_flush", _keep)
