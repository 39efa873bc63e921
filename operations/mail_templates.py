"""Editing mail templates keeps to names that the program fills in."""

import re

from sqlalchemy.orm import Session

from models.message import MessageTemplate
from queries.viewer import Viewer

from .errors import Invalid
from .letters import PLACE, names_in
from .rules import Changes, rule
from .shipped_mail import names_of

ALONE = re.compile(r"(?:[^{}/]{1,80}:\s*)?\{\{\s*[a-z_]+\s*\}\}")


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


@rule(MessageTemplate, on=("subject", "body"))
def keep_links_in_their_place(
    session: Session, template: MessageTemplate, changes: Changes, viewer: Viewer
) -> None:
    """A link or a password that stands inside an address would be told to whoever that belongs to."""
    subject = changes["subject"][1] if "subject" in changes else ""
    if any(_is_secret(name) for name in names_in(subject or "")):
        raise Invalid("Links and passwords have no place in a subject.", "subject")
    body = changes["body"][1] if "body" in changes else ""
    for paragraph in re.split(r"\n\s*\n", body or ""):
        if any(_is_secret(n) for n in names_in(paragraph)) and not ALONE.fullmatch(paragraph.strip()):
            raise Invalid(
                "Put links and passwords in a paragraph alone, or after a label and a colon.", "body"
            )


def _is_secret(name: str) -> bool:
    return name.endswith(("link", "password", "code"))


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in sorted(names))
