"""Where one is led once a run is confirmed, and what one is told there."""

from secrets import token_urlsafe
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.screen import counted
from models.work import Run, RunKind, RunState
from operations.running import Ran, operation_of
from operations.running.ledger import model_of
from queries.runs import lines

from . import verbs
from .reader import look, place, viewer
from .redirects import own_path


def run_path(run_id: int, *rest: str) -> str:
    return "/".join(("/admin/run", str(run_id), *rest)) + "/"


def finish(session: Session, ran: Ran, back: str = "") -> ResponseReturnValue:
    """After a run at once: back where it began, with a toast. What was not done is looked at on its page."""
    run = ran.run
    if ran.revealed:
        return revealing(session, ran)
    where = own_path(back or run.preview.get("back"), run_path(run.id))
    if run.state is not RunState.DONE or not run.changed:
        if run.matched == 1 and run.is_over:
            flash(why_not(session, run) or "Nothing to change: it is so already.", "error")
            return redirect(where, 303)
        return redirect(run_path(run.id), 303)
    flash(toast(session, run, run.preview.get("said", "")), "success")
    return redirect(where, 303)


def revealing(session: Session, ran: Ran) -> ResponseReturnValue:
    """Secrets are printed into this very answer and kept nowhere."""
    from .run_page import RunMaker  # which leads here again

    maker = RunMaker(session, ran.run, viewer(), place(), look())
    return render_template("admin/run.html", page=maker.page(revealed=ran.revealed))


def why_not(session: Session, run: Run) -> str:
    """Why the only row of a run was not done."""
    found, _ = lines(session, run, size=1)
    return found[0].reason if found else ""


def toast(session: Session, run: Run, text: str = "") -> dict[str, Any]:
    """What base.html prints: words, and the way to take it back."""
    return {
        "text": text or said(session, run),
        "run": run.id,
        "undo": not operation_of(run).final,  # or else the toast says so
        "key": token_urlsafe(24),
    }


def said(session: Session, run: Run) -> str:
    operation, model = operation_of(run), model_of(run)
    name = ""
    if run.matched == 1:
        found, _ = lines(session, run, size=1)
        name = found[0].label if found else ""
    text = verbs.done(operation, model, run.changed, name)
    if run.kind is RunKind.UNDO:
        what = f"“{name}”" if name else counted(model, run.changed)
        text = f"Undone: {operation.of(what)}"
    rest = run.matched - run.changed
    return f"{text}. {rest:,} not changed." if rest else f"{text}."
