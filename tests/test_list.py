"""The list: filters, the sentence, states of emptiness, columns, views."""

from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Customer, CustomerTag, Tag
from models.setting import AppSetting
from queries import listing
from seed.factory import make

from .cast import cast, who
from .reading import forms, ids, links, pieces, total, words

LIST = "/admin/customer/"


@pytest.fixture
def desk(session: Session, signed_in):
    """The cast, and an administrator at the list."""
    found = cast(session)
    found.client = signed_in("admin")
    found.asks = lambda query="": "".join(sorted(who(found, found.client.get(f"{LIST}?{query}"))))
    return found


def check(desk, expected):
    assert {query: desk.asks(query) for query in expected} == expected


@pytest.mark.req("S3.6")
def test_a_tag_filter_finds_those_who_have_it(desk):
    check(
        desk,
        {
            "tag=vip": "ab",
            "tag=VIP": "ab",
            "tag=wholesale": "bd",
            "tag=vip&tag=wholesale": "abd",
            "tag=!vip": "cd",
            "tag=vip&tag=!wholesale": "a",
            "tag=any": "abd",
            "tag=none": "c",
            "tag=unheard": "",
        },
    )
    # The names of the tags are offered by typing.
    offered = desk.client.get(f"{LIST}lookup/tag/word/?q=").json
    assert [option["value"] for option in offered] == ["VIP", "Wholesale"]


@pytest.mark.req("S3.7")
def test_a_type_filter_tells_customers_from_organizations(desk):
    check(
        desk,
        {
            "type=organization": "bc",
            "type=customer": "ad",
            "type=!customer": "bc",
            "type=customer&type=organization": "abcd",
        },
    )


@pytest.mark.req("S0.5")
def test_a_class_filter_finds_that_class_alone(desk):
    check(
        desk,
        {"class=residential": "a", "class=business": "bd", "class=corporate": "c", "class=!business": "ac"},
    )


@pytest.mark.req("S3.12")
def test_a_postal_code_filter_finds_any_location_there(desk):
    check(
        desk,
        {
            "postal_code=77429": "bd",  # the reader sits in the United States
            "postal_code=NL:1016+hd": "a",
            "postal_code=NL:1016HD": "a",
            "postal_code=ZA:7441": "cd",
            "postal_code=ZA:7441&postal_code=US:77429": "bcd",
            "postal_code=!ZA:7441": "ab",
            "postal_code=7441&postal_code_in=ZA": "cd",
        },
    )


@pytest.mark.req("S3.13")
def test_a_postal_code_is_read_as_its_country_writes_it(desk, signed_in):
    south = signed_in("admin", country="ZA")
    answer = south.get(f"{LIST}?postal_code=77429")
    assert answer.status_code == 400 and ids(answer) == []
    assert "“77429” is not a postal code of ZA; they look like 0083." in words(answer)
    assert 'value="77429"' in answer.text
    for query in ("postal_code=US:77429", "postal_code=77429&postal_code_in=US"):
        assert who(desk, south.get(f"{LIST}?{query}")) in ("bd", "db")
    assert desk.client.get(f"{LIST}?postal_code=77429").status_code == 200
    assert desk.client.get(f"{LIST}?postal_code=US:1016+HD").status_code == 400


@pytest.mark.req("S3.14")
def test_a_state_filter_and_the_views_find_that_state_alone(desk):
    check(
        desk,
        {
            "state=approved": "ad",
            "state=waiting_approval": "b",
            "state=Suspended": "c",
            "state=approved&state=suspended": "acd",
            "state=!approved": "bc",
            "state=closed": "",
        },
    )
    page = desk.client.get(f"{LIST}?state=waiting_approval")
    assert links(page, "Waiting approval") and links(page, "Suspended") == [f"{LIST}?state=suspended"]


@pytest.mark.req("S3.16")
def test_a_flag_filter_finds_a_colour_chk_any_and_none(desk):
    check(
        desk,
        {
            "flag=CHK": "bd",
            "flag=red": "a",
            "flag=red&flag=CHK": "abd",
            "flag=!CHK": "ac",
            "flag=any": "abd",
            "flag=none": "c",
            "flag=!any": "c",
        },
    )
    queue = links(desk.client.get("/admin/"), "Flagged")[0]
    assert "".join(sorted(who(desk, desk.client.get(queue)))) == "abd"


@pytest.mark.req("S4.5")
def test_a_reseller_filter_finds_their_customers_alone(desk):
    check(
        desk,
        {
            "reseller=CAPE": "bc",
            "reseller=cape": "bc",
            "reseller=Cape+Partners": "bc",
            f"reseller={desk.coast.id}": "d",
            "reseller=none": "a",
            "reseller=!CAPE": "ad",
        },
    )


