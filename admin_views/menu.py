"""The menu, the palette's places and the ways to create: from the screens and the reader's rights."""

from collections.abc import Iterator

from flask import g, request

from models.base import Table, tables
from models.screen import FIRST_GROUPS, as_in_menu, plural_of, title_of
from queries import declare

from . import mailbox
from .list_page import creations as creations_of
from .shapes import Link, MenuGroup

HISTORY = "/admin/history/"
DESK = (
    ("Edit", "pick", "edit"),
    ("Inventory", "inventory", "barcode"),
    ("Recently viewed", "recent", "history"),
    ("Queues", "queues", "inbox"),
)
RUNS = "/admin/run/"
JOBS = "/admin/jobs/"


def screens() -> list[type[Table]]:
    """The tables in the menu that this person may read."""
    return [t for t in tables() if t.screen.menu and g.viewer.may_read(t)]


def menu() -> list[MenuGroup]:
    if not g.get("viewer"):
        return []
    groups = {name: list(_links(name)) for name in as_in_menu(t.screen.group for t in tables())}
    groups[""].insert(0, _link("Dashboard", "/admin/", "layout-dashboard", request.path == "/admin/"))
    first = {name: groups.pop(name) for name in FIRST_GROUPS}
    desk = _by_subject()
    groups = {**first, **desk, "Queues": list(_queues()), **groups}
    groups["System"].insert(0, _link("Runs", RUNS, "player-play", request.path.startswith(RUNS)))
    if g.viewer.may("job.read"):
        groups["System"].insert(0, _link("Jobs", JOBS, "clock-play", request.path.startswith(JOBS)))
    if mailbox.place():
        groups["System"].append(_link("Mailbox", mailbox.HERE, "inbox"))
    if g.viewer.may("history.read_all"):
        groups["System"].insert(0, _link("Changes", HISTORY, "history", request.path.startswith(HISTORY)))
    shown = (*FIRST_GROUPS, *desk)
    return [
        MenuGroup(name, links, name in shown or any(link.on for link in links))
        for name, links in groups.items()
        if links
    ]


def _by_subject() -> dict[str, list[Link]]:
    """A heading of its own for what the desk is about: the tables that offer several ways to begin."""
    return {
        plural_of(model): [
            Link(f"{title_of(model)} manager", "/admin/", "layout-dashboard"),
            Link("Search", "/admin/#find", "search"),
            Link("List", f"/admin/{model.__tablename__}/", "list"),
            *(
                _link(label, f"/admin/{at}/", icon, request.path == f"/admin/{at}/")
                for label, at, icon in DESK
            ),
            *creations_of(model, g.viewer, f"/admin/{model.__tablename__}/"),
        ]
        for model in screens()
        if model.screen.presets
    }


def _links(group: str) -> Iterator[Link]:
    for model in screens():
        if model.screen.group == group:
            href = f"/admin/{model.__tablename__}/"
            yield _link(plural_of(model), href, model.screen.icon, request.path.startswith(href))


def _queues() -> Iterator[Link]:
    for said in declare.queues:
        if g.viewer.may_read(said.model) and not said.each:
            yield _link(said.title, said.queue_at, said.group)


def _link(label: str, href: str, icon: str, on: bool = False) -> Link:
    return Link(label, href, icon, on)


def creations() -> list[Link]:
    """What the + offers: the ways to begin what the desk is about."""
    if not g.get("viewer"):
        return []
    found = [
        link
        for model in screens()
        if model.screen.presets
        for link in creations_of(model, g.viewer, f"/admin/{model.__tablename__}/")
    ]
    keyed = [
        Link(link.label, link.href, link.icon, key="c" if n == 0 else "") for n, link in enumerate(found)
    ]
    return keyed


def places() -> list[tuple[str, str, str, str, str]]:
    """Pages for the palette: group, icon, label, key, address. What the menu has twice is here once."""
    if not g.get("viewer"):
        return []
    made = creations()
    found: dict[str, Link] = {}
    for link in (link for group in menu() for link in group.links):
        found.setdefault(link.href, link)
    for link in made:
        found.pop(link.href, None)
    keys = {"/admin/": "g d", HISTORY: "g h"}
    first = next((href for href in found if href not in keys and "?" not in href), "")
    keys[first] = "g c"
    pages = [("Pages", link.icon, link.label, keys.get(href, ""), href) for href, link in found.items()]
    pages.append(("Pages", "user-circle", "Profile", "", "/admin/profile/"))
    return [*pages, *(("Create", link.icon, link.label, link.key, link.href) for link in made)]
