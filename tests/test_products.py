"""The Products tab of a customer, bundles, account codes, and what things cost them."""

import datetime as dt
from decimal import Decimal

import pytest

from models.base import now
from models.catalog import Charge, Family, Price, Product, ProductLine
from models.customer import Customer, Kind, PriceLevel
from models.service import AccountCode, Sim, Subscription
from seed.factory import make

from .reading import wrong

DAY = dt.timedelta(days=1)
PRODUCTS = "/admin/customer/{}/products/{}/"


def have(session, customer, name, family=Family.VOICE, **said):
    line = said.pop("line", ProductLine.TRADITIONAL)
    product = make(session, Product, name=name, family=family, line=line)
    return make(session, Subscription, customer=customer, product=product, label=f"Own {name}", **said)


@pytest.fixture
def customer(session):
    """One product of each family, and a bundle."""
    made = make(session, Customer, last_name="Lee")
    for family in Family:
        have(session, made, f"Sold {family.value}", family)
    whole = have(session, made, "Office One", line=ProductLine.INTEGRATED)
    have(session, made, "Leased line", parent_id=whole.id, attributes={"speed": 100})
    session.commit()
    return made


def labels(client, path):
    """The labels of the subscriptions in a tab."""
    answer = client.get(path)
    assert answer.status_code == 200
    return [text.split("<")[0] for text in answer.text.split("Own ")[1:]]


def slug(label):
    return label.lower().replace(" ", "-")


@pytest.mark.req("S1.39", "S1.40", "S1.41", "S1.42", "S1.44", "S1.45", "S1.46", "S1.47", "S1.48", "S1.49")
@pytest.mark.parametrize("family", Family)
def test_each_family_has_its_own_subtab(customer, signed_in, family):
    path = PRODUCTS.format(customer.id, slug(family.label))
    more = ["Leased line"] if family is Family.VOICE else []
    assert labels(signed_in("viewer"), path) == [*more, f"Sold {family.value}"]


@pytest.mark.req("S1.50", "S1.51")
@pytest.mark.parametrize(
    ("family", "charge"), [(Family.FIXED, Charge.RECURRING), (Family.MISC, Charge.ONE_TIME)]
)
def test_a_charge_says_whether_it_recurs(session, customer, signed_in, family, charge):
    product = make(session, Product, family=family, charge=charge)
    make(session, Subscription, customer=make(session, Customer), product=product)
    made = make(session, Subscription, customer=customer, product=product)
    session.commit()
    page = signed_in("viewer").get(PRODUCTS.format(customer.id, slug(family.label))).text
    row = page.split(made.number)[-1].split("</tr>")[0]
    assert charge.label in row


@pytest.mark.req("S1.37", "S1.38", "S1.52")
def test_products_stand_in_two_groups(customer, signed_in):
    client = signed_in("viewer")
    traditional = PRODUCTS.format(customer.id, "all-traditional")
    page = client.get(traditional).text
    groups = [
        page.index(f'<span class="g">{name}</span>')
        for name in ("Traditional Products", "Integrated Products")
    ]
    assert groups == sorted(groups) and page.index(">Details<") > groups[1]
    assert "Office One" not in labels(client, traditional)
    assert len(labels(client, traditional)) == len(Family) + 1
    assert labels(client, PRODUCTS.format(customer.id, "products")) == ["Office One", "Leased line"]


@pytest.mark.req("S1.53", "S1.54")
def test_a_bundle_stands_before_its_parts(session, customer, signed_in):
    newer = have(session, customer, "Home", line=ProductLine.INTEGRATED)
    have(session, customer, "Cable", parent_id=newer.id)
    session.commit()
    client = signed_in("viewer")
    path = PRODUCTS.format(customer.id, "products")
    assert labels(client, path) == ["Home", "Cable", "Office One", "Leased line"]
    assert client.get(path).text.count("corner-down-right") == 2
    assert "Speed: 100" in client.get(PRODUCTS.format(customer.id, "details")).text


