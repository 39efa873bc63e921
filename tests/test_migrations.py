"""Migrations, from nothing to what the models say and back, on both databases."""

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

import migrations.search
from app import create_app
from models.search import search_table, searchable
from seed.roles import ensure_roles

from .ground.worlds import config_for
from .source import files, imports, short

BEFORE = "699ed488b3d0"  # when texts stood in their rows


@pytest.fixture
def migrating(empty_database, tmp_path):
    """An app on a database with nothing in it."""
    app = create_app(config_for(empty_database, tmp_path))
    with app.app_context():
        yield app
        app.extensions["sqlalchemy"].session.remove()
        app.extensions["sqlalchemy"].engine.dispose()


def settings(app):
    return app.extensions["migrate"].migrate.get_config()


def table_names(app):
    names = sa.inspect(app.extensions["sqlalchemy"].engine).get_table_names()
    return {name for name in names if name not in ("alembic_version", "sqlite_sequence")}


def test_from_nothing_to_the_models_with_the_seed_and_nothing_left_to_migrate(migrating):
    flask_migrate.upgrade()
    session = migrating.extensions["sqlalchemy"].session()
    ensure_roles(session)
    session.commit()
    command.check(settings(migrating))


def test_down_to_nothing_and_up_again(migrating):
    flask_migrate.upgrade()
    first = table_names(migrating)
    flask_migrate.downgrade(revision="base")
    assert table_names(migrating) == set()
    flask_migrate.upgrade()
    assert table_names(migrating) == first


def test_a_migration_that_fails_leaves_nothing_behind_and_is_run_again(migrating, monkeypatch):
    def fail(*_):
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(migrations.search, "create_statements", fail)
        flask_migrate.upgrade()
    assert table_names(migrating) == set()
    flask_migrate.upgrade()
    assert "staff_user" in table_names(migrating)


def test_every_searched_table_has_its_search_index(migrating):
    flask_migrate.upgrade()
    engine = migrating.extensions["sqlalchemy"].engine
    searched = {search_table(model).name for model in searchable()}
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = set(
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
            )
            wanted = {f"{name}_fts_{when}" for name in searched for when in ("insert", "update", "delete")}
        else:
            found = set(connection.exec_driver_sql("SELECT indexname FROM pg_indexes").scalars())
            wanted = {f"ix_{name}_search_text" for name in searched}
    assert wanted <= found


def test_texts_move_out_of_their_rows_and_back(migrating):
    """What was searched before an upgrade is found after it, and after going back."""
    engine = migrating.extensions["sqlalchemy"].engine
    sqlite = engine.dialect.name == "sqlite"

    def found(table):
        asked = f"SELECT id FROM {table} WHERE strpos(search_text, 'harb') > 0"
        if sqlite:
            asked = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH 'harb'"
        with engine.connect() as connection:
            return connection.exec_driver_sql(asked).scalars().all()

    flask_migrate.upgrade(revision=BEFORE)
    day = "2026-11-21 00:00:00+00:00"
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tag (id, name, name_norm, description, search_text, created_at, updated_at) "
            f"VALUES (7, 'Harbour', 'harbour', '', '  harbour', '{day}', '{day}')"
        )
    assert found("tag") == [7]
    flask_migrate.upgrade()
    assert found("tag_search") == [7]
    flask_migrate.downgrade(revision=BEFORE)
    assert found("tag") == [7] and "tag_search" not in table_names(migrating)
    if sqlite:
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM tag")
            connection.exec_driver_sql("INSERT INTO tag_fts(tag_fts) VALUES ('integrity-check')")
        assert found("tag") == []


def test_there_is_one_newest_migration(app):
    with app.app_context():
        assert len(ScriptDirectory.from_config(settings(app)).get_heads()) == 1


def test_no_migration_imports_what_may_change_later():
    wrong = [
        f"{short(path)} imports {name}"
        for path in files(".py")
        if short(path).startswith("migrations/versions/")
        for name in imports(path)
        if not name.startswith(("alembic", "sqlalchemy"))
    ]
    assert not wrong
