"""What lists and records offer to a role opens for that role: links, look-ups, parts that come later, forms.

An agent stands for those who may do some things and not others. Nothing here depends on the database
behind the page, so SQLite alone stands for both.
"""

import re
from collections import defaultdict
from html import unescape

import pytest
from flask import Flask

from admin_views.gate import SIGNED_IN, needed
from seed.roles import shipped_roles

from .addresses import SHUT, every_address, groups
from .demo import fill

pytestmark = pytest.mark.parametrize("ground", ["sqlite"], indirect=True)

READ = re.compile(r'(?:href|hx-get|data-lookup)="(/admin/[^"#]*)')
SENT = re.compile(r'<form[^>]*method="post"[^>]*action="(/admin/[^"#]*)')
# Forms and papers, which other tests open.
ASIDE = re.compile(r"/(operate|lookup|print|export|set|new|edit|delete|merge)/|\.pdf|\.csv")


@pytest.fixture
def world(app: Flask) -> Flask:
    fill(app)
    return app


def test_whatever_pages_offer_to_a_role_opens_for_it(world, signed_in, role="agent"):
    client = signed_in(role)
    read, sent = offered(client, every_page(world))
    assert len(read) > 100 and len(sent) > 3
    assert not {address: on for address, on in read.items() if not opens(client, address)}
    assert not {address: on for address, on in sent.items() if not takes(world, role, address)}


def every_page(app):
    with app.app_context():
        session = app.extensions["sqlalchemy"].session()
        known = set(groups()) - {"signed out"}
        found = sorted({path for group in known for path in every_address(app, session, group)})
        session.rollback()
    return one_of_a_kind(path for path in found if not ASIDE.search(path))


def offered(client, paths):
    """Addresses that are led to, and those that forms are sent to, each with a page that says so."""
    found = {READ: defaultdict(str), SENT: defaultdict(str)}
    for path in paths:
        page = client.get(path)
        if page.status_code == 200 and page.mimetype == "text/html":
            for pattern, on in found.items():
                on |= dict.fromkeys(map(unescape, pattern.findall(page.text)), path)
    return tuple({address: on[address] for address in one_of_a_kind(sorted(on))} for on in found.values())


def one_of_a_kind(addresses):
    """Of those that differ only in their numbers, or in what is asked of a page, the first."""
    kinds = {re.sub(r"\d+", "0", a.partition("?")[0]): a for a in reversed(list(addresses))}
    return kinds.values()


def opens(client, address):
    status = client.get(address).status_code
    return status < 400 or status in SHUT


def takes(app, role, address):
    """Whether the role has what the address asks for; what else it checks is for other tests."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        endpoint, _ = adapter.match(address.partition("?")[0], method="POST")
    return set(needed(app, endpoint)) - {SIGNED_IN} <= shipped_roles()[role][1]
