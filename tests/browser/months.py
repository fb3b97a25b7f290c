"""Owns the stage on which the tests play a whole month: the reference quarter with March open, everybody signed up."""

from __future__ import annotations

import json
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.databases import Server, address, copied
from tests.factories import ACTOR, FRONTS_FILE, ROSTER_FILE, Desk, at, reports_file
from tests.reference import table
from tests.web.seed import PASSWORD
from tracker.app import create_app
from tracker.cli import main
from tracker.instance import initialise
from tracker.services.accounts import add_account
from tracker.services.tokens import create_token
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import writing
from tracker.store.schema import upgrade

#: What every report of the play says beside its amount: some of the real amounts are unusual.
EXPLANATION = "与现场进度一致，已经核对"


def march_open(engine: sa.Engine) -> None:
    """Fill an empty database: January and February closed, March open, an account for each of the 26 units."""
    upgrade(engine)
    desk = Desk(engine, Path())
    desk.on("2023-01-28").roster(ROSTER_FILE)
    for number, opened, reported, closed in (
        (1, "2023-01-29", "2023-02-02", "2023-02-10"),
        (2, "2023-02-27", "2023-03-02", "2023-03-10"),
    ):
        desk.on(opened).open(f"2023-{number:02d}")
        desk.on(reported).reports(f"2023-{number:02d}", reports_file(number), accept=True)
        with tempfile.TemporaryDirectory():
            desk.on(closed).close(f"2023-{number:02d}")
    desk.on("2023-03-30").open("2023-03")
    desk.fronts("2023-03", FRONTS_FILE)
    now = at("2023-03-30")
    with writing(engine) as session:
        add_account(session, ACTOR, now, "office", "王敏", Role.OFFICE, (), PASSWORD, must_change=False)
        for unit in table("units.csv"):
            for username in (unit["code"].lower(), f"{unit['code'].lower()}b"):
                add_account(
                    session, ACTOR, now, username, unit["name"], Role.REPORTER, (unit["name"],), PASSWORD,
                    must_change=False,
                )  # fmt: skip


@dataclass
class Line:
    """What a unit has to report for March: a line with the reference amount, or a work."""

    code: str
    name: str
    amount: str = ""
    start: str = ""
    work: bool = False


@dataclass
class Stage:
    """The application at work on one database; `now` is the moment at which everybody looks."""

    engine: sa.Engine
    home: Path
    browser: Browser
    now: datetime = field(default_factory=lambda: at("2023-04-03"))
    url: str = ""
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def page(self, username: str) -> Page:
        """Return a browser page in which this account has signed in."""
        context = self.browser.new_context(
            base_url=self.url, viewport={"width": 1440, "height": 900}, locale="zh-CN"
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto("/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    def leave(self) -> None:
        """Close every browser window that is open."""
        while self.contexts:
            self.contexts.pop().close()

    def token(self, unit: str) -> str:
        """Return a program's token for a unit."""
        with writing(self.engine) as session:
            return create_token(session, ACTOR, self.now, unit, "对接", 30).secret

    def ask(self, secret: str, method: str, path: str, told: Any = None) -> Any:
        """Send a program's request over HTTP and return the JSON of its answer."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            method=method,
            data=None if told is None else json.dumps(told).encode(),
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def figures(self, month: str, *options: str) -> dict[str, Any]:
        """Return what `tracker figures --json` prints."""
        environment = {"TRACKER_HOME": str(self.home), "TRACKER_DATABASE_URL": address(self.engine)}
        done = CliRunner().invoke(main, ["figures", "--month", month, "--json", *options], env=environment)
        assert done.exit_code == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def owed(unit: str) -> list[Line]:
    """Return what a unit leads, with what the reference month says of it; works after lines."""
    march = {row["code"]: row for row in table("monthly.csv") if row["month"] == "2023-03"}
    return [
        Line(row["code"], row["name"], march[row["code"]]["completed"], march[row["code"]]["actual_start"])
        for row in table("lines.csv")
        if row["lead"] == unit
    ]


@contextmanager
def staged(server: Server, home: Path, browser: Browser) -> Iterator[Stage]:
    """Serve a fresh copy of the stage from a thread."""
    with copied(server, march_open) as engine:
        stage = Stage(engine, home, browser)
        settings = Settings.at(home, database_url=address(engine), insecure_cookies=True)
        initialise(settings).dispose()
        app = create_app(settings, now=lambda: stage.now)
        listening = make_server("127.0.0.1", 0, app, threaded=True)
        stage.url = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield stage
        finally:
            stage.leave()
            listening.shutdown()
            thread.join()
            listening.server_close()
            app.extensions["tracker_engine"].dispose()
