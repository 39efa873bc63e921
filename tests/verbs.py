"""Every operation of every table, each with rows that it is for, and what it does to a database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, db, now, records, table_named, tables
from models.catalog import BundleItem, Product, ProductLine
from models.customer import (
    Address,
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    Flag,
    Kind,
    NotificationSetting,
    Topic,
)
from models.message import MessageTemplate
from models.pack import pack
from models.portal import PortalUser
from models.service import Facility, FacilityState, Sim, SimGroup, Subscription, VoipLine, VoipLineState
from models.setting import AppSetting
from models.support import Ticket, TicketState
from models.usage import UsageFile, UsageFileState, UsageRecord
from models.work import Run, RunRow
from operations.everywhere import Said, settable
from operations.operation import Operation, Question, operation_named, operations_of
from operations.records import Draft, create
from operations.running import Ran, Selection, confirm, plan, plan_undo, preview
from operations.running.recorder import MADE, kept
from operations.running.undo import changes_of
from operations.sessions import PORTAL
from queries.viewer import SYSTEM
from seed.factory import invented, make

from . import sales, services
from .tables import SCREENS

LISTED = [*SCREENS, *(m for m in tables() if m.screen.menu and not issubclass(m, Record))]
VERBS = [(model, operation) for model in LISTED for operation in operations_of(model)]
every_verb = pytest.mark.parametrize(
    ("model", "operation"), VERBS, ids=[f"{model.__tablename__}.{verb.name}" for model, verb in VERBS]
)


@dataclass
class Case:
    """Rows that an operation can be carried out on, and the answers that it gets."""

    rows: list[Record]
    answers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = [row.id for row in self.rows]  # which outlive rows that are deleted


def customer(session: Session, **said: Any) -> Customer:
    return make(session, Customer, **said)


def in_state(state: CustomerState, **said: Any) -> Callable[[Session], Case]:
    return lambda session: Case([customer(session, workflow_state=state, **said)])


def with_login(session: Session, **said: Any) -> PortalUser:
    """A customer's log-in, with its password."""
    owner = customer(session, email="kim@example.com")
    values = {"customer_id": owner.id, "email": "kim@example.com"}
    user = create(session, PortalUser, Draft(values), SYSTEM)
    for name, value in said.items():
        setattr(user, name, value)
    session.flush()
    return user


def bundle(session: Session) -> Product:
    return make(session, Product, line=ProductLine.INTEGRATED)


def subscribed(session: Session, **said: Any) -> Subscription:
    """A subscription in use."""
    return make(session, Subscription, **{"state": "active", "start_date": now().date(), **said})


def _signed_in(session: Session) -> PortalUser:
    user = with_login(session)
    PORTAL.begin(session, user.id, now())
    return user


def owner_of(user: PortalUser, session: Session) -> Customer:
    return session.get_one(Customer, user.customer_id)


