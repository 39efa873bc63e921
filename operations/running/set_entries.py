"""What a ledger says of ties, taken back by a handful of statements: those that a run made go, and
those that it took return under their old ids."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import Link, columns, target_of
from models.history import touch, version_table
from models.work import RowState
from queries.history import DELETED, INSERTED
from queries.links import ends

from .set_packed import SQL
from .set_ties import enter_told, settle, told_as
from .stretch import Stretch, any_of, line, was


@dataclass(frozen=True)
class Untied:
    """Ties of one kind that an undo takes back."""

    link: type[Link]


def write(stretch: Stretch, work: Untied) -> dict[RowState, int]:
    """As `write` of set_columns.py: what is left open is for the row path."""
    stretch.lock_rows(ties=True)
    entry = entries(stretch, work.link, but=hard(stretch, work.link))
    _revive(stretch, work.link, entry)
    _unmake(stretch, work.link, entry)
    settle(stretch, work.link)
    found = _enter_changed(stretch, work.link, entry)
    there = sa.select(entry.c.row_id).where(entry.c.kind == DELETED)
    back = stretch.enter({"state": RowState.CHANGED}, line.c.row_id.in_(there))
    same = stretch.enter({"state": RowState.SAME}, line.c.row_id.in_(sa.select(entry.c.row_id)))
    found[RowState.CHANGED] = found.get(RowState.CHANGED, 0) + back.get(RowState.CHANGED, 0)
    return found | same


def entries(stretch: Stretch, link: type[Link], but: Sequence[int] = ()) -> sa.Subquery:
    """What the ledger says of the ties of the open lines, in its order."""
    owner, far = ends(link)
    part = stretch.packed.elements(was.c.also)
    kind = sa.cast(part.at(2), sa.Integer)

    def key(column: sa.Column) -> SQL:
        value = sa.case((kind == DELETED, part.within(3, column.name)), else_=part.within(4, column.name))
        return sa.cast(value, sa.BigInteger)

    asked = (
        sa.select(
            line.c.row_id,
            part.place.label("pos"),
            part.at(0).label("of"),
            sa.cast(part.at(1), sa.BigInteger).label("id"),
            kind.label("kind"),
            key(owner).label("owner"),
            key(far).label("far"),
            was.c.after.is_not(None).label("mixed"),
            stretch.packed.object((c.name, sa.cast(key(c), sa.Text), None) for c in (owner, far)).label(
                "keys"
            ),
        )
        .select_from(line.join(was, stretch.before).join(part.source, sa.true()))
        .where(stretch.open)
    )
    return (asked.where(line.c.row_id.not_in(but)) if but else asked).subquery("entry")


def hard(stretch: Stretch, link: type[Link]) -> list[int]:
    """The rows that need the row path and its words: what they were tied to is gone, was tied anew,
    or more than ties was changed."""
    entry = entries(stretch, link)
    owner, far = ends(link)
    live, other, kept = link.__table__, link.__table__.alias("other"), version_table(link)
    moved = (live.c[owner.name] != entry.c.owner) | (live.c[far.name] != entry.c.far)
    pair = (other.c[owner.name] == entry.c.owner) & (other.c[far.name] == entry.c.far)
    lost = any_of(
        [
            sa.select(other.c.id).where(pair).exists(),
            ~sa.select(kept.c.id).where(kept.c.id == entry.c.id).exists(),
            *(~_there(column, entry.c[name]) for column, name in ((owner, "owner"), (far, "far"))),
        ]
    )
    is_hard = any_of(
        [
            entry.c.of != link.__tablename__,
            entry.c.mixed,
            entry.c.kind.not_in((INSERTED, DELETED)),
            (entry.c.kind == INSERTED) & live.c.id.is_not(None) & moved,
            (entry.c.kind == DELETED) & live.c.id.is_(None) & lost,
        ]
    )
    source = entry.outerjoin(live, live.c.id == entry.c.id)
    return list(
        stretch.session.scalars(sa.select(entry.c.row_id).select_from(source).where(is_hard).distinct())
    )


def _there(column: sa.Column, value: SQL) -> SQL:
    target = target_of(column).__table__.alias()
    return sa.select(target.c.id).where(target.c.id == value).exists()


def _revive(stretch: Stretch, link: type[Link], entry: sa.Subquery) -> None:
    """The live row from its new version, and that from its last one."""
    kept, live = version_table(link), link.__table__
    newer = kept.alias("newer")
    last = sa.select(sa.func.max(newer.c.transaction_id)).where(newer.c.id == entry.c.id).scalar_subquery()
    names = [c.name for c in columns(link)]
    values = {n: kept.c[n] for n in names} | {
        "version": kept.c.version + 1,
        "updated_at": sa.literal(stretch.now, live.c.updated_at.type),
        "transaction_id": sa.literal(stretch.at, sa.BigInteger),
        "operation_type": sa.literal(INSERTED, sa.SmallInteger),
    }
    missing = sa.select(live.c.id).where(live.c.id == entry.c.id).exists()
    gone = (
        sa.select(*values.values())
        .select_from(entry.join(kept, (kept.c.id == entry.c.id) & (kept.c.transaction_id == last)))
        .where(entry.c.kind == DELETED, ~missing)
        .order_by(kept.c.id)
    )
    made = sa.insert(kept).from_select([*values], gone).execution_options(preserve_rowcount=True)
    if stretch.execute(made).rowcount:
        touch(stretch.session, link)
        mine = (kept.c.transaction_id == stretch.at) & (kept.c.operation_type == INSERTED)
        back = sa.select(*(kept.c[n] for n in names)).where(mine).order_by(kept.c.id)
        stretch.execute(sa.insert(live).from_select(names, back))


def _unmake(stretch: Stretch, link: type[Link], entry: sa.Subquery) -> None:
    live = link.__table__
    mine = sa.select(entry.c.id).where(entry.c.kind == INSERTED)
    stretch.lock(live, mine)
    stretch.copy_versions(link, DELETED, live.c.id.in_(mine))


def _enter_changed(stretch: Stretch, link: type[Link], entry: sa.Subquery) -> dict[RowState, int]:
    """What became of each tie is looked up by its id: the versions of a new transaction are too new
    for PostgreSQL to know how many there are, and it would join them badly."""
    kept = version_table(link)
    here = (kept.c.id == entry.c.id) & (kept.c.transaction_id == stretch.at)
    became = sa.select(kept.c.operation_type).where(here).scalar_subquery()
    ties = sa.select(entry, became.label("operation_type")).subquery("ties")
    told = (
        sa.select(ties.c.owner, told_as(link, ties.c, ties.c["keys"]).label("told"))
        .where(ties.c.operation_type.is_not(None))
        .order_by(ties.c.owner, ties.c.pos.desc())
    )
    return enter_told(stretch, told)
