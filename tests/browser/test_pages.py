"""The pages in a real browser: strict policy kept, no other host, no sideways scrolling, charts drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Watched

PAGES = (
    "/",
    "/?month=2023-04",
    "/flags",
    "/flags?light=grey",
    "/standings",
    "/projects",
    "/projects?kind=works",
    "/projects?kind=preparatory",
    "/projects/2023/A-1",
    "/projects/2023/A-2?month=2023-04",
    "/projects/2023/A-3",
    "/briefings",
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DRAWN = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let painted = 0;
  for (let i = 3; i < pixels.length; i += 4) painted += pixels[i] > 0;
  return painted;
}"""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [390, 768, 1024, 1440])
def test_pages_fit_and_are_quiet(watched: Callable[..., Watched], width: int, language: str) -> None:
    seen = watched(width, language)
    for path in PAGES:
        seen.page.goto(path)
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {width} px"
        assert seen.complaints == [], path
    assert seen.other_hosts == []


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(("path", "charts"), [("/", 2), ("/projects/2023/A-2?month=2023-04", 1)])
def test_charts_are_drawn(watched: Callable[..., Watched], path: str, charts: int, width: int) -> None:
    page = watched(width).page
    page.goto(path)
    page.wait_for_selector("[data-chart] canvas")
    canvases = page.locator("[data-chart] canvas")
    assert canvases.count() == charts
    for number in range(charts):
        assert canvases.nth(number).evaluate(DRAWN) > 1000


def test_tooltip_shows_the_published_figures_within_the_policy(watched: Callable[..., Watched]) -> None:
    seen = watched()
    seen.page.goto("/")
    seen.page.wait_for_selector("[data-chart] canvas")
    before = seen.page.locator("[data-chart] canvas").first.evaluate(DRAWN)
    seen.page.locator("[data-chart]").first.hover(position={"x": 300, "y": 150})
    seen.page.wait_for_timeout(200)
    assert seen.page.locator("[data-chart] canvas").first.evaluate(DRAWN) > before
    assert seen.complaints == []


def test_tables_sort_in_place(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/standings?month=2023-03")
    table = page.locator("#fronts table").first
    names = table.locator("tbody th")
    head = table.locator("thead th", has_text="累计完成投资")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert names.all_inner_texts()[0].startswith("创新现代化")
    head.locator("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert names.all_inner_texts()[0].startswith("产业现代化")
    assert table.locator('thead th[aria-sort="none"]').count() == 10


def test_filter_is_sent_at_once_and_leaves_a_short_address(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/flags?month=2023-03")
    page.select_option("#lead", "市科技局")
    page.wait_for_url("**/flags?month=2023-03&lead=*")
    assert page.locator("tbody tr").count() == 1
    assert "district=" not in page.url


def test_language_switch(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/flags?light=red")
    page.click("text=English")
    page.wait_for_url("**lang=en*")
    assert page.locator("h1").inner_text() == "Red-flag list"
    assert "light=red" in page.url
    page.goto("/standings")
    assert page.locator("h1").inner_text() == "Standing"
    page.click("text=中文")
    assert page.locator("h1").inner_text() == "排名"


def test_menu_opens_on_a_phone(watched: Callable[..., Watched]) -> None:
    seen = watched(390)
    link = seen.page.locator("#menu a", has_text="排名")
    assert not link.is_visible()
    seen.page.click(".navbar-toggler")
    seen.page.click("#menu summary:has-text('进度监测')")
    link.wait_for(state="visible")
    seen.page.wait_for_timeout(400)
    link.click()
    assert seen.page.locator("h1").inner_text() == "排名"
    assert seen.complaints == []


def test_a_menu_closes_by_escape_and_by_a_press_elsewhere(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/")
    menu, other = page.locator(".app-menu").nth(0), page.locator(".app-menu").nth(1)
    menu.locator("summary").click()
    assert menu.locator("a").first.is_visible()
    other.locator("summary").click()
    assert (menu.get_attribute("open"), other.get_attribute("open")) == (None, "")
    page.keyboard.press("Escape")
    assert other.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menu.locator("summary").click()
    page.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_keyboard_reaches_the_content_first(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_signing_out(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.click("text=退出")
    page.wait_for_url("**/login")
    page.goto("/")
    assert "/login" in page.url


def test_without_scripts_everything_is_there(browser: object, watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/flags?month=2023-03")
    page.select_option("#district", "武进区")
    page.click("button:has-text('筛选')")
    page.wait_for_load_state("domcontentloaded")
    assert page.locator("tbody tr").count() == 3
