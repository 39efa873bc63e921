"""The search field: how people write names, addresses and numbers, and what they cannot find."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.access import StaffUser
from models.customer import Contact, Customer, Reseller, Tag
from models.parse import Place
from models.search import refresh
from queries.filters import Said
from queries.listing import Asked, page
from queries.viewer import SYSTEM
from seed.factory import make

from .cast import cast, who
from .reading import bring_back, total, words

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    found = cast(session)
    found.client = signed_in("admin", country="ZA")
    found.finds = lambda text, **more: "".join(
        sorted(who(found, found.client.get(LIST, query_string={"search": text, **more})))
    )
    return found


def check(desk, expected, **more):
    assert {text: desk.finds(text, **more) for text in expected} == expected


@pytest.mark.req("S3.8")
def test_a_customer_is_found_by_code(desk):
    code = desk.bo.code
    check(desk, {code: "b", code.lower(): "b", code.replace("-", ""): "b"})
    check(desk, {code: "b", code[:-1]: "", "C-": ""}, **{"in": "code"})


@pytest.mark.req("S3.9")
def test_a_customer_is_found_by_name_whatever_the_case_and_the_accents(desk):
    check(
        desk,
        {
            "simkova": "a",
            "ŠIMKOVÁ": "a",
            "Simková ann": "a",
            "ann simkova": "a",
            "ostergaard": "b",
            "ØSTERGAARD SØN": "b",
            "mkov": "a",
            "ocyrus": "c",
            "O'Cyrus": "c",
            "o’cyrus ltd": "c",
            "darc": "d",
            "100% ltd": "c",
            "100%_ltd": "c",
            "ann ostergaard": "",
        },
    )
    check(desk, {"simkova": "a", "nuria": ""}, **{"in": "display_name"})


@pytest.mark.req("S3.10")
def test_a_customer_is_found_by_email_whatever_the_case(desk):
    check(desk, {"ann@example.com": "a", "ANN@EXAMPLE.COM": "a", "desk@bo": "b", "@bo.example": "b"})
    check(desk, {"ANN@example.com": "a", "bo.example": "b", "nuria@cy.example": ""}, **{"in": "email"})


NUMBER = "+27711234567"
NOTATIONS = (
    "+27711234567",
    "+27 71 123 4567",
    "0027 71 123 4567",
    "071 123 4567",
    "0711234567",
    "(071) 123-4567",
    "071-123-4567",
    "071.123.4567",
    "+27 (0)71 123 4567",
    "71 123 4567",
    "123 4567",
    "27711234567",
)


@pytest.mark.req("S3.11")
def test_a_customer_is_found_by_phone_in_any_notation(desk):
    assert {text: desk.finds(text) for text in NOTATIONS} == dict.fromkeys(NOTATIONS, "a")
    assert {text: desk.finds(text, **{"in": "phone_e164"}) for text in NOTATIONS} == dict.fromkeys(
        NOTATIONS, "a"
    )
    check(desk, {"(202) 555-0123": "b", "+1 202 555 0123": "b", "071 123 4568": ""})


@pytest.mark.req("S0.4", "S4.8")
def test_a_customer_is_found_by_contact_data_and_by_parts_of_an_address(desk):
    assert who(desk, desk.client.get(f"{LIST}?search=071+123+4567")) == "a"
    check(
        desk,
        {
            "Ann": "a",
            "ann@example.com": "a",
            "prinsengracht": "a",
            "prinsengracht 263": "a",
            "1016hd": "a",
            "1016 HD": "a",
            "cypress": "bd",
            "ocean way": "cd",
            "77429": "bd",
            "nuria vidal": "c",
            "nuria@cy.example": "c",
            "34 911 000 222": "c",
            "amsterdam simkova": "a",
        },
    )


def test_short_words_find_the_beginnings_of_words(desk):
    check(desk, {"an": "a", "si": "a", "bo": "bd", "di": "d", "am": "a", "im": "", "an si": "a"})


def test_what_holds_no_word_finds_nothing_and_blanks_are_no_search(desk):
    check(desk, {"": "abcd", "   ": "abcd", "--": "", "%": "", "_": "", '"': "", "💥": ""})


def test_signs_of_the_query_language_are_letters_like_others(desk):
    found = {text: desk.client.get(LIST, query_string={"search": text}) for text in ODD}
    assert {text: page.status_code for text, page in found.items()} == dict.fromkeys(ODD, 200)
    assert total(found["simkova OR bo"]) == "0" and total(found["sim*"]) == "1"


ODD = (
    "simkova OR bo",
    "sim*",
    "NEAR(a b)",
    'a" OR "b',
    "search_text:ann",
    "^ann",
    "-ann",
    "(ann",
    "%%%",
    "\\",
    "'; DROP TABLE customer; --",
    "ann' OR '1'='1",
    "\u202eann",
    "a" * 200,
    "💥",
    "ﷺ" * 40,
)


def test_a_search_that_nobody_types_is_refused(desk):
    for text in ("a" * 201, "ab " * 40_000, "x" * 100_000):
        answer = desk.client.get(LIST, query_string={"search": text})
        assert answer.status_code == 400
    assert "Search for at most 200 characters." in words(
        desk.client.get(LIST, query_string={"search": "a" * 300})
    )
    for odd in ("search=%00", "search=a%00b", "tag=%00", "sort=%00", "search=%ed%a0%80", "%00=1"):
        assert desk.client.get(f"{LIST}?{odd}").status_code in (200, 400), odd
    assert desk.client.get(f"{LIST}?search=a%00").status_code == 400


def test_a_search_in_one_column_leaves_the_others_out(desk):
    page = desk.client.get(LIST)
    for value in ("code", "display_name", "email", "phone_e164"):
        assert f'<option value="{value}">' in page.text
    check(desk, {"ann": ""}, **{"in": "phone_e164"})
    check(desk, {"ann": "a"}, **{"in": "nothing"})
    check(desk, {"ann": "a"}, **{"in": "search_text"})


def test_search_follows_a_change_of_the_customer_and_of_its_children(desk):
    client = desk.client
    client.submit(f"{LIST}{desk.ann.id}/edit/", "/edit/", last_name="Novák", email="new@example.com")
    check(desk, {"simkova": "", "novak": "a", "new@example.com": "a", "ann@example.com": ""})
    client.submit(f"/admin/contact/new/?customer_id={desk.ann.id}", name="Quentin Zorn")
    check(desk, {"zorn": "a"})


def test_search_follows_a_child_that_goes_or_moves(desk, session):
    contact = session.scalars(sa.select(Contact)).one()
    contact.customer_id = desk.di.id
    session.commit()
    check(desk, {"vidal": "d"})
    desk.client.submit(f"/admin/contact/{contact.id}/delete/", "/delete/")
    check(desk, {"vidal": ""})


def test_a_deleted_customer_is_not_found_and_a_restored_one_is(desk):
    desk.client.submit(f"{LIST}{desk.ann.id}/delete/", "/delete/")
    check(desk, {"simkova": "", "prinsengracht": ""})
    assert "Restored" in bring_back(desk.client)
    check(desk, {"simkova": "a", "prinsengracht": "a"})


def test_the_text_behind_search_is_what_it_would_be_made_anew(desk, session):
    everyone = session.scalars(sa.select(Customer.id)).all()
    desk.client.submit(f"{LIST}{desk.bo.id}/edit/", "/edit/", last_name="Other Ltd")
    session.rollback()
    assert refresh(session, Customer, everyone) == 0
    session.rollback()


def test_lookups_offer_few(desk, session):
    for _ in range(55):
        make(session, Customer, last_name="Many")
    session.commit()
    most = {"": 50, "?q=many": 20, "?q=many&limit=1000000": 20, "?limit=1000000&size=1000": 50}
    for query, count in most.items():
        found = desk.client.get(f"{LIST}lookup/organization_id/{query}").json
        assert len(found) == count, query
    assert desk.client.get(f"{LIST}lookup/organization_id/?q={'x' * 100_000}").json == []


def test_lookups_answer_with_the_word_that_stands_in_an_address(desk):
    assert desk.client.get(f"{LIST}lookup/reseller_id/word/?q=cape").json == [
        {"value": "CAPE", "text": "Cape Partners"}
    ]
    assert desk.client.get(f"{LIST}lookup/reseller_id/?q=cape").json[0]["value"] == desk.cape.id
    assert desk.client.get(f"{LIST}lookup/email/").status_code == 404
    assert desk.client.get(f"{LIST}lookup/nothing/").status_code == 404


@pytest.mark.req("S0.1")
def test_a_page_is_found_by_its_name_from_anywhere(desk):
    hits = desk.client.get("/admin/find?q=customers").json
    page = next(hit for hit in hits if hit["group"] == "Pages" and hit["label"] == "Customers")
    assert page["href"] == LIST and desk.client.get(page["href"]).status_code == 200


def test_the_palette_finds_records_that_its_reader_may_see(desk, signed_in):
    hits = desk.client.get("/admin/find?q=simkova").json
    assert [hit["href"] for hit in hits] == [f"{LIST}{desk.ann.id}/"]
    assert signed_in().get("/admin/find?q=simkova").json == []
    assert desk.client.get("/admin/find?q=").json == [] and desk.client.get("/admin/find").json == []
    assert json.loads(desk.client.get("/admin/find", query_string={"q": "%_\"'" * 60}).text) == []


def test_one_field_is_searched_as_names_are_written(session):
    make(session, Customer, first_name="Pat", last_name="O'Brien", phone_e164="+27821230567")
    make(session, StaffUser, name="José Núñez", email="jose@example.com")
    session.commit()

    def found(model, text, name):
        asked = Asked(model, search=text, within=name)
        return page(session, asked, SYSTEM, Place()).total

    assert found(Customer, "O'Brien", "display_name") == found(StaffUser, "José", "name") == 1
    assert found(Customer, "O'Brien", "phone_e164") == 0  # no figures, so no number


def test_capitals_beyond_ascii_are_letters_too(session):
    seller = make(session, Reseller, code="ÉL")
    session.flush()
    make(session, Customer, reseller_id=seller.id)
    session.commit()
    asked = Asked(Customer, filters={"reseller": Said(("él",))})
    assert page(session, asked, SYSTEM, Place()).total == 1


def test_rows_of_a_write_that_failed_are_not_written_again(session):
    make(session, Tag, name="Twice")
    session.commit()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Tag(name="twice"))
        session.flush()
    session.add(Tag(name="Once"))
    session.commit()
