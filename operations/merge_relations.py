"""What becomes of rows that point at a record which is merged into another.

Keys are found in the metadata, so that no table is forgotten. Rows follow to the survivor. Where a
table allows its owner only one of something, or a pair only once, its key needs a treatment of its
own; `unsaid` lists those that have none.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Link, Record, Table, columns, tables, target_of
from models.screen import plural_of
from queries.links import ends, links_of
from queries.viewer import Viewer
from queries.visibility import visible_below

from .records import tie

BATCH = 2_000


@dataclass(frozen=True)
class Outlook:
    """How a merge would change one kind of what belongs to the records."""

    label: str
    counts: Mapping[int, int]  # by record
    after: int
    note: str = ""


@dataclass(frozen=True)
class Moves:
    """Rows follow to the survivor."""

    label: str = ""  # for people; empty: the name of their table
    last: bool = False  # when all others have followed

    def carry(
        self, session: Session, column: sa.Column, survivor: Record, gone: Sequence[Record], viewer: Viewer
    ) -> None:
        model, ids = column.table.info["model"], [row.id for row in gone]
        asked = sa.select(model).where(column.in_(ids)).order_by(model.id).limit(BATCH)
        settle = self.settling(session, column, survivor)
        while found := session.scalars(asked).all():
            for row in found:
                setattr(row, column.key, survivor.id)
                settle(row)
            session.flush()

    def settling(self, session: Session, column: sa.Column, survivor: Record) -> Callable[[Any], None]:
        """What else changes in a row that follows."""
        return lambda row: None

    def outlook(self, session: Session, column: sa.Column, ids: Sequence[int], viewer: Viewer) -> Outlook:
        counts = count(session, column, ids, viewer)
        return Outlook(self.named(column), counts, sum(counts.values()), self.note(session, column, ids))

    def note(self, session: Session, column: sa.Column, ids: Sequence[int]) -> str:
        return ""

    def named(self, column: sa.Column) -> str:
        return self.label or plural_of(column.table.info["model"])


@dataclass(frozen=True)
class Yields(Moves):
    """Only one row of a record may have a mark: the survivor's keeps it, or else the first that comes."""

    mark: str = ""
    value: Any = None
    instead: Any = None
    says: str = ""  # of those that lose it: "{count} ..."

    def settling(self, session: Session, column: sa.Column, survivor: Record) -> Callable[[Any], None]:
        taken = bool(self._marked(session, column, [survivor.id]))

        def settle(row: Any) -> None:
            nonlocal taken
            if getattr(row, self.mark) == self.value:
                if taken:
                    setattr(row, self.mark, self.instead)
                taken = True

        return settle

    def note(self, session: Session, column: sa.Column, ids: Sequence[int]) -> str:
        losing = self._marked(session, column, ids) - 1
        return self.says.format(count=losing) if losing > 0 else ""

    def _marked(self, session: Session, column: sa.Column, ids: Sequence[int]) -> int:
        marked = column.table.c[self.mark] == self.value
        return session.scalar(sa.select(sa.func.count()).where(column.in_(ids), marked))


@dataclass(frozen=True)
class Guarded(Moves):
    """Only one row of a record may have a mark, and a merge of those that both have it is refused before."""


@dataclass(frozen=True)
class Distinct(Moves):
    """Of rows that say the same, as the columns `alike` tell, the survivor has one; others are deleted."""

    alike: tuple[str, ...] = ()

    def carry(
        self, session: Session, column: sa.Column, survivor: Record, gone: Sequence[Record], viewer: Viewer
    ) -> None:
        model, ids = column.table.info["model"], [row.id for row in gone]
        held = set(session.execute(self._likeness(column, [survivor.id])).all())
        for row in session.scalars(sa.select(model).where(column.in_(ids)).order_by(model.id)).all():
            said = tuple(getattr(row, name) for name in self.alike)
            if said not in held:
                held.add(said)
                setattr(row, column.key, survivor.id)
            else:
                session.delete(row)
        session.flush()

    def outlook(self, session: Session, column: sa.Column, ids: Sequence[int], viewer: Viewer) -> Outlook:
        counts = count(session, column, ids, viewer)
        left = len(set(session.execute(self._likeness(column, ids)).all()))
        lost = sum(counts.values()) - left
        return Outlook(self.named(column), counts, left, f"{lost} that say the same" if lost else "")

    def _likeness(self, column: sa.Column, ids: Sequence[int]) -> sa.Select:
        return sa.select(*(column.table.c[name] for name in self.alike)).where(column.in_(ids))


