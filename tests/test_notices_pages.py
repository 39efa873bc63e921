"""Notification settings on the page of a customer, and what contacts have to do with them."""

import datetime as dt

import pytest
import sqlalchemy as sa

from models.customer import Channel, Contact, Customer, NotificationSetting, Topic
from models.message import Message
from seed.factory import make

from .reading import bring_back, flashes, links, send_away, words, wrong
from .stored import only, row_of, stored


@pytest.fixture
def ann(session):
    made = make(session, Customer, first_name="Ann", last_name="Lee", email="ann@example.com")
    session.commit()
    return made


@pytest.fixture
def bob(session, ann):
    made = make(session, Contact, customer=ann, name="Bob Ray", email="bob@example.com")
    session.commit()
    return made


@pytest.fixture
def agent(signed_in):
    return signed_in("agent")


def settings(session):
    asked = sa.select(NotificationSetting).order_by(NotificationSetting.id)
    return [(s.topic, s.destination, s.enabled) for s in stored(session, asked)]


def tick(client, contact, alerts=True):
    form = client.form(f"/admin/contact/{contact.id}/edit/", "/edit/")
    form.fields.pop("alerts", None)
    if alerts:
        form.fields["alerts"] = "yes"
    return client.post(form.action, data=form.fields)


@pytest.mark.req("S4.24")
def test_the_destinations_of_each_topic_are_on_the_record(agent, session, ann):
    new = f"/admin/notification_setting/new/?customer_id={ann.id}"
    for topic, channel, to in (
        ("outage", "email", "ops@example.com"),
        ("outage", "sms", "+27821234567"),
        ("invoice", "email", "bills@example.com"),
    ):
        answer = agent.submit(new, topic=topic, channel=channel, destination=to)
        assert answer.status_code == 302
    page = words(agent.get(f"/admin/customer/{ann.id}/communications/notifications/"))
    for text in (
        "Outage",
        "E-mail",
        "ops@example.com",
        "SMS",
        "+27821234567",
        "Invoice",
        "bills@example.com",
    ):
        assert text in page


def test_a_destination_is_one_of_its_channel(agent, session, ann):
    new = f"/admin/notification_setting/new/?customer_id={ann.id}"
    for channel, to in (
        ("email", "+27821234567"),
        ("email", "ann"),
        ("sms", "ann@example.com"),
        ("sms", "12"),
    ):
        answer = agent.submit(new, topic="outage", channel=channel, destination=to)
        assert (answer.status_code, list(wrong(answer))) == (422, ["destination"])
    assert agent.submit(new, topic="outage", channel="sms", destination="+27 82 123-4567").status_code == 302
    assert only(session, NotificationSetting).destination == "+27821234567"


@pytest.mark.req("S4.25")
def test_a_setting_that_is_switched_off_ends_the_messages(signed_in, session, ann):
    manager = signed_in("manager")
    setting = make(
        session, NotificationSetting, customer=ann, topic=Topic.SUSPENSION, destination="boss@example.com"
    )
    session.commit()
    suspend, resume = (f"/admin/customer/operate/{v}/?ids={ann.id}" for v in ("suspend", "resume"))
    manager.submit(suspend, go="1", tell_them="yes", reason="Unpaid")
    assert [m.recipient for m in stored(session, sa.select(Message))] == ["boss@example.com"]
    form = manager.form(f"/admin/notification_setting/{setting.id}/edit/", "/edit/")
    form.fields.pop("enabled")
    manager.post(form.action, data=form.fields)
    manager.submit(resume, go="1", tell_them="yes")
    assert row_of(session, Customer, ann.id).workflow_state == "approved"
    assert len(stored(session, sa.select(Message))) == 1


@pytest.mark.req("S4.26")
def test_a_changed_contact_asks_for_an_update_which_takes_one_click(agent, session, ann, bob):
    tick(agent, bob)
    page = f"/admin/customer/{ann.id}/"
    assert "Contact has changed" not in words(agent.get(page))
    agent.submit(f"/admin/contact/{bob.id}/edit/", "/edit/", email="bob@new.example")
    shown = agent.get(page)
    assert "Contact has changed. Usage warning by E-mail still goes to where they were before." in words(
        shown
    )
    assert "bob@example.com, Bob Ray" in words(shown)
    first, second = links(shown, "Use the new address")
    preview = agent.submit(first)
    told = words(agent.get(preview.location))
    assert "bob@example.com" in told and "bob@new.example" in told
    assert settings(session)[0][1] == "bob@example.com"
    for link in (first, second):
        assert agent.submit(link, "/operate/", go="1").status_code == 303
    assert [to for _, to, _ in settings(session)] == ["bob@new.example"] * 2
    assert "Contact has changed" not in words(agent.get(page))


