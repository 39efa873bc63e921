"""Planning a run: who may, what was answered, and which rows are meant, frozen with their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.act import act_of
from models.base import Record, now, table_named
from models.pack import pack, unpack
from models.parse import Place
from models.screen import counted, lowered, plural_of, title_of
from models.text import clean
from models.work import Path, RowState, Run, RunKind
from queries.listing import Asked, conditions
from queries.viewer import Viewer
from queries.visibility import find, kept_back, visible

from ..errors import Invalid, Refused
from ..operation import Assign, Condition, Context, Operation, Question
from . import ledger

AT_ONCE = 200  # rows up to which a run is carried out while the person waits
MOST_IDS = 10_000  # rows that can be named one by one


@dataclass(frozen=True)
class Selection:
    """Which rows are meant: some by id, or all that a list shows. `words` say so to people."""

    ids: Sequence[int] = ()
    ask: Asked | None = None
    place: Place = Place()
    words: str = ""


def plan(
    session: Session,
    operation: Operation,
    model: type[Record],
    viewer: Viewer,
    selection: Selection,
    answers: Mapping[str, Any] | None = None,
    reason: str = "",
    key: str = "",
) -> Run:
    """Freeze a run; nothing is changed yet. With a `key` that a run has already, that run.

    Raises Refused when the person may not, when an answer is missing, or when no row is meant.
    """
    if known := known_by(session, key, viewer):
        return known
    _allow(operation, model, viewer, reason)
    questions = operation.questions_on(model, viewer)
    given = complete(questions, answers or {})
    _known(session, questions, given, viewer)
    # What an assigning verb makes of its answers is the same for every row: it refuses here.
    once = (
        operation.make(Context(session, viewer), **answered(questions, given)) if operation.assigns else None
    )
    run = begun(
        session,
        viewer,
        key,
        reason,
        kind=RunKind.OPERATION,
        table_name=model.__tablename__,
        operation=operation.name,
        title=operation.title,
        selection=selection.words,
    )
    if (known := only_one(session, run)) is not run:
        return known
    run.answers = given
    _freeze(session, operation, run, model, viewer, selection)
    run.title = operation.of(counted(model, run.matched))[:200]
    run.path = _path(session, operation, run, model, viewer, once)
    session.flush()
    return run


def _allow(operation: Operation, model: type[Record], viewer: Viewer, reason: str) -> None:
    if not operation.allowed(viewer, model):
        raise Refused(f"You may not do this: {lowered(operation.of(plural_of(model)))}.")
    if operation.reason and not clean(reason):
        raise Invalid("Say why; it goes into the history.", "reason")


def complete(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are stored. Raises Invalid at the first question that wants one."""
    known = {q.name for q in questions}
    if unknown := set(answers) - known:
        raise Invalid(f"This operation does not ask for “{min(unknown)}”.", min(unknown))
    given: dict[str, Any] = {}
    for question in questions:
        value = answers.get(question.name)
        if value is None or value == set():
            if question.required:
                raise Invalid("This is needed.", question.name)
            continue
        given[question.name] = sorted(value) if question.many else pack(question.column, value)
    return given


def _known(session: Session, questions: Sequence[Question], given: Mapping[str, Any], viewer: Viewer) -> None:
    """Records that answer a question are there, and are this person's to see."""
    for question in questions:
        if question.table and question.name in given:
            ids = given[question.name] if question.many else [given[question.name]]
            if any(find(session, question.target, i, viewer) is None for i in ids):
                words = f"There is no such {lowered(title_of(question.target))}. Choose again."
                raise Invalid(words, question.name)


