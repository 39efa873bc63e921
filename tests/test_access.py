"""Who may come in where, route by route: strangers, and each role on each route.

What a role may is decided before a database is asked for more than the role, so SQLite alone stands for both.
"""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_views import gate
from admin_views.gate import CLOSED, LACKING
from admin_views.sessions import TOKEN
from models.access import Role, StaffReseller, StaffUser
from models.base import now
from models.customer import Reseller
from operations.sessions import digest
from queries import staff
from seed.roles import ensure_roles, shipped_roles

from .ground import on_sqlite
from .routes import METHODS, misspelt_permissions, routes

ROLES = ("viewer", "agent", "sales", "tech", "billing", "manager", "admin")


def test_a_route_that_does_not_say_stops_the_start():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(gate.UndeclaredRoute, match="forgotten; put @needs"):
        gate.check_routes(app)


def test_no_route_asks_for_a_permission_that_is_misspelt(app):
    assert not misspelt_permissions(app)


def test_a_stranger_sees_no_page(app, client):
    odd = []
    for route in routes(app, "GET"):
        answer = client.get(route.path)
        if not route.is_open:
            good = answer.status_code == 302 and answer.location.startswith("/login?next=/admin/")
            good = good or (route.path, answer.location) == ("/admin/", "/login")
        elif CLOSED in route.needs:
            good = answer.status_code == 404
        else:
            good = answer.status_code in (200, 404, 410) or route.path == "/readyz"
        if not good:
            odd.append((str(route), answer.status_code, answer.location))
    assert not odd


def test_a_stranger_changes_nothing(app, client, ground):
    with client.session_transaction() as cookie:
        cookie["kept"] = 1
    ground.writes.seen = False
    odd = []
    for route in routes(app, "POST"):
        code = client.post(route.path, data={"name": "x", "reason": "x"}).status_code
        if code not in ({400} if route.is_open else {401}):
            odd.append((str(route), code))
    assert not odd and not ground.writes.seen


