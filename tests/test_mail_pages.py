"""Mails on pages: on the customer, one by itself, all of them, and the mailbox without a server."""

import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from admin_views.letter_frame import linked
from models.access import AccessLog, StaffReseller
from models.base import now
from models.customer import Customer, Reseller
from models.message import Message, MessageState, MessageTopic
from operations import outbox
from operations.delivery import deliver
from operations.letters import BLANK
from seed.factory import make

from .post_office import sessions_of, settled
from .reading import ids, links, words

LINK = "http://desk.example/portal/password/" + "t" * 43


@pytest.fixture(autouse=True)
def office(app, tmp_path, monkeypatch):
    """A mailbox of the test's own."""
    monkeypatch.setitem(app.config, "RECORDROOM", replace(app.config["RECORDROOM"], instance=tmp_path))
    with settled(tmp_path / "mailbox") as here:
        yield here


@pytest.fixture
def ann(session):
    return make(session, Customer, first_name="Ann", last_name="Lee", email="ann@example.com")


def mail(session, customer, template="approved", **said):
    """One that is there already, with whatever columns are `said`."""
    secrets = said.pop("secrets", None)
    message = outbox.post(session, customer, template, secrets=secrets)
    for name, value in said.items():
        setattr(message, name, value)
    session.flush()
    return message


def tab_of(customer):
    return f"/admin/customer/{customer.id}/communications/received-e-mails/"


@pytest.mark.req("S0.13")
def test_every_mail_of_two_years_is_on_the_customer(session, ann, signed_in):
    days = (700, 300, 2)
    for ago in days:
        mail(session, ann, subject=f"Mail {ago}", queued_at=now() - dt.timedelta(days=ago))
    mail(session, make(session, Customer, email="other@example.com"), subject="Not hers")
    path = tab_of(ann)
    session.commit()
    page = signed_in("agent").get(path)
    shown = [page.text.find(f"Mail {ago}") for ago in reversed(days)]
    assert -1 not in shown and shown == sorted(shown) and "Not hers" not in page.text
    assert page.text.count("ann@example.com") >= 3 and page.text.count("<time") >= 3


@pytest.mark.req("S0.14")
def test_the_mails_of_a_customer_are_narrowed_by_topic(session, ann, signed_in):
    for topic in MessageTopic:
        mail(session, ann, topic=topic, subject=f"About {topic.value}")
    path = tab_of(ann)
    session.commit()
    client = signed_in("agent")
    page = client.get(f"{path}?topic=outage")
    assert page.text.count("About ") - page.text.count("About outage") == 0 and "About outage" in page.text
    assert len(ids(page)) == 1 and len(ids(client.get(path))) == len(MessageTopic)
    assert len(ids(client.get(f"{path}?topic=outage&topic=invoice"))) == 2
    nothing = client.get(f"{path}?topic=outage&state=failed")
    assert nothing.status_code == 200 and not ids(nothing) and "Clear all" in nothing.text
    assert client.get(f"{path}?topic=weather").status_code == 200
    assert client.get(f"{path}?weather=bad").status_code == 200


