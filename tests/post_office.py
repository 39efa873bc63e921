"""A real mail server on this machine that takes, refuses, dawdles or hangs up as it is told."""

import asyncio
import email
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from operations.installation import Installation, installation, settle

TAKEN = "250 Taken"
KEY = "a key for letters, thirty-two or more"


@dataclass
class PostOffice:
    """`says` are the answers to what was sent, one after the other; the last one stays."""

    says: list[str] = field(default_factory=lambda: [TAKEN])
    recipients: dict[str, str] = field(default_factory=dict)  # answers to single addresses
    seconds: float = 0.0  # before it answers
    cut: bool = False  # hangs up in the middle of a mail
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, name: str, said: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return said

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: list[str]) -> str:
        if answer := self.recipients.get(to):
            return answer
        envelope.rcpt_tos.append(to)
        return TAKEN

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.seconds)
        if self.cut:
            server.transport.close()
            return "421 Never heard"
        answer = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if answer.startswith("2"):
            self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        return answer


class OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        """It calls on itself once, to see errors; only now is it known where."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def post_office(**said: Any) -> Iterator[PostOffice]:
    office = PostOffice(**said)
    controller = OnAnyPort(office, hostname="127.0.0.1", port=0)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def settled(folder: Path | None, **said: Any) -> Iterator[Installation]:
    """Mails leave by this way while it lasts: by `smtp_url`, else into the folder."""
    before = installation()
    settle(
        replace(
            Installation(name="Recordroom", url="http://desk.example", sender="The desk <desk@desk.example>"),
            **{"key": KEY, "mailbox": folder, **said},
        )
    )
    try:
        yield installation()
    finally:
        settle(before)


def sessions_of(app: Any) -> Callable[[], Any]:
    """Sessions of their own on the app's database, as a worker has them."""
    from sqlalchemy.orm import Session

    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    return lambda: Session(engine)
