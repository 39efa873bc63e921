"""History: every change has its person, time and reason, and can be taken back."""

import random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy_continuum import versioning_manager
from sqlalchemy_continuum.unit_of_work import UnitOfWork

from models.access import StaffUser
from models.act import Act, acting
from models.base import records
from models.customer import Address, Contact, Customer, CustomerTag, Flag, Kind, Note, Tag
from models.fields import field_of
from models.history import Batches, Transaction, Unversioned, begin, version_table
from operations import deleting, restoring
from operations.records import Draft, update
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import bring_back, forms, words


def versions(session: Session, model, row_id: int) -> list:
    table = version_table(model)
    rows = session.execute(sa.select(table).where(table.c.id == row_id).order_by(table.c.transaction_id))
    return rows.mappings().all()


def last_transaction(session: Session) -> Transaction:
    return session.scalars(sa.select(Transaction).order_by(Transaction.id.desc()).limit(1)).one()


# --- what is written -------------------------------------------------------------------------


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


def orphans(session: Session) -> int:
    """Versions whose transaction is not there: changes that nobody made."""
    known = sa.select(Transaction.id)
    counts = (
        session.scalar(sa.select(sa.func.count()).where(version_table(m).c.transaction_id.not_in(known)))
        for m in records()
    )
    return sum(counts)


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


# --- the batched unit of work against the stock one ------------------------------------------


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


def brought_back(session, record):
    """What the verb does with one row."""
    last = restoring.last_deletion(session, type(record), record.id)
    found = restoring.revive(session, type(record), record.id, last, SYSTEM)
    session.commit()
    return found


# --- taking back -----------------------------------------------------------------------------


def test_a_field_goes_back_and_the_rest_stays(session):
    customer = make(session, Customer, email="old@example.com")
    session.commit()
    customer.email = "new@example.com"
    session.commit()
    changed = last_transaction(session).id
    customer.flag = Flag.RED
    session.commit()
    restoring.restore(session, Customer, customer.id, changed, "email", SYSTEM)
    session.commit()
    assert (customer.email, customer.flag) == ("old@example.com", Flag.RED)


def test_a_deleted_customer_comes_back_with_everything_under_the_old_ids(session):
    customer = make(session, Customer)
    kept = {
        Address: make(session, Address, customer=customer, country="GB").id,
        Contact: make(session, Contact, customer=customer).id,
        Note: make(session, Note, customer=customer).id,
        CustomerTag: make(session, CustomerTag, customer=customer, tag=make(session, Tag)).id,
    }
    session.commit()
    deleting.delete(session, customer, SYSTEM)
    session.commit()
    assert all(session.get(model, row_id) is None for model, row_id in kept.items())
    brought_back(session, customer)
    found = session.get(Customer, customer.id)
    assert found.code == customer.code
    assert all(session.get(model, row_id).customer_id == found.id for model, row_id in kept.items())
    assert orphans(session) == 0


def test_members_let_go_by_a_deletion_come_back_unless_they_joined_another(session):
    first, second = (make(session, Customer, kind=Kind.ORGANIZATION) for _ in range(2))
    loyal, moved = (make(session, Customer, kind=Kind.CUSTOMER, organization_id=first.id) for _ in range(2))
    session.commit()
    deleting.delete(session, first, SYSTEM)
    session.commit()
    update(session, moved, Draft({"organization_id": second.id}), SYSTEM)
    session.commit()
    brought_back(session, first)
    assert (loyal.organization_id, moved.organization_id) == (first.id, second.id)


# --- the pages -------------------------------------------------------------------------------


@pytest.fixture
def customer(session):
    found = make(session, Customer, first_name="Petra", last_name="Lang", email="petra@example.com")
    session.commit()
    return found


@pytest.mark.req("S1.62", "S4.82", "S2.13", "S4.14")
def test_the_record_tells_field_old_new_who_and_when(session, signed_in, customer):
    client = signed_in("agent")
    path = f"/admin/customer/{customer.id}/"
    client.submit(f"{path}edit/", email="lang@example.com", reason="Typed wrongly")
    page = client.get(f"{path}history/")
    told = words(page)
    for part in ("E-mail", "petra@example.com", "lang@example.com", "Typed wrongly", "just now"):
        assert part in told
    session.expire_all()
    assert last_transaction(session).staff_id == client.staff_id
    assert last_transaction(session).staff_name in told
    assert customer.email == "lang@example.com"


def test_a_field_is_restored_from_the_page(session, signed_in, customer):
    client = signed_in("agent")
    path = f"/admin/customer/{customer.id}/"
    client.submit(f"{path}edit/", email="lang@example.com")
    page = client.get(f"{path}history/")
    (ticket,) = [f for f in forms(page, "restore") if f.fields["column"] == "email"]
    answer = client.post(
        ticket.action, data=ticket.fields, headers={"Referer": f"http://localhost{path}history/"}
    )
    assert answer.status_code == 302
    session.expire_all()
    assert customer.email == "petra@example.com"
    assert last_transaction(session).source == "restore"


def test_a_tag_is_told_and_taken_back(session, signed_in, customer):
    tag = make(session, Tag, name="Harbour")
    session.commit()
    client = signed_in("agent")
    path = f"/admin/customer/{customer.id}/"
    client.submit(f"{path}edit/", tag=[str(tag.id)])
    page = client.get(f"{path}history/")
    assert "added Harbour" in words(page)
    ticket = next(f for f in forms(page, "restore") if f.fields["table"] == "customer_tag")
    client.post(ticket.action, data=ticket.fields)
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 0
    session.rollback()
    assert "removed Harbour" in words(client.get(f"{path}history/"))


