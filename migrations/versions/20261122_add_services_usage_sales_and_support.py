"""add_services_usage_sales_and_support"""

import sqlalchemy as sa
from alembic import op

revision = "b545cb66548e"
down_revision = "cdac09491bd0"
branch_labels = None
depends_on = None


BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = {"sqlite_autoincrement": True}
TOPICS = ("usage_warning", "usage_cut_off", "invoice", "suspension", "ticket", "outage")


def upgrade() -> None:
    op.create_table(
        "account_code_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("code", sa.String(length=32), autoincrement=False, nullable=True),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "is_verified",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Calls without this code are refused.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_account_code_version")),
    )
    with op.batch_alter_table("account_code_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_code_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_account_code_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_account_code_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "bundle_item_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "bundle_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("quantity", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_bundle_item_version")),
    )
    with op.batch_alter_table("bundle_item_version", schema=None) as batch_op:
        batch_op.create_index("ix_bundle_item_version_bundle_id", ["bundle_id"], unique=False)
        batch_op.create_index(
            "ix_bundle_item_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_bundle_item_version_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_bundle_item_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "data_account_version",
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
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "username",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="As the equipment sends it; nobody else's.",
        ),
        sa.Column(
            "static_ip",
            sa.String(length=45),
            autoincrement=False,
            nullable=True,
            comment="Empty: a new one for each session.",
        ),
        sa.Column(
            "profile",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="What the network knows it as, such as a speed.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "active", "suspended", "cancelled", name="dataaccountstate", native_enum=False, length=24
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "suspended_by",
            sa.Enum("manual", "account", name="suspendedby", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "cap_mb", sa.Integer(), autoincrement=False, nullable=True, comment="MB a month; empty: no limit."
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_data_account_version")),
    )
    with op.batch_alter_table("data_account_version", schema=None) as batch_op:
        batch_op.create_index("ix_data_account_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_data_account_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_data_account_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_data_account_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "department",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "email",
            sa.String(length=254),
            nullable=True,
            comment="Where it is told of new tickets; empty: nowhere.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "department_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "email",
            sa.String(length=254),
            autoincrement=False,
            nullable=True,
            comment="Where it is told of new tickets; empty: nowhere.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_department_version")),
    )
    with op.batch_alter_table("department_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_department_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_department_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "document_version",
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
            "category",
            sa.Enum(
                "service_application",
                "site_survey",
                "job_card",
                "eft_letter",
                "debit_order_authority",
                "letter",
                "photo",
                "other",
                name="documentcategory",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "name",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="As the file is called when it is downloaded. Empty: as it is called now.",
        ),
        sa.Column("media_type", sa.String(length=40), autoincrement=False, nullable=True),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("sha256", sa.String(length=64), autoincrement=False, nullable=True),
        sa.Column(
            "state",
            sa.Enum("pending", "approved", "rejected", name="documentstate", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "remark",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Of who approves or installs.",
        ),
        sa.Column("uploaded_by_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_document_version")),
    )
    with op.batch_alter_table("document_version", schema=None) as batch_op:
        batch_op.create_index("ix_document_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_document_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_document_version_transaction_id", ["transaction_id"], unique=False)
        batch_op.create_index("ix_document_version_uploaded_by_id", ["uploaded_by_id"], unique=False)

    op.create_table(
        "facility_version",
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
            "address_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "circuit",
                "port",
                "tower_link",
                "cpe",
                "number_block",
                "other",
                name="facilitykind",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "identifier",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Circuit id, port or serial number.",
        ),
        sa.Column(
            "carrier",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="Whose it is, if not ours.",
        ),
        sa.Column(
            "state",
            sa.Enum("planned", "in_service", "removed", name="facilitystate", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("remark", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_facility_version")),
    )
    with op.batch_alter_table("facility_version", schema=None) as batch_op:
        batch_op.create_index("ix_facility_version_address_id", ["address_id"], unique=False)
        batch_op.create_index("ix_facility_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_facility_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_facility_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_facility_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "order_line_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "sales_order_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Which of theirs is changed, moved or ended; what a new one became, once it is completed.",
        ),
        sa.Column(
            "description",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Empty: the name of the product.",
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=10, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "unit_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Empty: the price that this customer has.",
        ),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "setup_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Once, per piece. Empty: as in the price.",
        ),
        sa.Column(
            "tax_percent",
            sa.Numeric(precision=7, scale=4).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "net",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "tax",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_order_line_version")),
    )
    with op.batch_alter_table("order_line_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_line_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_order_line_version_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_order_line_version_sales_order_id", ["sales_order_id"], unique=False)
        batch_op.create_index("ix_order_line_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_order_line_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "package_change_version",
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
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "from_product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "to_product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "effective_date",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="First day of the new package.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "applied",
                "cancelled",
                "failed",
                name="packagechangestate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "prorate",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Charge both packages by the day.",
        ),
        sa.Column("submitted_by_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("submitted_by_name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column(
            "error",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Why it could not be done.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_package_change_version")),
    )
    with op.batch_alter_table("package_change_version", schema=None) as batch_op:
        batch_op.create_index("ix_package_change_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_package_change_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_package_change_version_from_product_id", ["from_product_id"], unique=False)
        batch_op.create_index("ix_package_change_version_submitted_by_id", ["submitted_by_id"], unique=False)
        batch_op.create_index("ix_package_change_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_package_change_version_to_product_id", ["to_product_id"], unique=False)
        batch_op.create_index("ix_package_change_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "price_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "price_level_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Empty: the list price.",
        ),
        sa.Column("currency", sa.String(length=3), autoincrement=False, nullable=True),
        sa.Column(
            "amount",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Per period, without tax.",
        ),
        sa.Column(
            "setup_amount",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Once, when it begins.",
        ),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column(
            "valid_to",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="First day on which it is over; empty: open.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_price_version")),
    )
    with op.batch_alter_table("price_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_price_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_price_version_price_level_id", ["price_level_id"], unique=False)
        batch_op.create_index("ix_price_version_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_price_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "product_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "sku",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Ours, short, such as FIBRE-100.",
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "line",
            sa.Enum("traditional", "integrated", name="productline", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
            comment="Integrated: a bundle of other products.",
        ),
        sa.Column(
            "family",
            sa.Enum(
                "voice",
                "local",
                "long_distance",
                "tollfree",
                "calling_card",
                "cable",
                "internet",
                "dedicated",
                "voicemail",
                "wireless",
                "device",
                "fixed",
                "misc",
                name="family",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "charge",
            sa.Enum("recurring", "one_time", "usage", name="charge", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "period_months",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="Months in a period: 1, 3, 6 or 12.",
        ),
        sa.Column(
            "tax_code",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Code of the tax rates; empty: no tax.",
        ),
        sa.Column(
            "rate_plan_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="For what is charged by use.",
        ),
        sa.Column(
            "attribute_schema",
            sa.JSON(),
            autoincrement=False,
            nullable=True,
            comment="What is asked of each subscription, such as speed or serial number.",
        ),
        sa.Column(
            "pause_billing_when_suspended",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Off: billed on while suspended.",
        ),
        sa.Column(
            "is_active",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="Off: no longer sold; those sold stay.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_product_version")),
    )
    with op.batch_alter_table("product_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_product_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_product_version_rate_plan_id", ["rate_plan_id"], unique=False)
        batch_op.create_index("ix_product_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "quote_line_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "quote_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "description",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Empty: the name of the product.",
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=10, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "unit_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Empty: the price that this customer has.",
        ),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "setup_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Once, per piece. Empty: as in the price.",
        ),
        sa.Column(
            "tax_percent",
            sa.Numeric(precision=7, scale=4).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "net",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "tax",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_quote_line_version")),
    )
    with op.batch_alter_table("quote_line_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_quote_line_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_quote_line_version_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_quote_line_version_quote_id", ["quote_id"], unique=False)
        batch_op.create_index("ix_quote_line_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "quote_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "number",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Ours, generated; never reused.",
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "accepted",
                "declined",
                "expired",
                "converted",
                name="quotestate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "valid_until",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="First day on which it no longer holds.",
        ),
        sa.Column(
            "remark",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Printed below the lines.",
        ),
        sa.Column(
            "owner_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "currency",
            sa.String(length=3),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "net",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "tax",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "total",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "sent_at",
            sa.DateTime(timezone=True),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_quote_version")),
    )
    with op.batch_alter_table("quote_version", schema=None) as batch_op:
        batch_op.create_index("ix_quote_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_quote_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_quote_version_owner_id", ["owner_id"], unique=False)
        batch_op.create_index("ix_quote_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "rate_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "unit",
            sa.Enum("minute", "message", "mb", name="rateunit", native_enum=False, length=24),
            nullable=False,
            comment="What the rates are for.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("unit IN ('minute', 'message', 'mb')", name=op.f("ck_rate_plan_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_rate_plan_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("rate_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_plan_name"), ["name"], unique=False)

    op.create_table(
        "rate_plan_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("code", sa.String(length=32), autoincrement=False, nullable=True),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("currency", sa.String(length=3), autoincrement=False, nullable=True),
        sa.Column(
            "unit",
            sa.Enum("minute", "message", "mb", name="rateunit", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
            comment="What the rates are for.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_rate_plan_version")),
    )
    with op.batch_alter_table("rate_plan_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rate_plan_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_rate_plan_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "rate_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "rate_plan_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "prefix",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="First digits of the number called, with country code; empty: any.",
        ),
        sa.Column("destination", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column(
            "connect_fee",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Once per call.",
        ),
        sa.Column(
            "initial_rate",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Per unit during the first interval; empty: as afterwards.",
        ),
        sa.Column(
            "rate",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Per minute, message or MB.",
        ),
        sa.Column(
            "initial_interval",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="Seconds billed at the least.",
        ),
        sa.Column(
            "increment",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="Seconds by which it then counts on.",
        ),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column(
            "valid_to",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="First day on which it is over; empty: open.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_rate_version")),
    )
    with op.batch_alter_table("rate_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rate_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_rate_version_rate_plan_id", ["rate_plan_id"], unique=False)
        batch_op.create_index("ix_rate_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "sales_order_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "number",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Ours, generated; never reused.",
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum("new", "change", "move", "cancel", name="orderkind", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "in_progress",
                "completed",
                "cancelled",
                name="orderstate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "requested_date",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="When they would like to have it.",
        ),
        sa.Column(
            "address_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "remark",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="For those who carry it out.",
        ),
        sa.Column(
            "owner_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "quote_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "currency",
            sa.String(length=3),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "net",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "tax",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "total",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "completed_at",
            sa.DateTime(timezone=True),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_sales_order_version")),
    )
    with op.batch_alter_table("sales_order_version", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_version_address_id", ["address_id"], unique=False)
        batch_op.create_index("ix_sales_order_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_sales_order_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_sales_order_version_owner_id", ["owner_id"], unique=False)
        batch_op.create_index("ix_sales_order_version_quote_id", ["quote_id"], unique=False)
        batch_op.create_index("ix_sales_order_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "sim_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sim_group")),
        sa.UniqueConstraint("name", name=op.f("uq_sim_group_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sim_group_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(length=120), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_sim_group_version")),
    )
    with op.batch_alter_table("sim_group_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sim_group_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_sim_group_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "sim_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "iccid",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="18 to 20 digits, as printed on the card.",
        ),
        sa.Column("imsi", sa.String(length=32), autoincrement=False, nullable=True, comment="15 digits."),
        sa.Column(
            "msisdn_e164",
            sa.String(length=16),
            autoincrement=False,
            nullable=True,
            comment="Its telephone number.",
        ),
        sa.Column(
            "alias",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="What staff call it, such as Gate camera.",
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("assigned_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column(
            "sim_group_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "inactive",
                "active",
                "suspended",
                "cut_off",
                "terminated",
                name="simstate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "warning_mb",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="MB in a month that cause a warning.",
        ),
        sa.Column(
            "cutoff_mb",
            sa.Integer(),
            autoincrement=False,
            nullable=True,
            comment="MB in a month at which it is cut off.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_sim_version")),
    )
    with op.batch_alter_table("sim_version", schema=None) as batch_op:
        batch_op.create_index("ix_sim_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_sim_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_sim_version_sim_group_id", ["sim_group_id"], unique=False)
        batch_op.create_index("ix_sim_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_sim_version_transaction_id", ["transaction_id"], unique=False)
        batch_op.create_index("ix_sim_version_updated_at_id", ["updated_at", "id"], unique=False)

    op.create_table(
        "subscription_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "number",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Ours, generated; never reused.",
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "parent_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="The bundle that it is a part of.",
        ),
        sa.Column(
            "address_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Where it is delivered.",
        ),
        sa.Column(
            "label",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="What the customer calls it.",
        ),
        sa.Column(
            "identifier",
            sa.String(length=200),
            autoincrement=False,
            nullable=True,
            comment="Serial number, card number or the like, by which it is found.",
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=10, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "price_override",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Customer's currency, per period; empty: the price of their level.",
        ),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "suspended",
                "cancelled",
                name="subscriptionstate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "start_date", sa.Date(), autoincrement=False, nullable=True, comment="First day of service."
        ),
        sa.Column(
            "end_date",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="First day without it; in the future: it will end.",
        ),
        sa.Column("attributes", sa.JSON(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_subscription_version")),
    )
    with op.batch_alter_table("subscription_version", schema=None) as batch_op:
        batch_op.create_index("ix_subscription_version_address_id", ["address_id"], unique=False)
        batch_op.create_index("ix_subscription_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_subscription_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_subscription_version_parent_id", ["parent_id"], unique=False)
        batch_op.create_index("ix_subscription_version_product_id", ["product_id"], unique=False)
        batch_op.create_index("ix_subscription_version_transaction_id", ["transaction_id"], unique=False)
        batch_op.create_index("ix_subscription_version_updated_at_id", ["updated_at", "id"], unique=False)

    op.create_table(
        "suspension_version",
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
            "reason",
            sa.Enum("overdue", "manual", name="suspensionreason", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "warned_1",
                "warned_2",
                "suspended",
                "paused",
                "ended",
                name="suspensionstate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("oldest_due_date", sa.Date(), autoincrement=False, nullable=True),
        sa.Column(
            "overdue_amount",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Customer's currency, when proposed.",
        ),
        sa.Column("approved_by_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("warned_1_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("warned_2_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum("paid", "manual", "cancelled", name="endreason", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_suspension_version")),
    )
    with op.batch_alter_table("suspension_version", schema=None) as batch_op:
        batch_op.create_index("ix_suspension_version_approved_by_id", ["approved_by_id"], unique=False)
        batch_op.create_index("ix_suspension_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_suspension_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_suspension_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "tax_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.String(length=32), nullable=False, comment="What products refer to, such as VAT."
        ),
        sa.Column("name", sa.String(length=120), nullable=False, comment="As it stands on invoices."),
        sa.Column(
            "percent",
            sa.Numeric(precision=7, scale=4).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column(
            "tax_area",
            sa.String(length=120),
            nullable=False,
            comment="State or province of the Bill To; empty: the whole country.",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "valid_to", sa.Date(), nullable=True, comment="First day on which it is over; empty: open."
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent >= 0", name=op.f("ck_tax_rate_percent_not_negative")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_tax_rate_valid_in_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint(
            "code",
            "country",
            "tax_area",
            "valid_from",
            name=op.f("uq_tax_rate_code_country_tax_area_valid_from"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tax_rate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tax_rate_code"), ["code"], unique=False)

    op.create_table(
        "tax_rate_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "code",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="What products refer to, such as VAT.",
        ),
        sa.Column(
            "name",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="As it stands on invoices.",
        ),
        sa.Column(
            "percent",
            sa.Numeric(precision=7, scale=4).with_variant(sa.BigInteger(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("country", sa.String(length=2), autoincrement=False, nullable=True),
        sa.Column(
            "tax_area",
            sa.String(length=120),
            autoincrement=False,
            nullable=True,
            comment="State or province of the Bill To; empty: the whole country.",
        ),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column(
            "valid_to",
            sa.Date(),
            autoincrement=False,
            nullable=True,
            comment="First day on which it is over; empty: open.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_tax_rate_version")),
    )
    with op.batch_alter_table("tax_rate_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tax_rate_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_tax_rate_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "ticket_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "number",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="Ours, generated; never reused.",
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum("helpdesk", "task", name="ticketkind", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("subject", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column(
            "body",
            sa.Text(),
            autoincrement=False,
            nullable=True,
            comment="What it is about, in the words of who asks.",
        ),
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "open",
                "pending",
                "resolved",
                "closed",
                name="ticketstate",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "department_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "owner_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_ticket_version")),
    )
    with op.batch_alter_table("ticket_version", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_version_created_by_id", ["created_by_id"], unique=False)
        batch_op.create_index("ix_ticket_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_ticket_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_ticket_version_department_id", ["department_id"], unique=False)
        batch_op.create_index("ix_ticket_version_owner_id", ["owner_id"], unique=False)
        batch_op.create_index("ix_ticket_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_ticket_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "usage_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name", sa.String(length=200), nullable=False, comment="As it was called where it came from."
        ),
        sa.Column(
            "format",
            sa.Enum(
                "csv", "asterisk", "freeswitch", "radius", name="usageformat", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum("panel", "command", "folder", name="fileway", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=24), nullable=False, comment="The system that counted it."),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes of text."),
        sa.Column(
            "stored", sa.String(length=200), nullable=False, comment="Name in the store of the installation."
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "reading",
                "done",
                "refused",
                "cancelled",
                name="usagefilestate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("offset", sa.BigInteger(), nullable=False, comment="Bytes that are read and stored."),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="Lines that are read and stored."),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("repeated", sa.BigInteger(), nullable=False, comment="Known before."),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("unrated", sa.BigInteger(), nullable=False, comment="Added, but without a price."),
        sa.Column("why", sa.Text(), nullable=False, comment="Why the file as a whole was refused."),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "format IN ('csv', 'asterisk', 'freeswitch', 'radius')", name=op.f("ck_usage_file_format")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'reading', 'done', 'refused', 'cancelled')",
            name=op.f("ck_usage_file_state"),
        ),
        sa.CheckConstraint("way IN ('panel', 'command', 'folder')", name=op.f("ck_usage_file_way")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_file")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("usage_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usage_file_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_file_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "voip_line_version",
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
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "number_e164",
            sa.String(length=16),
            autoincrement=False,
            nullable=True,
            comment="Any common notation is understood.",
        ),
        sa.Column(
            "state",
            sa.Enum("active", "suspended", "cancelled", name="voiplinestate", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "rate_plan_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="What its calls cost.",
        ),
        sa.Column(
            "bill_line",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="The line itself is on the invoice.",
        ),
        sa.Column(
            "call_import",
            sa.Enum("manual", "automatic", name="callimport", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
            comment="How its calls come in.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_voip_line_version")),
    )
    with op.batch_alter_table("voip_line_version", schema=None) as batch_op:
        batch_op.create_index("ix_voip_line_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_voip_line_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_voip_line_version_rate_plan_id", ["rate_plan_id"], unique=False)
        batch_op.create_index("ix_voip_line_version_subscription_id", ["subscription_id"], unique=False)
        batch_op.create_index("ix_voip_line_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "department_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["department.id"], name=op.f("fk_department_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_search")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=32), nullable=False, comment="Ours, short, such as FIBRE-100."),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "line",
            sa.Enum("traditional", "integrated", name="productline", native_enum=False, length=24),
            nullable=False,
            comment="Integrated: a bundle of other products.",
        ),
        sa.Column(
            "family",
            sa.Enum(
                "voice",
                "local",
                "long_distance",
                "tollfree",
                "calling_card",
                "cable",
                "internet",
                "dedicated",
                "voicemail",
                "wireless",
                "device",
                "fixed",
                "misc",
                name="family",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "charge",
            sa.Enum("recurring", "one_time", "usage", name="charge", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "period_months", sa.Integer(), nullable=False, comment="Months in a period: 1, 3, 6 or 12."
        ),
        sa.Column(
            "tax_code", sa.String(length=32), nullable=True, comment="Code of the tax rates; empty: no tax."
        ),
        sa.Column(
            "rate_plan_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="For what is charged by use.",
        ),
        sa.Column(
            "attribute_schema",
            sa.JSON(),
            nullable=False,
            comment="What is asked of each subscription, such as speed or serial number.",
        ),
        sa.Column(
            "pause_billing_when_suspended",
            sa.Boolean(),
            nullable=False,
            comment="Off: billed on while suspended.",
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="Off: no longer sold; those sold stay."),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "charge <> 'usage' OR rate_plan_id IS NOT NULL", name=op.f("ck_product_usage_needs_rates")
        ),
        sa.CheckConstraint("charge IN ('recurring', 'one_time', 'usage')", name=op.f("ck_product_charge")),
        sa.CheckConstraint(
            "family IN ('voice', 'local', 'long_distance', 'tollfree', 'calling_card', 'cable', 'internet', 'dedicated', 'voicemail', 'wireless', 'device', 'fixed', 'misc')",
            name=op.f("ck_product_family"),
        ),
        sa.CheckConstraint("line IN ('traditional', 'integrated')", name=op.f("ck_product_line")),
        sa.CheckConstraint("period_months IN (1, 3, 6, 12)", name=op.f("ck_product_period_months_known")),
        sa.ForeignKeyConstraint(
            ["rate_plan_id"], ["rate_plan.id"], name=op.f("fk_product_rate_plan_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("sku", name=op.f("uq_product_sku")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_rate_plan_id"), ["rate_plan_id"], unique=False)

    op.create_table(
        "rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rate_plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "prefix",
            sa.String(length=32),
            nullable=False,
            comment="First digits of the number called, with country code; empty: any.",
        ),
        sa.Column("destination", sa.String(length=120), nullable=False),
        sa.Column(
            "connect_fee",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Once per call.",
        ),
        sa.Column(
            "initial_rate",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Per unit during the first interval; empty: as afterwards.",
        ),
        sa.Column(
            "rate",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Per minute, message or MB.",
        ),
        sa.Column("initial_interval", sa.Integer(), nullable=False, comment="Seconds billed at the least."),
        sa.Column("increment", sa.Integer(), nullable=False, comment="Seconds by which it then counts on."),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "valid_to", sa.Date(), nullable=True, comment="First day on which it is over; empty: open."
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("prefix NOT LIKE '%+%'", name=op.f("ck_rate_prefix_is_digits")),
        sa.CheckConstraint("connect_fee >= 0 AND rate >= 0", name=op.f("ck_rate_not_negative")),
        sa.CheckConstraint("increment >= 1", name=op.f("ck_rate_increment_range")),
        sa.CheckConstraint("initial_interval >= 0", name=op.f("ck_rate_initial_interval_range")),
        sa.CheckConstraint(
            "initial_rate IS NULL OR initial_rate >= 0", name=op.f("ck_rate_initial_rate_not_negative")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_rate_valid_in_order")),
        sa.ForeignKeyConstraint(
            ["rate_plan_id"], ["rate_plan.id"], name=op.f("fk_rate_rate_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
        sa.UniqueConstraint(
            "rate_plan_id", "prefix", "valid_from", name=op.f("uq_rate_rate_plan_id_prefix_valid_from")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rate_plan_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["rate_plan.id"], name=op.f("fk_rate_plan_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_plan_search")),
    )
    op.create_table(
        "sim_group_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["sim_group.id"], name=op.f("fk_sim_group_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sim_group_search")),
    )
    op.create_table(
        "tax_rate_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["tax_rate.id"], name=op.f("fk_tax_rate_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate_search")),
    )
    op.create_table(
        "usage_refusal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("usage_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column(
            "text",
            sa.Text(),
            nullable=False,
            comment="As it stood in the file, cut off where it is enormous.",
        ),
        sa.ForeignKeyConstraint(
            ["usage_file_id"],
            ["usage_file.id"],
            name=op.f("fk_usage_refusal_usage_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_refusal")),
        sa.UniqueConstraint("usage_file_id", "line", name=op.f("uq_usage_refusal_usage_file_id_line")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bundle_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bundle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bundle_id <> product_id", name=op.f("ck_bundle_item_not_itself")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_bundle_item_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["product.id"], name=op.f("fk_bundle_item_bundle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_bundle_item_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_item")),
        sa.UniqueConstraint("bundle_id", "product_id", name=op.f("uq_bundle_item_bundle_id_product_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bundle_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundle_item_bundle_id"), ["bundle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bundle_item_product_id"), ["product_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "service_application",
                "site_survey",
                "job_card",
                "eft_letter",
                "debit_order_authority",
                "letter",
                "photo",
                "other",
                name="documentcategory",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "name",
            sa.String(length=200),
            nullable=False,
            comment="As the file is called when it is downloaded. Empty: as it is called now.",
        ),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "approved", "rejected", name="documentstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("remark", sa.String(length=200), nullable=False, comment="Of who approves or installs."),
        sa.Column("uploaded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "category IN ('service_application', 'site_survey', 'job_card', 'eft_letter', 'debit_order_authority', 'letter', 'photo', 'other')",
            name=op.f("ck_document_category"),
        ),
        sa.CheckConstraint("state IN ('pending', 'approved', 'rejected')", name=op.f("ck_document_state")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_document_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["staff_user.id"],
            name=op.f("fk_document_uploaded_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_customer_id_created_at"), ["customer_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_uploaded_by_id"), ["uploaded_by_id"], unique=False)

    op.create_table(
        "price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "price_level_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Empty: the list price.",
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "amount",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Per period, without tax.",
        ),
        sa.Column(
            "setup_amount",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
            comment="Once, when it begins.",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "valid_to", sa.Date(), nullable=True, comment="First day on which it is over; empty: open."
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0 AND setup_amount >= 0", name=op.f("ck_price_amounts_not_negative")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_price_valid_in_order")),
        sa.ForeignKeyConstraint(
            ["price_level_id"], ["price_level.id"], name=op.f("fk_price_price_level_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_price_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_price_level_id"), ["price_level_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_price_product_id"), ["product_id"], unique=False)
        batch_op.create_index(
            "uq_price_level",
            ["product_id", "price_level_id", "currency", "valid_from"],
            unique=True,
            sqlite_where=sa.text("price_level_id IS NOT NULL"),
            postgresql_where=sa.text("price_level_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_price_list",
            ["product_id", "currency", "valid_from"],
            unique=True,
            sqlite_where=sa.text("price_level_id IS NULL"),
            postgresql_where=sa.text("price_level_id IS NULL"),
        )

    op.create_table(
        "product_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["product.id"], name=op.f("fk_product_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_search")),
    )
    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False, comment="Ours, generated; never reused."),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "accepted",
                "declined",
                "expired",
                "converted",
                name="quotestate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("valid_until", sa.Date(), nullable=True, comment="First day on which it no longer holds."),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "net", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column(
            "total", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column("remark", sa.String(length=200), nullable=False, comment="Printed below the lines."),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Portal log-in that accepted or declined.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'accepted', 'declined', 'expired', 'converted')",
            name=op.f("ck_quote_state"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_quote_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_user.id"], name=op.f("fk_quote_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("number", name=op.f("uq_quote_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quote_customer_id_created_at"), ["customer_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quote_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quote_state_valid_until"), ["state", "valid_until"], unique=False
        )

    op.create_table(
        "rate_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["rate.id"], name=op.f("fk_rate_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_search")),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("overdue", "manual", name="suspensionreason", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "warned_1",
                "warned_2",
                "suspended",
                "paused",
                "ended",
                name="suspensionstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("oldest_due_date", sa.Date(), nullable=True),
        sa.Column(
            "overdue_amount",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Customer's currency, when proposed.",
        ),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_1_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_2_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum("paid", "manual", "cancelled", name="endreason", native_enum=False, length=24),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_suspension_ended_has_moment")
        ),
        sa.CheckConstraint(
            "end_reason IN ('paid', 'manual', 'cancelled')", name=op.f("ck_suspension_end_reason")
        ),
        sa.CheckConstraint("reason IN ('overdue', 'manual')", name=op.f("ck_suspension_reason")),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'warned_1', 'warned_2', 'suspended', 'paused', 'ended')",
            name=op.f("ck_suspension_state"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["staff_user.id"],
            name=op.f("fk_suspension_approved_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_suspension_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_approved_by_id"), ["approved_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suspension_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_suspension_state_oldest_due_date"), ["state", "oldest_due_date"], unique=False
        )
        batch_op.create_index(
            "uq_suspension_open",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )

    op.create_table(
        "usage_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("voice", "sms", "data", name="usagekind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "device_type",
            sa.Enum(
                "data_account",
                "voip_line",
                "sim",
                "account_code",
                name="devicetype",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="In UTC."),
        sa.Column(
            "records",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Calls, messages or sessions.",
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=False, comment="Seconds, messages or bytes."),
        sa.Column(
            "amount",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
        sa.CheckConstraint(
            "device_type IN ('data_account', 'voip_line', 'sim', 'account_code')",
            name=op.f("ck_usage_day_device_type"),
        ),
        sa.CheckConstraint("kind IN ('voice', 'sms', 'data')", name=op.f("ck_usage_day_kind")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_usage_day_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_day")),
        sa.UniqueConstraint(
            "customer_id",
            "kind",
            "device_type",
            "device_id",
            "day",
            name=op.f("uq_usage_day_customer_id_kind_device_type_device_id_day"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("usage_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_usage_day_device_type_device_id_day"),
            ["device_type", "device_id", "day"],
            unique=False,
        )

    op.create_table(
        "document_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["document.id"], name=op.f("fk_document_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_search")),
    )
    op.create_table(
        "quote_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "description", sa.String(length=200), nullable=False, comment="Empty: the name of the product."
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=10, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "unit_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Empty: the price that this customer has.",
        ),
        sa.Column(
            "setup_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Once, per piece. Empty: as in the price.",
        ),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "tax_percent",
            sa.Numeric(precision=7, scale=4).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "net", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("discount_percent >= 0", name=op.f("ck_quote_line_discount_not_negative")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quote_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_quote_line_product_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_quote_line_quote_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_line_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_line_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "quote_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["quote.id"], name=op.f("fk_quote_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_search")),
    )
    op.create_table(
        "sales_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False, comment="Ours, generated; never reused."),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("new", "change", "move", "cancel", name="orderkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "in_progress",
                "completed",
                "cancelled",
                name="orderstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("requested_date", sa.Date(), nullable=True, comment="When they would like to have it."),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "net", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column(
            "total", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column("remark", sa.String(length=200), nullable=False, comment="For those who carry it out."),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('new', 'change', 'move', 'cancel')", name=op.f("ck_sales_order_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'in_progress', 'completed', 'cancelled')",
            name=op.f("ck_sales_order_state"),
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_sales_order_address_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_sales_order_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_user.id"], name=op.f("fk_sales_order_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_sales_order_quote_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("number", name=op.f("uq_sales_order_number")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_sales_order_quote_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sales_order_address_id"), ["address_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sales_order_customer_id_created_at"), ["customer_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_order_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sales_order_state_created_at"), ["state", "created_at"], unique=False
        )

    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False, comment="Ours, generated; never reused."),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "parent_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="The bundle that it is a part of.",
        ),
        sa.Column(
            "address_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Where it is delivered.",
        ),
        sa.Column("label", sa.String(length=120), nullable=False, comment="What the customer calls it."),
        sa.Column(
            "identifier",
            sa.String(length=200),
            nullable=True,
            comment="Serial number, card number or the like, by which it is found.",
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=10, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "price_override",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Customer's currency, per period; empty: the price of their level.",
        ),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "suspended",
                "cancelled",
                name="subscriptionstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("start_date", sa.Date(), nullable=True, comment="First day of service."),
        sa.Column(
            "end_date", sa.Date(), nullable=True, comment="First day without it; in the future: it will end."
        ),
        sa.Column("billed_through", sa.Date(), nullable=True, comment="First day that is not billed yet."),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column(
            "secrets",
            sa.Text(),
            nullable=True,
            comment="Attributes that are secret, such as a PIN, encrypted.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'active' OR start_date IS NOT NULL", name=op.f("ck_subscription_active_has_start")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'active', 'suspended', 'cancelled')", name=op.f("ck_subscription_state")
        ),
        sa.CheckConstraint("discount_percent >= 0", name=op.f("ck_subscription_discount_not_negative")),
        sa.CheckConstraint(
            "end_date IS NULL OR start_date IS NULL OR end_date >= start_date",
            name=op.f("ck_subscription_ends_after_start"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_subscription_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_subscription_address_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_subscription_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["subscription.id"], name=op.f("fk_subscription_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_subscription_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("number", name=op.f("uq_subscription_number")),
        postgresql_with={"fillfactor": 50},
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_address_id"), ["address_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_subscription_customer_id_state"), ["customer_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_subscription_due",
            ["billed_through"],
            unique=False,
            sqlite_where=sa.text("state IN ('active', 'suspended')"),
            postgresql_where=sa.text("state IN ('active', 'suspended')"),
        )
        batch_op.create_index(batch_op.f("ix_subscription_identifier"), ["identifier"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscription_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_subscription_product_id_state"), ["product_id", "state"], unique=False
        )

    op.create_table(
        "account_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "is_verified", sa.Boolean(), nullable=False, comment="Calls without this code are refused."
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_account_code_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_code")),
        sa.UniqueConstraint("subscription_id", "code", name=op.f("uq_account_code_subscription_id_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "data_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "username",
            sa.String(length=200),
            nullable=False,
            comment="As the equipment sends it; nobody else's.",
        ),
        sa.Column("secret", sa.Text(), nullable=True, comment="Its password, encrypted."),
        sa.Column(
            "static_ip", sa.String(length=45), nullable=True, comment="Empty: a new one for each session."
        ),
        sa.Column(
            "profile",
            sa.String(length=120),
            nullable=True,
            comment="What the network knows it as, such as a speed.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "active", "suspended", "cancelled", name="dataaccountstate", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "suspended_by",
            sa.Enum("manual", "account", name="suspendedby", native_enum=False, length=24),
            nullable=True,
        ),
        sa.Column("cap_mb", sa.Integer(), nullable=True, comment="MB a month; empty: no limit."),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'suspended') = (suspended_by IS NOT NULL)",
            name=op.f("ck_data_account_suspended_by_someone"),
        ),
        sa.CheckConstraint(
            "state IN ('active', 'suspended', 'cancelled')", name=op.f("ck_data_account_state")
        ),
        sa.CheckConstraint(
            "suspended_by IN ('manual', 'account')", name=op.f("ck_data_account_suspended_by")
        ),
        sa.CheckConstraint("cap_mb IS NULL OR cap_mb >= 0", name=op.f("ck_data_account_cap_not_negative")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_data_account_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_data_account_subscription_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_account")),
        sa.UniqueConstraint("username", name=op.f("uq_data_account_username")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("data_account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_data_account_customer_id_state"), ["customer_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_data_account_static_ip"), ["static_ip"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_data_account_subscription_id"), ["subscription_id"], unique=False
        )

    op.create_table(
        "facility",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "circuit",
                "port",
                "tower_link",
                "cpe",
                "number_block",
                "other",
                name="facilitykind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "identifier", sa.String(length=200), nullable=False, comment="Circuit id, port or serial number."
        ),
        sa.Column("carrier", sa.String(length=120), nullable=False, comment="Whose it is, if not ours."),
        sa.Column(
            "state",
            sa.Enum("planned", "in_service", "removed", name="facilitystate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('circuit', 'port', 'tower_link', 'cpe', 'number_block', 'other')",
            name=op.f("ck_facility_kind"),
        ),
        sa.CheckConstraint("state IN ('planned', 'in_service', 'removed')", name=op.f("ck_facility_state")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_facility_address_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_facility_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_facility_subscription_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("kind", "identifier", name=op.f("uq_facility_kind_identifier")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facility_address_id"), ["address_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_facility_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_facility_identifier"), ["identifier"], unique=False)
        batch_op.create_index(batch_op.f("ix_facility_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "subscription_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Which of theirs is changed, moved or ended; what a new one became, once it is completed.",
        ),
        sa.Column(
            "description", sa.String(length=200), nullable=False, comment="Empty: the name of the product."
        ),
        sa.Column(
            "quantity",
            sa.Numeric(precision=10, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "unit_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Empty: the price that this customer has.",
        ),
        sa.Column(
            "setup_price",
            sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Once, per piece. Empty: as in the price.",
        ),
        sa.Column(
            "discount_percent",
            sa.Numeric(precision=5, scale=2).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "tax_percent",
            sa.Numeric(precision=7, scale=4).with_variant(sa.BigInteger(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "net", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tax", sa.Numeric(precision=14, scale=2).with_variant(sa.BigInteger(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("discount_percent >= 0", name=op.f("ck_order_line_discount_not_negative")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_order_line_product_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_id"],
            ["sales_order.id"],
            name=op.f("fk_order_line_sales_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_order_line_subscription_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_line_sales_order_id"), ["sales_order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_line_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "package_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_date", sa.Date(), nullable=False, comment="First day of the new package."),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "applied",
                "cancelled",
                "failed",
                name="packagechangestate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("prorate", sa.Boolean(), nullable=False, comment="Charge both packages by the day."),
        sa.Column("submitted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("submitted_by_name", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False, comment="Why it could not be done."),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled', 'applied', 'cancelled', 'failed')", name=op.f("ck_package_change_state")
        ),
        sa.CheckConstraint(
            "from_product_id <> to_product_id", name=op.f("ck_package_change_to_another_product")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_package_change_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["from_product_id"],
            ["product.id"],
            name=op.f("fk_package_change_from_product_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["staff_user.id"],
            name=op.f("fk_package_change_submitted_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_package_change_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_product_id"],
            ["product.id"],
            name=op.f("fk_package_change_to_product_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("package_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_change_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_package_change_due",
            ["effective_date"],
            unique=False,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.create_index(
            batch_op.f("ix_package_change_from_product_id"), ["from_product_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_package_change_submitted_by_id"), ["submitted_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_package_change_subscription_id"), ["subscription_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_package_change_to_product_id"), ["to_product_id"], unique=False)
        batch_op.create_index(
            "uq_package_change_open",
            ["subscription_id"],
            unique=True,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )

    op.create_table(
        "sales_order_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["sales_order.id"], name=op.f("fk_sales_order_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_order_search")),
    )
    op.create_table(
        "sim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "iccid", sa.String(length=32), nullable=False, comment="18 to 20 digits, as printed on the card."
        ),
        sa.Column("imsi", sa.String(length=32), nullable=True, comment="15 digits."),
        sa.Column("msisdn_e164", sa.String(length=16), nullable=True, comment="Its telephone number."),
        sa.Column(
            "alias", sa.String(length=120), nullable=False, comment="What staff call it, such as Gate camera."
        ),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sim_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "inactive",
                "active",
                "suspended",
                "cut_off",
                "terminated",
                name="simstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("warning_mb", sa.Integer(), nullable=True, comment="MB in a month that cause a warning."),
        sa.Column("cutoff_mb", sa.Integer(), nullable=True, comment="MB in a month at which it is cut off."),
        sa.Column(
            "used_bytes", sa.BigInteger(), server_default="0", nullable=False, comment="In the month of use."
        ),
        sa.Column("used_month", sa.String(length=7), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('inactive', 'active', 'suspended', 'cut_off', 'terminated')", name=op.f("ck_sim_state")
        ),
        sa.CheckConstraint("cutoff_mb IS NULL OR cutoff_mb > 0", name=op.f("ck_sim_cutoff_positive")),
        sa.CheckConstraint("length(iccid) BETWEEN 18 AND 20", name=op.f("ck_sim_iccid_length")),
        sa.CheckConstraint(
            "warning_mb IS NULL OR cutoff_mb IS NULL OR warning_mb < cutoff_mb",
            name=op.f("ck_sim_warning_below_cutoff"),
        ),
        sa.CheckConstraint("warning_mb IS NULL OR warning_mb > 0", name=op.f("ck_sim_warning_positive")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_sim_customer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sim_group_id"], ["sim_group.id"], name=op.f("fk_sim_sim_group_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_sim_subscription_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sim")),
        sa.UniqueConstraint("iccid", name=op.f("uq_sim_iccid")),
        sa.UniqueConstraint("imsi", name=op.f("uq_sim_imsi")),
        postgresql_with={"fillfactor": 50},
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sim", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sim_customer",
            ["customer_id"],
            unique=False,
            sqlite_where=sa.text("customer_id IS NOT NULL"),
            postgresql_where=sa.text("customer_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_sim_msisdn_e164"), ["msisdn_e164"], unique=False)
        batch_op.create_index(batch_op.f("ix_sim_sim_group_id"), ["sim_group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sim_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "subscription_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["subscription.id"], name=op.f("fk_subscription_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_search")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False, comment="Ours, generated; never reused."),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("helpdesk", "task", name="ticketkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="What it is about, in the words of who asks."),
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "open",
                "pending",
                "resolved",
                "closed",
                name="ticketstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answered_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the customer was last answered.",
        ),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_ticket_closed_has_moment")
        ),
        sa.CheckConstraint("kind IN ('helpdesk', 'task')", name=op.f("ck_ticket_kind")),
        sa.CheckConstraint(
            "priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_ticket_priority")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'open', 'pending', 'resolved', 'closed')", name=op.f("ck_ticket_state")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff_user.id"], name=op.f("fk_ticket_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_ticket_department_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_user.id"], name=op.f("fk_ticket_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_ticket_subscription_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ticket_customer_id_state_created_at"),
            ["customer_id", "state", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_ticket_department_id_state_priority"),
            ["department_id", "state", "priority"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_ticket_owner_id_state"), ["owner_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_state_due_at"), ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "voip_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "number_e164", sa.String(length=16), nullable=False, comment="Any common notation is understood."
        ),
        sa.Column(
            "state",
            sa.Enum("active", "suspended", "cancelled", name="voiplinestate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "rate_plan_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="What its calls cost.",
        ),
        sa.Column("bill_line", sa.Boolean(), nullable=False, comment="The line itself is on the invoice."),
        sa.Column(
            "call_import",
            sa.Enum("manual", "automatic", name="callimport", native_enum=False, length=24),
            nullable=False,
            comment="How its calls come in.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("call_import IN ('manual', 'automatic')", name=op.f("ck_voip_line_call_import")),
        sa.CheckConstraint("state IN ('active', 'suspended', 'cancelled')", name=op.f("ck_voip_line_state")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_voip_line_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rate_plan_id"], ["rate_plan.id"], name=op.f("fk_voip_line_rate_plan_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_voip_line_subscription_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voip_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("voip_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voip_line_customer_id_state"), ["customer_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_voip_line_number_e164"), ["number_e164"], unique=False)
        batch_op.create_index(batch_op.f("ix_voip_line_rate_plan_id"), ["rate_plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voip_line_subscription_id"), ["subscription_id"], unique=False)
        batch_op.create_index(
            "uq_voip_line_live",
            ["number_e164"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "account_code_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["account_code.id"], name=op.f("fk_account_code_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_code_search")),
    )
    op.create_table(
        "data_account_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["data_account.id"], name=op.f("fk_data_account_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_account_search")),
    )
    op.create_table(
        "data_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unique_id", sa.String(length=64), nullable=False, comment="Key of the access server."),
        sa.Column("data_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("nas_ip", sa.String(length=45), nullable=False, comment="The access server."),
        sa.Column(
            "framed_ip", sa.String(length=45), nullable=True, comment="The address that the customer has."
        ),
        sa.Column("calling_station", sa.String(length=64), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True, comment="Empty: online."),
        sa.Column(
            "bytes_in", sa.BigInteger(), server_default="0", nullable=False, comment="From the customer."
        ),
        sa.Column(
            "bytes_out", sa.BigInteger(), server_default="0", nullable=False, comment="To the customer."
        ),
        sa.Column("terminate_cause", sa.String(length=32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["data_account_id"],
            ["data_account.id"],
            name=op.f("fk_data_session_data_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_session")),
        sa.UniqueConstraint("unique_id", name=op.f("uq_data_session_unique_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("data_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_data_session_active",
            ["data_account_id"],
            unique=False,
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_data_session_data_account_id_started_at"),
            ["data_account_id", "started_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_data_session_framed_ip"), ["framed_ip"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_session_started_at"), ["started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_session_stopped_at"), ["stopped_at"], unique=False)

    op.create_table(
        "facility_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["facility.id"], name=op.f("fk_facility_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_search")),
    )
    op.create_table(
        "rating",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "trigger",
            sa.Enum("ticket", "order", "profile", name="ratingtrigger", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("portal_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "score", sa.Integer(), nullable=True, comment="1 is bad, 5 is very good; empty: not answered."
        ),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trigger IN ('ticket', 'order', 'profile')", name=op.f("ck_rating_trigger")),
        sa.CheckConstraint(
            "(score IS NULL) = (answered_at IS NULL)", name=op.f("ck_rating_answered_has_score")
        ),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name=op.f("ck_rating_score_range")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_rating_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["portal_user_id"], ["portal_user.id"], name=op.f("fk_rating_portal_user_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_id"], ["sales_order.id"], name=op.f("fk_rating_sales_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_rating_ticket_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_rating_token_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_answered_at_id"), ["answered_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rating_customer_id_answered_at"), ["customer_id", "answered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rating_portal_user_id"), ["portal_user_id"], unique=False)
        batch_op.create_index(
            "uq_rating_order",
            ["sales_order_id"],
            unique=True,
            sqlite_where=sa.text("sales_order_id IS NOT NULL"),
            postgresql_where=sa.text("sales_order_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_rating_ticket",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("ticket_id IS NOT NULL"),
            postgresql_where=sa.text("ticket_id IS NOT NULL"),
        )

    op.create_table(
        "sim_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["sim.id"], name=op.f("fk_sim_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sim_search")),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "comment",
                "reply",
                "state",
                "owner",
                "department",
                "priority",
                name="eventkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False, comment="The customer sees it."),
        sa.Column("old_value", sa.String(length=120), nullable=False),
        sa.Column("new_value", sa.String(length=120), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("portal_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('comment', 'reply', 'state', 'owner', 'department', 'priority')",
            name=op.f("ck_ticket_event_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff_user.id"], name=op.f("fk_ticket_event_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_ticket_event_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["portal_user_id"],
            ["portal_user.id"],
            name=op.f("fk_ticket_event_portal_user_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_event_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_event_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_event_portal_user_id"), ["portal_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_event_ticket_id_at"), ["ticket_id", "at"], unique=False)

    op.create_table(
        "ticket_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["ticket.id"], name=op.f("fk_ticket_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_search")),
    )
    op.create_table(
        "usage_alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("warning", "cut_off", name="alertkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("period", sa.String(length=7), nullable=False, comment="Year and month, such as 2026-11."),
        sa.Column("threshold_mb", sa.Integer(), nullable=False, comment="1 MB is 1,048,576 bytes."),
        sa.Column("used_mb", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('warning', 'cut_off')", name=op.f("ck_usage_alert_kind")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_usage_alert_customer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sim_id"], ["sim.id"], name=op.f("fk_usage_alert_sim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_alert")),
        sa.UniqueConstraint(
            "sim_id",
            "kind",
            "period",
            "threshold_mb",
            name=op.f("uq_usage_alert_sim_id_kind_period_threshold_mb"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("usage_alert", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_usage_alert_customer_id_raised_at"), ["customer_id", "raised_at"], unique=False
        )

    op.create_table(
        "usage_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False, comment="The system that counted it."),
        sa.Column(
            "source_key", sa.String(length=64), nullable=False, comment="Its own key there; never twice."
        ),
        sa.Column(
            "kind",
            sa.Enum("voice", "sms", "data", name="usagekind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voip_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("data_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("usage_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("src", sa.String(length=32), server_default="", nullable=False),
        sa.Column("dst", sa.String(length=32), server_default="", nullable=False),
        sa.Column(
            "quantity", sa.BigInteger(), nullable=False, comment="Seconds of a call, messages, or bytes."
        ),
        sa.Column(
            "billed_quantity",
            sa.BigInteger(),
            nullable=True,
            comment="What of it is charged, in the same unit.",
        ),
        sa.Column("rate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "rated_amount",
            sa.Numeric(precision=14, scale=6).with_variant(sa.BigInteger(), "sqlite"),
            nullable=True,
            comment="Customer's currency, to six places.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "new", "rated", "error", "billed", "excluded", name="usagestate", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column("error", sa.String(length=200), server_default="", nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('voice', 'sms', 'data')", name=op.f("ck_usage_record_kind")),
        sa.CheckConstraint(
            "state <> 'rated' OR rated_amount IS NOT NULL", name=op.f("ck_usage_record_rated_has_amount")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'rated', 'error', 'billed', 'excluded')", name=op.f("ck_usage_record_state")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_record_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_code_id"],
            ["account_code.id"],
            name=op.f("fk_usage_record_account_code_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_usage_record_customer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["data_account_id"],
            ["data_account.id"],
            name=op.f("fk_usage_record_data_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["rate_id"], ["rate.id"], name=op.f("fk_usage_record_rate_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sim_id"], ["sim.id"], name=op.f("fk_usage_record_sim_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["usage_file_id"],
            ["usage_file.id"],
            name=op.f("fk_usage_record_usage_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["voip_line_id"], ["voip_line.id"], name=op.f("fk_usage_record_voip_line_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_record")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_usage_record_source_source_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("usage_record", schema=None) as batch_op:
        batch_op.create_index(
            "ix_usage_record_account_code_id",
            ["account_code_id"],
            unique=False,
            sqlite_where=sa.text("account_code_id IS NOT NULL"),
            postgresql_where=sa.text("account_code_id IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_usage_record_customer_id_started_at"), ["customer_id", "started_at"], unique=False
        )
        batch_op.create_index(
            "ix_usage_record_data_account_id",
            ["data_account_id"],
            unique=False,
            sqlite_where=sa.text("data_account_id IS NOT NULL"),
            postgresql_where=sa.text("data_account_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_usage_record_error",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'error'"),
            postgresql_where=sa.text("state = 'error'"),
        )
        batch_op.create_index(batch_op.f("ix_usage_record_rate_id"), ["rate_id"], unique=False)
        batch_op.create_index(
            "ix_usage_record_sim_id",
            ["sim_id"],
            unique=False,
            sqlite_where=sa.text("sim_id IS NOT NULL"),
            postgresql_where=sa.text("sim_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_usage_record_unbilled",
            ["customer_id", "started_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('new', 'rated', 'error')"),
            postgresql_where=sa.text("state IN ('new', 'rated', 'error')"),
        )
        batch_op.create_index(batch_op.f("ix_usage_record_usage_file_id"), ["usage_file_id"], unique=False)
        batch_op.create_index(
            "ix_usage_record_voip_line_id",
            ["voip_line_id"],
            unique=False,
            sqlite_where=sa.text("voip_line_id IS NOT NULL"),
            postgresql_where=sa.text("voip_line_id IS NOT NULL"),
        )

    op.create_table(
        "voip_line_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["voip_line.id"], name=op.f("fk_voip_line_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voip_line_search")),
    )
    with op.batch_alter_table("message", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("document_id", BIG_ID, nullable=True, comment="A letter on paper."))
        batch_op.add_column(
            sa.Column(
                "related_type",
                sa.String(length=24),
                server_default="",
                nullable=False,
                comment="Table of what it is about.",
            )
        )
        batch_op.add_column(sa.Column("related_id", BIG_ID, nullable=True))
        batch_op.create_index(batch_op.f("ix_message_document_id"), ["document_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_message_related_type_related_id"), ["related_type", "related_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_message_document_id"), "document", ["document_id"], ["id"], ondelete="SET NULL"
        )
    notify_customers()
    op.add_column(
        "staff_user",
        sa.Column(
            "landing",
            sa.JSON(),
            server_default="{}",
            nullable=False,
            comment="Table -> the tab that opens first.",
        ),
    )

    op.create_search("department_search")
    op.create_search("rate_plan_search")
    op.create_search("sim_group_search")
    op.create_search("tax_rate_search")
    op.create_search("product_search")
    op.create_search("rate_search")
    op.create_search("document_search")
    op.create_search("quote_search")
    op.create_search("sales_order_search")
    op.create_search("subscription_search")
    op.create_search("account_code_search")
    op.create_search("data_account_search")
    op.create_search("facility_search")
    op.create_search("sim_search")
    op.create_search("ticket_search")
    op.create_search("voip_line_search")


def notify_customers() -> None:
    """A customer has destinations of its own; those of a contact say whose they are."""
    says = "The e-mail address, or the number for SMS."
    for table in ("notification_setting", "notification_setting_version"):
        op.add_column(table, sa.Column("customer_id", BIG_ID, nullable=True))
        op.add_column(table, sa.Column("destination", sa.String(length=254), nullable=True, comment=says))
        for name, source in (("customer_id", "customer_id"), ("destination", "coalesce(email, '')")):
            op.execute(
                f"UPDATE {table} SET {name} = (SELECT {source} FROM contact WHERE contact.id = {table}.contact_id)"
            )
    with op.batch_alter_table("notification_setting_version") as batch_op:
        batch_op.alter_column("contact_id", existing_type=BIG_ID, comment="Whose destination it is.")
    with op.batch_alter_table("notification_setting", table_kwargs=KEPT) as batch_op:
        batch_op.alter_column("customer_id", existing_type=BIG_ID, nullable=False)
        batch_op.alter_column("destination", existing_type=sa.String(length=254), nullable=False)
        batch_op.alter_column(
            "contact_id", existing_type=BIG_ID, nullable=True, comment="Whose destination it is."
        )
        batch_op.drop_constraint(
            batch_op.f("uq_notification_setting_contact_id_topic_channel"), type_="unique"
        )
        batch_op.create_index(batch_op.f("ix_notification_setting_contact_id"), ["contact_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_notification_setting_customer_id_topic_channel_destination"),
            ["customer_id", "topic", "channel", "destination"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notification_setting_customer_id"),
            "customer",
            ["customer_id"],
            ["id"],
            ondelete="CASCADE",
        )
        allow(batch_op, TOPICS, ("email", "sms"))
    op.create_index(
        "ix_notification_setting_version_customer_id", "notification_setting_version", ["customer_id"]
    )


def allow(batch_op, topics, channels) -> None:
    for name, values in (("topic", topics), ("channel", channels)):
        listed = ", ".join(f"'{value}'" for value in values)
        batch_op.drop_constraint(batch_op.f(f"ck_notification_setting_{name}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f(f"ck_notification_setting_{name}"), f"{name} IN ({listed})"
        )


def notify_contacts_only() -> None:
    op.execute(
        "DELETE FROM notification_setting WHERE contact_id IS NULL OR channel <> 'email'"
        " OR topic NOT IN ('usage_warning', 'usage_cut_off')"
    )
    op.execute(
        "DELETE FROM notification_setting WHERE EXISTS (SELECT 1 FROM notification_setting o"
        " WHERE o.contact_id = notification_setting.contact_id AND o.topic = notification_setting.topic"
        " AND o.id < notification_setting.id)"
    )
    op.drop_index("ix_notification_setting_version_customer_id", "notification_setting_version")
    with op.batch_alter_table("notification_setting", table_kwargs=KEPT) as batch_op:
        allow(batch_op, TOPICS[:2], ("email",))
        batch_op.drop_constraint(batch_op.f("fk_notification_setting_customer_id"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_notification_setting_customer_id_topic_channel_destination"), type_="unique"
        )
        batch_op.drop_index(batch_op.f("ix_notification_setting_contact_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_notification_setting_contact_id_topic_channel"), ["contact_id", "topic", "channel"]
        )
        batch_op.alter_column("contact_id", existing_type=BIG_ID, nullable=False, comment=None)
        batch_op.drop_column("destination")
        batch_op.drop_column("customer_id")
    with op.batch_alter_table("notification_setting_version") as batch_op:
        batch_op.alter_column("contact_id", existing_type=BIG_ID, comment=None)
        batch_op.drop_column("destination")
        batch_op.drop_column("customer_id")


def downgrade() -> None:
    op.drop_search("voip_line_search")
    op.drop_search("ticket_search")
    op.drop_search("sim_search")
    op.drop_search("facility_search")
    op.drop_search("data_account_search")
    op.drop_search("account_code_search")
    op.drop_search("subscription_search")
    op.drop_search("sales_order_search")
    op.drop_search("quote_search")
    op.drop_search("document_search")
    op.drop_search("rate_search")
    op.drop_search("product_search")
    op.drop_search("tax_rate_search")
    op.drop_search("sim_group_search")
    op.drop_search("rate_plan_search")
    op.drop_search("department_search")
    op.drop_column("staff_user", "landing")
    notify_contacts_only()
    with op.batch_alter_table("message", table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_message_document_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_message_related_type_related_id"))
        batch_op.drop_index(batch_op.f("ix_message_document_id"))
        batch_op.drop_column("related_id")
        batch_op.drop_column("related_type")
        batch_op.drop_column("document_id")

    op.drop_table("voip_line_search")
    with op.batch_alter_table("usage_record", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_usage_record_voip_line_id",
            sqlite_where=sa.text("voip_line_id IS NOT NULL"),
            postgresql_where=sa.text("voip_line_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_usage_record_usage_file_id"))
        batch_op.drop_index(
            "ix_usage_record_unbilled",
            sqlite_where=sa.text("state IN ('new', 'rated', 'error')"),
            postgresql_where=sa.text("state IN ('new', 'rated', 'error')"),
        )
        batch_op.drop_index(
            "ix_usage_record_sim_id",
            sqlite_where=sa.text("sim_id IS NOT NULL"),
            postgresql_where=sa.text("sim_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_usage_record_rate_id"))
        batch_op.drop_index(
            "ix_usage_record_error",
            sqlite_where=sa.text("state = 'error'"),
            postgresql_where=sa.text("state = 'error'"),
        )
        batch_op.drop_index(
            "ix_usage_record_data_account_id",
            sqlite_where=sa.text("data_account_id IS NOT NULL"),
            postgresql_where=sa.text("data_account_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_usage_record_customer_id_started_at"))
        batch_op.drop_index(
            "ix_usage_record_account_code_id",
            sqlite_where=sa.text("account_code_id IS NOT NULL"),
            postgresql_where=sa.text("account_code_id IS NOT NULL"),
        )

    op.drop_table("usage_record")
    with op.batch_alter_table("usage_alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_alert_customer_id_raised_at"))

    op.drop_table("usage_alert")
    op.drop_table("ticket_search")
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_event_ticket_id_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_event_portal_user_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_event_message_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_event_author_id"))

    op.drop_table("ticket_event")
    op.drop_table("sim_search")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rating_ticket",
            sqlite_where=sa.text("ticket_id IS NOT NULL"),
            postgresql_where=sa.text("ticket_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_rating_order",
            sqlite_where=sa.text("sales_order_id IS NOT NULL"),
            postgresql_where=sa.text("sales_order_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rating_portal_user_id"))
        batch_op.drop_index(batch_op.f("ix_rating_customer_id_answered_at"))
        batch_op.drop_index(batch_op.f("ix_rating_answered_at_id"))

    op.drop_table("rating")
    op.drop_table("facility_search")
    with op.batch_alter_table("data_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_session_stopped_at"))
        batch_op.drop_index(batch_op.f("ix_data_session_started_at"))
        batch_op.drop_index(batch_op.f("ix_data_session_framed_ip"))
        batch_op.drop_index(batch_op.f("ix_data_session_data_account_id_started_at"))
        batch_op.drop_index(
            "ix_data_session_active",
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )

    op.drop_table("data_session")
    op.drop_table("data_account_search")
    op.drop_table("account_code_search")
    with op.batch_alter_table("voip_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_voip_line_live",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_voip_line_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_voip_line_rate_plan_id"))
        batch_op.drop_index(batch_op.f("ix_voip_line_number_e164"))
        batch_op.drop_index(batch_op.f("ix_voip_line_customer_id_state"))

    op.drop_table("voip_line")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_owner_id_state"))
        batch_op.drop_index(batch_op.f("ix_ticket_department_id_state_priority"))
        batch_op.drop_index(batch_op.f("ix_ticket_customer_id_state_created_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_created_by_id"))

    op.drop_table("ticket")
    op.drop_table("subscription_search")
    with op.batch_alter_table("sim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sim_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_sim_sim_group_id"))
        batch_op.drop_index(batch_op.f("ix_sim_msisdn_e164"))
        batch_op.drop_index(
            "ix_sim_customer",
            sqlite_where=sa.text("customer_id IS NOT NULL"),
            postgresql_where=sa.text("customer_id IS NOT NULL"),
        )

    op.drop_table("sim")
    op.drop_table("sales_order_search")
    with op.batch_alter_table("package_change", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_package_change_open",
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.drop_index(batch_op.f("ix_package_change_to_product_id"))
        batch_op.drop_index(batch_op.f("ix_package_change_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_package_change_submitted_by_id"))
        batch_op.drop_index(batch_op.f("ix_package_change_from_product_id"))
        batch_op.drop_index(
            "ix_package_change_due",
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.drop_index(batch_op.f("ix_package_change_customer_id"))

    op.drop_table("package_change")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_line_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_order_line_sales_order_id"))
        batch_op.drop_index(batch_op.f("ix_order_line_product_id"))

    op.drop_table("order_line")
    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facility_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_facility_identifier"))
        batch_op.drop_index(batch_op.f("ix_facility_customer_id"))
        batch_op.drop_index(batch_op.f("ix_facility_address_id"))

    op.drop_table("facility")
    with op.batch_alter_table("data_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_account_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_data_account_static_ip"))
        batch_op.drop_index(batch_op.f("ix_data_account_customer_id_state"))

    op.drop_table("data_account")
    op.drop_table("account_code")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_product_id_state"))
        batch_op.drop_index(batch_op.f("ix_subscription_parent_id"))
        batch_op.drop_index(batch_op.f("ix_subscription_identifier"))
        batch_op.drop_index(
            "ix_subscription_due",
            sqlite_where=sa.text("state IN ('active', 'suspended')"),
            postgresql_where=sa.text("state IN ('active', 'suspended')"),
        )
        batch_op.drop_index(batch_op.f("ix_subscription_customer_id_state"))
        batch_op.drop_index(batch_op.f("ix_subscription_address_id"))

    op.drop_table("subscription")
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_order_state_created_at"))
        batch_op.drop_index(batch_op.f("ix_sales_order_owner_id"))
        batch_op.drop_index(batch_op.f("ix_sales_order_customer_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_sales_order_address_id"))

    op.drop_table("sales_order")
    op.drop_table("quote_search")
    with op.batch_alter_table("quote_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_line_quote_id"))
        batch_op.drop_index(batch_op.f("ix_quote_line_product_id"))

    op.drop_table("quote_line")
    op.drop_table("document_search")
    with op.batch_alter_table("usage_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_day_device_type_device_id_day"))

    op.drop_table("usage_day")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suspension_open",
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )
        batch_op.drop_index(batch_op.f("ix_suspension_state_oldest_due_date"))
        batch_op.drop_index(batch_op.f("ix_suspension_customer_id"))
        batch_op.drop_index(batch_op.f("ix_suspension_approved_by_id"))

    op.drop_table("suspension")
    op.drop_table("rate_search")
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_state_valid_until"))
        batch_op.drop_index(batch_op.f("ix_quote_owner_id"))
        batch_op.drop_index(batch_op.f("ix_quote_customer_id_created_at"))

    op.drop_table("quote")
    op.drop_table("product_search")
    with op.batch_alter_table("price", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_price_list",
            sqlite_where=sa.text("price_level_id IS NULL"),
            postgresql_where=sa.text("price_level_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_price_level",
            sqlite_where=sa.text("price_level_id IS NOT NULL"),
            postgresql_where=sa.text("price_level_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_price_product_id"))
        batch_op.drop_index(batch_op.f("ix_price_price_level_id"))

    op.drop_table("price")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_uploaded_by_id"))
        batch_op.drop_index(batch_op.f("ix_document_sha256"))
        batch_op.drop_index(batch_op.f("ix_document_customer_id_created_at"))

    op.drop_table("document")
    with op.batch_alter_table("bundle_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundle_item_product_id"))
        batch_op.drop_index(batch_op.f("ix_bundle_item_bundle_id"))

    op.drop_table("bundle_item")
    op.drop_table("usage_refusal")
    op.drop_table("tax_rate_search")
    op.drop_table("sim_group_search")
    op.drop_table("rate_plan_search")
    op.drop_table("rate")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_rate_plan_id"))
        batch_op.drop_index(batch_op.f("ix_product_name"))

    op.drop_table("product")
    op.drop_table("department_search")
    with op.batch_alter_table("voip_line_version", schema=None) as batch_op:
        batch_op.drop_index("ix_voip_line_version_transaction_id")
        batch_op.drop_index("ix_voip_line_version_subscription_id")
        batch_op.drop_index("ix_voip_line_version_rate_plan_id")
        batch_op.drop_index(
            "ix_voip_line_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_voip_line_version_customer_id")

    op.drop_table("voip_line_version")
    with op.batch_alter_table("usage_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_file_state_id"))
        batch_op.drop_index(batch_op.f("ix_usage_file_sha256"))

    op.drop_table("usage_file")
    with op.batch_alter_table("ticket_version", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_version_transaction_id")
        batch_op.drop_index("ix_ticket_version_subscription_id")
        batch_op.drop_index("ix_ticket_version_owner_id")
        batch_op.drop_index("ix_ticket_version_department_id")
        batch_op.drop_index(
            "ix_ticket_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_ticket_version_customer_id")
        batch_op.drop_index("ix_ticket_version_created_by_id")

    op.drop_table("ticket_version")
    with op.batch_alter_table("tax_rate_version", schema=None) as batch_op:
        batch_op.drop_index("ix_tax_rate_version_transaction_id")
        batch_op.drop_index(
            "ix_tax_rate_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("tax_rate_version")
    with op.batch_alter_table("tax_rate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tax_rate_code"))

    op.drop_table("tax_rate")
    with op.batch_alter_table("suspension_version", schema=None) as batch_op:
        batch_op.drop_index("ix_suspension_version_transaction_id")
        batch_op.drop_index(
            "ix_suspension_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_suspension_version_customer_id")
        batch_op.drop_index("ix_suspension_version_approved_by_id")

    op.drop_table("suspension_version")
    with op.batch_alter_table("subscription_version", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_version_updated_at_id")
        batch_op.drop_index("ix_subscription_version_transaction_id")
        batch_op.drop_index("ix_subscription_version_product_id")
        batch_op.drop_index("ix_subscription_version_parent_id")
        batch_op.drop_index(
            "ix_subscription_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_subscription_version_customer_id")
        batch_op.drop_index("ix_subscription_version_address_id")

    op.drop_table("subscription_version")
    with op.batch_alter_table("sim_version", schema=None) as batch_op:
        batch_op.drop_index("ix_sim_version_updated_at_id")
        batch_op.drop_index("ix_sim_version_transaction_id")
        batch_op.drop_index("ix_sim_version_subscription_id")
        batch_op.drop_index("ix_sim_version_sim_group_id")
        batch_op.drop_index(
            "ix_sim_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_sim_version_customer_id")

    op.drop_table("sim_version")
    with op.batch_alter_table("sim_group_version", schema=None) as batch_op:
        batch_op.drop_index("ix_sim_group_version_transaction_id")
        batch_op.drop_index(
            "ix_sim_group_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("sim_group_version")
    op.drop_table("sim_group")
    with op.batch_alter_table("sales_order_version", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_order_version_transaction_id")
        batch_op.drop_index("ix_sales_order_version_quote_id")
        batch_op.drop_index("ix_sales_order_version_owner_id")
        batch_op.drop_index(
            "ix_sales_order_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_sales_order_version_customer_id")
        batch_op.drop_index("ix_sales_order_version_address_id")

    op.drop_table("sales_order_version")
    with op.batch_alter_table("rate_version", schema=None) as batch_op:
        batch_op.drop_index("ix_rate_version_transaction_id")
        batch_op.drop_index("ix_rate_version_rate_plan_id")
        batch_op.drop_index(
            "ix_rate_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("rate_version")
    with op.batch_alter_table("rate_plan_version", schema=None) as batch_op:
        batch_op.drop_index("ix_rate_plan_version_transaction_id")
        batch_op.drop_index(
            "ix_rate_plan_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("rate_plan_version")
    with op.batch_alter_table("rate_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_plan_name"))

    op.drop_table("rate_plan")
    with op.batch_alter_table("quote_version", schema=None) as batch_op:
        batch_op.drop_index("ix_quote_version_transaction_id")
        batch_op.drop_index("ix_quote_version_owner_id")
        batch_op.drop_index(
            "ix_quote_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_quote_version_customer_id")

    op.drop_table("quote_version")
    with op.batch_alter_table("quote_line_version", schema=None) as batch_op:
        batch_op.drop_index("ix_quote_line_version_transaction_id")
        batch_op.drop_index("ix_quote_line_version_quote_id")
        batch_op.drop_index("ix_quote_line_version_product_id")
        batch_op.drop_index(
            "ix_quote_line_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("quote_line_version")
    with op.batch_alter_table("product_version", schema=None) as batch_op:
        batch_op.drop_index("ix_product_version_transaction_id")
        batch_op.drop_index("ix_product_version_rate_plan_id")
        batch_op.drop_index(
            "ix_product_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("product_version")
    with op.batch_alter_table("price_version", schema=None) as batch_op:
        batch_op.drop_index("ix_price_version_transaction_id")
        batch_op.drop_index("ix_price_version_product_id")
        batch_op.drop_index("ix_price_version_price_level_id")
        batch_op.drop_index(
            "ix_price_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("price_version")
    with op.batch_alter_table("package_change_version", schema=None) as batch_op:
        batch_op.drop_index("ix_package_change_version_transaction_id")
        batch_op.drop_index("ix_package_change_version_to_product_id")
        batch_op.drop_index("ix_package_change_version_subscription_id")
        batch_op.drop_index("ix_package_change_version_submitted_by_id")
        batch_op.drop_index("ix_package_change_version_from_product_id")
        batch_op.drop_index(
            "ix_package_change_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_package_change_version_customer_id")

    op.drop_table("package_change_version")
    with op.batch_alter_table("order_line_version", schema=None) as batch_op:
        batch_op.drop_index("ix_order_line_version_transaction_id")
        batch_op.drop_index("ix_order_line_version_subscription_id")
        batch_op.drop_index("ix_order_line_version_sales_order_id")
        batch_op.drop_index("ix_order_line_version_product_id")
        batch_op.drop_index(
            "ix_order_line_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("order_line_version")
    with op.batch_alter_table("facility_version", schema=None) as batch_op:
        batch_op.drop_index("ix_facility_version_transaction_id")
        batch_op.drop_index("ix_facility_version_subscription_id")
        batch_op.drop_index(
            "ix_facility_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_facility_version_customer_id")
        batch_op.drop_index("ix_facility_version_address_id")

    op.drop_table("facility_version")
    with op.batch_alter_table("document_version", schema=None) as batch_op:
        batch_op.drop_index("ix_document_version_uploaded_by_id")
        batch_op.drop_index("ix_document_version_transaction_id")
        batch_op.drop_index(
            "ix_document_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_document_version_customer_id")

    op.drop_table("document_version")
    with op.batch_alter_table("department_version", schema=None) as batch_op:
        batch_op.drop_index("ix_department_version_transaction_id")
        batch_op.drop_index(
            "ix_department_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("department_version")
    op.drop_table("department")
    with op.batch_alter_table("data_account_version", schema=None) as batch_op:
        batch_op.drop_index("ix_data_account_version_transaction_id")
        batch_op.drop_index("ix_data_account_version_subscription_id")
        batch_op.drop_index(
            "ix_data_account_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_data_account_version_customer_id")

    op.drop_table("data_account_version")
    with op.batch_alter_table("bundle_item_version", schema=None) as batch_op:
        batch_op.drop_index("ix_bundle_item_version_transaction_id")
        batch_op.drop_index("ix_bundle_item_version_product_id")
        batch_op.drop_index(
            "ix_bundle_item_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_bundle_item_version_bundle_id")

    op.drop_table("bundle_item_version")
    with op.batch_alter_table("account_code_version", schema=None) as batch_op:
        batch_op.drop_index("ix_account_code_version_transaction_id")
        batch_op.drop_index("ix_account_code_version_subscription_id")
        batch_op.drop_index(
            "ix_account_code_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("account_code_version")
