"""let_tickets_be_answered_by_mail"""

import sqlalchemy as sa
from alembic import op

revision = "05a8a3d39ead"
down_revision = "e90c25d8b71f"
branch_labels = None
depends_on = None

ONCE = "uq_ticket_event_mail"


def upgrade() -> None:
    op.add_column(
        "ticket_event",
        sa.Column(
            "mail_id",
            sa.String(length=200),
            nullable=True,
            comment="Message-ID of the customer's mail that says it; empty: it did not come by mail.",
        ),
    )
    by_mail = sa.text("mail_id IS NOT NULL")
    op.create_index(
        ONCE, "ticket_event", ["mail_id"], unique=True, sqlite_where=by_mail, postgresql_where=by_mail
    )


def downgrade() -> None:
    op.drop_index(ONCE, table_name="ticket_event")
    op.drop_column("ticket_event", "mail_id")
