"""A message template as it would read, filled with invented values."""

import datetime as dt
from collections.abc import Mapping
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from models.base import now
from models.message import MessageChannel, MessageTemplate
from queries.viewer import Viewer

from . import letters
from .installation import installation
from .previews import form_preview, page_of
from .rules import obey
from .shipped_mail import LOCALE, names_of

SAMPLES = {
    "name": "Ann Lee",
    "account": "C-100001",
    "customer": "Ann Lee",
    "text": "This is where the text stands that is typed when it is used.\nIt may have several lines.",
    "email": "ann@example.com",
    "password": "seven-blue-otters",
    "lasts": "72 hours",
    "reason": "two reminders without an answer",
    "subject": "The line is slow",
    "number": "1001",
    "author": "Sam of the desk",
    "iccid": "8927000000000000017",
    "limit_mb": 2560,
    "used_mb": 2571,
    "days": 14,
}


@form_preview(MessageTemplate)
def show_template(session: Session, values: Mapping[str, Any], template: Any, viewer: Viewer) -> str:
    """With the checks that saving makes; a refusal stands in place of the message."""
    said = {n: values[n] for n in ("code", "channel", "topic", "locale", "subject", "body")}
    draft = MessageTemplate(**{n: v for n, v in said.items() if v is not None})
    with session.no_autoflush:
        obey(session, draft, {n: (None, v) for n, v in said.items()}, viewer)
    locale = said["locale"] or LOCALE
    told = {name: letters.plain(sample(name), locale) for name in names_of(said["code"] or "")}
    made = letters.write(said["subject"] or "", said["body"] or "", told, locale)
    if said["channel"] is MessageChannel.EMAIL:
        return made.html
    return _plain(made, said["channel"])


def sample(name: str) -> Any:
    here = installation()
    own = {"company": here.name, "url": here.url, "today": now().date()}
    if name.endswith("link"):
        return f"{here.url}/portal/example"
    if name in ("at", "until", "last_day"):
        return now().date() + dt.timedelta(days=14)
    return own.get(name) or SAMPLES.get(name) or f"[{name.replace('_', ' ')}]"


def _plain(made: letters.Letter, channel: Any) -> str:
    """Text as it is, with how long it is where that counts."""
    title = f"<h1>{escape(made.subject)}</h1>" if channel is MessageChannel.LETTER else ""
    length = f"<p>{len(made.body)} letters</p>" if channel is MessageChannel.SMS else ""
    body = "".join(f'<p class="as-is">{escape(part)}</p>' for part in made.body.split("\n\n"))
    return page_of(f"{title}{body}{length}")
