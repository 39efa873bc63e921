"""Changes of package: scheduled from three places, cancelled, and carried out when the day comes."""

import datetime as dt

import pytest
import sqlalchemy as sa

from jobs.declare import Work
from jobs.subscriptions import apply_package_changes
from models.access import StaffUser
from models.base import at, now
from models.customer import Customer
from models.service import PackageChange, PackageChangeState, Subscription, SubscriptionState
from models.work import Run
from operations.errors import Refused
from operations.records import Draft, update
from queries.viewer import SYSTEM

from .reading import words, wrong
from .services import account, change, product, subscription, tomorrow
from .stored import only, row_of, stored
from .verbs import taken_back

TABLE = "/admin/package_change/"


@pytest.fixture
def fibre(session):
    """A subscription of Fibre 100, and the id of Fibre 1000."""
    own = subscription(session, product=product(session, name="Fibre 100"), label="Home")
    faster = product(session, name="Fibre 1000").id
    session.commit()
    return own, faster


def form(own, faster, **said):
    return {"subscription_id": own.id, "to_product_id": faster, "effective_date": str(tomorrow()), **said}


@pytest.mark.req("S4.27", "S4.28")
def test_a_change_is_scheduled_on_the_customer_by_somebody_and_waits_for_its_day(session, fibre, signed_in):
    own, faster = fibre
    sales = signed_in("sales")
    tab = f"/admin/customer/{own.customer_id}/services/package-changes/"
    new = f"{TABLE}new/?customer_id={own.customer_id}"
    assert new.replace("&", "&amp;") in sales.get(tab).text
    answer = sales.submit(new, **form(own, faster))
    assert answer.status_code == 302, words(answer)
    made = only(session, PackageChange)
    assert (made.state, made.effective_date) == (PackageChangeState.SCHEDULED, tomorrow())
    assert (made.from_product_id, made.to_product_id) == (own.product_id, faster)
    assert row_of(session, Subscription, own.id).product_id == own.product_id
    who = row_of(session, StaffUser, sales.staff_id).name
    assert (made.submitted_by_id, made.submitted_by_name) == (sales.staff_id, who)
    assert abs(now() - made.submitted_at) < dt.timedelta(minutes=5)
    shown = words(sales.get(tab))
    assert "Fibre 100" in shown and "Fibre 1000" in shown and who in shown and "Scheduled" in shown


@pytest.mark.req("S4.29")
@pytest.mark.parametrize("table", ["data_account", "subscription"])
def test_a_change_from_elsewhere_lands_in_the_same_list(session, fibre, signed_in, table):
    own, faster = fibre
    dial = account(session, customer_id=own.customer_id, subscription_id=own.id)
    session.commit()
    verb, row_id = ("change_package_of", dial.id) if table == "data_account" else ("change_package", own.id)
    tech = signed_in("tech")
    record = tech.get(f"/admin/{table}/{row_id}/", follow_redirects=True).text
    path = f"/admin/{table}/operate/{verb}/?ids={row_id}"
    assert path in record and "Change package" in record
    tech.submit(path, product=str(faster), on=str(tomorrow()), go="1")
    made = only(session, PackageChange)
    assert (made.subscription_id, made.to_product_id) == (own.id, faster)
    assert made.submitted_by_id == tech.staff_id
    assert "Fibre 1000" in words(tech.get(f"/admin/customer/{own.customer_id}/services/package-changes/"))


@pytest.mark.req("S4.30")
def test_only_one_waits_for_a_package_and_it_can_be_cancelled(session, fibre, signed_in):
    own, faster = fibre
    sales = signed_in("sales")
    new = f"{TABLE}new/?customer_id={own.customer_id}"
    sales.submit(new, **form(own, faster))
    second = sales.submit(new, **form(own, faster))
    assert second.status_code == 422
    assert "is scheduled for" in wrong(second)["subscription_id"]
    first = only(session, PackageChange)
    button = sales.get(f"/admin/subscription/{own.id}/", follow_redirects=True).text
    assert "A change of this package is scheduled already." in button
    sales.submit(f"{TABLE}operate/cancel/?ids={first.id}", go="1")
    assert row_of(session, PackageChange, first.id).state is PackageChangeState.CANCELLED
    assert sales.submit(new, **form(own, faster)).status_code == 302


