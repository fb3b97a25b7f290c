"""Lets a second transaction work on the same database while a first one is still open."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy.orm import Session

from tests.databases import address
from tests.factories import Desk
from tracker.store.engine import make_engine, writing


class Second(threading.Thread):
    """Another process's work, on a connection of its own; `outcome` is what it raised, or None."""

    def __init__(self, desk: Desk, work: Callable[[Session], object]) -> None:
        super().__init__(daemon=True)
        self.engine = make_engine(address(desk.engine))
        self.work = work
        self.outcome: BaseException | None = None

    def run(self) -> None:
        try:
            with writing(self.engine) as session:
                self.work(session)
        except BaseException as error:
            self.outcome = error
        finally:
            self.engine.dispose()
