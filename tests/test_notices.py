"""Who is told: the notification settings of a customer, by topic, channel and destination."""

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import Channel, Contact, Customer, NotificationSetting, Topic
from models.message import Message, MessageChannel
from operations import outbox
from operations.errors import Invalid, Refused
from operations.operation import Context
from seed.factory import make

from .post_office import settled


@pytest.fixture(autouse=True)
def office(tmp_path):
    with settled(tmp_path / "mailbox") as here:
        yield here


@pytest.fixture
def ann(session):
    return make(session, Customer, first_name="Ann", last_name="Lee", email="ann@example.com")


def wants(session, customer, topic=Topic.OUTAGE, channel=Channel.EMAIL, to="ops@example.com", **said):
    return make(
        session, NotificationSetting, customer=customer, topic=topic, channel=channel, destination=to, **said
    )


def test_every_enabled_destination_of_a_topic_is_written_to(session, ann):
    bob = make(session, Contact, customer=ann, name="Bob Ray", email="bob@example.com")
    wants(session, ann)
    wants(session, ann, channel=Channel.SMS, to="+27821234567")
    wants(session, ann, to="bob@example.com", contact_id=bob.id)
    wants(session, ann, to="off@example.com", enabled=False)
    wants(session, ann, topic=Topic.INVOICE, to="bills@example.com")
    told = outbox.tell(session, ann, Topic.OUTAGE, "suspended", reason="Works")
    assert [(m.channel, m.recipient) for m in told] == [
        (MessageChannel.EMAIL, "ops@example.com"),
        (MessageChannel.SMS, "+27821234567"),
        (MessageChannel.EMAIL, "bob@example.com"),
    ]
    assert "Hello Bob Ray," in told[2].body and told[2].contact_id == bob.id


def test_who_never_said_where_to_is_written_to_at_home(session, ann):
    (told,) = outbox.tell(session, ann, Topic.OUTAGE, "suspended")
    assert told.recipient == "ann@example.com"


def test_alerts_reach_only_those_who_asked_for_them(session, ann):
    assert outbox.tell(session, ann, Topic.USAGE_WARNING, "suspended") == []
    wants(session, ann, topic=Topic.USAGE_WARNING)
    assert len(outbox.tell(session, ann, Topic.USAGE_WARNING, "suspended")) == 1


def test_who_has_switched_everything_off_hears_nothing(session, ann):
    wants(session, ann, topic=Topic.SUSPENSION, enabled=False)
    assert outbox.tell(session, ann, Topic.SUSPENSION, "suspended") == []
    ctx = Context(session)
    ctx.tell(ann, "suspended")
    assert ctx.warnings == ["Not told, because they have switched that off: customers (1)."]


def test_an_operation_tells_by_the_settings_of_its_topic(session, ann):
    wants(session, ann, topic=Topic.SUSPENSION, to="boss@example.com")
    ctx = Context(session)
    ctx.tell(ann, "suspended")
    ctx.tell(ann, "approved")
    told = session.scalars(sa.select(Message.recipient).order_by(Message.id)).all()
    assert told == ["boss@example.com", "ann@example.com"]


def test_a_key_keeps_each_destination_from_being_told_twice(session, ann):
    wants(session, ann)
    wants(session, ann, channel=Channel.SMS, to="+27821234567")
    first = outbox.tell(session, ann, Topic.OUTAGE, "suspended", unique_key="outage:1")
    session.flush()
    assert outbox.tell(session, ann, Topic.OUTAGE, "suspended", unique_key="outage:1") == first


def test_a_text_message_has_no_html_and_says_what_the_subject_of_the_mail_does(session, ann):
    ann.phone_e164 = "+27821234567"
    said = outbox.post(session, ann, "suspended", channel=MessageChannel.SMS)
    assert (said.recipient, said.html, said.body) == ("+27821234567", "", "Your account is suspended")


@pytest.mark.parametrize("number", ["0821234567", "+0821234567", "ann@example.com", "+1\n2345678"])
def test_what_is_no_number_is_refused(session, ann, number):
    with pytest.raises(Refused, match="is not a phone number"):
        outbox.post(session, ann, "suspended", to=number, channel=MessageChannel.SMS)


def test_without_a_number_no_text_message_is_queued(session, ann):
    with pytest.raises(Refused, match="Ann Lee has no phone number"):
        outbox.post(session, ann, "suspended", channel=MessageChannel.SMS)


def test_a_text_message_that_is_too_long_is_refused(session, ann):
    ann.phone_e164 = "+27821234567"
    words = outbox.Shipped("x", "other", "", "{{ text }}", frozenset(), MessageChannel.SMS)
    with pytest.raises(Invalid, match="more than 459 letters"):
        outbox.write(session, ann, words, MessageChannel.SMS, "+27821234567", text="a" * 460)


def test_a_message_knows_what_it_is_about(session, ann):
    said = outbox.post(session, ann, "suspended", related=ann)
    assert (said.related_type, said.related_id) == ("customer", ann.id)
    again = outbox.post(session, ann, "suspended", related=("ticket", 7))
    assert (again.related_type, again.related_id) == ("ticket", 7)


def test_sent_again_it_goes_to_the_destination_that_is_still_there(session, ann):
    setting = wants(session, ann)
    (told,) = outbox.tell(session, ann, Topic.OUTAGE, "suspended", related=ann)
    told.state, told.sent_at = "sent", now()
    session.flush()
    assert outbox.resend(session, told).recipient == "ops@example.com"
    session.delete(setting)
    session.flush()
    again = outbox.resend(session, told)
    assert (again.recipient, again.related_id) == ("ann@example.com", ann.id)
