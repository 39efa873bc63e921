"""The mails of an installation without a mail server: what a customer would find in their mailbox.

Links and passwords are readable here, so there is no such page in production. In the demo, whose
passwords everybody knows, it is open; elsewhere it takes the right to make links for staff.
"""

import email
import heapq
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Flask, Response, abort, current_app, g, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from .cells import Look, moment
from .gate import public
from .letter_frame import around, framed, linked
from .shapes import Link

HERE = "/mailbox"
MOST = 100  # the newest ones
TITLE = "Mailbox"
LEDE = "Mails that would have been sent, newest first. Set SMTP_URL to send them."
CLOSED = "Mails can be read here by those who may make links for staff. Sign in first."


@dataclass(frozen=True)
class Mail:
    id: int
    subject: str
    sender: str
    recipient: str
    at: Markup
    text: Markup
    html: str
    files: str  # names of what is attached

    @property
    def href(self) -> str:
        return f"{HERE}/{self.id}"


@public
def index() -> ResponseReturnValue:
    folder = _folder()
    found = [mail for row_id in _newest(folder) if (mail := _read(folder, row_id))]
    return render_template("mailbox/index.html", title=TITLE, lede=LEDE, mails=found, most=MOST)


@public
def one(row_id: int) -> ResponseReturnValue:
    mail = _read(_folder(), row_id) or abort(404)
    return around(render_template("mailbox/mail.html", title=mail.subject, mail=mail, back=Link(TITLE, HERE)))


@public
def html(row_id: int) -> Response:
    mail = _read(_folder(), row_id) or abort(404)
    return framed(mail.html)


def place() -> Path | None:
    """The folder, if this reader may look into it; it may not exist yet."""
    config = current_app.config["RECORDROOM"]
    everybody = config.environment == "demo"
    if config.mailbox is None or not (everybody or (g.get("viewer") and g.viewer.may("staff_user.invite"))):
        return None
    return config.mailbox


def _folder() -> Path:
    return place() or abort(404, CLOSED if current_app.config["RECORDROOM"].mailbox else None)


def _newest(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return heapq.nlargest(MOST, (int(f.stem) for f in folder.glob("*.eml") if f.stem.isdecimal()))


def _read(folder: Path, row_id: int) -> Mail | None:
    try:
        raw = (folder / f"{row_id}.eml").read_bytes()
    except FileNotFoundError:
        return None
    mail: EmailMessage = email.message_from_bytes(raw, policy=default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    zone = g.viewer.timezone if g.get("viewer") else "UTC"
    return Mail(
        id=row_id,
        subject=str(mail["Subject"]),
        sender=str(mail["From"]),
        recipient=str(mail["To"]),
        at=moment(mail["Date"].datetime, Look(timezone=zone)),
        text=linked(text.get_content() if text else ""),
        html=html.get_content() if html else "",
        files=", ".join(part.get_filename("") for part in mail.iter_attachments()),
    )


def install(app: Flask) -> None:
    app.add_url_rule(HERE, "mailbox", index)
    app.add_url_rule(f"{HERE}/<row:row_id>", "mailbox_mail", one)
    app.add_url_rule(f"{HERE}/<row:row_id>/html", "mailbox_html", html)
