"""Where the pages of the app are: every route that answers GET, with real rows in its address."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from admin_views import screens
from admin_views.gate import CLOSED, OUTSIDE, PORTAL, PUBLIC, needed
from admin_views.help import GUIDES
from models.access import StaffUser, TokenPurpose
from models.base import UPKEEP, Record, Table, now, tables
from models.history import version_table
from models.message import Message
from models.portal import PortalUser
from models.work import Run
from operations import recovery
from operations.operation import operations_of
from operations.printouts import printouts
from operations.running import Selection, confirm, plan, preview
from queries import declare
from queries.links import far_end, links_of
from queries.tabs import Tab, slug, tabs_of
from queries.viewer import SYSTEM, known_permissions

from .ground.client import Client

LOOKED_THROUGH = 100  # rows, in search of one for every tab
SHUT = (409, 423)  # in place of a form, a page that says why there is none


def groups() -> list[str]:
    """One for each table with pages, one for what is left, one for those who have not signed in."""
    return [*(model.__tablename__ for model in with_pages()), "general", "signed out"]


def with_pages() -> list[type[Table]]:
    """Records, and the entries in the menu."""
    own = screens()
    return [*own, *(m for m in tables() if m.screen.menu and m not in own and m is not Message)]


def pages(app: Flask, session: Session, client: Client, group: str, share: slice) -> list[str]:
    """The addresses of a group that answer with a page; none of them may lead nowhere."""
    found, paths = [], sorted(set(every_address(app, session, group)))[share]
    session.rollback()  # on SQLite one writes at a time
    for path in paths:
        answer = client.get(path)
        told = answer.status_code in (200, *SHUT)
        assert told or answer.status_code < 400, f"{path} answers {answer.status}"
        if told and answer.mimetype == "text/html":
            found.append(path)
    assert found, f"{group} has no pages"
    return found


def every_address(app: Flask, session: Session, group: str) -> Iterator[str]:
    models = {model.__tablename__: model for model in with_pages()}
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or _group(app, rule) != group:
                continue
            for values in _values(session, rule, models.get(group)):
                yield adapter.build(rule.endpoint, values, method="GET")


def _group(app: Flask, rule: Rule) -> str:
    needs = needed(app, rule.endpoint)
    if PORTAL in needs or rule.endpoint.startswith("portal."):
        return ""  # tests/test_portal_browser.py looks at them
    if rule.endpoint.startswith(("mailbox", "message.")):
        return ""  # tests/test_mail_browser.py looks at them
    if rule.endpoint.startswith("viewing"):
        return ""  # only there while one views as a customer
    if CLOSED in needs or OUTSIDE in needs or not _can_be_had(needs):
        return ""
    table = rule.endpoint.partition(".")[0]
    if table in {model.__tablename__ for model in with_pages()}:
        return table
    return "signed out" if PUBLIC in needs else "general"


def _can_be_had(needs: tuple[str, ...]) -> bool:
    """A table of which nothing is exported has no permission for it, so nobody gets there."""
    return {permission for permission in needs if "." in permission} <= set(known_permissions())


def _values(session: Session, rule: Rule, model: type[Record] | None) -> Iterator[dict[str, Any]]:
    """What to put into an address, as often as it takes to see all that is behind it."""
    asked = set(rule.arguments)
    if model is not None:
        yield from _of_table(session, rule, model, asked)
    elif asked == {"name"}:
        yield from ({"name": name} for name in GUIDES)
    elif asked == {"token"}:
        yield {"token": _token(session)}
    elif asked == {"subject"}:
        yield {"subject": session.scalars(sa.select(PortalUser.customer_id).order_by(PortalUser.id)).first()}
    elif asked == {"run_id"}:
        waiting, done = _runs(session)
        yield {"run_id": done}
        if not rule.endpoint.endswith(".ledger"):  # which it has once it is carried out
            yield {"run_id": waiting}
    elif asked == {"login"}:
        yield {"login": session.scalars(sa.select(PortalUser.id).order_by(PortalUser.id)).first()}
    elif asked == {"row_id"}:
        yield {"row_id": session.scalars(sa.select(StaffUser.id).order_by(StaffUser.id)).first()}
    else:
        assert not asked, f"what goes into {rule.rule}?"
        yield {}


def _of_table(session: Session, rule: Rule, model: type[Record], asked: set[str]) -> Iterator[dict[str, Any]]:
    seen = _rows_by_tab(session, model)
    row_ids = {row.id for row, _ in seen}
    if rule.endpoint.endswith((".duplicates_page", ".merge_page")):
        if any(operation.name == "merge" for operation in operations_of(model)):
            yield {"ids": ",".join(map(str, sorted(row_ids)[:2]))}
    elif rule.endpoint.endswith((".details_view", ".edit_view")):  # Flask-Admin's own addresses
        yield from ({"id": row_id} for row_id in sorted(row_ids)[:1])
    elif "operation" in asked or rule.endpoint.endswith(".operate_page"):
        yield from _of_operations(model, asked, sorted(row_ids))
    elif rule.endpoint.endswith(".file_page"):
        yield from ({"row_id": row_id} for row_id in sorted(row_ids) if model.screen.file)
    elif asked == {"row_id"}:
        yield from ({"row_id": row_id} for row_id in sorted(row_ids))
    elif asked == {"row_id", "tab"}:
        yield from ({"row_id": row.id, "tab": slug(tab.under) or tab.name} for row, tab in seen)
    elif asked == {"row_id", "tab", "subtab"}:
        yield from (
            {"row_id": row.id, "tab": slug(tab.under), "subtab": tab.name} for row, tab in seen if tab.under
        )
    elif asked == {"row_id", "widget"}:
        named = [said.name for said in declare.widgets[model.__tablename__]]
        yield from ({"row_id": row_id, "widget": name} for name in named for row_id in sorted(row_ids)[:2])
    elif asked == {"row_id", "column"}:
        # Which of them say so is for the page to tell; two columns show how that looks.
        kept = version_table(model).c if issubclass(model, Record) else ()
        known = [c.name for c in kept if c.name in model.__table__.c and c.name not in UPKEEP]
        yield from (
            {"row_id": row_id, "column": name} for name in known[:2] for row_id in sorted(row_ids)[:1]
        )
    elif asked == {"kind"}:
        yield {"kind": "csv"}
    elif "what" in asked:
        yield from _of_printouts(model, asked, [row for row, _ in seen])
    elif "relation" in asked:
        yield from ({"relation": name} | dict.fromkeys(asked & {"by"}, "word") for name in _relations(model))
    else:
        assert not asked, f"what goes into {rule.rule}?"
        yield {}


def _of_printouts(model: type[Record], asked: set[str], rows: list[Any]) -> Iterator[dict[str, Any]]:
    """Everything that can be printed, of one row and of several."""
    for said in printouts[model.__tablename__]:
        able = sorted({row.id for row in rows if said.when(row)})[:2]
        if "row_id" in asked:
            yield from ({"what": said.name, "row_id": row_id} for row_id in able)
        elif said.many:
            yield {"what": said.name, "ids": ",".join(map(str, able))}


def _of_operations(model: type[Table], asked: set[str], row_ids: list[int]) -> Iterator[dict[str, Any]]:
    """What every operation asks of one row and of several, and where it looks for answers."""
    for operation in operations_of(model) if issubclass(model, Record) else ():
        if operation.gone:
            continue
        if "question" in asked:
            questions = operation.questions_on(model, SYSTEM)
            yield from ({"operation": operation.name, "question": q.name} for q in questions if q.table)
        else:
            for some in (row_ids[:1], row_ids):
                yield {"operation": operation.name, "ids": ",".join(map(str, some))}


def _runs(session: Session) -> list[int]:
    """One that waits to be confirmed and one that is done."""
    if known := session.scalars(sa.select(Run.id).order_by(Run.id)).all():
        return list(known)
    # Of what belongs to a record, so that nobody loses a right.
    children = [m for m in screens() if m.screen.tab_of or m.screen.part_of]
    model = next(m for m in children if session.scalar(sa.select(sa.func.count()).select_from(m)) > 1)
    operation = next(o for o in operations_of(model) if o.name == "delete")
    ids = list(session.scalars(sa.select(model.id).order_by(model.id).limit(2)))
    made = [plan(session, operation, model, SYSTEM, Selection(ids=ids), key=f"run-{n}").id for n in range(2)]
    session.commit()
    for run_id in made:
        preview(session, session.get_one(Run, run_id), SYSTEM)
    confirm(session, made[1], SYSTEM)
    return made


def _rows_by_tab(session: Session, model: type[Record]) -> list[tuple[Record, Tab]]:
    """Every tab of a table with a row that has it; as few different rows as the first ones give."""
    found: dict[str, tuple[Record, Tab]] = {}
    for row in session.scalars(sa.select(model).order_by(model.id).limit(LOOKED_THROUGH)):
        for tab in tabs_of(model, row, SYSTEM):
            found.setdefault(f"{tab.under}/{tab.name}", (row, tab))
    assert found, f"the world has no {model.__tablename__}"
    return list(found.values())


def _relations(model: type[Record]) -> list[str]:
    keys = [column.name for column in model.__table__.c if column.foreign_keys]
    return [*keys, *(far_end(tie).__tablename__ for tie in links_of(model).values())]


def _token(session: Session) -> str:
    """A link for a password that is still good."""
    staff = session.scalars(sa.select(StaffUser).order_by(StaffUser.id)).first()
    token = recovery.make_link(session, staff, TokenPurpose.RECOVERY, now())
    session.commit()
    return token
