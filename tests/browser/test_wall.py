"""挂图作战 in a real browser: one screen, refreshed without a flicker, honest when it is cut off, pages that turn."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.browser.conftest import Watched
from tests.databases import SqliteFiles, address, copied
from tests.factories import ACTOR, Desk, line, load_closed_quarter, report
from tests.web.seed import PASSWORD
from tracker.app import create_app
from tracker.instance import initialise
from tracker.services.accounts import add_account
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import writing
from tracker.store.schema import upgrade

#: What sticks out of the screen or out of its own box, by name.
STICKING_OUT = """() => {
  const found = [];
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth || page.scrollHeight > innerHeight) found.push("page");
  for (const box of document.querySelectorAll(".wall-bar, .wall-head, .wall-said, .wall-sheet:not([hidden]), .wall-side")) {
    const { top, bottom, right } = box.getBoundingClientRect();
    if (bottom > innerHeight + 1 || right > innerWidth + 1 || top < 0) found.push(box.className);
    if (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1) found.push(`in ${box.className}`);
  }
  const head = document.querySelector(".wall-head").getBoundingClientRect();
  if (document.querySelector(".wall-said").getBoundingClientRect().top < head.top - 1) found.push("sentence");
  for (const last of document.querySelectorAll(".wall-sheet:not([hidden]) tr:last-child")) {
    if (last.getBoundingClientRect().bottom > innerHeight) found.push("row");
  }
  return found;
}"""
#: Marks every cell, so that one that was made anew is told from one that stayed.
MARK = "document.querySelectorAll('.wall-grid td').forEach((cell, number) => { cell.mark = number; })"
MARKS = "[...document.querySelectorAll('.wall-grid td')].map((cell) => cell.mark)"
CELLS = "[...document.querySelectorAll('.wall-grid td')].map((cell) => cell.className)"
REFRESH = "document.getElementById('wall').dispatchEvent(new Event('wall:refresh'))"


@dataclass
class Room:
    """A meeting room: the reference quarter closed and April open, a server that can go away, screens."""

    engine: sa.Engine
    desk: Desk
    home: Path
    browser: Browser
    port: int = 0
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    # That the server is away, or refuses, is what some tests are about.
    expected: tuple[str, ...] = ("ERR_CONNECTION_REFUSED",)
    _listening: Any = None
    _thread: threading.Thread | None = None

    def serve(self) -> None:
        """Start the server, on the same port as before."""
        settings = Settings.at(self.home, database_url=address(self.engine), insecure_cookies=True)
        initialise(settings).dispose()
        app = create_app(settings, now=lambda: self.desk.now)
        self._listening = make_server("127.0.0.1", self.port, app, threaded=True)
        self.port = self._listening.server_port
        self._thread = threading.Thread(target=self._listening.serve_forever, daemon=True)
        self._thread.start()

    def go_away(self) -> None:
        """Stop the server."""
        self._listening.shutdown()
        assert self._thread is not None
        self._thread.join()
        self._listening.server_close()

    def screen(
        self, path: str = "/wall", language: str = "zh-CN", width: int = 1920, height: int = 1080, **told: Any
    ) -> Page:
        """Open the wall on a screen, signed in as a leader."""
        context = self.browser.new_context(
            base_url=f"http://127.0.0.1:{self.port}",
            viewport={"width": width, "height": height},
            locale=language,
            **told,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.goto("/login")
        page.fill("[name=username]", "leader")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(path)
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and not any(known in text for known in self.expected):
            self.complaints.append(text)


def with_leader(desk: Desk) -> None:
    with writing(desk.engine) as session:
        add_account(
            session, ACTOR, desk.now, "leader", "分管领导", Role.LEADER, (), PASSWORD, must_change=False
        )


def reference(engine: sa.Engine) -> None:
    """Fill an empty database: the reference quarter closed, April open without a report."""
    load_closed_quarter(engine)
    desk = Desk(engine, Path()).on("2023-04-28")
    desk.open("2023-04")
    with_leader(desk)


def many_lines(engine: sa.Engine) -> None:
    """Fill an empty database: 200 lines, which no screen holds, none of them reported."""
    upgrade(engine)
    desk = Desk(engine, Path()).on("2023-01-10")
    desk.roster([line(f"项目{number}", code=f"N-{number:03d}") for number in range(200)])
    desk.open("2023-01")
    with_leader(desk)


def room_of(
    prepare: Callable[[sa.Engine], object], server: SqliteFiles, home: Path, browser: Browser
) -> Iterator[Room]:
    with copied(server, prepare) as engine:
        room = Room(engine, Desk(engine, home / "briefings").on("2023-04-29"), home, browser)
        room.serve()
        yield room
        for context in room.contexts:
            context.close()
        room.go_away()
    assert room.complaints == []


@pytest.fixture
def room(sqlite_server: SqliteFiles, tmp_path: Path, browser: Browser) -> Iterator[Room]:
    yield from room_of(reference, sqlite_server, tmp_path, browser)


@pytest.fixture
def full_room(sqlite_server: SqliteFiles, tmp_path: Path, browser: Browser) -> Iterator[Room]:
    yield from room_of(many_lines, sqlite_server, tmp_path, browser)


def ask_again(page: Page) -> int:
    """Let the wall ask for its board now; return the status of the answer."""
    with page.expect_response("**/wall/board*") as told:
        page.evaluate(REFRESH)
    return told.value.status


def report_april(room: Room, name: str, amount: str) -> None:
    room.desk.reports("2023-04", [report(name, amount, code=room.desk.codes()[name])], accept=True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1366, 768)])
def test_the_year_of_70_lines_stands_on_one_screen(
    room: Room, width: int, height: int, language: str
) -> None:
    page = room.screen("/", language, width, height)
    for path in ("/wall", "/wall?by=district", "/wall?month=2023-04"):
        page.goto(path)
        assert page.locator(".wall-sheet").count() == 1
        assert page.locator(".wall-grid tbody tr:not(.wall-group)").count() == 70
        assert page.evaluate(STICKING_OUT) == [], path
        expect(page.locator("#wall-pager")).to_be_hidden()


def test_letters_grow_with_the_screen(room: Room) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('.wall-grid td')).fontSize)"
    small, large = (room.screen(width=width, height=width * 9 // 16).evaluate(size) for width in (1920, 3840))
    assert small >= 13
    assert large == pytest.approx(2 * small)


def test_only_the_light_that_changed_is_drawn_anew(room: Room) -> None:
    page = room.screen()
    before = page.evaluate(CELLS)
    page.evaluate(MARK)
    assert ask_again(page) == 200
    assert ask_again(page) == 304
    report_april(room, "龙城实验室一期", "1")
    room.desk.on("2023-04-29", 11)
    assert ask_again(page) == 200
    expect(page.locator("#wall-updated")).to_have_text("2023-04-29 11:00")
    row = page.locator("tr", has=page.get_by_role("link", name="龙城实验室一期", exact=True))
    expect(row.locator("td").nth(3)).not_to_have_class(re.compile("grey"))
    after = page.evaluate(CELLS)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1
    assert page.evaluate(MARKS) == list(range(len(after))), "cells were made anew instead of being kept"


def test_the_focus_stays_where_it_is(room: Room) -> None:
    page = room.screen()
    link = page.get_by_role("link", name="龙城实验室一期", exact=True)
    link.focus()
    report_april(room, "龙城实验室一期", "1")
    assert ask_again(page) == 200
    expect(link).to_be_focused()


@pytest.mark.parametrize(
    ("language", "lost"), [("zh-CN", "自10:00起连接中断"), ("en", "Connection lost since 10:00")]
)
def test_a_server_that_goes_away_and_comes_back(room: Room, language: str, lost: str) -> None:
    page = room.screen(language=language)
    notice = page.locator("#wall-notice")
    room.go_away()
    page.evaluate(REFRESH)
    expect(notice).to_contain_text(lost)
    assert page.locator(".wall-grid td.red").count() > 0, "what was known stays on the screen"
    assert page.evaluate(STICKING_OUT) == [], "the notice finds room"
    room.serve()
    report_april(room, "龙城实验室一期", "1")
    assert ask_again(page) == 200
    expect(notice).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "over", "again"),
    [
        ("zh-CN", "自22:00起登录已失效", "重新登录"),
        ("en", "Signed out since 22:00", "Sign in again"),
    ],
)
def test_a_session_that_ends_says_so_before_and_after(
    room: Room, language: str, over: str, again: str
) -> None:
    page = room.screen(language=language)
    notice = page.locator("#wall-notice")
    for hour in range(11, 22):
        room.desk.on("2023-04-29", hour)
        ask_again(page)
    expect(notice).to_be_hidden()
    room.desk.now = room.desk.now.replace(minute=45)
    ask_again(page)
    expect(notice).to_contain_text("22:00")
    room.desk.on("2023-04-29", 22)
    page.evaluate(REFRESH)
    expect(notice.get_by_role("link", name=again)).to_be_visible()
    assert page.locator("[name=password]").count() == 0, "no form stands in the middle of the wall"
    assert "/wall" in page.url
    page.get_by_role("link", name=again).click()
    page.fill("[name=username]", "leader")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/wall")
    expect(page.locator("#wall-notice")).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "told"),
    [(404, "连接中断"), (429, "连接中断"), (503, "连接中断"), (401, "登录已失效"), (403, "登录已失效")],
)
def test_only_who_is_refused_is_told_to_sign_in_again(room: Room, status: int, told: str) -> None:
    """A page that is not there, or a proxy that has had enough, says nothing about the session."""
    room.expected += (f"status of {status}",)
    page = room.screen()
    page.route("**/wall/board*", lambda route: route.fulfill(status=status, body=""))
    assert ask_again(page) == status
    notice = page.locator("#wall-notice")
    expect(notice).to_contain_text(told)
    again = notice.get_by_role("link", name="重新登录")
    expect(again).to_be_visible(visible=status in (401, 403))
    page.unroute("**/wall/board*")
    assert ask_again(page) == 200
    expect(notice).to_be_hidden()


def test_a_light_opens_its_line_as_of_its_month(room: Room) -> None:
    page = room.screen()
    row = page.locator("tr", has=page.get_by_role("link", name="龙城实验室一期", exact=True))
    row.locator("td").nth(1).click()
    page.wait_for_url("**/projects/2023/*?month=2023-02")
    page.go_back()
    row.locator("td").nth(8).click()
    assert "/wall" in page.url, "a month that nothing is known of leads nowhere"


def test_pages_turn_by_keys_and_by_themselves_and_stay_where_they_are(full_room: Room) -> None:
    page = full_room.screen("/wall?month=2023-01", width=1200, height=700)
    number = page.locator("#wall-page")
    expect(number).to_have_text("1 / 3")
    page.keyboard.press("ArrowRight")
    expect(number).to_have_text("2 / 3")
    assert page.evaluate(STICKING_OUT) == []
    full_room.desk.reports("2023-01", [report("项目0", "100", code="N-000")], accept=True)
    assert ask_again(page) == 200
    expect(page.locator(".wall-grid td.grey").first).to_be_attached()
    expect(number).to_have_text("2 / 3")
    assert page.locator(".wall-sheet:not([hidden])").get_attribute("id") == "wall-sheet-2"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(number).to_have_text("3 / 3")
    page.evaluate("document.getElementById('wall').dataset.stands = '0.4'")
    page.keyboard.press("Home")
    expect(number).to_have_text("1 / 3")
    expect(number).to_have_text("2 / 3")
    page.get_by_role("button", name="暂停翻页").click()
    stopped = number.inner_text()
    page.get_by_role("button", name="继续翻页").wait_for()
    page.wait_for_timeout(1000)
    assert number.inner_text() == stopped


def test_who_asked_for_less_motion_turns_pages_alone(full_room: Room) -> None:
    page = full_room.screen(reduced_motion="reduce")
    expect(page.get_by_role("button", name="继续翻页")).to_be_visible()
    page.evaluate("document.getElementById('wall').dataset.stands = '0.05'")
    page.get_by_role("button", name="下一页").click()
    page.wait_for_timeout(300)
    expect(page.locator("#wall-page")).to_have_text("2 / 3")


def test_full_screen_and_back(room: Room) -> None:
    page = room.screen()
    page.get_by_role("button", name="全屏").click()
    expect(page.locator(":fullscreen")).to_have_count(1)
    page.get_by_role("button", name="全屏").click()
    expect(page.locator(":fullscreen")).to_have_count(0)
    page.get_by_role("link", name="总览").click()
    page.wait_for_url("**/?month=2023-03")


def test_without_scripts_every_page_is_there(full_room: Room) -> None:
    page = full_room.screen(java_script_enabled=False)
    assert page.locator(".wall-sheet").nth(2).is_visible()


@pytest.mark.parametrize("width", [390, 768])
def test_a_narrow_screen_shows_all_below_each_other(full_room: Room, width: int) -> None:
    page = full_room.screen(width=width, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".wall-sheet").nth(2).is_visible()


def test_the_seeded_wall_is_quiet(watched: Callable[..., Watched]) -> None:
    seen = watched(1920)
    for path in ("/wall", "/wall?by=district&month=2023-04"):
        seen.page.goto(path)
        seen.page.wait_for_load_state("networkidle")
        assert seen.complaints == []
    assert seen.other_hosts == []
