"""Editing mail templates keeps to names that the program fills in."""

from sqlalchemy.orm import Session

from models.message import MessageTemplate
from queries.viewer import Viewer

from .errors import Invalid
from .letters import PLACE, names_in
from .rules import Changes, rule
from .shipped_mail import names_of


@rule(MessageTemplate, on=("subject", "body"))
def refuse_names_that_nobody_fills_in(
    session: Session, template: MessageTemplate, changes: Changes, viewer: Viewer
) -> None:
    known = names_of(template.code)
    for column in ("subject", "body"):
        if column not in changes:
            continue
        text = changes[column][1] or ""
        unknown = sorted(names_in(text) - known)
        if unknown:
            raise Invalid(f"{{{{ {unknown[0]} }}}} is not known here. Use {_listed(known)}.", column)
        if text.count("{{") != len(PLACE.findall(text)):
            raise Invalid("Write a name as {{ name }}: two braces, small letters, two braces.", column)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in sorted(names))
