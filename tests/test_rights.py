"""What a right leaves out is left out everywhere: rows that take a permission, tables one may not open."""

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors

from models.access import Role
from models.base import Record, columns, tables
from models.customer import Customer, CustomerTag, Note, NoteKind, Tag
from models.fields import field_of
from models.message import Message, MessageState
from models.parse import Place
from models.portal import PortalUser
from models.work import Run
from operations.operation import operation_named
from operations.running import Selection, confirm, plan
from queries.declare import named_filters
from queries.viewer import SYSTEM, known_permissions
from seed.factory import make

from .addresses import every_address
from .cast import SECRET
from .merging import furnished, merged, planned
from .reading import pieces, words
from .tables import addresses

MARK = "Zwiebelfisch"


@pytest.fixture
def desk(signed_in, session):
    """`desk(without={...})`: the client of somebody with every permission but these."""

    def client(without=(), only=()):
        granted = only or set(known_permissions()) - set(without)
        session.add(Role(name="made up", permissions=sorted(granted)))
        session.commit()
        return signed_in("made up")

    return client


def offered(page, name):
    """The words that a select of a page offers."""
    html = page.text.partition(f'name="{name}"')[2].partition("</select>")[0]
    return [words(f"<main>{found}</main>") for found in html.split("<option")[1:]]


def noted(session, kind):
    return session.scalar(sa.select(Note.id).where(Note.kind == kind))


def changed(session, name, **answers):
    """An operation on the debtor note, carried out by somebody else."""
    verb, ids = operation_named(Note, name), [noted(session, NoteKind.DEBTOR)]
    run = plan(session, verb, Note, SYSTEM, Selection(ids=ids), answers, "Because")
    session.commit()
    run_id = confirm(session, run.id, SYSTEM).run.id
    session.rollback()
    return run_id


def test_a_form_offers_only_what_its_rules_take(session, signed_in, debtor):
    general, own = noted(session, NoteKind.GENERAL), noted(session, NoteKind.DEBTOR)
    new = f"/admin/note/new/?customer_id={debtor.id}"
    session.rollback()
    agent, billing = signed_in("agent"), signed_in("billing")
    kinds = {client: offered(client.get(new), "kind") for client in (agent, billing)}
    assert "debtor" not in str(kinds[agent]) and len(kinds[billing]) == len(kinds[agent]) + 1
    assert len(offered(billing.get(f"/admin/note/{general}/edit/"), "kind")) == len(kinds[agent])
    page = billing.get(f"/admin/note/{own}/edit/")
    assert 'name="kind"' not in page.text and "a list of their own" in words(page)
    assert billing.submit(f"/admin/note/{own}/edit/", body="Paid").status_code == 302
    assert 'value="debtor"' in billing.get("/admin/note/").text
    assert 'value="debtor"' not in agent.get("/admin/note/").text


def test_the_kind_of_notes_is_not_set_for_many(signed_in, session, debtor):
    general = noted(session, NoteKind.GENERAL)
    session.rollback()
    page = signed_in("billing").get(f"/admin/note/operate/set_field/?ids={general}")
    assert page.status_code == 200 and 'name="kind"' not in page.text


def test_a_preview_of_a_deletion_counts_what_its_reader_may_see(desk, signed_in, debtor):
    at = f"/admin/customer/{debtor.id}/delete/"
    blind, manager = desk(without={"note.read_debtor"}), signed_in("manager")
    for client, number in ((blind, "1"), (manager, "2")):
        assert f"{number} Notes, deleted" in words(client.get(at)) or f"Notes, deleted {number}" in words(
            client.get(at)
        )
        asked = client.submit(f"/admin/customer/operate/delete/?ids={debtor.id}", reason="Left")
        told = words(client.get(asked.location))
        assert f"notes ({number})" in told or f"{number} note" in told
        assert (f"{int(number) + 1} note" in told) is False


def test_a_deletion_still_takes_what_its_reader_does_not_see(session, desk, debtor):
    blind = desk(without={"note.read_debtor"})
    blind.submit(f"/admin/customer/{debtor.id}/delete/", "/confirm/")
    assert session.scalar(sa.select(sa.func.count(Note.id))) == 0
    session.rollback()
    gone = words(blind.get("/admin/history/deleted/"))
    assert "Lang" in gone and SECRET not in gone and "with 1" in gone


