"""Owns the databases that tests run on: SQLite files and a real PostgreSQL, each a copy of a prepared one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from tracker.store.engine import make_engine
from tracker.store.tables import Base

#: Fills an empty database; what it leaves behind is copied for every test that asks for the same.
Prepare = Callable[[sa.Engine], object]


class Server(Protocol):
    """Somewhere databases come from; `copy` returns the address of a fresh copy of what `prepare` made."""

    def copy(self, prepare: Prepare) -> str: ...

    def drop(self, url: str) -> None: ...


class SqliteFiles:
    """SQLite databases as files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()
        self._prepared: dict[Prepare, Path] = {}

    def copy(self, prepare: Prepare) -> str:
        if prepare not in self._prepared:
            file = self._new()
            engine = make_engine(f"sqlite:///{file}")
            prepare(engine)
            # Without its write-ahead log the file alone is the whole database.
            with engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            engine.dispose()
            self._prepared[prepare] = file
        return f"sqlite:///{shutil.copy(self._prepared[prepare], self._new())}"

    def drop(self, url: str) -> None:
        Path(url.removeprefix("sqlite:///")).unlink()

    def _new(self) -> Path:
        return self.folder / f"{next(self._numbers)}.sqlite3"


class PostgresServer:
    """Databases on one PostgreSQL server."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self._numbers = count()
        self._prepared: dict[Prepare, str] = {}
        with self._admin.connect() as connection:
            # The server dies with the test run, so nothing needs to survive a power cut.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(sa.text("SELECT pg_reload_conf()"))

    def copy(self, prepare: Prepare) -> str:
        if prepare not in self._prepared:
            name = self._new("template0")
            engine = make_engine(self._address(name))
            prepare(engine)
            engine.dispose()
            self._prepared[prepare] = name
        return self._address(self._new(self._prepared[prepare]))

    def drop(self, url: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{sa.make_url(url).database}" WITH (FORCE)'))

    def close(self) -> None:
        self._admin.dispose()

    def _new(self, template: str) -> str:
        name = f"tracker_{next(self._numbers)}"
        with self._admin.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return name

    def _address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def copied(server: Server, prepare: Prepare) -> Iterator[sa.Engine]:
    """Open a fresh copy of what `prepare` makes; it is dropped at the end."""
    url = server.copy(prepare)
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
        server.drop(url)


def address(engine: sa.Engine) -> str:
    """Return the address under which another process reaches the database."""
    return engine.url.render_as_string(hide_password=False)


def nothing(engine: sa.Engine) -> None:
    """Prepare an empty database."""


def dump(engine: sa.Engine, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, but for the tables in `without`."""
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }
