"""From a declaration alone: the verbs of every table, on tables that nothing in the program knows."""

import sqlalchemy as sa

from ..ground.client import find_form
from ..reading import words
from .ships import ship


def ask(name, *ids):
    return f"/admin/ship/operate/{name}/?ids={','.join(map(str, ids))}"


def confirmed(port, shown):
    path = shown.location
    return port.admin.submit(path, "/confirm/")


def taken_back(port, shown):
    undo = find_form(port.admin.get(shown.location), "/undo/")
    return confirmed(port, port.admin.post(undo.action, data=undo.fields))


def test_fields_of_every_kind_are_set_for_several(port, stored, texel):
    one, two = ship(port, "Setter", motto="old", crew="3"), ship(port, "Setting", crew="4", share="5")
    typed = {"crew": "9", "price": "12.50", "in_service": "yes", "state": "docked", "country": "ZA"}
    typed |= {"built_date": "2001-02-03", "inspected_at": "2026-11-01T14:30", "home_id": str(texel)}
    typed |= {"leave_empty": ["motto", "share"]}
    shown = port.admin.submit(ask("set_field", one, two), **typed)
    assert shown.status_code == 303, words(shown)
    assert "2 will change" in words(port.admin.get(shown.location))
    confirmed(port, shown)
    for row_id in (one, two):
        found = stored(port.Ship, row_id)
        assert (found.crew, found.in_service, found.state, found.country) == (9, True, "docked", "ZA")
        assert (found.motto, found.share, found.home_id, str(found.price)) == (None, None, texel, "12.50")
        assert found.built_date.isoformat() == "2001-02-03" and found.inspected_at.hour == 14
    taken_back(port, shown)
    first, second = stored(port.Ship, one), stored(port.Ship, two)
    assert (first.motto, first.crew, second.crew, first.home_id) == ("old", 3, 4, None)
    assert not first.in_service and str(second.share) == "5.00"


def test_what_is_typed_wrongly_is_said_and_nothing_is_set(port, stored):
    here = ship(port, "Typo", crew="3")
    refused = port.admin.submit(ask("set_field", here), crew="many", go="1")
    assert refused.status_code == 422
    assert stored(port.Ship, here).crew == 3


def test_several_go_with_their_own_and_come_back(port, stored):
    cargo = {"cargo-0-here": "1", "cargo-0-label": "Salt"}
    one, two = ship(port, "Goner", **cargo), ship(port, "Going", **cargo)
    carried = sa.select(port.Cargo.id).where(port.Cargo.ship_id.in_([one, two])).order_by(port.Cargo.id)
    before = stored(carried)
    shown = port.admin.submit(ask("delete", one, two))
    assert "Deleted along with them: cargo (2)." in words(port.admin.get(shown.location))
    assert stored(carried) == before
    confirmed(port, shown)
    assert stored(carried) == []
    taken_back(port, shown)
    assert stored(carried) == before
    assert stored(port.Ship, two).name == "Going"


def test_what_others_need_is_refused_before_it_is_tried(port, stored, aero, texel):
    shown = port.admin.submit(f"/admin/harbour/operate/delete/?ids={texel}")
    said = words(port.admin.get(shown.location))
    assert "0 will change" in said and "1 refused" in said and "Harbour “Texel” is still used by" in said
    assert stored(port.Harbour, texel).name == "Texel"
