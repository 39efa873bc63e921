"""Ties of many rows, such as their tags, by a handful of statements: added and removed.

The versions are written first: they say what this stretch has changed, for the live rows and for
the ledger alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.base import UPKEEP, Link, columns
from models.history import version_table
from models.work import RowState
from queries.history import DELETED, INSERTED
from queries.links import ends

from ..operation import Condition
from .rows import OVERTAKEN
from .set_packed import SQL, joined, literal
from .stretch import Cases, Stretch, first_of, line


@dataclass(frozen=True)
class Tied:
    """Ties that all rows get, and ties that all lose."""

    link: type[Link]
    add: frozenset[int]
    remove: frozenset[int]
    conditions: Sequence[Condition]

    def hindrances(self, stretch: Stretch) -> Cases:
        late = line.c.version.is_not(None) & (line.c.version != stretch.table.c.version)
        unmet = [
            (~sa.func.coalesce(c.on(stretch.model), sa.false()), RowState.REFUSED, c.otherwise)
            for c in self.conditions
        ]
        return [(late, RowState.SKIPPED, OVERTAKEN), *unmet]

    def able(self, stretch: Stretch) -> SQL:
        """The open lines whose row may be changed."""
        return sa.and_(stretch.open, stretch.rows(), *(~h for h, _, _ in self.hindrances(stretch)))


def is_plain(link: type[Link]) -> bool:
    """Nothing but two keys, and nothing that points at it."""
    bare = {c.name for c in columns(link)} <= UPKEEP | {c.name for c in ends(link)}
    keys = (k for table in link.metadata.tables.values() for k in table.foreign_keys)
    return bare and not any(k.target_fullname == f"{link.__tablename__}.id" for k in keys)


def write(stretch: Stretch, work: Tied) -> dict[RowState, int]:
    """As `write` of set_columns.py: what is left open is for the row path."""
    stretch.lock_rows(ties=True)
    _add(stretch, work)
    _remove(stretch, work)
    settle(stretch, work.link)
    found = _enter_changed(stretch, work)
    return found | _enter_rest(stretch, work)


def _add(stretch: Stretch, work: Tied) -> None:
    wanted = work.add - work.remove
    if not wanted:
        return
    table, (owner, far) = work.link.__table__, ends(work.link)
    # The owners are locked against new ties, so whatever they have above this one is ours.
    newest = stretch.connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)))
    target = _listed(wanted)
    there = table.alias("there")
    has = sa.select(there.c.id).where(there.c[owner.name] == line.c.row_id, there.c[far.name] == target.c.id)
    values = {
        owner.name: line.c.row_id,
        far.name: target.c.id,
        "version": sa.literal(1),
        "created_at": sa.literal(stretch.now, table.c.created_at.type),
        "updated_at": sa.literal(stretch.now, table.c.updated_at.type),
    }
    pairs = line.join(stretch.table, stretch.rows()).join(target, sa.true())
    # Looked up one by one: PostgreSQL takes a tag that is new for a rare one, and would join badly.
    lacks = has.scalar_subquery().is_(None)
    missing = sa.select(*values.values()).select_from(pairs).where(work.able(stretch), lacks)
    missing = missing.order_by(line.c.row_id, target.c.id)
    stretch.execute(sa.insert(table).from_select([*values], missing))
    mine = owner.in_(sa.select(line.c.row_id).where(stretch.open))
    stretch.copy_versions(work.link, INSERTED, table.c.id > newest, mine)


def _listed(ids: frozenset[int]) -> sa.Subquery:
    each = [sa.select(sa.literal(i, sa.BigInteger).label("id")) for i in sorted(ids)]
    return sa.union_all(*each).subquery("target")


def _remove(stretch: Stretch, work: Tied) -> None:
    if not work.remove:
        return
    table, (owner, far) = work.link.__table__, ends(work.link)
    lost = (owner == line.c.row_id, far.in_(sorted(work.remove)), work.able(stretch))
    stretch.lock(table, sa.select(table.c.id).where(*lost))
    stretch.copy_versions(work.link, DELETED, *lost)


def settle(stretch: Stretch, link: type[Link]) -> None:
    """Close the versions that these come after, and take away the live rows that are deleted."""
    fresh = version_table(link).alias("fresh")
    here = sa.select(fresh.c.id).where(fresh.c.transaction_id == stretch.at)
    stretch.close_versions(link, here)
    gone = here.where(fresh.c.operation_type == DELETED)
    stretch.execute(sa.delete(link.__table__).where(link.__table__.c.id.in_(gone)))


def _enter_changed(stretch: Stretch, work: Tied) -> dict[RowState, int]:
    """What each row was tied to or lost, as the versions of this stretch have it."""
    kept, packed = version_table(work.link), stretch.packed
    owner, far = ends(work.link)
    keys = packed.object([(c.name, packed.of(kept.c[c.name]), None) for c in (owner, far)])
    told = (
        sa.select(kept.c[owner.name].label("owner"), told_as(work.link, kept.c, keys).label("told"))
        .where(kept.c.transaction_id == stretch.at)
        .order_by(kept.c[owner.name], kept.c.operation_type.desc(), kept.c[far.name])
    )
    return enter_told(stretch, told)


def told_as(link: type[Link], tie: Any, keys: SQL) -> SQL:
    """[table, id, kind, before, after] as the recorder of the row path has it."""
    begin = joined([literal(f'["{link.__tablename__}", '), sa.cast(tie.id, sa.Text)])
    made = joined([begin, literal(f", {INSERTED}, {{}}, "), keys, literal("]")])
    lost = joined([begin, literal(f", {DELETED}, "), keys, literal(", {}]")])
    return sa.case((tie.operation_type == DELETED, lost), else_=made)


def enter_told(stretch: Stretch, told: sa.Select) -> dict[RowState, int]:
    """Into the ledger what (owner, told) tell, in that order."""
    each = told.subquery("told")
    every = joined([literal("["), sa.func.aggregate_strings(each.c.told, ", "), literal("]")])
    found = sa.select(each.c.owner, every.label("every")).group_by(each.c.owner).subquery("found")
    values = {
        "state": RowState.CHANGED,
        "transaction_id": stretch.at,
        "also": stretch.packed.json(found.c.every),
    }
    # That these lines are open need not be asked, and would mislead PostgreSQL about their number.
    return stretch.enter_into(line.c.run_id == stretch.run.id, values, found.c.owner == line.c.row_id)


def _enter_rest(stretch: Stretch, work: Tied) -> dict[RowState, int]:
    cases: Cases = [*work.hindrances(stretch), (sa.true(), RowState.SAME, "")]
    return stretch.enter(first_of(cases), stretch.rows())