@dataclass(frozen=True)
class Summed(Distinct):
    """Sums of rows that take their part along as they follow. What is left then is added to the survivor's
    sum of the same, or follows where there is none."""

    last: bool = True
    sums: tuple[str, ...] = ()

    def carry(
        self, session: Session, column: sa.Column, survivor: Record, gone: Sequence[Record], viewer: Viewer
    ) -> None:
        for row in gone:
            after = 0
            while found := session.execute(self._pairs(column, survivor.id, row.id, after)).all():
                for theirs, ours in found:
                    self._give(theirs, ours, column.key, survivor.id)
                session.flush()
                after = found[-1][0].id

    def _pairs(self, column: sa.Column, survivor: int, gone: int, after: int) -> sa.Select:
        """The sums of one that goes, each with the survivor's of the same."""
        theirs = column.table.info["model"]
        ours = sa.orm.aliased(theirs)
        same = (getattr(ours, name) == getattr(theirs, name) for name in self.alike)
        both = sa.and_(getattr(ours, column.key) == survivor, *same)
        asked = sa.select(theirs, ours).outerjoin(ours, both).where(column == gone, theirs.id > after)
        # Statements have changed sums that the session may have read before.
        return asked.order_by(theirs.id).limit(BATCH).execution_options(populate_existing=True)

    def _give(self, theirs: Any, ours: Any | None, key: str, survivor: int) -> None:
        if ours is None:
            setattr(theirs, key, survivor)
            return
        for name in self.sums:
            if rest := getattr(theirs, name):
                setattr(ours, name, getattr(ours, name) + rest)
                setattr(theirs, name, 0)


@dataclass(frozen=True)
class United(Moves):
    """Ties, such as tags: the survivor has in the end what any of them had."""

    def carry(
        self, session: Session, column: sa.Column, survivor: Record, gone: Sequence[Record], viewer: Viewer
    ) -> None:
        name = self._name(column)
        held = {row.id: self._far(session, column, row.id) for row in (survivor, *gone)}
        for row in gone:
            tie(session, row, name, set(), held[row.id], viewer)
        tie(session, survivor, name, set().union(*held.values()), held[survivor.id], viewer)

    def outlook(self, session: Session, column: sa.Column, ids: Sequence[int], viewer: Viewer) -> Outlook:
        held = {i: self._far(session, column, i) for i in ids}
        counts = {i: len(found) for i, found in held.items() if found}
        both = sum(counts.values()) - len(set().union(*held.values()))
        note = f"{both} that two of them have" if both else ""
        return Outlook(self.named(column), counts, sum(counts.values()) - both, note)

    def named(self, column: sa.Column) -> str:
        return self.label or plural_of(target_of(ends(column.table.info["model"])[1]))

    def _name(self, column: sa.Column) -> str:
        link = column.table.info["model"]
        return next(n for n, found in links_of(target_of(column)).items() if found is link)

    def _far(self, session: Session, column: sa.Column, row_id: int) -> set[int]:
        far = ends(column.table.info["model"])[1]
        return set(session.scalars(sa.select(far).where(column == row_id)))


