"""The data dictionary: every table and column, in the words of the models. `make dictionary`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import configure_mappers

from models.base import Record, Table, columns, tables
from models.fields import choices_of, field_of
from models.screen import label_of, said

HEAD = "| Column | Shown as | Type | Kind | Empty | Means |\n|---|---|---|---|---|---|"


def dictionary() -> str:
    configure_mappers()
    return "\n".join(["# Data dictionary", *(line for model in tables() for line in described(model))]) + "\n"


def described(model: type[Table]) -> Iterator[str]:
    yield f"\n## {model.__tablename__}\n"
    kept = "Its history is kept." if issubclass(model, Record) else "It has no history."
    yield f"{said(model)} {kept}\n"
    yield HEAD
    yield from (row(model, column) for column in columns(model))
    if rules := sorted(rule for rule in held(model)):
        yield "\n" + "\n".join(f"- {rule}" for rule in rules)


def row(model: type[Table], column: sa.Column) -> str:
    field = field_of(column)
    marks = [name for name in ("personal", "secret") if getattr(field, name)]
    cells = (
        f"`{column.name}`",
        label_of(model, column.name),
        column.type.compile(postgresql.dialect()),
        ", ".join([field.kind, *marks]),
        "yes" if column.nullable else "no",
        meaning(column),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def meaning(column: sa.Column) -> str:
    parts = [column.comment or ""]
    parts += [f"Key to `{key.target_fullname}`, {key.ondelete}." for key in column.foreign_keys]
    if choices := choices_of(column):
        parts.append("One of " + ", ".join(f"`{member.value}`" for member in choices) + ".")
    if rule := column.info.get("derived"):
        parts.append("Computed from " + ", ".join(f"`{name}`" for name in rule.sources) + ".")
    return " ".join(filter(None, parts))


def held(model: type[Table]) -> Iterator[str]:
    """What the database refuses."""
    for rule in model.__table__.constraints:
        if isinstance(rule, sa.UniqueConstraint):
            yield f"Unique: {', '.join(f'`{c.name}`' for c in rule.columns)}."
        elif isinstance(rule, sa.CheckConstraint) and "says" in rule.info:
            yield f"`{rule.sqltext}`: {rule.info['says']}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.parent.mkdir(exist_ok=True)
    path.write_text(dictionary(), encoding="utf-8")
    print(f"{path} has {len(tables())} tables")
