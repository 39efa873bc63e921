"""What leaves the panel: exports follow the list, and no spreadsheet runs what is in them."""

import csv
import io
import json
from decimal import Decimal

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from admin_views import exports
from models.access import AccessLog, Role
from models.customer import Address, Customer, CustomerTag, Note, Tag
from models.fields import field_of
from seed.factory import make

from .cast import cast
from .reading import links, words

LIST = "/admin/customer/"


@pytest.fixture
def desk(session, signed_in):
    found = cast(session)
    found.client = signed_in("admin")
    return found


def rows_of(answer):
    """The rows of an export of any kind, as text by column."""
    assert answer.status_code == 200, words(answer)
    if answer.mimetype == "application/json":
        return json.loads(answer.text)
    if answer.mimetype == "text/csv":
        return list(csv.DictReader(io.StringIO(answer.text)))
    names, *values = load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in values]


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_an_export_is_the_list_that_it_was_asked_from(desk, kind):
    page = desk.client.get(f"{LIST}?type=organization&search=bo&sort=-balance")
    (href,) = (link for link in links(page, kind.upper()) if "export" in link)
    answer = desk.client.get(href)
    assert f'filename="customer.{kind}"' in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"].count("charset=") == (kind == "csv")
    (row,) = rows_of(answer)
    assert (row["code"], row["display_name"]) == (desk.bo.code, "Bo Østergaard & Søn")
    assert str(row["id"]) == str(desk.bo.id) and row["workflow_state"] == "waiting_approval"
    assert row["reseller_id"] == "Cape Partners" and row["address.postal_code"] == "77429"
    assert row["tag"] == (["VIP", "Wholesale"] if kind == "json" else "VIP, Wholesale")


def test_an_export_of_everything_has_everyone_once(desk, session, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 3)
    for _ in range(10):
        make(session, Customer)
    session.commit()
    found = [row["id"] for row in rows_of(desk.client.get(f"{LIST}export/json"))]
    assert found == sorted(found) == list(session.scalars(sa.select(Customer.id).order_by(Customer.id)))
    session.rollback()


def test_an_export_of_nothing_is_whole(desk):
    assert desk.client.get(f"{LIST}export/json?search=zzzz").json == []
    header = desk.client.get(f"{LIST}export/csv?search=zzzz").text.splitlines()
    assert len(header) == 1 and header[0].startswith("id,code,kind")
    assert rows_of(desk.client.get(f"{LIST}export/xlsx?search=zzzz")) == []


def test_every_column_but_secrets_and_the_machinery_is_exported(desk):
    row = rows_of(desk.client.get(f"{LIST}export/json?search=simkova"))[0]
    own = {c.name for c in Customer.__table__.c}
    missing = own - set(row)
    for name in missing:
        column = Customer.__table__.c[name]
        assert column.info.keys() & {"derived", "system"} or field_of(column).secret, name
    assert set(row) - own == {"tag", "address.postal_code"}


def test_no_cell_is_taken_for_a_formula(desk, session):
    evil = [f"{start}cmd|' /C calc'!A{n}" for n, start in enumerate(exports.FORMULA)]
    for name in evil:
        customer = make(session, Customer, last_name=name, first_name=None)
        make(session, CustomerTag, customer=customer, tag=make(session, Tag, name=name))
    session.commit()
    for kind in ("csv", "xlsx"):
        for row, name in zip(rows_of(desk.client.get(f"{LIST}export/{kind}?search=cmd")), evil, strict=True):
            assert row["last_name"].split() == row["tag"].split() == f"'{name}".split()
            assert not [cell for cell in row.values() if str(cell).startswith(exports.FORMULA)]
    assert [row["last_name"] for row in desk.client.get(f"{LIST}export/json?search=cmd").json] == evil


def test_numbers_stay_numbers(desk, session):
    make(session, Customer, last_name="Owed", balance=Decimal("-12.50"))
    session.commit()
    row = rows_of(desk.client.get(f"{LIST}export/xlsx?search=owed"))[0]
    assert row["balance"] == -12.5
    assert rows_of(desk.client.get(f"{LIST}export/csv?search=owed"))[0]["balance"] == "-12.50"


def test_what_cannot_be_asked_is_not_exported(desk):
    for query in ("password=x", "state=sunk", "postal_code=US:1", f"search={'a' * 300}", "search=%00"):
        assert desk.client.get(f"{LIST}export/csv?{query}").status_code == 400, query
    for kind in ("pdf", "exe", "csv%00", "CSV"):
        assert desk.client.get(f"{LIST}export/{kind}").status_code == 404, kind


def test_an_export_needs_its_right_and_a_large_one_another(desk, session, signed_in, monkeypatch):
    viewer, sales = signed_in("viewer"), signed_in("sales")
    assert viewer.get(f"{LIST}export/csv").status_code == 403 and not links(viewer.get(LIST), "CSV")
    assert sales.get(f"{LIST}export/csv").status_code == 200 and links(sales.get(LIST), "CSV")
    monkeypatch.setattr(exports, "LIMIT", 3)
    refused = sales.get(f"{LIST}export/csv")
    assert refused.status_code == 403 and "Narrow the list" in words(refused)
    assert sales.get(f"{LIST}export/csv?type=organization").status_code == 200
    assert desk.client.get(f"{LIST}export/csv").status_code == 200


def test_every_export_leaves_its_trace(desk, session, signed_in):
    sales = signed_in("sales")
    sales.get(f"{LIST}export/json?flag=CHK")
    trace = session.scalars(sa.select(AccessLog).where(AccessLog.action == "export")).one()
    assert (trace.staff_user_id, trace.object_type) == (sales.staff_id, "customer")
    assert trace.detail == "json: Customers whose flag is CHK." and trace.address == "127.0.0.1"
    session.rollback()


def test_personal_values_are_masked_for_those_who_may_not_see_them(desk, session, signed_in):
    blind = Role(name="blind", permissions=["customer.read", "customer.export", "address.read"])
    session.add(blind)
    session.commit()
    client = signed_in("blind")
    for kind in ("csv", "json", "xlsx"):
        answer = client.get(f"{LIST}export/{kind}")
        ann = next(row for row in rows_of(answer) if "imkov" in str(row["last_name"]))
        assert ann["email"] == ann["phone_e164"] == exports.MASKED and not ann["tax_number"]
        assert "example.com" not in str(rows_of(answer))


def test_an_export_of_children_is_that_of_their_own_table_only(desk, session):
    make(session, Note, customer=desk.ann)
    session.commit()
    for model in (Address, Note):
        assert desk.client.get(f"/admin/{model.__tablename__}/export/csv").status_code == 403
