"""add_attributes_to_order_line"""

import sqlalchemy as sa
from alembic import op

revision = "d20b5f93e6a7"
down_revision = "8c1d7a4be236"
branch_labels = None
depends_on = None

SAYS = "What the product asks for; the subscription gets it when the order is completed."
SECRET = "Details that are secret, such as a PIN, encrypted."


def upgrade() -> None:
    given = sa.Column("attributes", sa.JSON(), server_default="{}", nullable=False, comment=SAYS)
    op.add_column("order_line", given)
    op.add_column("order_line", sa.Column("secrets", sa.Text(), nullable=True, comment=SECRET))
    op.add_column("order_line_version", sa.Column("attributes", sa.JSON(), nullable=True, comment=SAYS))


def downgrade() -> None:
    op.drop_column("order_line_version", "attributes")
    op.drop_column("order_line", "secrets")
    op.drop_column("order_line", "attributes")
