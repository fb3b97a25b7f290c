"""Takes the guards off a table for a moment, as somebody with the database's password could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Desk


@contextmanager
def unguarded(desk: Desk, table: str) -> Iterator[Session]:
    """Open a transaction in which the rows of `table` can be rewritten; the guards come back afterwards."""
    with desk.writing() as session:
        if session.get_bind().dialect.name == "sqlite":
            triggers = sa.text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
            )
            guards = session.execute(triggers, {"table": table}).all()
            assert guards
            for name, _ in guards:
                session.execute(sa.text(f"DROP TRIGGER {name}"))
            yield session
            session.flush()
            for _, statement in guards:
                session.execute(sa.text(statement))
        else:
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            yield session
            session.flush()
            session.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