def test_the_feed_is_for_those_who_may_and_narrows(session, signed_in, customer):
    assert signed_in("agent").get("/admin/history/").status_code == 403
    client = signed_in("admin")
    client.submit(f"/admin/customer/{customer.id}/edit/", first_name="Paula")
    client.submit("/admin/tag/new/", name="Quay")
    every = words(client.get("/admin/history/"))
    assert "Paula" in every and "Quay" in every
    tags = words(client.get("/admin/history/?table=tag"))
    assert "Quay" in tags and "Paula" not in tags
    mine = words(client.get(f"/admin/history/?who={client.staff_id}&source=panel"))
    assert "Paula" in mine
    assert "No changes found" in words(client.get("/admin/history/?source=import"))


def test_deleted_records_are_listed_and_brought_back(session, signed_in, customer):
    contact = make(session, Contact, customer=customer, name="Bo Lang")
    session.commit()
    client = signed_in("admin")
    client.submit(f"/admin/customer/{customer.id}/delete/", "/delete/", reason="Entered twice")
    assert client.get(f"/admin/customer/{customer.id}/").status_code == 404
    page = client.get("/admin/history/deleted/")
    told = words(page)
    assert "deleted customer “Petra Lang”" in told and "Entered twice" in told
    assert "Restored “Petra Lang”." in bring_back(client, page)
    assert client.get(f"/admin/customer/{customer.id}/").status_code == 200
    assert "Bo Lang" in words(client.get(f"/admin/contact/{contact.id}/"))
    assert "Petra Lang" not in words(client.get("/admin/history/deleted/"))


@pytest.mark.parametrize(
    "wrong", [{"row": "abc"}, {"transaction": "0"}, {"column": "search_text"}, {"table": "nothing"}]
)
def test_a_restore_that_nobody_was_offered_is_refused(session, signed_in, customer, wrong):
    client = signed_in("admin")
    client.submit(f"/admin/customer/{customer.id}/edit/", email="lang@example.com")
    ticket = next(f for f in forms(client.get(f"/admin/customer/{customer.id}/history/"), "restore"))
    answer = client.post(ticket.action, data={**ticket.fields.to_dict(), **wrong})
    assert answer.status_code in (302, 403, 404)
    session.expire_all()
    assert customer.email == "lang@example.com"


# --- what a revival meets --------------------------------------------------------------------


def gone(session: Session, record) -> int:
    """Delete a row; returns the transaction in which it went."""
    deleting.delete(session, record, SYSTEM)
    session.commit()
    return last_transaction(session).id


def test_a_record_comes_back_without_what_was_deleted_since(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    tag = make(session, Tag)
    customer = make(
        session, Customer, kind=Kind.CUSTOMER, organization_id=organization.id, bill_to_organization=True
    )
    make(session, CustomerTag, customer=customer, tag=tag)
    session.commit()
    gone(session, customer)
    gone(session, organization)
    gone(session, tag)
    back = brought_back(session, customer)
    assert (back.organization_id, back.bill_to_organization) == (None, False)
    assert session.scalar(sa.select(sa.func.count()).select_from(CustomerTag)) == 0


def test_a_record_that_came_back_counts_its_versions_on(session):
    customer = make(session, Customer)
    session.commit()
    customer.flag = Flag.RED
    session.commit()
    gone(session, customer)
    back = brought_back(session, customer)
    assert back.version > 2
    assert versions(session, Customer, customer.id)[-1]["version"] == back.version
    back.flag = Flag.BLUE
    session.commit()


def test_an_older_time_without_a_tag_is_not_the_one_to_take_back(session):
    tie = make(session, CustomerTag)
    row_id = tie.id
    session.commit()
    first = gone(session, tie)
    back = restoring.restore(session, CustomerTag, row_id, first, "", SYSTEM)
    session.commit()
    gone(session, back)
    with pytest.raises(restoring.Refused, match="Restore the last change"):
        restoring.restore(session, CustomerTag, row_id, first, "", SYSTEM)


def test_a_deleted_record_does_not_come_back_without_a_run(session):
    customer = make(session, Customer)
    session.commit()
    step = gone(session, customer)
    with pytest.raises(restoring.Refused, match="Bring the whole record back"):
        restoring.restore(session, Customer, customer.id, step, "", SYSTEM)


def test_members_are_billed_to_their_organization_again_when_it_comes_back(session):
    organization = make(session, Customer, kind=Kind.ORGANIZATION)
    member = make(
        session, Customer, kind=Kind.CUSTOMER, organization_id=organization.id, bill_to_organization=True
    )
    session.commit()
    gone(session, organization)
    assert not member.bill_to_organization
    brought_back(session, organization)
    assert (member.organization_id, member.bill_to_organization) == (organization.id, True)


def test_many_children_of_one_do_not_hide_other_deleted_records(session, signed_in):
    early = make(session, Customer, first_name="Early", last_name="Bird")
    late = make(session, Customer, first_name="Late", last_name="Riser")
    for _ in range(60):
        make(session, Note, customer=late)
    session.commit()
    gone(session, early)
    gone(session, late)
    session.rollback()
    told = words(signed_in("admin").get("/admin/history/deleted/"))
    assert "“Early Bird”" in told and "“Late Riser”, with 60 that belonged to it" in told
