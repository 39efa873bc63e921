"""What staff tell each other about a customer."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, among, check, parent, stamped
from ..choice import Choice
from ..fields import Moment, Name, Text, YesNo
from ..screen import Screen


class NoteKind(Choice):
    GENERAL = "general", "General"
    BILLING = "billing", "Billing", "blue"
    DEBTOR = "debtor", "Debtor", "amber"


class Note(Record):
    """An internal remark; the customer never sees it."""

    __table_args__ = (
        check("body_not_blank", "length(trim(body)) > 0", "Write something.", "body"),
        sa.Index(None, "customer_id", "created_at", "id"),
        sa.Index(None, "created_at", "id"),
        sa.Index(
            "ix_note_popup",
            "customer_id",
            **among("popup"),
        ),
    )

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    kind: Mapped[NoteKind] = mapped_column(default=NoteKind.GENERAL)
    body: Mapped[Text] = mapped_column(
        comment="Short and professional; the customer may ask to see it. "
        "A debtor note has at most 1,000 characters."
    )
    suspension_id: Mapped[int | None] = parent(
        "suspension",
        "SET NULL",
        info={"same": "customer_id"},
        comment="What the note is about, if it is one.",
    )
    popup: Mapped[YesNo] = mapped_column(
        default=False, comment="Shown in red to everyone who opens the customer."
    )
    popup_until: Mapped[Moment | None] = mapped_column(comment="Empty: until someone unticks it.")
    author_id: Mapped[int | None] = stamped(
        "staff_id", sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="SET NULL"), index=True
    )
    author_name: Mapped[Name] = stamped("staff_name", default="")

    screen = Screen(
        list=("body", "kind", "popup", "suspension_id", "author_name", "created_at"),
        search=("body",),
        filters=("kind", "popup"),
        order="-created_at",
        tab_of="customer",
        tab="Communications/Notes",
        subtabs={"Debtor notes": "kind=debtor"},
        restricted={"kind": NoteKind.DEBTOR},
        tab_order=40,
        labels={
            "body": "Note",
            "popup": "Pop-up",
            "popup_until": "Pop-up until",
            "author_name": "Author",
            "created_at": "Written",
        },
        form={"Note": ("kind", "body", "suspension_id", "popup", "popup_until")},
        header=("kind",),
        help="staff.md#notes",
    )

    def __str__(self) -> str:
        return self.body if len(self.body) <= 60 else f"{self.body[:57]}…"