def test_a_preview_of_a_merge_counts_what_its_reader_may_see(session, desk, signed_in, debtor):
    kept = make(session, Customer)
    session.commit()
    at = f"/admin/customer/merge/?ids={kept.id},{debtor.id}"
    blind, manager = desk(without={"note.read_debtor"}), signed_in("manager")
    for client, number in ((blind, 1), (manager, 2)):
        row = next(said for said in pieces(client.get(at), "tr") if said.startswith("Notes"))
        assert row == f"Notes 0 +{number} {number}" or row.endswith(f"+{number} {number}")


def test_a_ledger_tells_nothing_of_rows_that_its_reader_may_not_see(session, desk, debtor):
    changed(session, "set_field", body=f"{SECRET}!")
    merged(session, make(session, Customer), debtor)
    changed(session, "delete")
    runs = session.scalars(sa.select(Run.id)).all()
    session.rollback()
    blind = desk(without={"note.read_debtor"})
    for run_id in runs:
        for page in ("", "ledger.csv"):
            assert SECRET not in blind.get(f"/admin/run/{run_id}/{page}").text, (run_id, page)
    assert SECRET not in blind.get("/admin/run/").text


def test_who_reads_debtor_notes_reads_the_ledger_too(session, signed_in, debtor):
    run_id = changed(session, "set_field", body=f"{SECRET}!")
    assert SECRET in signed_in("admin").get(f"/admin/run/{run_id}/").text


@pytest.mark.parametrize("group", ["customer", "note", "general"])
def test_no_address_tells_of_a_row_that_takes_another_permission(app, session, desk, debtor, group):
    other = make(session, Customer, email=debtor.email)
    make(session, PortalUser, customer=debtor)
    session.commit()
    planned(session, other, debtor)
    changed(session, "set_field", body=f"{SECRET}.")
    blind = desk(without={"note.read_debtor"})
    paths = sorted(set(every_address(app, session, group)))
    session.rollback()
    assert len(paths) > 5
    for path in paths:
        assert SECRET.encode() not in blind.get(path).data, path


def told(model):
    """The columns of a table that hold words of its own."""
    kinds = ("line", "text", "value", "code")
    own = (c for c in columns(model) if not (c.unique or c.foreign_keys))
    return [c.name for c in own if field_of(c).kind in kinds]


def test_who_may_read_customers_alone_meets_nothing_of_what_belongs_to_them(app, session, desk):
    made = furnished(session)
    for model in tables():
        below = model.screen.tab_of == "customer" or model.screen.part_of == "customer"
        if below and issubclass(model, Record):
            make(session, model, customer=made, **dict.fromkeys(_markable(model), MARK))
    session.commit()
    own = {p for p in known_permissions() if p.startswith(("customer.", "history.", "portal."))}
    paths = sorted({*addresses(session, Customer, made), *_of_customers(app, session)})
    session.rollback()
    blind = desk(only=own)
    shown = {path: page.data for path in paths if (page := blind.get(path)).status_code == 200}
    assert len(shown) > 20
    assert not [path for path, data in shown.items() if MARK.encode() in data]


def _of_customers(app, session):
    yield from every_address(app, session, "customer")
    yield from ("/admin/", f"/admin/find?q={MARK[:5]}", "/admin/history/", "/admin/history/deleted/")


def _markable(model):
    """Columns that take any word, but those of which the database wants more."""
    ruled = " ".join(str(c.sqltext) for c in model.__table__.constraints if isinstance(c, sa.CheckConstraint))
    return [n for n in told(model) if n not in ruled and "system" not in model.__table__.c[n].info]


@pytest.mark.parametrize(
    "made", [made for known in named_filters.values() for made in known.values()], ids=lambda m: m.name
)
def test_a_named_filter_says_of_which_other_tables_it_tells(made):
    typed = {"yes_no": "yes", "postal": "77429", "day": "2026-01-01"}
    condition = made.condition(typed.get(made.kinds[0], "1"), Place(), SYSTEM)
    parts = (part.table for part in visitors.iterate(condition) if isinstance(part, sa.Column))
    found = (getattr(table, "element", table) for table in parts)
    told_of = {table.info["model"] for table in found if "model" in table.info}
    assert {m for m in told_of if m.screen.list} <= {made.model, *made.reads}


def test_a_filter_about_another_table_is_there_for_who_may_read_that(desk, signed_in):
    blind = desk(without={"message.read"})
    assert "not_written_to_since" not in blind.get("/admin/customer/").text
    assert blind.get("/admin/customer/?not_written_to_since=2026-01-01").status_code == 400
    manager = signed_in("manager")
    assert "not_written_to_since" in manager.get("/admin/customer/").text
    assert manager.get("/admin/customer/?not_written_to_since=2026-01-01").status_code == 200


