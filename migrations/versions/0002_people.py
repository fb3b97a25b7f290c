"""What people do with a month: drafts, evidence, reopenings, reminders, proposals, uploads, tokens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: As `tracker.store.tables.APPEND_ONLY` stood at this revision.
APPEND_ONLY = (
    "plan_revision",
    "report_revision",
    "front_total",
    "snapshot",
    "snapshot_line",
    "rule_version",
    "state_change",
    "audit_entry",
    "reminder",
)


def upgrade() -> None:
    # Nothing has written these three before this revision.
    for table in ("evidence", "plan_proposal", "report_draft"):
        op.drop_table(table)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failure_at"), ["at"], unique=False)
        batch_op.create_index("ix_sign_in_failure_name", ["username", "at"], unique=False)

    op.create_table(
        "pending_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_pending_upload_account_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_pending_upload_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_upload")),
    )
    with op.batch_alter_table("pending_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_upload_account_id"), ["account_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_reminder_period_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reminder_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "idempotent_answer",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_idempotent_answer_token_id")),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_idempotent_answer")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.String(length=100), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_evidence_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_evidence_key_project_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_evidence_period_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_evidence_subproject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_key_project_id"), ["key_project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_period_id"), ["period_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=100), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN subproject_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN key_project_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_reopening_one_object"),
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_reopening_key_project_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_reopening_period_id")),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_reopening_subproject_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reopening_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopening")),
    )
    with op.batch_alter_table("reopening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reopening_period_id"), ["period_id"], unique=False)

    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_report_draft_one_object")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_report_draft_account_id")),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_report_draft_key_project_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_report_draft_period_id")),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_report_draft_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("account_id", "period_id", "key_project_id", name="uq_report_draft_work"),
        sa.UniqueConstraint("account_id", "period_id", "subproject_id", name="uq_report_draft_line"),
    )
    op.create_table(
        "plan_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "rejected",
                "withdrawn",
                name="proposalstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("annual_plan", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("effective_from", sa.String(length=7), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("plan_revision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_revision_id"], ["plan_revision.id"], name=op.f("fk_plan_proposal_plan_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_plan_proposal_subproject_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_proposal_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_proposal")),
    )
    with op.batch_alter_table("plan_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_proposal_subproject_id"), ["subproject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_proposal_unit_id"), ["unit_id"], unique=False)

    op.add_column("account", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("settled", sa.Integer(), nullable=True))
    op.add_column("report_revision", sa.Column("milestones", sa.JSON(), nullable=True))
    op.add_column("report_revision", sa.Column("doubts", sa.JSON(), nullable=True))
    op.execute(
        "UPDATE report SET counted_at = (SELECT made_at FROM report_revision AS r"
        " WHERE r.report_id = report.id AND r.number = report.counted)"
    )
    op.execute(
        "UPDATE report SET settled = counted WHERE state = 'accepted'"
        " OR period_id IN (SELECT id FROM period WHERE state = 'closed')"
    )
    if op.get_context().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reminder_no_{event.lower()} BEFORE {event} ON reminder "
                "BEGIN SELECT RAISE(ABORT, 'rows of reminder are written once'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER reminder_written_once BEFORE UPDATE OR DELETE ON reminder "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        # PostgreSQL can empty a table without touching its rows one by one.
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
            )


def downgrade() -> None:
    raise NotImplementedError("what people wrote since cannot be kept; restore a backup instead")
