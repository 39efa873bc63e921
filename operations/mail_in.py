"""A mail that has come in, reduced to who says they sent it, what it answers, and what a person wrote.

Anybody can send anything, so nothing here raises but `Unreadable`, and none of it is believed: whose
mail it is and where it belongs is for ticket_mail.py to find out.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.utils import getaddresses
from hashlib import sha256

from models.text import clean, plain_email

from .destinations import AN_ADDRESS
from .mail_words import written

LARGEST = 25 * 1024 * 1024
MOST_IDS = 50
LONGEST_ID = 200
MAIL_ID = re.compile(r"<[^<>\s]{3,250}>")
# Programs that answer, and lists: RFC 3834, and what was in use before it.
BY_ITSELF = {
    "auto-submitted": lambda said: said != "no",
    "precedence": lambda said: said in ("bulk", "junk", "list", "auto_reply"),
    "x-autoreply": bool,
    "x-autorespond": bool,
    "list-id": bool,
    "return-path": lambda said: said == "<>",  # a mail server speaks of a mail that did not arrive
}


class Unreadable(Exception):
    """This is no mail that anybody could answer."""


@dataclass(frozen=True)
class Arrived:
    """One mail. `answers` are the Message-IDs that it refers to, the nearest first."""

    mail_id: str
    sender: str
    answers: tuple[str, ...]
    subject: str
    text: str
    files: tuple[str, ...]
    by_itself: bool  # a program sent it


def read(raw: bytes) -> Arrived:
    if len(raw) > LARGEST:
        raise Unreadable(f"It is larger than {LARGEST // 1024**2} MB.")
    try:
        mail = email.message_from_bytes(raw)
        parts = list(_parts(mail))
    except (RecursionError, MessageError, ValueError) as error:
        raise Unreadable("It is not a mail that can be read.") from error
    return Arrived(
        mail_id=_mail_id(mail, raw),
        sender=_sender(mail),
        answers=_answers(mail),
        subject=_words(mail.get("Subject", "")),
        text=written([part for part in parts if not _file(part)]),
        files=tuple(name for part in parts if (name := _file(part))),
        by_itself=any(
            test(_words(mail.get(name, "")).lower()) for name, test in BY_ITSELF.items() if name in mail
        ),
    )


def _parts(mail: Mail) -> Iterator[Mail]:
    """What is not made of others; a mail that was forwarded as a file stays closed."""
    for part in mail.walk():
        if not part.is_multipart():
            yield part


def _mail_id(mail: Mail, raw: bytes) -> str:
    """By which the same mail is known when it comes again."""
    found = MAIL_ID.search(str(mail.get("Message-ID", "")))
    named = found[0] if found else ""
    return named if 0 < len(named) <= LONGEST_ID else f"sha256:{sha256(raw).hexdigest()}"


def _sender(mail: Mail) -> str:
    """The only address that it says it is from."""
    found = [plain_email(address) for _, address in getaddresses([str(v) for v in mail.get_all("From", [])])]
    if len(found) != 1 or not AN_ADDRESS.fullmatch(found[0]):
        raise Unreadable("It does not say from whom it is.")
    return found[0]


def _answers(mail: Mail) -> tuple[str, ...]:
    near, far = (MAIL_ID.findall(str(mail.get(name, ""))) for name in ("In-Reply-To", "References"))
    return tuple(dict.fromkeys([*near, *reversed(far)]))[:MOST_IDS]


def _words(value: object) -> str:
    """A header in plain words, or as it stands where its encoding is none."""
    text = str(value)
    try:
        text = str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        pass
    return " ".join(clean(text).split())


def _file(part: Mail) -> str:
    """The name of what is attached; "" for the words themselves."""
    if part.get_content_disposition() != "attachment" and part.get_content_maintype() == "text":
        return ""
    return _words(part.get_filename() or part.get_content_type())[:100]
