"""The customer who reads this page, as the pages need them."""

from flask import g

from models.base import db
from models.customer import Customer
from models.parse import Place
from queries.located import country_of
from queries.settings import setting
from queries.viewer import Viewer

LOCKED = "Your data is locked at the moment. Please write to us."


def own() -> Customer:
    return db.session.get_one(Customer, g.guest.customer_id)


def viewer() -> Viewer:
    """What a customer is to the rules of operations: nobody of the staff, with no permission."""
    return Viewer(None, g.guest.name, frozenset())


def place() -> Place:
    """Where local phone numbers are read: where the customer is billed."""
    session = db.session()
    return Place(country_of(session, Customer, g.guest.customer_id) or setting(session, "default_country"))
