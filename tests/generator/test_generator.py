"""From a declaration alone: form, list, record and export, on both databases, over HTTP.

The tables are those of harbour.py, which nothing in the program knows. They use every value type,
a foreign key, a link and a child table.
"""

import csv
import io
import json

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from models import fields
from models.fields import field_of

from ..ground.client import find_form
from ..reading import ids, links, total, words, wrong
from .ships import AERO, row_id, send, ship


def test_the_table_has_a_value_of_every_type(harbour):
    used = {(field_of(c).kind, str(c.type)) for c in harbour.Ship.__table__.c}
    declared = {n: v for n, v in vars(fields).items() if hasattr(v, "__metadata__")}
    declared = {n: v for n, v in declared.items() if n not in ("Schema", "Attributes")}  # test_attributes.py
    assert len(declared) >= 25
    for name, said in declared.items():
        column = said.__metadata__[0].column
        assert (column.info["field"].kind, str(column.type)) in used, name
    assert {"choice", "state", "flag", "key"} <= {kind for kind, _ in used}


def test_every_type_is_typed_into_the_form_but_secrets_and_keys(harbour):
    never = {"id", "version", "created_at", "updated_at", "code", "name_norm", "search_text"}
    never |= {"pin", "entered_by", "home_id"}
    assert set(AERO) == set(harbour.Ship.__table__.c.keys()) - never


def test_the_form_stores_every_value_as_its_type(port, aero, stored):
    found = stored(port.Ship, aero)
    assert {n: getattr(found, n) for n in AERO} == {n: value for n, (_, value, _) in AERO.items()}
    assert found.code.startswith("S-1000") and found.entered_by.startswith("Admin") and found.version == 1
    cargo = stored(sa.select(port.Cargo).where(port.Cargo.ship_id == aero).order_by(port.Cargo.id))
    assert [(c.label, c.on_deck) for c in cargo] == [("Tulips", True), ("Cheese", False)]


def test_the_form_shows_again_what_is_stored(port, aero, texel):
    fields_ = port.admin.form(f"/admin/ship/{aero}/edit/", "/edit/").fields
    for name in ("call_sign", "name", "motto", "email", "country", "timezone", "build", "state", "flag"):
        assert fields_[name] == AERO[name][1], name
    assert fields_["price"] == "1284.50" and fields_["latitude"] == "-33.918861"
    assert fields_["inspected_at"] == "2026-11-01T14:30" and fields_["in_service"] == "yes"
    assert fields_.getlist("equipment") == ["radar"] and fields_.getlist("rights") == ["ship.read"]
    assert fields_["home_id"] == str(texel) and fields_.getlist("harbour") == [str(texel)]
    assert (fields_["cargo-0-label"], fields_["cargo-1-label"]) == ("Tulips", "Cheese")
    assert not {"code", "pin", "entered_by", "id"} & set(fields_)


def test_the_form_carries_the_comments_as_hints(port):
    page = port.admin.get("/admin/ship/new/")
    for column in port.Ship.__table__.c:
        if column.comment and column.name != "code":
            assert column.comment in page.text, column.name


def test_what_cannot_be_read_is_said_at_its_field_and_kept(port, stored):
    bad = {
        "name": " ",
        "email": "bridge",
        "phone": "12",
        "price": "much",
        "share": "101",
        "rate": "0.1234567",
        "crew": "1.5",
        "built_date": "31.12.1999",
        "inspected_at": "noon",
        "currency": "gold",
        "country": "??",
        "timezone": "Mars",
        "locale": "klingon",
        "state": "sunk",
        "home_id": "999999",
        "motto": "4111 1111 1111 1111",
        "call_sign": "X" * 40,
    }
    before = stored(sa.select(sa.func.count()).select_from(port.Ship))
    answer = port.admin.submit("/admin/ship/new/", **bad)
    assert answer.status_code == 422
    assert set(wrong(answer)) == set(bad)
    shown = find_form(answer, "/new/").fields
    kept = {name for name in bad if shown.get(name) == bad[name]}
    # What is not in a list of choices cannot be shown in it.
    assert set(bad) - kept <= {"country", "currency", "timezone", "state", "home_id"}
    assert stored(sa.select(sa.func.count()).select_from(port.Ship)) == before


