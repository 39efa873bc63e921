"""Staff with a password, who sign in through the form."""

import datetime as dt

import time_machine
from argon2 import PasswordHasher
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.access import StaffUser
from models.base import now
from operations import passwords, staff

from .ground.client import Client

PASSWORD = "correct horse battery"
# What makes a hash slow to guess makes a suite slow to run.
passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def member(session: Session, *roles: str, email: str = "ann@desk.test", **said: object) -> StaffUser:
    """Someone on the staff, committed, with PASSWORD."""
    person = staff.add(session, email, "Ann Lee", *roles, password=PASSWORD)
    for column, value in said.items():
        setattr(person, column, value)
    session.commit()
    return person


def sign_in(
    client: Client,
    email: str = "ann@desk.test",
    password: str = PASSWORD,
    path: str = "/login",
    **rest: object,
) -> TestResponse:
    """Open the form, fill it in, send it."""
    token = client.form(path).fields["csrf_token"]
    answers = {"csrf_token": token, "email": email, "password": password}
    return client.post(path, data=answers, **rest)


def is_in(client: Client) -> bool:
    """Whether the panel takes this client for someone who is signed in."""
    return client.get("/admin/profile/").status_code == 200


def later(**how_much: float) -> time_machine.travel:
    """A clock that stands this much later."""
    return time_machine.travel(now() + dt.timedelta(**how_much), tick=False)
