"""Attacks on access, sessions and links that must come to nothing. Numbers name the attack."""

import json
import logging
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from admin_views.redirects import own_path
from models.access import Role, StaffSession, StaffUser, StaffUserRole
from models.base import db, now, tables
from models.customer import Tag
from models.fields import field_of
from models.history import version_table
from operations import recovery, sessions
from operations.deleting import delete
from operations.errors import Refused
from operations.records import Draft, update
from operations.restoring import restorable, restore
from queries.staff import permissions_of, roles_of
from queries.viewer import SYSTEM, Viewer
from seed.factory import make

from .people import PASSWORD, is_in, member, sign_in
from .routes import routes

FOREIGN = [  # 66-77
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:///evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "/%09/evil.example",
    "localhost@evil.example",
    "///evil.example",
    "http://localhost\\@evil.example",
    "/%2F/evil.example",
    "/%5Cevil.example",
    "/\r\nLocation: //evil.example",
    " //evil.example",
    "http://localhost:80@evil.example/",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_signing_in_leads_to_a_page_of_our_own(client, session, url):
    member(session, "viewer")
    token = client.form("/login").fields["csrf_token"]
    answers = {"csrf_token": token, "email": "ann@desk.test", "password": PASSWORD, "next": url}
    answer = client.post("/login", query_string={"next": url, "url": url}, data=answers)
    assert answer.status_code == 302 and own_path(answer.location) == answer.location
    assert urljoin("http://localhost/login", answer.location).startswith("http://localhost/")


@pytest.mark.parametrize("url", FOREIGN)
def test_signing_out_leads_to_the_sign_in(signed_in, url):
    client = signed_in("viewer")
    token = client.token()
    answers = {"csrf_token": token, "next": url, "url": url}
    assert client.post("/logout", query_string={"next": url}, data=answers).location == "/login"


@pytest.mark.parametrize("path", ["/admin/", "/admin/customer/?search=a%5Cb&tag=%2F%2F", "/admin/tag/new/#x"])
def test_paths_of_our_own_are_kept(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_another_site_can_send_nothing(app, signed_in, headers, ground):
    client = signed_in("admin")
    token = client.token()
    ground.writes.seen = False
    for route in routes(app, "POST"):
        answer = client.post(route.path, data={"csrf_token": token, "name": "x"}, headers=headers)
        assert answer.status_code == 403, str(route)
    assert not ground.writes.seen and is_in(client)
    ground.writes.seen = True


def test_a_token_of_somebody_else_is_no_token(signed_in):
    mine, theirs = signed_in("viewer"), signed_in("viewer")
    token = theirs.token()
    assert mine.post("/admin/profile/sessions/end", data={"csrf_token": token}).status_code == 400


def test_looking_changes_nothing(app, signed_in, ground):
    client = signed_in("admin")
    ground.writes.seen = False
    for route in routes(app, "GET"):
        if "export" not in route.endpoint:  # every export is in the access trail
            client.get(route.path)
    assert not ground.writes.seen
    ground.writes.seen = True


def viewer_of(session, staff_id):
    return Viewer(staff_id, "", permissions_of(session, roles_of(session, staff_id)))


def role_named(session, name):
    return session.scalars(sa.select(Role).where(Role.name == name)).one()


def staff_form(client, staff_id):
    return client.form(f"/admin/staff_user/{staff_id}/edit/", "/edit/")


def test_a_form_takes_no_column_that_it_does_not_show(session, signed_in):
    person, client = member(session, "viewer"), signed_in("admin")
    before = (person.password, person.fs_uniquifier)
    form = staff_form(client, person.id)
    for name, value in {"password": "x", "fs_uniquifier": "x", "id": "1"}.items():
        form.fields[name] = value
    assert client.post(form.action, data=form.fields).status_code == 302
    session.refresh(person)
    assert (person.password, person.fs_uniquifier) == before


def test_nobody_raises_their_own_role(session, signed_in):
    """By the form of their own person, or by that of the role."""
    manage = Role(
        name="lead", permissions=["staff_user.read", "staff_user.update", "role.read", "role.update"]
    )
    session.add(manage)
    session.commit()
    client = signed_in("lead")
    admin_role, own_role = role_named(session, "admin"), role_named(session, "lead")
    session.commit()
    form = staff_form(client, client.staff_id)
    form.fields.setlist("role", [str(own_role.id), str(admin_role.id)])
    assert client.post(form.action, data=form.fields).status_code in (403, 422)
    form = client.form(f"/admin/role/{own_role.id}/edit/", "/edit/")
    form.fields.setlist("permissions", ["role.read", "role.update", "customer.read"])
    assert client.post(form.action, data=form.fields).status_code in (403, 422)
    session.expire_all()
    assert roles_of(session, client.staff_id) == {own_role.id}
    assert "customer.read" not in own_role.permissions


def test_nobody_raises_their_own_role_by_taking_a_change_back(session, signed_in):
    client = signed_in("admin", "viewer")
    staff = session.get(StaffUser, client.staff_id)
    viewer_role = role_named(session, "viewer").id
    member(session, "admin")
    update(session, staff, Draft({}, ties={"role": {viewer_role}}), SYSTEM)
    session.commit()
    gone = db.metadata.tables["staff_user_role_version"]
    row = session.execute(sa.select(gone).where(gone.c.operation_type == 2)).mappings().one()
    session.commit()
    asks = viewer_of(session, client.staff_id)
    session.commit()
    token = client.token()
    change = {"table": "staff_user_role", "row": row["id"], "transaction": row["transaction_id"]}
    client.post("/admin/history/restore/", data=change | {"column": "", "csrf_token": token})
    assert roles_of(session, client.staff_id) == {viewer_role}
    with pytest.raises(Refused, match="your own access"):
        restore(session, StaffUserRole, row["id"], row["transaction_id"], "", asks)
    session.rollback()


def test_nobody_gives_or_takes_over_more_than_they_have(session, signed_in):
    session.add(Role(name="lead", permissions=["staff_user.read", "staff_user.update"]))
    boss, friend = member(session, "admin"), member(session, "lead", email="friend@desk.test")
    asks = viewer_of(session, signed_in("lead").staff_id)
    admin_role = role_named(session, "admin").id
    for person, values in ((boss, {"email": "mine@desk.test"}), (boss, {"active": False})):
        with pytest.raises(Refused, match="permit more than yours"):
            update(session, person, Draft(values), asks)
    with pytest.raises(Refused, match="permit more than yours"):
        update(session, friend, Draft({}, ties={"role": roles_of(session, friend.id) | {admin_role}}), asks)
    with pytest.raises(Refused, match="permit more than yours"):
        delete(session, boss, asks)
    session.rollback()
    assert update(session, friend, Draft({"email": "new@desk.test"}), asks).email == "new@desk.test"
    session.rollback()


def test_who_is_limited_to_resellers_looks_after_no_staff(session):
    friend = member(session, "viewer")
    limited = Viewer(99, "", frozenset(role_named(session, "admin").permissions), frozenset({1}))
    with pytest.raises(Refused, match="some resellers"):
        update(session, friend, Draft({"active": False}), limited)
    session.rollback()


@pytest.mark.parametrize("way", ["deactivate", "take the role", "delete", "delete the link"])
def test_the_last_administrator_stays(session, way):
    boss = member(session, "admin")
    ways = {
        "deactivate": lambda: update(session, boss, Draft({"active": False}), SYSTEM),
        "take the role": lambda: update(session, boss, Draft({}, ties={"role": set()}), SYSTEM),
        "delete": lambda: delete(session, boss, SYSTEM),
        "delete the link": lambda: delete(session, session.scalars(sa.select(StaffUserRole)).one(), SYSTEM),
    }
    with pytest.raises(Refused, match="last administrator"):
        ways[way]()
    session.rollback()
    member(session, "admin", email="second@desk.test")
    if way == "delete the link":
        ways[way] = lambda: delete(session, session.scalars(sa.select(StaffUserRole)).first(), SYSTEM)
    ways[way]()
    session.rollback()


def test_the_role_of_the_administrators_keeps_its_name_and_permissions(session, signed_in):
    asks = viewer_of(session, signed_in("admin").staff_id)
    admin_role = role_named(session, "admin")
    for values in ({"name": "x"}, {"permissions": ["tag.read"]}):
        with pytest.raises(Refused, match="always permits everything"):
            update(session, admin_role, Draft(values), asks)
    update(session, admin_role, Draft({"description": "Runs it all."}), asks)
    session.rollback()


def test_two_people_cannot_sign_in_with_one_address(session):
    member(session)
    other = member(session, email="other@desk.test")
    with pytest.raises(Refused, match="signs in with this"):
        update(session, other, Draft({"email": "ANN@desk.test"}), SYSTEM)
    session.rollback()


def test_sessions_and_links_of_a_deactivated_person_stay_dead(client, session):
    person = member(session, "viewer")
    sign_in(client)
    token = recovery.make_link(session, person, recovery.TokenPurpose.RECOVERY, now())
    update(session, person, Draft({"active": False}), SYSTEM)
    session.commit()
    update(session, person, Draft({"active": True}), SYSTEM)
    session.commit()
    assert not is_in(client)
    assert client.get(f"/password/{token}").status_code == 410


def test_nobody_ends_a_session_of_another(session):
    ann, bob = member(session), member(session, email="bob@desk.test")
    sessions.begin(session, ann.id, now())
    session.flush()
    row = session.scalars(sa.select(StaffSession)).one()
    assert not sessions.end(session, row.id, bob.id, now())
    assert sessions.end(session, row.id, ann.id, now())
    session.rollback()


def secrets_of(session):
    """Every secret value in the database, in whatever column a value type calls so."""
    found = set()
    for model in tables():
        hidden = [c for c in model.__table__.columns if field_of(c).secret]
        if hidden:
            found |= {value for row in session.execute(sa.select(*hidden)) for value in row if value}
    return found


def test_no_secret_stands_in_any_history():
    configure_mappers()
    for model in tables():
        version = db.metadata.tables.get(f"{model.__tablename__}_version")
        for column in model.__table__.columns:
            assert version is None or not field_of(column).secret or column.name not in version.c


def test_no_page_file_or_log_shows_a_secret(session, signed_in, client, caplog):
    caplog.set_level(logging.DEBUG)
    person = member(session, "viewer")
    sign_in(client)
    admin = signed_in("admin")
    made = recovery.make_link(session, person, recovery.TokenPurpose.RECOVERY, now())
    session.commit()
    client.get(f"/password/{made}")
    with client.session_transaction() as cookie:
        hidden = secrets_of(session) | {made, cookie["_user_id"], PASSWORD}
    session.commit()
    assert len(hidden) >= 8
    at = f"/admin/staff_user/{person.id}"
    pages = ["/admin/staff_user/", *(f"{at}/{tab}" for tab in ("", "edit/", "history/", "delete/", "link/"))]
    pages += [f"/admin/staff_user/export/{kind}" for kind in ("csv", "json")]
    pages += [
        "/admin/history/",
        "/admin/profile/",
        "/admin/staff_user/?search=argon2",
        "/admin/staff_user/?sort=password",
    ]
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code < 500
        assert not [secret for secret in hidden if secret in answer.text], page
    assert not [secret for secret in hidden if secret in caplog.text]


def test_a_hash_cannot_be_found_by_asking_about_it(session, signed_in):
    """33, 34: no filter, search or order reads a secret column."""
    member(session, "viewer")
    admin = signed_in("admin")
    for asked in ("password=$argon2", "token_sha256=a", "fs_uniquifier=a"):
        assert admin.get(f"/admin/staff_user/?{asked}").status_code == 400
    assert 'data-total="0"' in admin.get("/admin/staff_user/?search=argon2id").text
    listed = [json.loads(admin.get(f"/admin/staff_user/export/json{q}").text) for q in ("", "?sort=password")]
    assert listed[0] == listed[1] and "password" not in listed[0][0]


def test_a_link_names_the_configured_host_whatever_the_request_says(session, signed_in):
    person, admin = member(session, "viewer"), signed_in("admin")
    path = f"/admin/staff_user/{person.id}/link/"
    token = admin.form(path).fields["csrf_token"]
    stranger = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = admin.post(path, data={"csrf_token": token}, headers=stranger)
    assert answer.status_code == 200 and "evil" not in answer.text
    assert admin.get(path, headers={"Host": "evil.example"}).status_code == 400


def test_a_person_is_written_down_with_what_they_change(session, signed_in):
    person, admin = member(session, "viewer"), signed_in("admin")
    form = staff_form(admin, person.id)
    form.fields["title"], form.fields["reason"] = "Team lead", "Promoted\r\n\x00today"
    admin.post(form.action, data=form.fields, headers={"X-Request-ID": "request-0001"})
    made = db.metadata.tables["transaction"]
    row = session.execute(sa.select(made).order_by(made.c.id.desc())).mappings().first()
    assert (row["staff_id"], row["source"], row["request_id"]) == (admin.staff_id, "panel", "request-0001")
    assert row["address"] == "127.0.0.1" and row["reason"].startswith("Promoted")
    session.refresh(person)
    assert person.title == "Team lead"


def test_the_right_to_change_a_field_brings_no_record_back_and_resets_no_version(session):
    record = make(session, Tag)
    session.commit()
    record.name = "Other"
    session.commit()
    assert not restorable(Tag, SYSTEM) & {"id", "version", "created_at", "updated_at"}
    delete(session, record, SYSTEM)
    session.commit()
    table = version_table(Tag)
    last = session.scalar(sa.select(sa.func.max(table.c.transaction_id)).where(table.c.id == record.id))
    with pytest.raises(Refused):
        restore(session, Tag, record.id, last, "name", SYSTEM)


def test_a_role_that_somebody_has_is_not_deleted(session):
    person = member(session, "viewer")
    role = session.get(Role, min(roles_of(session, person.id)))
    with pytest.raises(Refused, match="still used by 1 staff"):
        delete(session, role, SYSTEM)
