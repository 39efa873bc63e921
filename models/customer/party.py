"""The customer itself: a person or an organization that we serve and bill."""

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Record, among, check, derived, numbered, parent, stamped
from ..choice import Choice, FlagChoice, StateChoice
from ..fields import (
    Code,
    Currency,
    Email,
    Locale,
    Moment,
    Money,
    Name,
    Number,
    Phone,
    Switches,
    TaxNumber,
    YesNo,
)
from ..screen import Preset, Screen
from ..text import fold, plain_email


class Kind(Choice):
    CUSTOMER = "customer", "Customer"
    ORGANIZATION = "organization", "Organization"


class AccountClass(Choice):
    RESIDENTIAL = "residential"
    BUSINESS = "business"
    CORPORATE = "corporate"


class CustomerState(StateChoice):
    WAITING_APPROVAL = "waiting_approval", "Waiting approval", "amber"
    APPROVED = "approved", "Approved", "green"
    SUSPENDED = "suspended", "Suspended", "red"
    CLOSED = "closed", "Closed", "hollow"
    MERGED = "merged", "Merged", "gray"


class Flag(FlagChoice):
    RED = "red", "Red", "red"
    ORANGE = "orange", "Orange", "orange"
    YELLOW = "yellow", "Yellow", "yellow"
    GREEN = "green", "Green", "green"
    BLUE = "blue", "Blue", "blue"
    PURPLE = "purple", "Purple", "violet"
    CHK = "CHK", "CHK", "chk"


class PaymentType(Choice):
    EFT = "eft", "EFT"
    DEBIT_ORDER = "debit_order", "Debit order"
    CASH = "cash", "Cash"
    CREDIT_CARD = "credit_card", "Credit card"


class Source(Choice):
    MANAGER = "manager"
    ORDER = "order"
    QUOTE = "quote"
    PORTAL = "portal"
    IMPORT = "import"
    API = "api", "API"


PRIVILEGES = {
    "no_auto_suspend": "Never suspended for unpaid invoices by itself",
    "tax_exempt": "No tax",
    "priority_support": "Priority support",
    "free_setup": "No set-up fees",
}


def full_name(first: str | None, last: str | None) -> str:
    return " ".join(filter(None, (first, last)))


