"""Members of an organization, added by code, name or e-mail."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.customer import Customer
from seed.factory import make

from .cast import cast
from .reading import forms, ids, links, words
from .stored import row_of, stored

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    """The cast, an administrator, and the page of Bo's company."""
    found = cast(session)
    found.client = signed_in("admin")
    found.at = f"{LIST}{found.bo.id}/"
    return found


def add(desk, who, organization=None, **answers):
    tab = "members" if organization in (None, desk.bo) else "linked-accounts"  # Cy's is corporate
    at = f"{LIST}{(organization or desk.bo).id}/{tab}/"
    return desk.client.submit(at, f"/{tab}/add/", who=who, **answers)


@pytest.mark.req("S3.26")
def test_a_member_is_added_by_code(desk):
    assert add(desk, f" {desk.ann.code.lower()} ").location == f"{desk.at}members/"
    assert ids(desk.client.get(f"{desk.at}members/")) == [desk.ann.id]
    assert "Bo Østergaard & Søn" in words(desk.client.get(f"{LIST}{desk.ann.id}/"))


@pytest.mark.req("S3.27")
def test_a_member_is_added_by_name_with_a_choice_among_several(desk, session):
    other = make(session, Customer, first_name="Anna", last_name="Simkova")
    session.commit()
    assert add(desk, "ann simkova").status_code == 302  # one has exactly this name
    asked = add(desk, "ann", desk.cy)
    assert asked.status_code == 422 and "Which one?" in words(asked)
    (form,) = forms(asked, "/add/")
    assert form.fields["who"] == "ann"
    for person in (desk.ann, other):
        assert f'value="{person.id}"' in asked.text
    form.fields["choice"] = str(other.id)
    assert desk.client.post(form.action, data=form.fields).status_code == 302
    assert row_of(session, Customer, other.id).organization_id == desk.cy.id


@pytest.mark.req("S3.28")
def test_a_member_is_added_by_email(desk, session):
    assert add(desk, "ANN@example.com").status_code == 302
    assert row_of(session, Customer, desk.ann.id).organization_id == desk.bo.id


@pytest.mark.req("S3.29")
def test_a_member_of_another_organization_is_moved_only_when_confirmed(desk, session):
    for person in (desk.ann, desk.di):
        assert add(desk, person.code).status_code == 302
    assert ids(desk.client.get(f"{desk.at}members/")) == [desk.ann.id, desk.di.id]
    asked = add(desk, desk.ann.code, desk.cy)
    assert asked.status_code == 422 and "belongs to Bo Østergaard & Søn. Move them here?" in words(asked)
    assert row_of(session, Customer, desk.ann.id).organization_id == desk.bo.id
    (form,) = forms(asked, "/add/")
    form.fields["confirm"] = "yes"
    assert desk.client.post(form.action, data=form.fields).status_code == 302
    assert row_of(session, Customer, desk.ann.id).organization_id == desk.cy.id
    assert ids(desk.client.get(f"{desk.at}members/")) == [desk.di.id]


def test_who_cannot_be_a_member_is_refused_in_words(desk, session):
    add(desk, desk.ann.code)
    said = {"": "Type a code", "nobody": "No customer goes by", desk.cy.code: "No customer goes by"}
    said |= {desk.ann.code: "is a member already", "%": "No customer goes by", "x" * 5_000: "No customer"}
    for typed, text in said.items():
        answer = add(desk, typed)
        assert answer.status_code == 422 and text in words(answer), typed
        assert 'name="who" value="' in answer.text
    answer = add(desk, desk.di.code, choice="999999")
    assert answer.status_code == 422
    assert stored(session, sa.select(Customer.id).where(Customer.organization_id == desk.bo.id)) == [
        desk.ann.id
    ]


def test_adding_a_member_takes_the_right_to_change_customers(desk, signed_in):
    viewer = signed_in("viewer")
    assert not forms(viewer.get(f"{desk.at}members/"), "/members/add/")
    form = desk.client.form(f"{desk.at}members/", "/members/add/")
    fields = form.fields.to_dict() | {"csrf_token": viewer.token()}
    assert viewer.post(form.action, data=fields | {"who": desk.ann.code}).status_code == 403


@pytest.mark.req("S1.19")
def test_linked_accounts_are_there_on_corporate_accounts_alone(desk):
    for one, status in ((desk.ann, 404), (desk.bo, 404), (desk.cy, 200)):
        assert desk.client.get(f"{LIST}{one.id}/linked-accounts/").status_code == status
        tabs = links(desk.client.get(f"{LIST}{one.id}/"), "Linked Accounts")
        assert bool(tabs) is (status == 200)
    assert desk.client.get(f"{LIST}{desk.cy.id}/members/").status_code == 404, "the same under one name"


@pytest.mark.req("S1.20")
def test_a_linked_account_is_added_by_code_opened_and_taken_out(desk, session):
    desk.ann.balance = Decimal("41.50")
    session.commit()
    tab = f"{LIST}{desk.cy.id}/linked-accounts/"
    assert add(desk, desk.ann.code, desk.cy).location == tab
    page = desk.client.get(tab)
    assert ids(page) == [desk.ann.id] and "41.50" in words(page)
    profile = desk.client.get(links(page, "Ann Šimková")[0])
    assert profile.status_code == 200 and desk.ann.code in words(profile)
    menu = desk.client.get(f"{LIST}{desk.ann.id}/verbs/?back={tab}")
    (leave,) = links(menu, "Leave organization")
    assert desk.client.submit(leave, go="1").location == tab
    assert row_of(session, Customer, desk.ann.id).organization_id is None
    assert ids(desk.client.get(tab)) == []