def test_what_cannot_happen_is_not_scheduled(session, fibre):
    own, faster = fibre
    with pytest.raises(Refused, match="is over"):
        change(session, subscription=own, effective_date=now().date() - dt.timedelta(days=1))
    gone = subscription(session, state=SubscriptionState.CANCELLED)
    with pytest.raises(Refused, match="in use"):
        change(session, subscription=gone)
    old = product(session, is_active=False, name="Dial-up")
    with pytest.raises(Refused, match="not sold"):
        change(session, subscription=own, to_product_id=old.id)
    with pytest.raises(Refused, match="another customer"):
        change(session, subscription=own, customer_id=gone.customer_id)
    with pytest.raises(Refused, match="this package already"):
        change(session, subscription=own, to_product_id=own.product_id)


def test_only_a_scheduled_change_is_edited(session, fibre):
    own, faster = fibre
    made = change(session, subscription=own, to_product_id=faster, effective_date=tomorrow())
    later = tomorrow() + dt.timedelta(days=5)
    update(session, made, Draft({"effective_date": later}), SYSTEM)
    made.state = PackageChangeState.CANCELLED
    session.flush()
    with pytest.raises(Refused, match="still scheduled"):
        update(session, made, Draft({"effective_date": tomorrow()}), SYSTEM)


def carry_out(session):
    session.commit()
    said = apply_package_changes(Work(session, lambda: None, session.commit))
    session.commit()
    return said


def day_comes(session):
    """The job, tomorrow: on the very day."""
    with at(now() + dt.timedelta(days=1)):
        return carry_out(session)


def test_on_its_day_the_package_is_another_one_and_not_before(session, fibre):
    own, faster = fibre
    made = change(session, subscription=own, to_product_id=faster, effective_date=tomorrow())
    session.commit()
    assert carry_out(session) == "0 carried out"
    assert day_comes(session) == "1 carried out"
    assert row_of(session, Subscription, own.id).product_id == faster
    done = row_of(session, PackageChange, made.id)
    assert done.state is PackageChangeState.APPLIED and done.applied_at is not None
    assert day_comes(session) == "0 carried out"


def test_what_the_job_did_can_be_taken_back(session, fibre):
    own, faster = fibre
    made = change(session, subscription=own, to_product_id=faster, effective_date=tomorrow())
    day_comes(session)
    run = session.scalars(sa.select(Run).where(Run.operation == "apply")).one()
    taken_back(session, run)
    assert row_of(session, Subscription, own.id).product_id == own.product_id
    assert row_of(session, PackageChange, made.id).state is PackageChangeState.SCHEDULED


def test_what_has_become_impossible_fails_and_says_why(session, fibre, signed_in):
    own, faster = fibre
    made = change(session, subscription=own, to_product_id=faster, effective_date=tomorrow())
    well = change(session, effective_date=tomorrow())
    own.state = SubscriptionState.CANCELLED
    day_comes(session)
    failed = row_of(session, PackageChange, made.id)
    assert (failed.state, failed.error) == (PackageChangeState.FAILED, "The subscription is cancelled.")
    assert failed.applied_at is None
    assert row_of(session, PackageChange, well.id).state is PackageChangeState.APPLIED
    assert "The subscription is cancelled." in words(signed_in("agent").get(f"{TABLE}{made.id}/information/"))
    assert stored(session, sa.select(Subscription.product_id).where(Subscription.id == own.id)) == [
        own.product_id
    ]


def test_a_package_that_has_become_another_one_meanwhile_is_left_as_it_is(session, fibre):
    own, faster = fibre
    made = change(session, subscription=own, to_product_id=faster, effective_date=tomorrow())
    own.product_id = meanwhile = product(session, name="Fibre for offices").id
    day_comes(session)
    failed = row_of(session, PackageChange, made.id)
    assert failed.state is PackageChangeState.FAILED and "another package since" in failed.error
    assert row_of(session, Subscription, own.id).product_id == meanwhile


def test_changes_of_a_locked_customer_wait(session, fibre):
    own, faster = fibre
    made = change(session, subscription=own, to_product_id=faster, effective_date=tomorrow())
    session.get_one(Customer, own.customer_id).is_locked = True
    assert day_comes(session) == "0 carried out"
    assert row_of(session, PackageChange, made.id).state is PackageChangeState.SCHEDULED
