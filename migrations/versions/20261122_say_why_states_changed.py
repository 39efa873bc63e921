"""say_why_states_changed"""

import sqlalchemy as sa
from alembic import op

revision = "e90c25d8b71f"
down_revision = "b3a6f14e07d9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("reason", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("activity", "reason")
