"""What follows from a light: problems handled, notices, meetings, instructions, actions, and what is said about each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Tables of this revision whose rows are written once.
WRITTEN_ONCE = ("remark", "remark_file", "instruction", "notice_dismissal")

_CATEGORIES = "'land', 'approval', 'funding', 'demolition', 'construction', 'utilities', 'other'"
_DIFFICULTIES = "'unit', 'several_units', 'city'"
#: Columns of `problem`. SQLite adds a column with its constraint in place, where Alembic would copy the table.
PROBLEM_COLUMNS = (
    f"category VARCHAR(24) CONSTRAINT ck_problem_problemcategory_known CHECK (category IN ({_CATEGORIES}))",
    f"difficulty VARCHAR(24) CONSTRAINT ck_problem_difficulty_known CHECK (difficulty IN ({_DIFFICULTIES}))",
    "unit_id INTEGER CONSTRAINT fk_problem_unit_id REFERENCES unit (id)",
    "handler_id INTEGER CONSTRAINT fk_problem_handler_id REFERENCES unit (id)",
)


def upgrade() -> None:
    # Nothing has written these three before this revision.
    for table in ("meeting_action", "meeting", "notice"):
        op.drop_table(table)
    for column in PROBLEM_COLUMNS:
        op.execute(f"ALTER TABLE problem ADD COLUMN {column}")
    op.create_index(op.f("ix_problem_handler_id"), "problem", ["handler_id"], unique=False)
    # What stands there came with reports, and none says whose: it was told in the name of the unit that leads.
    op.execute(
        "UPDATE problem SET unit_id = (SELECT key_project.lead_id FROM key_project WHERE key_project.id = COALESCE("
        "problem.key_project_id, (SELECT subproject.key_project_id FROM subproject"
        " WHERE subproject.id = problem.subproject_id)))"
    )
    op.add_column("co_handler", sa.Column("deadline", sa.Date(), nullable=True))
    op.add_column("co_handler", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report_revision", sa.Column("cell", sa.String(length=120), nullable=True))
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "held",
                name="meetingstate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("chair", sa.String(length=200), nullable=False),
        sa.Column("attendees", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("agenda", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_table(
        "notice_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
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
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_dismissal")),
        sa.UniqueConstraint(
            "period", "subject", "colour", name=op.f("uq_notice_dismissal_period_subject_colour")
        ),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "problem",
                "notice",
                "action",
                "line",
                "work",
                name="remarkkind_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_remark_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_object", "remark", ["kind", "object_id"], unique=False)
    op.create_table(
        "remark_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_remark_file_remark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark_file")),
    )
    op.create_index(op.f("ix_remark_file_remark_id"), "remark_file", ["remark_id"], unique=False)
    op.create_table(
        "instruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(subproject_id IS NULL) <> (key_project_id IS NULL)", name=op.f("ck_instruction_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_instruction_key_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_instruction_subproject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
    )
    op.create_index(op.f("ix_instruction_key_project_id"), "instruction", ["key_project_id"], unique=False)
    op.create_index(op.f("ix_instruction_subproject_id"), "instruction", ["subproject_id"], unique=False)
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("instruction_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
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
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(meeting_id IS NULL) <> (instruction_id IS NULL)", name=op.f("ck_action_one_source")
        ),
        sa.CheckConstraint(
            "subproject_id IS NULL OR key_project_id IS NULL", name=op.f("ck_action_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instruction.id"], name=op.f("fk_action_instruction_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_action_key_project_id")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_action_meeting_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_action_problem_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_action_subproject_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_action_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_instruction_id"), "action", ["instruction_id"], unique=False)
    op.create_index(op.f("ix_action_key_project_id"), "action", ["key_project_id"], unique=False)
    op.create_index(op.f("ix_action_meeting_id"), "action", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_action_subproject_id"), "action", ["subproject_id"], unique=False)
    op.create_index(op.f("ix_action_unit_id"), "action", ["unit_id"], unique=False)
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
                "withdrawn",
                name="noticestate_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.Column("key_project_id", sa.Integer(), nullable=True),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "subproject_id IS NULL OR key_project_id IS NULL", name=op.f("ck_notice_one_object")
        ),
        sa.ForeignKeyConstraint(["follows_id"], ["notice.id"], name=op.f("fk_notice_follows_id")),
        sa.ForeignKeyConstraint(
            ["key_project_id"], ["key_project.id"], name=op.f("fk_notice_key_project_id")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_notice_problem_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_notice_subproject_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
    )
    op.create_index(op.f("ix_notice_key_project_id"), "notice", ["key_project_id"], unique=False)
    op.create_index(op.f("ix_notice_problem_id"), "notice", ["problem_id"], unique=False)
    op.create_index(op.f("ix_notice_subproject_id"), "notice", ["subproject_id"], unique=False)
    op.create_index(op.f("ix_notice_unit_id"), "notice", ["unit_id"], unique=False)
    for table in WRITTEN_ONCE:
        _write_once(table)


def _write_once(table: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )


def downgrade() -> None:
    raise NotImplementedError("what people wrote since cannot be kept; restore a backup instead")
