"""Sorting and paging by key: any walk through the pages shows slices of the sorted list."""

import base64
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import sorting
from models.customer import Customer, Kind, Reseller
from models.parse import Place
from queries import listing
from queries.filters import Said
from queries.listing import Asked, Cursor, page
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import ids, links, total, words

LIST = "/admin/customer/"
NAMES = ("Ana", "ana", "Ána", "Bo", "Çelik", "Zoë", "", "Bo")
PHONES = (None, "+27710000001", None, "+27710000002", "+27710000002", "+12025550100")
ROWS = 23
SORTS = ("display_name", "code", "balance", "updated_at", "created_at", "phone_e164", "id")


@pytest.fixture
def crowd(session):
    """Customers with many equal and many missing values."""
    sellers = [make(session, Reseller) for _ in range(2)] + [None]
    for n in range(ROWS):
        seller = sellers[n % 3]
        make(
            session,
            Customer,
            first_name=NAMES[n % len(NAMES)] or None,
            last_name="Same",
            kind=Kind.ORGANIZATION if n % 4 == 0 else Kind.CUSTOMER,
            balance=Decimal(n % 5 - 2),
            phone_e164=PHONES[n % len(PHONES)],
            reseller_id=seller and seller.id,
        )
    session.commit()
    yield session
    session.rollback()


def plainly(session, name, down, *conditions):
    """The whole list in order, by the plainest statement."""
    column = Customer.updated_at if name == "updated_at" else sorting(Customer, name)
    rows = session.execute(
        sa.select(Customer.id, column).where(*conditions).order_by(column, Customer.id)
    ).all()
    without = [row[0] for row in rows if row[1] is None]
    has = [row[0] for row in rows if row[1] is not None]
    return (without[::-1] + has[::-1]) if down else has + without


def test_every_sort_of_the_list_is_one_that_an_index_holds():
    assert all(sorting(Customer, name) is not None for name in SORTS)
    for name in ("first_name", "flag", "workflow_state", "reseller_id"):  # the last two lead others
        assert sorting(Customer, name) is None


def walk(session, asked, moves):
    """Where one is and what one sees, at the start and after each move that there is."""
    at, found = 0, page(session, asked, SYSTEM, Place())
    yield at, found
    for move in moves:
        if cursor := getattr(found, move):
            ahead = move == "next"
            at = at + asked.size if ahead else at - asked.size
            turned = replace(asked, after=cursor if ahead else "", before="" if ahead else cursor)
            found = page(session, turned, SYSTEM, Place())
            yield at, found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.tuples(st.sampled_from(SORTS), st.booleans()),
    size=st.integers(1, 9),
    moves=st.lists(st.sampled_from(("next", "next", "previous")), max_size=12),
    narrowed=st.booleans(),
    most=st.sampled_from((0, 5_000)),
)
def test_any_walk_shows_slices_of_the_sorted_list(crowd, sort, size, moves, narrowed, most):
    (name, down), filters = sort, {"type": Said(("customer",))} if narrowed else {}
    expected = plainly(crowd, name, down, *([Customer.kind == Kind.CUSTOMER] if narrowed else []))
    asked = Asked(Customer, sort=f"{'-' * down}{name}", size=size, filters=filters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "COLLECT", most)  # matches are gathered first, or met along the index
        for at, found in walk(crowd, asked, moves):
            assert found.ids == expected[at : at + size]
            assert (found.total, found.start) == (len(expected), at)
            assert bool(found.next) == (at + size < len(expected)) and bool(found.previous) == (at > 0)


def turn(client, found, label):
    (href,) = {
        href for href in links(found, label) if "after=" in href or "before=" in href or label == "First"
    }
    return client.get(href)


@pytest.mark.req("S3.5")
def test_a_click_on_a_head_sorts_up_and_a_second_one_down(crowd, signed_in):
    client = signed_in("admin")
    start = client.get(f"{LIST}?sort=-balance")
    up = client.get(links(start, "Name")[0])
    assert ids(up) == plainly(crowd, "display_name", False) and 'aria-sort="ascending"' in up.text
    down = client.get(links(up, "Name")[0])
    assert ids(down) == plainly(crowd, "display_name", True) and 'aria-sort="descending"' in down.text
    assert "sort=-display_name" in down.request.full_path
    crowd.rollback()


