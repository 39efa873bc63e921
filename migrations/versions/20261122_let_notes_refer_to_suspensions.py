"""let_notes_refer_to_suspensions"""

import sqlalchemy as sa
from alembic import op

revision = "b3a6f14e07d9"
down_revision = "b3a90e57c41f"
branch_labels = None
depends_on = None

SAYS = "What the note is about, if it is one."
BEFORE = "Facts that a colleague needs; the customer may ask to see it."
BODY = "Short and professional; the customer may ask to see it. A debtor note has at most 1,000 characters."
SOME = sa.text("suspension_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("note", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("suspension_id", key(), nullable=True, comment=SAYS))
        batch.create_foreign_key(
            "fk_note_suspension_id", "suspension", ["suspension_id"], ["id"], ondelete="SET NULL"
        )
    op.add_column("note_version", sa.Column("suspension_id", key(), nullable=True, comment=SAYS))
    for table in ("note", "note_version"):
        op.create_index(
            f"ix_{table}_suspension_id", table, ["suspension_id"], sqlite_where=SOME, postgresql_where=SOME
        )
    say(BODY)


def downgrade() -> None:
    say(BEFORE)
    for table in ("note_version", "note"):
        op.drop_index(f"ix_{table}_suspension_id", table)
    op.drop_column("note_version", "suspension_id")
    with op.batch_alter_table("note", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("fk_note_suspension_id", type_="foreignkey")
        batch.drop_column("suspension_id")


def key() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def say(comment: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # it keeps no comments
    for table in ("note", "note_version"):
        op.alter_column(table, "body", existing_type=sa.Text(), comment=comment)
