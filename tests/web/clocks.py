"""Owns a clock that a test sets, and applications that run by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from tests.web.seed import NOW, seed_accounts, seed_year
from tracker.app import create_app
from tracker.instance import initialise
from tracker.settings import Settings
from tracker.store.engine import make_engine, reading, writing


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        """Let so much time pass, said as for a timedelta."""
        self.moment += timedelta(**by)


def app_by(clock: Clock, home: Path, *, with_year: bool = True) -> Flask:
    """Return an application over an instance of its own that lives by `clock`."""
    settings = Settings.at(home, insecure_cookies=True)
    engine = initialise(settings)
    with writing(engine) as session:
        seed_accounts(session)
        if with_year:
            seed_year(session, settings)
    engine.dispose()
    return another(clock, home)


def another(clock: Clock, home: Path) -> Flask:
    """Return one more application on the instance in `home`, as another process would run it."""
    app = create_app(Settings.at(home, insecure_cookies=True), now=clock)
    app.testing = True
    return app


@contextmanager
def looking(app: Flask) -> Iterator[Session]:
    """Open the application's database for looking."""
    engine = make_engine(app.extensions["tracker_settings"].database_url)
    try:
        with reading(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def changing(app: Flask) -> Iterator[Session]:
    """Open the application's database for one transaction."""
    engine = make_engine(app.extensions["tracker_settings"].database_url)
    try:
        with writing(engine) as session:
            yield session
    finally:
        engine.dispose()
