"""Answers that are secret never stay among the others: encrypted they go into a column of their own.

What stays in their place is how they end. A form sends that back for "as it was", and so does taking a
change back: a secret that was replaced is not kept anywhere and cannot return.
"""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.attributes import AttributeKind, attributes_of, is_masked, masked
from models.base import Record, columns, records, target_of
from queries.viewer import Viewer

from .rules import Changes, after, rule
from .sealing import Unreadable, seal, unseal

SECRET = AttributeKind.SECRET


def keep_secret(model: type[Record], column: sa.Column) -> None:
    secrets = column.info["secrets"]
    key, schema = column.info["schema"]

    @rule(model, on=(column.name,))
    def seal_what_is_secret(session: Session, record: Record, changes: Changes, viewer: Viewer) -> None:
        answers = changes.get(column.name, (None, None))[1]
        if not isinstance(answers, dict):
            return
        row_id = after(record, changes, key)
        asked = session.get(target_of(model.__table__.c[key]), row_id) if row_id else None
        names = [a.name for a in attributes_of(getattr(asked, schema, None)) if a.kind is SECRET]
        before = opened(getattr(record, secrets))
        said = {n: _secret(answers[n], before.get(n)) for n in names if answers.get(n)}
        said = {n: secret for n, secret in said.items() if secret}
        for name in names:
            answers.pop(name, None)
        answers |= {n: masked(secret) for n, secret in said.items()}
        if said != before:
            setattr(record, secrets, seal(json.dumps(said)) if said else None)


def _secret(answer: Any, before: str | None) -> str | None:
    return before if is_masked(answer) else str(answer)


def opened(sealed: str | None) -> dict[str, str]:
    """The secret answers; none where another installation sealed them."""
    try:
        return json.loads(unseal(sealed)) if sealed else {}
    except Unreadable:
        return {}


for table in records():
    for found in columns(table):
        if "secrets" in found.info:
            keep_secret(table, found)
