"""Declarations are checked when the program starts: file, name and cure instead of a broken page."""

import difflib
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from .base import Link, Record, Table, keys_between, sorting, table_named, tables, target_of


class Misdeclared(RuntimeError):
    """A screen names something that is not there."""


def check_declarations(named_filters: Iterable[tuple[str, str]] = ()) -> None:
    """`named_filters` are the (table, name) pairs that queries/ declares."""
    configure_mappers()
    known = set(named_filters)
    problems = [problem for model in tables() for problem in _problems(model, known)]
    if problems:
        raise Misdeclared("\n".join(problems))


def _problems(model: type[Table], filters: set[tuple[str, str]]) -> Iterator[str]:
    screen, own = model.screen, set(model.__table__.c.keys())
    ties = {c.table.name for c in _far_ends(model)}
    named = {name for table, name in filters if table == model.__tablename__}
    said = {
        "list": (screen.list, own | ties),
        "more": (screen.more, own | ties),
        "search": (screen.search, own),
        "filters": (screen.filters, own | ties | named),
        "inventory": (screen.inventory, own),
        "order": ([screen.order.lstrip("-")], own),
        "header": (screen.header, own | ties),
        "form": ([n for names in screen.form.values() for n in names], own | ties),
        "labels": ([n for n in screen.labels if n], own | ties),
    }
    above = table_named(screen.tab_of).__table__.c.keys() if screen.newcomer else ()
    said["newcomer"] = ([*screen.newcomer, *screen.newcomer_is], set(above))
    for place, (names, allowed) in said.items():
        for name in names:
            if not _is_known(model, name, allowed, far=place in ("list", "more", "labels")):
                yield _cure(model, place, name, allowed)
    if screen.list and sorting(model, screen.order.lstrip("-")) is None:
        yield (
            f"{model.__name__}.screen.order is “{screen.order}”, which has no index; "
            "add index=True, or order by another column"
        )
    yield from _order_below(model)
    yield from _unindexed(model)
    yield from _links(model)
    yield from _history(model)


def _order_below(model: type[Table]) -> Iterator[str]:
    name = model.screen.order_below.lstrip("-")
    keys = keys_between(model, model.screen.tab_of) if model.screen.tab_of else ()
    key = keys[0].name if keys else ""
    if name and sorting(model, name, key) is None:
        yield (
            f"{model.__name__}.screen.order_below is “{name}”, which has no index below its parent; "
            f"add one of {key or 'the key of its tab_of'} and {name}"
        )


def _unindexed(model: type[Table]) -> Iterator[str]:
    for name in model.screen.inventory:
        if name in model.__table__.c and sorting(model, name) is None:
            yield f"{model.__name__}.screen.inventory names “{name}”, which has no index; add index=True"


def _far_ends(model: type[Table]) -> Iterator[sa.Column]:
    for link in tables():
        if issubclass(link, Link) and keys_between(link, model.__tablename__):
            for column in link.__table__.c:
                yield from (
                    key.column for key in column.foreign_keys if key.column.table is not model.__table__
                )


def _is_known(model: type[Table], name: str, allowed: set[str], far: bool = False) -> bool:
    """With `far`, also what is reached through a key; see reach.py."""
    if "." not in name:
        return name in allowed
    first, rest = name.split(".", 1)
    key = model.__table__.c.get(first)
    if far and key is not None and key.foreign_keys:
        target = target_of(key)
        return _is_known(target, rest, set(target.__table__.c.keys()))
    try:
        child = table_named(first)
    except KeyError:
        return False
    return rest in child.__table__.c and bool(keys_between(child, model.__tablename__))


def _cure(model: type[Table], place: str, name: str, allowed: set[str]) -> str:
    near = difflib.get_close_matches(name, allowed, 3)
    listed = ", ".join(near or sorted(allowed))
    where = f"{model.__module__.replace('.', '/')}.py"
    return f"{where}: {model.__name__}.screen.{place} names “{name}”; did you mean {listed}?"


def _history(model: type[Table]) -> Iterator[str]:
    """A record that was declared before history listens has none, and a migration would drop what it had."""
    name = f"{model.__tablename__}_version"
    if issubclass(model, Record) and name not in model.metadata.tables:
        yield f"{model.__name__} has no history; import the package models before {model.__module__}"


def _links(model: type[Table]) -> Iterator[str]:
    for place in ("tab_of", "part_of"):
        above = getattr(model.screen, place)
        if above and not keys_between(model, above):
            yield f"{model.__name__}.screen.{place} is “{above}”, but no key of it points there"
    for column in model.__table__.c:
        for key in column.foreign_keys:
            if key.ondelete is None:
                yield f"{model.__name__}.{column.name}: say ondelete; use parent() of models/base.py"
