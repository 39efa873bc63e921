"""What members take over from their organization, and what their own record says instead."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.customer import Customer, Kind, PriceLevel
from models.customer.party import PRIVILEGES
from models.support import Department, Priority, Ticket
from queries.inherited import Said, apart, is_on, said
from queries.pricing import has_privilege
from seed.factory import make

from .reading import words
from .stored import row_of

ANSWER = st.sampled_from([None, True, False])
TERMS = ("terms_days", "billing_day", "credit_limit", "price_level_id")


@pytest.fixture
def acme(session):
    level = make(session, PriceLevel, name="Gold")
    said = {"terms_days": 45, "billing_day": 7, "credit_limit": Decimal("800.00"), "price_level_id": level.id}
    privileges = {"no_auto_suspend": True, "tax_exempt": True}
    return make(
        session, Customer, kind=Kind.ORGANIZATION, last_name="Acme Ltd", privileges=privileges, **said
    )


@pytest.fixture
def member(session, acme):
    made = make(session, Customer, last_name="Okafor", organization_id=acme.id)
    session.commit()
    return made


def test_terms_come_from_the_organization_until_the_member_has_its_own_or_leaves(session, acme, member):
    for name in TERMS:
        assert said(session, member, name) == Said(getattr(acme, name), acme)
    member.terms_days, member.credit_limit = 0, Decimal(0)
    assert said(session, member, "terms_days") == Said(0), "no days at all is an answer"
    assert said(session, member, "credit_limit") == Said(Decimal(0))
    member.organization_id = None
    assert [said(session, member, name).value for name in TERMS] == [0, 1, Decimal(0), None]


def answers(one):
    return {} if one is None else {"free_setup": one}


@given(own=ANSWER, above=ANSWER, belongs=st.booleans())
def test_the_own_answer_counts_then_that_of_the_organization_then_no(own, above, belongs):
    class Found:
        """A session that knows the organization alone."""

        def get(self, model, row_id):
            return organization

    organization = Customer(id=1, privileges=answers(above))
    member = Customer(id=2, privileges=answers(own), organization_id=1 if belongs else None)
    first = [word for word in (own, above if belongs else None) if word is not None]
    assert is_on(Found(), member, "privileges", "free_setup") is (first[0] if first else False)


def test_one_that_says_no_keeps_the_other_privileges(session, acme, member):
    member.privileges = {"tax_exempt": False}
    assert has_privilege(session, member, "no_auto_suspend") and not has_privilege(
        session, member, "tax_exempt"
    )
    own, given, giver = apart(session, member, "privileges")
    assert (own, given, giver) == ({"tax_exempt": False}, {"no_auto_suspend": True}, acme)


def test_a_member_shows_what_it_takes_over_and_from_whom(session, signed_in, acme, member):
    path = f"/admin/customer/{member.id}/"
    for page in (f"{path}information/", f"{path}widget/billing_details/"):
        shown = words(signed_in("viewer").get(page))
        for term in ("45 from Acme Ltd", "7 from Acme Ltd", "800.00 from Acme Ltd"):
            assert term in shown, page
        assert "no auto suspend tax exempt from Acme Ltd" in shown
    signed_in("admin").submit(f"{path}edit/", "/edit/", organization_id="")
    left = words(signed_in("viewer").get(f"{path}information/"))
    assert "Acme" not in left and "tax exempt" not in left
    assert row_of(session, Customer, member.id).terms_days is None


def test_each_privilege_has_three_answers_on_the_form(session, signed_in, member):
    client, path = signed_in("admin"), f"/admin/customer/{member.id}/edit/"
    page = client.get(path)
    for label in PRIVILEGES.values():
        assert label in words(page)
    assert page.text.count(">As the organization<") == len(PRIVILEGES)
    sent = ["-tax_exempt", "free_setup", "-nothing", "", "no_auto_suspend=1"]
    assert client.submit(path, "/edit/", privileges=sent).status_code == 302
    assert row_of(session, Customer, member.id).privileges == {"tax_exempt": False, "free_setup": True}
    shown = words(client.get(f"/admin/customer/{member.id}/information/"))
    assert "not tax exempt free setup" in shown and "no auto suspend from Acme Ltd" in shown
    assert client.submit(path, "/edit/", last_name="Okafor-Smith").status_code == 302
    assert row_of(session, Customer, member.id).privileges == {"tax_exempt": False, "free_setup": True}


@pytest.mark.parametrize("own", [None, True, False])
def test_who_has_priority_support_comes_first_with_a_new_ticket(session, signed_in, acme, member, own):
    acme.privileges = {"priority_support": True}
    member.privileges = {} if own is None else {"priority_support": own}
    desk = make(session, Department).id
    session.commit()
    client, new = signed_in("agent"), f"/admin/ticket/new/?customer_id={member.id}"
    made = client.submit(new, "/new/", subject="No light", department_id=desk)
    client.submit(new, "/new/", subject="A bill", department_id=desk, priority="low")
    begun = dict(session.execute(sa.select(Ticket.subject, Ticket.priority)).all())
    session.rollback()
    usual = Priority.NORMAL if own is False else Priority.HIGH
    assert begun == {"No light": usual, "A bill": Priority.LOW}
    shown = words(client.get(made.location))
    where = {None: "Support Priority from Acme Ltd", True: "Support Priority", False: ""}[own]
    assert where in shown and ("Support Priority" in shown) is (own is not False)
