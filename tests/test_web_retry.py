"""What a database gives up through nobody's fault is done again, and nobody is shown a 503 for it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from models.customer import Customer
from operations import records
from seed.factory import make

from .portal_people import customer_who_signs_in, enter
from .reading import words


class Deadlock(Exception):
    sqlstate = "40P01"


@pytest.fixture
def given_up(monkeypatch):
    """The next two saves end as a deadlock does."""
    left, real = [2], records.flush

    def flush(session, model):
        if left[0]:
            left[0] -= 1
            raise OperationalError("update", {}, Deadlock("deadlock detected"))
        real(session, model)

    monkeypatch.setattr(records, "flush", flush)
    return left


def test_a_save_that_met_another_one_is_done_again(signed_in, session, given_up):
    row_id = make(session, Customer, last_name="Ek").id
    session.commit()
    given_up[0] = 2
    agent = signed_in("agent")
    form = agent.form(f"/admin/customer/{row_id}/edit/")
    form.fields["last_name"] = "Eek"
    given_up[0] = 2
    assert agent.post(form.action, data=form.fields).status_code == 302
    assert session.scalar(sa.select(Customer.last_name).where(Customer.id == row_id)) == "Eek"


def test_a_new_record_is_made_once_all_the_same(signed_in, session, given_up):
    agent = signed_in("agent")
    form = agent.form("/admin/customer/new/")
    form.fields["last_name"] = "Once Only"
    given_up[0] = 2
    assert agent.post("/admin/customer/new/", data=form.fields).status_code == 302
    made = sa.select(sa.func.count()).select_from(Customer).where(Customer.last_name == "Once Only")
    assert session.scalar(made) == 1


def test_after_three_tries_one_is_told_and_loses_nothing(signed_in, session, given_up):
    row_id = make(session, Customer, last_name="Ek").id
    session.commit()
    agent = signed_in("agent")
    form = agent.form(f"/admin/customer/{row_id}/edit/")
    form.fields["last_name"] = "Eek"
    given_up[0] = 9
    answer = agent.post(form.action, data=form.fields)
    assert answer.status_code == 409 and "try again" in words(answer) and 'value="Eek"' in answer.text


def test_what_a_customer_saves_in_the_portal_is_done_again_too(client, session, given_up):
    given_up[0] = 0
    customer_id = customer_who_signs_in(session).customer_id
    enter(client)
    form = client.form("/portal/reach")
    form.fields["phone_e164"] = "+12125550000"
    given_up[0] = 2
    assert client.post("/portal/reach", data=form.fields).status_code == 302
    saved = sa.select(Customer.phone_e164).where(Customer.id == customer_id)
    assert session.scalar(saved) == "+12125550000"
    session.rollback()
    form = client.form("/portal/reach")
    given_up[0] = 9
    answer = client.post("/portal/reach", data=form.fields | {"phone_e164": "+12125550001"})
    assert answer.status_code == 422 and "try again in a moment" in words(answer)
