"""Values that a reader may not see are not shown, found, sorted by or filtered on, anywhere."""

import re

import pytest
import sqlalchemy as sa

from admin_views import screens
from models.base import columns, tables
from models.customer import Address, Contact
from models.fields import field_of
from models.service import VoipLine
from queries.filters import filters_of, personal
from seed.factory import make

from .cast import cast, who
from .ground.client import find_form
from .reading import ids, total, words

LIST = "/admin/customer/"
# Personal values of the cast, as they are stored and as they are shown.
HIDDEN = (
    "ann@example.com",
    "27711234567",
    "711234567",
    "prinsengracht",
    "nuria@cy.example",
    "34911000222",
)


@pytest.fixture
def desk(session, signed_in):
    found = cast(session)
    found.admin, found.client = signed_in("admin"), signed_in("viewer")
    return found


def pages(desk):
    ann, cy = f"{LIST}{desk.ann.id}/", f"{LIST}{desk.cy.id}/"
    yield from (LIST, f"{LIST}?columns=email,phone_e164,display_name", "/admin/")
    for at in (ann, cy):
        yield from (f"{at}{tab}" for tab in ("", "information/", "locations/", "contacts/", "history/"))
    yield from (
        "/admin/address/",
        "/admin/contact/",
        "/admin/find?q=simkova",
        f"{LIST}lookup/organization_id/",
    )


def shows(page):
    """The hidden values that a page shows or carries in its tags, with or without breaks between."""
    html = page.text.casefold()
    bare = re.sub(r"<[^>]+>|\s", "", html)
    return [value for value in HIDDEN if value in html or value in bare]


def test_no_page_shows_a_hidden_value(desk):
    for page in pages(desk):
        answer = desk.client.get(page)
        assert answer.status_code == 200 and not shows(answer), page
    seen = {value for page in pages(desk) for value in shows(desk.admin.get(page))}
    assert seen == set(HIDDEN)


def test_a_hidden_value_is_marked_as_hidden(desk):
    page = desk.client.get(f"{LIST}{desk.ann.id}/information/")
    assert "You may not see this value" in page.text and "••••" in words(page)


def test_history_masks_what_the_record_masks(desk, session):
    desk.admin.submit(f"{LIST}{desk.ann.id}/edit/", "/edit/", email="new@example.com", terms_days="30")
    for page in (f"{LIST}{desk.ann.id}/history/",):
        told = desk.client.get(page)
        assert "E-mail" in words(told) and "new@" not in told.text and "Ann@" not in told.text
        assert "••••" in words(told) and "30" in words(told)


def test_a_search_finds_nothing_by_hidden_values(desk):
    for text in (
        "ann@example.com",
        "example.com",
        "071 123 4567",
        "27711234567",
        "prinsengracht",
        "nuria@cy",
    ):
        page = desk.client.get(LIST, query_string={"search": text})
        assert (total(page), ids(page)) == ("0", []), text
        assert total(desk.admin.get(LIST, query_string={"search": text})) == "1", text
    for name in ("email", "phone_e164"):
        page = desk.client.get(LIST, query_string={"search": "ann", "in": name})
        assert who(desk, page) == "a"  # not narrowed, or it would tell
    assert 'name="in"' not in desk.client.get(LIST).text


def test_a_search_by_open_values_still_finds(desk):
    for text in ("simkova", desk.ann.code, "amsterdam", "1016hd", "nuria vidal"):
        assert total(desk.client.get(LIST, query_string={"search": text})) == "1", text


def test_an_order_by_hidden_values_is_ignored(desk):
    plain = ids(desk.client.get(LIST))
    for name in ("email", "email_norm", "phone_e164", "tax_number"):
        for sort in (name, f"-{name}"):
            assert ids(desk.client.get(f"{LIST}?sort={sort}")) == plain, sort
    assert ids(desk.admin.get(f"{LIST}?sort=phone_e164")) != plain
    for sort in ("email_norm", "-email_norm", "-", "phone_e164"):
        assert ids(desk.client.get(f"/admin/contact/?sort={sort}")) == ids(desk.client.get("/admin/contact/"))


