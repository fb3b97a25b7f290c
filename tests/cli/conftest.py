"""Gives the tests of the command line an instance to run commands on, in the process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from tests.databases import Server, address, copied, dump
from tests.factories import Desk, at, load_closed_quarter, load_open_quarter
from tracker import clock
from tracker.cli import main
from tracker.store.schema import upgrade


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit status and both of its outputs."""

    status: int
    out: str
    err: str

    @property
    def reasons(self) -> list[str]:
        """Return the lines on stderr."""
        return self.err.splitlines()


@dataclass
class Instance:
    """An instance on disk, with its database wherever `url` says; `engine` looks at the same database."""

    home: Path
    engine: sa.Engine
    url: str
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = {"TRACKER_HOME": str(self.home), "TRACKER_DATABASE_URL": self.url}

    @property
    def desk(self) -> Desk:
        """Return a desk on the instance's database."""
        return Desk(self.engine, self.home / "briefings")

    def run(self, *words: object) -> Outcome:
        """Run one command here; anything but an exit status is a traceback and fails the test."""
        done = CliRunner().invoke(main, [str(word) for word in words], env=self.environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise AssertionError(f"a traceback: {done.exception!r}") from done.exception
        return Outcome(done.exit_code, done.stdout, done.stderr)

    def refused(self, *words: object) -> list[str]:
        """Run a command that must be refused with 1 and leave the database alone; return its reasons."""
        before = dump(self.engine)
        done = self.run(*words)
        assert done.status == 1, done
        assert dump(self.engine) == before, "a refused command must leave nothing behind"
        assert done.reasons
        return done.reasons

    def start(self, *words: object) -> subprocess.Popen[str]:
        """Start one command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "tracker", *map(str, words)],
            cwd=self.home.parent,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def finished(process: subprocess.Popen[str]) -> Outcome:
    """Wait for a process to end."""
    out, err = process.communicate(timeout=120)
    return Outcome(process.returncode, out, err)


def _instance(server: Server, prepare: Any, home: Path) -> Iterator[Instance]:
    with copied(server, prepare) as engine:
        found = Instance(home, engine, address(engine))
        assert found.run("init").status == 0
        yield found


@pytest.fixture
def instance(server: Server, tmp_path: Path) -> Iterator[Instance]:
    """Return an instance without data, on SQLite and on PostgreSQL."""
    yield from _instance(server, upgrade, tmp_path / "home")


@pytest.fixture
def quarter(server: Server, tmp_path: Path) -> Iterator[Instance]:
    """Return an instance with the reference quarter, no month closed."""
    yield from _instance(server, load_open_quarter, tmp_path / "home")


@pytest.fixture
def closed(sqlite_server: Server, tmp_path: Path) -> Iterator[Instance]:
    """Return an instance with the reference quarter closed, on SQLite."""
    yield from _instance(sqlite_server, load_closed_quarter, tmp_path / "home")


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what sets the day on which commands run in this process; it is 4 April 2023."""

    def on(day: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: at(day))

    on("2023-04-04")
    return on
