"""index_keys_only_where_set"""

import sqlalchemy as sa
from alembic import op

revision = "5e1f0c7d92ab"
down_revision = "b545cb66548e"
branch_labels = None
depends_on = None

KEYS = {
    "activity": ("impersonation_id", "staff_id"),
    "customer": ("created_by_id", "merged_into_id", "organization_id", "price_level_id"),
    "customer_version": (
        "created_by_id",
        "merged_into_id",
        "organization_id",
        "price_level_id",
        "reseller_id",
    ),
    "data_account": ("subscription_id",),
    "data_account_version": ("subscription_id",),
    "document": ("uploaded_by_id",),
    "document_version": ("uploaded_by_id",),
    "facility": ("address_id", "subscription_id"),
    "facility_version": ("address_id", "subscription_id"),
    "impersonation": ("portal_user_id",),
    "message": ("contact_id", "document_id", "resent_of_id"),
    "note": ("author_id",),
    "note_version": ("author_id",),
    "notification_setting": ("contact_id",),
    "notification_setting_version": ("contact_id",),
    "order_line": ("subscription_id",),
    "order_line_version": ("subscription_id",),
    "package_change": ("submitted_by_id",),
    "package_change_version": ("submitted_by_id",),
    "password_token": ("portal_user_id", "staff_user_id"),
    "portal_user": ("contact_id",),
    "portal_user_version": ("contact_id",),
    "price": ("price_level_id",),
    "price_version": ("price_level_id",),
    "product": ("rate_plan_id",),
    "product_version": ("rate_plan_id",),
    "quote": ("owner_id",),
    "quote_version": ("owner_id",),
    "rating": ("portal_user_id",),
    "run": ("undo_of_id",),
    "sales_order": ("address_id", "owner_id"),
    "sales_order_version": ("address_id", "owner_id", "quote_id"),
    "sim": ("sim_group_id", "subscription_id"),
    "sim_version": ("customer_id", "sim_group_id", "subscription_id"),
    "subscription": ("address_id", "parent_id"),
    "subscription_version": ("address_id", "parent_id"),
    "suspension": ("approved_by_id",),
    "suspension_version": ("approved_by_id",),
    "ticket": ("created_by_id", "subscription_id"),
    "ticket_event": ("author_id", "message_id", "portal_user_id"),
    "ticket_version": ("created_by_id", "owner_id", "subscription_id"),
    "usage_record": ("rate_id", "usage_file_id"),
    "voip_line": ("rate_plan_id", "subscription_id"),
    "voip_line_version": ("rate_plan_id", "subscription_id"),
}


def upgrade() -> None:
    for table, keys in KEYS.items():
        for key in keys:
            op.drop_index(f"ix_{table}_{key}", table)
            sparse(f"ix_{table}_{key}", table, key)
    op.drop_index("ix_sim_customer", "sim")
    sparse("ix_sim_customer_id", "sim", "customer_id")


def downgrade() -> None:
    op.drop_index("ix_sim_customer_id", "sim")
    sparse("ix_sim_customer", "sim", "customer_id")
    for table, keys in KEYS.items():
        for key in keys:
            op.drop_index(f"ix_{table}_{key}", table)
            op.create_index(f"ix_{table}_{key}", table, [key])


def sparse(name: str, table: str, key: str) -> None:
    some = sa.text(f"{key} IS NOT NULL")
    op.create_index(name, table, [key], sqlite_where=some, postgresql_where=some)
