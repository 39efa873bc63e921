"""Editing mail templates keeps to names that the program fills in."""

import re

from sqlalchemy.orm import Session

from models.message import MessageChannel, MessageTemplate
from queries.viewer import Viewer

from .errors import Invalid, Refused
from .letters import PLACE, names_in
from .outbox import LONGEST_SMS
from .rules import Changes, after, rule
from .shipped_mail import LOCALE, names_of, shipped

ALONE = re.compile(r"(?:[^{}/]{1,80}:\s*)?\{\{\s*[a-z_]+\s*\}\}")


@rule(MessageTemplate, on=("subject", "body"))
def refuse_names_that_nobody_fills_in(
    session: Session, template: MessageTemplate, changes: Changes, viewer: Viewer
) -> None:
    known = names_of(after(template, changes, "code"))
    for column in ("subject", "body"):
        if column in changes:
            check_names(changes[column][1] or "", column, known)


def check_names(text: str, field: str, known: frozenset[str]) -> None:
    """Names in double braces are those that are filled in."""
    if unknown := sorted(names_in(text) - known):
        raise Invalid(f"{{{{ {unknown[0]} }}}} is not known here. Use {_listed(known)}.", field)
    if text.count("{{") != len(PLACE.findall(text)):
        raise Invalid("Write a name as {{ name }}: two braces, small letters, two braces.", field)


@rule(MessageTemplate, on=("code", "channel", "locale"))
def keep_what_the_program_asks_for(
    session: Session, template: MessageTemplate, changes: Changes, viewer: Viewer
) -> None:
    """Staff may add templates and translations; the program's own keep their name and their way."""
    if "" in changes:
        if template.code in shipped() and template.locale == LOCALE:
            raise Refused("The program writes with it. Change its words instead.")
        return
    code, channel, locale = (after(template, changes, name) for name in ("code", "channel", "locale"))
    ours = template.code in shipped() and template.locale == LOCALE and template.id is not None
    if ours and (code, locale) != (template.code, template.locale):
        raise Refused("The program asks for it by this name and in this language.", "code")
    if code in shipped() and channel is not shipped()[code].channel:
        raise Refused(f"The program sends it as {shipped()[code].channel.label}.", "channel")
    if code and code.endswith("_sms") and channel is not MessageChannel.SMS:
        raise Refused("This name means the SMS of another template. Choose SMS, or another name.", "code")


@rule(MessageTemplate, on=("channel", "body"))
def keep_text_messages_short(
    session: Session, template: MessageTemplate, changes: Changes, viewer: Viewer
) -> None:
    channel, body = (after(template, changes, name) for name in ("channel", "body"))
    if channel is MessageChannel.SMS and len(body or "") > LONGEST_SMS:
        raise Invalid(f"An SMS has at most {LONGEST_SMS} letters.", "body")


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
