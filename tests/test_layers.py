"""Imports point one way, and the grammar of pages knows no table of the business."""

import ast

import pytest
from sqlalchemy.orm import configure_mappers

from models.base import tables

from .source import ROOT, docstrings, imports, python, short, tree

FOLDERS = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in python()}
MAY_IMPORT = {
    "config": set(),
    "models": {"models"},
    "queries": {"models", "queries"},
    "operations": {"models", "queries", "operations"},
    "jobs": {"models", "queries", "operations", "jobs"},
    "web": {"config", "web"},
    "admin_views": {"config", "models", "queries", "operations", "jobs", "admin_views"},
    "portal": {"config", "models", "queries", "operations", "jobs", "portal"},
    "migrations": {"migrations"},
    "seed": {"app", "config", "migrations", "models", "queries", "operations", "seed"},
}
BELOW_THE_WEB = ("models", "queries", "operations", "jobs")
OF_THE_WEB = ("flask", "werkzeug", "jinja2", "wtforms")
# The panel's own tables: who works here, what they did, what is being done and what mails went out.
# Any panel has them.
OWN = ("models.access", "models.history", "models.message", "models.setting", "models.work")


@pytest.mark.parametrize("folder", [folder for folder in MAY_IMPORT if folder in FOLDERS])
def test_imports_point_one_way(folder):
    wrong = [
        f"{short(path)} imports {name}"
        for path in python(folder, f"{folder}.py")
        for name in imports(path)
        if name.partition(".")[0] in FOLDERS - MAY_IMPORT[folder]
    ]
    assert not wrong


def test_nothing_below_the_pages_knows_the_web():
    wrong = [
        f"{short(path)} imports {name}"
        for path in python(*BELOW_THE_WEB)
        for name in imports(path)
        if name.startswith(OF_THE_WEB)
        and (short(path), name) != ("models/base.py", "flask_sqlalchemy.SQLAlchemy")
    ]
    assert not wrong


def test_only_the_base_of_the_models_and_no_one_else_imports_flask_sqlalchemy():
    users = {
        short(path) for path in python() for name in imports(path) if name.startswith("flask_sqlalchemy")
    }
    assert users <= {"models/base.py"}


def business():
    configure_mappers()
    return [m for m in tables() if m.__module__.startswith("models.") and not m.__module__.startswith(OWN)]


@pytest.mark.parametrize("path", python("admin_views"), ids=short)
def test_no_page_names_a_table_of_the_business(path):
    classes = {model.__name__ for model in business()}
    names = {model.__tablename__ for model in business()}
    prose = docstrings(path)
    said = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name | ast.alias):
            said |= {getattr(node, "id", None) or getattr(node, "name", None)} & classes
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            said |= {node.value.partition(".")[0]} & names
    assert not said
