"""How migrations run: each in a transaction of its own, one process at a time, on both databases."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.operations.ops import CreateTableOp
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import configure_mappers

from migrations.search import COLUMN, add_search

# Any number will do, as long as every process asks for the same one.
LOCK = 724_001
MIGRATE = current_app.extensions["migrate"]


def include_object(obj: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """What autogenerate looks at: not the search indexes, nor indexes of the other database."""
    name = name or ""
    if kind == "table" and ("_fts" in name or name.startswith("sqlite_")):
        return False
    if kind == "index" and name.endswith(f"_{COLUMN}"):
        return False  # made by op.create_search
    condition = getattr(obj, "_ddl_if", None)
    return condition is None or condition.dialect == context.get_context().dialect.name


def render_item(kind: str, obj: Any, autogen: Any) -> str | bool:
    """Write our own column types as plain ones: migrations must outlive the models."""
    if kind != "type" or not isinstance(obj, sa.types.TypeDecorator):
        return False
    team, single = (obj.load_dialect_impl(d) for d in (postgresql.dialect(), sqlite.dialect()))
    plain, variant = (f"sa.{as_generic(found)!r}" for found in (team, single))
    return plain if plain == variant else f"{plain}.with_variant({variant}, 'sqlite')"


def as_generic(found: sa.types.TypeEngine) -> sa.types.TypeEngine:
    while isinstance(found, sa.types.TypeDecorator):
        found = found.impl_instance
    return found.as_generic()


def revise(migration: Any, revision: Any, directives: list[Any]) -> None:
    add_search(directives[0])
    for operations in (directives[0].upgrade_ops, directives[0].downgrade_ops):
        for found in operations.ops:
            if isinstance(found, CreateTableOp):
                found.info.clear()  # it holds the model, which a migration does not know
    asked = getattr(context.config.cmd_opts, "autogenerate", False)
    if asked and directives[0].upgrade_ops.is_empty():
        directives.clear()
        print("The models and the database agree: no migration made.")


@contextmanager
def alone(connection: sa.Connection) -> Iterator[None]:
    """Two deployments that start at once must not both create the same table."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        connection.commit()
        yield
        connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
        connection.commit()
        return
    # Altering a table on SQLite drops and refills it; with enforcement on, the drop would delete
    # the rows that point at it. The setting cannot change inside a transaction.
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    yield
    broken = driver.execute("PRAGMA foreign_key_check").fetchmany(5)
    driver.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"rows point at nothing after the migration: {broken}")


def run_offline() -> None:
    url = MIGRATE.db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=MIGRATE.db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    settings = {"process_revision_directives": revise} | MIGRATE.configure_args
    with MIGRATE.db.engine.connect() as connection, alone(connection):
        context.configure(
            connection=connection,
            target_metadata=MIGRATE.db.metadata,
            include_object=include_object,
            render_item=render_item,
            # A migration that is killed leaves nothing behind and is run again.
            transactional_ddl=True,
            transaction_per_migration=True,
            **settings,
        )
        with context.begin_transaction():
            context.run_migrations()


# What is migrated is said by the steps themselves.
logging.getLogger("alembic").setLevel(logging.WARNING)
configure_mappers()  # history tables exist only after this
if context.is_offline_mode():
    run_offline()
else:
    run_online()