# What an operation needs that a plain row does not have. A new verb that needs something says it here.
CASES: Mapping[str, Callable[[Session], Case]] = {
    "customer.approve": in_state(CustomerState.WAITING_APPROVAL),
    "customer.reject": in_state(CustomerState.WAITING_APPROVAL),
    "customer.suspend": in_state(CustomerState.APPROVED),
    "customer.resume": in_state(CustomerState.SUSPENDED),
    "customer.close": lambda s: Case([owner_of(with_login(s), s)]),
    "customer.reopen": in_state(CustomerState.CLOSED),
    "customer.unlock": in_state(CustomerState.APPROVED, is_locked=True),
    "customer.unflag": in_state(CustomerState.APPROVED, flag=Flag.RED),
    "customer.assign_organization": lambda s: Case(
        [customer(s)], {"organization_id": customer(s, kind=Kind.ORGANIZATION).id}
    ),
    "customer.untag": lambda s: _tagged(s),
    "customer.write_to": lambda s: Case([customer(s, email="kim@example.com")], {"text": "Works."}),
    "customer.send_sms": lambda s: Case([customer(s, phone_e164="+27821234567")], {"text": "Works."}),
    "customer.write_letter": lambda s: _with_address(s, MessageTemplate, channel="letter"),
    "address.write_to_here": lambda s: _at_home(s),
    "notification_setting.set_field": lambda s: Case([make(s, NotificationSetting)], {"enabled": Said.NO}),
    "notification_setting.follow_contact": lambda s: _moved(s),
    "customer.merge": lambda s: _to_merge(s),
    "customer.leave_organization": lambda s: Case([_member(s)]),
    "customer.generate_password": lambda s: Case([owner_of(with_login(s), s)]),
    "customer.send_recovery": lambda s: Case([owner_of(with_login(s), s)]),
    "customer.set_empty_passwords": lambda s: Case([owner_of(with_login(s, password_hash=None), s)]),
    "portal_user.activate": lambda s: Case([with_login(s, is_active=False)]),
    "portal_user.end_sessions": lambda s: Case([_signed_in(s)]),
    "portal_user.make_primary": lambda s: Case([with_login(s, is_primary=False)]),
    "portal_user.set_field": lambda s: Case([with_login(s)], {"is_active": Said.NO}),
    "bundle_item.set_field": lambda s: Case([make(s, BundleItem, bundle_id=bundle(s).id)]),
    "subscription.suspend": lambda s: Case([subscribed(s)]),
    "subscription.resume": lambda s: Case([subscribed(s, state="suspended")]),
    "subscription.run_out": lambda s: Case([subscribed(s, end_date=now().date())]),
    "subscription.reveal": lambda s: Case([services.with_pin(s)]),
    "data_account.set_field": lambda s: Case([services.account(s)], {"profile": "fast"}),
    "data_account.resume": lambda s: Case([services.account(s, "suspended", "manual")]),
    "data_account.reveal": lambda s: Case([services.account_with_secret(s)]),
    "data_account.change_package_of": lambda s: Case(
        [services.account(s, subscription=(own := services.subscription(s)), customer_id=own.customer_id)],
        {"product": services.product(s).id, "on": services.tomorrow()},
    ),
    "subscription.change_package": lambda s: Case(
        [services.subscription(s)], {"product": services.product(s).id, "on": services.tomorrow()}
    ),
    "package_change.apply": lambda s: Case([services.change(s)]),
    "package_change.cancel": lambda s: Case([services.change(s)]),
    "package_change.restore": lambda s: Case([services.change(s)]),
    "package_change.set_field": lambda s: Case([services.change(s)], {"prorate": Said.NO}),
    "voip_line.resume": lambda s: Case([make(s, VoipLine, state=VoipLineState.SUSPENDED)]),
    "usage_file.read_on": lambda s: Case([make(s, UsageFile, state=UsageFileState.CANCELLED, line=3)]),
    "usage_record.exclude": lambda s: Case([make(s, UsageRecord, state="rated", rated_amount=Decimal(1))]),
    "sim.assign": lambda s: Case([make(s, Sim)], {"customer_id": customer(s).id}),
    "sim.unassign": lambda s: Case([make(s, Sim, customer=customer(s), assigned_at=now())]),
    "sim.suspend": lambda s: Case([make(s, Sim, state="active")]),
    "sim.resume": lambda s: Case([make(s, Sim, state="suspended")]),
    "sim.lift_cut_off": lambda s: Case([make(s, Sim, state="cut_off")]),
    "sim_group.assign_group": lambda s: Case(
        [group := make(s, SimGroup)],
        {"customer_id": make(s, Sim, sim_group=group, customer=customer(s)) and customer(s).id},
    ),
    "facility.put_in_service": lambda s: Case([make(s, Facility, state=FacilityState.PLANNED)]),
    "quote.send": lambda s: Case([sales.offer(s, "draft")]),
    "quote.accept": lambda s: Case([sales.offer(s)]),
    "quote.decline": lambda s: Case([sales.offer(s)]),
    "quote.convert": lambda s: Case([sales.offer(s, "accepted")]),
    "quote.revise": lambda s: Case([sales.offer(s)]),
    "quote_line.set_field": lambda s: Case([sales.line(s, sales.quote(s))], {"quantity": Decimal(2)}),
    "order_line.set_field": lambda s: Case([sales.line(s, sales.order(s))], {"quantity": Decimal(2)}),
    "sales_order.set_field": lambda s: Case([sales.order(s)], {"remark": "Ring twice"}),
    "sales_order.submit": lambda s: Case([sales.ordered(s)]),
    "sales_order.approve": lambda s: Case([sales.ordered(s, "submitted")]),
    "sales_order.start": lambda s: Case([sales.ordered(s, "approved")]),
    "sales_order.complete": lambda s: Case([sales.ordered(s, "in_progress")]),
    "sales_order.call_off": lambda s: Case([sales.ordered(s, "approved")]),
    "customer.ask_rating": in_state(CustomerState.APPROVED, email="kim@example.com"),
    "ticket.take_up": lambda s: Case([make(s, Ticket)]),
    "ticket.wait": lambda s: Case([make(s, Ticket, state=TicketState.OPEN)]),
    "ticket.resolve": lambda s: Case([make(s, Ticket, state=TicketState.OPEN)]),
    "ticket.close": lambda s: Case([make(s, Ticket, state=TicketState.RESOLVED, resolved_at=now())]),
    "ticket.reopen": lambda s: Case([make(s, Ticket, state=TicketState.CLOSED, closed_at=now())]),
    "app_setting.set_field": lambda s: Case(
        [s.scalars(sa.select(AppSetting).where(AppSetting.name == "default_country")).one()], {"value": "ZA"}
    ),
}


