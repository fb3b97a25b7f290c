"""Owns an instance of a test's own where the office reviews April: reports wait, others are missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.clocks import Clock, another, app_by, changing, looking
from tests.web.conftest import sign_in, token_of
from tests.web.seed import HOSTILE
from tracker.core.periods import Period
from tracker.services.actors import Actor
from tracker.services.reporting import Entry, Reporter, submit
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report
from tracker.store.roster import KeyProject, Subproject, Unit

APRIL, MARCH = Period(2023, 4), Period(2023, 3)
#: Whoever types for the units; the name has to be escaped wherever it stands.
TYPIST = f"填报员{HOSTILE}"


@dataclass
class OfficeDesk:
    """An application of the test's own with the office signed in."""

    app: Flask
    clock: Clock
    client: FlaskClient

    def get(self, path: str, **query: str) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, query_string=query or None)

    def post(self, path: str, token_from: str = "/periods", **fields: Any) -> TestResponse:
        """Send a form with the token of a page."""
        token = token_of(self.client.get(token_from).text)
        return self.client.post(path, data={"csrf_token": token, **fields})

    def as_role(self, role: str) -> FlaskClient:
        """Return another browser, signed in with a role."""
        client = self.app.test_client()
        assert sign_in(client, role) == 302
        return client

    def hand_in(
        self, code: str, amount: str = "", based_on: int = 0, period: Period = APRIL, **typed: str
    ) -> None:
        """Hand in one report."""
        with changing(self.app) as session:
            who = Reporter(Actor(TYPIST[:100]), frozenset(session.scalars(sa.select(Unit.id))))
            entry = Entry(code, {"month_completed": amount, **typed}, based_on)
            submit(session, who, period, [entry], self.clock.moment, "网页表单")

    def report(self, code: str, period: Period = APRIL) -> Report:
        """Return a report as it stands."""
        with looking(self.app) as session:
            found = session.scalars(
                sa.select(Report)
                .join(PeriodRow, PeriodRow.id == Report.period_id)
                .outerjoin(Subproject, Subproject.id == Report.subproject_id)
                .outerjoin(KeyProject, KeyProject.id == Report.key_project_id)
                .where(PeriodRow.month == period.month)
                .where(sa.func.coalesce(Subproject.code, KeyProject.code) == code)
            ).one()
            session.expunge(found)
            return found

    def seen(self, code: str, period: Period = APRIL) -> str:
        """Return a report as a form of the office carries it."""
        found = self.report(code, period)
        return f"{found.id}.{found.revisions}.{found.state.value}"

    def all(self, *wanted: Any) -> list[Any]:
        """Return the rows of a selection; of one column, its values."""
        with looking(self.app) as session:
            rows = session.execute(sa.select(*wanted)).all()
        return [row[0] if len(wanted) == 1 else tuple(row) for row in rows]


def build(home: Path) -> None:
    """Make the instance that tests of the office copy: three reports of April wait, one line is missing."""
    clock = Clock()
    app = app_by(clock, home)
    desk = OfficeDesk(app, clock, app.test_client())
    desk.hand_in("A-1", "160", 1, physical_progress="主体封顶")
    desk.hand_in("A-3", "2000", explanation=f"一次结清{HOSTILE}", physical_progress=HOSTILE)
    desk.hand_in("K-4", target_reached="已出台一项政策")


def office_desk(built: Path, home: Path) -> OfficeDesk:
    """Return a desk at a copy of the built instance, the office signed in."""
    shutil.copytree(built, home)
    clock = Clock()
    app = another(clock, home)
    client = app.test_client()
    assert sign_in(client, "office") == 302
    return OfficeDesk(app, clock, client)
