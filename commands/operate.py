"""`flask operate` and `flask undo`: the same operations as in the panel, one line of JSON each."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.act import acting
from models.base import Record, table_named
from models.parse import Place, Unreadable, read
from models.screen import title_of
from models.work import Run, RunState
from operations import running
from operations.errors import Refused
from operations.operation import Operation, Question, operation_named
from queries.filters import Unknown, called
from queries.listing import asked
from queries.search import TooLong
from queries.settings import setting
from queries.staff import viewer_of
from queries.viewer import SYSTEM, Viewer
from queries.visibility import rows

from .session import known, start

COUNTS = ("matched", "changed", "same", "refused", "failed", "skipped")


@click.command("operate")
@click.argument("what", metavar="TABLE.OPERATION")
@click.option("--where", help="Rows as the address of a list says them: 'state=approved&tag=vip'.")
@click.option("--ids", help="Rows by id: 1,2,3.")
@click.option(
    "--answer", "answers", multiple=True, metavar="NAME=VALUE", help="For each question of its form."
)
@click.option("--reason", default="", help="For the history.")
@click.option("--preview", "only_preview", is_flag=True, help="Say what it would do, and do nothing.")
@click.option("--as", "email", metavar="E-MAIL", help="With the rights, and in the name, of a staff member.")
def operate(
    what: str,
    where: str | None,
    ids: str | None,
    answers: Sequence[str],
    reason: str,
    only_preview: bool,
    email: str | None,
) -> None:
    """Carry an operation out on some rows, or on all that a filter finds."""
    began = time.monotonic()
    session = start()
    try:
        viewer = _viewer(session, email)
        model, operation = _operation(what)
        place = Place(setting(session, "default_country"))
        given = _answers(session, operation.questions_on(model, viewer), answers, viewer, place)
        selection = _selection(model, where, ids, viewer, place)
        run = running.plan(session, operation, model, viewer, selection, given, reason)
        session.commit()
        _go(session, run, viewer, only_preview, began)
    except (Refused, Unreadable, Unknown, TooLong) as problem:
        session.rollback()
        _stop(str(problem), getattr(problem, "field", ""))


@click.command("undo")
@click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**62))
@click.option("--reason", default="", help="For the history.")
@click.option("--preview", "only_preview", is_flag=True, help="Say what it would do, and do nothing.")
@click.option("--as", "email", metavar="E-MAIL", help="With the rights, and in the name, of a staff member.")
def undo(run_id: int, reason: str, only_preview: bool, email: str | None) -> None:
    """Take a run back; what others changed since stays as it is."""
    began = time.monotonic()
    session = start()
    try:
        viewer = _viewer(session, email)
        run = session.get(Run, run_id)
        if run is None:
            raise Refused(f"There is no run {run_id}.")
        made = running.plan_undo(session, run, viewer, reason)
        session.commit()
        _go(session, made, viewer, only_preview, began)
    except Refused as problem:
        session.rollback()
        _stop(problem.text)


def _go(session: Session, run: Run, viewer: Viewer, only_preview: bool, began: float) -> None:
    if only_preview:
        told = running.preview(session, run, viewer)
        found = {name: told["counts"].get(name, 0) + told.get("rest", {}).get(name, 0) for name in COUNTS}
        _say(run, found | {"matched": run.matched}, began)
        return
    ran = running.confirm(session, run.id, viewer)
    run = ran.run
    if run.state is RunState.QUEUED:  # a worker would take it up as well; whoever comes first
        running.work(session, run.id)
        run = session.get_one(Run, run.id, populate_existing=True)
    secrets = {"revealed": dict(ran.revealed)} if ran.revealed else {}  # told here or nowhere
    _say(run, {name: getattr(run, name) for name in COUNTS} | secrets, began)
    if run.state is RunState.FAILED or not (run.changed or run.same):
        raise SystemExit(1)


def _say(run: Run, counts: Mapping[str, Any], began: float) -> None:
    click.echo(json.dumps({"run": run.id, **counts, "seconds": round(time.monotonic() - began, 3)}))


def _stop(text: str, field: str = "") -> None:
    click.echo(json.dumps({"error": f"{field}: {text}" if field else text}))
    raise SystemExit(1)


def _viewer(session: Session, email: str | None) -> Viewer:
    if email is None:
        return SYSTEM
    staff = known(session, email)
    viewer = viewer_of(session, staff.id)
    if viewer is None:
        raise Refused(f"{staff.name} is deactivated.")
    acting(session, staff_id=staff.id, staff_name=staff.name)
    return viewer


def _operation(what: str) -> tuple[type[Record], Operation]:
    table, _, name = what.partition(".")
    try:
        model = table_named(table)
        return model, operation_named(model, name)
    except KeyError:
        raise Refused(f"There is no operation {what}.") from None


def _selection(
    model: type[Record], where: str | None, ids: str | None, viewer: Viewer, place: Place
) -> running.Selection:
    if (where is None) == (ids is None):
        raise Refused("Say which rows: --where 'state=approved', or --ids 1,2,3.")
    if ids is not None:
        numbers = ids.replace(",", " ").split()
        if not all(n.isascii() and n.isdecimal() and len(n) < 19 for n in numbers):
            raise Refused("Write ids as numbers with commas between: 1,2,3.")
        return running.Selection(ids=[int(n) for n in numbers], words=f"{len(numbers):,} by id")
    ask = asked(model, parse_qs(where), viewer, place)
    if ask.problems:
        raise Refused(" ".join(ask.problems.values()))
    return running.Selection(ask=ask, place=place, words=where)


def _answers(
    session: Session, questions: Sequence[Question], said: Sequence[str], viewer: Viewer, place: Place
) -> dict[str, Any]:
    by_name = {q.name: q for q in questions}
    given: dict[str, Any] = {}
    for text in said:
        name, _, value = text.partition("=")
        if name not in by_name:
            raise Refused(f"This operation asks for {', '.join(by_name) or 'nothing'}, not for “{name}”.")
        question = by_name[name]
        if question.many:
            given.setdefault(name, set()).update(_keys(session, question, value.split(","), viewer))
        elif question.table:
            (given[name],) = _keys(session, question, [value], viewer)
        else:
            given[name] = read(question.column, value, place)
    return given


def _keys(session: Session, question: Question, words: Sequence[str], viewer: Viewer) -> set[int]:
    """The records that go by these words: a name, a code or an id."""
    model = question.target
    found: set[int] = set()
    for word in (w.strip() for w in words if w.strip()):
        by_id = model.id == int(word) if word.isdecimal() and len(word) < 19 else sa.false()
        asked_ = (
            rows(model, viewer).with_only_columns(model.id).where(model.id.in_(called(model, word)) | by_id)
        )
        ids = session.scalars(asked_.limit(2)).all()
        if len(ids) != 1:
            how = "no" if not ids else "more than one"
            raise Refused(f"There is {how} {title_of(model).lower()} “{word}”.", question.name)
        found.add(ids[0])
    return found
