"""From a declaration alone: edits that meet each other, history, deleting and bringing back."""

import pytest
import sqlalchemy as sa

from ..ground.client import find_form
from ..reading import bring_back, forms, ids, words, wrong
from .ships import open_twice, send, ship


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
    assert "Restored “Phoenix”." in bring_back(port.admin, deleted, here)
    assert stored(port.Ship, here).name == "Phoenix"
    assert stored(cargo) == before
    assert here in ids(port.admin.get("/admin/ship/?search=gold"))
    assert port.admin.form(f"/admin/ship/{here}/edit/", "/edit/").fields["harbour"] == str(texel)


def test_a_row_that_others_need_is_not_deleted(port, aero, texel):
    answer = port.admin.submit(f"/admin/harbour/{texel}/delete/", "/delete/")
    assert "Harbour “Texel” is still used by 1 ship" in port.admin.get(answer.location).text