def test_a_report_has_only_what_its_reader_may_open(session, desk, signed_in):
    made = furnished(session)
    session.commit()
    at = f"/admin/customer/{made.id}/print/report/"
    blind, manager = desk(without={"contact.read"}), signed_in("manager")
    for client, sees in ((blind, False), (manager, True)):
        assert ("Contacts" in words(client.get(at))) is sees and "Locations" in words(client.get(at))


def test_what_is_called_the_same_is_told_apart_in_a_merge(session, signed_in):
    houses = [make(session, Customer, kind="organization", last_name="House") for _ in range(2)]
    pair = [make(session, Customer, last_name="Ann", organization=house) for house in houses]
    make(session, Note, customer=pair[1])
    session.commit()
    manager, at = signed_in("manager"), f"/admin/customer/merge/?ids={pair[0].id},{pair[1].id}"
    page = words(manager.get(at))
    assert all(f"House, {house.code}" in page for house in houses)
    preview = words(manager.get(manager.submit(at, "/merge/", reason="The same").location))
    assert f"from Ann, {pair[1].code} to Ann, {pair[0].code}" in preview


def test_a_record_with_very_many_tags_names_the_first(session, signed_in):
    made = make(session, Customer)
    for number in range(12):
        session.add(CustomerTag(customer_id=made.id, tag_id=make(session, Tag, name=f"Tag {number:02}").id))
    session.commit()
    page = signed_in("agent").get(f"/admin/customer/{made.id}/information/").text
    header = page.partition('class="rec-top"')[2].partition('class="facts"')[0]
    assert "Tag 07" in header and '<span class="tag">Tag 08' not in header and "+4" in header


def test_the_form_of_a_role_says_what_each_permission_does(signed_in):
    page = signed_in("admin").get("/admin/role/new/")
    ticks = page.text.count('name="permissions"')
    assert ticks == len(known_permissions())
    titles = [t.partition('"')[0] for t in page.text.split('<span title="')[1:]]
    assert len([t for t in titles if len(t) > 5]) >= ticks
    for heading in ("Operations", "Services", "Setup", "System"):
        assert f"<h2>{heading}</h2>" in page.text
    assert "Open notes whose kind is Debtor" in titles


def test_what_a_role_of_before_lacks_is_listed_and_given(app, session, capsys):
    agent = session.scalar(sa.select(Role).where(Role.name == "agent"))
    whole = set(agent.permissions)
    agent.permissions = sorted(whole - {"ticket.reply", "ticket.close"})
    session.commit()
    run = app.test_cli_runner().invoke
    assert "agent  ticket.close, ticket.reply\n" in run(args=["roles", "compare"]).output
    assert "does not lack" in run(args=["roles", "complete", "agent", "customer.merge"]).output
    assert run(args=["roles", "complete", "agent", "ticket.reply"]).output == "agent  ticket.reply\n"
    assert "agent  ticket.close\n" in run(args=["roles", "compare"]).output
    run(args=["roles", "complete", "agent"])
    session.refresh(agent)
    assert set(agent.permissions) == whole
    session.rollback()


def test_nobody_finds_members_by_an_e_mail_that_they_may_not_see(session, desk, signed_in):
    house = make(session, Customer, kind="organization")
    make(session, Customer, last_name="Lang", email="lang@example.com")
    session.commit()
    at = f"/admin/customer/{house.id}/members/"
    blind = desk(without={p for p in known_permissions() if p.endswith(".read_personal")})
    answer = blind.submit(at, "/members/add/", who="lang@example.com")
    assert answer.status_code == 422 and "No customer goes by" in words(answer)
    assert signed_in("manager").submit(at, "/members/add/", who="lang@example.com").status_code == 302


def test_the_answer_of_a_mail_server_is_for_who_may_see_the_address(session, signed_in):
    said = "550 5.1.1 <lang@example.com>: no such person"
    mail = make(
        session,
        Message,
        customer=make(session, Customer),
        recipient="lang@example.com",
        error=said,
        state=MessageState.FAILED,
    )
    session.commit()
    pages = {role: signed_in(role).get(f"/admin/message/{mail.id}/") for role in ("viewer", "agent")}
    assert "lang@" not in pages["viewer"].text and "You may not see the answer" in words(pages["viewer"])
    assert "no such person" in words(pages["agent"])