def test_no_list_filters_on_hidden_values(app, signed_in):
    client = signed_in("viewer")
    for model in screens():
        for name, asked in filters_of(model).items():
            if personal(asked):
                assert client.get(f"/admin/{model.__tablename__}/?{name}=a").status_code in (400, 403)
        for column in columns(model):
            if field_of(column).personal:
                assert client.get(f"/admin/{model.__tablename__}/?{column.name}=a").status_code in (400, 403)


def test_a_form_neither_shows_nor_takes_hidden_values(desk, session, signed_in):
    tech = signed_in("tech")
    assert tech.get(f"{LIST}{desk.ann.id}/edit/").status_code == 403
    session.execute(
        sa.text(
            "UPDATE role SET permissions = '[\"customer.read\", \"customer.update\"]' WHERE name = 'tech'"
        )
    )
    session.commit()
    page = tech.get(f"{LIST}{desk.ann.id}/edit/")
    form = find_form(page, "/edit/")
    assert not {"email", "phone_e164", "tax_number"} & set(form.fields)
    assert not shows(page)
    form.fields["email"], form.fields["phone_e164"], form.fields["terms_days"] = "x@example.com", "", "21"
    assert tech.post(form.action, data=form.fields).status_code == 302
    session.refresh(desk.ann)
    assert (desk.ann.email, desk.ann.phone_e164, desk.ann.terms_days) == (
        "Ann@Example.com",
        "+27711234567",
        21,
    )
    session.rollback()


def test_children_are_as_personal_as_their_record(desk, session):
    contact = session.scalars(sa.select(Contact)).one()
    place = session.scalars(sa.select(Address).where(Address.customer_id == desk.ann.id)).one()
    make(session, Contact, customer=desk.ann, name="Open Name", email="secret@example.org")
    session.commit()
    contacts = f"{LIST}{desk.ann.id}/contacts/"
    for page in (f"/admin/contact/{contact.id}/", f"/admin/address/{place.id}/", contacts):
        answer = desk.client.get(page)
        assert "••••" in answer.text and "secret@" not in answer.text and not shows(answer), page
    assert "Open Name" in words(desk.client.get(contacts))


def test_who_goes_there_sees_places_and_numbers_of_services_but_not_persons(desk, session, signed_in):
    make(session, VoipLine, customer=desk.ann, number_e164="+27821234567")
    session.commit()
    tech, at = signed_in("tech"), f"{LIST}{desk.ann.id}/"
    for tab in ("", "locations/", "contacts/", "information/"):
        assert not set(shows(tech.get(f"{at}{tab}"))) - {"prinsengracht"}, tab
    assert shows(tech.get(f"{at}locations/")) == ["prinsengracht"]
    assert "+27 82 123 4567" in words(tech.get(f"{at}services/voip-lines/"))
    assert "+27 82 123 4567" not in words(desk.client.get(f"{at}services/voip-lines/"))
    answer = tech.submit(f"/admin/voip_line/new/?customer_id={desk.ann.id}", number_e164="+27821234568")
    assert answer.status_code == 302
    assert total(tech.get(LIST, query_string={"search": "prinsengracht"})) == "0"


def test_the_name_of_a_record_holds_nothing_personal(session):
    """It stands in titles, lists of changes and look-ups, which do not mask it."""
    for model in screens():
        row = make(session, model)
        hidden = [str(getattr(row, c.name)) for c in columns(model) if field_of(c).personal]
        assert not [value for value in hidden if value not in ("", "None") and value in str(row)], model
    session.rollback()


def test_what_is_personal_is_said_by_the_type_of_every_such_column():
    """A column that looks like contact data is typed as such."""
    for model in tables():
        for column in columns(model):
            if any(word in column.name for word in ("email", "phone", "line1", "line2", "tax_number")):
                yes_or_no = field_of(column).kind == "yes_no"
                assert field_of(column).personal or yes_or_no, f"{model.__tablename__}.{column.name}"
