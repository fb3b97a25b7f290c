"""The tables of the whole domain"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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
)

REFUSE_REWRITING = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "reporter",
                "office",
                "leader",
                "administrator",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_object", ["object_kind", "object_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "front",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_front")),
        sa.UniqueConstraint("name", name=op.f("uq_front_name")),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "failed",
                name="runstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("claimed_by", sa.String(length=100), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_table(
        "office_setting",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_office_setting")),
    )
    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "upcoming",
                "open",
                "closed",
                name="periodstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("year", "month", name=op.f("uq_period_year_month")),
    )
    op.create_table(
        "plan_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_plan_year")),
    )
    op.create_table(
        "rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.String(length=7), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("version", name=op.f("uq_rule_version_version")),
    )
    op.create_table(
        "state_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=24), nullable=False),
        sa.Column("after", sa.String(length=24), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_change")),
    )
    with op.batch_alter_table("state_change", schema=None) as batch_op:
        batch_op.create_index("ix_state_change_object", ["kind", "object_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "department",
                "district",
                name="unitkind_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    op.create_table(
        "account_unit",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_unit_account_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_unit_id")),
        sa.PrimaryKeyConstraint("account_id", "unit_id", name=op.f("pk_account_unit")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_api_token_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "briefing_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("front_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["front_id"], ["front.id"], name=op.f("fk_briefing_issue_front_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_briefing_issue_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing_issue")),
        sa.UniqueConstraint(
            "period_id", "front_id", "number", name=op.f("uq_briefing_issue_period_id_front_id_number")
        ),
    )
    op.create_table(
        "front_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("front_id", sa.Integer(), nullable=False),
        sa.Column(
            "cohort",
            sa.Enum(
                "continuing",
                "newly_started",
                "new",
                name="cohort_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("annual_plan", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["front_id"], ["front.id"], name=op.f("fk_front_total_front_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_front_total_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_front_total")),
        sa.UniqueConstraint(
            "period_id",
            "front_id",
            "cohort",
            "number",
            name=op.f("uq_front_total_period_id_front_id_cohort_number"),
        ),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("front_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["front_id"], ["front.id"], name=op.f("fk_programme_front_id")),
        sa.ForeignKeyConstraint(["year"], ["plan_year.year"], name=op.f("fk_programme_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("year", "front_id", "name", name=op.f("uq_programme_year_front_id_name")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("front_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("briefing", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["front_id"], ["front.id"], name=op.f("fk_snapshot_front_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_snapshot_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint(
            "period_id", "front_id", "number", name=op.f("uq_snapshot_period_id_front_id_number")
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_issue_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                name="deliverystate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_issue_id"], ["briefing_issue.id"], name=op.f("fk_delivery_briefing_issue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_briefing_issue_id"), ["briefing_issue_id"], unique=False
        )

    op.create_table(
        "key_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "project", "work", name="kind_known", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["unit.id"], name=op.f("fk_key_project_lead_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_key_project_programme_id")),
        sa.ForeignKeyConstraint(["year"], ["plan_year.year"], name=op.f("fk_key_project_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_project")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_key_project_programme_id_name")),
        sa.UniqueConstraint("year", "code", name=op.f("uq_key_project_year_code")),
    )
    with op.batch_alter_table("key_project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_key_project_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_key_project_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "subproject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("key_project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "continuing",
                "new",
                "preparatory",
                name="category_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("planned_start", sa.String(length=7), nullable=True),
        sa.Column("total_investment", sa.BigInteger(), nullable=True),
        sa.Column("completed_before_year", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_after", sa.String(length=7), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["unit.id"], name=op.f("fk_subproject_district_id")),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_subproject_key_project_id")
        ),
        sa.ForeignKeyConstraint(["year"], ["plan_year.year"], name=op.f("fk_subproject_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subproject")),
        sa.UniqueConstraint("key_project_id", "name", name=op.f("uq_subproject_key_project_id_name")),
        sa.UniqueConstraint("year", "code", name=op.f("uq_subproject_year_code")),
    )
    with op.batch_alter_table("subproject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subproject_district_id"), ["district_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subproject_key_project_id"), ["key_project_id"], unique=False)

    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_exemption_period_id")),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_exemption_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
        sa.UniqueConstraint("period_id", "subproject_id", name=op.f("uq_exemption_period_id_subproject_id")),
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemption_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "meeting_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "closed_out",
                name="actionstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_action_meeting_id")),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_meeting_action_subproject_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_meeting_action_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_action")),
    )
    with op.batch_alter_table("meeting_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_action_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_action_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_milestone_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_milestone_key_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_milestone_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_key_project_id"), ["key_project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestone_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column(
            "colour",
            sa.Enum(
                "blue",
                "yellow",
                "red",
                name="noticecolour_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "replied",
                "closed_out",
                name="noticestate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_notice_subproject_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_subproject_id"), ["subproject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.String(length=7), nullable=False),
        sa.Column("annual_plan", sa.BigInteger(), nullable=False),
        sa.Column("month_01", sa.BigInteger(), nullable=True),
        sa.Column("month_02", sa.BigInteger(), nullable=True),
        sa.Column("month_03", sa.BigInteger(), nullable=True),
        sa.Column("month_04", sa.BigInteger(), nullable=True),
        sa.Column("month_05", sa.BigInteger(), nullable=True),
        sa.Column("month_06", sa.BigInteger(), nullable=True),
        sa.Column("month_07", sa.BigInteger(), nullable=True),
        sa.Column("month_08", sa.BigInteger(), nullable=True),
        sa.Column("month_09", sa.BigInteger(), nullable=True),
        sa.Column("month_10", sa.BigInteger(), nullable=True),
        sa.Column("month_11", sa.BigInteger(), nullable=True),
        sa.Column("month_12", sa.BigInteger(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_plan_revision_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_revision")),
        sa.UniqueConstraint("subproject_id", "number", name=op.f("uq_plan_revision_subproject_id_number")),
    )
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("raised_in", sa.String(length=7), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("help_needed", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "raised",
                "assigned",
                "in_progress",
                "resolved",
                "closed_out",
                name="problemstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("closed_out_in", sa.String(length=7), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_problem_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_problem_key_project_id")
        ),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_problem_subproject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_key_project_id"), ["key_project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_problem_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "returned",
                "accepted",
                name="reportstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_report_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_report_key_project_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_report_period_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_report_subproject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("period_id", "key_project_id", name=op.f("uq_report_period_id_key_project_id")),
        sa.UniqueConstraint("period_id", "subproject_id", name=op.f("uq_report_period_id_subproject_id")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_key_project_id"), ["key_project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_subproject_id"), ["subproject_id"], unique=False)

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
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_report_draft_account_id")),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_report_draft_key_project_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_report_draft_period_id")),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_report_draft_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint(
            "period_id",
            "subproject_id",
            "key_project_id",
            "account_id",
            name=op.f("uq_report_draft_period_id_subproject_id_key_project_id_account_id"),
        ),
    )
    op.create_table(
        "responsibility",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_responsibility_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_responsibility_key_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_responsibility_subproject_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_responsibility_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
        sa.UniqueConstraint(
            "key_project_id", "unit_id", name=op.f("uq_responsibility_key_project_id_unit_id")
        ),
        sa.UniqueConstraint("subproject_id", "unit_id", name=op.f("uq_responsibility_subproject_id_unit_id")),
    )
    with op.batch_alter_table("responsibility", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responsibility_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "snapshot_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("plan_revision", sa.Integer(), nullable=False),
        sa.Column(
            "light",
            sa.Enum(
                "green",
                "grey",
                "yellow",
                "red",
                name="light_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("worsened", sa.Boolean(), nullable=False),
        sa.Column("flagged_months", sa.Integer(), nullable=False),
        sa.Column("lagging_months", sa.Integer(), nullable=False),
        sa.Column("missing_months", sa.Integer(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("behind", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_snapshot_line_snapshot_id")),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_snapshot_line_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_line")),
        sa.UniqueConstraint(
            "snapshot_id", "subproject_id", name=op.f("uq_snapshot_line_snapshot_id_subproject_id")
        ),
    )
    with op.batch_alter_table("snapshot_line", schema=None) as batch_op:
        batch_op.create_index("ix_snapshot_line_light", ["snapshot_id", "light", "behind"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshot_line_subproject_id"), ["subproject_id"], unique=False)
        batch_op.create_index(
            "ix_snapshot_line_worsened", ["snapshot_id", "worsened", "light", "behind"], unique=False
        )

    op.create_table(
        "co_handler",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_co_handler_problem_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_co_handler_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_handler")),
        sa.UniqueConstraint("problem_id", "unit_id", name=op.f("uq_co_handler_problem_id_unit_id")),
    )
    with op.batch_alter_table("co_handler", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_co_handler_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_evidence_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_report_id"), ["report_id"], unique=False)

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
                name="proposalstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("annual_plan", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_revision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_revision_id"], ["plan_revision.id"], name=op.f("fk_plan_proposal_plan_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_plan_proposal_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_proposal")),
    )
    with op.batch_alter_table("plan_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_proposal_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "report_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("month_completed", sa.BigInteger(), nullable=True),
        sa.Column("ytd_completed", sa.BigInteger(), nullable=True),
        sa.Column("actual_start", sa.String(length=7), nullable=True),
        sa.Column("target_reached", sa.Text(), nullable=False),
        sa.Column("physical_progress", sa.Text(), nullable=False),
        sa.Column("problem_text", sa.Text(), nullable=False),
        sa.Column("help_needed", sa.Text(), nullable=False),
        sa.Column("next_intention", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_revision_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_revision")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_revision_report_id_number")),
    )
    if op.get_context().dialect.name != "sqlite":
        op.execute(REFUSE_REWRITING)
    for table in APPEND_ONLY:
        guard(table)


def guard(table: str) -> None:
    """Let the database itself refuse to change or delete what is written once."""
    message = f"rows of {table} are written once"
    if op.get_context().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )


def downgrade() -> None:
    raise NotImplementedError("the first revision has nothing before it; restore a backup instead")