@pytest.mark.req("S0.6")
def test_filters_narrow_each_other(desk):
    check(
        desk,
        {
            "class=business&postal_code=ZA:7441": "d",
            "state=approved&tag=wholesale&flag=CHK&postal_code=77429&type=customer": "d",
            "state=waiting_approval&tag=vip&tag=wholesale&flag=CHK&postal_code=77429&type=organization": "b",
            "flag=CHK&search=ocean": "d",
            "tag=vip&state=suspended": "",
        },
    )


@pytest.mark.req("S3.17")
def test_nothing_is_filtered_until_search_is_pressed_and_the_address_keeps_it(desk):
    start = desk.client.get("/admin/")
    form = next(form for form in forms(start, LIST) if "search" in form.fields)
    assert form.method == "GET" and not {n: v for n, v in form.fields.items() if v and n != "postal_code_in"}
    everybody = desk.client.get(LIST, query_string=form.fields)
    assert len(who(desk, everybody)) == 4
    form.fields.setlist("tag", ["wholesale"])
    form.fields.setlist("state", ["approved"])
    found = desk.client.get(LIST, query_string=form.fields)
    assert who(desk, found) == "d"
    kept = parse_qs(urlsplit(links(found, "Changed")[0]).query)
    assert (kept["tag"], kept["state"]) == (["wholesale"], ["approved"])
    again = next(form for form in forms(found, "") if "search" in form.fields)
    assert again.fields.to_dict() == {"tag": "wholesale", "state": "approved", "search": ""}


def test_a_chip_sends_its_own_filter_and_keeps_the_others(desk):
    page = desk.client.get(f"{LIST}?tag=vip&flag=CHK&sort=-balance&search=bo")
    sent = [form.fields.to_dict(flat=False) for form in forms(page, "")]
    with_flag = [fields for fields in sent if fields.get("flag") == ["CHK"]]
    assert with_flag and all(fields.get("tag") == ["VIP"] or fields["tag"] == ["vip"] for fields in with_flag)
    assert all(fields["sort"] == ["-balance"] for fields in with_flag)


def test_a_filter_that_the_list_does_not_have_is_refused(desk):
    for name in ("password", "email", "search_text", "version", "id", "tag_id", "customer", "%27", "a" * 500):
        answer = desk.client.get(f"{LIST}?{name}=x")
        assert answer.status_code == 400 and "There is no filter" in words(answer), name


def test_a_filter_that_cannot_be_read_says_so_and_searches_nothing(desk):
    many = "&".join(f"tag={n}" for n in range(51))
    for query in ("state=sunk", "flag=pink", "postal_code=US:", "postal_code=XX:1", "prepaid=perhaps", many):
        answer = desk.client.get(f"{LIST}?{query}")
        assert answer.status_code == 400 and ids(answer) == [] and total(answer) == "0", query
        assert "Nothing was searched" in words(answer)


def test_odd_values_do_no_harm(desk):
    odd = "tag= state=&flag= tag=! reseller=99999999999999999 reseller=%27%3B-- tag=%25 size=7 view=x"
    for query in odd.split():
        assert desk.client.get(f"{LIST}?{query}").status_code == 200, query


SENTENCES = {
    "": "",
    "flag=CHK": "Customers whose flag is CHK.",
    "tag=vip&tag=net&state=approved": "Customers whose tag is vip or net, and whose state is Approved.",
    "flag=!red&flag=none": "Customers whose flag is none and is not Red.",
    "postal_code=ZA:7441": "Customers whose postal code is 7441 (ZA).",
    "search=ann": "Customers matching “ann”.",
    "search=ann&in=email&type=customer": "Customers whose type is Customer, matching “ann” in e-mail.",
}


def test_the_list_says_in_a_sentence_what_it_shows(desk):
    for query, said in SENTENCES.items():
        page = desk.client.get(f"{LIST}?{query}")
        assert f'data-says="{said}"' in page.text and said in words(page), query


@pytest.mark.req("S0.26")
def test_no_hit_is_said_with_a_way_out(desk):
    page = desk.client.get(f"{LIST}?search=zzzqqq&tag=vip")
    assert page.status_code == 200 and total(page) == "0"
    assert "No customers found" in words(page)
    assert links(page, "Leave out tag") == [f"{LIST}?search=zzzqqq"]
    assert links(page, "Clear all") and links(page, "Leave out the search") == [f"{LIST}?tag=vip"]


def test_an_empty_list_offers_to_make_the_first(signed_in):
    page = signed_in("admin").get(LIST)
    assert "No customers yet" in words(page) and links(page, "New organization")
    assert not links(signed_in("viewer").get(LIST), "New organization")


def test_a_list_that_one_may_not_read_says_whom_to_ask(signed_in):
    page = signed_in().get(LIST)
    assert page.status_code == 403 and "Ask an administrator" in words(page)


