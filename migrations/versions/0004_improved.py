"""What got better since last month stands beside what got worse, so that a page reads only what it shows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: The column repeats what the frozen figures say; how each database reads the light of the month before there.
_FILL = {
    "sqlite": (
        "UPDATE snapshot_line SET improved = true WHERE "
        "(light = 'green' AND json_extract(figures, '$.previous_light') IN ('red', 'yellow')) "
        "OR (light = 'yellow' AND json_extract(figures, '$.previous_light') = 'red' "
        "AND json_extract(figures, '$.status') IN ('on_time', 'late'))"
    ),
    "postgresql": (
        "UPDATE snapshot_line SET improved = true WHERE "
        "(light = 'green' AND figures::json ->> 'previous_light' IN ('red', 'yellow')) "
        "OR (light = 'yellow' AND figures::json ->> 'previous_light' = 'red' "
        "AND figures::json ->> 'status' IN ('on_time', 'late'))"
    ),
}


def upgrade() -> None:
    op.add_column(
        "snapshot_line", sa.Column("improved", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    dialect = op.get_context().dialect.name
    _unguard(dialect)
    op.execute(_FILL[dialect])
    _guard(dialect)
    op.create_index(
        "ix_snapshot_line_improved", "snapshot_line", ["snapshot_id", "improved", "light", "completed"]
    )


def _unguard(dialect: str) -> None:
    if dialect == "sqlite":
        op.execute("DROP TRIGGER snapshot_line_no_update")
    else:
        op.execute("ALTER TABLE snapshot_line DISABLE TRIGGER snapshot_line_written_once")


def _guard(dialect: str) -> None:
    """Put the guard of 0001 back."""
    if dialect == "sqlite":
        op.execute(
            "CREATE TRIGGER snapshot_line_no_update BEFORE UPDATE ON snapshot_line "
            "BEGIN SELECT RAISE(ABORT, 'rows of snapshot_line are written once'); END"
        )
    else:
        op.execute("ALTER TABLE snapshot_line ENABLE TRIGGER snapshot_line_written_once")


def downgrade() -> None:
    raise NotImplementedError("a column that repeats what is frozen does no harm; restore a backup instead")
