"""A real FreeRADIUS accounts for sessions, with the configuration that is shipped."""

import datetime as dt

import pytest
import sqlalchemy as sa

from models.base import now
from models.customer import Customer
from models.usage import DataSession
from seed.factory import make

from .conftest import missing
from .ground import radius as radius_server
from .services import account
from .stored import stored

GIGA = 2**32


@pytest.fixture(scope="module")
def ground(grounds):
    """It writes into PostgreSQL alone."""
    return grounds("postgresql")


@pytest.fixture
def radius(app, ground, cluster):
    if radius_server.program() is None:
        missing("FreeRADIUS")
    with radius_server.serving(cluster, ground.world.url.rpartition("/")[2]) as server:
        yield server


@pytest.fixture
def ann(session):
    owner = make(session, Customer, last_name="Ann Fibre")
    made = account(session, customer=owner, username="ann@fibre.example")
    session.commit()
    return made


def packet(kind, number=1, **said):
    """As an access server sends it."""
    about = {"User_Name": "ann@fibre.example", "Acct_Session_Id": f"0000{number}"}
    return {"Acct_Status_Type": kind, "NAS_IP_Address": "10.0.0.1", **about, **said}


def sessions(session):
    return stored(session, sa.select(DataSession).order_by(DataSession.id))


@pytest.mark.req("S4.22")
def test_who_is_online_is_told_by_the_access_server(session, radius, ann, signed_in):
    page = f"/admin/customer/{ann.customer_id}/usage/active-data-sessions/"
    agent = signed_in("agent")
    assert "Not online." in agent.get(page).text

    radius.send(**packet("Start", Framed_IP_Address="100.64.0.9", Calling_Station_Id="AA-BB-CC-00-11-22"))
    (begun,) = sessions(session)
    assert (begun.data_account_id, begun.nas_ip, begun.framed_ip) == (ann.id, "10.0.0.1", "100.64.0.9")
    assert begun.stopped_at is None and abs(now() - begun.started_at) < dt.timedelta(minutes=1)
    online = agent.get(page).text
    assert "Online since" in online and "100.64.0.9" in online
    assert "Ann Fibre" in agent.get("/admin/customer/?online=yes").text
    session.rollback()

    counted = {"Acct_Input_Octets": 5, "Acct_Output_Octets": 7, "Acct_Session_Time": 60}
    radius.send(**packet("Interim-Update", **counted, Acct_Output_Gigawords=2))
    (heard,) = sessions(session)
    assert heard.updated_at is not None and (heard.bytes_in, heard.bytes_out) == (5, 2 * GIGA + 7)
    session.rollback()

    more = {"Acct_Input_Octets": 9, "Acct_Output_Octets": 8, "Acct_Output_Gigawords": 2}
    radius.send(**packet("Stop", **more, Acct_Session_Time=90, Acct_Terminate_Cause="User-Request"))
    (over,) = sessions(session)
    assert over.stopped_at is not None and over.terminate_cause == "User-Request"
    assert (over.bytes_in, over.bytes_out) == (9, 2 * GIGA + 8)
    assert "Not online." in agent.get(page).text
    past = agent.get(f"/admin/customer/{ann.customer_id}/usage/data-sessions/").text
    assert "100.64.0.9" in past
    assert "Ann Fibre" not in agent.get("/admin/customer/?online=yes").text


def test_packets_that_come_twice_late_or_out_of_order_do_no_harm(session, radius, ann):
    stop = packet("Stop", Acct_Session_Time=3600, Acct_Input_Octets=50, Acct_Output_Octets=60)
    radius.send(**stop)
    radius.send(**packet("Start"))
    radius.send(**packet("Interim-Update", Acct_Session_Time=60, Acct_Input_Octets=1))
    radius.send(**stop)
    (only,) = sessions(session)
    assert only.stopped_at is not None and (only.bytes_in, only.bytes_out) == (50, 60)
    assert dt.timedelta(minutes=59) < only.stopped_at - only.started_at < dt.timedelta(minutes=61)


def test_an_access_server_that_begins_anew_has_no_sessions(session, radius, ann):
    radius.send(**packet("Start", 1))
    radius.send(**packet("Start", 2))
    radius.send(**packet("Start", 3, NAS_IP_Address="10.0.0.2"))
    radius.send(Acct_Status_Type="Accounting-On", NAS_IP_Address="10.0.0.1")
    ended = {s.nas_ip: s.terminate_cause for s in sessions(session) if s.stopped_at}
    assert ended == {"10.0.0.1": "NAS-Reboot"}
    assert [s.nas_ip for s in sessions(session) if s.stopped_at is None] == ["10.0.0.2"]
    session.rollback()
    radius.send(Acct_Status_Type="Accounting-Off", NAS_IP_Address="10.0.0.2")
    assert all(s.stopped_at for s in sessions(session))


@pytest.mark.parametrize(
    "name", ["nobody", "x' OR '1'='1", "ann@fibre.example'; DROP TABLE data_session; --", ""]
)
def test_a_name_that_nobody_has_does_no_harm_and_is_answered(session, radius, ann, name):
    radius.send(**packet("Start", User_Name=name))
    radius.send(**packet("Stop", User_Name=name, Calling_Station_Id="'" * 60, Acct_Session_Time=1))
    assert sessions(session) == []


def test_its_log_in_may_do_nothing_else(radius, cluster, ground):
    """A server on the edge of the network gets no customers, no secrets, and deletes nothing."""
    database = ground.world.url.rpartition("/")[2]
    for statement in (
        "SELECT count(*) FROM customer",
        "SELECT secret FROM data_account",
        "UPDATE data_account SET state = 'active'",
        "DELETE FROM data_session",
    ):
        with pytest.raises(Exception, match="permission denied"):
            cluster.execute(f"SET ROLE {radius_server.ROLE}; {statement}", database)
