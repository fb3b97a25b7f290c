"""Owns the connection to the database: SQLite in the instance by default, PostgreSQL by address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

#: The execution option with which a transaction says that it is going to write.
WRITES = "tracker_writes"


def make_engine(url: str) -> sa.Engine:
    """Return an engine for `url`; a bare postgresql:// address uses the psycopg driver."""
    address = sa.make_url(url)
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        address,
        # A failing statement must not print passwords' hashes or figures into a log.
        hide_parameters=True,
        pool_pre_ping=address.get_backend_name() != "sqlite",
    )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins too late and too weakly; `_begin_sqlite` takes over.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "synchronous=NORMAL",
        # Otherwise REPLACE deletes rows behind the back of the triggers that guard what is written once.
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once: two writers then wait for each other instead of failing half-way.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Session]:
    """Open a session for looking only; whatever it did is rolled back at the end."""
    with engine.connect() as connection, Session(bind=connection) as session:
        yield session
        session.rollback()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[Session]:
    """Open the one transaction of an entry point: committed at the end, rolled back on any exception."""
    with (
        engine.connect().execution_options(**{WRITES: True}) as connection,
        Session(bind=connection) as session,
        session.begin(),
    ):
        yield session
