"""The demo world: the same whenever and however it is made, valid, and with its whole history."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from random import Random

import phonenumbers
import pytest
import sqlalchemy as sa

from models.access import StaffUser
from models.act import Act, acting
from models.base import records
from models.customer import Address, Contact, Customer, CustomerState
from models.fields import Instant
from models.history import Transaction, version_table
from models.parse import Place, postal_problem, read
from models.search import chunks, refresh, searchable
from operations import passwords
from queries.history import DELETED
from seed import bulk, demo
from seed.clock import OPENING
from seed.demo import make_world
from seed.desk import PEOPLE
from seed.factory import make
from seed.names import pool
from seed.places import COUNTRIES, HOME_ZIP, fill
from seed.shed import indexes
from seed.world import describe, is_showcase

from .people import is_in, sign_in
from .source import ROOT

FEW = 60
# Secrets are drawn anew; the moment of the making moves all others.
OF_ONE_MAKING = {
    "password",
    "password_hash",
    "fs_uniquifier",
    "permissions",
}


class Killed(Exception):
    """The process ends here."""


@pytest.fixture
def world(app, session):
    """`world(60)` makes a demo with 60 customers."""

    def made(customers, killed_at=0, **said):
        config = replace(app.config["RECORDROOM"], customers=customers, **said)
        acting(session, Act(source="seed"))
        with killing(session, killed_at):
            make_world(session, config)

    return made


class killing:
    """Loses the transaction of the nth commit, and everything after it."""

    def __init__(self, session, at):
        self.session, self.left = session, at

    def __enter__(self):
        sa.event.listen(self.session, "before_commit", self.count)

    def __exit__(self, kind, *_):
        sa.event.remove(self.session, "before_commit", self.count)
        self.session.rollback()
        self.session.expunge_all()
        return kind is Killed

    def count(self, session):
        self.left -= 1
        if self.left == 0:
            raise Killed


def fingerprint(session, leave_out=OF_ONE_MAKING, moving=(Instant,)):
    """What there is, by table; without columns of these types, which tell of the moment of the making."""
    found = {}
    for model in records():
        columns = [c for c in model.__table__.c if c.name not in leave_out and not isinstance(c.type, moving)]
        rows = session.execute(sa.select(*columns).order_by(model.id)).all()
        found[model.__tablename__] = len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()
    session.rollback()
    return found


def ids(session):
    return session.scalars(sa.select(Customer.id).order_by(Customer.id)).all()


def test_the_same_number_is_the_same_customer_in_every_process():
    code = "from seed.world import describe; print([describe(n) for n in range(0, 600, 7)])"
    run = [sys.executable, "-c", code]
    seeds = ({**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2"))
    first, second = (
        subprocess.run(run, env=env, cwd=ROOT, capture_output=True, check=True).stdout for env in seeds
    )
    assert first == second and len(first) > 10_000


def test_every_value_is_one_that_a_form_would_take():
    for described in map(describe, range(1200)):
        country = described.addresses[0]["country"]
        parts = [(Customer, described.customer)]
        parts += [(Address, address) for address in described.addresses]
        parts += [(Contact, contact) for contact in described.contacts]
        for model, values in parts:
            for name, value in values.items():
                if isinstance(value, str) and value:
                    column = model.__table__.c[name]
                    assert str(read(column, str(value), Place(country))).casefold() == value.casefold()


@pytest.mark.parametrize("country", COUNTRIES.values(), ids=lambda country: country.code)
def test_patterns_make_valid_phone_numbers_and_postal_codes(country):
    rng = Random(country.code)
    for pattern in {*country.mobiles, *(city.landline for city in country.cities)}:
        for _ in range(12):
            assert phonenumbers.is_valid_number(phonenumbers.parse(fill(pattern, rng))), pattern
    for city in country.cities:
        for pattern in city.codes:
            assert postal_problem(fill(pattern, rng, country.letters), country.code) is None, pattern


def test_a_world_has_something_for_every_filter():
    people = [describe(number) for number in range(1000)]
    assert {p.addresses[0]["country"] for p in people} == set(COUNTRIES)
    assert sum(p.addresses[0]["postal_code"] == HOME_ZIP for p in people) > 10
    assert {p.customer["workflow_state"] for p in people} == set(CustomerState) - {CustomerState.MERGED}
    showcase = describe(next(n for n in range(1000) if is_showcase(n)))
    assert {"VIP", "Wholesale"} <= set(showcase.tags) and showcase.customer["flag"] == "CHK"
    assert showcase.customer["workflow_state"] is CustomerState.WAITING_APPROVAL
    emails = [p.customer["email"].casefold() for p in people if p.customer["email"]]
    assert len(emails) > len(set(emails))
    assert any(not name.isascii() for name in pool("DE").last)


def test_a_world_that_was_killed_anywhere_becomes_the_same_one(session, world, ground, monkeypatch):
    monkeypatch.setattr("seed.batch.BATCH", 25)
    world(FEW)
    whole = fingerprint(session)
    session.close()
    ground.put_back()
    for commit in (1, 3, 4, 9):
        world(FEW, killed_at=commit)
    world(FEW)
    assert fingerprint(session) == whole


def test_a_second_run_changes_nothing(session, world, queries):
    world(FEW)
    before = fingerprint(session, leave_out=(), moving=())
    queries.clear()
    world(FEW)
    assert fingerprint(session, leave_out=(), moving=()) == before
    world(FEW - 20)
    assert fingerprint(session, leave_out=(), moving=()) == before


def test_a_world_grows(session, world):
    world(FEW)
    before = ids(session)
    world(FEW + 20)
    assert len(ids(session)) == len(before) + 20
    assert_whole(session)


def test_everything_has_its_history_and_is_found(session, world):
    world(FEW)
    assert_whole(session)


def test_the_week_is_told_in_order_by_several_people(session, world):
    world(FEW)
    told = session.scalars(sa.select(Transaction).order_by(Transaction.id)).all()
    ours = told[[t.reason for t in told].index(OPENING) :]
    assert [t.issued_at for t in ours] == sorted(t.issued_at for t in ours)
    assert len({t.staff_name for t in ours if t.staff_id}) >= 4
    assert any(t.source == "restore" for t in ours)
    for model in (Customer, Contact):
        history = version_table(model)
        assert session.scalar(sa.select(history.c.id).where(history.c.operation_type == DELETED))


def test_it_refuses_production_and_somebody_elses_customers(session, world):
    with pytest.raises(SystemExit, match="production"):
        world(FEW, environment="production")
    make(session, Customer)
    session.commit()
    with pytest.raises(SystemExit, match="customers already"):
        world(FEW)


def test_each_role_signs_in_as_printed(session, world, client, capsys):
    world(20)
    lines = capsys.readouterr().out.strip().splitlines()[-len(PEOPLE) :]
    said = [re.split(r"\s{2,}", line) for line in lines]
    assert [role for role, _, _ in said] == "viewer agent sales tech billing manager admin".split()
    _, email, password = said[1]
    sign_in(client, email, password)
    assert is_in(client)


def test_a_password_that_was_changed_is_not_printed(session, world, capsys):
    world(20)
    session.scalars(sa.select(StaffUser).order_by(StaffUser.id)).first().password = passwords.hashed(
        "another"
    )
    session.commit()
    capsys.readouterr()
    world(20)
    assert PEOPLE[0].password not in capsys.readouterr().out


@pytest.fixture
def large(monkeypatch):
    """Everything beyond the first 100 is loaded."""
    monkeypatch.setattr(demo, "BELIEVABLE", 100)
    monkeypatch.setattr(demo, "LOADED_ABOVE", 200)
    monkeypatch.setattr(bulk, "CHUNK", 100)


def test_loaded_rows_are_those_that_the_application_writes(session, world, ground, monkeypatch):
    monkeypatch.setattr("seed.week.work_through", lambda *_: None)
    monkeypatch.setattr(demo, "work_through", lambda *_: None)
    world(300)
    through = {"version"} | OF_ONE_MAKING
    written = fingerprint(session, through, (Instant, sa.Date))
    session.close()
    ground.put_back()
    monkeypatch.setattr(demo, "LOADED_ABOVE", 1)
    monkeypatch.setattr(demo, "BELIEVABLE", 0)
    monkeypatch.setattr(bulk, "CHUNK", 250)
    world(300)
    assert fingerprint(session, through, (Instant, sa.Date)) == written


def test_a_loaded_world_is_whole_and_goes_on(session, world, large):
    before = index_names(session)
    world(300)
    assert_whole(session)
    assert index_names(session) == before
    last = session.scalar(sa.select(sa.func.max(version_table(Customer).c.id)))
    made = make(session, Customer)
    assert made.id == last + 1 and made.code == f"C-{100_001 + last}"


def test_a_load_that_was_killed_goes_on(session, world, large, ground):
    world(300)
    whole = fingerprint(session)
    before = index_names(session)
    session.close()
    ground.put_back()
    for commit in (3, 5, 6):
        world(300, killed_at=commit)
    world(300)
    assert fingerprint(session) == whole
    assert index_names(session) == before
    assert_whole(session)


def index_names(session):
    inspector = sa.inspect(session.connection())
    found = {i["name"] for table in inspector.get_table_names() for i in inspector.get_indexes(table)}
    session.rollback()
    assert found >= {index.name for index in indexes(bulk.LOADED)}
    return found


def assert_whole(session):
    """Every row has one open version that says the same, and a search text that is right."""
    for model in records():
        history = version_table(model)
        kept = [c.name for c in model.__table__.c if c.name in history.c]
        still = history.c.end_transaction_id.is_(None) & (history.c.operation_type != DELETED)
        live = session.execute(sa.select(*(model.__table__.c[n] for n in kept)).order_by(model.id)).all()
        told = session.execute(
            sa.select(*(history.c[n] for n in kept)).where(still).order_by(history.c.id)
        ).all()
        assert live == told, model
    for model in searchable():
        assert not any(refresh(session, model, some) for some in chunks(session, model))
    transactions = sa.select(Transaction.id)
    for model in records():
        history = version_table(model)
        assert not session.scalar(
            sa.select(history.c.id).where(history.c.transaction_id.not_in(transactions)).limit(1)
        )
    session.rollback()
