"""Limits of SIM cards: exact, once, warning first, to the right people."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.declare import Work
from jobs.sims import begin_month
from models.base import at, now
from models.customer import Contact, Customer
from models.message import Message
from models.service import Sim, SimState
from models.usage import AlertKind, UsageAlert
from operations.delivery import deliver
from operations.records import Draft, create
from operations.sim_alerts import MB, _reached, lift, watch
from queries.viewer import SYSTEM
from seed.factory import make

from .post_office import post_office, sessions_of, settled
from .reading import ids, words
from .usage import kept_in, read_all, take_in, text

NOVEMBER = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DECEMBER = dt.datetime(2026, 12, 1, 0, 2, tzinfo=dt.UTC)


def contact(session, customer, email, alerts=True):
    values = {"customer_id": customer.id, "name": email.partition("@")[0], "email": email, "alerts": alerts}
    return create(session, Contact, Draft(values), SYSTEM)


def card(session, customer=None, **said):
    limits = {
        "warning_mb": 2560,
        "cutoff_mb": 5120,
        "state": SimState.ACTIVE,
        "used_bytes": 0,
        "used_month": "2026-11",
    }
    return make(session, Sim, **(limits | said), **({"customer": customer} if customer else {}))


def use(session, sim, megabytes, at=NOVEMBER):
    sim.used_bytes, sim.used_month = int(megabytes * MB), f"{at:%Y-%m}"
    session.flush()
    return watch(session, [sim.id], at)


def alerts(session):
    found = session.scalars(sa.select(UsageAlert).order_by(UsageAlert.id))
    return [(alert.kind, alert.threshold_mb, alert.period) for alert in found]


def mails(session):
    return [(m.recipient, m.template) for m in session.scalars(sa.select(Message).order_by(Message.id))]


def test_limits_are_exact_and_told_once(session):
    customer = make(session, Customer)
    contact(session, customer, "a@example.com")
    sim = card(session, customer)
    assert use(session, sim, 2559.99) == 0
    assert use(session, sim, 2560) == 1
    assert use(session, sim, 3000) == 0
    assert sim.state is SimState.ACTIVE
    assert use(session, sim, 5120) == 1
    assert sim.state is SimState.CUT_OFF
    assert use(session, sim, 6000) == 0
    assert alerts(session) == [(AlertKind.WARNING, 2560, "2026-11"), (AlertKind.CUT_OFF, 5120, "2026-11")]
    assert mails(session) == [("a@example.com", "usage_warning"), ("a@example.com", "usage_cut_off")]


def test_a_jump_over_both_warns_first(session):
    customer = make(session, Customer)
    contact(session, customer, "a@example.com")
    sim = card(session, customer)
    assert use(session, sim, 6000) == 2
    assert [kind for kind, *_ in alerts(session)] == [AlertKind.WARNING, AlertKind.CUT_OFF]
    assert [template for _, template in mails(session)] == ["usage_warning", "usage_cut_off"]


def test_a_limit_that_was_raised_may_be_reached_again(session):
    sim = card(session)
    use(session, sim, 2600)
    sim.warning_mb = 3000
    assert use(session, sim, 2999) == 0 and use(session, sim, 3000) == 1
    assert [limit for _, limit, _ in alerts(session)] == [2560, 3000]


def test_nobody_is_told_of_a_card_that_is_with_nobody(session):
    assert use(session, card(session), 2600) == 1
    assert mails(session) == []


def test_only_an_active_card_is_cut_off(session):
    sim = card(session, state=SimState.SUSPENDED)
    use(session, sim, 6000)
    assert sim.state is SimState.SUSPENDED


def test_usage_of_a_month_that_is_over_tells_nobody(session):
    sim = card(session, used_month="2026-10", used_bytes=6000 * MB)
    assert watch(session, [sim.id], NOVEMBER) == 0


def test_a_new_month_arms_the_limits_again_and_lifts_the_cut_off(session):
    sim = card(session)
    use(session, sim, 6000)
    assert lift(session, NOVEMBER) == 0 and sim.state is SimState.CUT_OFF
    assert lift(session, DECEMBER) == 1 and sim.state is SimState.ACTIVE
    assert use(session, sim, 2560, DECEMBER) == 1
    assert alerts(session)[-1] == (AlertKind.WARNING, 2560, "2026-12")


def test_what_was_used_before_is_not_shown_as_of_this_month(signed_in, session):
    said = {"used_bytes": 700 * MB, "warning_mb": None, "cutoff_mb": None}
    before, lately = card(session, used_month="2026-10", **said), card(session, **said)
    session.commit()
    work = Work(session, lambda: None, session.commit, NOVEMBER)
    with at(NOVEMBER):
        assert (begin_month(work), begin_month(work)) == ("1 begun", "0 begun")
    session.commit()
    client = signed_in("agent")
    shown = {sim: words(client.get(f"/admin/sim/{sim.id}/information/")) for sim in (before, lately)}
    assert "Used this month 0 B" in shown[before] and "Used this month 700 MB" in shown[lately]


def test_who_is_let_back_in_is_not_cut_off_again_at_the_same_limit(session):
    sim = card(session)
    use(session, sim, 5120)
    sim.state = SimState.ACTIVE
    assert use(session, sim, 5200) == 0 and sim.state is SimState.ACTIVE
    sim.cutoff_mb = 6000
    assert use(session, sim, 6000) == 1 and sim.state is SimState.CUT_OFF


def test_many_cards_are_looked_at_with_few_questions(session, queries):
    for _ in range(30):
        card(session, used_bytes=0)
    ids = list(session.scalars(sa.select(Sim.id)))
    session.commit()
    before = len(queries)
    watch(session, ids, NOVEMBER)
    assert len(queries) - before <= 4


@settings(max_examples=60, deadline=None)
@given(
    warning=st.one_of(st.none(), st.integers(1, 5000)),
    cutoff=st.one_of(st.none(), st.integers(1, 5000)),
    used=st.integers(0, 6000 * MB),
)
def test_a_limit_is_reached_from_its_very_byte_on(warning, cutoff, used):
    reached = dict(_reached(Sim(warning_mb=warning, cutoff_mb=cutoff, used_bytes=used)))
    for kind, limit in ((AlertKind.WARNING, warning), (AlertKind.CUT_OFF, cutoff)):
        assert (reached.get(kind) == limit and limit is not None) == (
            limit is not None and used >= limit * MB
        )


@pytest.fixture
def a(session):
    """Of its contacts a1 is ticked and a2 is not."""
    customer = make(session, Customer, last_name="Anker", email="desk@anker.example")
    contact(session, customer, "a1@example.com")
    contact(session, customer, "a2@example.com", alerts=False)
    session.commit()
    return customer


@pytest.fixture
def b(session):
    customer = make(session, Customer, last_name="Boje")
    contact(session, customer, "b1@example.com")
    session.commit()
    return customer


@pytest.fixture
def arrives(session, tmp_path):
    """`arrives(sim, 2560)`: a file with so many MB of a card is read, as the worker does it."""

    def read(sim, megabytes, key="u1"):
        line = f"{key},data,{now():%Y-%m-%d} 00:00:00,,,{int(megabytes * MB)},,{sim.iccid},"
        session.commit()
        with kept_in(tmp_path):
            done = read_all(session, take_in(session, text(line)))
        assert done.refused == 0
        return done

    return read


def told(client, customer):
    """What the page of a customer says of mails, and of alerts."""
    at = f"/admin/customer/{customer.id}"
    mails = words(client.get(f"{at}/communications/received-e-mails/"))
    return mails, words(client.get(f"{at}/alerts/usage-alerts/"))


@pytest.mark.req("S2.24", "S2.27", "S2.29")
def test_a_warning_goes_to_each_ticked_contact_once(signed_in, session, a, b, arrives):
    client, sim = signed_in("agent"), card(session, a, alias="Gate")
    contact(session, a, "a3@example.com")
    arrives(sim, 2559, "u1")
    assert "Warning" not in told(client, a)[1]
    arrives(sim, 1, "u2")
    sent, alerts_of_a = told(client, a)
    assert sent.count("Gate has used 2,560 MB this month") == 2
    assert "a1@example.com" in sent and "a3@example.com" in sent
    assert "a2@example.com" not in sent and "desk@anker.example" not in sent
    assert "Warning" in alerts_of_a and "2,560" in alerts_of_a
    arrives(sim, 1, "u2")  # the same file line again
    arrives(sim, 100, "u3")
    session.rollback()
    assert sorted(mails(session)) == [(f"a{n}@example.com", "usage_warning") for n in (1, 3)]
    assert "Cut off" not in words(client.get(f"/admin/sim/{sim.id}/"))


@pytest.mark.req("S2.25")
def test_reaching_the_cut_off_sends_a_mail_and_cuts_the_card_off(signed_in, session, a, arrives):
    client, sim = signed_in("agent"), card(session, a, alias="Gate")
    arrives(sim, 5120)
    sent, alerts_of_a = told(client, a)
    assert "Gate is cut off" in sent and "Cut-off" in alerts_of_a
    assert "Cut off" in words(client.get(f"/admin/sim/{sim.id}/"))
    assert sim.id in ids(client.get("/admin/sim/?state=cut_off"))


@pytest.mark.req("S2.26", "S2.27")
def test_a_card_of_somebody_else_or_nobody_tells_ones_contacts_nothing(signed_in, session, a, b, arrives):
    theirs, free = card(session, b, alias="Truck"), card(session, alias="Stock")
    arrives(theirs, 3000, "u1")
    arrives(free, 3000, "u2")
    client = signed_in("agent")
    sent, alerts_of_a = told(client, a)
    assert "@example.com" not in sent and "Warning" not in alerts_of_a
    assert "b1@example.com" in told(client, b)[0]
    listed = words(client.get("/admin/usage_alert/"))
    assert "Truck" in listed and "Stock" in listed
    session.rollback()
    assert mails(session) == [("b1@example.com", "usage_warning")]


@pytest.mark.req("S2.32")
def test_a_card_that_moved_tells_its_new_customer_only(signed_in, session, a, b, arrives):
    client, sim = signed_in("agent"), card(session, a)
    session.commit()
    at = f"/admin/sim/operate/assign/?ids={sim.id}&back=/admin/sim/{sim.id}/"
    assert client.submit(at, "/operate/assign/", customer_id=b.id, go="1").status_code == 303
    session.rollback()
    session.expire_all()
    arrives(sim, 2600)
    assert "b1@example.com" in told(client, b)[0]
    assert "@example.com" not in told(client, a)[0]


@pytest.mark.req("S2.28")
def test_the_sender_is_one_and_the_contact_form_says_which(app, signed_in, session, a):
    client, sim = signed_in("agent"), card(session, a)
    session.commit()
    with post_office() as office, settled(None, smtp_url=office.url) as here:
        form = words(client.get(f"/admin/contact/new/?customer_id={a.id}"))
        assert f"Tell the contact which sender to expect. It is {here.sender}." in form
        use(session, sim, 2600)
        session.commit()
        deliver(sessions_of(app))
        (mail,) = office.taken
        assert (mail["From"], mail["To"]) == (here.sender, "a1@example.com")
