"""What people should not type, in every field of every table: it is text, or it is refused."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from models.base import columns
from models.customer import Contact, Customer
from models.fields import field_of
from models.history import Transaction
from models.work import Run
from seed.factory import make

from .cast import cast
from .portal_people import customer_who_signs_in
from .reading import wrong
from .stored import row_of, stored
from .tables import SCREENS, addresses, every_table, filled

CODE = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}"
SHORT = "\"'><svg onload=a()>{{7*7}}"  # where few characters fit
CHECKED = {"iccid": 23}  # four more than are taken of it, so that its table does not refuse it
RUNS = ("<img src=x", "<svg onload", "<script>alert", "'><svg", "'><img")
TEXTS = ("line", "text", "value", "code")
CARD = "4111 1111-1111 1111"
ODD = {
    "bidi": "a\u202eb\u2066c",
    "nothing to see": "a\u200b\ufeffb",
    "NUL": "a\x00b",
    "half a pair": b"a\xed\xa0\x80b",
    "no UTF-8": b"a\xff\xfeb",
    "combined": "e\u0301a\u0308",
    "not a character": "a\ufffeb\uffff",
    "controls": "a\x01\x1b[31m\x7fb",
    "beyond the plane": "𝕬💥",
}
EDITED = [model for model in SCREENS if "update" in model.screen.writes]
every_form = pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__tablename__)


def texts(model):
    """The columns in which a person can write what they like."""
    free = [c for c in columns(model) if field_of(c).kind in TEXTS and not c.foreign_keys]
    return [c for c in free if not c.info.keys() & {"derived", "system"} and isinstance(c.type, sa.String)]


def hostile(model, number):
    """Code in every text, and where values are unique a number behind it."""
    said = {}
    for column in texts(model):
        room = CHECKED.get(column.name) or getattr(column.type, "length", None) or 200
        text = CODE if len(CODE) + 4 <= room else SHORT
        said[column.name] = text[: room - 4] + f"{number}"
    return said


@every_table
def test_no_page_runs_what_was_typed(signed_in, session, model):
    rows = [filled(session, model, **hostile(model, n)) for n in (1, 2)]
    session.commit()
    client, table = signed_in("admin"), model.__tablename__
    pages = [f"/admin/{table}/", "/admin/", "/admin/history/", *addresses(session, model, rows[0])]
    pages += [
        f"/admin/{table}/?search={'%3Cscript%3Ealert%281%29%3C%2Fscript%3E'}&sort=%22%3E%3Csvg%20onload%3D"
    ]
    if "delete" in model.screen.writes:
        client.submit(f"/admin/{table}/{rows[1].id}/delete/", "/delete/", reason=CODE)
        pages.append("/admin/history/deleted/")
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not [code for code in RUNS if code in answer.text], page
    assert not texts(model) or "{{7*7}}" in client.get(f"/admin/{table}/").text


def test_no_page_runs_the_name_of_something_that_a_key_points_at(signed_in, session):
    found = cast(session)
    for row, column in ((found.cape, "name"), (found.vip, "name"), (found.bo, "last_name")):
        setattr(row, column, CODE)
    found.ann.organization_id = found.bo.id
    session.commit()
    client = signed_in("admin", name=CODE)
    ann, bo = f"{found.ann.id}/", f"{found.bo.id}/"
    pages = ["", ann, f"{ann}information/", f"{ann}edit/", f"{ann}metrics/access-trail/", f"{bo}members/"]
    pages += ["?columns=display_name,organization_id,tag,reseller_id&tag=any"]
    for page in pages:
        answer = client.get(f"/admin/customer/{page}")
        assert answer.status_code == 200 and not [code for code in RUNS if code in answer.text], page
    theirs = f"/admin/customer/{found.cy.id}/linked-accounts/"
    asked = client.submit(theirs, "/linked-accounts/add/", who=found.ann.code)
    assert asked.status_code == 422 and not [code for code in RUNS if code in asked.text]


def form_of(client, model, row):
    return client.form(f"/admin/{model.__tablename__}/{row.id}/edit/", "/edit/")


@every_form
def test_a_card_number_is_refused_in_every_text(signed_in, session, model):
    row = make(session, model)
    session.commit()
    form = form_of(signed_in("admin"), model, row)
    names = [c.name for c in texts(model) if c.name in form.fields]
    client = signed_in("admin")
    form = form_of(client, model, row)
    for name in names:
        form.fields[name] = CARD
    answer = client.post(form.action, data=form.fields)
    assert not names or answer.status_code == 422
    said = {name: text for name, text in wrong(answer).items() if name in names}
    assert set(said) == set(names) and all("card number" in text for text in said.values())
    assert CARD not in str(row_of(session, model, row.id).__dict__)


def test_a_card_number_is_no_reason(signed_in, session):
    customer = session.get_one(Customer, customer_who_signs_in(session).customer_id)
    session.commit()
    client, record = signed_in("admin"), f"/admin/customer/{customer.id}/"
    forms = (
        (f"{record}edit/", "/edit/", {"last_name": "Other"}),
        (f"/admin/customer/operate/suspend/?ids={customer.id}", "", {"go": "1"}),
        (f"/admin/view-as/{customer.id}/", "", {}),
    )
    for page, action, answers in forms:
        answer = client.submit(page, action, reason=f"Pays with {CARD}", **answers)
        assert answer.status_code == 422 and "card number" in answer.text, page
    kept = row_of(session, Customer, customer.id)
    assert (kept.last_name, kept.workflow_state) == (customer.last_name, "approved")
    why = [*stored(session, sa.select(Transaction.reason)), *stored(session, sa.select(Run.reason))]
    assert not any(CARD in reason for reason in why)


def test_numbers_that_are_no_card_numbers_are_taken(signed_in, session):
    customer = make(session, Customer)
    session.commit()
    client = signed_in("admin")
    iccid, imsi = "8927010000000000129", "655010000000007"  # both satisfy Luhn, and belong to no card scheme
    others = ("4111 1111 1111 1112", "+27 71 123 4567", "2026112114301500", "12345", "NL91ABNA0417164300")
    for text in (iccid, imsi, *others):
        answer = client.submit(f"/admin/customer/{customer.id}/edit/", "/edit/", tax_number=text)
        assert answer.status_code == 302, text


@every_form
def test_odd_characters_are_stored_safely_or_refused(signed_in, session, model):
    row = make(session, model)
    session.commit()
    client, table = signed_in("admin"), model.__tablename__
    names = [c.name for c in texts(model) if c.name in form_of(client, model, row).fields]
    for what, odd in ODD.items():
        form = form_of(client, model, row)
        for name in names:
            form.fields[name] = odd
        sent = urlencode(list(form.fields.items(multi=True)))
        answer = client.post(form.action, data=sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 422), (what, answer.status)
        for page in (f"/admin/{table}/", f"/admin/{table}/{row.id}/", f"/admin/{table}/{row.id}/history/"):
            assert client.get(page).status_code == 200, what
    found = row_of(session, model, row.id)
    kept = "".join(str(getattr(found, name)) for name in names)
    assert not set(kept) & set("\x00\x01\x1b\x7f\u202e\u2066\u200b\ufeff")


@every_form
def test_columns_that_the_form_does_not_show_cannot_be_written(signed_in, session, model):
    """Whatever their names are: every column of the table is sent."""
    row, other = make(session, model), make(session, model)
    for contact in session.scalars(sa.select(Contact)):
        contact.email = "reached@example.com"  # or what is sent to it could not be saved
    session.commit()
    client = signed_in("admin")
    form = form_of(client, model, row)
    # A box that is not ticked is not among the fields of a form, and yet it is on it.
    ticked = {c.name for c in columns(model) if field_of(c).kind in ("yes_no", "switches", "permissions")}
    shown = {*form.fields, "version"} | (ticked - {"is_locked"})
    hidden = [c for c in columns(model) if c.name not in shown]
    asked = sa.select(*(c for c in hidden if c.name != "updated_at")).where(model.id == row.id)
    before = stored(session, asked)
    for column in hidden:
        form.fields[column.name] = forged(column, other)
    for name in ("is_admin", "role_id", "password_hash", "merged_into"):
        form.fields.setdefault(name, "1")
    assert client.post(form.action, data=form.fields).status_code == 302
    assert stored(session, asked) == before


def forged(column, other):
    if column.foreign_keys:
        return str(other.id)
    kinds = {"money": "999", "number": "7", "moment": "2001-01-01T00:00", "state": "closed", "yes_no": "yes"}
    return kinds.get(field_of(column).kind, "forged")


def test_what_is_made_has_only_what_its_form_asks(signed_in, session):
    client = signed_in("admin")
    forged_ = {"id": "777", "code": "C-1", "balance": "999", "workflow_state": "closed", "is_locked": "yes"}
    forged_ |= {"created_by_id": "1", "source": "api", "merged_into_id": "1", "version": "9"}
    answer = client.submit("/admin/customer/new/", last_name="Honest", **forged_)
    (made,) = stored(session, sa.select(Customer))
    assert answer.location == f"/admin/customer/{made.id}/" and made.id != 777
    assert (made.balance, made.workflow_state, made.is_locked) == (Decimal(0), "approved", False)
    assert (made.created_by_id, made.source, made.version) == (client.staff_id, "manager", 1)
    assert made.code != "C-1" and made.merged_into_id is None


VERSIONS = ("", "0", "-1", "999999", "abc", "1e5", "1.0", "9" * 50, "²", " 1")


def test_a_version_that_cannot_be_does_no_harm(signed_in, session):
    customer = make(session, Customer)
    session.commit()
    client = signed_in("admin")
    for number, version in enumerate(VERSIONS):
        answer = client.submit(
            f"/admin/customer/{customer.id}/edit/",
            "/edit/",
            version=version,
            first_name=f"Try {number}",
            **{"keep.last_name": "nobody's", "keep.at": version, "tag.was": "x,²,-1," + "9" * 30},
        )
        # Against a version that never was, every difference is asked about.
        assert answer.status_code in (302, 409), version
        if answer.status_code == 302:
            assert row_of(session, Customer, customer.id).first_name == f"Try {number}", version


def test_child_rows_that_cannot_be_do_no_harm(signed_in, session):
    found = cast(session)
    client = signed_in("admin")
    odd = {
        "contact-0-id": ("x", "-1", "9" * 30, "²"),
        "contact-0-version": ("x", "-5", "9" * 30, "²"),
        "contact-0-keep_at": ("x", "9" * 30),
        "contact.were": ("x", "1,2,x", ",".join(["9" * 30] * 50), "²"),
        "contact-999999999999-here": ("1",),
        "contact--1-here": ("1",),
        "contact-²-here": ("1",),
        "contact-__n__-here": ("1",),
    }
    for name, values in odd.items():
        for value in values:
            answer = client.submit(f"/admin/customer/{found.cy.id}/edit/", "/edit/", **{name: value})
            assert answer.status_code in (302, 422), (name, value)
