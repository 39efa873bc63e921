"""The mail templates as shipped: files, which the database has copies of that people edit.

A file begins with headers and an empty line: `Topic`, `Subject`, `Names`, which are what the
program says besides the names that every message has, and `Channel` where it is no e-mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from models.message import MessageChannel, MessageTopic

from .letters import FOLDER

EVERYWHERE = frozenset({"name", "company", "url", "account", "today"})
OWN = EVERYWHERE | {"text"}
LOCALE = "en_US"


@dataclass(frozen=True)
class Shipped:
    code: str
    topic: MessageTopic
    subject: str
    body: str
    names: frozenset[str]
    channel: MessageChannel = MessageChannel.EMAIL


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Shipped]:
    return {path.stem: _read(path.stem, path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.txt")}


def _read(code: str, text: str) -> Shipped:
    head, _, body = text.partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    names = frozenset(said.get("Names", "").split())
    return Shipped(
        code,
        MessageTopic(said["Topic"]),
        said.get("Subject", ""),
        body.strip(),
        EVERYWHERE | names,
        MessageChannel(said.get("Channel", MessageChannel.EMAIL.value)),
    )


def names_of(code: str) -> frozenset[str]:
    """What a template may name. One that staff have added is filled with what they type, as `text`."""
    known = shipped().get(code)
    return known.names if known else OWN
