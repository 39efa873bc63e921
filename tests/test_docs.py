"""The documents speak of what is there: headings, files, commands, settings, declarations."""

import re
import subprocess
import sys
from dataclasses import fields as fields_of

import pytest

from admin_views.help import GUIDES, anchor, help_path
from models import fields
from models.base import tables
from models.screen import Screen
from queries.settings import DECISIONS

from .ground.people import sign_in
from .source import ROOT, files, python, short

DOCUMENTS = [path for path in files(".md") if path.parent in (ROOT, ROOT / "docs")]
BY_NAME = {path.name: path for path in DOCUMENTS}
PARAMETERS = {"argvalues": DOCUMENTS, "ids": short}
SOURCES = (
    "config.py",
    "Makefile",
    "benchmarks/world.py",
    "tests/conftest.py",
    "tests/ground/browser.py",
    "scripts/tools.sh",
)
# Words of selling, and of things that are nowhere.
UNWANTED = r"\b(?:blazing|seamless\w*|effortless\w*|powerful|world-class|robust|lorem|todo|tbd|coming soon)\b"


def read(name):
    return BY_NAME[name].read_text(encoding="utf-8")


def code(text):
    """What stands in code spans and code blocks, without remarks."""
    fenced = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}.*$", text, re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", text)
    return re.sub(r"\s# .*", "", "\n".join([*spans, *indented, *fenced]))


def headings(text):
    bare = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", bare, re.MULTILINE)}


def first_cells(text, head):
    """The code in the first column of the tables whose first heading this is."""
    found = set()
    for table in re.findall(rf"^\| {head} .*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE):
        for row in table.splitlines():
            found |= set(re.findall(r"`([^`]+)`", row.split("|")[1]))
    return found


@pytest.mark.parametrize("model", [m for m in tables() if m.screen.help], ids=lambda m: m.__tablename__)
def test_help_leads_to_a_heading(model):
    page, _, heading = model.screen.help.partition("#")
    assert page.removesuffix(".md") in GUIDES
    assert heading in headings(read(page))


def test_every_record_with_a_page_has_help():
    assert not [m.__tablename__ for m in tables() if m.screen.menu and not m.screen.help]


@pytest.mark.parametrize("path", **PARAMETERS)
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("https:", "http:")):
            continue
        name, _, heading = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        assert not heading or heading in headings(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_in_the_panel_links_only_to_others_that_are_there(name):
    targets = re.findall(r"\]\(([^)\s]+)\)", read(f"{name}.md"))
    assert {target.partition("#")[0] for target in targets} <= {f"{guide}.md" for guide in GUIDES}


@pytest.mark.parametrize("path", **PARAMETERS)
def test_files_that_are_named_exist(path):
    named = re.findall(r"`((?:[a-z_]+/)+[\w.]+\.\w+)`|\b(docs/\w+\.md)", path.read_text(encoding="utf-8"))
    # Those of the walk-through.
    examples = {f"{name}.py" for name in ("models/vehicle", "queries/vehicle", "operations/vehicle")}
    examples |= {"operations/vehicle_verbs.py", "portal/vehicles.py"}
    made = ("instance/",)
    for name in (a or b for a, b in named):
        assert name in examples or name.startswith(made) or (ROOT / name).exists(), name


@pytest.mark.parametrize("path", **PARAMETERS)
def test_targets_of_make_exist(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    there = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = set(re.findall(r"\bmake ([a-z]+)\b", code(path.read_text(encoding="utf-8"))))
    assert said <= there


@pytest.mark.parametrize("path", **PARAMETERS)
def test_commands_exist(path):
    there = set()
    for source in python():
        text = source.read_text(encoding="utf-8")
        groups = dict(re.findall(r'^(\w+) = AppGroup\("([a-z-]+)"', text, re.MULTILINE))
        for group, name in re.findall(r'@([\w.]+)\.command\("([a-z-]+)"\)', text):
            there.add(f"{groups[group]} {name}" if group in groups else name)
    groups = {name.partition(" ")[0] for name in there if " " in name}
    said = code(path.read_text(encoding="utf-8"))
    for first, second in re.findall(r"(?<!from )\bflask (?:--app app )?([a-z][a-z-]*)(?: ([a-z-]+))?", said):
        assert (f"{first} {second}" if first in groups else first) in there


@pytest.mark.parametrize("path", **PARAMETERS)
def test_variables_exist(path):
    text = path.read_text(encoding="utf-8")
    said = set(re.findall(r"\b([A-Z][A-Z_]{2,})=", code(text))) | first_cells(text, "Variable")
    known = "\n".join((ROOT / source).read_text(encoding="utf-8") for source in SOURCES)
    assert not [name for name in said if not re.search(rf"\b{name}\b", known)]


def test_every_variable_and_setting_is_explained():
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    read_ones = set(re.findall(r'(?:env, |env\.get\()"([A-Z_]+)"', source))
    assert read_ones == first_cells(read("operators.md"), "Variable")
    assert set(DECISIONS) == first_cells(read("operators.md"), "Setting")


def test_every_value_type_and_field_of_a_screen_is_explained():
    types = {name for name, said in vars(fields).items() if hasattr(said, "__metadata__")}
    assert types == first_cells(read("developers.md"), "Type")
    assert {field.name for field in fields_of(Screen)} == first_cells(read("developers.md"), "Field")


def test_the_walk_through_works():
    """What the guide tells to write is read at the start and found in order."""
    blocks = re.findall(r"^```python\n(.*?)^```", read("developers.md"), re.MULTILINE | re.DOTALL)
    names = (
        "models.vehicle",
        "queries.vehicle",
        "operations.vehicle",
        "operations.vehicle_verbs",
        "operations.vehicle_paper",
        "jobs.vehicle",
        "portal.vehicles",
    )
    written = dict(zip(names, blocks, strict=True))
    program = f"""
import importlib, sys, types
def add(name, text):
    module = types.ModuleType(name)
    module.__package__ = name.partition(".")[0]
    importlib.import_module(module.__package__)
    sys.modules[name] = module
    exec(compile(text, name, "exec"), module.__dict__)
for name, text in {written!r}.items():
    add(name, text)
from models.checks import check_declarations
from queries.declare import named_filters
check_declarations((table, name) for table, found in named_filters.items() for name in found)
from models.history import version_table
print(version_table(sys.modules["models.vehicle"].Vehicle).name)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "vehicle_version", done.stderr


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if p.name != "requirements.md"], ids=short)
def test_the_words_are_plain(path):
    text = path.read_text(encoding="utf-8")
    assert not re.findall(UNWANTED, text, re.IGNORECASE)
    assert max(map(len, text.splitlines())) <= 125 or "|" in text


@pytest.mark.req("S0.24")
def test_the_page_of_a_new_customer_links_to_how_it_is_done(app):
    agent = sign_in(app, "agent")
    where = help_path("staff.md#customers")
    assert where in agent.get("/admin/customer/new/").text
    guide = agent.get(where.partition("#")[0])
    assert guide.status_code == 200
    assert 'id="customers"' in guide.text and "Create a customer" in guide.text