@pytest.mark.req("S0.3", "S4.3")
def test_the_list_opens_with_its_criteria_and_no_record(desk):
    page = desk.client.get(LIST)
    assert page.status_code == 200 and total(page) == "4" and who(desk, page) == "abdc"
    assert 'name="search"' in page.text and 'class="rec"' not in page.text
    for label in ("Tag", "Type", "Class", "Postal code", "State", "Flag", "Reseller"):
        assert f'aria-label="{label}"' in page.text, label


@pytest.mark.req("S0.8", "S4.9")
def test_a_row_leads_to_its_record(desk):
    page = desk.client.get(LIST)
    assert [href.partition("?")[0] for href in links(page, "Ann Šimková")] == [f"{LIST}{desk.ann.id}/"]
    opened = desk.client.get(links(page, "Ann Šimková")[0])
    assert opened.status_code == 200 and desk.ann.code in words(opened)


@pytest.mark.req("S3.41")
def test_the_list_shows_the_columns_that_the_reader_chooses(desk):
    plain = desk.client.get(LIST)
    for head in ("Flag", "Name", "Code", "State", "Tags", "E-mail", "Postal code", "Balance"):
        assert head in " ".join(pieces(plain, "th")), head
    names = "flag,display_name,code,kind,tag,address.city,contact.name,email,phone_e164"
    page = desk.client.get(f"{LIST}?columns={names}&search=nuria")
    assert len(pieces(page, "th")) == len(names.split(","))
    for said in ("Organization", "Milnerton", "Núria Vidal", desk.cy.code):
        assert said in words(page), said
    assert "columns=" in links(page, "Name")[0]
    odd = desk.client.get(f"{LIST}?columns=password,search_text,nothing")
    assert pieces(odd, "th") == pieces(plain, "th")


def test_a_wide_row_says_how_many_more_tags_there_are(desk, session):
    for name in ("Alpha", "Beta", "Gamma"):
        make(session, CustomerTag, customer=desk.cy, tag=make(session, Tag, name=name))
    session.commit()
    page = desk.client.get(f"{LIST}?tag=Gamma")
    assert 'title="Gamma">+1<' in page.text and "Alpha Beta" in words(page)


def test_the_page_size_is_one_of_three(desk, session):
    for _ in range(52):
        make(session, Customer)
    session.commit()
    assert len(ids(desk.client.get(LIST))) == 50
    assert len(ids(desk.client.get(f"{LIST}?size=25"))) == 25
    assert len(ids(desk.client.get(f"{LIST}?size=100"))) == 56
    for size in ("1000000", "-1", "x", "0"):
        assert len(ids(desk.client.get(f"{LIST}?size={size}"))) == 50


def test_counting_stops_at_the_cap(desk, session, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 3)
    monkeypatch.setattr("admin_views.list_page.CAP", 3)
    page = desk.client.get(LIST)
    assert total(page) == "3+" and "of 3+" in words(page)
    assert total(desk.client.get(f"{LIST}?type=organization")) == "2"


def test_a_view_is_marked_while_it_is_open(desk):
    page = desk.client.get(f"{LIST}?state=suspended&sort=-balance")
    assert 'href="/admin/customer/?state=suspended" aria-current="page"' in page.text
    assert page.text.count('aria-current="page">All customers') == 0


def test_the_old_addresses_lead_to_the_new(desk):
    details = desk.client.get(f"{LIST}details/?id={desk.ann.id}")
    assert (details.status_code, details.location) == (302, f"{LIST}{desk.ann.id}/")
    assert desk.client.get(f"{LIST}edit/?id={desk.ann.id}").location == f"{LIST}{desk.ann.id}/edit/"


def test_an_id_that_cannot_be_leads_nowhere(desk):
    for row_id in ("abc", "1e22", "[1]", "-1", "0", "1.0", "9" * 20, "9" * 400, "²", "1%00", "%27", "1;"):
        for page in ("", "edit/", "history/", "contacts/", "delete/"):
            assert desk.client.get(f"{LIST}{row_id}/{page}").status_code in (400, 404), (row_id, page)
        for old in ("details", "edit"):
            answer = desk.client.get(f"{LIST}{old}/?id={row_id}", follow_redirects=True)
            assert answer.status_code in (400, 404), (row_id, old)


def test_a_part_of_the_page_is_told_its_address(desk):
    answer = desk.client.get(f"{LIST}?tag=vip&search=&flag=", headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == f"{LIST}?tag=vip" and "HX-Request" in answer.headers["Vary"]


def test_a_setting_moves_the_country_of_those_who_have_none(desk, session, signed_in):
    country = sa.select(AppSetting).where(AppSetting.name == "default_country")
    session.scalars(country).one().value = "ZA"
    session.commit()
    assert who(desk, signed_in("admin").get(f"{LIST}?postal_code=7441")) in ("cd", "dc")
