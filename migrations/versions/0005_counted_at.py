"""Finding corrections of closed months costs the same however many reports there are"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_report_counted_at", "report", ["period_id", "counted_at"])


def downgrade() -> None:
    op.drop_index("ix_report_counted_at", "report")
