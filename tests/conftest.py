"""Fixtures. A test that takes `app`, `client`, `session` or `page` runs on both databases."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from models.customer import Customer

from . import requirements
from .carrying import Crew
from .cast import owing
from .demo import fill
from .ground import browser as browsers
from .ground import postgres
from .ground.client import Client
from .ground.people import lend_cookies, sign_in
from .ground.standing import Ground
from .ground.traffic import Queries, counting, requests
from .ground.worlds import PostgresWorld, SqliteWorld, World

CLUSTER = pytest.StashKey[postgres.Cluster]()
FAILED = pytest.StashKey[bool]()
# The tests' own server carries their password, and a developer's database is not theirs to empty.
os.environ.pop("DATABASE_URL", None)


def missing(what: str) -> None:
    """Skip on a developer's machine, fail where everything is promised to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing: sh scripts/tools.sh postgresql chromium freeradius")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = requirements.rows()
    for item in items:
        for mark in item.iter_markers("req"):
            unknown = [row for row in mark.args if row not in known]
            if unknown or not mark.args:
                raise pytest.UsageError(
                    f"{item.nodeid}: docs/requirements.md has no {unknown or 'empty mark'}"
                )
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_runtest_setup() -> None:
    """No test begins in the last minute of a day: one that asks twice for the day gets one answer."""
    left = 86_400 - time.time() % 86_400
    if left < 60:
        time.sleep(left)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    before = requests.count
    result = yield
    if item.get_closest_marker("req") and requests.count == before:
        pytest.fail("marked with a requirement, but it asked nothing of the app over HTTP")
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """One server for all workers of pytest-xdist, started before the first of them."""
    if postgres.programs() is None:
        return
    cluster = node.config.stash.setdefault(CLUSTER, None) or postgres.start()
    node.config.stash[CLUSTER] = cluster
    node.workerinput["cluster"] = (str(cluster.folder), cluster.port, cluster.password)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster = config.stash.get(CLUSTER, None)
    if cluster is not None:
        cluster.stop()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> postgres.Cluster:
    config = request.config
    if lent := getattr(config, "workerinput", {}).get("cluster"):
        folder, port, password = lent
        return postgres.Cluster(Path(folder), port, password)
    if postgres.programs() is None:
        missing("PostgreSQL")
    config.stash[CLUSTER] = postgres.start()
    return config.stash[CLUSTER]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker == "main" else base.parent


@pytest.fixture(scope="session")
def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def grounds(shared: Path, worker: str, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Ground]]:
    """An app on its own database, of either kind; built once per process."""
    made: dict[str, Ground] = {}

    def ground(kind: str) -> Ground:
        if kind not in made:
            cluster = request.getfixturevalue("cluster") if kind == "postgresql" else None
            made[kind] = Ground(
                PostgresWorld(cluster, worker, shared) if cluster else SqliteWorld(shared, worker)
            )
        return made[kind]

    yield ground
    for built in made.values():
        built.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, grounds: Callable[[str], Ground]) -> Ground:
    return grounds(request.param)


@pytest.fixture
def database(ground: Ground) -> World:
    """Which database this run of the test is about: `database.kind`, `database.url`."""
    return ground.world


@pytest.fixture
def app(ground: Ground) -> Iterator[Flask]:
    yield ground.app
    ground.put_back()


@pytest.fixture
def demo(app: Flask, ground: Ground) -> Flask:
    """The app with a small demo world in it; made once in a run, and copied from then on. On SQLite."""
    ground.world.furnish("demo", partial(fill, app))
    ground.writes.seen = True  # by SQLite itself, when it is a copy
    return app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The test's own session. A request sees only what it has committed."""
    with app.app_context():
        yield app.extensions["sqlalchemy"].session()


@pytest.fixture
def client(app: Flask) -> Client:
    """Someone who has not signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., Client]:
    """`signed_in("agent")`: the client of a new staff member with these roles.

    Call it while the test's own session has nothing uncommitted: on SQLite one writes at a time.
    """
    return lambda *roles, **said: sign_in(app, *roles, **said)


@pytest.fixture
def queries(ground: Ground) -> Iterator[Queries]:
    with counting(ground.engine) as seen:
        yield seen


@pytest.fixture
def deadlocks(ground: Ground) -> Iterator[list[str]]:
    """The errors that a database answers when two wait for each other."""
    seen: list[str] = []

    def note(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", "") == "40P01":
            seen.append(str(context.original_exception))

    event.listen(ground.engine, "handle_error", note)
    yield seen
    event.remove(ground.engine, "handle_error", note)


@pytest.fixture(scope="session")
def hired(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    found = Crew(ground.world, tmp_path_factory.mktemp("crew"))
    yield found
    found.close()


@pytest.fixture
def crew(hired: Crew) -> Iterator[Crew]:
    """Processes that work on the database, to be killed. None of them outlives the test."""
    yield hired
    hired.dismiss()


@pytest.fixture
def debtor(session: Session) -> Customer:
    return owing(session)


@pytest.fixture
def empty_database(ground: Ground) -> Iterator[str]:
    """The address of a database of the same kind with nothing in it, for one test alone."""
    with ground.world.empty() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browsers.program()
    if path is None:
        missing("Chromium")
    with browsers.chromium(path) as launched:
        yield launched


@pytest.fixture
def live_server(app: Flask, ground: Ground) -> str:
    """The address of the app, served as in production."""
    return ground.live.address


@pytest.fixture
def page(live_server: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new window at 1440 x 900. Script errors and blocked content fail the test."""
    context = browser.new_context(base_url=live_server, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints = browsers.Complaints(page)
    yield page
    if request.node.stash.get(FAILED, False):
        page.screenshot(path=f"test-results/{request.node.name}.png", full_page=True)
    context.close()
    assert not complaints.texts


@pytest.fixture
def page_of(page: Page, live_server: str, signed_in: Callable[..., Client]) -> Callable[..., Page]:
    """`page_of("agent")`: the window of a new staff member who has signed in."""

    def enter(*roles: str, **said: Any) -> Page:
        lend_cookies(signed_in(*roles, **said), page, live_server)
        return page

    return enter
