"""The demo world: staff, customers of several countries, and a week of work.

Every step commits together with the number that says it is done (progress.py), so the work may
be killed anywhere and goes on where it stopped.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from models.act import acting
from models.base import at, now
from models.customer import Customer

from . import bulk
from .batch import CUSTOMERS, add_batch
from .clock import OPENING, YEARS
from .desk import ensure_desk, sign_ins
from .ids import close_gaps
from .offer import ensure_offer
from .papers import file_papers
from .portal import open_portal, sign_in
from .progress import shown
from .roles import ensure_roles
from .serve import serve
from .shed import restore
from .week import work_through

BELIEVABLE = 5_000  # of a large world; the others are loaded, which is some twenty times faster
LOADED_ABOVE = 20_000


def make_world(session: Session, config: Config) -> None:
    if config.is_production:
        raise SystemExit("The demo has passwords that everyone knows: not with RECORDROOM_ENV=production")
    refuse_a_real_desk(session)
    base = now()
    session.info["no_mail"] = True  # operations/logins.py welcomes nobody
    open_the_desk(session, base)
    fill(session, config.customers, base)
    serve(session, base)
    work_through(session, base, config.customers)
    open_portal(session, base)
    file_papers(session, base)
    say_how_to_sign_in(session)


def refuse_a_real_desk(session: Session) -> None:
    """Customers that somebody entered are not to be mixed with invented ones."""
    if CUSTOMERS.read(session) is None and session.scalar(sa.select(Customer.id).limit(1)):
        raise SystemExit("This database has customers already; the demo needs one of its own")


def open_the_desk(session: Session, base: dt.datetime) -> None:
    with at(base - YEARS):
        if CUSTOMERS.read(session) is None:
            close_gaps(session)
        acting(session, reason=OPENING)
        ensure_roles(session)
        ensure_desk(session)
        ensure_offer(session, base)
        CUSTOMERS.begin(session)
        session.commit()


def fill(session: Session, total: int, base: dt.datetime) -> None:
    """Customers 0 to `total`: through the application, and beyond what that does in a minute in bulk."""
    before = CUSTOMERS.read(session)
    believable = total if total <= LOADED_ABOVE else BELIEVABLE
    if before < believable:
        add(session, believable, total, base)
    if CUSTOMERS.read(session) < total:
        bulk.load(session, total, base)
    restore(session, bulk.BARE, bulk.LOADED)  # of a load that was killed, even when fewer are wanted now
    if before < total:
        bulk.settle(session)


def add(session: Session, upto: int, total: int, base: dt.datetime) -> None:
    done = CUSTOMERS.read(session)
    with shown("Customers", upto, done) as reached:
        while done < upto:
            done = add_batch(session, upto, total, base)
            reached(done)


def say_how_to_sign_in(session: Session) -> None:
    lines, portal = sign_ins(session), sign_in(session)
    count = CUSTOMERS.read(session)
    session.rollback()
    print(f"The demo world has {count:,} customers.")
    print(portal or "No customer has the demo's password any more.")
    print("Staff sign in as:")
    print("\n".join(lines), flush=True)
