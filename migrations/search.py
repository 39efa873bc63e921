"""`op.create_search("customer")`: the index behind a table's search field, on either database.

Autogenerate writes it for every new table that has a `search_text` column. The SQL stands here,
not in the models, because migrations must go on working when the models have moved on.
"""

from typing import Any

from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations, ops

COLUMN = "search_text"


@Operations.register_operation("create_search")
class CreateSearch(MigrateOperation):
    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def create_search(cls, operations: Operations, table: str) -> Any:
        return operations.invoke(cls(table))

    def reverse(self) -> "DropSearch":
        return DropSearch(self.table)


@Operations.register_operation("drop_search")
class DropSearch(MigrateOperation):
    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def drop_search(cls, operations: Operations, table: str) -> Any:
        return operations.invoke(cls(table))

    def reverse(self) -> CreateSearch:
        return CreateSearch(self.table)


@Operations.implementation_for(CreateSearch)
def create_search(operations: Operations, operation: CreateSearch) -> None:
    for statement in create_statements(operation.table, operations.get_bind().dialect.name):
        operations.execute(statement)


@Operations.implementation_for(DropSearch)
def drop_search(operations: Operations, operation: DropSearch) -> None:
    for statement in drop_statements(operation.table, operations.get_bind().dialect.name):
        operations.execute(statement)


def create_statements(table: str, dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX ix_{table}_{COLUMN} ON {table} USING gin ({COLUMN} gin_trgm_ops)",
        ]
    fts = f"{table}_fts"
    drop = f"INSERT INTO {fts}({fts}, rowid, {COLUMN}) VALUES ('delete', old.id, old.{COLUMN});"
    add = f"INSERT INTO {fts}(rowid, {COLUMN}) VALUES (new.id, new.{COLUMN});"
    changed = f"AFTER UPDATE OF {COLUMN} ON {table} WHEN old.{COLUMN} IS NOT new.{COLUMN}"
    return [
        f"CREATE VIRTUAL TABLE {fts} USING fts5({COLUMN}, content='{table}', content_rowid='id', "
        "tokenize='trigram')",
        f"INSERT INTO {fts}({fts}) VALUES ('rebuild')",  # for rows that are there already
        f"CREATE TRIGGER {fts}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {fts}_delete AFTER DELETE ON {table} BEGIN {drop} END",
        f"CREATE TRIGGER {fts}_update {changed} BEGIN {drop} {add} END",
    ]


def drop_statements(table: str, dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [f"DROP INDEX ix_{table}_{COLUMN}"]
    triggers = [f"DROP TRIGGER {table}_fts_{when}" for when in ("insert", "delete", "update")]
    return [*triggers, f"DROP TABLE {table}_fts"]


@renderers.dispatch_for(CreateSearch)
def render_create(context: Any, operation: CreateSearch) -> str:
    return f"op.create_search({operation.table!r})"


@renderers.dispatch_for(DropSearch)
def render_drop(context: Any, operation: DropSearch) -> str:
    return f"op.drop_search({operation.table!r})"


def add_search(script: ops.MigrationScript) -> None:
    """Make the search index after the column that it reads, and drop it before that goes."""
    up, down = script.upgrade_ops.ops, script.downgrade_ops.ops
    for way, back in ((up, down), (down, up)):
        for table in [o.table_name for o in way if _begins(o)]:
            way.append(CreateSearch(table))
            back.insert(0, DropSearch(table))


def _begins(operation: Any) -> bool:
    """Whether a table with the column is made, or the column added to one."""
    if isinstance(operation, ops.CreateTableOp):
        return any(getattr(c, "name", "") == COLUMN for c in operation.columns)
    if isinstance(operation, ops.ModifyTableOps):
        return any(isinstance(o, ops.AddColumnOp) and o.column.name == COLUMN for o in operation.ops)
    return False
