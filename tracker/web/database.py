"""Owns what a request reads and writes with: one session for looking, transactions, and the moment it stands at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from tracker.services.audit_anchors import drop_anchor_when_due
from tracker.settings import Settings
from tracker.store.engine import reading, writing

_ENGINE = "tracker_engine"
_NOW = "tracker_now"


def install(app: Flask, engine: sa.Engine, now: Callable[[], datetime]) -> None:
    """Give `app` its database and its clock."""
    app.extensions[_ENGINE] = engine
    app.extensions[_NOW] = now
    app.teardown_appcontext(_close)


def read_session() -> Session:
    """Return the request's session for looking only; whatever it did is rolled back."""
    if "read_session" not in g:
        stack = ExitStack()
        g.read_session = stack.enter_context(reading(current_app.extensions[_ENGINE]))
        g.read_stack = stack
    session: Session = g.read_session
    return session


@contextmanager
def write_session() -> Iterator[Session]:
    """Open the one transaction of a request that changes something: kept at the end, undone on any exception.

    What was read before is let go first, so that a page made afterwards shows what was written.
    """
    _close(None)
    engine = current_app.extensions[_ENGINE]
    with writing(engine) as session:
        yield session
    try:
        drop_anchor_when_due(engine, settings().audit_anchors, present())
    except OSError as error:
        # What was asked for is written; a folder that takes no file is for the doctor and the log.
        current_app.logger.warning("audit anchor not written: %s", error)


def present() -> datetime:
    """Return the moment at which this request looks at everything."""
    if "present" not in g:
        g.present = current_app.extensions[_NOW]()
    moment: datetime = g.present
    return moment


def settings() -> Settings:
    """Return the settings of the instance."""
    found: Settings = current_app.extensions["tracker_settings"]
    return found


def _close(_error: BaseException | None) -> None:
    g.pop("read_session", None)
    stack: ExitStack | None = g.pop("read_stack", None)
    if stack is not None:
        stack.close()
