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
    sms_url: str = ""  # of the gateway that text messages go to; "" delivers to the mailbox
    sms_token: str = field(default="", repr=False)
    sms_sender: str = ""  # who they come from; "": the name above
    documents: Path | None = None  # folder of the files about customers, outside of what is served
    usage: Path | None = None  # folder of the files of usage that were taken in
    inbox: Path | None = None  # folder in which files of usage arrive by themselves; None: nowhere
    largest_document: int = 10 * 1024 * 1024  # bytes


_here = Installation()


def settle(found: Installation) -> None:
    global _here
    _here = found


def installation() -> Installation:
    return _here
