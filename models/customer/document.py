"""Papers and photographs of a customer."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, parent, stamped
from ..choice import Choice, StateChoice
from ..fields import Bytes, Line, Name
from ..screen import Screen


class DocumentCategory(Choice):
    SERVICE_APPLICATION = "service_application"
    SITE_SURVEY = "site_survey"
    JOB_CARD = "job_card"
    EFT_LETTER = "eft_letter", "EFT letter"
    DEBIT_ORDER_AUTHORITY = "debit_order_authority", "Debit-order authority"
    LETTER = "letter"
    PHOTO = "photo"
    OTHER = "other"


class DocumentState(StateChoice):
    PENDING = "pending", "To be approved", "amber"
    APPROVED = "approved", "Approved", "green"
    REJECTED = "rejected", "Rejected", "red"


class Document(Record):
    """A file about a customer, kept outside the web: what it is, who brought it, whether it is approved."""

    __table_args__ = (sa.Index(None, "customer_id", "created_at"),)

    customer_id: Mapped[int] = parent("customer", "CASCADE", index=False)
    category: Mapped[DocumentCategory] = mapped_column(default=DocumentCategory.OTHER)
    name: Mapped[Line] = mapped_column(
        default="", comment="As the file is called when it is downloaded. Empty: as it is called now."
    )
    media_type: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[Bytes]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.PENDING)
    remark: Mapped[Line] = mapped_column(default="", comment="Of who approves or installs.")
    uploaded_by_id: Mapped[int | None] = stamped(
        "staff_id", sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="SET NULL"), index=True
    )
    uploaded_by_name: Mapped[Name] = stamped("staff_name", default="")

    screen = Screen(
        list=("name", "customer_id", "category", "state", "size", "remark", "uploaded_by_name", "created_at"),
        search=("name", "remark"),
        filters=("category", "state"),
        order="-id",
        tab_of="customer",
        tab="Documents",
        tab_order=60,
        labels={
            "uploaded_by_name": "Uploaded by",
            "created_at": "When",
            "media_type": "Kind of file",
            "sha256": "Checksum",
        },
        form={"Document": ("category", "name", "remark")},
        header=("state", "category"),
        file="File",
        help="staff.md#documents",
    )

    def __str__(self) -> str:
        return self.name
