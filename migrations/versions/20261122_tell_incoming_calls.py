"""tell_incoming_calls"""

import sqlalchemy as sa
from alembic import op

revision = "b3a90e57c41f"
down_revision = "47f9ce0a1d58"
branch_labels = None
depends_on = None

INCOMING = "ix_usage_record_incoming"


def upgrade() -> None:
    op.add_column(
        "usage_record",
        sa.Column(
            "is_incoming",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Somebody elsewhere called a number of ours: kept, and costs nothing.",
        ),
    )
    some = sa.text("is_incoming")
    op.create_index(INCOMING, "usage_record", ["id"], sqlite_where=some, postgresql_where=some)
    op.create_index("ix_account_code_code", "account_code", ["code"])


def downgrade() -> None:
    op.drop_index("ix_account_code_code", table_name="account_code")
    op.drop_index(INCOMING, table_name="usage_record")
    op.drop_column("usage_record", "is_incoming")
