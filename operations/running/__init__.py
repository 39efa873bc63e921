"""Carrying operations out: plan, preview, confirm, run, ledger, undo.

The same five steps for a button, a selection, a job and the command line:

    run = plan(session, operation, Customer, viewer, Selection(ids=[1, 2]), answers, reason)
    told = preview(session, run, viewer)     # nothing has changed
    ran = confirm(session, run.id, viewer)   # done at once, or by a worker when there are many
    way_back = plan_undo(session, run, viewer)
"""

from .control import (
    Ran,
    agree,
    asks_second,
    cancel,
    confirm,
    interrupt,
    pause,
    resume,
    retry,
    work,
)
from .plan import AT_ONCE, Selection, complete, operation_of, plan
from .preview import preview
from .way_back import plan_undo

__all__ = [
    "AT_ONCE",
    "Ran",
    "Selection",
    "agree",
    "asks_second",
    "cancel",
    "complete",
    "confirm",
    "interrupt",
    "operation_of",
    "pause",
    "plan",
    "plan_undo",
    "preview",
    "resume",
    "retry",
    "work",
]
