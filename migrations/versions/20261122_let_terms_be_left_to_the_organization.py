"""let_terms_be_left_to_the_organization"""

import sqlalchemy as sa
from alembic import op

revision = "8c1d7a4be236"
down_revision = "5e1f0c7d92ab"
branch_labels = None
depends_on = None

# What was written down stays as it is: nobody can tell who meant it from who never thought of it.
BEFORE = {"billing_day": 1, "terms_days": 14}
SAID = {"billing_day": "Day of the month, 1 to 28.", "terms_days": "Days until an invoice is due, 0 to 365."}


def upgrade() -> None:
    alter(True, {n: f"{says} Empty: as the organization, or else {BEFORE[n]}." for n, says in SAID.items()})


def downgrade() -> None:
    customer = sa.table("customer", *(sa.column(name, sa.Integer) for name in BEFORE))
    for name, value in BEFORE.items():
        op.execute(customer.update().where(customer.c[name].is_(None)).values({name: value}))
    alter(False, SAID)


def alter(may_be_empty: bool, comments: dict[str, str]) -> None:
    with op.batch_alter_table("customer", table_kwargs={"sqlite_autoincrement": True}) as batch:
        for name, says in comments.items():
            batch.alter_column(name, existing_type=sa.Integer(), nullable=may_be_empty, comment=says)
    if op.get_bind().dialect.name == "sqlite":
        return  # it keeps no comments
    for name, says in comments.items():
        op.alter_column("customer_version", name, existing_type=sa.Integer(), comment=says)
