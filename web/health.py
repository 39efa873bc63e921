"""Whether the process lives, and whether it can work."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config as Alembic
from alembic.script import ScriptDirectory
from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import Config

APPLIED = sa.select(sa.column("version_num", sa.String)).select_from(sa.table("alembic_version"))


@cache
def newest_migrations(folder: Path) -> frozenset[str]:
    settings = Alembic()
    settings.set_main_option("script_location", str(folder))
    return frozenset(ScriptDirectory.from_config(settings).get_heads())


def trouble(engine: sa.Engine) -> str:
    """Why the database cannot be worked with; "" when it can."""
    try:
        with engine.connect() as connection:
            heads = connection.scalars(APPLIED).all()
    except SQLAlchemyError:
        return "database unreachable"
    return (
        "" if frozenset(heads) == newest_migrations(Config.root() / "migrations") else "database not migrated"
    )


def install(app: Flask) -> None:
    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> ResponseReturnValue:
        found = trouble(current_app.extensions["sqlalchemy"].engine)
        if found:
            return jsonify(status=found), 503, {"Retry-After": "5"}
        return jsonify(status="ok")
