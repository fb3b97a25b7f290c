"""The project page in a real browser: a unit and the office talk on it, and the way through it leads where it says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.web.reporting import Place, build, copy_of
from tests.web.seed import PASSWORD

LINE = "/projects/2023/A-1"
SAID = "设备月底到场，请督查室帮助协调通关"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home that every test copies."""
    home = tmp_path_factory.mktemp("story")
    build(home)
    return home


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Iterator[Place]:
    """Return an instance of the test's own."""
    found = copy_of(built, tmp_path / "instance")
    yield found
    found.engine.dispose()


@pytest.fixture
def address(place: Place) -> Iterator[str]:
    """Serve the instance from a thread; return its address."""
    server = make_server("127.0.0.1", 0, place.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(browser: Browser, address: str, username: str, language: str, width: int) -> Page:
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 900}, locale=language)
    page = context.new_page()
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(LINE)
    return page


@pytest.mark.parametrize(
    ("language", "width", "send", "place_name"),
    [("zh-CN", 390, "发出", "留言"), ("en", 1440, "Send", "Comments")],
)
def test_a_unit_asks_and_the_office_answers(
    browser: Browser, address: str, language: str, width: int, send: str, place_name: str
) -> None:
    unit = signed_in(browser, address, "reporter", language, width)
    unit.locator(".page-places a", has_text=place_name).click()
    expect(unit.locator("#comments")).to_be_in_viewport()
    unit.fill("#comment-text", SAID)
    unit.locator("#comments button", has_text=send).click()
    expect(unit.locator("#comments .remarks li").last).to_contain_text(SAID)
    assert unit.url.endswith("#comments")
    office = signed_in(browser, address, "office", language, width)
    expect(office.locator("#comments .remarks li").last).to_contain_text("市科技局")
    office.fill("#comment-text", "已与海关联系，请保持联系")
    office.locator("#comments button", has_text=send).click()
    unit.reload()
    expect(unit.locator("#comments .remarks li").last).to_contain_text("已与海关联系")
    stranger = signed_in(browser, address, "stranger", language, width)
    expect(stranger.locator("h1")).to_have_text("平台一期")
    expect(stranger.locator("#comments")).to_have_count(0)
    for page in (unit, office, stranger):
        page.context.close()


def test_the_way_through_the_page_stays_in_sight(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "office", "zh-CN", 1440)
    page.locator("#reports").scroll_into_view_if_needed()
    page.mouse.wheel(0, 5000)
    expect(page.locator(".page-places")).to_be_in_viewport()
    page.context.close()
