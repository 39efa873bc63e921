"""Saves of a record and of what belongs to it take their locks in one order: none waits for ever."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
import sqlalchemy as sa

from models.customer import Contact, Customer
from seed.factory import make

from .ground import on_postgresql
from .stored import stored

pytestmark = on_postgresql
WAITS = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@pytest.fixture
def contact(session):
    made = make(session, Contact, name="Ann", email="ann@lee.example")
    session.commit()
    return made.id, made.customer_id


def between(ground, statements, meanwhile):
    """Do the first of these, let `meanwhile` begin and wait, do the others; what it answered."""
    first, *others = statements
    with ThreadPoolExecutor(1) as pool, ground.engine.connect() as rival, ground.engine.connect() as watch:
        rival.execute(first)
        answer = pool.submit(Context().run, meanwhile)
        deadline = time.monotonic() + 20
        while not watch.scalar(WAITS) and not answer.done() and time.monotonic() < deadline:
            watch.rollback()
            time.sleep(0.02)
        for statement in others:
            rival.execute(statement)
        rival.commit()
        return answer.result()


def form_of_the_customer(contact_id, customer_id):
    """What a form with its parts does: the customer first, then what belongs to it."""
    customer, contact = Customer.__table__, Contact.__table__
    return [
        sa.update(customer).where(customer.c.id == customer_id).values(terms_days=7),
        sa.update(contact).where(contact.c.id == contact_id).values(phone_e164="+12125550000"),
    ]


def test_a_contact_and_its_customer_are_saved_at_once(signed_in, session, ground, deadlocks, contact):
    agent = signed_in("agent")
    form = agent.form(f"/admin/contact/{contact[0]}/edit/", "/edit/")
    form.fields["name"] = "Anna"
    sent = between(ground, form_of_the_customer(*contact), lambda: agent.post(form.action, data=form.fields))
    assert (sent.status_code, deadlocks) == (302, [])
    told = stored(session, sa.select(Contact.name, Contact.phone_e164).where(Contact.id == contact[0]))
    assert told == [("Anna", "+12125550000")]


def test_two_who_add_to_one_customer_do_not_lock_each_other_out(signed_in, session, ground, deadlocks):
    customer_id = make(session, Customer).id
    session.commit()
    ready, clients = threading.Barrier(4), [signed_in("agent") for _ in range(4)]
    forms = [client.form(f"/admin/contact/new/?customer_id={customer_id}", "/new/") for client in clients]

    def send(number):
        forms[number].fields["name"] = f"Contact {number}"
        ready.wait()
        return clients[number].post(forms[number].action, data=forms[number].fields).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(Context().run, send, number) for number in range(4)]
        assert [answer.result() for answer in answers] == [302] * 4
    assert deadlocks == []
    count = sa.select(sa.func.count()).select_from(Contact).where(Contact.customer_id == customer_id)
    assert stored(session, count) == [4]