def test_a_number_that_has_changed_asks_too_and_one_that_is_gone_cannot_be_used(agent, session, ann, bob):
    said = {"customer": ann, "contact": bob, "topic": Topic.OUTAGE, "channel": Channel.SMS}
    setting = make(session, NotificationSetting, destination="+27821234567", **said)
    session.commit()
    page = agent.get(f"/admin/customer/{ann.id}/")
    (link,) = links(page, "Use the new address")
    answer = agent.submit(link, "/operate/", go="1")
    assert "Bob Ray has no phone number any more" in flashes(agent.get(answer.location))
    assert row_of(session, NotificationSetting, setting.id).destination == "+27821234567"


def test_the_one_who_may_not_see_addresses_is_not_told_them(signed_in, session, ann, bob):
    make(session, NotificationSetting, customer=ann, contact=bob, destination="old@example.com")
    session.commit()
    page = words(signed_in("viewer").get(f"/admin/customer/{ann.id}/"))
    assert "Contact has changed" in page and "old@example.com" not in page


@pytest.mark.req("S2.22")
def test_the_box_and_the_settings_say_the_same(agent, session, bob):
    tick(agent, bob)
    ((one, *_), (two, *_)) = settings(session)
    assert {one, two} == {Topic.USAGE_WARNING, Topic.USAGE_CUT_OFF}
    ids = [s.id for s in stored(session, sa.select(NotificationSetting))]
    for row_id, alerts in zip(ids, (True, False), strict=True):
        form = agent.form(f"/admin/notification_setting/{row_id}/edit/", "/edit/")
        form.fields.pop("enabled")
        agent.post(form.action, data=form.fields)
        assert row_of(session, Contact, bob.id).alerts is alerts
    tick(agent, bob)
    assert [on for *_, on in settings(session)] == [True, True]


def test_ticking_again_takes_the_address_of_now(agent, session, bob):
    tick(agent, bob)
    tick(agent, bob, alerts=False)
    agent.submit(f"/admin/contact/{bob.id}/edit/", "/edit/", email="bob@new.example")
    tick(agent, bob)
    assert [to for _, to, _ in settings(session)] == ["bob@new.example"] * 2


def test_two_contacts_with_one_address_are_told_once(agent, session, ann, bob):
    tick(agent, bob)
    other = make(session, Contact, customer=ann, name="Bea", email="bob@example.com")
    session.commit()
    answer = tick(agent, other)
    assert answer.status_code == 422 and "gets the alerts at this address already" in wrong(answer)["email"]


def test_deleting_the_last_setting_clears_the_box(signed_in, session, bob):
    manager = signed_in("manager")
    tick(manager, bob)
    for setting in stored(session, sa.select(NotificationSetting)):
        assert row_of(session, Contact, bob.id).alerts
        send_away(manager, "notification_setting", setting.id)
    assert not row_of(session, Contact, bob.id).alerts


def test_a_contact_that_comes_back_brings_its_settings_along(signed_in, session, ann, bob):
    admin = signed_in("admin")
    tick(admin, bob)
    send_away(admin, "contact", bob.id)
    assert settings(session) == []
    assert "Restored" in bring_back(admin, row_id=bob.id)
    assert row_of(session, Contact, bob.id).alerts
    assert [(to, on) for _, to, on in settings(session)] == [("bob@example.com", True)] * 2


@pytest.mark.req("S3.46")
def test_when_a_customer_was_written_to_last_is_a_column_and_a_filter(agent, session, ann, queries):
    make(session, Customer, last_name="Bo Nobody")
    for day, state in ((1, "sent"), (9, "sent"), (20, "failed")):
        at = f"2026-03-{day:02}T09:00:00+00:00"
        make(session, Message, customer=ann, state=state, queued_at=dt.datetime.fromisoformat(at))
    session.commit()
    page = agent.get("/admin/customer/?columns=display_name,message.queued_at")
    assert "Last message" in words(page) and 'datetime="2026-03-20' in page.text

    def found(day):
        return words(agent.get(f"/admin/customer/?not_written_to_since={day}"))

    assert "Ann Lee" in found("2026-03-10") and "Bo Nobody" in found("2026-03-10")
    assert "Ann Lee" not in found("2026-03-09") and "Bo Nobody" in found("2026-03-09")