def test_filters_stay_when_a_tab_is_paged(session, ann, signed_in):
    for number in range(120):
        mail(session, ann, topic=MessageTopic.OUTAGE if number % 2 else MessageTopic.INVOICE)
    path = tab_of(ann)
    session.commit()
    client = signed_in("agent")
    first = client.get(f"{path}?topic=outage")
    following = re.search(r'id="page-next" rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = client.get(following)
    assert "topic=outage" in following and len(ids(first)) == 50 and len(ids(second)) == 10
    assert not set(ids(first)) & set(ids(second))


@pytest.mark.req("S0.15")
def test_a_mail_opens_with_its_words_and_its_secret_blanked(session, ann, signed_in):
    message = mail(session, ann, "welcome_password", secrets={"link": LINK, "password": "blue-otter"})
    path = tab_of(ann)
    session.commit()
    client = signed_in("agent")
    row = re.search(rf'data-id="{message.id}" data-href="([^"]+)"', client.get(path).text)
    assert row[1] == f"/admin/message/{message.id}/"
    page = client.get(row[1])
    html = client.get(f"{row[1]}html/")
    for answer in (page, html):
        assert BLANK in answer.text and "blue-otter" not in answer.text and LINK not in answer.text
        assert "Hello Ann Lee," in answer.text


def test_opening_a_mail_is_in_the_trail_of_the_customer(session, ann, signed_in):
    message = mail(session, ann)
    session.commit()
    client = signed_in("agent")
    client.get(f"/admin/message/{message.id}/")
    seen = session.scalars(sa.select(AccessLog).where(AccessLog.object_type == "message")).one()
    assert (seen.object_id, seen.customer_id, seen.staff_user_id) == (message.id, ann.id, client.staff_id)


def test_the_html_of_a_mail_is_shut_in(session, ann, signed_in):
    message = mail(session, ann)
    session.commit()
    answer = signed_in("agent").get(f"/admin/message/{message.id}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy and not {"allow-scripts", "allow-same-origin"} & set(
        policy.split()
    )
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    around = signed_in("agent").get(f"/admin/message/{message.id}/").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in around and "frame-ancestors 'none'" in around


def test_who_sees_no_personal_data_reads_no_mail(session, ann, signed_in):
    message = mail(session, ann)
    session.commit()
    viewer = signed_in("viewer")
    page = viewer.get(f"/admin/message/{message.id}/")
    assert page.status_code == 200 and "ann@example.com" not in page.text and "Hello" not in page.text
    assert viewer.get(f"/admin/message/{message.id}/html/").status_code == 404


def test_mails_follow_the_row_rule(session, signed_in):
    mine, other = make(session, Reseller), make(session, Reseller)
    hers = make(session, Customer, email="a@example.com", reseller_id=mine.id)
    his = make(session, Customer, email="b@example.com", reseller_id=other.id)
    seen, hidden = mail(session, hers), mail(session, his)
    to_staff = outbox.post(session, None, "recovery", to="sam@example.com", name="Sam")
    session.commit()
    limited = limited_to(session, signed_in, mine)
    assert limited.get(f"/admin/message/{seen.id}/").status_code == 200
    for foreign in (hidden, to_staff):
        path = f"/admin/message/{foreign.id}/"
        assert limited.get(path).status_code == limited.get(f"{path}html/").status_code == 404
        token = limited.token()
        assert limited.post(f"{path}resend/", data={"csrf_token": token}).status_code == 404
    assert ids(limited.get("/admin/message/")) == [seen.id]
    assert set(ids(signed_in("agent").get("/admin/message/"))) == {seen.id, hidden.id}
    assert to_staff.id in ids(signed_in("admin").get("/admin/message/"))


def limited_to(session, signed_in, reseller):
    client = signed_in("agent")
    make(session, StaffReseller, staff_user_id=client.staff_id, reseller_id=reseller.id)
    session.commit()
    return client


def test_a_mail_has_no_form_and_no_history(session, ann, signed_in):
    message = mail(session, ann)
    session.commit()
    admin = signed_in("admin")
    for part in ("edit/", "delete/", "history/", "overview/", "a/b/"):
        assert admin.get(f"/admin/message/{message.id}/{part}").status_code == 404
    assert admin.get("/admin/message/new/").status_code == 404


def test_a_failed_mail_shows_why_and_is_sent_again_to_the_new_address(session, ann, signed_in):
    message = mail(session, ann, state=MessageState.FAILED, error="550 No such person", next_at=None)
    ann.email = "ann@new.example"
    session.commit()
    agent, path = signed_in("agent"), f"/admin/message/{message.id}/"
    page = agent.get(path)
    assert "550 No such person" in page.text and "Not delivered" in page.text
    answer = agent.submit(path, f"{path}resend/")
    session.expire_all()
    again = session.scalars(sa.select(Message).where(Message.resent_of_id == message.id)).one()
    assert answer.location == f"/admin/message/{again.id}/"
    assert (again.recipient, again.state, again.sent_by_id) == (
        "ann@new.example",
        MessageState.QUEUED,
        agent.staff_id,
    )


def test_a_mail_with_a_spent_secret_offers_no_second_sending(session, ann, signed_in):
    message = mail(session, ann, "recovery", secrets={"link": LINK})
    message.state, message.secrets = MessageState.SENT, None
    session.commit()
    agent, path = signed_in("agent"), f"/admin/message/{message.id}/"
    assert "Send a new one instead" in agent.get(path).text and "resend/" not in agent.get(path).text
    token = agent.token()
    told = agent.post(f"{path}resend/", data={"csrf_token": token}, follow_redirects=True)
    assert "Send a new one instead" in words(told)
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


@pytest.mark.parametrize("role", ["viewer", "tech"])
def test_sending_again_takes_the_right_to(session, ann, signed_in, role):
    message = mail(session, ann, state=MessageState.SENT)
    session.commit()
    client, path = signed_in(role), f"/admin/message/{message.id}/"
    assert "resend/" not in client.get(path).text
    token = client.token()
    assert client.post(f"{path}resend/", data={"csrf_token": token}).status_code == 403


def test_what_is_not_delivered_waits_on_the_dashboard_until_it_is_written_again(session, ann, signed_in):
    failed = mail(session, ann, state=MessageState.FAILED, queued_at=now() - dt.timedelta(hours=2))
    session.commit()
    agent = signed_in("agent")
    (queue,) = set(links(agent.get("/admin/"), "Mail not delivered"))
    assert ids(agent.get(queue)) == [failed.id]
    again = outbox.resend(session, session.get(Message, failed.id))
    session.commit()
    assert again.id and not ids(agent.get(queue))


def test_a_line_break_or_markup_in_a_name_stays_text_on_the_page(session, signed_in):
    evil = make(session, Customer, last_name="<script>alert(1)</script>", email="e@example.com")
    message = mail(session, evil)
    session.commit()
    agent = signed_in("agent")
    for path in ("", "html/"):
        assert "<script>alert" not in agent.get(f"/admin/message/{message.id}/{path}").text


def test_without_a_server_mails_are_read_in_the_mailbox(session, app, ann, signed_in):
    message = mail(session, ann, "recovery", secrets={"link": LINK})
    session.commit()
    deliver(sessions_of(app))
    admin = signed_in("admin")
    assert f'href="/mailbox/{message.id}"' in admin.get("/mailbox").text
    assert 'href="/mailbox"' in admin.get("/admin/").text
    page, html = admin.get(f"/mailbox/{message.id}"), admin.get(f"/mailbox/{message.id}/html")
    assert f'<a href="{LINK}"' in page.text and f'href="{LINK}"' in html.text
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert admin.get("/mailbox/999999").status_code == 404
    assert admin.get("/mailbox/../secret_key").status_code == 404


def test_an_empty_mailbox_says_how_it_is_filled(signed_in):
    assert "No mails yet" in signed_in("admin").get("/mailbox").text


def test_outside_the_demo_the_mailbox_is_for_those_who_make_links_anyway(client, signed_in):
    for other in (client, signed_in("manager"), signed_in("agent")):
        assert other.get("/mailbox").status_code == other.get("/mailbox/1").status_code == 404
    assert 'href="/mailbox"' not in signed_in("agent").get("/admin/").text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"environment": "demo"}, 200),
        ({"environment": "demo", "smtp_url": "smtp://mail"}, 404),
        ({"environment": "development"}, 404),
        ({"environment": "production"}, 404),
    ],
)
def test_a_stranger_reads_the_mailbox_in_the_demo_alone(app, client, monkeypatch, said, status):
    monkeypatch.setitem(app.config, "RECORDROOM", replace(app.config["RECORDROOM"], **said))
    assert client.get("/mailbox").status_code == status


def test_only_addresses_become_links():
    text = linked('See http://a.example/b?c=1&d=2. <b> javascript:alert(1) "https://x.example/"')
    assert 'href="http://a.example/b?c=1&amp;d=2"' in text and "&lt;b&gt;" in text
    assert text.count("<a ") == 2 and 'href="javascript' not in text
