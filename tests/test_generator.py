"""From a declaration alone: list, form, record, history, export, on both databases, over HTTP.

The tables are those of tests/ground/harbour.py, which nothing in the program knows. They use every
value type, a foreign key, a link and a child table.
"""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from app import create_app
from models import fields
from models.fields import choices_of, field_of

from .ground.client import Client, find_form
from .ground.people import sign_in
from .ground.traffic import requests
from .ground.worlds import config_for, fill
from .reading import forms, ids, links, total, words, wrong
from .stored import row_of
from .stored import stored as all_stored

# What is typed into the form, what is stored, and what would find it.
AERO = {
    "call_sign": ("PA1234", "PA1234", "pa1234"),
    "name": ("Ærø  Maru", "Ærø Maru", "maru"),
    "motto": ("Semper <b>eadem</b>", "Semper <b>eadem</b>", "semper"),
    "story": ("Built twice.\r\nSank never.", "Built twice.\nSank never.", None),
    "email": ("Bridge@Aero.Example", "Bridge@aero.example", "bridge@aero.example"),
    "phone": ("+31 (0)20 624 1111", "+31206241111", "+31 20 6241111"),
    "berth": ("Kade 1", "Kade 1", "kade"),
    "tax_number": ("NL001", "NL001", None),
    "postal_code": ("1016 hd", "1016 HD", "1016 hd"),
    "country": ("NL", "NL", "NL"),
    "currency": ("EUR", "EUR", "eur"),
    "locale": ("nl-NL", "nl_NL", "nl_NL"),
    "timezone": ("Europe/Amsterdam", "Europe/Amsterdam", "Europe/Amsterdam"),
    "price": ("1,284.50", Decimal("1284.50"), "1284..1285"),
    "rate": ("0.123456", Decimal("0.123456"), "0.1..0.2"),
    "share": ("12,5", Decimal("12.50"), "12.5"),
    "latitude": ("-33.918861", Decimal("-33.918861"), "..-33"),
    "crew": ("14", 14, "14"),
    "in_service": ("yes", True, "yes"),
    "built_date": ("1999-12-31", dt.date(1999, 12, 31), "1999-12-31..2000-01-01"),
    "inspected_at": (
        "2026-11-01T14:30",
        dt.datetime(2026, 11, 1, 14, 30, tzinfo=dt.UTC),
        "2026-11-01..2026-11-02",
    ),
    "equipment": (["radar"], {"radar": True}, None),
    "rights": (["ship.read"], ["ship.read"], None),
    "remark": ("=1+1", "=1+1", None),
    "address": ("10.0.0.1", "10.0.0.1", "10.0.0.1"),
    "build": ("ferry", "ferry", "ferry"),
    "state": ("docked", "docked", "docked"),
    "flag": ("CHK", "CHK", "chk"),
}
PLAIN = {
    "name": "Plain Jane",
    "price": "1",
    "build": "tug",
    "country": "US",
    "currency": "USD",
    "locale": "en_US",
}
PLAIN |= {"timezone": "UTC", "built_date": "2020-01-01", "inspected_at": "2020-01-01T00:00", "crew": "2"}


@pytest.fixture(scope="module")
def harbour():
    """The declaration, imported as late as this so that other tests never see it."""
    from .ground import harbour

    with harbour.only_here():
        yield harbour


@pytest.fixture(scope="module")
def port(ground, harbour):
    """A fresh app over an empty database, after the tables were declared and created."""
    with ground.world.empty() as url:
        fill(url, ground.world.folder)
        app = create_app(config_for(url, ground.world.folder))
        app.test_client_class = Client
        requests.watch(app)
        with app.app_context():
            database = app.extensions["sqlalchemy"]
            with database.engine.begin() as connection:
                harbour.create(connection)
            admin = sign_in(app, "admin")
            yield SimpleNamespace(app=app, admin=admin, **vars(harbour))
            database.session.remove()
            database.engine.dispose()


@pytest.fixture
def stored(port):
    """What is in the database now: the rows of a statement, or the row of a table with an id."""

    def read(asked, row_id=None):
        session = port.db.session()
        return all_stored(session, asked) if row_id is None else row_of(session, asked, row_id)

    return read


