"""Customers with a password, who sign in to the portal."""

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.customer import Customer
from models.portal import PortalUser
from operations import passwords
from seed.factory import make

from .ground.client import Client
from .people import PASSWORD

EMAIL = "ann@lee.example"
NEW = "three blind mice"
OWN_PAGES = ("/portal/", "/portal/messages", "/portal/support", "/portal/account", "/portal/password")


def customer_who_signs_in(session: Session, email: str = EMAIL, **said: object) -> PortalUser:
    """The log-in of a customer, committed, with PASSWORD. `said` sets columns of the log-in."""
    customer = make(session, Customer, first_name="Ann", last_name="Lee", email=email)
    values = {"password_hash": passwords.hashed(PASSWORD), "must_change_password": False} | said
    user = make(session, PortalUser, customer=customer, email=email, is_primary=True, **values)
    session.commit()
    return user


def enter(client: Client, email: str = EMAIL, password: str = PASSWORD, **rest: object) -> TestResponse:
    """Open the portal's sign-in, fill it in, send it."""
    token = client.form("/portal/login").fields["csrf_token"]
    answers = {"csrf_token": token, "email": email, "password": password}
    return client.post("/portal/login", data=answers, **rest)


def is_inside(client: Client) -> bool:
    """Whether the portal takes this client for a customer who is signed in."""
    return client.get("/portal/").status_code == 200
