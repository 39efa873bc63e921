"""Several people at one record at the same time: nothing is lost, nothing is doubled."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from models.customer import Customer, CustomerTag, Tag
from models.history import version_table
from seed.factory import make

from .ground import on_postgresql
from .reading import words
from .stored import row_of, stored

FIELDS = {
    "first_name": "Petra",
    "tax_number": "DE 9",
    "email": "petra@example.com",
    "phone_e164": "+27 71 123 4567",
    "terms_days": "45",
    "flag": "CHK",
}


@pytest.fixture
def customer(session):
    made = make(session, Customer, last_name="Lang")
    session.commit()
    return made


def at_once(jobs):
    """All jobs at the same time, each in a thread of its own."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(Context().run, job) for job in jobs]
        return [job.result() for job in running]


def opened(signed_in, customer, people):
    path = f"/admin/customer/{customer.id}/edit/"
    clients = [signed_in("admin") for _ in range(people)]
    return [(client, client.form(path, "/edit/")) for client in clients]


def versions(session, customer):
    table = version_table(Customer)
    return stored(
        session, sa.select(table.c.version).where(table.c.id == customer.id).order_by(table.c.version)
    )


def sending(client, form):
    return lambda: client.post(form.action, data=form.fields).status_code


def test_saves_of_different_fields_at_once_are_all_kept(session, signed_in, customer):
    people = opened(signed_in, customer, len(FIELDS))
    for (_, form), (name, value) in zip(people, FIELDS.items(), strict=True):
        form.fields[name] = value
    jobs = [sending(*person) for person in people]
    assert at_once(jobs) == [302] * len(FIELDS)
    now = row_of(session, Customer, customer.id)
    assert (now.first_name, now.tax_number, now.email) == ("Petra", "DE 9", "petra@example.com")
    assert (now.phone_e164, now.terms_days, now.flag) == ("+27711234567", 45, "CHK")
    assert versions(session, customer) == list(range(1, len(FIELDS) + 2))


def test_of_saves_of_one_field_at_once_the_first_wins_and_the_others_are_asked(session, signed_in, customer):
    people = opened(signed_in, customer, 5)
    for number, (_, form) in enumerate(people):
        form.fields["first_name"] = f"Petra {number}"
    jobs = [sending(*person) for person in people]
    assert sorted(at_once(jobs)) == [302, 409, 409, 409, 409]
    assert versions(session, customer) == [1, 2]


def test_a_form_that_is_sent_twice_is_saved_once(session, signed_in, customer):
    ((client, form),) = opened(signed_in, customer, 1)
    form.fields["first_name"] = "Petra"
    jobs = [sending(client, form)] * 6
    assert at_once(jobs) == [302] * 6
    assert versions(session, customer) == [1, 2]


def test_one_tag_given_by_many_at_once_is_given_once(session, signed_in, customer):
    tag = make(session, Tag, name="VIP")
    session.commit()
    people = opened(signed_in, customer, 4)
    for _, form in people:
        form.fields.setlist("tag", [str(tag.id)])
    codes = at_once([sending(*person) for person in people])
    # Who comes at the very same moment may be told that it is taken; nobody sees an error page.
    assert set(codes) <= {302, 422} and 302 in codes
    assert stored(session, sa.select(CustomerTag.tag_id)) == [tag.id]


@on_postgresql
def test_a_save_that_another_overtakes_looks_again_and_merges(session, signed_in, customer, ground):
    """Between reading and writing: on SQLite that moment does not exist, there is one writer."""
    ((client, form),) = opened(signed_in, customer, 1)
    form.fields["first_name"] = "Petra"
    others = iter([45])

    def overtake(*_):
        for days in others:
            with Session(ground.engine) as other:
                other.get(Customer, customer.id).terms_days = days
                other.commit()

    event.listen(Session, "before_flush", overtake)
    try:
        assert client.post(form.action, data=form.fields).status_code == 302
    finally:
        event.remove(Session, "before_flush", overtake)
    now = row_of(session, Customer, customer.id)
    assert (now.first_name, now.terms_days, now.version) == ("Petra", 45, 3)


def test_a_record_that_is_deleted_meanwhile_is_said_to_be_gone(session, signed_in, customer):
    (mine, my_form), (other, _) = opened(signed_in, customer, 2)
    other.submit(f"/admin/customer/{customer.id}/delete/", "/delete/")
    my_form.fields["first_name"] = "Petra"
    answer = mine.post(my_form.action, data=my_form.fields)
    assert answer.status_code == 404 and "There is no such customer" in words(answer)
