"""let_terms_be_left_to_the_organization"""

import sqlalchemy as sa
from alembic import op

revision = "8c1d7a4be236"
down_revision = "5e1f0c7d92ab"
branch_labels = None
depends_on = None

# What was written down stays as it is: nobody can tell who meant it from who never thought of it.
BEFORE = {"billing_day": 1, "terms_days": 14}
ONCE = {
    "billing_day": "Day of the month, 1 to 28.",
    "terms_days": "Days until an invoice is due, 0 to 365.",
    "credit_limit": "Customer's currency; empty: none.",
}
NOW = {
    "billing_day": "Day of the month, 1 to 28. Empty: as the organization, or else 1.",
    "terms_days": "Days until an invoice is due, 0 to 365. Empty: as the organization, or else 14.",
    "credit_limit": "Customer's currency. Empty: as the organization, or else none.",
}


def upgrade() -> None:
    may_be_empty(True)
    tell(NOW, ONCE)


def downgrade() -> None:
    customer = sa.table("customer", *(sa.column(name, sa.Integer) for name in BEFORE))
    for name, value in BEFORE.items():
        op.execute(customer.update().where(customer.c[name].is_(None)).values({name: value}))
    may_be_empty(False)
    tell(ONCE, NOW)


def may_be_empty(so: bool) -> None:
    with op.batch_alter_table("customer", table_kwargs={"sqlite_autoincrement": True}) as batch:
        for name in BEFORE:
            batch.alter_column(name, existing_type=sa.Integer(), nullable=so)


def tell(comments: dict[str, str], before: dict[str, str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # it keeps no comments
    for table in ("customer", "customer_version"):
        for name, says in comments.items():
            op.alter_column(table, name, comment=says, existing_comment=before[name])