def test_pages_follow_each_other_there_and_back(crowd, session, signed_in):
    for _ in range(60):
        make(session, Customer, last_name="Same")
    session.commit()
    client, expected = signed_in("admin"), plainly(crowd, "display_name", False)
    crowd.rollback()
    first = client.get(f"{LIST}?size=25")
    second = turn(client, first, "Next")
    third = turn(client, second, "Next")
    assert [ids(found) for found in (first, second, third)] == [expected[n : n + 25] for n in (0, 25, 50)]
    assert "26–50 of 83" in words(second) and total(third) == "83"
    assert ids(turn(client, third, "Previous")) == expected[25:50]
    assert ids(turn(client, third, "First")) == expected[:25]
    assert not links(first, "Previous") and not links(turn(client, third, "Next"), "Next")


def test_a_new_row_before_it_neither_repeats_nor_skips_one(crowd, session, signed_in):
    client = signed_in("admin")
    first = client.get(f"{LIST}?size=25&sort=-code")
    for _ in range(10):
        make(session, Customer, last_name="Later")
    session.commit()
    first = client.get(f"{LIST}?size=25&sort=-code")
    make(session, Customer, last_name="Latest")
    session.commit()
    second = turn(client, first, "Next")
    assert ids(first) + ids(second) == plainly(crowd, "code", True)[1:]
    crowd.rollback()


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


BROKEN = [
    "garbage",
    "%%%",
    "a" * 2_000,
    cursor(),
    cursor("display_name"),
    cursor("display_name", "a", "1", 5, 5),
    cursor("display_name", "a", -1, 5, 5),
    cursor("display_name", "a", 2**70, 5, 5),
    cursor("display_name", "a", True, 5, 5),
    cursor("display_name", "a", 1, 1e300, 5),
    cursor("display_name", 5, 1, 5, 5),
    cursor("display_name", ["a"], 1, 5, 5),
    cursor("display_name", {"a": 1}, 1, 5, 5),
    cursor("balance", "1", 1, 5, 5),
    cursor(["display_name"], "a", 1, 5, 5),
    base64.urlsafe_b64encode(b"[" * 300).decode(),
    base64.urlsafe_b64encode(b'["display_name", NaN, 1, 5, 5]').decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
]
ODD_VALUES = {
    "display_name": ("\x00", "a\x00b", "\ud800", "x" * 200),
    "balance": ("x", "1e400", "NaN", [], "9" * 60, 2**80),
    "created_at": ("x", "2026-13-45", 5, "2026-01-01T00:00:00+99:00", "0001-01-01T00:00:00+14:00"),
    "reseller_id": (2**70, -(2**70), "x", True, 1.5),
    "phone_e164": ("\x00", 5, {}),
    "code": ("\x00", None),
}


def test_a_cursor_that_we_did_not_write_leads_to_the_first_page(crowd, signed_in):
    client = signed_in("admin")
    first = ids(client.get(LIST))
    for text in BROKEN:
        for name in ("after", "before"):
            answer = client.get(LIST, query_string={name: text})
            assert answer.status_code == 200 and ids(answer) == first, text


def test_a_cursor_with_a_value_that_cannot_be_is_no_error(crowd, signed_in):
    client = signed_in("admin")
    for name, odd in ODD_VALUES.items():
        for value in odd:
            for down in ("", "-"):
                query = {"sort": f"{down}{name}", "after": cursor(f"{down}{name}", value, 1, 5, 5)}
                assert client.get(LIST, query_string=query).status_code == 200, (name, value)


def test_a_cursor_belongs_to_its_order(crowd, signed_in):
    client = signed_in("admin")
    text = re.search(r"after=([\w-]+)", client.get(f"{LIST}?sort=balance&size=25").text)
    assert text is None  # 23 rows are one page
    mark = Cursor("balance", "1.00", 5, 23, 3).text()
    assert ids(client.get(f"{LIST}?sort=-balance&after={mark}")) == ids(client.get(f"{LIST}?sort=-balance"))
    assert ids(client.get(f"{LIST}?sort=balance&after={mark}")) != ids(client.get(f"{LIST}?sort=balance"))


def test_an_order_that_nothing_holds_is_the_order_of_the_screen(crowd, signed_in):
    client = signed_in("admin")
    first = ids(client.get(LIST))
    for odd in (
        "first_name",
        "flag",
        "search_text",
        "password",
        "balance;--",
        "%00x",
        "-",
        "version",
    ):
        answer = client.get(f"{LIST}?sort={odd}")
        assert answer.status_code in (200, 400) and ids(answer) in (first, []), odd


def test_a_page_can_end_with_a_long_name_of_any_script(session):
    for n in range(3):
        make(session, Customer, first_name="Ж" * 120, last_name=f"{'Щ' * 110} {n}")
    session.commit()
    first = page(session, Asked(Customer, size=2), SYSTEM, Place())
    assert len(page(session, Asked(Customer, size=2, after=first.next), SYSTEM, Place()).ids) == 1
