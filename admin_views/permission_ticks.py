"""The permissions of a role as tick boxes: under the headings of the menu, each with what it permits."""

import collections
from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from models.base import Table, table_named
from models.screen import LAST_GROUPS, as_in_menu, label_of, lowered, plural_of, title_of
from queries.shown import known
from queries.viewer import GENERAL, known_permissions, root, verbs_of

from . import widgets

ELSEWHERE = LAST_GROUPS[-1]  # where the menu has what belongs to no table
# What every table can permit; `{what}` are its rows.
PLAIN = {
    "read": "Open {what}",
    "read_personal": "See e-mails, phones, streets and other personal values",
    "create": "Make new {what}, and bring deleted ones back",
    "update": "Change {what}, one or many at once",
    "delete": "Delete {what}",
    "download": "Download the files",
    "export": "Take {what} along as a file, up to 10,000 rows",
    "export_all": "Take any number of {what} along",
}


def permissions(name: str, chosen: set[str]) -> Markup:
    sections: dict[str, dict[str, list[tuple[str, Markup]]]] = defaultdict(lambda: defaultdict(list))
    titles = collections.Counter(
        title_of(model) for table in {p.split(".")[0] for p in known_permissions()} if (model := known(table))
    )
    for permission in known_permissions():
        table, verb = permission.split(".", 1)
        model = known(table)
        section = sections[_heading(model)]
        alone = model is not None and titles[title_of(model)] == 1
        section[title_of(model) if alone else _words(table)].append((permission, _label(permission, verb)))
    made = [
        _section(title, sections[title], name, chosen) for title in as_in_menu(sections) if title in sections
    ]
    return Markup("").join(made)


def _heading(model: type[Table] | None) -> str:
    return (model.screen.group or root(model).screen.group if model else "") or ELSEWHERE


def _section(
    title: str, tables: Mapping[str, list[tuple[str, Markup]]], name: str, chosen: set[str]
) -> Markup:
    made = [
        Markup('<fieldset class="ticks"><legend>{}</legend>{}</fieldset>').format(
            table, widgets.ticks(name, options, chosen)
        )
        for table, options in sorted(tables.items())
    ]
    return Markup('<h2>{}</h2><div class="tick-grid">{}</div>').format(title, Markup("").join(made))


def _label(permission: str, verb: str) -> Markup:
    return Markup('<span title="{}">{}</span>').format(says(permission), _words(verb).lower())


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def says(permission: str) -> str:
    """What somebody with a permission may do."""
    table, verb = permission.split(".", 1)
    if permission in GENERAL:
        return GENERAL[permission]
    if verb in PLAIN:
        return PLAIN[verb].format(what=lowered(plural_of(table_named(table))))
    return verbs_of.get(permission) or _kept_back(table_named(table), verb)


def _kept_back(model: type[Table], verb: str) -> str:
    column, value = next((c, v) for c, v in model.screen.restricted.items() if verb == f"read_{v}")
    return f"Open {lowered(plural_of(model))} whose {lowered(label_of(model, column))} is {value.label}"
