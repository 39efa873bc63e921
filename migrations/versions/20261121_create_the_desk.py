"""create_the_desk"""

import sqlalchemy as sa
from alembic import op

revision = "699ed488b3d0"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "bill_to", "service", "ship_to", "other", name="addressrole", native_enum=False, length=24
            ),
            autoincrement=False,
            nullable=True,
            comment="The Bill To is where invoices go; there is one.",
        ),
        sa.Column(
            "label",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="What staff call it, such as Warehouse.",
        ),
        sa.Column(
            "attention",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="Person or department on the envelope.",
        ),
        sa.Column("line1", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("line2", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "postal_code",
            sa.String(length=16),
            autoincrement=False,
            nullable=True,
            comment="As the country writes it.",
        ),
        sa.Column("city", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "region",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="State, province or county.",
        ),
        sa.Column("country", sa.String(length=2), autoincrement=False, nullable=True),
        sa.Column(
            "latitude",
            sa.Numeric(precision=9, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Degrees north; south is negative.",
        ),
        sa.Column(
            "longitude",
            sa.Numeric(precision=9, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Degrees east; west is negative.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_address_version")),
    )
    with op.batch_alter_table("address_version", schema=None) as batch_op:
        batch_op.create_index("ix_address_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_address_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_address_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "app_setting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name", sa.String(length=120), nullable=False, comment="The program asks for it by this name."
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "description", sa.String(length=200), nullable=False, comment="What it decides; possible values."
        ),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_app_setting_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "app_setting_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="The program asks for it by this name.",
        ),
        sa.Column("value", sa.Text(), autoincrement=False, nullable=True),
        sa.Column(
            "description",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="What it decides; possible values.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_app_setting_version")),
    )
    with op.batch_alter_table("app_setting_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_app_setting_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_app_setting_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "contact_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "primary", "billing", "technical", "general", name="contactrole", native_enum=False, length=24
            ),
            autoincrement=False,
            nullable=True,
            comment="At most one contact is the primary one.",
        ),
        sa.Column("email", sa.String(length=254), autoincrement=False, nullable=True),
        sa.Column("phone_e164", sa.String(length=16), autoincrement=False, nullable=True),
        sa.Column(
            "alerts",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Send usage warnings and cut-offs to this e-mail. Tell the contact which sender to expect.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_contact_version")),
    )
    with op.batch_alter_table("contact_version", schema=None) as batch_op:
        batch_op.create_index("ix_contact_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_contact_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_contact_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "counter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("name", name=op.f("uq_counter_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "customer_tag_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_customer_tag_version")),
    )
    with op.batch_alter_table("customer_tag_version", schema=None) as batch_op:
        batch_op.create_index("ix_customer_tag_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_customer_tag_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_customer_tag_version_tag_id", ["tag_id"], unique=False)
        batch_op.create_index("ix_customer_tag_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "customer_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "code",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Ours, generated; never reused.",
        ),
        sa.Column(
            "kind",
            sa.Enum("customer", "organization", name="kind", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "account_class",
            sa.Enum(
                "residential", "business", "corporate", name="accountclass", native_enum=False, length=24
            ),
            autoincrement=False,
            nullable=True,
            comment="Corporate is for organizations only.",
        ),
        sa.Column(
            "first_name",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="Empty for an organization.",
        ),
        sa.Column(
            "last_name",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="Family name, or the name of the organization.",
        ),
        sa.Column(
            "tax_number",
            sa.String(length=40),
            autoincrement=False,
            nullable=True,
            comment="As it has to stand on invoices.",
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            autoincrement=False,
            nullable=True,
            comment="Where we write to; two customers may share one.",
        ),
        sa.Column(
            "phone_e164",
            sa.String(length=16),
            autoincrement=False,
            nullable=True,
            comment="Any common notation is understood.",
        ),
        sa.Column(
            "locale",
            sa.String(length=16),
            autoincrement=False,
            nullable=True,
            comment="Language and country of what we send them.",
        ),
        sa.Column(
            "currency",
            sa.String(length=3),
            autoincrement=False,
            nullable=True,
            comment="Of everything that they are billed.",
        ),
        sa.Column(
            "workflow_state",
            sa.Enum(
                "waiting_approval",
                "approved",
                "suspended",
                "closed",
                "merged",
                name="customerstate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "flag",
            sa.Enum(
                "red",
                "orange",
                "yellow",
                "green",
                "blue",
                "purple",
                "CHK",
                name="flag",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
            comment="Needs a second look; CHK = check before acting.",
        ),
        sa.Column(
            "is_locked",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Locked: edits are refused, payments still post.",
        ),
        sa.Column(
            "organization_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="The organization that the customer belongs to; at most one.",
        ),
        sa.Column(
            "bill_to_organization",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Their invoices go to the organization.",
        ),
        sa.Column(
            "price_level_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Empty: the organization's level, or the list.",
        ),
        sa.Column(
            "reseller_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Who brought them.",
        ),
        sa.Column(
            "merged_into_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "payment_type",
            sa.Enum(
                "eft", "debit_order", "cash", "credit_card", name="paymenttype", native_enum=False, length=24
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("prepaid", sa.Boolean(), autoincrement=False, nullable=True, comment="Pays before use."),
        sa.Column(
            "billing_day",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="Day of the month, 1 to 28.",
        ),
        sa.Column(
            "terms_days",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="Days until an invoice is due, 0 to 365.",
        ),
        sa.Column(
            "debit_day",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="Day of the month of the debit order, 1 to 31.",
        ),
        sa.Column(
            "tax_exempt",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="No tax on new documents; posted ones keep theirs.",
        ),
        sa.Column(
            "credit_limit",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Customer's currency; empty: none.",
        ),
        sa.Column(
            "privileges",
            sa.JSON(),
            autoincrement=False,
            nullable=True,
            comment="What members of an organization inherit unless their own record says otherwise.",
        ),
        sa.Column(
            "source",
            sa.Enum(
                "manager",
                "order",
                "quote",
                "portal",
                "import",
                "api",
                name="source",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
            comment="How the record came about.",
        ),
        sa.Column("created_by_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_customer_version")),
    )
    with op.batch_alter_table("customer_version", schema=None) as batch_op:
        batch_op.create_index("ix_customer_version_created_by_id", ["created_by_id"], unique=False)
        batch_op.create_index(
            "ix_customer_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_customer_version_merged_into_id", ["merged_into_id"], unique=False)
        batch_op.create_index("ix_customer_version_organization_id", ["organization_id"], unique=False)
        batch_op.create_index("ix_customer_version_price_level_id", ["price_level_id"], unique=False)
        batch_op.create_index("ix_customer_version_reseller_id", ["reseller_id"], unique=False)
        batch_op.create_index("ix_customer_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "note_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum("general", "billing", "debtor", name="notekind", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "body",
            sa.Text(),
            autoincrement=False,
            nullable=True,
            comment="Facts that a colleague needs; the customer may ask to see it.",
        ),
        sa.Column(
            "popup",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Shown in red to everyone who opens the customer.",
        ),
        sa.Column(
            "popup_until",
            sa.DateTime(timezone=True),
            autoincrement=False,
            nullable=True,
            comment="Empty: until someone unticks it.",
        ),
        sa.Column("author_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("author_name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_note_version")),
    )
    with op.batch_alter_table("note_version", schema=None) as batch_op:
        batch_op.create_index("ix_note_version_author_id", ["author_id"], unique=False)
        batch_op.create_index("ix_note_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_note_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_note_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "notification_setting_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "topic",
            sa.Enum("usage_warning", "usage_cut_off", name="topic", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "channel",
            sa.Enum("email", name="channel", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("enabled", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_notification_setting_version")),
    )
    with op.batch_alter_table("notification_setting_version", schema=None) as batch_op:
        batch_op.create_index("ix_notification_setting_version_contact_id", ["contact_id"], unique=False)
        batch_op.create_index(
            "ix_notification_setting_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index(
            "ix_notification_setting_version_transaction_id", ["transaction_id"], unique=False
        )

    op.create_table(
        "price_level",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Off the list price where the level has no price of its own; 0 to 100.",
        ),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_level")),
        sa.UniqueConstraint("name", name=op.f("uq_price_level_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "price_level_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Off the list price where the level has no price of its own; 0 to 100.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_price_level_version")),
    )
    with op.batch_alter_table("price_level_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_price_level_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_price_level_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "reseller",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.String(length=32), nullable=False, comment="Short name on reports, such as CAPE."
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "commission_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Share of each posted line, net of tax; 0 to 100.",
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="Off: no new customers."),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reseller")),
        sa.UniqueConstraint("code", name=op.f("uq_reseller_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reseller", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reseller_name"), ["name"], unique=False)

    op.create_table(
        "reseller_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "code",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Short name on reports, such as CAPE.",
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "commission_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Share of each posted line, net of tax; 0 to 100.",
        ),
        sa.Column(
            "is_active", sa.Boolean(), autoincrement=False, nullable=True, comment="Off: no new customers."
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_reseller_version")),
    )
    with op.batch_alter_table("reseller_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reseller_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_reseller_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False, comment="Whom this role is for."),
        sa.Column("permissions", sa.JSON(), nullable=False, comment="Named TABLE.VERB."),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "role_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "description",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Whom this role is for.",
        ),
        sa.Column("permissions", sa.JSON(), autoincrement=False, nullable=True, comment="Named TABLE.VERB."),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_role_version")),
    )
    with op.batch_alter_table("role_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_role_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_role_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_sha256", sa.String(length=64), nullable=False, comment="Of the e-mail as typed."),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_failure_account_sha256_at"), ["account_sha256", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_in_failure_address_at"), ["address", "at"], unique=False)

    op.create_table(
        "staff_reseller_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "staff_user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "reseller_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_staff_reseller_version")),
    )
    with op.batch_alter_table("staff_reseller_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_staff_reseller_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_staff_reseller_version_reseller_id", ["reseller_id"], unique=False)
        batch_op.create_index("ix_staff_reseller_version_staff_user_id", ["staff_user_id"], unique=False)
        batch_op.create_index("ix_staff_reseller_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "staff_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="What they sign in with."),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "title", sa.String(length=120), nullable=False, comment="Shown under the name; for people only."
        ),
        sa.Column("active", sa.Boolean(), nullable=False, comment="Off: signed out at once."),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column(
            "country",
            sa.String(length=2),
            nullable=True,
            comment="How they type phone numbers and postal codes; empty: the installation's country.",
        ),
        sa.Column(
            "theme",
            sa.Enum("system", "light", "dark", name="theme", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "density",
            sa.Enum("compact", "default", "comfortable", name="density", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("shortcuts", sa.Boolean(), nullable=False, comment="Single-key shortcuts."),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "density IN ('compact', 'default', 'comfortable')", name=op.f("ck_staff_user_density")
        ),
        sa.CheckConstraint("theme IN ('system', 'light', 'dark')", name=op.f("ck_staff_user_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_staff_user_fs_uniquifier")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_user_name"), ["name"], unique=False)

    op.create_table(
        "staff_user_role_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "staff_user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "role_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_staff_user_role_version")),
    )
    with op.batch_alter_table("staff_user_role_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_staff_user_role_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_staff_user_role_version_role_id", ["role_id"], unique=False)
        batch_op.create_index("ix_staff_user_role_version_staff_user_id", ["staff_user_id"], unique=False)
        batch_op.create_index("ix_staff_user_role_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "staff_user_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            autoincrement=False,
            nullable=True,
            comment="What they sign in with.",
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "title",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="Shown under the name; for people only.",
        ),
        sa.Column(
            "active", sa.Boolean(), autoincrement=False, nullable=True, comment="Off: signed out at once."
        ),
        sa.Column("timezone", sa.String(length=64), autoincrement=False, nullable=True),
        sa.Column(
            "country",
            sa.String(length=2),
            autoincrement=False,
            nullable=True,
            comment="How they type phone numbers and postal codes; empty: the installation's country.",
        ),
        sa.Column(
            "theme",
            sa.Enum("system", "light", "dark", name="theme", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "density",
            sa.Enum("compact", "default", "comfortable", name="density", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "shortcuts", sa.Boolean(), autoincrement=False, nullable=True, comment="Single-key shortcuts."
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_staff_user_version")),
    )
    with op.batch_alter_table("staff_user_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_staff_user_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_staff_user_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name",
            sa.String(length=120),
            nullable=False,
            comment="Short; case and accents do not make a difference.",
        ),
        sa.Column("name_norm", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False, comment="When to use it."),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name_norm", name=op.f("uq_tag_name_norm")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tag_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="Short; case and accents do not make a difference.",
        ),
        sa.Column(
            "description",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="When to use it.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_tag_version")),
    )
    with op.batch_alter_table("tag_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tag_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_tag_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "transaction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_name", sa.String(length=120), nullable=False),
        sa.Column("portal_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("impersonation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("transaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transaction_issued_at"), ["issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_transaction_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transaction_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "transaction_table",
        sa.Column(
            "transaction_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id", "table_name", name=op.f("pk_transaction_table")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False, comment="Ours, generated; never reused."),
        sa.Column(
            "kind",
            sa.Enum("customer", "organization", name="kind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "account_class",
            sa.Enum(
                "residential", "business", "corporate", name="accountclass", native_enum=False, length=24
            ),
            nullable=False,
            comment="Corporate is for organizations only.",
        ),
        sa.Column("first_name", sa.String(length=120), nullable=True, comment="Empty for an organization."),
        sa.Column(
            "last_name",
            sa.String(length=120),
            nullable=False,
            comment="Family name, or the name of the organization.",
        ),
        sa.Column("display_name", sa.String(length=241), nullable=False),
        sa.Column("name_norm", sa.String(length=300), nullable=False),
        sa.Column(
            "tax_number", sa.String(length=40), nullable=True, comment="As it has to stand on invoices."
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            nullable=True,
            comment="Where we write to; two customers may share one.",
        ),
        sa.Column("email_norm", sa.String(length=254), nullable=True),
        sa.Column(
            "phone_e164", sa.String(length=16), nullable=True, comment="Any common notation is understood."
        ),
        sa.Column(
            "locale",
            sa.String(length=16),
            nullable=False,
            comment="Language and country of what we send them.",
        ),
        sa.Column(
            "currency", sa.String(length=3), nullable=False, comment="Of everything that they are billed."
        ),
        sa.Column(
            "workflow_state",
            sa.Enum(
                "waiting_approval",
                "approved",
                "suspended",
                "closed",
                "merged",
                name="customerstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "flag",
            sa.Enum(
                "red",
                "orange",
                "yellow",
                "green",
                "blue",
                "purple",
                "CHK",
                name="flag",
                native_enum=False,
                length=24,
            ),
            nullable=True,
            comment="Needs a second look; CHK = check before acting.",
        ),
        sa.Column(
            "is_locked",
            sa.Boolean(),
            nullable=False,
            comment="Locked: edits are refused, payments still post.",
        ),
        sa.Column(
            "organization_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="The organization that the customer belongs to; at most one.",
        ),
        sa.Column(
            "bill_to_organization",
            sa.Boolean(),
            nullable=False,
            comment="Their invoices go to the organization.",
        ),
        sa.Column(
            "price_level_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Empty: the organization's level, or the list.",
        ),
        sa.Column(
            "reseller_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Who brought them.",
        ),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "payment_type",
            sa.Enum(
                "eft", "debit_order", "cash", "credit_card", name="paymenttype", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column("prepaid", sa.Boolean(), nullable=False, comment="Pays before use."),
        sa.Column("billing_day", sa.Integer(), nullable=False, comment="Day of the month, 1 to 28."),
        sa.Column(
            "terms_days", sa.Integer(), nullable=False, comment="Days until an invoice is due, 0 to 365."
        ),
        sa.Column(
            "debit_day", sa.Integer(), nullable=True, comment="Day of the month of the debit order, 1 to 31."
        ),
        sa.Column(
            "tax_exempt",
            sa.Boolean(),
            nullable=False,
            comment="No tax on new documents; posted ones keep theirs.",
        ),
        sa.Column(
            "credit_limit",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Customer's currency; empty: none.",
        ),
        sa.Column(
            "balance",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Customer's currency; positive = they owe us.",
        ),
        sa.Column("balance_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "privileges",
            sa.JSON(),
            nullable=False,
            comment="What members of an organization inherit unless their own record says otherwise.",
        ),
        sa.Column(
            "source",
            sa.Enum(
                "manager",
                "order",
                "quote",
                "portal",
                "import",
                "api",
                name="source",
                native_enum=False,
                length=24,
            ),
            nullable=False,
            comment="How the record came about.",
        ),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(workflow_state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_customer_merged_has_survivor"),
        ),
        sa.CheckConstraint(
            "account_class <> 'corporate' OR kind = 'organization'",
            name=op.f("ck_customer_corporate_is_organization"),
        ),
        sa.CheckConstraint(
            "account_class IN ('residential', 'business', 'corporate')",
            name=op.f("ck_customer_account_class"),
        ),
        sa.CheckConstraint(
            "flag IN ('red', 'orange', 'yellow', 'green', 'blue', 'purple', 'CHK')",
            name=op.f("ck_customer_flag"),
        ),
        sa.CheckConstraint(
            "kind = 'customer' OR organization_id IS NULL",
            name=op.f("ck_customer_organization_has_no_parent"),
        ),
        sa.CheckConstraint("kind IN ('customer', 'organization')", name=op.f("ck_customer_kind")),
        sa.CheckConstraint(
            "payment_type IN ('eft', 'debit_order', 'cash', 'credit_card')",
            name=op.f("ck_customer_payment_type"),
        ),
        sa.CheckConstraint(
            "source IN ('manager', 'order', 'quote', 'portal', 'import', 'api')",
            name=op.f("ck_customer_source"),
        ),
        sa.CheckConstraint(
            "workflow_state IN ('waiting_approval', 'approved', 'suspended', 'closed', 'merged')",
            name=op.f("ck_customer_workflow_state"),
        ),
        sa.CheckConstraint(
            "NOT bill_to_organization OR organization_id IS NOT NULL",
            name=op.f("ck_customer_bill_to_needs_organization"),
        ),
        sa.CheckConstraint("billing_day BETWEEN 1 AND 28", name=op.f("ck_customer_billing_day_range")),
        sa.CheckConstraint("debit_day BETWEEN 1 AND 31", name=op.f("ck_customer_debit_day_range")),
        sa.CheckConstraint("length(trim(last_name)) > 0", name=op.f("ck_customer_last_name_not_blank")),
        sa.CheckConstraint(
            "organization_id IS NULL OR organization_id <> id",
            name=op.f("ck_customer_not_its_own_organization"),
        ),
        sa.CheckConstraint("terms_days BETWEEN 0 AND 365", name=op.f("ck_customer_terms_days_range")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff_user.id"], name=op.f("fk_customer_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["customer.id"], name=op.f("fk_customer_merged_into_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["customer.id"],
            name=op.f("fk_customer_organization_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["price_level_id"],
            ["price_level.id"],
            name=op.f("fk_customer_price_level_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["reseller.id"], name=op.f("fk_customer_reseller_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_customer_account_class_name_norm_id"),
            ["account_class", "name_norm", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_customer_balance_id"), ["balance", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_email_norm"), ["email_norm"], unique=False)
        batch_op.create_index(
            "ix_customer_flag",
            ["flag", "name_norm", "id"],
            unique=False,
            sqlite_where=sa.text("flag IS NOT NULL"),
            postgresql_where=sa.text("flag IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_customer_kind_name_norm_id"), ["kind", "name_norm", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_customer_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_name_norm_id"), ["name_norm", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_customer_payment_type_name_norm_id"),
            ["payment_type", "name_norm", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_customer_phone_e164"), ["phone_e164"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_price_level_id"), ["price_level_id"], unique=False)
        batch_op.create_index("ix_customer_reseller", ["reseller_id", "name_norm", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_customer_workflow_state_name_norm_id"),
            ["workflow_state", "name_norm", "id"],
            unique=False,
        )

    op.create_table(
        "password_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("staff_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("invitation", "recovery", name="tokenpurpose", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            nullable=False,
            comment="The address it was made for; void when that changes.",
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('invitation', 'recovery')", name=op.f("ck_password_token_purpose")),
        sa.ForeignKeyConstraint(
            ["staff_user_id"],
            ["staff_user.id"],
            name=op.f("fk_password_token_staff_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_password_token_token_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("password_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_token_staff_user_id"), ["staff_user_id"], unique=False)

    op.create_table(
        "staff_reseller",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reseller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reseller_id"], ["reseller.id"], name=op.f("fk_staff_reseller_reseller_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_user_id"],
            ["staff_user.id"],
            name=op.f("fk_staff_reseller_staff_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_reseller")),
        sa.UniqueConstraint(
            "staff_user_id", "reseller_id", name=op.f("uq_staff_reseller_staff_user_id_reseller_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_reseller", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_reseller_reseller_id"), ["reseller_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_reseller_staff_user_id"), ["staff_user_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("staff_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False, comment="The browser, as it names itself."),
        sa.ForeignKeyConstraint(
            ["staff_user_id"],
            ["staff_user.id"],
            name=op.f("fk_staff_session_staff_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_staff_session_token_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_user_id"), ["staff_user_id"], unique=False)

    op.create_table(
        "staff_user_role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name=op.f("fk_staff_user_role_role_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_user_id"],
            ["staff_user.id"],
            name=op.f("fk_staff_user_role_staff_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user_role")),
        sa.UniqueConstraint(
            "staff_user_id", "role_id", name=op.f("uq_staff_user_role_staff_user_id_role_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_user_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_user_role_role_id"), ["role_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_user_role_staff_user_id"), ["staff_user_id"], unique=False)

    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("object_type", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column(
            "detail", sa.String(length=200), nullable=False, comment="The filter of an export, in words."
        ),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_access_log_customer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["staff_user_id"],
            ["staff_user.id"],
            name=op.f("fk_access_log_staff_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_log_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_log_customer_id_at"), ["customer_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_access_log_object_type_object_id_at"),
            ["object_type", "object_id", "at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_access_log_staff_user_id_at"), ["staff_user_id", "at"], unique=False
        )

    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_type", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("old_state", sa.String(length=24), nullable=True),
        sa.Column("new_state", sa.String(length=24), nullable=True),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_activity_customer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_user.id"], name=op.f("fk_activity_staff_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_customer_id_at"), ["customer_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_object_type_object_id_at"),
            ["object_type", "object_id", "at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_activity_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "address",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "bill_to", "service", "ship_to", "other", name="addressrole", native_enum=False, length=24
            ),
            nullable=False,
            comment="The Bill To is where invoices go; there is one.",
        ),
        sa.Column(
            "label", sa.String(length=120), nullable=False, comment="What staff call it, such as Warehouse."
        ),
        sa.Column(
            "attention",
            sa.String(length=120),
            nullable=False,
            comment="Person or department on the envelope.",
        ),
        sa.Column("line1", sa.String(length=120), nullable=False),
        sa.Column("line2", sa.String(length=120), nullable=False),
        sa.Column("postal_code", sa.String(length=16), nullable=True, comment="As the country writes it."),
        sa.Column("postal_norm", sa.String(length=16), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False, comment="State, province or county."),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column(
            "latitude",
            sa.Numeric(precision=9, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Degrees north; south is negative.",
        ),
        sa.Column(
            "longitude",
            sa.Numeric(precision=9, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Degrees east; west is negative.",
        ),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('bill_to', 'service', 'ship_to', 'other')", name=op.f("ck_address_role")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_address_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_address_country_postal_norm_customer_id"),
            ["country", "postal_norm", "customer_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_address_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_address_postal_norm_customer_id"), ["postal_norm", "customer_id"], unique=False
        )
        batch_op.create_index(
            "uq_address_bill_to",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("role = 'bill_to'"),
            postgresql_where=sa.text("role = 'bill_to'"),
        )

    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "primary", "billing", "technical", "general", name="contactrole", native_enum=False, length=24
            ),
            nullable=False,
            comment="At most one contact is the primary one.",
        ),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_norm", sa.String(length=254), nullable=True),
        sa.Column("phone_e164", sa.String(length=16), nullable=True),
        sa.Column(
            "alerts",
            sa.Boolean(),
            nullable=False,
            comment="Send usage warnings and cut-offs to this e-mail. Tell the contact which sender to expect.",
        ),
        sa.Column("alerts_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('primary', 'billing', 'technical', 'general')", name=op.f("ck_contact_role")
        ),
        sa.CheckConstraint("NOT alerts OR email_norm IS NOT NULL", name=op.f("ck_contact_alerts_need_email")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_email_norm"), ["email_norm"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_phone_e164"), ["phone_e164"], unique=False)
        batch_op.create_index(
            "uq_contact_primary",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("role = 'primary'"),
            postgresql_where=sa.text("role = 'primary'"),
        )

    op.create_table(
        "customer_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_tag_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name=op.f("fk_customer_tag_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_tag")),
        sa.UniqueConstraint("customer_id", "tag_id", name=op.f("uq_customer_tag_customer_id_tag_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("customer_tag", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_customer_tag_tag_id_customer_id"), ["tag_id", "customer_id"], unique=False
        )

    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("general", "billing", "debtor", name="notekind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "body",
            sa.Text(),
            nullable=False,
            comment="Facts that a colleague needs; the customer may ask to see it.",
        ),
        sa.Column(
            "popup", sa.Boolean(), nullable=False, comment="Shown in red to everyone who opens the customer."
        ),
        sa.Column(
            "popup_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Empty: until someone unticks it.",
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("search_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('general', 'billing', 'debtor')", name=op.f("ck_note_kind")),
        sa.CheckConstraint("length(trim(body)) > 0", name=op.f("ck_note_body_not_blank")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff_user.id"], name=op.f("fk_note_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_note_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_note_customer_id_created_at_id"), ["customer_id", "created_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_note_popup",
            ["customer_id"],
            unique=False,
            sqlite_where=sa.text("popup"),
            postgresql_where=sa.text("popup"),
        )

    op.create_table(
        "notification_setting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "topic",
            sa.Enum("usage_warning", "usage_cut_off", name="topic", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("channel", sa.Enum("email", name="channel", native_enum=False, length=24), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('email')", name=op.f("ck_notification_setting_channel")),
        sa.CheckConstraint(
            "topic IN ('usage_warning', 'usage_cut_off')", name=op.f("ck_notification_setting_topic")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_notification_setting_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_setting")),
        sa.UniqueConstraint(
            "contact_id", "topic", "channel", name=op.f("uq_notification_setting_contact_id_topic_channel")
        ),
        sqlite_autoincrement=True,
    )
    op.create_search("app_setting")
    op.create_search("price_level")
    op.create_search("reseller")
    op.create_search("role")
    op.create_search("staff_user")
    op.create_search("tag")
    op.create_search("customer")
    op.create_search("address")
    op.create_search("contact")
    op.create_search("note")


def downgrade() -> None:
    op.drop_search("app_setting")
    op.drop_search("price_level")
    op.drop_search("reseller")
    op.drop_search("role")
    op.drop_search("staff_user")
    op.drop_search("tag")
    op.drop_search("customer")
    op.drop_search("address")
    op.drop_search("contact")
    op.drop_search("note")
    op.drop_table("notification_setting")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index("ix_note_popup", sqlite_where=sa.text("popup"), postgresql_where=sa.text("popup"))
        batch_op.drop_index(batch_op.f("ix_note_customer_id_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_note_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_note_author_id"))

    op.drop_table("note")
    with op.batch_alter_table("customer_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_tag_tag_id_customer_id"))

    op.drop_table("customer_tag")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_primary",
            sqlite_where=sa.text("role = 'primary'"),
            postgresql_where=sa.text("role = 'primary'"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_phone_e164"))
        batch_op.drop_index(batch_op.f("ix_contact_name"))
        batch_op.drop_index(batch_op.f("ix_contact_email_norm"))
        batch_op.drop_index(batch_op.f("ix_contact_customer_id"))

    op.drop_table("contact")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_address_bill_to",
            sqlite_where=sa.text("role = 'bill_to'"),
            postgresql_where=sa.text("role = 'bill_to'"),
        )
        batch_op.drop_index(batch_op.f("ix_address_postal_norm_customer_id"))
        batch_op.drop_index(batch_op.f("ix_address_customer_id"))
        batch_op.drop_index(batch_op.f("ix_address_country_postal_norm_customer_id"))

    op.drop_table("address")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_staff_id"))
        batch_op.drop_index(batch_op.f("ix_activity_object_type_object_id_at"))
        batch_op.drop_index(batch_op.f("ix_activity_customer_id_at"))
        batch_op.drop_index(batch_op.f("ix_activity_at_id"))

    op.drop_table("activity")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_log_staff_user_id_at"))
        batch_op.drop_index(batch_op.f("ix_access_log_object_type_object_id_at"))
        batch_op.drop_index(batch_op.f("ix_access_log_customer_id_at"))
        batch_op.drop_index(batch_op.f("ix_access_log_at_id"))

    op.drop_table("access_log")
    with op.batch_alter_table("staff_user_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_user_role_staff_user_id"))
        batch_op.drop_index(batch_op.f("ix_staff_user_role_role_id"))

    op.drop_table("staff_user_role")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_user_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("staff_reseller", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_reseller_staff_user_id"))
        batch_op.drop_index(batch_op.f("ix_staff_reseller_reseller_id"))

    op.drop_table("staff_reseller")
    with op.batch_alter_table("password_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_token_staff_user_id"))

    op.drop_table("password_token")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_workflow_state_name_norm_id"))
        batch_op.drop_index(batch_op.f("ix_customer_updated_at_id"))
        batch_op.drop_index("ix_customer_reseller")
        batch_op.drop_index(batch_op.f("ix_customer_price_level_id"))
        batch_op.drop_index(batch_op.f("ix_customer_phone_e164"))
        batch_op.drop_index(batch_op.f("ix_customer_payment_type_name_norm_id"))
        batch_op.drop_index(batch_op.f("ix_customer_organization_id"))
        batch_op.drop_index(batch_op.f("ix_customer_name_norm_id"))
        batch_op.drop_index(batch_op.f("ix_customer_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_customer_kind_name_norm_id"))
        batch_op.drop_index(
            "ix_customer_flag",
            sqlite_where=sa.text("flag IS NOT NULL"),
            postgresql_where=sa.text("flag IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_customer_email_norm"))
        batch_op.drop_index(batch_op.f("ix_customer_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_customer_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_customer_balance_id"))
        batch_op.drop_index(batch_op.f("ix_customer_account_class_name_norm_id"))

    op.drop_table("customer")
    op.drop_table("transaction_table")
    with op.batch_alter_table("transaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transaction_staff_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_run_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_issued_at"))

    op.drop_table("transaction")
    with op.batch_alter_table("tag_version", schema=None) as batch_op:
        batch_op.drop_index("ix_tag_version_transaction_id")
        batch_op.drop_index(
            "ix_tag_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("tag_version")
    op.drop_table("tag")
    with op.batch_alter_table("staff_user_version", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_user_version_transaction_id")
        batch_op.drop_index(
            "ix_staff_user_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("staff_user_version")
    with op.batch_alter_table("staff_user_role_version", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_user_role_version_transaction_id")
        batch_op.drop_index("ix_staff_user_role_version_staff_user_id")
        batch_op.drop_index("ix_staff_user_role_version_role_id")
        batch_op.drop_index(
            "ix_staff_user_role_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("staff_user_role_version")
    with op.batch_alter_table("staff_user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_user_name"))

    op.drop_table("staff_user")
    with op.batch_alter_table("staff_reseller_version", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_reseller_version_transaction_id")
        batch_op.drop_index("ix_staff_reseller_version_staff_user_id")
        batch_op.drop_index("ix_staff_reseller_version_reseller_id")
        batch_op.drop_index(
            "ix_staff_reseller_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("staff_reseller_version")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_address_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_account_sha256_at"))

    op.drop_table("sign_in_failure")
    with op.batch_alter_table("role_version", schema=None) as batch_op:
        batch_op.drop_index("ix_role_version_transaction_id")
        batch_op.drop_index(
            "ix_role_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("role_version")
    op.drop_table("role")
    with op.batch_alter_table("reseller_version", schema=None) as batch_op:
        batch_op.drop_index("ix_reseller_version_transaction_id")
        batch_op.drop_index(
            "ix_reseller_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("reseller_version")
    with op.batch_alter_table("reseller", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reseller_name"))

    op.drop_table("reseller")
    with op.batch_alter_table("price_level_version", schema=None) as batch_op:
        batch_op.drop_index("ix_price_level_version_transaction_id")
        batch_op.drop_index(
            "ix_price_level_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("price_level_version")
    op.drop_table("price_level")
    with op.batch_alter_table("notification_setting_version", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_setting_version_transaction_id")
        batch_op.drop_index(
            "ix_notification_setting_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_notification_setting_version_contact_id")

    op.drop_table("notification_setting_version")
    with op.batch_alter_table("note_version", schema=None) as batch_op:
        batch_op.drop_index("ix_note_version_transaction_id")
        batch_op.drop_index(
            "ix_note_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_note_version_customer_id")
        batch_op.drop_index("ix_note_version_author_id")

    op.drop_table("note_version")
    with op.batch_alter_table("customer_version", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_version_transaction_id")
        batch_op.drop_index("ix_customer_version_reseller_id")
        batch_op.drop_index("ix_customer_version_price_level_id")
        batch_op.drop_index("ix_customer_version_organization_id")
        batch_op.drop_index("ix_customer_version_merged_into_id")
        batch_op.drop_index(
            "ix_customer_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_customer_version_created_by_id")

    op.drop_table("customer_version")
    with op.batch_alter_table("customer_tag_version", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_tag_version_transaction_id")
        batch_op.drop_index("ix_customer_tag_version_tag_id")
        batch_op.drop_index(
            "ix_customer_tag_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_customer_tag_version_customer_id")

    op.drop_table("customer_tag_version")
    op.drop_table("counter")
    with op.batch_alter_table("contact_version", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_version_transaction_id")
        batch_op.drop_index(
            "ix_contact_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_contact_version_customer_id")

    op.drop_table("contact_version")
    with op.batch_alter_table("app_setting_version", schema=None) as batch_op:
        batch_op.drop_index("ix_app_setting_version_transaction_id")
        batch_op.drop_index(
            "ix_app_setting_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("app_setting_version")
    op.drop_table("app_setting")
    with op.batch_alter_table("address_version", schema=None) as batch_op:
        batch_op.drop_index("ix_address_version_transaction_id")
        batch_op.drop_index(
            "ix_address_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_address_version_customer_id")

    op.drop_table("address_version")
