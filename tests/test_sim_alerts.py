"""Limits of SIM cards: exact, once, warning first, to the right people."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from models.customer import Contact, Customer
from models.message import Message
from models.service import Sim, SimState
from models.usage import AlertKind, UsageAlert
from operations.installation import installation
from operations.records import Draft, create
from operations.sim_alerts import MB, _reached, lift, watch
from queries.viewer import SYSTEM
from seed.factory import make

NOVEMBER = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DECEMBER = dt.datetime(2026, 12, 1, 0, 2, tzinfo=dt.UTC)


def contact(session, customer, email, alerts=True):
    values = {"customer_id": customer.id, "name": email.partition("@")[0], "email": email, "alerts": alerts}
    return create(session, Contact, Draft(values), SYSTEM)


def card(session, customer=None, **said):
    limits = {"warning_mb": 2560, "cutoff_mb": 5120, "state": SimState.ACTIVE, "used_month": "2026-11"}
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
        assert (reached.get(kind) == limit and limit is not None) == (limit is not None and used >= limit * MB)


# --- through pages ---


@pytest.fixture
def two(session):
    """Customers A and B: a1 is ticked, a2 is not, b1 is."""
    a, b = make(session, Customer, last_name="Anker"), make(session, Customer, last_name="Boje")
    contact(session, a, "a1@example.com")
    contact(session, a, "a2@example.com", alerts=False)
    contact(session, b, "b1@example.com")
    session.commit()
    return a.id, b.id