@dataclass(frozen=True)
class Paired(Moves):
    """Rows about two records, each pair once and the smaller id first. What would pair a record with
    itself goes, and so does a pair that is there already."""

    pair: tuple[str, str] = ("", "")

    def carry(
        self, session: Session, column: sa.Column, survivor: Record, gone: Sequence[Record], viewer: Viewer
    ) -> None:
        model, ids = column.table.info["model"], {row.id for row in gone}
        for row in session.scalars(self._about(column, [*ids])).all():
            new = self._after(row, ids, survivor.id)
            if new is None or session.scalar(self._same(model, new, row.id)):
                session.delete(row)
            else:
                for name, value in zip(self.pair, new, strict=True):
                    setattr(row, name, value)
            session.flush()

    def outlook(self, session: Session, column: sa.Column, ids: Sequence[int], viewer: Viewer) -> Outlook:
        first = self.pair[0] == column.key  # both columns are one kind of thing: told once
        rows = session.scalars(self._about(column, ids)).all() if first else []
        counts = Counter(i for row in rows for i in self._both(row) if i in set(ids))
        left = {self._after(row, set(ids[1:]), ids[0]) for row in rows} - {None}
        lost = len(rows) - len(left)
        return Outlook(self.named(column), counts, len(left), f"{lost} not needed any more" if lost else "")

    def _about(self, column: sa.Column, ids: Sequence[int]) -> sa.Select:
        model, (one, other) = column.table.info["model"], self.pair
        either = column.table.c[one].in_(ids) | column.table.c[other].in_(ids)
        return sa.select(model).where(either).order_by(model.id)

    def _both(self, row: Any) -> tuple[int, int]:
        one, other = (getattr(row, name) for name in self.pair)
        return one, other

    def _after(self, row: Any, gone: set[int], survivor: int) -> tuple[int, int] | None:
        one, other = sorted(survivor if i in gone else i for i in self._both(row))
        return None if one == other else (one, other)

    def _same(self, model: type[Table], new: tuple[int, int], but: int) -> sa.Select:
        one, other = (model.__table__.c[name] == i for name, i in zip(self.pair, new, strict=True))
        return sa.select(model.id).where(one, other, model.id != but)


_treatments: dict[tuple[str, str], Moves] = {}


def treat(column: Any, treatment: Moves) -> None:
    """`column` is the key, as Address.customer_id."""
    _treatments[column.class_.__tablename__, column.key] = treatment


def keys_to(model: type[Table]) -> Iterator[sa.Column]:
    """Every key that points at a table, its own included."""
    for child in tables():
        for column in columns(child):
            if column.foreign_keys and target_of(column) is model:
                yield column


def treatment_of(column: sa.Column) -> Moves:
    said = _treatments.get((column.table.name, column.key))
    if said is not None:
        return said
    is_tie = issubclass(column.table.info["model"], Link) and ends(column.table.info["model"])[0] is column
    return United() if is_tie else Moves()


def unsaid(model: type[Table]) -> list[str]:
    """The keys whose rows cannot simply follow, and for which nothing else is declared."""
    found = []
    for column in keys_to(model):
        if type(treatment_of(column)) is Moves and _is_limited(column):
            found.append(f"{column.table.name}.{column.key}")
    return found


def _is_limited(column: sa.Column) -> bool:
    """Whether something may be there only once for each value of this key."""
    table = column.table
    unique = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    return column.unique is True or any(
        column.name in limit.columns for limit in (*unique, *(i for i in table.indexes if i.unique))
    )


def carry(
    session: Session, model: type[Record], survivor: Record, gone: Sequence[Record], viewer: Viewer
) -> None:
    """Give the survivor what belongs to the others."""
    if left := unsaid(model):
        raise RuntimeError(f"say what a merge does with {', '.join(left)}: treat() of operations/merging.py")
    for column in sorted(keys_to(model), key=lambda column: treatment_of(column).last):
        treatment_of(column).carry(session, column, survivor, gone, viewer)


def outlooks(session: Session, model: type[Record], ids: Sequence[int], viewer: Viewer) -> list[Outlook]:
    """What belongs to these records, the survivor first, and what a merge makes of it."""
    found = []
    for column in keys_to(model):
        if _may_read(column.table.info["model"], viewer):
            one = treatment_of(column).outlook(session, column, ids, viewer)
            if one.counts:
                found.append(one)
    return sorted(found, key=lambda one: one.label)


def _may_read(model: type[Table], viewer: Viewer) -> bool:
    return viewer.may_read(model) or not model.screen.list


def count(session: Session, column: sa.Column, ids: Sequence[int], viewer: Viewer) -> dict[int, int]:
    """How many rows each of these records has, of those that a person may see."""
    seen = visible_below(column.table.info["model"], viewer)
    asked = sa.select(column, sa.func.count()).where(column.in_(ids), *seen).group_by(column)
    return dict(session.execute(asked).all())
