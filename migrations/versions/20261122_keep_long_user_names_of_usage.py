"""keep_long_user_names_of_usage"""

import sqlalchemy as sa
from alembic import op

revision = "8a82ee066e65"
down_revision = "dd7fad0c015f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_as_long_as(32, 200)


def downgrade() -> None:
    _make_as_long_as(200, 32)


def _make_as_long_as(before: int, after: int) -> None:
    with op.batch_alter_table("usage_record", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column(
            "src",
            existing_type=sa.String(before),
            type_=sa.String(after),
            existing_nullable=False,
            existing_server_default="",
        )