def answered(questions: Sequence[Question], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the body of an operation takes them; what was left out has its default.

    Refused when a question is not asked any more: of this person, or since an upgrade.
    """
    if lost := set(stored) - {q.name for q in questions}:
        raise Refused(f"You may not answer “{min(lost)}” any more. Make a new preview.")
    return {
        q.name: set(stored[q.name]) if q.many else unpack(q.column, stored[q.name])
        for q in questions
        if q.name in stored
    }


def begun(session: Session, viewer: Viewer, key: str, reason: str, **said: Any) -> Run:
    """A run that this person plans now, from where they act; `said` is what it is about."""
    act = act_of(session)
    return Run(
        key=key or token_urlsafe(24),
        staff_id=viewer.staff_id,
        staff_name=viewer.name,
        source=act.source,
        address=act.address,
        reason=clean(reason)[:500],
        planned_at=now(),
        **said,
    )


def known_by(session: Session, key: str, viewer: Viewer) -> Run | None:
    """The run that has this key already, for the person whose it is."""
    known = session.scalar(sa.select(Run).where(Run.key == key)) if key else None
    if known is not None and known.staff_id != viewer.staff_id:
        raise Refused("This form belongs to somebody else. Open it again.")
    return known


def only_one(session: Session, run: Run) -> Run:
    """Store a run; or the one that was made with its key at the same moment."""
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        return session.scalars(sa.select(Run).where(Run.key == run.key)).one()
    return run


def _freeze(
    session: Session,
    operation: Operation,
    run: Run,
    model: type[Record],
    viewer: Viewer,
    selection: Selection,
) -> None:
    if selection.ask is not None:
        parts = conditions(session, selection.ask, viewer, selection.place)
        run.matched = ledger.freeze(session, run, model, parts)
    else:
        run.matched = _freeze_ids(session, operation, run, model, viewer, selection.ids)
    if not run.matched:
        raise Refused("No row is meant. Select some first.")
    if run.matched < operation.least or (operation.most and run.matched > operation.most):
        raise Refused(
            f"{operation.title} takes {_bounds(operation)}; these are {counted(model, run.matched)}."
        )


def _freeze_ids(
    session: Session,
    operation: Operation,
    run: Run,
    model: type[Record],
    viewer: Viewer,
    ids: Sequence[int],
) -> int:
    wanted = sorted(set(ids))
    if len(wanted) > MOST_IDS:
        raise Refused(f"At most {MOST_IDS:,} rows can be named; choose all that match a filter instead.")
    if operation.gone:
        found = ledger.freeze_gone(session, run, model, wanted)
    else:
        found = sum(
            ledger.freeze(session, run, model, [model.id.in_(wanted[n : n + 500]), *visible(model, viewer)])
            for n in range(0, len(wanted), 500)
        )
    if found < len(wanted):
        _list_missing(session, run, model, wanted)
    return len(wanted)


def _list_missing(session: Session, run: Run, model: type[Record], wanted: Sequence[int]) -> None:
    """What was named and is not there, or is not this person's to see: in the ledger, untouched."""
    known = set(session.scalars(sa.select(ledger.rows.c.row_id).where(ledger.rows.c.run_id == run.id)))
    missing = [i for i in wanted if i not in known]
    ledger.write(session, run, [(i, None, RowState.REFUSED, not_there(model)) for i in missing])
    run.refused = len(missing)


def conditions_for(operation: Operation, model: type[Record], viewer: Viewer) -> tuple[Condition, ...]:
    """What is declared and, for a run that has waited, that its person still sees the row."""
    seen = visible(model, viewer) if viewer.resellers else kept_back(model, model.__table__, viewer)
    return (*operation.conditions_on(model), *(Condition(rule, not_there(model)) for rule in seen))


def not_there(model: type[Record]) -> str:
    return f"There is no such {lowered(title_of(model))}, or you may not see it."


def _bounds(operation: Operation) -> str:
    if operation.least == operation.most:
        return f"exactly {operation.least}"
    if operation.most is None:
        return f"at least {operation.least}"
    return f"{operation.least} to {operation.most}"


def _path(
    session: Session,
    operation: Operation,
    run: Run,
    model: type[Record],
    viewer: Viewer,
    once: Assign | None,
) -> Path:
    if operation.whole:
        return Path.WHOLE
    from . import setwise  # which carries out, and so knows this module

    one_by_one = once is None or once.mail or run.matched <= AT_ONCE
    if not one_by_one and setwise.able(session, operation, run, model, viewer):
        return Path.SET
    return Path.ROWS


def operation_of(run: Run) -> Operation:
    """The verb of a run. Refused when it has gone with an upgrade."""
    from ..operation import operation_named

    try:
        return operation_named(table_named(run.table_name), run.operation)
    except KeyError:
        raise Refused(f"There is no operation {run.operation} any more.") from None
