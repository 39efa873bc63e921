"""Message templates: changed, added and previewed by staff, and never more than words."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.customer import Customer
from models.message import MessageChannel, MessageTemplate
from operations import letters, outbox
from operations.shipped_mail import shipped
from operations.template_preview import sample
from seed.factory import make

from .ground.client import find_form
from .reading import words, wrong
from .stored import only, stored

NEW = "/admin/message_template/new/"


@pytest.fixture
def manager(signed_in):
    return signed_in("manager")


def of(session, code):
    return only(session, MessageTemplate, MessageTemplate.code == code)


def edit(template):
    return f"/admin/message_template/{template.id}/edit/"


def preview(client, path, **said):
    form = client.form(path)
    for name, value in said.items():
        form.fields[name] = value
    return client.post("/admin/message_template/preview/", data=form.fields)


def test_what_is_typed_is_shown_as_it_will_be_before_it_is_saved(manager, session):
    template = of(session, "approved")
    body = "Hello {{ name }},\n\nwelcome to {{ company }}."
    answer = preview(manager, edit(template), subject="Welcome", body=body)
    assert answer.status_code == 200 and "Hello Ann Lee,<br>" not in answer.text
    assert "<p>Hello Ann Lee,</p>" in answer.text and "welcome to Recordroom." in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert of(session, "approved").body == template.body


@pytest.mark.parametrize(
    ("said", "words_"),
    [
        ({"body": "Hello {{ secret }}"}, "{{ secret }} is not known here"),
        ({"body": "Hello {{ name }"}, "Write a name as"),
        ({"body": ""}, "Text: This is needed."),
        ({"body": "{{ 7*7 }} {{ name.__class__ }}"}, "Write a name as"),
        ({"subject": "{{ link }}"}, "not known here"),
    ],
)
def test_what_cannot_be_filled_in_is_said_in_the_preview_and_refused_at_the_field(
    manager, session, said, words_
):
    template = of(session, "approved")
    assert words_ in words(preview(manager, edit(template), **said))
    answer = manager.submit(edit(template), "/edit/", **said)
    assert answer.status_code == 422 and list(wrong(answer)) == list(said)


def test_a_preview_is_for_those_who_may_write_templates(signed_in, manager, session):
    fields = manager.form(edit(of(session, "approved"))).fields
    agent = signed_in("agent")
    fields["csrf_token"] = find_form(agent.get("/admin/customer/new/")).fields["csrf_token"]
    assert agent.post("/admin/message_template/preview/", data=fields).status_code == 403
    tag = manager.form("/admin/tag/new/").fields
    assert manager.post("/admin/tag/preview/", data=tag).status_code == 404


def test_markup_in_a_template_is_text(manager, session):
    body = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    for channel in ("email", "sms", "letter"):
        said = {"code": "x", "channel": channel, "topic": "other", "locale": "en_US"}
        shown = preview(manager, NEW, **said, subject=body, body=body).text
        assert "<script>" not in shown and "<img" not in shown and "&lt;script&gt;" in shown


@pytest.mark.parametrize("channel", ["email", "sms", "letter"])
def test_staff_add_templates_of_their_own(manager, session, channel):
    said = {"code": "greeting", "channel": channel, "topic": "other", "locale": "en_US"}
    answer = manager.submit(NEW, **said, subject="Greetings", body="Hello {{ name }}: {{ text }}")
    assert answer.status_code == 302
    reach = {"email": "a@example.com", "phone_e164": "+27821234567"}
    ann = make(session, Customer, first_name="", last_name="Ann", **reach)
    told = outbox.post(session, ann, "greeting", to=None if channel != "letter" else "a@b.co", text="Hi.")
    assert (told.channel, told.body) == (MessageChannel(channel), "Hello Ann: Hi.")
    session.rollback()
    row = of(session, "greeting")
    assert manager.submit(f"/admin/message_template/operate/delete/?ids={row.id}", go="1").status_code == 303
    assert not stored(session, sa.select(MessageTemplate).where(MessageTemplate.code == "greeting"))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"code": "approved"}, "locale"),  # there is one in this language
        ({"code": "approved", "locale": "de_DE", "channel": "sms"}, "channel"),
        ({"code": "approved_sms"}, "code"),
        ({"channel": "sms", "body": "x" * 460}, "body"),
        ({"code": ""}, "code"),
    ],
)
def test_what_would_not_work_is_refused(manager, said, field):
    plain = {"code": "greeting", "channel": "email", "topic": "other", "locale": "en_US"}
    answer = manager.submit(NEW, **(plain | {"subject": "Hi", "body": "Hello"} | said))
    assert answer.status_code == 422 and set(wrong(answer)) & {field, "code"}


def test_the_programs_own_keep_their_name_and_stay(manager, session):
    template = of(session, "approved")
    answer = manager.submit(edit(template), "/edit/", code="welcomed")
    assert (answer.status_code, list(wrong(answer))) == (422, ["code"])
    preview = manager.submit(f"/admin/message_template/operate/delete/?ids={template.id}", go="1")
    manager.get(preview.location or "/")
    assert of(session, "approved").id == template.id


def test_a_template_in_another_language_is_for_customers_of_that_language(manager, session):
    said = {"code": "approved", "channel": "email", "topic": "other", "locale": "de_DE"}
    manager.submit(NEW, **said, subject="Angenommen", body="Hallo {{ name }}")
    subjects = {"de_AT": "Angenommen", "fr_FR": "Your account is approved", "": "Your account is approved"}
    for locale, subject in subjects.items():
        ann = make(session, Customer, email="a@example.com", locale=locale or "en_US")
        assert outbox.post(session, ann, "approved").subject == subject


@pytest.mark.parametrize("code", sorted(shipped()))
def test_every_shipped_template_has_a_sample_for_each_name(code):
    found = shipped()[code]
    told = {name: letters.plain(sample(name), "en_US") for name in found.names}
    made = letters.write(found.subject, found.body, told, "en_US")
    assert all(told.values()) and "{{" not in made.body and made.body.count("\n\n") >= 0


@given(st.text(max_size=80), st.text(max_size=80))
def test_filling_is_one_pass_whatever_the_words_and_the_value(before, value):
    text = before.replace("{", "").replace("}", "") + "{{ name }}"
    assert letters.fill(text, {"name": value}).endswith(value)
