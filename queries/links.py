"""Records tied to others by `Link` tables, such as the tags of a customer."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Link, Table, columns, remembered, tables, target_of


def ends(link: type[Link]) -> tuple[sa.Column, sa.Column]:
    """The key to the owner and the key to what it is tied to, in the order of declaration."""
    owner, target = (c for c in columns(link) if c.foreign_keys)
    return owner, target


@remembered
def links_of(model: type[Table]) -> dict[str, type[Link]]:
    """The links that a table owns, by the name of the table at the other end."""
    found = {}
    for link in tables():
        if issubclass(link, Link):
            owner, target = ends(link)
            if target_of(owner) is model:
                found[target_of(target).__tablename__] = link
    return found


def far_end(link: type[Link]) -> type[Table]:
    return target_of(ends(link)[1])


def tied(session: Session, link: type[Link], ids: Iterable[int]) -> dict[int, list[Table]]:
    """What each of these rows is tied to, by name."""
    owner, target = ends(link)
    far = target_of(target)
    statement = sa.select(owner, far).join(far, far.id == target).where(owner.in_(list(ids)))
    found: dict[int, list[Table]] = defaultdict(list)
    for owner_id, row in session.execute(statement):
        found[owner_id].append(row)
    return {i: sorted(rows, key=lambda row: str(row).casefold()) for i, rows in found.items()}
