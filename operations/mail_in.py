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
from html import unescape

from models.text import clean, plain_email

from .destinations import AN_ADDRESS

LARGEST = 25 * 1024 * 1024
READ = 200_000  # bytes of the words of a mail that are looked at; nobody types more
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
        text=_text(parts),
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


# --- what a person wrote ---

SILENT = re.compile(r"(?i)<(!--|(?:script|style|head|title)\b)")
ENDS = {"!--": re.compile("-->")} | {
    name: re.compile(rf"(?i)</{name}\b[^<>]*>") for name in ("script", "style", "head", "title")
}
QUOTED = re.compile(r"(?i)<blockquote\b|<[a-z]+ [^<>]*\bid=\"?(?:divRplyFwdMsg|appendonsend)\b")
BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6])\b[^<>]*>")
TAG = re.compile(r"<[^<>]*>")
DIVIDER = re.compile(r"-{4,}[^-]+-{4,}|_{20,}")  # "-----Original Message-----"


def _text(parts: list[Mail]) -> str:
    for kind, plainly in (("text/plain", _fresh), ("text/html", _of_html)):
        for part in parts:
            if part.get_content_type() == kind and not _file(part) and (text := plainly(_decoded(part))):
                return text
    return ""


def _decoded(part: Mail) -> str:
    content = part.get_payload(decode=True)
    content = content[:READ] if isinstance(content, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a character set that nobody knows
        return content.decode("utf-8", "replace")


def _of_html(html: str) -> str:
    bare = "".join(_spoken(html))
    above = _bare(bare[: found.start()]) if (found := QUOTED.search(bare)) else ""
    return _fresh(above or _bare(bare))


def _spoken(html: str) -> Iterator[str]:
    """What is not silent. Each end is looked for once: one that never comes silences the rest."""
    at = 0
    while begins := SILENT.search(html, at):
        yield html[at : begins.start()]
        ends = ENDS[begins[1].lower()].search(html, begins.end())
        if ends is None:
            return
        at = ends.end()
    yield html[at:]


def _bare(html: str) -> str:
    lines = TAG.sub("", BREAK.sub("\n", " ".join(html.split()))).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(unescape(line).split()) for line in lines))


def _fresh(text: str) -> str:
    """Without what a mail program repeats below the answer; all of it when the answer stands within."""
    whole = clean(text)
    lines = whole.split("\n")
    end = next((n for n, line in enumerate(lines) if DIVIDER.fullmatch(line.strip())), len(lines))
    lines = lines[:end]
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    if len(lines) < end and lines and lines[-1].rstrip().endswith(":"):
        lines = _without_who_wrote(lines)
    return "\n".join(lines).strip() or whole


def _without_who_wrote(lines: list[str]) -> list[str]:
    """Above what is repeated stands who wrote it and when, in at most three lines: it has a figure in it."""
    start = len(lines) - 1
    while start and lines[start - 1].strip() and len(lines) - start < 3:
        start -= 1
    alone = start == 0 or not lines[start - 1].strip()
    return lines[:start] if alone and re.search(r"\d", " ".join(lines[start:])) else lines
