"""Any operations one after the other, on rows with something in every column: told, done, taken back."""

import random
from contextlib import suppress

import pytest
import sqlalchemy as sa

from models.base import Record, columns
from models.customer import Address, AddressRole, Contact, Customer, Kind, Note, Reseller, Tag
from models.fields import choices_of, field_of
from models.portal import PortalUser
from operations.errors import Refused
from operations.operation import operations_of
from operations.running import Selection, confirm, plan, plan_undo, preview
from operations.running.undo import changes_of
from queries.links import ends, far_end, links_of
from queries.viewer import SYSTEM
from seed.factory import invented, make

from .soundness import assert_sound
from .verbs import everything, lines, whole

TABLES = (Customer, Customer, Customer, Contact, Address, Note, Tag, Reseller, PortalUser)
COUNTED = ("changed", "same", "refused", "failed", "skipped")


@pytest.fixture
def dice(request):
    return random.Random(request.node.callspec.params["seed"])


def furnish(session, dice):
    organizations = [make(session, Customer, kind=Kind.ORGANIZATION) for _ in range(2)]
    session.commit()
    for n in range(8):
        said = {"organization_id": dice.choice(organizations).id} if n % 3 == 0 else {}
        row = rich(session, dice, Customer, email=f"walk{n}@example.com", kind=Kind.CUSTOMER, **said)
        rich(session, dice, Address, customer_id=row.id, role=AddressRole.BILL_TO)
        for child in (Contact, Contact, Note):
            rich(session, dice, child, customer_id=row.id)
        tie(session, dice, row)
    session.commit()


# What is only right together with something else, or that no verb sets.
LEFT = {"merged_into_id", "is_locked", "organization_id", "bill_to_organization", "role"}
KEPT = {"customer_id", "kind", "email", "organization_id", "role"}
LEFT |= {"workflow_state", "alerts", "alerts_since", "state", "id", "version", "balance_at"}


def rich(session, dice, model: type[Record], **said) -> Record:
    """A row with something in most columns. What the database does not take is left empty."""
    for column in columns(model):
        plain = not (column.info.keys() & {"derived", "numbered", "stamped"} or column.name in said)
        if plain and column.name not in LEFT and not column.foreign_keys and dice.random() < 0.8:
            choices = choices_of(column)
            with suppress(KeyError):
                said[column.name] = dice.choice(list(choices)) if choices else invented(session, column)
    if model is Customer:
        said["balance"] = dice.choice([0, 0, 0, said.get("balance", 0)])
    try:
        with session.begin_nested():
            return make(session, model, **said)
    except (sa.exc.IntegrityError, sa.exc.DataError):
        needed = {n: v for n, v in said.items() if n in KEPT}
        return make(session, model, **needed)


def tie(session, dice, row):
    for link in links_of(type(row)).values():
        owner, far = ends(link)
        if dice.random() < 0.7:
            make(session, link, **{owner.name: row.id, far.name: make(session, far_end(link)).id})


def step(session, dice):
    """A run of some verb that changed something, or None: told before, then done as it was told."""
    model = dice.choice(TABLES)
    operation = dice.choice([o for o in operations_of(model) if not o.gone])
    ids = list(session.scalars(sa.select(model.id)))
    most = min(len(ids), operation.most or 4, 4)
    if most < operation.least:
        return None
    chosen = dice.sample(ids, dice.randint(operation.least, most))
    given = {}
    for question in operation.questions_on(model, SYSTEM):
        if question.required or dice.random() < 0.2:
            given |= answer(session, dice, question, chosen)
    session.commit()
    try:
        run = plan(session, operation, model, SYSTEM, Selection(ids=chosen), given, "Walk")
        session.commit()
    except Refused:
        session.rollback()
        return None
    return agree(session, run, f"{model.__tablename__}.{operation.name} {chosen} {given}")


def agree(session, run, what):
    """The preview leaves no trace and says what then happens."""
    before = whole(session)
    told = preview(session, run, SYSTEM)
    assert whole(session) == before, what
    run = confirm(session, run.id, SYSTEM).run
    assert {n: getattr(run, n) for n in COUNTED} == {n: told["counts"].get(n, 0) for n in COUNTED}, what
    assert not run.failed, (what, [line.reason for line in lines(session, run)])
    mails = sa.select(sa.func.count()).select_from(sa.table("message")).where(sa.column("run_id") == run.id)
    assert session.scalar(mails) == told["mails"], what
    session.commit()
    return run if run.changed else None


def only_told(session, run):
    """Whether all that it did was to write to people: then mails are withdrawn, and no row comes back."""
    return not any(changes_of(line, run.table_name) for line in lines(session, run))


def answer(session, dice, question, chosen):
    if question.table:
        ids = list(session.scalars(sa.select(question.target.id)))
        if question.table == "customer" and dice.random() < 0.7:
            ids = chosen
        if not ids:
            return {}
        return {question.name: {dice.choice(ids)} if question.many else dice.choice(ids)}
    choices = choices_of(question.column)
    if choices:
        return {question.name: dice.choice(list(choices))}
    if field_of(question.column).kind == "switches":
        return {}
    with suppress(KeyError):
        return {question.name: invented(session, question.column)}
    return {}


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.soak) for n in range(3, 60))])
def test_whatever_was_done_is_taken_back_in_the_end(session, dice, seed):
    furnish(session, dice)
    done = []
    for _ in range(12):
        before = everything(session)
        session.commit()
        if run := step(session, dice):
            done.append((run, before))
    assert done
    assert_sound(session)
    while done:
        run, before = done.pop()
        try:
            made = plan_undo(session, run, SYSTEM)
        except Refused as refused:
            assert "cannot be undone" in refused.text
            break
        session.commit()
        what = f"{run.title} {run.answers}"
        back = agree(session, made, what)
        assert back or only_told(session, run), (what, [x.reason for x in lines(session, made)])
        now = everything(session)
        assert now == before, (what, difference(before, now), [x.reason for x in lines(session, made)])
        session.commit()
    assert_sound(session)


def difference(before, now):
    keys = [k for k in before.keys() | now.keys() if before.get(k) != now.get(k)]
    return {
        k: {
            n: (v, (now.get(k) or {}).get(n))
            for n, v in (before.get(k) or {}).items()
            if v != (now.get(k) or {}).get(n)
        }
        for k in keys[:6]
    }