def test_what_the_database_refuses_is_said_at_its_field(port, aero, stored):
    taken = port.admin.submit("/admin/ship/new/", name="Other", call_sign="PA1234")
    assert (taken.status_code, wrong(taken)) == (422, {"call_sign": "This call sign is already taken."})
    check = port.admin.submit("/admin/ship/new/", name="Ghost", crew="0")
    assert (check.status_code, wrong(check)) == (422, {"crew": "Somebody has to steer."})
    cargo = {f"cargo-{n}-{field}": "yes" for n in (0, 1) for field in ("here", "label", "on_deck")}
    deck = port.admin.submit("/admin/ship/new/", name="Full", **cargo)
    assert (deck.status_code, wrong(deck)) == (422, {"cargo-1-on_deck": "The deck is taken already."})
    assert not {"Other", "Ghost", "Full"} & set(stored(sa.select(port.Ship.name)))


def test_a_preset_fills_the_form_and_its_placeholder_is_refused(port):
    form = port.admin.form("/admin/ship/new/?preset=ferry")
    assert (form.fields["build"], form.fields["name"]) == ("ferry", "Ferry")
    assert wrong(send(port.admin, form)) == {"name": "“Ferry” only holds the place. Overwrite it."}


def test_the_list_shows_what_the_screen_names(port, aero, jane):
    page = port.admin.get("/admin/ship/")
    assert {aero, jane} <= set(ids(page)) and total(page) == str(len(ids(page)))
    row = page.text.partition(f'<tr data-id="{aero}"')[2].partition("</tr>")[0]
    for said in ("CHK flag", "Ærø Maru", "S-1000", "In dock", "Texel", "Tulips", "€1,284.50"):
        assert said in words(row), said
    assert f'href="/admin/ship/{aero}/?list=' in row


@pytest.mark.parametrize(
    "text", ["maru", "AERO", "ærø", "bridge@aero", "020 624 1111", "tulips", "ma aer tul"]
)
def test_search_finds_the_row(port, aero, jane, text):
    found = ids(port.admin.get("/admin/ship/", query_string={"search": text}))
    assert aero in found and jane not in found


def test_every_filter_finds_the_row_and_its_opposite_leaves_it_out(port, aero, jane, texel):
    asked = {name: value for name, (_, _, value) in AERO.items() if value}
    asked |= {"home": "Texel", "harbour": "Texel"}
    asked["inspected"] = asked.pop("inspected_at")
    assert len(asked) == len(port.Ship.screen.filters)
    for name, value in asked.items():
        page = port.admin.get("/admin/ship/", query_string={name: value})
        assert page.status_code == 200, (name, words(page))
        assert aero in ids(page) and jane not in ids(page), (name, value)
        against = port.admin.get("/admin/ship/", query_string={name: f"!{value}"})
        assert jane in ids(against) and aero not in ids(against), (name, value)


def test_values_of_a_filter_add_up_and_filters_narrow(port, aero, jane):
    both = port.admin.get("/admin/ship/?country=NL&country=US")
    assert {aero, jane} <= set(ids(both))
    neither = port.admin.get("/admin/ship/?country=US&flag=CHK")
    assert ids(neither) == [] and "No ships found" in words(neither)
    some, none = port.admin.get("/admin/ship/?flag=any"), port.admin.get("/admin/ship/?flag=none")
    assert aero in ids(some) and jane in ids(none) and not set(ids(some)) & set(ids(none))


@pytest.mark.parametrize(
    "asked", ["price=much", "built_date=x", "state=sunk", "crew=1e9", "in_service=maybe"]
)
def test_a_filter_that_cannot_be_read_says_so(port, asked):
    assert port.admin.get(f"/admin/ship/?{asked}").status_code == 400


@pytest.mark.parametrize("asked", ["pin=1", "story=x", "rights=ship.read", "nothing=1"])
def test_a_filter_that_the_screen_does_not_name_is_unknown(port, asked):
    assert port.admin.get(f"/admin/ship/?{asked}").status_code == 400


def test_indexed_columns_sort_both_ways(port, aero, jane):
    for name, first in (("name", aero), ("price", jane), ("code", aero)):
        up, down = (ids(port.admin.get(f"/admin/ship/?sort={way}{name}")) for way in ("", "-"))
        assert up == down[::-1] and up.index(first) < up.index(({aero, jane} - {first}).pop()), name
        assert f"sort=-{name}" in port.admin.get(f"/admin/ship/?sort={name}").text
    plain = port.admin.get("/admin/ship/?sort=email")
    assert ids(plain) == ids(port.admin.get("/admin/ship/")) and 'id="sort-email"' not in plain.text


