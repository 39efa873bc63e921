"""add_attached_to_message"""

import sqlalchemy as sa
from alembic import op

revision = "47f9ce0a1d58"
down_revision = "d20b5f93e6a7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "message",
        sa.Column(
            "attached",
            sa.String(length=32),
            server_default="",
            nullable=False,
            comment="Printout of what it is about that goes along as PDF.",
        ),
    )


def downgrade() -> None:
    op.drop_column("message", "attached")
