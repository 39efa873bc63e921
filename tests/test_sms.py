"""Text messages over a real gateway: taken, refused, tried again, never twice."""

import pytest
import sqlalchemy as sa
import time_machine

from models.base import now
from models.customer import Customer
from models.message import Message, MessageChannel, MessageState
from operations import delivery, outbox
from operations.delivery import PAUSES
from seed.factory import make

from .gateway import gateway
from .post_office import sessions_of, settled

NUMBER = "+27821234567"


@pytest.fixture
def ann(session):
    return make(session, Customer, first_name="Ann", last_name="Lee", phone_e164=NUMBER)


@pytest.fixture
def deliver(app, session):
    def go():
        session.commit()
        done = delivery.deliver(sessions_of(app))
        session.expire_all()
        return done

    return go


def write(session, customer, count=1):
    sms = MessageChannel.SMS
    return [outbox.post(session, customer, "suspended", channel=sms) for _ in range(count)]


def state(session):
    message = session.scalars(sa.select(Message).order_by(Message.id)).first()
    return message.state, message.error


def test_a_text_message_is_one_request_with_a_stable_id(session, ann, deliver):
    with gateway() as office, settled(None, sms_url=office.url, sms_token="t0ken", sms_sender="Desk"):
        (message,) = write(session, ann)
        assert office.asked == []
        assert deliver().sent == 1
        ((path, headers, body),) = office.asked
        key = message.mail_id.strip("<>")
        text = "Your account is suspended"
        assert (path, body) == ("/messages", {"id": key, "to": NUMBER, "from": "Desk", "text": text})
        assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer t0ken", key)
        assert state(session) == (MessageState.SENT, "")
        assert not deliver()


@pytest.mark.parametrize("code", [500, 503, 429, 408])
def test_what_may_go_better_later_is_tried_again_under_the_same_id(session, ann, deliver, code):
    with gateway(says=[(code, "Later"), (200, "")]) as office, settled(None, sms_url=office.url):
        write(session, ann)
        assert deliver().later == 1
        assert state(session)[0] is MessageState.QUEUED and f"{code}" in state(session)[1]
        with time_machine.travel(now() + PAUSES[0]):
            assert deliver().sent == 1
        assert len({body["id"] for body in office.taken}) == 1 and len(office.taken) == 2


@pytest.mark.parametrize("code", [400, 401, 404, 422])
def test_what_the_gateway_refuses_is_final_and_says_why(session, ann, deliver, code):
    with gateway(says=[(code, '{"error": "number is barred"}')]) as office:
        with settled(None, sms_url=office.url):
            write(session, ann)
            assert deliver().failed == 1
            assert state(session)[0] is MessageState.FAILED and "number is barred" in state(session)[1]


def test_a_redirect_is_not_followed(session, ann, deliver):
    with gateway() as other, gateway(says=[(307, "")], headers={"Location": other.url}) as office:
        with settled(None, sms_url=office.url):
            write(session, ann)
            assert deliver().failed == 1 and other.asked == []


def test_a_gateway_that_hangs_up_is_knocked_at_once_in_a_batch(session, ann, deliver):
    with gateway(cut=True) as office, settled(None, sms_url=office.url):
        write(session, ann, count=3)
        assert deliver().later == 3 and len(office.asked) == 1
        assert "cannot be reached" in state(session)[1]


def test_a_gateway_that_is_away_keeps_no_mail_from_leaving(session, ann, deliver, tmp_path):
    ann.email = "ann@example.com"
    with settled(tmp_path, sms_url="http://127.0.0.1:9/"):
        write(session, ann)
        outbox.post(session, ann, "suspended")
        done = deliver()
    assert (done.sent, done.later) == (1, 1)


def test_an_answer_is_read_no_further_than_it_is_shown(session, ann, deliver):
    with gateway(says=[(400, "x" * 1_000_000)]) as office, settled(None, sms_url=office.url):
        write(session, ann)
        deliver()
        assert len(state(session)[1]) <= 300


def test_without_a_gateway_text_messages_are_in_the_mailbox_or_wait(session, ann, deliver, tmp_path):
    with settled(None):
        write(session, ann)
        assert not deliver()
    with settled(tmp_path):
        assert deliver().sent == 1
    (mail,) = tmp_path.glob("*.eml")
    assert NUMBER in mail.read_text() and "Your account is suspended" in mail.read_text()