def _with_address(session: Session, asked: type[Record], **said: Any) -> Case:
    """A customer who has a location, and what is asked for beside."""
    place = make(session, Address)
    owner = session.get_one(Customer, place.customer_id)
    return Case([owner], {"template": make(session, asked, **said).id})


def _at_home(session: Session) -> Case:
    place = make(session, Address, customer=customer(session, email="kim@example.com"))
    return Case([place], {"text": "Works.", "topic": Topic.OUTAGE})


def _moved(session: Session) -> Case:
    """A setting that names the address that its contact had before."""
    contact = make(session, Contact, email="new@example.com")
    said = {"customer_id": contact.customer_id, "contact_id": contact.id, "destination": "old@example.com"}
    return Case([make(session, NotificationSetting, **said)])


def _tagged(session: Session) -> Case:
    tie = make(session, CustomerTag)
    return Case([session.get_one(Customer, tie.customer_id)], {"tags": {tie.tag_id}})


def _to_merge(session: Session) -> Case:
    rows = [customer(session), customer(session)]
    return Case(rows, {"survivor": rows[0].id})


def _member(session: Session) -> Customer:
    return customer(session, organization_id=customer(session, kind=Kind.ORGANIZATION).id)


def case_of(session: Session, model: type[Record], operation: Operation) -> Case:
    """Committed; and deleted, where the operation is about deleted rows."""
    made = CASES.get(f"{model.__tablename__}.{operation.name}")
    case = made(session) if made else Case([make(session, model) for _ in range(operation.least)])
    if operation.name == "set_field" and not case.answers:
        case.answers = _one_field(session, model)
    for question in operation.questions_on(model, SYSTEM):
        if question.required or (question.table and not made and operation.name != "set_field"):
            case.answers.setdefault(question.name, _answer(session, question))
    session.commit()
    if operation.gone:
        run_verb(session, model, operation_named(model, "delete"), case)
    return case


