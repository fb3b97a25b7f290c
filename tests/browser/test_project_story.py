"""The project page in a real browser: a unit and the office talk on it, and the way through it leads where it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

LINE = "/projects/2023/A-1"
SAID = "设备月底到场，请督查室帮助协调通关"


@pytest.mark.parametrize(
    ("language", "width", "send", "place_name"),
    [("zh-CN", 390, "发出", "留言"), ("en", 1440, "Send", "Comments")],
)
def test_a_unit_asks_and_the_office_answers(
    opened: Callable[..., Watched], language: str, width: int, send: str, place_name: str
) -> None:
    unit = opened("reporter", language, width).page
    unit.goto(LINE)
    unit.locator(".page-places a", has_text=place_name).click()
    expect(unit.locator("#comments")).to_be_in_viewport()
    unit.fill("#comment-text", SAID)
    unit.locator("#comments button", has_text=send).click()
    expect(unit.locator("#comments .remarks li").last).to_contain_text(SAID)
    assert unit.url.endswith("#comments")
    office = opened("office", language, width).page
    office.goto(LINE)
    expect(office.locator("#comments .remarks li").last).to_contain_text("市科技局")
    office.fill("#comment-text", "已与海关联系，请保持联系")
    office.locator("#comments button", has_text=send).click()
    unit.reload()
    expect(unit.locator("#comments .remarks li").last).to_contain_text("已与海关联系")
    stranger = opened("stranger", language, width).page
    stranger.goto(LINE)
    expect(stranger.locator("h1")).to_have_text("平台一期")
    expect(stranger.locator("#comments")).to_have_count(0)


def test_the_way_through_the_page_stays_in_sight(opened: Callable[..., Watched]) -> None:
    page = opened("office").page
    page.goto(LINE)
    page.locator("#reports").scroll_into_view_if_needed()
    page.mouse.wheel(0, 5000)
    expect(page.locator(".page-places")).to_be_in_viewport()
    page.context.close()
