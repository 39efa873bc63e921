"""Files of usage that were read, and what in them could not be."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import BigId, Entry, now, parent, stamped
from ..choice import Choice, StateChoice
from ..fields import Bytes, Count, Line, Moment, Name, Text
from ..screen import Screen


class UsageFormat(Choice):
    CSV = "csv", "CSV with named columns"
    ASTERISK = "asterisk", "Asterisk Master.csv"
    FREESWITCH = "freeswitch", "FreeSWITCH CSV"
    RADIUS = "radius", "Sessions"


class UsageFileState(StateChoice):
    WAITING = "waiting", "Waits", "amber"
    READING = "reading", "Being read", "blue"
    DONE = "done", "Done", "green"
    REFUSED = "refused", "Refused", "red"
    CANCELLED = "cancelled", "Cancelled", "hollow"


class FileWay(Choice):
    PANEL = "panel", "By hand"
    COMMAND = "command", "Command line"
    FOLDER = "folder", "Import folder"


class UsageFile(Entry):
    """A file of usage: where it came from, how far it is read, and what became of its lines."""

    __table_args__ = (sa.Index(None, "state", "id"),)

    name: Mapped[Line] = mapped_column(comment="As it was called where it came from.")
    format: Mapped[UsageFormat]
    way: Mapped[FileWay] = mapped_column(default=FileWay.PANEL)
    source: Mapped[str] = mapped_column(sa.String(24), comment="The system that counted it.")
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[Bytes] = mapped_column(comment="Bytes of text.")
    stored: Mapped[Line] = mapped_column(comment="Name in the store of the installation.")
    state: Mapped[UsageFileState] = mapped_column(
        default=UsageFileState.WAITING, info={"moving": (UsageFileState.WAITING, UsageFileState.READING)}
    )
    offset: Mapped[Bytes] = mapped_column(default=0, comment="Bytes that are read and stored.")
    line: Mapped[Count] = mapped_column(default=0, comment="Lines that are read and stored.")
    added: Mapped[Count] = mapped_column(default=0)
    repeated: Mapped[Count] = mapped_column(default=0, comment="Known before.")
    refused: Mapped[Count] = mapped_column(default=0)
    unrated: Mapped[Count] = mapped_column(default=0, comment="Added, but without a price.")
    why: Mapped[Text] = mapped_column(default="", comment="Why the file as a whole was refused.")
    by_id: Mapped[int | None] = stamped("staff_id", BigId)
    by_name: Mapped[Name] = stamped("staff_name", default="")
    received_at: Mapped[Moment] = mapped_column(default=now)
    finished_at: Mapped[Moment | None]

    screen = Screen(
        menu="Usage files",
        group="Usage",
        icon="file-import",
        list=("name", "format", "state", "added", "repeated", "refused", "unrated", "received_at"),
        more=("source", "way", "by_name", "size", "finished_at"),
        filters=("state", "format"),
        order="-id",
        labels={
            "received_at": "Received",
            "finished_at": "Finished",
            "by_name": "By",
            "way": "Came",
            "sha256": "SHA-256",
            "line": "Lines read",
            "repeated": "Known before",
            "unrated": "Without a price",
        },
        header=("state", "format", "way"),
        form={
            "File": ("name", "format", "way", "source", "by_name", "size", "sha256"),
            "Lines": ("state", "line", "added", "repeated", "refused", "unrated", "finished_at", "why"),
        },
        writes=frozenset(),
        help="staff.md#usage-files",
    )

    def __str__(self) -> str:
        return self.name


class UsageRefusal(Entry):
    """A line of a usage file that was not taken, and why."""

    __table_args__ = (sa.UniqueConstraint("usage_file_id", "line"),)

    usage_file_id: Mapped[int] = parent("usage_file", "CASCADE", index=False)
    line: Mapped[Count]
    why: Mapped[Line]
    text: Mapped[Text] = mapped_column(comment="As it stood in the file, cut off where it is enormous.")

    screen = Screen(
        menu="Refused lines",
        group="Usage",
        icon="alert-triangle",
        list=("line", "usage_file_id", "why", "text"),
        filters=("usage_file_id",),
        order="-id",
        tab_of="usage_file",
        tab="Refused lines",
        tab_order=20,
        labels={"usage_file_id": "File"},
        writes=frozenset(),
        help="staff.md#usage-files",
    )

    def __str__(self) -> str:
        return f"Line {self.line}"
