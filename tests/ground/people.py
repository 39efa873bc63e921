"""Staff who have signed in, without the form: their session is a row, and the cookie holds its key."""

from contextvars import Context
from itertools import count
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from admin_views.sessions import TOKEN
from models.base import now
from operations import sessions, staff

from .client import Client

numbers = count(1)


def sign_in(app: Flask, *roles: str, **said: Any) -> Client:
    """A new member of staff and their client; `client.staff_id` says who. `said` sets columns."""
    staff_id, token = Context().run(begin, app, roles, said)
    client = app.test_client()
    client.staff_id = staff_id
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return client


def begin(app: Flask, roles: tuple[str, ...], said: dict[str, Any]) -> tuple[int, str]:
    with app.app_context():
        session = app.extensions["sqlalchemy"].session()
        number = next(numbers)
        name = f"{' and '.join(roles) or 'nobody'} {number}".capitalize()
        person = staff.add(session, f"staff{number}@example.com", name, *roles)
        for column, value in said.items():
            setattr(person, column, value)
        token = sessions.begin(session, person.id, now())
        session.commit()
        return person.id, token


def lend_cookies(client: Client, page: Page, address: str) -> None:
    """Let a browser's window at `address` go on as this client."""
    name = client.application.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
