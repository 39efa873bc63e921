"""add_operations_mail_and_portal"""

import sqlalchemy as sa
from alembic import op

revision = "cdac09491bd0"
down_revision = "699ed488b3d0"
branch_labels = None
depends_on = None

SEARCHED = (
    "address",
    "app_setting",
    "contact",
    "customer",
    "note",
    "price_level",
    "reseller",
    "role",
    "staff_user",
    "tag",
)


def upgrade() -> None:
    op.create_table(
        "clock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_result", sa.String(length=200), nullable=False),
        sa.Column("last_failed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint("name", name=op.f("uq_clock_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "unique_key",
            sa.String(length=120),
            nullable=True,
            comment="Of two with the same key only the first is made.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "dead",
                "cancelled",
                name="jobstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False, comment="Not before."),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column(
            "leased_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Whose lease is over may be taken again.",
        ),
        sa.Column("worker", sa.String(length=200), nullable=False, comment="Host, process and thread."),
        sa.Column("error", sa.Text(), nullable=False, comment="Of the last attempt."),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'dead', 'cancelled')", name=op.f("ck_job_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_job_unique_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("job") as batch_op:
        batch_op.create_index(batch_op.f("ix_job_finished_at"), ["finished_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_name_state"), ["name", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state_run_at_id"), ["state", "run_at", "id"], unique=False)

    op.create_table(
        "message_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.String(length=32), nullable=False, comment="The program asks for it by this name."
        ),
        sa.Column(
            "channel",
            sa.Enum("email", "sms", "letter", name="messagechannel", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "topic",
            sa.Enum(
                "invoice",
                "receipt",
                "suspension",
                "usage_alert",
                "ticket",
                "outage",
                "password",
                "rating",
                "quote",
                "letter",
                "other",
                name="messagetopic",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column(
            "body",
            sa.Text(),
            nullable=False,
            comment="Paragraphs apart by an empty line. The HTML is made from it.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms', 'letter')", name=op.f("ck_message_template_channel")),
        sa.CheckConstraint(
            "topic IN ('invoice', 'receipt', 'suspension', 'usage_alert', 'ticket', 'outage', 'password', 'rating', 'quote', 'letter', 'other')",
            name=op.f("ck_message_template_topic"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("code", "locale", name=op.f("uq_message_template_code_locale")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message_template") as batch_op:
        batch_op.create_index(batch_op.f("ix_message_template_code"), ["code"], unique=False)

    op.create_table(
        "message_template_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "code",
            sa.String(length=32),
            autoincrement=False,
            nullable=True,
            comment="The program asks for it by this name.",
        ),
        sa.Column(
            "channel",
            sa.Enum("email", "sms", "letter", name="messagechannel", native_enum=False, length=24),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "topic",
            sa.Enum(
                "invoice",
                "receipt",
                "suspension",
                "usage_alert",
                "ticket",
                "outage",
                "password",
                "rating",
                "quote",
                "letter",
                "other",
                name="messagetopic",
                native_enum=False,
                length=24,
            ),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("locale", sa.String(length=16), autoincrement=False, nullable=True),
        sa.Column("subject", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column(
            "body",
            sa.Text(),
            autoincrement=False,
            nullable=True,
            comment="Paragraphs apart by an empty line. The HTML is made from it.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_message_template_version")),
    )
    with op.batch_alter_table("message_template_version") as batch_op:
        batch_op.create_index(
            "ix_message_template_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_message_template_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "not_duplicate_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "other_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("why", sa.String(length=200), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_not_duplicate_version")),
    )
    with op.batch_alter_table("not_duplicate_version") as batch_op:
        batch_op.create_index("ix_not_duplicate_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_not_duplicate_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_not_duplicate_version_other_id", ["other_id"], unique=False)
        batch_op.create_index("ix_not_duplicate_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "portal_user_version",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
            comment="Empty: the customer itself.",
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            autoincrement=False,
            nullable=True,
            comment="What they sign in with; nobody else may have it.",
        ),
        sa.Column(
            "must_change_password",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="At the next sign-in.",
        ),
        sa.Column(
            "is_active", sa.Boolean(), autoincrement=False, nullable=True, comment="Off: signed out at once."
        ),
        sa.Column(
            "is_primary",
            sa.Boolean(),
            autoincrement=False,
            nullable=True,
            comment="The log-in that recovery mails go to.",
        ),
        sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", "transaction_id", name=op.f("pk_portal_user_version")),
    )
    with op.batch_alter_table("portal_user_version") as batch_op:
        batch_op.create_index("ix_portal_user_version_contact_id", ["contact_id"], unique=False)
        batch_op.create_index("ix_portal_user_version_customer_id", ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_portal_user_version_deleted",
            ["transaction_id"],
            unique=False,
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.create_index("ix_portal_user_version_transaction_id", ["transaction_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False, comment="Held by the page that confirms it."),
        sa.Column(
            "kind", sa.Enum("operation", "undo", name="runkind", native_enum=False, length=24), nullable=False
        ),
        sa.Column("undo_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=False, comment="Name of its function."),
        sa.Column("title", sa.String(length=200), nullable=False, comment="In words, as the button said."),
        sa.Column("answers", sa.JSON(), nullable=False, comment="What the form was told."),
        sa.Column("selection", sa.Text(), nullable=False, comment="Which rows were meant, in words."),
        sa.Column(
            "path", sa.Enum("rows", "set", "whole", name="path", native_enum=False, length=24), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "waiting",
                "queued",
                "running",
                "paused",
                "done",
                "cancelled",
                "failed",
                name="runstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column(
            "approved_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="The second person, where one is asked.",
        ),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False, comment="Why all of it ended."),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('operation', 'undo')", name=op.f("ck_run_kind")),
        sa.CheckConstraint("path IN ('rows', 'set', 'whole')", name=op.f("ck_run_path")),
        sa.CheckConstraint(
            "state IN ('planned', 'waiting', 'queued', 'running', 'paused', 'done', 'cancelled', 'failed')",
            name=op.f("ck_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["undo_of_id"], ["run.id"], name=op.f("fk_run_undo_of_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("key", name=op.f("uq_run_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("run") as batch_op:
        batch_op.create_index(batch_op.f("ix_run_planned_at"), ["planned_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_run_staff_id_planned_at"), ["staff_id", "planned_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_run_state_planned_at"), ["state", "planned_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_run_table_name_planned_at"), ["table_name", "planned_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_run_undo_of_id"), ["undo_of_id"], unique=False)

    op.create_table(
        "sent_form",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_form")),
        sa.UniqueConstraint("key", name=op.f("uq_sent_form_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sent_form") as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_form_at"), ["at"], unique=False)

    op.create_table(
        "run_row",
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "row_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=True, comment="Of the row when the run was planned."),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "changed",
                "same",
                "refused",
                "failed",
                "skipped",
                name="rowstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why not, or what was left as it is."),
        sa.Column(
            "label",
            sa.String(length=200),
            nullable=False,
            comment="What the row was called, where that may be lost.",
        ),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("also", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_row_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "row_id", name=op.f("pk_run_row")),
    )
    with op.batch_alter_table("run_row") as batch_op:
        batch_op.create_index(batch_op.f("ix_run_row_row_id_run_id"), ["row_id", "run_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_run_row_run_id_state_row_id"), ["run_id", "state", "row_id"], unique=False
        )

    op.create_table(
        "not_duplicate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("customer_id < other_id", name=op.f("ck_not_duplicate_in_order")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_not_duplicate_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["customer.id"], name=op.f("fk_not_duplicate_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_duplicate")),
        sa.UniqueConstraint("customer_id", "other_id", name=op.f("uq_not_duplicate_customer_id_other_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("not_duplicate") as batch_op:
        batch_op.create_index(batch_op.f("ix_not_duplicate_other_id"), ["other_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("email", "sms", "letter", name="messagechannel", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "topic",
            sa.Enum(
                "invoice",
                "receipt",
                "suspension",
                "usage_alert",
                "ticket",
                "outage",
                "password",
                "rating",
                "quote",
                "letter",
                "other",
                name="messagetopic",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="As sent, with every secret blanked."),
        sa.Column("html", sa.Text(), nullable=False, comment="The same as HTML."),
        sa.Column(
            "secrets",
            sa.Text(),
            nullable=True,
            comment="What the blanks stand for, encrypted; emptied as soon as it is sent or given up.",
        ),
        sa.Column(
            "mail_id", sa.String(length=200), nullable=False, comment="Message-ID; the same in every attempt."
        ),
        sa.Column(
            "unique_key",
            sa.String(length=120),
            nullable=True,
            comment="Of two with the same key only the first is made.",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued", "sent", "failed", "withdrawn", name="messagestate", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False, comment="What the mail server said last."),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Not before; empty: never again.",
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "sent_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Staff member; empty: the program.",
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resent_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False, comment="What it was told."),
        sa.CheckConstraint("channel IN ('email', 'sms', 'letter')", name=op.f("ck_message_channel")),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'withdrawn')", name=op.f("ck_message_state")
        ),
        sa.CheckConstraint(
            "topic IN ('invoice', 'receipt', 'suspension', 'usage_alert', 'ticket', 'outage', 'password', 'rating', 'quote', 'letter', 'other')",
            name=op.f("ck_message_topic"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_message_contact_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_message_customer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resent_of_id"], ["message.id"], name=op.f("fk_message_resent_of_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_message_mail_id")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_message_unique_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message") as batch_op:
        batch_op.create_index(batch_op.f("ix_message_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_message_customer_id_queued_at"), ["customer_id", "queued_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_message_queued_at_id"), ["queued_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_resent_of_id"), ["resent_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_state_next_at"), ["state", "next_at"], unique=False)

    op.create_table(
        "portal_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Empty: the customer itself.",
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            nullable=False,
            comment="What they sign in with; nobody else may have it.",
        ),
        sa.Column("email_norm", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column(
            "must_change_password", sa.Boolean(), nullable=False, comment="At the next sign-in."
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="Off: signed out at once."),
        sa.Column(
            "is_primary", sa.Boolean(), nullable=False, comment="The log-in that recovery mails go to."
        ),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_portal_user_contact_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_portal_user_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_user")),
        sa.UniqueConstraint("email_norm", name=op.f("uq_portal_user_email_norm")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("portal_user") as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_user_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_user_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_portal_user_no_password",
            ["customer_id"],
            unique=False,
            sqlite_where=sa.text("password_hash IS NULL"),
            postgresql_where=sa.text("password_hash IS NULL"),
        )
        batch_op.create_index(
            "uq_portal_user_primary",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("is_primary"),
            postgresql_where=sa.text("is_primary"),
        )

    op.create_table(
        "impersonation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_name", sa.String(length=120), nullable=False),
        sa.Column(
            "staff_session_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="It ends with this session.",
        ),
        sa.Column("portal_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "writes_from",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Since when they may also change something.",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_impersonation_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["portal_user_id"],
            ["portal_user.id"],
            name=op.f("fk_impersonation_portal_user_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["staff_user_id"],
            ["staff_user.id"],
            name=op.f("fk_impersonation_staff_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impersonation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("impersonation") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_impersonation_customer_id_started_at"), ["customer_id", "started_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_impersonation_portal_user_id"), ["portal_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_impersonation_staff_user_id"), ["staff_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_impersonation_started_at"), ["started_at"], unique=False)
        batch_op.create_index(
            "uq_impersonation_open",
            ["staff_user_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "portal_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("portal_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False, comment="The browser, as it names itself."),
        sa.ForeignKeyConstraint(
            ["portal_user_id"],
            ["portal_user.id"],
            name=op.f("fk_portal_session_portal_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_portal_session_token_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("portal_session") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_portal_session_portal_user_id"), ["portal_user_id"], unique=False
        )

    with op.batch_alter_table("activity", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(
            sa.Column("impersonation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_activity_impersonation_id"), ["impersonation_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_impersonation_id"),
            "impersonation",
            ["impersonation_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("password_token", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(
            sa.Column("portal_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.alter_column("staff_user_id", existing_type=sa.BigInteger(), nullable=True)
        batch_op.create_index(
            batch_op.f("ix_password_token_portal_user_id"), ["portal_user_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_password_token_portal_user_id"),
            "portal_user",
            ["portal_user_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_password_token_one_owner"), "(staff_user_id IS NULL) <> (portal_user_id IS NULL)"
        )

    op.add_column(
        "sign_in_failure",
        sa.Column(
            "realm",
            sa.String(length=16),
            server_default="staff",
            nullable=False,
            comment="Counted apart: staff, portal, links.",
        ),
    )
    # The last change of a customer is found in its history, so that an update may leave all indexes alone.
    with op.batch_alter_table("customer_version") as batch_op:
        batch_op.create_index("ix_customer_version_updated_at_id", ["updated_at", "id"], unique=False)
    op.drop_index("ix_customer_updated_at_id", "customer")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE customer SET (fillfactor = 50)")
        # Of the lines of a new run statistics know nothing and would say so; without any, the planner
        # takes each run for a two-hundredth of the table and finds its lines by their index.
        op.execute("ALTER TABLE run_row ALTER COLUMN run_id SET STATISTICS 0")
    create_search_table("message_template")
    for table in SEARCHED:
        create_search_table(table)
        op.execute(f"INSERT INTO {table}_search (id, search_text) SELECT id, search_text FROM {table}")
        op.create_search(f"{table}_search")
        op.drop_search(table)
        op.drop_column(table, "search_text")
    op.create_search("message_template_search")


def create_search_table(table: str) -> None:
    """A row that changes is written into each of its indexes, but not into those of another table."""
    op.create_table(
        f"{table}_search",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], [f"{table}.id"], name=op.f(f"fk_{table}_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}_search")),
    )


def drop_search_table(table: str) -> None:
    op.drop_search(f"{table}_search")
    op.drop_table(f"{table}_search")


def downgrade() -> None:
    drop_search_table("message_template")
    for table in SEARCHED:
        op.add_column(table, sa.Column("search_text", sa.Text(), server_default="", nullable=False))
        kept = f"SELECT search_text FROM {table}_search WHERE {table}_search.id = {table}.id"
        op.execute(f"UPDATE {table} SET search_text = coalesce(({kept}), '')")
        drop_search_table(table)
        op.create_search(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE customer RESET (fillfactor)")
    op.create_index("ix_customer_updated_at_id", "customer", ["updated_at", "id"], unique=False)
    with op.batch_alter_table("customer_version") as batch_op:
        batch_op.drop_index("ix_customer_version_updated_at_id")
    op.drop_column("sign_in_failure", "realm")
    with op.batch_alter_table("password_token", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_password_token_one_owner"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_password_token_portal_user_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_password_token_portal_user_id"))
        batch_op.alter_column("staff_user_id", existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_column("portal_user_id")

    with op.batch_alter_table("activity", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_activity_impersonation_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_activity_impersonation_id"))
        batch_op.drop_column("impersonation_id")

    with op.batch_alter_table("portal_session") as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_session_portal_user_id"))

    op.drop_table("portal_session")
    with op.batch_alter_table("impersonation") as batch_op:
        batch_op.drop_index(
            "uq_impersonation_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_impersonation_started_at"))
        batch_op.drop_index(batch_op.f("ix_impersonation_staff_user_id"))
        batch_op.drop_index(batch_op.f("ix_impersonation_portal_user_id"))
        batch_op.drop_index(batch_op.f("ix_impersonation_customer_id_started_at"))

    op.drop_table("impersonation")
    with op.batch_alter_table("portal_user") as batch_op:
        batch_op.drop_index(
            "uq_portal_user_primary",
            sqlite_where=sa.text("is_primary"),
            postgresql_where=sa.text("is_primary"),
        )
        batch_op.drop_index(
            "ix_portal_user_no_password",
            sqlite_where=sa.text("password_hash IS NULL"),
            postgresql_where=sa.text("password_hash IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_portal_user_customer_id"))
        batch_op.drop_index(batch_op.f("ix_portal_user_contact_id"))

    op.drop_table("portal_user")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_state_next_at"))
        batch_op.drop_index(batch_op.f("ix_message_run_id"))
        batch_op.drop_index(batch_op.f("ix_message_resent_of_id"))
        batch_op.drop_index(batch_op.f("ix_message_queued_at_id"))
        batch_op.drop_index(batch_op.f("ix_message_customer_id_queued_at"))
        batch_op.drop_index(batch_op.f("ix_message_contact_id"))

    op.drop_table("message")
    with op.batch_alter_table("not_duplicate") as batch_op:
        batch_op.drop_index(batch_op.f("ix_not_duplicate_other_id"))

    op.drop_table("not_duplicate")
    with op.batch_alter_table("run_row") as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_row_run_id_state_row_id"))
        batch_op.drop_index(batch_op.f("ix_run_row_row_id_run_id"))

    op.drop_table("run_row")
    with op.batch_alter_table("sent_form") as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_form_at"))

    op.drop_table("sent_form")
    with op.batch_alter_table("run") as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_undo_of_id"))
        batch_op.drop_index(batch_op.f("ix_run_table_name_planned_at"))
        batch_op.drop_index(batch_op.f("ix_run_state_planned_at"))
        batch_op.drop_index(batch_op.f("ix_run_staff_id_planned_at"))
        batch_op.drop_index(batch_op.f("ix_run_planned_at"))

    op.drop_table("run")
    with op.batch_alter_table("portal_user_version") as batch_op:
        batch_op.drop_index("ix_portal_user_version_transaction_id")
        batch_op.drop_index(
            "ix_portal_user_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_portal_user_version_customer_id")
        batch_op.drop_index("ix_portal_user_version_contact_id")

    op.drop_table("portal_user_version")
    with op.batch_alter_table("not_duplicate_version") as batch_op:
        batch_op.drop_index("ix_not_duplicate_version_transaction_id")
        batch_op.drop_index("ix_not_duplicate_version_other_id")
        batch_op.drop_index(
            "ix_not_duplicate_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )
        batch_op.drop_index("ix_not_duplicate_version_customer_id")

    op.drop_table("not_duplicate_version")
    with op.batch_alter_table("message_template_version") as batch_op:
        batch_op.drop_index("ix_message_template_version_transaction_id")
        batch_op.drop_index(
            "ix_message_template_version_deleted",
            sqlite_where=sa.text("operation_type = 2"),
            postgresql_where=sa.text("operation_type = 2"),
        )

    op.drop_table("message_template_version")
    with op.batch_alter_table("message_template") as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_template_code"))

    op.drop_table("message_template")
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_at_id"))
        batch_op.drop_index(batch_op.f("ix_job_name_state"))
        batch_op.drop_index(batch_op.f("ix_job_finished_at"))

    op.drop_table("job")
    op.drop_table("clock")