def test_a_stranger_who_asks_for_json_is_told_in_json(client):
    answer = client.get("/admin/", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and json.loads(answer.text)["error"]["code"] == 401


def test_a_part_of_a_page_sends_the_whole_window_to_sign_in(client):
    came_from = "http://localhost/admin/profile/?a=1"
    answer = client.get("/admin/", headers={"HX-Request": "true", "HX-Current-URL": came_from})
    assert answer.status_code == 401 and not answer.data
    assert answer.headers["HX-Redirect"] == "/login?next=/admin/profile/?a%3D1"


def test_an_address_in_a_header_that_is_none_leads_to_the_start(client, signed_in):
    odd = "http://[half"
    answer = client.get("/admin/", headers={"HX-Request": "true", "HX-Current-URL": odd})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")
    agent = signed_in("agent")
    sent = {"theme": "dark", "csrf_token": agent.token()}
    answer = agent.post("/admin/profile/appearance", data=sent, headers={"Referer": odd})
    assert (answer.status_code, answer.location) == (302, "/admin/")


def test_after_signing_in_one_is_where_one_wanted_to_be(client):
    answer = client.get("/admin/customer/?state=approved&tag=vip")
    assert answer.location == "/login?next=/admin/customer/?state%3Dapproved%26tag%3Dvip"


@pytest.mark.req("S0.7")
def test_every_role_can_open_the_customers_and_a_stranger_cannot(client, signed_in):
    assert client.get("/admin/customer/").location == "/login?next=/admin/customer/"
    for role in ROLES:
        assert signed_in(role).get("/admin/customer/").status_code == 200, role


@on_sqlite
def test_no_route_answers_a_method_it_does_not_have(app, signed_in):
    client, odd = signed_in("admin"), []
    token = client.token()
    known = {(route.path, method) for route in routes(app) for method in route.methods}
    for route in routes(app):
        for method in set(METHODS) - route.methods:
            if (route.path, method) in known:
                continue  # by another route of the same address
            code = client.open(route.path, method=method, headers={"X-CSRFToken": token}).status_code
            if code not in (405, 404):
                odd.append((str(route), method, code))
    assert not odd


@on_sqlite
def test_head_tells_as_much_as_get_and_no_more(app, client):
    for route in routes(app, "GET"):
        shown, asked = client.get(route.path), client.head(route.path)
        assert (asked.status_code, asked.data) == (shown.status_code, b""), str(route)


@on_sqlite
@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_nothing_else(app, signed_in, role):
    client, granted, odd = signed_in(role), shipped_roles()[role][1], []
    for route in routes(app, "GET"):
        code = client.get(route.path).status_code
        if CLOSED in route.needs:
            good = code == 404
        elif route.permissions <= granted:
            # A lookup asks for the right to read its target besides.
            good = code < 500 and code != 401 and (code != 403 or "lookup" in route.endpoint)
        else:
            good = code == 403
        if not good:
            odd.append((str(route), code))
    assert not [o for o in odd if o != ("readyz /readyz", 503)]


@on_sqlite
@pytest.mark.parametrize("role", ROLES)
def test_each_role_sends_what_it_may_and_only_with_the_token_of_the_form(app, signed_in, role, ground):
    client, granted, odd = signed_in(role), shipped_roles()[role][1], []
    ground.writes.seen = False
    for route in routes(app, "POST"):
        code = client.post(route.path, data={"name": "x"}).status_code
        if code != (400 if route.permissions <= granted else 403):
            odd.append((str(route), code))
    assert not odd and not ground.writes.seen
    ground.writes.seen = True  # the person was written


@on_sqlite
def test_somebody_without_a_role_gets_no_further_than_their_profile(app, signed_in):
    client = signed_in()
    assert client.get("/admin/profile/").status_code == 200
    for route in routes(app, "GET"):
        if route.permissions:
            assert client.get(route.path).status_code == 403, str(route)


def test_a_refusal_says_whom_to_ask(signed_in):
    answer = signed_in("viewer").get("/admin/role/")
    assert answer.status_code == 403 and LACKING in answer.text


def test_a_permission_taken_away_is_gone_with_the_next_request(session, signed_in):
    client = signed_in("viewer")
    assert client.get("/admin/tag/").status_code == 200
    role = session.scalars(sa.select(Role).where(Role.name == "viewer")).one()
    role.permissions = [p for p in role.permissions if p != "tag.read"]
    session.commit()
    assert client.get("/admin/tag/").status_code == 403


def test_a_limit_to_resellers_is_read_with_the_person(session, signed_in, app):
    client = signed_in("viewer")
    sellers = [Reseller(code=code, name=code) for code in ("CAPE", "COAST")]
    session.add_all(sellers)
    session.flush()
    session.add_all(StaffReseller(staff_user_id=client.staff_id, reseller_id=s.id) for s in sellers)
    session.commit()
    with client.session_transaction() as cookie:
        found = staff.signed_in(session, digest(cookie[TOKEN]), app.config["STAFF_SESSION"], now())
    assert found.viewer.resellers == {s.id for s in sellers}
    assert found.viewer.permissions == shipped_roles()["viewer"][1]
    assert found.viewer.country == "US"


def test_only_the_admin_may_everything_and_no_role_may_what_does_not_exist():
    shipped = {name: permissions for name, (_, permissions) in shipped_roles().items()}
    assert set(shipped) == set(ROLES)
    assert all(shipped[name] < shipped["admin"] for name in ROLES[:-1])
    seen = {p.partition(".")[0] for p in shipped["tech"] if p.endswith(".read_personal")}
    assert seen == {"address", "data_account", "data_session", "sim", "voip_line"}
    assert not any(p.endswith(".read_personal") for p in shipped["viewer"])
    assert {p.partition(".")[0] for p in shipped["viewer"]}.isdisjoint({"staff_user", "role", "app_setting"})


def test_roles_of_the_installation_are_left_alone(session):
    viewer = session.scalars(sa.select(Role).where(Role.name == "viewer")).one()
    admin = session.scalars(sa.select(Role).where(Role.name == "admin")).one()
    viewer.permissions, admin.permissions = ["tag.read"], ["tag.read"]
    session.flush()
    ensure_roles(session)
    ensure_roles(session)
    session.flush()
    assert viewer.permissions == ["tag.read"]
    assert set(admin.permissions) == shipped_roles()["admin"][1]
    assert session.scalar(sa.select(sa.func.count()).select_from(Role)) == len(ROLES)
    session.rollback()


def test_permissions_add_up_over_roles(session, signed_in):
    client = signed_in("tech", "sales")
    both = shipped_roles()["tech"][1] | shipped_roles()["sales"][1]
    assert staff.permissions_of(session, staff.roles_of(session, client.staff_id)) == both
    assert [role.name for role in session.get(StaffUser, client.staff_id).roles] == ["sales", "tech"]
