"""What a run by statements would do, counted over the whole of its frozen ledger."""

from typing import Any

import sqlalchemy as sa

from models.work import RowState, RunKind
from queries.history import DELETED
from queries.links import ends

from .plan import AT_ONCE
from .rows import GONE
from .set_columns import Assigned, SetBack
from .set_entries import Untied, entries
from .set_packed import SQL
from .set_ties import Tied
from .stretch import Cases, Stretch, any_of, first_of, line, was

MOST_WORDS = 10
NAMED = 25  # rows beyond those looked at that are left as they are, told one by one
LEFT = (RowState.SKIPPED.value, RowState.REFUSED.value)


def foretold(stretch: Stretch, work: Assigned | SetBack | Tied | Untied) -> dict[str, Any]:
    """Counts beyond the lines that a preview looks at, why of all of them, and some that are left.

    `exact` unless there are rows that only the row path can tell.
    """
    source, cases = _judged(stretch, work)
    judged = first_of(cases)
    each = (
        sa.select(judged["state"].label("state"), judged["reason"].label("reason"), line.c.row_id)
        .select_from(source)
        .where(stretch.open)
        .subquery("each")
    )
    beyond = each.c.row_id < _bound(stretch) if _is_undo(stretch) else each.c.row_id > _bound(stretch)
    counts = (sa.func.count(), sa.func.count().filter(beyond))
    asked = sa.select(each.c.state, each.c.reason, *counts).group_by(each.c.state, each.c.reason)
    summed = _summed(stretch.execute(asked).all())
    if not any(summed["rest"].get(state) for state in LEFT):
        return summed
    left = sa.select(each).where(beyond, each.c.state.in_(LEFT)).order_by(each.c.row_id).limit(NAMED)
    return summed | {"left": [_sample(*found) for found in stretch.execute(left)]}


def _sample(state: str, reason: str, row_id: int) -> dict[str, Any]:
    return {"id": row_id, "label": "", "state": state, "reason": reason, "changes": [], "more": 0}


def _summed(found: Any) -> dict[str, Any]:
    rest: dict[str, int] = {}
    why: dict[str, int] = {}
    exact = True
    for state, reason, every, beyond in found:
        exact &= state != RowState.PLANNED
        state = RowState.REFUSED.value if state == RowState.PLANNED else state
        rest[state] = rest.get(state, 0) + beyond
        if reason:
            why[reason] = why.get(reason, 0) + every
    common = dict(sorted(why.items(), key=lambda one: -one[1])[:MOST_WORDS])
    return {"exact": exact, "rest": {state: n for state, n in rest.items() if n}, "why": common}


def _is_undo(stretch: Stretch) -> bool:
    return stretch.run.kind is RunKind.UNDO


def _bound(stretch: Stretch) -> int:
    """The last line that a preview looks at."""
    order = line.c.row_id.desc() if _is_undo(stretch) else line.c.row_id
    asked = sa.select(line.c.row_id).where(stretch.open).order_by(order).offset(AT_ONCE - 1).limit(1)
    found = stretch.session.scalar(asked)
    return found if found is not None else (0 if _is_undo(stretch) else stretch.last)


def _judged(stretch: Stretch, work: Any) -> tuple[sa.FromClause, Cases]:
    table = stretch.table
    gone: Cases = [(table.c.id.is_(None), RowState.SKIPPED, GONE)]
    if isinstance(work, Assigned):
        return line.outerjoin(table, stretch.rows()), gone + work.cases(stretch.packed)
    if isinstance(work, Tied):
        return line.outerjoin(table, stretch.rows()), gone + _of_ties(stretch, work)
    if isinstance(work, SetBack):
        back = line.join(was, stretch.before).outerjoin(table, stretch.rows())
        kept = [(~g, RowState.PLANNED, words) for g, words in work.held()]
        more: Cases = [(was.c.also.is_not(sa.null()), RowState.CHANGED, "")]
        return back, gone + kept + more + work.cases(stretch.packed)
    return _of_entries(stretch, work)


def _of_ties(stretch: Stretch, work: Tied) -> Cases:
    owner, far = ends(work.link)
    wanted = work.add - work.remove
    present = sa.select(sa.func.count()).where(owner == line.c.row_id, far.in_(sorted(wanted)))
    held = sa.select(owner).where(owner == line.c.row_id, far.in_(sorted(work.remove))).exists()
    changes = any_of(
        [*([present.scalar_subquery() < len(wanted)] if wanted else []), *([held] if work.remove else [])]
    )
    rest: Cases = [(changes, RowState.CHANGED, ""), (sa.true(), RowState.SAME, "")]
    return [*work.hindrances(stretch), *rest]


def _of_entries(stretch: Stretch, work: Untied) -> tuple[sa.FromClause, Cases]:
    entry, live = entries(stretch, work.link), work.link.__table__
    ours = any_of([entry.c.kind == DELETED, live.c.id.is_not(None)])
    changed = (
        sa.select(entry.c.row_id)
        .select_from(entry.outerjoin(live, live.c.id == entry.c.id))
        .where(ours)
        .distinct()
        .subquery("changed")
    )
    some: SQL = changed.c.row_id.is_not(None)
    return line.outerjoin(changed, changed.c.row_id == line.c.row_id), [
        (some, RowState.CHANGED, ""),
        (sa.true(), RowState.SAME, ""),
    ]
