"""Attributes: what products ask for becomes fields, readable answers, and sealed secrets."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.attributes import attributes_of, masked, packed, pairs
from models.catalog import Family, Product
from models.customer import Customer
from models.service import Subscription
from operations.attributes import opened
from operations.records import Draft, update
from queries.viewer import SYSTEM
from seed.factory import make

from .desk import choose
from .reading import wrong

FIBRE = {
    "down": {"label": "Down", "kind": "number", "unit": "Mbit/s", "required": True},
    "router": {"label": "Router", "kind": "choice", "choices": ["Ours", "Their own"]},
    "since": {"label": "Since", "kind": "day"},
    "static": {"label": "Static IP", "kind": "yes_no"},
}
CARD = {"pin": {"label": "PIN", "kind": "secret"}, "holder": {"label": "Holder", "kind": "line"}}


@pytest.fixture
def shop(session):
    """Ids: (customer, fibre, card)."""
    fibre = make(session, Product, name="Fibre", family=Family.INTERNET, attribute_schema=FIBRE)
    card = make(session, Product, name="Card", family=Family.CALLING_CARD, attribute_schema=CARD)
    made = make(session, Customer).id, fibre.id, card.id
    session.commit()
    return made


def new(customer):
    return f"/admin/subscription/new/?customer_id={customer}"


def only(session):
    session.expire_all()
    found = session.scalar(sa.select(Subscription))
    session.commit()
    return found


def subscribed(session, customer, product, **attributes):
    made = make(session, Subscription, customer_id=customer, product_id=product, attributes=attributes)
    session.commit()
    return made.id


@pytest.mark.req("S1.54")
def test_a_product_makes_fields_of_what_it_asks_for(session, shop, signed_in):
    customer, fibre, _ = shop
    client = signed_in("admin")
    answers = {"attributes.down": "100", "attributes.router": "Ours", "attributes.since": "2026-11-01"}
    form = client.form(f"{new(customer)}&product_id={fibre}", "/new/")
    assert set(answers) < set(form.fields)
    answer = client.post(form.action, data={**form.fields, **answers})
    assert answer.status_code == 302, wrong(answer)
    made = only(session)
    assert made.attributes == {"down": 100, "router": "Ours", "since": "2026-11-01", "static": False}
    page = client.get(f"/admin/subscription/{made.id}/information/").text
    assert "Down: 100 Mbit/s" in page and "Static IP: No" in page
    path = f"/admin/subscription/{made.id}/edit/"
    client.submit(path, path, **{"attributes.down": "200"})
    assert only(session).attributes["down"] == 200
    history = client.get(f"/admin/subscription/{made.id}/history/").text
    assert "Down: 200" in history and "Router: Ours" in history
    exported = client.get("/admin/subscription/export/csv").text
    assert "down: 200, router: Ours" in exported


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("attributes.down", "fast", "number"),
        ("attributes.down", "", "needed"),
        ("attributes.router", "Nobodys", "Choose one of"),
        ("attributes.since", "soon", "date"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_stays(session, shop, signed_in, name, typed, says):
    customer, fibre, _ = shop
    client = signed_in("admin")
    said = {"attributes.down": "100", "label": "At home", name: typed}
    answer = client.submit(f"{new(customer)}&product_id={fibre}", "/new/", **said)
    assert answer.status_code == 422
    assert list(wrong(answer)) == [name] and says in wrong(answer)[name]
    assert 'value="At home"' in answer.text
    assert not typed or f'value="{typed}"' in answer.text
    assert only(session) is None


def test_another_product_asks_anew_and_forgets_nothing(session, shop, signed_in):
    customer, fibre, card = shop
    client = signed_in("admin")
    form = client.form(new(customer), "/new/")
    typed = {"label": "At home", "product_id": str(fibre), "again": "1"}
    first = client.post(form.action, data={**form.fields, **typed})
    assert first.status_code == 200 and "attributes.down" in first.text and "needed" not in first.text
    typed |= {"attributes.down": "100", "product_id": str(card)}
    second = client.post(form.action, data={**form.fields, **typed})
    assert "attributes.pin" in second.text and 'value="At home"' in second.text
    assert 'type="hidden" name="attributes.down" value="100"' in second.text
    assert only(session) is None


@pytest.mark.req("S1.43")
def test_a_pin_is_never_shown_in_full(session, shop, signed_in):
    customer, _, card = shop
    client = signed_in("admin")
    said = {"attributes.pin": "90817263", "attributes.holder": "Ann"}
    client.submit(f"{new(customer)}&product_id={card}", "/new/", **said)
    made = only(session)
    assert made.attributes == {"pin": "••••63", "holder": "Ann"}
    assert opened(made.secrets) == {"pin": "90817263"} and "90817263" not in made.secrets
    path = f"/admin/subscription/{made.id}/"
    pages = [client.get(p).text for p in (path, f"{path}edit/", f"{path}history/", f"{path}information/")]
    exported = client.get("/admin/subscription/export/json").text
    assert not any("90817263" in page for page in [*pages, exported])
    assert all("••••63" in page for page in pages[1:])
    client.submit(f"{path}edit/", f"{path}edit/", **{"attributes.holder": "Bo"})
    assert opened(only(session).secrets) == {"pin": "90817263"}, "left empty it stays"
    client.submit(f"{path}edit/", f"{path}edit/", **{"attributes.pin": "11112222"})
    assert opened(only(session).secrets) == {"pin": "11112222"}


def test_a_secret_that_was_replaced_does_not_come_back(session, shop):
    customer, _, card = shop
    made = session.get_one(Subscription, subscribed(session, customer, card))
    for pin in ("90817263", "11112222"):
        update(session, made, Draft({"attributes": {"pin": pin}}), SYSTEM)
    update(session, made, Draft({"attributes": {"pin": "••••63"}}), SYSTEM)
    assert made.attributes == {"pin": "••••22"} and opened(made.secrets) == {"pin": "11112222"}
    update(session, made, Draft({"attributes": {}}), SYSTEM)
    assert made.secrets is None


ROW = "attribute_schema-{}-{}"


def rows(*said):
    fields = {}
    for number, row in enumerate(said):
        fields |= {ROW.format(number, name): value for name, value in {"here": "1", **row}.items()}
    return fields


def test_what_a_product_asks_for_is_edited_row_by_row(session, shop, signed_in):
    _, _, card = shop
    client, path = signed_in("admin"), f"/admin/product/{card}/edit/"
    form = client.form(path, path)
    assert form.fields[ROW.format(0, "label")] == "PIN"
    more = rows(
        {"label": "Speed, down", "kind": "number", "unit": "Mbit/s", "required": "yes"},
        {"label": "Router", "kind": "choice", "choices": "Ours, Theirs"},
    )
    sent = {n: v for n, v in form.fields.items() if not n.startswith("attribute_schema-")} | more
    assert client.post(path, data=sent).status_code == 302
    session.expire_all()
    assert session.get(Product, card).attribute_schema == {
        "speed_down": {"label": "Speed, down", "kind": "number", "required": True, "unit": "Mbit/s"},
        "router": {"label": "Router", "kind": "choice", "choices": ["Ours", "Theirs"]},
    }
    session.rollback()
    assert "Speed, down: number, in Mbit/s, needed" in client.get(f"/admin/product/{card}/information/").text


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": "x"}, "label"),
        ({"label": "List", "kind": "choice", "choices": "one"}, "choices"),
        ({"label": "Odd", "name": "Not so!"}, "name"),
        ({"label": "Twice"}, "label"),
    ],
)
def test_a_row_that_cannot_be_asked_is_told_so(shop, signed_in, row, field):
    _, _, card = shop
    client, path = signed_in("admin"), f"/admin/product/{card}/edit/"
    form = client.form(path, path)
    sent = {n: v for n, v in form.fields.items() if not n.startswith("attribute_schema-")}
    answer = client.post(
        path, data={**sent, **rows({"label": "Twice", "kind": "line"}, {"kind": "line", **row})}
    )
    assert answer.status_code == 422 and list(wrong(answer)) == [ROW.format(1, field)]


def test_code_in_answers_is_text(session, shop, signed_in):
    customer, _, card = shop
    code = "<script>alert(1)</script>"
    made = subscribed(session, customer, card, holder=code, odd=code)
    client = signed_in("admin")
    for page in ("", "information/", "edit/", "history/"):
        assert code not in client.get(f"/admin/subscription/{made}/{page}").text


def test_in_the_browser_another_product_changes_what_is_asked(session, shop, page_of):
    customer, _, _ = shop
    page = page_of("admin")
    page.goto(new(customer))
    page.get_by_label("Label").fill("At home")
    for product, label in (("Fibre", "Down, Mbit/s"), ("Card", "PIN"), ("Fibre", "Down, Mbit/s")):
        choose(page, "Product", product, product)
        page.get_by_label(label).wait_for()
        if product == "Fibre":
            page.get_by_label(label).fill("100")
    assert page.get_by_label("Label").input_value() == "At home"
    page.get_by_role("button", name="Create subscription").click()
    page.wait_for_url("**/customer/**")
    assert only(session).attributes["down"] == 100


@given(st.text(max_size=40))
def test_a_mask_tells_a_third_at_most(secret):
    shown = masked(secret).removeprefix("••••")
    assert len(shown) * 3 <= len(secret) and len(shown) <= 4 and secret.endswith(shown)


@given(st.decimals(-(10**7), 10**7, places=6))
def test_numbers_are_kept_exactly(number):
    assert Decimal(str(packed(number))) == number


@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda x: st.dictionaries(st.text(), x), max_leaves=8)
)
def test_any_schema_is_understood_somehow(said):
    schema = said if isinstance(said, dict) else {"x": said}
    assert len(attributes_of(schema)) <= len(schema)
    assert pairs({"x": 1}, schema)
