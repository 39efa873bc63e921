"""Habits that no single file shows: what is escaped, what is written past history, what is mentioned."""

import ast
import re

import pytest

from .source import files, python, short, tree

# SQL as text, and statements that history does not see.
MAY_WRITE_TEXT = {
    "models/base.py",  # conditions of partial indexes
    "models/history.py",  # likewise
    "models/usage/record.py",  # likewise
    "operations/running/stretch.py",  # a time limit, of which there is no other way to speak
}
MAY_WRITE_TABLES = {
    "models/counter.py",  # codes are given out under a lock
    "models/history.py",  # writes the versions themselves
    "models/search.py",  # texts follow from other columns
    "jobs/cleaning.py",  # deletes trails that are old enough
    "operations/sessions.py",  # ends sessions of staff and of customers, which are no records
    "operations/usage/loading.py",  # sums of what was used, which have no history
    "operations/running/ledger.py",  # the lines of a run are no records
    # Many rows at once, with the versions that the session would have written.
    "operations/running/set_below.py",
    "operations/running/set_columns.py",
    "operations/running/set_entries.py",
    "operations/running/set_ties.py",
    "operations/running/stretch.py",
    "operations/running/undo.py",  # gives trails back that a merge had moved
    "seed/bulk.py",  # loads rows together with their versions
    "seed/loader.py",  # likewise
}
DML = ("update", "insert", "delete")
UNWANTED = {
    "a path of one machine": re.compile(r"/(root|home/\w+|work)/(?!\.)|/tmp/w\b"),
    "a registry's address": re.compile(r"pypi\.org|files\.pythonhosted|registry\.npmjs|npmjs\.org"),
    "a document that is not here": re.compile(
        r"\b(DESIGN|STYLE|STACK|DOMAIN|TRUST|LIST|BULK|UI)\.md\b|\bshared/"
    ),
    "a ticket of its making": re.compile(r"\bissues? #?\d+\b", re.IGNORECASE),
}
TEXT = (
    ".py",
    ".html",
    ".js",
    ".mjs",
    ".css",
    ".md",
    ".toml",
    ".json",
    ".sh",
    ".lock",
    ".mako",
    ".ini",
    "Makefile",
)


def calls(path):
    """(name, what it is called on, first argument) of every call in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            first = ast.unparse(node.args[0]) if node.args else ""
            if isinstance(node.func, ast.Name):
                yield node.func.id, "", first
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, ast.unparse(node.func.value), first


def users(wanted):
    found = {short(path) for path in python() for call in calls(path) if wanted(*call)}
    return {path for path in found if not path.startswith("migrations/")}


def composes_html(name, owner, first):
    """A literal holds no value of anyone, and what is formatted into it is escaped."""
    return name == "Markup" and not first.startswith(("'", '"'))


def composes_sql(name, owner, first):
    """A literal carries no value of anyone, so conditions of indexes may be one."""
    return name == "text" and owner in ("", "sa") and not first.startswith(("'", '"'))


def writes_to_a_table(name, owner, first):
    """On a mapped class the guard of models/history.py refuses what must not be; on a table nobody does."""
    if name not in DML:
        return False
    if owner in ("sa", "sqlalchemy", ""):
        return bool(first) and not first[0].isupper() and (owner != "" or "table" in first)
    return owner.endswith(("table", "__table__"))


# The guides of docs/ are files of ours, turned into HTML by a parser that lets no HTML through.
# Cells made and escaped the HTML that a ledger in CSV takes apart again.
MAY_COMPOSE_HTML = {"admin_views/help.py", "admin_views/run_words.py"}


def test_every_value_is_escaped():
    assert users(composes_html) <= MAY_COMPOSE_HTML
    unescaped = re.compile(r"\|\s*safe\b|autoescape\s+false")
    assert not [short(path) for path in files(".html") if unescaped.search(path.read_text(encoding="utf-8"))]


def test_sql_as_text_is_written_in_few_places():
    assert users(composes_sql) <= MAY_WRITE_TEXT
    assert users(lambda name, *_: name == "exec_driver_sql") <= {"models/database.py"}


def test_statements_past_history_are_written_in_few_places():
    assert users(writes_to_a_table) <= MAY_WRITE_TABLES


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_mentions(what):
    found = [
        f"{short(path)}:{number}"
        for path in files(*TEXT)
        if short(path) != "tests/test_tree.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNWANTED[what].search(line)
    ]
    assert not found


# Mail programs read no style sheets; the panel shows a mail in a sandbox without scripts.
NO_PAGES = ("templates/mail/",)


def test_no_page_carries_script_or_style_of_its_own():
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
    )
    pages = [path for path in files(".html") if not short(path).startswith(NO_PAGES)]
    assert not [short(path) for path in pages if inline.search(path.read_text(encoding="utf-8"))]