class Customer(Record):
    """A person or organization that we serve and bill."""

    large = True
    __table_args__ = (
        check("last_name_not_blank", "length(trim(last_name)) > 0", "Give a name.", "last_name"),
        check(
            "organization_has_no_parent",
            "kind = 'customer' OR organization_id IS NULL",
            "An organization cannot belong to another one.",
            "organization_id",
        ),
        check(
            "not_its_own_organization",
            "organization_id IS NULL OR organization_id <> id",
            "A customer cannot belong to itself.",
            "organization_id",
        ),
        check(
            "corporate_is_organization",
            "account_class <> 'corporate' OR kind = 'organization'",
            "Only an organization can be corporate.",
            "account_class",
        ),
        check(
            "bill_to_needs_organization",
            "NOT bill_to_organization OR organization_id IS NOT NULL",
            "Choose the organization first.",
            "bill_to_organization",
        ),
        check(
            "merged_has_survivor",
            "(workflow_state = 'merged') = (merged_into_id IS NOT NULL)",
            "A merged customer needs the one it was merged into.",
        ),
        check("billing_day_range", "billing_day BETWEEN 1 AND 28", "Use a day from 1 to 28.", "billing_day"),
        check("terms_days_range", "terms_days BETWEEN 0 AND 365", "Use 0 to 365 days.", "terms_days"),
        check("debit_day_range", "debit_day BETWEEN 1 AND 31", "Use a day from 1 to 31.", "debit_day"),
        sa.Index(None, "name_norm", "id"),
        sa.Index(None, "workflow_state", "name_norm", "id"),
        sa.Index(None, "kind", "name_norm", "id"),
        sa.Index(None, "account_class", "name_norm", "id"),
        sa.Index(None, "payment_type", "name_norm", "id"),
        sa.Index(None, "balance", "id"),
        sa.Index(None, "created_at", "id"),
        sa.Index(
            "ix_customer_flag",
            "flag",
            "name_norm",
            "id",
            **among("flag IS NOT NULL"),
        ),
        sa.Index("ix_customer_merged", "id", **among("workflow_state = 'merged'")),
        sa.Index("ix_customer_reseller", "reseller_id", "name_norm", "id"),
    )

    code: Mapped[Code] = numbered("C-", comment="Ours, generated; never reused.")
    kind: Mapped[Kind] = mapped_column(default=Kind.CUSTOMER)
    account_class: Mapped[AccountClass] = mapped_column(
        default=AccountClass.RESIDENTIAL, comment="Corporate is for organizations only."
    )
    first_name: Mapped[Name | None] = mapped_column(comment="Empty for an organization.")
    last_name: Mapped[Name] = mapped_column(comment="Family name, or the name of the organization.")
    display_name: Mapped[str] = derived("first_name", "last_name", by=full_name, type_=sa.String(241))
    name_norm: Mapped[str] = derived(
        "first_name",
        "last_name",
        by=lambda first, last: fold(full_name(first, last)),
        type_=sa.String(300),
        sorts="display_name",
    )
    tax_number: Mapped[TaxNumber | None] = mapped_column(comment="As it has to stand on invoices.")
    email: Mapped[Email | None] = mapped_column(comment="Where we write to; two customers may share one.")
    email_norm: Mapped[str | None] = derived(
        "email", by=lambda e: plain_email(e) if e else None, type_=sa.String(254), index=True
    )
    phone_e164: Mapped[Phone | None] = mapped_column(index=True, comment="Any common notation is understood.")
    locale: Mapped[Locale] = mapped_column(
        default="en_US", comment="Language and country of what we send them."
    )
    currency: Mapped[Currency] = mapped_column(default="USD", comment="Of everything that they are billed.")
    workflow_state: Mapped[CustomerState] = mapped_column(default=CustomerState.APPROVED)
    flag: Mapped[Flag | None] = mapped_column(comment="Needs a second look; CHK = check before acting.")
    is_locked: Mapped[YesNo] = mapped_column(
        default=False, comment="Locked: edits are refused, payments still post."
    )
    organization_id: Mapped[int | None] = parent(
        "customer", "SET NULL", comment="The organization that the customer belongs to; at most one."
    )
    bill_to_organization: Mapped[YesNo] = mapped_column(
        default=False,
        comment="Their invoices go to the organization.",
        info={"needs": "organization_id", "without": False},
    )
    price_level_id: Mapped[int | None] = parent(
        "price_level",
        "RESTRICT",
        comment="Empty: the organization's level, or the list.",
        info={"inherits": "organization_id"},
    )
    reseller_id: Mapped[int | None] = parent("reseller", "SET NULL", index=False, comment="Who brought them.")
    merged_into_id: Mapped[int | None] = parent("customer", "RESTRICT")
    payment_type: Mapped[PaymentType] = mapped_column(default=PaymentType.EFT)
    prepaid: Mapped[YesNo] = mapped_column(default=False, comment="Pays before use.")
    billing_day: Mapped[Number | None] = mapped_column(
        comment="Day of the month, 1 to 28. Empty: as the organization, or else 1.",
        info={"inherits": "organization_id", "otherwise": 1},
    )
    terms_days: Mapped[Number | None] = mapped_column(
        comment="Days until an invoice is due, 0 to 365. Empty: as the organization, or else 14.",
        info={"inherits": "organization_id", "otherwise": 14},
    )
    debit_day: Mapped[Number | None] = mapped_column(comment="Day of the month of the debit order, 1 to 31.")
    tax_exempt: Mapped[YesNo] = mapped_column(
        default=False, comment="No tax on new documents; posted ones keep theirs."
    )
    credit_limit: Mapped[Money | None] = mapped_column(
        comment="Customer's currency. Empty: as the organization, or else none.",
        info={"inherits": "organization_id"},
    )
    balance: Mapped[Money] = mapped_column(
        default=0,
        comment="Customer's currency; positive = they owe us.",
        info={"unversioned": True, "total": True},  # a sum: taken back by its difference
    )
    balance_at: Mapped[Moment | None] = mapped_column(info={"system": True})
    privileges: Mapped[Switches] = mapped_column(
        default=dict,
        comment="What members of an organization inherit unless their own record says otherwise.",
        info={"switches": PRIVILEGES, "inherits": "organization_id"},
    )
    source: Mapped[Source] = mapped_column(default=Source.MANAGER, comment="How the record came about.")
    created_by_id: Mapped[int | None] = stamped(
        "staff_id", sa.BigInteger, sa.ForeignKey("staff_user.id", ondelete="SET NULL"), index=True
    )

    screen = Screen(
        menu="Customers",
        group="Operations",
        icon="users",
        list=(
            "flag",
            "display_name",
            "code",
            "workflow_state",
            "tag",
            "address.postal_code",
            "email",
            "balance",
            "updated_at",
        ),
        more=(
            "kind",
            "address.city",
            "contact.name",
            "phone_e164",
            "organization_id",
            "account_class",
            "reseller_id",
            "payment_type",
            "message.queued_at",
            "created_at",
        ),
        search=(
            "code",
            "display_name",
            "email",
            "phone_e164",
            "contact.name",
            "contact.email",
            "contact.phone_e164",
            "address.line1",
            "address.line2",
            "address.city",
            "address.region",
            "address.postal_code",
        ),
        filters=(
            "tag",
            "kind",
            "account_class",
            "postal_code",
            "workflow_state",
            "flag",
            "reseller_id",
            "payment_type",
            "prepaid",
            "organization_id",
        ),
        order="display_name",
        labels={
            "kind": "Type",
            "account_class": "Class",
            "workflow_state": "State",
            "display_name": "Name",
            "email": "E-mail",
            "phone_e164": "Phone",
            "address.postal_code": "Postal code",
            "address.city": "Location",
            "contact.name": "Contact",
            "message.queued_at": "Last message",
            "updated_at": "Changed",
            "is_locked": "Locked",
            "terms_days": "Terms, days",
        },
        form={
            "Identity": ("kind", "account_class", "first_name", "last_name", "tax_number"),
            "How to reach them": ("email", "phone_e164", "locale"),
            "Desk": ("flag", "tag", "reseller_id", "organization_id"),
            "Billing": (
                "currency",
                "payment_type",
                "prepaid",
                "billing_day",
                "terms_days",
                "debit_day",
                "credit_limit",
                "price_level_id",
                "tax_exempt",
                "bill_to_organization",
                "privileges",
            ),
        },
        overview="Account Summary",
        information="Customer Information",
        mark={"organization": "building"},
        header=("workflow_state", "flag", "kind", "account_class", "is_locked", "tag"),
        views={
            "Waiting approval": "state=waiting_approval",
            "Flagged": "flag=any",
            "Organizations": "type=organization",
            "Suspended": "state=suspended",
        },
        presets=(
            Preset(
                "New customer", {"kind": "customer", "last_name": "Customer"}, ("last_name",), "user-plus"
            ),
            Preset(
                "New organization",
                {"kind": "organization", "account_class": "business", "last_name": "Organization"},
                ("last_name",),
                "building",
            ),
        ),
        help="staff.md#customers",
    )

    def __str__(self) -> str:
        return self.display_name or full_name(self.first_name, self.last_name)

    @hybrid_property
    def is_active(self) -> bool:
        return self.workflow_state == CustomerState.APPROVED
