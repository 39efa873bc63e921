"""When staff looked through the customer's eyes, and what they changed for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from models.base import Link, db
from models.portal import Impersonation
from models.screen import label_of, title_of
from queries import impersonation
from queries.history import DELETED, INSERTED, Step

from .gate import guests

VERBS = {INSERTED: "added", DELETED: "removed"}


@dataclass(frozen=True)
class Act:
    """One time that support acted."""

    row: Impersonation
    changes: list[str]


@guests()
def support() -> ResponseReturnValue:
    session, customer_id = db.session(), g.guest.customer_id
    seen = impersonation.of_customer(session, customer_id)
    changes = impersonation.changes_of(session, customer_id, seen)
    acts = [Act(one, list(_words(changes.get(one.id, [])))) for one in seen]
    return render_template("portal/support.html", acts=acts)


def _words(steps: list[Step]) -> Iterator[str]:
    for change in (c for step in steps for c in step.changes):
        if issubclass(change.model, Link):
            continue
        what = title_of(change.model)
        if verb := VERBS.get(change.kind):
            yield f"{what} {verb}"
        else:
            fields = ", ".join(label_of(change.model, name) for name in change.fields)
            yield f"{what}: {fields}"


def install(portal: Blueprint) -> None:
    portal.add_url_rule("/support", "support", support)
