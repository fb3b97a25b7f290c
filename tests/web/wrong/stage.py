"""Owns the month that wrong submissions are sent to: its lines, its people and programs, and their way in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.databases import Server, address, dump
from tests.factories import ACTOR, Desk, at, line, month, work
from tests.web.conftest import sign_in, token_of
from tests.web.programs import Program
from tests.web.seed import PASSWORD
from tracker.app import create_app
from tracker.core.figures import PeriodState
from tracker.services.accounts import add_account
from tracker.services.actors import Actor
from tracker.services.reporting import Entry, Reporter, submit
from tracker.services.review import Seen, return_reports
from tracker.services.tokens import create_token, revoke_token
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import make_engine
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report
from tracker.store.roster import KeyProject, MilestoneRow, Subproject, Unit
from tracker.store.schema import upgrade

#: March is open; January and February are closed, April has not begun, and nobody thought of September.
MONTH, CLOSED, UPCOMING, UNHEARD = "2023-03", "2023-02", "2023-04", "2023-09"
NOW = at("2023-04-03")
MINE, OTHER = "市科技局", "市人社局"
#: What A-1 said in February.
LAST_PROGRESS, LAST_INTENTION = "主体施工至三层", "开始砌筑内墙"
USED_KEY = "用过的键".encode().hex()
#: What may be written although nothing is handed in: what is typed and looked at, and who fails to sign in.
ASIDE = ("report_draft", "pending_upload", "sign_in_failure")


def staged(engine: sa.Engine) -> None:
    """Fill an empty database with the month."""
    upgrade(engine)
    with tempfile.TemporaryDirectory() as home:
        desk = Desk(engine, Path(home) / "briefings")
        _roster(desk)
        _months(desk)
        _march(desk.on("2023-04-01"))


def _roster(desk: Desk) -> None:
    desk.on("2023-01-10").roster(
        [
            line("平台一期", "1200", code="A-1", total_investment=20_000_000, completed_before_year=0),
            line("平台二期", "600", code="A-2", category="new", planned_start="2023-02"),
            line("平台三期", "1200", code="A-3"),
            line("平台四期", "1200", code="A-4"),
            line("平台五期", "1200", code="A-5"),
            line("预备平台", None, code="P-1", category="preparatory"),
            line("人才公寓", "600", code="B-1", lead=OTHER),
            work("出台政策", code="W-1"),
        ]
    )
    with desk.writing() as session:
        line_id = session.scalars(sa.select(Subproject.id).where(Subproject.code == "A-1")).one()
        work_id = session.scalars(sa.select(KeyProject.id).where(KeyProject.code == "W-1")).one()
        session.add(MilestoneRow(name="主体封顶", due_on=date(2023, 3, 20), subproject_id=line_id))
        session.flush()
        session.add(MilestoneRow(name="印发文件", due_on=date(2023, 6, 1), key_project_id=work_id))
        for name, unit in (("zhao", MINE), ("qian", OTHER)):
            told = (name, f"{name}甲", Role.REPORTER, (unit,), PASSWORD)
            add_account(session, ACTOR, desk.now, *told, must_change=False)


def _months(desk: Desk) -> None:
    for number, amount in ((1, "100"), (2, "110")):
        period = f"2023-{number:02d}"
        desk.on(f"2023-{number:02d}-25").open(period)
        words = {"physical_progress": LAST_PROGRESS, "next_intention": LAST_INTENTION}
        typed = {code: {"month_completed": amount} for code in ("A-1", "A-3", "A-4", "A-5")}
        typed["A-1"] |= words if number == 2 else {"physical_progress": "桩基施工"}
        typed["A-2"] = {"month_completed": "0"}
        _hand_in(desk.on(f"2023-{number + 1:02d}-02"), period, MINE, typed)
        _hand_in(desk, period, OTHER, {"B-1": {"month_completed": "50"}})
        desk.on(f"2023-{number + 1:02d}-10").close(period)


def _march(desk: Desk) -> None:
    """Let A-3 be reported twice, A-4 come back from the office; April is known and has not begun."""
    desk.open(MONTH)
    _hand_in(desk, MONTH, MINE, {"A-3": {"month_completed": "90"}, "A-4": {"month_completed": "80"}})
    _hand_in(desk, MONTH, MINE, {"A-3": {"month_completed": "95"}}, based_on=1)
    with desk.writing() as session:
        head = session.scalars(
            sa.select(Report.id)
            .join(Subproject, Subproject.id == Report.subproject_id)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .where(Subproject.code == "A-4", PeriodRow.month == 3)
        ).one()
        return_reports(session, Actor("督查室 王敏"), [Seen(head, 1)], "金额与发票不符", desk.now)
        session.add(PeriodRow(year=2023, month=4, state=PeriodState.UPCOMING))


def _hand_in(
    desk: Desk, period: str, unit: str, typed: Mapping[str, Mapping[str, str]], based_on: int = 0
) -> None:
    with desk.writing() as session:
        units = frozenset(session.scalars(sa.select(Unit.id).where(Unit.name == unit)))
        entries = [Entry(code, words, based_on) for code, words in typed.items()]
        submit(session, Reporter(Actor("填报员 孙红"), units), month(period), entries, desk.now, "网页表单")


class Stage:
    """The application over the month, a browser of the reporter 赵 of 市科技局, and programs.

    `standing` is every row of every table before anything wrong is sent, but for `ASIDE`.
    """

    def __init__(self, server: Server, home: Path) -> None:
        self.engine = make_engine(server.copy(staged))
        settings = Settings.at(home, database_url=address(self.engine), insecure_cookies=True)
        self.app = create_app(settings, now=lambda: NOW)
        self.app.testing = True
        self.browser, self.token = self._signed_in("zhao")
        self.neighbour, self.neighbours_token = self._signed_in("qian")
        self.program, self.gone, self.revoked = (self._program(way) for way in ("", "expired", "revoked"))
        told = self.program.put("A-5", "70", month=MONTH, key=USED_KEY)
        assert told.status_code == 200, told.text
        self.standing = self.written()

    def written(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what is written now, signing in included: it happened before."""
        return dump(self.engine, without=ASIDE)

    def post(self, path: str, told: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> TestResponse:
        """Send a form as the browser of 赵 does, with the token of the pages."""
        fields = {
            name: FileStorage(value[0], value[1]) if isinstance(value, tuple) else value
            for name, value in ({"csrf_token": self.token} | dict(told)).items()
        }
        boundary, content = encode_multipart(fields)
        return self.browser.post(path, data=content, content_type=f"multipart/form-data; boundary={boundary}")

    def close(self) -> None:
        """Let go of the database."""
        self.app.extensions["tracker_engine"].dispose()
        self.engine.dispose()

    def _signed_in(self, name: str) -> tuple[FlaskClient, str]:
        client = self.app.test_client()
        assert sign_in(client, name) == 302
        code = "A-1" if name == "zhao" else "B-1"
        return client, token_of(client.get(f"/month/{MONTH}/{code}").text)

    def _program(self, end: str) -> Program:
        begun = NOW - timedelta(days=60 if end == "expired" else 1)
        desk = Desk(self.engine, Path())
        with desk.writing() as session:
            made = create_token(session, ACTOR, begun, MINE, "对接", 30)
            if end == "revoked":
                revoke_token(session, ACTOR, NOW, made.token.id)
        return Program(self.app, made.secret)
