"""`flask operate` and `flask undo`: the same operations as in the panel, one line of JSON each."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.act import acting
from models.parse import Place, Unreadable
from models.text import clean
from models.work import Run, RunState
from operations import running
from operations.errors import Refused
from operations.retry import again, is_passing
from queries.filters import Unknown
from queries.runs import reasons, run_of
from queries.search import TooLong
from queries.settings import setting
from queries.staff import by_email, viewer_of
from queries.viewer import SYSTEM, Viewer

from . import said
from .session import start

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

    def planned(session: Session, viewer: Viewer) -> Run:
        model, verb = said.operation(what)
        place = Place(setting(session, "default_country"))
        given = said.answers(session, verb.questions_on(model, viewer), answers, viewer, place)
        meant = said.selection(model, where, ids, viewer, place)
        return running.plan(session, verb, model, viewer, meant, given, clean(reason))

    _carry_out(planned, email, only_preview)


@click.command("undo")
@click.argument("number", metavar="RUN")
@click.option("--reason", default="", help="For the history.")
@click.option("--preview", "only_preview", is_flag=True, help="Say what it would do, and do nothing.")
@click.option("--as", "email", metavar="E-MAIL", help="With the rights, and in the name, of a staff member.")
def undo(number: str, reason: str, only_preview: bool, email: str | None) -> None:
    """Take a run back; what others changed since stays as it is."""

    def planned(session: Session, viewer: Viewer) -> Run:
        is_id = number.isascii() and number.isdecimal() and len(number) < 19
        run = run_of(session, int(number), viewer) if is_id else None
        if run is None:
            raise Refused(f"There is no run {number}.")
        return running.plan_undo(session, run, viewer, clean(reason))

    _carry_out(planned, email, only_preview)


def _carry_out(planned: Callable[[Session, Viewer], Run], email: str | None, only_preview: bool) -> None:
    began = time.monotonic()
    session = start()
    try:
        viewer = _viewer(session, email)
        run = again(session, lambda: planned(session, viewer))
        _go(session, run, viewer, only_preview, began)
    except (Refused, Unreadable, Unknown, TooLong) as problem:
        session.rollback()
        _stop(str(problem), getattr(problem, "field", ""))


def _go(session: Session, run: Run, viewer: Viewer, only_preview: bool, began: float) -> None:
    run_id = run.id
    if only_preview:
        told = again(session, lambda: running.preview(session, session.get_one(Run, run_id), viewer))
        run = session.get_one(Run, run_id)
        found = {name: told["counts"].get(name, 0) + told.get("rest", {}).get(name, 0) for name in COUNTS}
        _say(run, found | {"matched": run.matched}, told["why"], began)
        return _end(found)
    ran = running.confirm(session, run_id, viewer)
    if ran.run.state is RunState.QUEUED:  # a worker would take it up as well; whoever comes first
        _work(session, run_id)
    run = session.get_one(Run, run_id, populate_existing=True)
    secrets = {"revealed": dict(ran.revealed)} if ran.revealed else {}  # told here or nowhere
    found = {name: getattr(run, name) for name in COUNTS}
    why = reasons(session, run) if not run.error else {run.error: run.matched}
    _say(run, found | secrets, why, began)
    _end(found if run.state is not RunState.FAILED else {})


def _work(session: Session, run_id: int) -> None:
    try:
        running.work(session, run_id)
    except (DBAPIError, StaleDataError) as error:
        if not is_passing(error):
            raise
        session.rollback()
        raise Refused(f"Others hold these records. Run {run_id} goes on with the next worker.") from error


def _end(found: Mapping[str, int]) -> None:
    """Status 1 when nothing could be done."""
    if not (found.get("changed") or found.get("same")):
        raise SystemExit(1)


def _say(run: Run, counts: Mapping[str, Any], why: Mapping[str, int], began: float) -> None:
    told = {"run": run.id, **counts, "seconds": round(time.monotonic() - began, 3)}
    _echo(told | ({"why": why} if why else {}))


def _echo(told: Mapping[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))


def _stop(text: str, field: str = "") -> None:
    _echo({"error": f"{field}: {text}" if field else text})
    raise SystemExit(1)


def _viewer(session: Session, email: str | None) -> Viewer:
    if email is None:
        return SYSTEM
    staff = by_email(session, email)
    if staff is None:
        raise Refused(f"Nobody signs in as {email}; see: flask staff list")
    viewer = viewer_of(session, staff.id)
    if viewer is None:
        raise Refused(f"{staff.name} is deactivated.")
    acting(session, staff_id=staff.id, staff_name=staff.name)
    return viewer
