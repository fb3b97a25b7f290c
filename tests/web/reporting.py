"""Owns the instance that the tests of reporting change: the seeded year with April closed and May open, copied per test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.web.conftest import make_app, sign_in, token_of
from tests.web.markup import parse, problems
from tests.web.seed import ACTOR, PASSWORD
from tracker import clock
from tracker.app import create_app
from tracker.core.periods import Period
from tracker.services.accounts import add_account
from tracker.services.closing import close_period
from tracker.services.periods import open_period
from tracker.services.reopenings import Target, reopen
from tracker.services.review import Seen, accept, return_reports
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import make_engine, reading, writing
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportRevision
from tracker.store.roster import KeyProject, Subproject

MAY = Period(2023, 5)
#: May's deadline is at the end of 5 June.
NOW = datetime(2023, 6, 2, 9, 30, tzinfo=clock.ZONE)
#: Who reports, and for which unit: A-1, A-2 and K-4 are 市科技局's, A-2 武进区's too, B-1 another's.
REPORTERS = {"reporter": "市科技局", "colleague": "市科技局", "district": "武进区", "stranger": "市人社局"}


def build(home: Path) -> None:
    """Make the instance once."""
    app = make_app(home, with_year=True)
    engine = make_engine(app.extensions["tracker_settings"].database_url)
    with writing(engine) as session:
        close_period(session, ACTOR, Period(2023, 4), datetime(2023, 5, 10, 10, tzinfo=clock.ZONE))
        open_period(session, ACTOR, MAY, datetime(2023, 5, 29, 10, tzinfo=clock.ZONE))
        for name, unit in REPORTERS.items():
            if name != "reporter":
                add_account(
                    session,
                    ACTOR,
                    NOW,
                    name,
                    f"{unit}{name}",
                    Role.REPORTER,
                    (unit,),
                    PASSWORD,
                    must_change=False,
                )
    engine.dispose()


@dataclass
class Browser:
    """Somebody's browser."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> str:
        """Return a page that must be there, and valid."""
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        assert problems(answer.text) == [], path
        return answer.text

    def post(self, path: str, told: dict[str, str], accept: str = "text/html") -> TestResponse:
        """Send a form."""
        token = token_of(self.client.get("/account").text)
        return self.client.post(path, data={"csrf_token": token, **told}, headers={"Accept": accept})

    def json(self, path: str, told: dict[str, str]) -> Any:
        """Send what is being typed as the scripts do: the token in a header, JSON back."""
        token = token_of(self.client.get("/account").text)
        answer = self.client.post(
            path, data=told, headers={"X-CSRFToken": token, "Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json


@dataclass
class Place:
    """One test's own instance, and what the tests do to it behind the pages."""

    home: Path
    now: datetime = NOW
    app: Flask = field(init=False)
    engine: sa.Engine = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings.at(self.home, insecure_cookies=True)
        self.app = create_app(settings, now=lambda: self.now)
        self.app.testing = True
        self.engine = make_engine(settings.database_url)

    def browser(self, username: str = "reporter") -> Browser:
        """Return a browser that is signed in."""
        client = self.app.test_client()
        assert sign_in(client, username) == 302
        return Browser(client)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction."""
        with writing(self.engine) as session:
            yield session

    def all(self, *wanted: Any) -> list[Any]:
        """Return the rows of a selection."""
        with reading(self.engine) as session:
            return [tuple(row) for row in session.execute(sa.select(*wanted))]

    def report(self, code: str, period: Period = MAY) -> tuple[Report, list[ReportRevision]]:
        """Return a report and its revisions."""
        with reading(self.engine) as session:
            head = session.scalars(
                sa.select(Report)
                .join(PeriodRow, PeriodRow.id == Report.period_id)
                .outerjoin(Subproject, Subproject.id == Report.subproject_id)
                .outerjoin(KeyProject, KeyProject.id == Report.key_project_id)
                .where(PeriodRow.year == period.year, PeriodRow.month == period.month)
                .where(sa.or_(Subproject.code == code, KeyProject.code == code))
            ).one()
            revisions = session.scalars(
                sa.select(ReportRevision)
                .where(ReportRevision.report_id == head.id)
                .order_by(ReportRevision.number)
            ).all()
            session.expunge_all()
            return head, list(revisions)

    def send_back(self, code: str, reason: str) -> None:
        """Return the newest revision of May's report."""
        head, revisions = self.report(code)
        with self.writing() as session:
            return_reports(session, ACTOR, [Seen(head.id, revisions[-1].number)], reason, self.now)

    def accept(self, code: str) -> None:
        """Accept the newest revision of May's report."""
        head, revisions = self.report(code)
        with self.writing() as session:
            accept(session, ACTOR, [Seen(head.id, revisions[-1].number)], self.now)

    def close(self, period: Period = MAY) -> None:
        """Close a month."""
        self.now = datetime(2023, 6, 12, 10, tzinfo=clock.ZONE)
        with self.writing() as session:
            close_period(session, ACTOR, period, self.now)

    def reopen(self, period: Period, target: Target, reason: str) -> None:
        """Reopen a closed month for some days."""
        with self.writing() as session:
            reopen(session, ACTOR, period, target, reason, self.now.replace(day=28), self.now)


def copy_of(built: Path, home: Path) -> Place:
    """Return an instance of its own."""
    shutil.copytree(built, home)
    return Place(home)


def hrefs(html: str) -> list[str]:
    """Return where the page's links lead."""
    return [link.get("href", "") for link in parse(html).iter("a")]


def value_of(html: str, name: str) -> str:
    """Return what stands in a field."""
    for element in parse(html).iter():
        if element.get("name") == name and element.tag in ("input", "textarea"):
            return element.get("value", "") if element.tag == "input" else (element.text or "")
    raise AssertionError(f"the page has no field {name}")


def notes_at(html: str, field_id: str) -> str:
    """Return what is said at a field."""
    for element in parse(html).iter("ul"):
        if element.get("id") == f"{field_id}-notes":
            return "".join(element.itertext())
    raise AssertionError(f"the page has no notes at {field_id}")
