"""find_rare_values_by_an_index"""

import sqlalchemy as sa
from alembic import op

revision = "dd7fad0c015f"
down_revision = "05a8a3d39ead"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ERROR = sa.text("state = 'error'")
MERGED = sa.text("workflow_state = 'merged'")
FILTERS = {
    "customer": ("prepaid",),
    "data_account": ("state", "suspended_by"),
    "data_session": ("stopped_at",),
    "facility": ("kind", "state"),
    "message": ("channel", "topic"),
    "message_template": ("channel", "topic"),
    "package_change": ("state",),
    "product": ("charge", "family", "is_active", "line"),
    "rate_plan": ("unit",),
    "rating": ("score", "trigger"),
    "reseller": ("is_active",),
    "sales_order": ("kind",),
    "sim": ("state",),
    "staff_user": ("active",),
    "subscription": ("state",),
    "suspension": ("reason",),
    "ticket": ("due_at", "kind", "priority"),
    "usage_alert": ("kind",),
    "usage_file": ("format",),
    "usage_record": ("kind", "state"),
    "voip_line": ("bill_line", "call_import", "state"),
}


def upgrade() -> None:
    op.create_table(
        "walk",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), comment="The last one that came to its end."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk")),
        sa.UniqueConstraint("name", name=op.f("uq_walk_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "repeated",
        sa.Column("id", BIG, nullable=False),
        sa.Column("walk_id", BIG, nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["walk.id"], name=op.f("fk_repeated_walk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeated")),
        sa.UniqueConstraint("walk_id", "value", name=op.f("uq_repeated_walk_id_value")),
        sqlite_autoincrement=True,
    )
    op.drop_index("ix_usage_record_error", "usage_record")
    op.drop_index("ix_data_session_stopped_at", "data_session")
    op.create_index("ix_customer_merged", "customer", ["id"], sqlite_where=MERGED, postgresql_where=MERGED)
    for table, columns in FILTERS.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}_id", table, [column, "id"])


def downgrade() -> None:
    for table, columns in FILTERS.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}_id", table)
    op.drop_index("ix_customer_merged", "customer")
    op.create_index("ix_data_session_stopped_at", "data_session", ["stopped_at"])
    op.create_index(
        "ix_usage_record_error", "usage_record", ["id"], sqlite_where=ERROR, postgresql_where=ERROR
    )
    op.drop_table("repeated")
    op.drop_table("walk")
