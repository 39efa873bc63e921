"""Customers with services, as the tests about them begin."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from models.base import now
from models.catalog import Family, Product
from models.customer import Customer
from models.service import (
    DataAccount,
    DataAccountState,
    PackageChange,
    Subscription,
    SubscriptionState,
    SuspendedBy,
)
from operations.records import Draft, create
from queries.viewer import SYSTEM
from seed.factory import make


def product(session: Session, **said: Any) -> Product:
    return make(session, Product, **{"family": Family.INTERNET, **said})


def subscription(session: Session, **said: Any) -> Subscription:
    """Active since today, of a plain product."""
    said.setdefault("product", product(session))
    said.setdefault("start_date", now().date())
    return make(session, Subscription, **{"state": SubscriptionState.ACTIVE, **said})


def with_pin(session: Session, pin: str = "4711-0815") -> Subscription:
    """Of a product that asks for a PIN, as a form makes it."""
    asked = {"pin": {"label": "PIN", "kind": "secret", "required": True}}
    values = {
        "customer_id": make(session, Customer).id,
        "product_id": product(session, attribute_schema=asked).id,
        "attributes": {"pin": pin},
    }
    return create(session, Subscription, Draft(values), SYSTEM)


def account(session: Session, state: str = "active", by: str = "", **said: Any) -> DataAccount:
    by_whom = SuspendedBy(by) if by else None
    return make(session, DataAccount, state=DataAccountState(state), suspended_by=by_whom, **said)


def account_with_secret(session: Session, **said: Any) -> DataAccount:
    """As a form makes it."""
    owner = said.pop("customer_id", None) or make(session, Customer).id
    values = {"customer_id": owner, "username": f"user{owner}@net", **said}
    return create(session, DataAccount, Draft(values), SYSTEM)


def change(session: Session, **said: Any) -> PackageChange:
    """Scheduled for today, as a form makes it."""
    sub = said.pop("subscription", None) or subscription(session)
    values = {
        "customer_id": sub.customer_id,
        "subscription_id": sub.id,
        "to_product_id": product(session, name="Fibre 1000").id,
        "effective_date": now().date(),
        **said,
    }
    return create(session, PackageChange, Draft(values), SYSTEM)


def tomorrow() -> dt.date:
    return now().date() + dt.timedelta(days=1)