@pytest.mark.req("S1.48")
def test_a_wireless_product_leads_to_its_sim(session, customer, signed_in):
    sub = have(session, customer, "Data", Family.WIRELESS)
    sim = make(session, Sim, customer=customer, subscription_id=sub.id, alias="Gate camera")
    session.commit()
    page = signed_in("viewer").get(PRODUCTS.format(customer.id, "wireless")).text
    assert f'<a href="/admin/sim/{sim.id}/">Gate camera</a>' in page


@pytest.mark.req("S1.49")
def test_a_device_is_found_by_its_serial_number(session, customer, signed_in):
    have(session, customer, "Router", Family.DEVICE, identifier="SN-4711-X")
    session.commit()
    client = signed_in("viewer")
    assert "SN-4711-X" in client.get(PRODUCTS.format(customer.id, "devices")).text
    assert "Own Router" in client.get("/admin/subscription/?search=SN-4711").text


@pytest.mark.req("S1.55")
def test_an_account_code_is_there_once(session, customer, signed_in):
    sub, owner = have(session, customer, "Calls").id, customer.id
    session.commit()
    client, path = signed_in("admin"), f"/admin/account_code/new/?subscription_id={sub}"
    said = {"code": "1001", "name": "Sales"}
    assert client.submit(path, "/new/", **said).status_code == 302
    assert wrong(client.submit(path, "/new/", **said))
    session.rollback()
    assert session.query(AccountCode).count() == 1
    session.rollback()
    assert "1001" in client.get(PRODUCTS.format(owner, "account-codes")).text


@pytest.mark.req("S3.31", "S3.32", "S3.33")
def test_a_member_sees_the_level_of_the_organization_until_it_leaves(session, signed_in):
    gold = make(session, PriceLevel, name="Gold", discount_percent=Decimal(10)).id
    acme = make(session, Customer, last_name="Acme Ltd", kind=Kind.ORGANIZATION).id
    member = make(session, Customer, last_name="Lee", organization_id=acme).id
    product = make(session, Product, name="Fibre 100")
    for level, amount in ((None, "100.00"), (gold, "80.00")):
        make(
            session,
            Price,
            product=product,
            price_level_id=level,
            amount=Decimal(amount),
            valid_from=now().date(),
        )
    session.commit()
    client = signed_in("admin")
    path = f"/admin/customer/{acme}/edit/"
    client.submit(path, path, price_level_id=str(gold))
    assert "Gold" in client.get(f"/admin/customer/{acme}/").text
    for organization, shown, price in (
        (acme, "from Acme Ltd", "$80.00, Gold, from Acme Ltd"),
        ("", "", "$100.00, List price"),
    ):
        path = f"/admin/customer/{member}/edit/"
        client.submit(path, path, organization_id=str(organization))
        page = client.get(PRODUCTS.format(member, "prices")).text
        assert price in page and shown in page


def test_a_product_tells_its_prices_of_today_and_of_later(session, signed_in):
    product = make(session, Product)
    today = now().date()
    for amount, start in (("10.00", -60), ("20.00", -30), ("30.00", 30)):
        valid = today + start * DAY
        make(session, Price, product=product, amount=Decimal(amount), valid_from=valid, price_level_id=None)
    session.commit()
    client = signed_in("admin")
    texts = {
        name: client.get(f"/admin/product/{product.id}/prices/{name}/").text for name in ("today", "to-come")
    }
    assert "20.00" in texts["today"] and "10.00" not in texts["today"]
    assert "30.00" in texts["to-come"] and "20.00" not in texts["to-come"]


@pytest.mark.parametrize("tab", ["all-traditional", "products", "details", "wireless", "prices"])
def test_a_tab_of_products_costs_the_same_for_many(session, signed_in, queries, tab):
    client = signed_in("viewer")
    costs = []
    for rows in (2, 20):
        owner = make(session, Customer)
        for number in range(rows):
            sub = have(session, owner, f"Fibre {owner.id} {number}", Family.WIRELESS)
            whole = have(session, owner, f"Bundle {owner.id} {number}", line=ProductLine.INTEGRATED)
            have(session, owner, f"Part {owner.id} {number}", parent_id=whole.id)
            make(session, Sim, customer=owner, subscription_id=sub.id)
        session.commit()
        path = PRODUCTS.format(owner.id, tab)
        client.get(path)
        with queries as seen:
            assert client.get(path).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
