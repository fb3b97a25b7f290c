"""Owns the programs that the tests let ask: an application on either database, and whoever shows it a token."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.databases import Server, address, copied
from tests.web.seed import ACTOR, NOW, seed_accounts, seed_year
from tracker.app import create_app
from tracker.services.tokens import create_token
from tracker.settings import Settings
from tracker.store.engine import reading, writing
from tracker.store.schema import upgrade

PREFIX = "/api/v1"
#: The unit that leads A-1 and A-2 and reports the work K-4's neighbour; B-1 and A-3 are the other department's.
UNIT, OTHER = "市科技局", "市人社局"


def seeded(engine: sa.Engine) -> None:
    """Fill an empty database with the year that the tests of the pages look at."""
    upgrade(engine)
    with tempfile.TemporaryDirectory() as home, writing(engine) as session:
        seed_accounts(session)
        seed_year(session, Settings.at(Path(home)))


class Office:
    """An instance with its application; `now` is the moment at which the next request is looked at."""

    def __init__(self, engine: sa.Engine, home: Path) -> None:
        self.engine = engine
        self.now = NOW
        #: A token that stays valid for all requests of a test.
        self.known_secret = ""
        settings = Settings.at(home, database_url=address(engine), insecure_cookies=True)
        self.app: Flask = create_app(settings, now=lambda: self.now)
        self.app.testing = True

    def secret(self, unit: str = UNIT, days: int = 30, name: str = "对接") -> str:
        """Make a token for a unit and return its secret."""
        with writing(self.engine) as session:
            return create_token(session, ACTOR, self.now, unit, name, days).secret

    def program(self, unit: str = UNIT) -> Program:
        """Return a program with a fresh token of `unit`."""
        return Program(self.app, self.secret(unit))

    def all(self, *wanted: Any) -> list[Any]:
        """Return the rows of a selection, as tuples; of one column, its values."""
        with reading(self.engine) as session:
            rows = session.execute(sa.select(*wanted)).all()
        return [row[0] if len(wanted) == 1 else tuple(row) for row in rows]

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let requests be looked at later or earlier for a while."""
        before, self.now = self.now, moment
        try:
            yield
        finally:
            self.now = before


@contextmanager
def opened(server: Server, home: Path) -> Iterator[Office]:
    """Open an instance over a fresh copy of the seeded year."""
    with copied(server, seeded) as engine:
        office = Office(engine, home)
        try:
            yield office
        finally:
            office.app.extensions["tracker_engine"].dispose()


class Program:
    """A program that shows a token with everything it asks."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.app, self.secret = app, secret

    def ask(self, method: str, path: str, key: str | None = None, **options: Any) -> TestResponse:
        """Send a request below /api/v1, as a browserless client without any cookie."""
        headers = {"Authorization": f"Bearer {self.secret}"} | options.pop("headers", {})
        if key is not None:
            headers["Idempotency-Key"] = key
        client = self.app.test_client(use_cookies=False)
        return client.open(PREFIX + path, method=method, headers=headers, **options)

    def get(self, path: str) -> Any:
        """Return the JSON of an address that must answer 200."""
        answer = self.ask("GET", path)
        assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
        return answer.json

    def put(
        self, code: str, amount: str | None = None, based_on: int = 0, month: str = "2023-04", **said: Any
    ) -> TestResponse:
        """Hand in one report; `key` and `query` are the request's, everything else is said in the report."""
        key, query = said.pop("key", None), said.pop("query", "")
        told = ({} if amount is None else {"month_completed": amount}) | said
        return self.ask(
            "PUT", f"/reports/{month}/{code}{query}", key, json={"based_on": based_on, "said": told}
        )
