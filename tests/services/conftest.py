"""Gives the tests of the services a desk to work at: an empty one, or the reference quarter's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import Server, copied
from tests.factories import Desk, at, load_quarter
from tracker.store.schema import upgrade


def _open_quarter(engine: sa.Engine) -> None:
    upgrade(engine)
    load_quarter(Desk(engine, Path()), close=False)


def _closed_quarter(engine: sa.Engine) -> None:
    upgrade(engine)
    load_quarter(Desk(engine, Path()), close=True)


@pytest.fixture
def desk(database: sa.Engine, tmp_path: Path) -> Desk:
    """Return the office's desk on a database without rows; it is 4 April 2023."""
    return Desk(database, tmp_path / "briefings")


@pytest.fixture
def open_quarter(server: Server, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk with the reference quarter loaded and no month closed."""
    with copied(server, _open_quarter) as engine:
        yield Desk(engine, tmp_path / "briefings")


@pytest.fixture
def closed_quarter(server: Server, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk with the reference quarter loaded and its three months closed."""
    with copied(server, _closed_quarter) as engine:
        yield Desk(engine, tmp_path / "briefings", now=at("2023-04-11"))
