"""Set fields, delete and restore, on tables of all kinds."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from admin_views.verbs import past
from models.base import Record, records
from models.customer import (
    Address,
    AddressRole,
    Contact,
    Customer,
    Kind,
    Note,
    PaymentType,
    PriceLevel,
    Reseller,
)
from models.support import Ticket
from models.work import RowState
from operations.errors import Invalid
from operations.everywhere import EMPTY, Said
from operations.operation import operation_named, operations_of
from operations.running import Selection, confirm, plan, preview
from queries.viewer import SYSTEM, Viewer
from seed.factory import make

from .reading import flashes, words
from .stored import row_of, stored
from .verbs import Case, customer, lines, planned, run_verb, taken_back, why


def do(session, model, name, *rows, **answers):
    session.commit()
    return run_verb(session, model, operation_named(model, name), Case(list(rows), answers)).run


def looked_at(session, model, name, *rows, **answers):
    session.commit()
    run = planned(session, model, operation_named(model, name), Case(list(rows), answers))
    return preview(session, run, SYSTEM)


def test_only_what_is_answered_is_set(session):
    reseller = make(session, Reseller)
    one, two = customer(session, terms_days=30), customer(session, prepaid=True, debit_day=5)
    answers = {"payment_type": PaymentType.CASH, "reseller_id": reseller.id, "credit_limit": Decimal("10.00")}
    run = do(session, Customer, "set_field", one, two, **answers, prepaid=Said.NO)
    assert run.changed == 2
    for row, terms in ((one, 30), (two, None)):
        found = row_of(session, Customer, row.id)
        assert (found.payment_type, found.reseller_id, found.terms_days) == ("cash", reseller.id, terms)
        assert (found.credit_limit, found.prepaid) == (Decimal("10.00"), False)
    assert row_of(session, Customer, two.id).debit_day == 5
    taken_back(session, run)
    found = row_of(session, Customer, two.id)
    assert (found.payment_type, found.reseller_id, found.prepaid) == ("eft", None, True)


def test_fields_are_emptied_by_saying_so(session):
    row = customer(session, debit_day=5, credit_limit=10)
    do(session, Customer, "set_field", row, **{EMPTY: {"debit_day": True}})
    found = row_of(session, Customer, row.id)
    assert (found.debit_day, found.credit_limit) == (None, Decimal("10.00"))
    with pytest.raises(Invalid, match="not both"):
        do(session, Customer, "set_field", row, debit_day=7, **{EMPTY: {"debit_day": True}})


def test_nothing_to_set_is_refused(session):
    with pytest.raises(Invalid, match="Fill in what to set"):
        do(session, Customer, "set_field", customer(session))


def test_rules_and_checks_hold_row_by_row(session):
    with_members, row = customer(session, kind=Kind.ORGANIZATION), customer(session)
    customer(session, organization_id=with_members.id)
    run = do(session, Customer, "set_field", with_members, row, kind=Kind.CUSTOMER)
    assert why(session, run) == ["This organization has members. Move them first.", ""]
    run = do(session, Customer, "set_field", row, billing_day=31)
    assert why(session, run) == ["Use a day from 1 to 28."]


def test_one_is_not_offered_what_a_form_would_not_offer(session):
    def names(viewer, model=Customer):
        return {q.name for q in operation_named(model, "set_field").questions_on(model, viewer)}

    mine = frozenset({"customer.update", "customer.read", "reseller.read", "price_level.read"})
    plain, trusted = (Viewer(None, "Ann", p) for p in (mine, mine | {"customer.read_personal"}))
    assert names(trusted) - names(plain) == {"email", "phone_e164", "tax_number"}
    assert "reseller_id" not in names(Viewer(None, "Ann", frozenset({"customer.update"})))
    hidden = {"code", "workflow_state", "is_locked", "balance", "merged_into_id", "version", "name_norm"}
    assert not hidden & names(SYSTEM)
    with pytest.raises(Invalid, match="does not ask"):
        given = {"balance": Decimal(0)}
        plan(session, operation_named(Customer, "set_field"), Customer, SYSTEM, Selection(ids=[1]), given)
    # Two rows cannot share these.
    assert "name" not in names(SYSTEM, PriceLevel) and "code" not in names(SYSTEM, Reseller)


def test_what_goes_along_is_named_and_counted_over_all_rows(session):
    rows = [customer(session), customer(session, kind=Kind.ORGANIZATION)]
    for row in rows:
        make(session, Contact, customer=row)
        make(session, Note, customer=row)
    make(session, Note, customer=rows[0])
    customer(session, organization_id=rows[1].id)
    told = looked_at(session, Customer, "delete", *rows)
    assert told["counts"] == {"changed": 2}
    gone = next(w for w in told["warnings"] if w.startswith("Deleted along"))
    assert "contacts (2)" in gone and "notes (3)" in gone
    assert "Kept, but no longer tied to them: customers (1)." in told["warnings"]
    run = do(session, Customer, "delete", *rows)
    assert stored(session, sa.select(Contact.id).where(Contact.customer_id.in_([r.id for r in rows]))) == []
    taken_back(session, run)
    assert len(stored(session, sa.select(Note.id).where(Note.customer_id == rows[0].id))) == 2


def test_what_others_need_stays_and_does_not_count(session):
    used, free = make(session, PriceLevel), make(session, PriceLevel)
    customer(session, price_level=used)
    told = looked_at(session, PriceLevel, "delete", used, free)
    assert (told["counts"], told["warnings"]) == ({"changed": 1, "refused": 1}, [])
    assert "still used by 1 customer." in next(iter(told["why"]))


def test_deletion_offers_to_close_what_has_to_stay(session):
    kept = customer(session)
    customer(session, workflow_state="merged", merged_into_id=kept.id)
    assert why(session, do(session, Customer, "delete", kept))[0].endswith("Close it instead.")


def test_an_organization_goes_together_with_its_members(session):
    home = customer(session, kind=Kind.ORGANIZATION)
    member = customer(session, organization_id=home.id)
    assert do(session, Customer, "delete", home, member).changed == 2


def test_a_deleted_record_comes_back_with_its_own(session):
    row = customer(session)
    make(session, Address, customer=row, role=AddressRole.BILL_TO)
    row_id = row.id
    do(session, Customer, "delete", row)
    run = do_gone(session, Customer, row_id)
    assert run.changed == 1
    assert len(stored(session, sa.select(Address.id).where(Address.customer_id == row_id))) == 1
    taken_back(session, run)
    assert stored(session, sa.select(Customer.id).where(Customer.id == row_id)) == []


def test_only_what_is_deleted_comes_back(session):
    row = customer(session)
    session.commit()
    run = do_gone(session, Customer, row.id, 10**9)
    assert [line.state for line in lines(session, run)] == [RowState.REFUSED] * 2


def test_a_deleted_record_of_unknown_owner_is_not_for_who_is_limited(session):
    row, mine = customer(session), make(session, Reseller)
    row_id = row.id
    do(session, Customer, "delete", row)
    limited = Viewer(None, "Ann", frozenset({"customer.create"}), frozenset({mine.id}))
    restore = operation_named(Customer, "restore")
    run = plan(session, restore, Customer, limited, Selection(ids=[row_id]))
    told = preview(session, run, limited)
    assert told["counts"] == {"refused": 1}


def do_gone(session, model: type[Record], *ids):
    restore = operation_named(model, "restore")
    run = plan(session, restore, model, SYSTEM, Selection(ids=list(ids)))
    session.commit()
    return confirm(session, run.id, SYSTEM).run


def test_what_cannot_be_deleted_says_so_where_one_would_press(signed_in, session):
    level = make(session, PriceLevel, name="Gold")
    make(session, Customer, price_level_id=level.id)
    session.commit()
    at = f"/admin/price_level/{level.id}/delete/"
    page = signed_in("admin").get(at)
    assert "Price level “Gold” is still used by 1 customer." in words(page)
    assert 'aria-disabled="true"' in page.text and "btn-solid-danger" not in page.text


VERBS = [(model.__tablename__, verb) for model in records() for verb in operations_of(model)]


@pytest.mark.parametrize("verb", [v for _, v in VERBS], ids=[f"{table}.{v.name}" for table, v in VERBS])
def test_what_is_done_to_what_is_a_sentence(verb):
    """A label of several words does not end where its object would stand, unless with a particle."""
    said = verb.of("3 things")
    assert said.count("3 things") == 1 and said[0].isupper() and ":" not in said
    if said == f"{verb.title} 3 things":
        first, _, last = verb.title.rpartition(" ")
        assert not first or last in ("to", "off"), (
            f"{verb.name} wants a sentence, such as “Set fields of {{rows}}”"
        )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Flag 3", "Flagged 3"),
        ("Write to 3", "Wrote to 3"),
        ("Submit 3", "Submitted 3"),
        ("Let 3 go", "Let 3 go"),
    ],
)
def test_what_was_done_is_told_in_the_past(said, told):
    assert past(said) == told


def test_a_run_is_called_what_is_done_to_how_many(signed_in, session):
    tickets = [make(session, Ticket).id for _ in range(3)]
    session.commit()
    agent = signed_in("agent")
    path = f"/admin/ticket/operate/prioritize/?ids={','.join(map(str, tickets))}"
    assert "<h1>Set the priority of 3 tickets</h1>" in agent.get(path).text
    preview = agent.submit(path, "/prioritize/", priority="high")
    assert "<h1>Set the priority of 3 tickets</h1>" in agent.get(preview.location).text
    assert "Set the priority of 3 tickets" in words(agent.get("/admin/run/"))
    done = agent.submit(preview.location, "/confirm/")
    assert "Set the priority of 3 tickets." in flashes(agent.get(done.location))
