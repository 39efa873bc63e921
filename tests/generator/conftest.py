"""An app on a database of its own in which the tables of harbour.py were declared and created."""

from types import SimpleNamespace

import pytest

from app import create_app

from ..ground.client import Client
from ..ground.people import sign_in
from ..ground.traffic import requests
from ..ground.worlds import config_for, fill
from ..stored import row_of
from ..stored import stored as all_stored
from .ships import AERO, PLAIN, row_id


@pytest.fixture(scope="package")
def harbour():
    """The declaration, imported as late as this so that other tests never see it."""
    from . import harbour

    with harbour.only_here():
        yield harbour


@pytest.fixture(scope="package")
def port(ground, harbour):
    """A fresh app over an empty database, after the tables were declared and created."""
    with ground.world.empty() as url:
        fill(url, ground.world.folder)
        app = create_app(config_for(url, ground.world.folder))
        app.test_client_class = Client
        requests.watch(app)
        with app.app_context():
            database = app.extensions["sqlalchemy"]
            with database.engine.begin() as connection:
                harbour.create(connection)
            admin = sign_in(app, "admin")
            yield SimpleNamespace(app=app, admin=admin, **vars(harbour))
            database.session.remove()
            database.engine.dispose()


@pytest.fixture
def stored(port):
    """What is in the database now: the rows of a statement, or the row of a table with an id."""

    def read(asked, row_id=None):
        session = port.db.session()
        return all_stored(session, asked) if row_id is None else row_of(session, asked, row_id)

    return read


@pytest.fixture(scope="package")
def texel(port):
    answer = port.admin.submit("/admin/harbour/new/", name="Texel")
    return row_id(answer)


@pytest.fixture(scope="package")
def aero(port, texel):
    """A ship with every value, its harbours and its cargo, entered by the form in one save."""
    typed = {name: said for name, (said, _, _) in AERO.items()}
    cargo = {"cargo-0-here": "1", "cargo-0-label": "Tulips", "cargo-0-on_deck": "yes"}
    cargo |= {"cargo-1-here": "1", "cargo-1-label": "Cheese", "cargo-2-here": "1", "cargo-2-label": " "}
    ties = {"home_id": str(texel), "harbour": [str(texel)]}
    answer = port.admin.submit("/admin/ship/new/", **typed, **cargo, **ties)
    return row_id(answer)


@pytest.fixture(scope="package")
def jane(port):
    return row_id(port.admin.submit("/admin/ship/new/", **PLAIN))
