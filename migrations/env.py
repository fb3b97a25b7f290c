"""Runs the migrations on the connection that `tracker.store.schema` hands over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from tracker.store.tables import Base


def render_item(kind: str, item: Any, _context: object) -> str | bool:
    """Write our own column types as the plain types they rest on, so that old migrations stay readable."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter a table in place; Alembic then copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