def _one_field(session: Session, model: type[Record]) -> dict[str, Any]:
    """A field to set, with a value that a plain row does not have."""
    questions = {q.name: q for q in operation_named(model, "set_field").questions_on(model, SYSTEM)}
    column = next(c for c in settable(model, SYSTEM) if not hasattr(c.type, "enum_class") or c.nullable)
    return {column.name: _answer(session, questions[column.name])}


def _answer(session: Session, question: Question) -> Any:
    if question.table:
        row = make(session, question.target)
        return {row.id} if question.many else row.id
    choices = getattr(question.column.type, "enum_class", None)
    return list(choices)[-1] if choices else invented(session, question.column)


def planned(session: Session, model: type[Record], operation: Operation, case: Case) -> Run:
    run = plan(session, operation, model, SYSTEM, Selection(ids=case.ids), case.answers, "Because.")
    session.commit()
    return run


def run_verb(session: Session, model: type[Record], operation: Operation, case: Case) -> Ran:
    return confirm(session, planned(session, model, operation, case).id, SYSTEM)


def do(session: Session, name: str, *rows: Any, **answers: Any) -> Run:
    """Carry out a verb of these rows, as a run of its own."""
    session.commit()
    model = type(rows[0])
    return run_verb(session, model, operation_named(model, name), Case(list(rows), answers)).run


def looked_at(session: Session, name: str, *rows: Any, **answers: Any) -> Mapping[str, Any]:
    """The preview of the same."""
    session.commit()
    model = type(rows[0])
    run = planned(session, model, operation_named(model, name), Case(list(rows), answers))
    return preview(session, run, SYSTEM)


def taken_back(session: Session, run: Run) -> Run:
    made = plan_undo(session, run, SYSTEM)
    session.commit()
    return confirm(session, made.id, SYSTEM).run


def lines(session: Session, run: Run) -> list[RunRow]:
    asked = sa.select(RunRow).where(RunRow.run_id == run.id).order_by(RunRow.row_id)
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def everything(session: Session) -> dict[tuple[str, int], dict[str, Any]]:
    """All that people decided, row by row: what an undo has to put back."""
    session.expire_all()
    return {(m.__tablename__, i): values for m in records() for i, values in _rows(session, m)}


def _rows(session: Session, model: type[Record]) -> Iterator[tuple[int, dict[str, Any]]]:
    columns = [c for c in kept(model) if c.name != "last_sign_in_at"]
    table = model.__table__
    for row in session.execute(sa.select(table)):
        yield row.id, {c.name: pack(c, row._mapping[c]) for c in columns}


def whole(session: Session) -> dict[str, list[Any]]:
    """Every row of every table but those that plan and confirm: what a preview has to leave alone."""
    session.expire_all()
    tables = [t for t in db.metadata.tables.values() if t.name not in ("run", "run_row")]
    found = {t.name: sorted(map(repr, session.execute(sa.select(t)))) for t in tables}
    session.rollback()
    return found


def why(session: Session, run: Run) -> list[str]:
    return [line.reason for line in lines(session, run)]


def ledger_of(session: Session, run: Run) -> list[list[Any]]:
    """What a run wrote, row after row."""
    return comparable(c.line() for line in lines(session, run) for c in changes_of(line, run.table_name))


def comparable(changes: Iterable[list[Any]]) -> list[list[Any]]:
    """Lines of a ledger or a preview without what is given out anew each time: ids of new rows, and keys
    to those."""
    found = list(changes)
    new = {(table, row_id) for table, row_id, kind, *_ in found if kind == MADE}
    return [_without(line, new) for line in found]


def _without(line: list[Any], new: set[tuple[str, int]]) -> list[Any]:
    table, row_id, kind, before, after = line
    keys = {c.name: next(iter(c.foreign_keys)) for c in table_named(table).__table__.c if c.foreign_keys}
    told = {n: 0 if n in keys and (keys[n].column.table.name, v) in new else v for n, v in after.items()}
    if kind != MADE:
        return [table, row_id, kind, before, told]
    return [table, 0, kind, before, {n: v for n, v in told.items() if n != "id"}]
