"""Every route of the app with an address that fits it, for tests that go through all of them."""

from dataclasses import dataclass
from functools import cache

from flask import Flask
from werkzeug.routing import IntegerConverter, MapAdapter, Rule

from admin_views.gate import CLOSED, OUTSIDE, PUBLIC, SIGNED_IN, needed
from queries.viewer import known_permissions

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS")
TOKEN = "t" * 43  # as long as those in links for a password
NO_ROW = 999_999_999


@dataclass(frozen=True)
class Route:
    endpoint: str
    path: str
    methods: frozenset[str]
    needs: frozenset[str]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.path}"

    @property
    def is_open(self) -> bool:
        """Everybody may come here, or nobody."""
        return bool(self.needs & {PUBLIC, OUTSIDE, CLOSED})

    @property
    def permissions(self) -> frozenset[str]:
        return self.needs - {SIGNED_IN, PUBLIC, OUTSIDE, CLOSED}


def routes(app: Flask, method: str = "") -> list[Route]:
    """All of them, or those that answer `method`."""
    return [route for route in _routes(app) if not method or method in route.methods]


@cache
def _routes(app: Flask) -> tuple[Route, ...]:
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
        # The portal asks for customers, not for staff: tests/test_portal.py.
        return tuple(_route(app, adapter, rule) for rule in rules if not rule.endpoint.startswith("portal."))


def _route(app: Flask, adapter: MapAdapter, rule: Rule) -> Route:
    methods = frozenset(rule.methods or ()) - {"OPTIONS"}
    values = {name: example(rule, name) for name in rule.arguments}
    path = adapter.build(rule.endpoint, values | (rule.defaults or {}), method=next(iter(methods)))
    return Route(rule.endpoint, path, methods, frozenset(needed(app, rule.endpoint)))


def example(rule: Rule, name: str) -> object:
    if isinstance(rule._converters[name], IntegerConverter):
        return NO_ROW
    return TOKEN if name == "token" else "x"


def misspelt_permissions(app: Flask) -> set[str]:
    """What routes ask for that is neither general nor a table with a verb."""
    words = {word for permission in known_permissions() for word in permission.split(".")}
    asked = {p for route in routes(app) for p in route.permissions} - set(known_permissions())
    return {p for p in asked if not set(p.split(".")) <= words}