@pytest.fixture(scope="module")
def texel(port):
    answer = port.admin.submit("/admin/harbour/new/", name="Texel")
    return row_id(answer)


@pytest.fixture(scope="module")
def aero(port, texel):
    """A ship with every value, its harbours and its cargo, entered by the form in one save."""
    typed = {name: said for name, (said, _, _) in AERO.items()}
    cargo = {"cargo-0-here": "1", "cargo-0-label": "Tulips", "cargo-0-on_deck": "yes"}
    cargo |= {"cargo-1-here": "1", "cargo-1-label": "Cheese", "cargo-2-here": "1", "cargo-2-label": " "}
    ties = {"home_id": str(texel), "harbour": [str(texel)]}
    answer = port.admin.submit("/admin/ship/new/", **typed, **cargo, **ties)
    return row_id(answer)


@pytest.fixture(scope="module")
def jane(port):
    return row_id(port.admin.submit("/admin/ship/new/", **PLAIN))


def row_id(answer):
    assert answer.status_code == 302, words(answer)
    return int(answer.location.rstrip("/").split("/")[-1])


def ship(port, name, **more):
    return row_id(port.admin.submit("/admin/ship/new/", name=name, **more))


def send(client, form, **answers):
    for name, value in answers.items():
        form.fields[name.replace("keep_", "keep.")] = value
    return client.post(form.action, data=form.fields)


# --- the declaration ---


def test_the_table_has_a_value_of_every_type(harbour):
    used = {(field_of(c).kind, str(c.type)) for c in harbour.Ship.__table__.c}
    declared = {n: v for n, v in vars(fields).items() if hasattr(v, "__metadata__")}
    assert len(declared) >= 25
    for name, said in declared.items():
        column = said.__metadata__[0].column
        assert (column.info["field"].kind, str(column.type)) in used, name
    assert {"choice", "state", "flag", "key"} <= {kind for kind, _ in used}


def test_every_type_is_typed_into_the_form_but_secrets_and_keys(harbour):
    never = {"id", "version", "created_at", "updated_at", "code", "name_norm", "search_text"}
    never |= {"pin", "entered_by", "home_id"}
    assert set(AERO) == set(harbour.Ship.__table__.c.keys()) - never


# --- made ---


def test_the_form_stores_every_value_as_its_type(port, aero, stored):
    found = stored(port.Ship, aero)
    assert {n: getattr(found, n) for n in AERO} == {n: value for n, (_, value, _) in AERO.items()}
    assert found.code == "S-100001" and found.entered_by.startswith("Admin") and found.version == 1
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


# --- found ---


def test_the_list_shows_what_the_screen_names(port, aero, jane):
    page = port.admin.get("/admin/ship/")
    assert {aero, jane} <= set(ids(page)) and total(page) == str(len(ids(page)))
    row = page.text.partition(f'<tr data-id="{aero}"')[2].partition("</tr>")[0]
    for said in ("CHK flag", "Ærø Maru", "S-100001", "In dock", "Texel", "Tulips", "€1,284.50"):
        assert said in words(row), said
    assert f'href="/admin/ship/{aero}/"' in row


