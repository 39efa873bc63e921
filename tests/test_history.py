"""History: every change has its person, time and reason."""

import random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy_continuum import versioning_manager
from sqlalchemy_continuum.unit_of_work import UnitOfWork

from models.access import StaffUser
from models.act import Act, acting
from models.base import records
from models.customer import Customer, Flag, Note
from models.fields import field_of
from models.history import Batches, Transaction, Unversioned, begin, version_table
from seed.factory import make

from .past import last_transaction, orphans, versions


def test_a_save_says_who_when_and_why(session):
    ann = make(session, StaffUser, name="Ann Lee")
    session.commit()
    who = Act(staff_id=ann.id, staff_name="Ann Lee", source="panel", reason="Asked by phone", request_id="r1")
    acting(session, who)
    customer = make(session, Customer)
    session.commit()
    said = last_transaction(session)
    assert (said.staff_id, said.staff_name, said.source) == (ann.id, "Ann Lee", "panel")
    assert (said.reason, said.request_id) == ("Asked by phone", "r1")
    assert said.issued_at.utcoffset().total_seconds() == 0
    (version,) = versions(session, Customer, customer.id)
    assert (version["transaction_id"], version["operation_type"]) == (said.id, 0)


def test_versions_follow_each_other_without_a_gap(session):
    customer = make(session, Customer)
    session.commit()
    for flag in (Flag.RED, None, Flag.CHK):
        customer.flag = flag
        session.commit()
    chain = versions(session, Customer, customer.id)
    assert [v["end_transaction_id"] for v in chain] == [v["transaction_id"] for v in chain[1:]] + [None]
    assert [v["flag"] for v in chain] == [None, Flag.RED, None, Flag.CHK]


def test_made_and_changed_in_one_go_is_one_version_that_says_made(session):
    customer = make(session, Customer)
    customer.flag = Flag.RED
    session.commit()
    (version,) = versions(session, Customer, customer.id)
    assert (version["operation_type"], version["flag"]) == (0, Flag.RED)


def test_nothing_changed_leaves_no_trace(session):
    customer = make(session, Customer)
    session.commit()
    before = last_transaction(session).id
    customer.last_name = str(customer.last_name)
    session.commit()
    assert last_transaction(session).id == before


def test_what_a_savepoint_takes_back_leaves_no_version(session):
    customer = make(session, Customer)
    session.commit()
    begin(session)
    customer.flag = Flag.RED
    session.flush()
    with pytest.raises(LookupError), session.begin_nested():
        customer.last_name = "Gone"
        session.flush()
        raise LookupError
    customer.email = "kept@example.com"
    session.commit()
    last = versions(session, Customer, customer.id)[-1]
    assert (last["flag"], last["email"]) == (Flag.RED, "kept@example.com")
    assert last["last_name"] == customer.last_name != "Gone"
    assert orphans(session) == 0


@pytest.mark.parametrize("statement", [sa.update, sa.delete, sa.insert])
def test_statements_behind_the_back_of_history_are_refused(session, statement):
    make(session, Customer)
    asked = statement(Customer)
    if statement is not sa.delete:
        asked = asked.values(last_name="X")
    with pytest.raises(Unversioned, match="through the session"):
        session.execute(asked)


def test_no_version_table_holds_a_secret(app):
    for model in records():
        secret = {c.name for c in model.__table__.columns if field_of(c).secret}
        assert not secret & set(version_table(model).c.keys()), model


def test_a_stale_row_is_not_written_over(session, app):
    customer = make(session, Customer)
    session.commit()
    with Session(session.get_bind()) as other:
        other.get(Customer, customer.id).flag = Flag.RED
        other.commit()
    customer.flag = Flag.BLUE
    with pytest.raises(sa.orm.exc.StaleDataError):
        session.flush()
    session.rollback()


class Stock(UnitOfWork):
    """Continuum's own, with the transaction row of ours, which it knows nothing about."""

    marks: dict = {}

    def create_transaction(self, session):
        if not self.version_session:
            self.version_session = Session(bind=session.connection())
        return Batches.create_transaction(self, session)


def live(session: Session, seed: int) -> None:
    """A few transactions of random changes to customers and what belongs to them."""
    choose = random.Random(seed)
    customers = [make(session, Customer) for _ in range(4)]
    session.commit()
    for _ in range(6):
        for _ in range(choose.randint(1, 4)):
            customer = choose.choice(customers)
            what = choose.randrange(4)
            if what == 0:
                customer.flag = choose.choice([None, *Flag])
            elif what == 1:
                customer.last_name = f"Name {choose.randrange(9)}"
            elif what == 2:
                make(session, Note, customer=customer, body=f"Note {choose.randrange(9)}")
            elif note := session.scalar(sa.select(Note).where(Note.customer_id == customer.id).limit(1)):
                session.delete(note)
            if choose.random() < 0.5:
                session.flush()
        session.commit()


def written(session: Session, after: int) -> dict:
    """Every version since a transaction; ids and transactions by their rank, as each run has its own."""
    found = {model: _versions_after(session, model, after) for model in (Customer, Note)}
    steps = sorted({row["transaction_id"] for rows in found.values() for row in rows})
    told = {}
    for model, rows in found.items():
        ranks = sorted({row["id"] for row in rows})
        told[model] = sorted(
            (
                ranks.index(row["id"]),
                steps.index(row["transaction_id"]),
                -1 if row["end_transaction_id"] is None else steps.index(row["end_transaction_id"]),
                row["operation_type"],
                str(row["flag"] if model is Customer else row["body"]),
                row["version"],
            )
            for row in rows
        )
    return told


def _versions_after(session: Session, model, after: int) -> list:
    table = version_table(model)
    return session.execute(sa.select(table).where(table.c.transaction_id > after)).mappings().all()


@pytest.mark.parametrize("seed", range(4))
def test_batches_write_what_the_stock_unit_of_work_writes(session, monkeypatch, seed):
    told = []
    for unit in (Stock, Batches):
        monkeypatch.setattr(versioning_manager, "uow_class", unit)
        after = session.scalar(sa.select(sa.func.max(Transaction.id))) or 0
        live(session, seed)
        told.append(written(session, after))
    stock, batched = told
    for model in (Customer, Note):
        assert [_sure(row) for row in batched[model]] == [_sure(row) for row in stock[model]]


def _sure(row: tuple) -> tuple:
    """Without the kind of a row made and changed in one go: the stock one calls it changed."""
    row_id, transaction, end, kind, value, version = row
    return row_id, transaction, end, 0 if kind == 1 and version == 2 else kind, value, version
