"""What operations need to know of the installation that they run in. Set once, at the start."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Installation:
    """`url` is scheme and host that links in mails lead to; `key` encrypts what must be read again."""

    name: str = "Recordroom"
    url: str = "http://127.0.0.1:8000"
    sender: str = "desk@localhost"
    smtp_url: str = field(default="", repr=False)  # "" delivers to the mailbox
    key: str = field(default="", repr=False)
    mailbox: Path | None = None  # folder that is delivered to without a mail server; None: mails wait


_here = Installation()


def settle(found: Installation) -> None:
    global _here
    _here = found


def installation() -> Installation:
    return _here
