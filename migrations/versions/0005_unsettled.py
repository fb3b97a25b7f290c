"""Finding corrections of closed months costs the same however many reports there are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_report_unsettled",
        "report",
        ["period_id", "subproject_id"],
        sqlite_where=sa.text("counted IS NOT settled"),
        postgresql_where=sa.text("counted IS DISTINCT FROM settled"),
    )


def downgrade() -> None:
    op.drop_index("ix_report_unsettled", "report")