@pytest.mark.parametrize(
    "text", ["maru", "AERO", "ærø", "s-100001", "bridge@aero", "020 624 1111", "tulips", "ma aer tul"]
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


# --- read ---


def test_the_record_has_its_header_and_its_tabs(port, aero):
    page = port.admin.get(f"/admin/ship/{aero}/")
    for said in ("Ærø Maru", "S-100001", "In dock", "CHK flag", "In service", "Texel", "Semper <b>eadem</b>"):
        assert said in words(page), said
    for tab, said in (("cargo", "Tulips"), ("information", "Radar"), ("history", "created the record")):
        assert said.casefold() in words(port.admin.get(f"/admin/ship/{aero}/{tab}/")).casefold(), tab


def test_a_child_has_pages_of_its_own(port, aero, stored):
    found = stored(sa.select(port.Cargo.id).where(port.Cargo.label == "Cheese"))[0]
    page = port.admin.get(f"/admin/cargo/{found}/")
    assert links(page, "Ærø Maru") == [f"/admin/ship/{aero}/"]
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


# --- changed ---


def open_twice(port, ship_id):
    """Two people open the same form."""
    other = sign_in(port.app, "admin")
    path = f"/admin/ship/{ship_id}/edit/"
    return (port.admin, port.admin.form(path, "/edit/")), (other, other.form(path, "/edit/"))


def test_two_people_who_change_different_fields_are_both_right(port, stored):
    here = ship(port, "Merger", motto="old", crew="3")
    (mine, my_form), (other, their_form) = open_twice(port, here)
    assert send(other, their_form, motto="theirs").status_code == 302
    assert send(mine, my_form, crew="4", reason="one more").status_code == 302
    found = stored(port.Ship, here)
    assert (found.motto, found.crew, found.version) == ("theirs", 4, 3)


@pytest.mark.parametrize("kept", ["mine", "theirs"])
def test_two_people_who_change_the_same_field_are_asked(port, stored, kept):
    here = ship(port, f"Clash {kept}", motto="old", crew="3", remark="old")
    (mine, my_form), (other, their_form) = open_twice(port, here)
    assert send(other, their_form, motto="of theirs", crew="7").status_code == 302
    asked = send(mine, my_form, motto="of mine", remark="new", reason="why not")
    assert asked.status_code == 409
    for said in ("Keep theirs: of theirs", "Use mine: of mine", "Motto was changed meanwhile by Admin"):
        assert said in words(asked)
    again = find_form(asked, "/edit/")
    assert again.fields["motto"] == "of mine" and again.fields["reason"] == "why not"
    assert send(mine, again, keep_motto=kept).status_code == 302
    found = stored(port.Ship, here)
    # What only they had changed is not undone by the form that still shows what was before.
    assert (found.motto, found.crew, found.remark) == (f"of {kept}", 7, "new")


def test_a_form_sent_again_after_a_mistake_does_not_undo_what_others_saved(port, stored):
    here = ship(port, "Mistaken", motto="old", crew="3")
    (mine, my_form), (other, their_form) = open_twice(port, here)
    assert send(other, their_form, crew="7").status_code == 302
    asked = send(mine, my_form, motto="new", email="nowhere")
    assert asked.status_code == 422
    assert send(mine, find_form(asked, "/edit/"), email="").status_code == 302
    found = stored(port.Ship, here)
    assert (found.motto, found.crew) == ("new", 7)


def test_an_answer_is_asked_for_again_when_a_third_change_comes_between(port, stored):
    here = ship(port, "Third", motto="old")
    (mine, my_form), (other, their_form) = open_twice(port, here)
    send(other, their_form, motto="second")
    asked = find_form(send(mine, my_form, motto="mine"), "/edit/")
    port.admin.submit(f"/admin/ship/{here}/edit/", "/edit/", motto="third")
    again = send(mine, asked, keep_motto="mine")
    assert again.status_code == 409 and "Keep theirs: third" in words(again)
    send(mine, find_form(again, "/edit/"), keep_motto="mine")
    assert stored(port.Ship, here).motto == "mine"


def test_children_are_changed_added_and_taken_away_in_one_save(port, stored):
    cargo = {"cargo-0-here": "1", "cargo-0-label": "Salt", "cargo-1-here": "1", "cargo-1-label": "Sand"}
    here = ship(port, "Parts", **cargo)
    form = port.admin.form(f"/admin/ship/{here}/edit/", "/edit/")
    gone = [n for n in form.fields if n.startswith("cargo-1-")]
    for name in gone:
        form.fields.pop(name)
    more = {"cargo-0-label": "Sea salt", "cargo-5-here": "1", "cargo-5-label": "Sugar"}
    assert send(port.admin, form, **more).status_code == 302
    statement = sa.select(port.Cargo.label).where(port.Cargo.ship_id == here).order_by(port.Cargo.id)
    assert stored(statement) == ["Sea salt", "Sugar"]


def test_two_people_who_change_the_same_child_are_told(port, stored):
    here = ship(port, "Shared", **{"cargo-0-here": "1", "cargo-0-label": "Salt"})
    (mine, my_form), (other, their_form) = open_twice(port, here)
    send(other, their_form, **{"cargo-0-label": "Pepper", "cargo-0-on_deck": "yes"})
    told = send(mine, my_form, **{"cargo-0-label": "Sugar"})
    assert told.status_code == 422 and "Somebody changed this to “Pepper”" in wrong(told)["cargo-0-label"]
    assert send(mine, find_form(told, "/edit/")).status_code == 302
    (cargo,) = stored(sa.select(port.Cargo).where(port.Cargo.ship_id == here))
    assert (cargo.label, cargo.on_deck) == ("Sugar", True)


def test_a_child_of_another_row_cannot_be_taken_over(port, aero, stored):
    here = ship(port, "Pirate")
    prey = stored(sa.select(port.Cargo.id).where(port.Cargo.ship_id == aero))[0]
    form = port.admin.form(f"/admin/ship/{here}/edit/", "/edit/")
    stolen = {"cargo-0-here": "1", "cargo-0-id": str(prey), "cargo-0-version": "1", "cargo-0-label": "Mine"}
    assert send(port.admin, form, **stolen).status_code == 422
    form = port.admin.form(f"/admin/ship/{here}/edit/", "/edit/")
    form.fields["cargo.were"] = str(prey)
    assert send(port.admin, form).status_code == 422
    assert stored(port.Cargo, prey).ship_id == aero


# --- remembered ---


def test_history_tells_who_changed_what_and_a_field_goes_back(port, stored, texel):
    here = ship(port, "Teller", motto="first", harbour=str(texel))
    port.admin.submit(
        f"/admin/ship/{here}/edit/", "/edit/", motto="second", state="docked", harbour=[], reason="Winter"
    )
    page = port.admin.get(f"/admin/ship/{here}/history/")
    for said in ("Admin", "changed Motto, State", "Winter", "Afloat", "In dock", "Texel", "removed", "first"):
        assert said in words(page), said
    offered = forms(page, "/restore/")
    back = next(form for form in offered if form.fields["column"] == "motto")
    assert port.admin.post(back.action, data=back.fields).status_code == 302
    tie = next(f for f in offered if f.fields["table"] == "call" and f.fields["transaction"] > "")
    port.admin.post(tie.action, data=tie.fields)
    assert stored(port.Ship, here).motto == "first"
    assert port.admin.form(f"/admin/ship/{here}/edit/", "/edit/").fields["harbour"] == str(texel)
    told = words(port.admin.get(f"/admin/ship/{here}/history/"))
    assert "Restore" in told and "Teller" in words(port.admin.get("/admin/history/?table=ship"))


def test_a_deleted_row_is_listed_and_comes_back_with_its_children(port, stored, texel):
    here = ship(port, "Phoenix", harbour=str(texel), **{"cargo-0-here": "1", "cargo-0-label": "Gold"})
    cargo = sa.select(port.Cargo.id).where(port.Cargo.ship_id == here)
    before = stored(cargo)
    warned = port.admin.get(f"/admin/ship/{here}/delete/")
    assert "Delete ship “Phoenix”?" in words(warned) and "Cargo, deleted 1" in words(warned)
    assert port.admin.submit(f"/admin/ship/{here}/delete/", "/delete/", reason="sank").status_code == 302
    assert port.admin.get(f"/admin/ship/{here}/").status_code == 404
    assert here not in ids(port.admin.get("/admin/ship/?search=phoenix"))
    deleted = port.admin.get("/admin/history/deleted/")
    assert "deleted ship “Phoenix”, with 1 that belonged to it" in words(deleted) and "sank" in words(deleted)
    back = next(f for f in forms(deleted, "/restore/") if f.fields["row"] == str(here))
    assert port.admin.post(back.action, data=back.fields).status_code == 302
    assert stored(port.Ship, here).name == "Phoenix"
    assert stored(cargo) == before
    assert here in ids(port.admin.get("/admin/ship/?search=gold"))
    assert port.admin.form(f"/admin/ship/{here}/edit/", "/edit/").fields["harbour"] == str(texel)


def test_a_row_that_others_need_is_not_deleted(port, aero, texel):
    answer = port.admin.submit(f"/admin/harbour/{texel}/delete/", "/delete/")
    assert "Harbour “Texel” is still used by 1 ship" in port.admin.get(answer.location).text


# --- taken along ---


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


def test_a_choice_of_the_trade_is_read_from_its_column(harbour):
    assert choices_of(harbour.Ship.__table__.c.state) is harbour.ShipState
