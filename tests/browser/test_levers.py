"""补差 and 一月保全年 in a real browser: a goal is chosen, a line opened, the chart drawn, on a phone and on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Watched
from tests.browser.test_pages import DRAWN, SIDEWAYS

PAGES = ("/levers?month=2023-03", "/levers?month=2023-04", "/levers/year?month=2023-03", "/levers/year")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [390, 1440, 1920])
def test_pages_fit_and_are_quiet(watched: Callable[..., Watched], width: int, language: str) -> None:
    seen = watched(width, language)
    for path in PAGES:
        seen.page.goto(path)
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {width} px"
        assert seen.complaints == [], path
    assert seen.other_hosts == []


@pytest.mark.parametrize(
    ("language", "goals", "sentence", "short", "tab", "title"),
    [
        (
            "zh-CN",
            ("高出全市平均进度", "超过前一位领域"),
            "最少补齐1个项目（270万元）",
            "仍差213.828万元",
            "一月保全年",
            "一月保全年",
        ),
        (
            "en",
            ("Above the citywide average", "Past the next front"),
            "The smallest set is 1 line",
            "still leaves 213.828",
            "One month secures the year",
            "One month secures the year",
        ),
    ],
)
def test_from_a_goal_to_the_line_and_to_the_years_end(
    watched: Callable[..., Watched],
    language: str,
    goals: tuple[str, str],
    sentence: str,
    short: str,
    tab: str,
    title: str,
) -> None:
    seen = watched(1440, language)
    page = seen.page
    page.goto("/levers?month=2023-03")
    assert sentence in page.locator(".headline-sentence").inner_text()
    assert goals[0] in page.locator("#answer-title").inner_text()
    assert page.locator("[aria-labelledby=after-title] tbody tr").count() == 4

    page.select_option("#goal", "next_front")
    page.wait_for_url("**goal=next_front*")
    assert goals[1] in page.locator("#answer-title").inner_text()
    assert short in page.locator(".headline-sentence").inner_text()

    page.locator("[aria-labelledby=leads-title] a", has_text="平台二期").click()
    page.wait_for_url("**/projects/2023/A-2*")
    page.go_back()
    page.locator(".kind-tabs a", has_text=tab).click()
    page.wait_for_url("**/levers/year?*")
    assert page.locator("h1").inner_text() == title
    page.wait_for_selector("[data-chart] canvas")
    canvases = page.locator("[data-chart] canvas")
    assert canvases.count() == 2
    for number in range(2):
        assert canvases.nth(number).evaluate(DRAWN) > 1000
    assert seen.complaints == []


def test_the_workbook_is_handed_out(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/levers?month=2023-03&goal=schedule")
    with page.expect_download() as handed:
        page.click(".levers-export")
    assert handed.value.suggested_filename == "levers-2023-03-continuing.xlsx"


def test_on_paper_the_answer_stands_and_the_choices_do_not(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/levers?month=2023-03")
    page.emulate_media(media="print")
    assert page.locator(".headline-sentence").is_visible()
    assert page.locator("[aria-labelledby=leads-title] tbody tr").first.is_visible()
    assert not page.locator("#goal").is_visible()
    assert not page.locator(".kind-tabs").is_visible()
