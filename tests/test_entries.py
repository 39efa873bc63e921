"""Tables of entries in the menu: their lists open, are exported, and are all that there is of them."""

import pytest

from models.base import Record, tables
from models.customer import Customer
from seed.factory import make

from .reading import ids, total

ENTRIES = [m for m in tables() if m.screen.menu and not issubclass(m, Record)]
every_entry = pytest.mark.parametrize("model", ENTRIES, ids=lambda model: model.__tablename__)


@every_entry
def test_a_list_of_entries_opens_and_is_exported(signed_in, session, model):
    owner = {"customer": make(session, Customer)} if "customer_id" in model.__table__.c else {}
    row, table = make(session, model, **owner), model.__tablename__
    session.commit()
    client = signed_in("admin")
    page = client.get(f"/admin/{table}/")
    assert page.status_code == 200 and row.id in ids(page) and int(total(page)) >= 1
    assert client.get(f"/admin/{table}/export/csv").status_code == 200


@every_entry
def test_entries_are_neither_made_nor_changed_by_hand(signed_in, session, model):
    row, table = make(session, model), model.__tablename__
    session.commit()
    client = signed_in("admin")
    for page in ("new/", f"{row.id}/edit/", f"{row.id}/delete/", f"{row.id}/history/"):
        assert client.get(f"/admin/{table}/{page}").status_code in (403, 404), page
