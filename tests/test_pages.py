"""Every page of every table: it opens, it costs the same for many rows, its icons are there."""

import re
from functools import partial
from itertools import count

import pytest
import sqlalchemy as sa

from models.base import Link, Record, keys_between, records, tables
from models.customer import NotDuplicate
from models.fields import field_of
from models.reach import payer_of
from operations.records import Draft, update
from queries.links import links_of
from queries.viewer import SYSTEM
from seed.factory import make

from .reading import ids, total, words
from .source import ROOT
from .tables import SCREENS, addresses, every_table, filled, shown_keys

FEW, MANY = 2, 40
# Names of columns of other tables in a list cost one question each, as do keys and ties.
LIST = 4  # who, count, ids of the page, their values
# who, record, names of what it points at, tags, header facts, what there is, six widgets, counts, trail
RECORD = 23
EDIT = 20  # who, record, ties, child rows, three for the first options of each key and tie
HISTORY = 30  # as a record, and two for each table that was touched

ICON = re.compile(r"icons\.svg#([\w-]+)")


@every_table
def test_every_page_of_a_table_opens_with_all_its_icons(signed_in, session, model, sprite):
    row, table = filled(session, model), model.__tablename__
    session.commit()
    client = signed_in("admin")
    pages = [f"/admin/{table}/", *addresses(session, model, row)]
    if model.screen.menu:  # what belongs to a record leaves with its lists, not by itself
        pages += [f"/admin/{table}/export/{kind}" for kind in ("csv", "json", "xlsx")]
    pages += [f"/admin/{table}/new/"] if "create" in model.screen.writes else []
    keys = [c.name for c in model.__table__.c if c.foreign_keys]
    pages += [
        f"/admin/{table}/lookup/{name}/{by}" for name in (*keys, *links_of(model)) for by in ("", "word/")
    ]
    pages += [f"/admin/{table}/?search=qqqqzzzz"]
    answers = {page: client.get(page) for page in pages}
    assert not {page: answer.status for page, answer in answers.items() if answer.status_code != 200}
    icons = {
        icon
        for answer in answers.values()
        if answer.mimetype == "text/html"
        for icon in ICON.findall(answer.text)
    }
    assert icons <= sprite, icons - sprite
    listed = client.get(f"/admin/{table}/?sort=-updated_at")
    assert row.id in ids(listed) and int(total(listed)) >= 1


@every_table
def test_what_people_may_not_do_to_a_table_has_no_page(signed_in, session, model):
    row, table = make(session, model), model.__tablename__
    session.commit()
    client = signed_in("admin")
    pages = {"create": "new/", "update": f"{row.id}/edit/", "delete": f"{row.id}/delete/"}
    for verb, page in pages.items():
        answer = client.get(f"/admin/{table}/{page}")
        assert answer.status_code in ((200,) if verb in model.screen.writes else (403, 404)), page


@every_table
def test_a_search_that_finds_nothing_says_so(signed_in, model):
    answer = signed_in("admin").get(f"/admin/{model.__tablename__}/?search=qqqqzzzz")
    assert answer.status_code == 200
    if model.screen.search:
        assert (total(answer), ids(answer)) == ("0", []) and "found" in words(answer)


def cost(client, queries, path):
    with queries as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(seen)


@every_table
def test_a_list_costs_the_same_for_many_rows(signed_in, session, queries, model):
    path = f"/admin/{model.__tablename__}/"
    for _ in range(FEW):
        filled(session, model)
    session.commit()
    client = signed_in("admin")
    cost(client, queries, path)
    few = cost(client, queries, path)
    for _ in range(MANY - FEW):
        filled(session, model)
    session.commit()
    listed = client.get(path)
    assert len(ids(listed)) >= MANY
    own = len(shown_keys(model)) + sum(n in links_of(model) or "." in n for n in model.screen.list)
    own += has_amounts(model) and payer_of(model) not in ("", *model.screen.list)  # in which currency
    assert cost(client, queries, path) == few <= LIST + own <= 8


def has_amounts(model):
    listed = (model.__table__.c[n] for n in model.screen.list if n in model.__table__.c)
    return any(field_of(column).kind in ("money", "unit_price") for column in listed)


def children_of(model):
    """Child tables of which a record can have many."""
    for child in records():
        unique = [c for c in child.__table__.constraints if isinstance(c, sa.UniqueConstraint)]
        keys = keys_between(child, model.__tablename__)
        if child.screen.tab_of == model.__tablename__ and not any(keys[0].name in c.columns for c in unique):
            yield child


@every_table
def test_a_record_costs_the_same_with_many_children(signed_in, session, queries, model):
    row = filled(session, model)
    grow = [partial(filled, session, child, **{model.__tablename__: row}) for child in children_of(model)]

    def costs(rows):
        for _ in range(rows):
            for add in grow:
                add()
        session.commit()
        return {page: cost(client, queries, page) for page in addresses(session, model, row)}

    session.commit()
    client = signed_in("admin")
    costs(FEW)
    few = costs(0)
    # Above 20 rows the form leaves children to their tab, and history sums up steps of many rows.
    many = {page: n for page, n in costs(MANY - FEW).items() if "/edit/" not in page}
    assert {page: n for page, n in many.items() if n > few[page]} == {}
    for page, found in few.items():
        most = EDIT if page.endswith("/edit/") else RECORD
        if page.endswith("/history/"):
            most = HISTORY + 2 * len(grow)  # the versions of each table, and the names in them
        assert found <= most, page


def line_of(model):
    """A column in which any words will do."""
    return next((n for n in ("name", "label", "line1", "body", "value") if n in model.__table__.c), "")


@pytest.mark.parametrize("model", [m for m in SCREENS if line_of(m)], ids=lambda model: model.__tablename__)
def test_a_history_costs_the_same_for_many_changes(signed_in, session, queries, model):
    row, line = make(session, model), line_of(model)
    session.commit()
    client, numbers = signed_in("admin"), count()

    def change(times):
        for _ in range(times):
            update(session, row, Draft({line: f"Changed {next(numbers)}"}), SYSTEM)
            session.commit()

    path = f"/admin/{model.__tablename__}/{row.id}/history/"
    change(FEW)
    cost(client, queries, path)
    few = cost(client, queries, path)
    change(25)
    assert cost(client, queries, path) == few
    assert "Older" in client.get(path).text


@pytest.fixture(scope="module")
def sprite():
    text = (ROOT / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol[^>]* id="([^"]+)"', text))


@pytest.mark.parametrize("page", ["/admin/", "/admin/history/", "/admin/history/deleted/", "/admin/profile/"])
def test_every_icon_of_the_other_pages_is_in_the_sprite(signed_in, sprite, page):
    assert set(ICON.findall(signed_in("admin").get(page).text)) <= sprite


def test_every_table_of_the_menu_has_an_icon_in_the_sprite(sprite):
    named = {m.screen.icon for m in tables()} | {p.icon for m in tables() for p in m.screen.presets}
    named |= {icon for m in tables() for icon in m.screen.mark.values()}
    assert named <= sprite


def test_every_record_has_a_page_or_belongs_to_one():
    # Pairs kept apart are told by the page of duplicates, and taken back through their run.
    lonely = {m for m in records() if not m.screen.list and not issubclass(m, Link)}
    assert lonely == {NotDuplicate} and all(issubclass(m, Record) for m in SCREENS)