def test_keys_are_looked_up_by_typing(port, texel):
    for path in ("home_id/", "harbour/"):
        found = json.loads(port.admin.get(f"/admin/ship/lookup/{path}?q=tex").text)
        assert found == [{"value": texel, "text": "Texel"}]
    assert port.admin.get("/admin/ship/lookup/home_id/word/?q=tex").json == [
        {"value": "Texel", "text": "Texel"}
    ]
    assert port.admin.get("/admin/ship/lookup/name/").status_code == 404


def test_the_record_has_its_header_and_its_tabs(port, aero):
    page = port.admin.get(f"/admin/ship/{aero}/")
    for said in ("Ærø Maru", "S-1000", "In dock", "CHK flag", "In service", "Texel", "Semper <b>eadem</b>"):
        assert said in words(page), said
    for tab, said in (("cargo", "Tulips"), ("information", "Radar"), ("history", "created the record")):
        assert said.casefold() in words(port.admin.get(f"/admin/ship/{aero}/{tab}/")).casefold(), tab


def test_a_child_has_pages_of_its_own(port, aero, stored):
    found = stored(sa.select(port.Cargo.id).where(port.Cargo.label == "Cheese"))[0]
    page = port.admin.get(f"/admin/cargo/{found}/")
    assert set(links(page, "Ærø Maru")) == {f"/admin/ship/{aero}/"}  # the path and the header
    answer = port.admin.submit(f"/admin/cargo/{found}/edit/", "/edit/", label="Old cheese")
    assert answer.location == f"/admin/ship/{aero}/cargo/"
    assert "Old cheese" in words(port.admin.get(answer.location))


def test_a_secret_is_seen_nowhere(port, stored):
    here = ship(port, "Whisper", email="whisper@aero.example")
    with Session(port.db.engine) as session:
        session.get(port.Ship, here).pin = "hush-hush-1"
        session.commit()
    pages = [f"/admin/ship/{here}/{tab}" for tab in ("", "information/", "history/", "edit/", "delete/")]
    pages += ["/admin/ship/", "/admin/ship/?search=hush", "/admin/history/", "/admin/ship/export/json"]
    assert not [page for page in pages if "hush-hush" in port.admin.get(page).text]
    assert "pin" not in port.db.metadata.tables["ship_version"].c


def test_the_export_has_every_value(port, aero):
    found = json.loads(port.admin.get("/admin/ship/export/json?search=maru").text)
    assert [row["id"] for row in found] == [aero]
    row = found[0]
    assert row["name"] == "Ærø Maru" and row["price"] == "1284.50" and row["build"] == "ferry"
    assert row["harbour"] == ["Texel"] and row["home_id"] == "Texel" and row["cargo.label"] == "Tulips"
    assert row["equipment"] == {"radar": True} and "pin" not in row and "search_text" not in row


def test_the_export_of_a_list_is_that_list(port, aero, jane):
    text = port.admin.get("/admin/ship/export/csv?country=US&sort=-name").text
    listed = list(csv.DictReader(io.StringIO(text)))
    assert str(jane) in {row["id"] for row in listed} and {row["country"] for row in listed} == {"US"}
    text = port.admin.get("/admin/ship/export/csv?search=maru").text
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["remark"] == "'=1+1" and row["equipment"] == "radar" and row["harbour"] == "Texel"
    book = load_workbook(io.BytesIO(port.admin.get("/admin/ship/export/xlsx?search=maru").data))
    names, values = book.active.iter_rows(values_only=True)
    sheet = dict(zip(names, values, strict=True))
    assert sheet["remark"] == "'=1+1" and sheet["crew"] == 14 and sheet["name"] == "Ærø Maru"


def test_a_table_that_takes_files_in_has_a_page_for_it(port, stored):
    assert links(port.admin.get("/admin/harbour/"), "Upload a charter") == ["/admin/harbour/upload/"]
    form = port.admin.form("/admin/harbour/upload/")
    sent = form.fields.to_dict() | {"file": (io.BytesIO(b"Den Helder"), "charter.txt")}
    answer = port.admin.post(form.action, data=sent, content_type="multipart/form-data")
    assert stored(port.Harbour, row_id(answer)).name == "Den Helder"
