"""From the overview's numbers to the lines, the report and the workbook cell; ranks drawn; in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Watched
from tests.browser.test_pages import DRAWN, SIDEWAYS

CELL = {"zh-CN": "来自 3月月报.xlsx 工作表“月报” F5 单元格", "en": "from 3月月报.xlsx, sheet “月报”, cell F5"}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_from_a_number_to_the_cell_it_came_from(
    watched: Callable[..., Watched], width: int, language: str
) -> None:
    seen = watched(width, language)
    page = seen.page
    page.goto("/?month=2023-03")
    number = page.locator('.cohort a.behind[href*="cohort=continuing"][href*="lagging=1"]')
    lagging = number.inner_text()
    number.click()
    page.wait_for_url("**/projects?*lagging=1*")
    assert page.locator('[data-total="count"]').inner_text() == lagging
    assert page.locator("tbody tr").count() == int(lagging)
    page.locator("tbody a", has_text="平台二期").click()
    page.wait_for_url("**/projects/2023/A-2?*")
    assert CELL[language] in page.locator("body").inner_text()
    assert page.evaluate(SIDEWAYS) <= 0
    assert seen.complaints == []


def test_the_sentence_and_the_cohorts_come_first_on_a_phone(watched: Callable[..., Watched]) -> None:
    page = watched(390).page
    page.goto("/?month=2023-03")
    tops = [
        page.locator(place).first.bounding_box()
        for place in (".headline-sentence", ".cohort", ".light-counts", ".turned-list, .turned-groups")
    ]
    heights = [box["y"] for box in tops if box is not None]
    assert len(heights) == 4
    assert heights == sorted(heights)


@pytest.mark.parametrize("width", [390, 1440])
def test_ranks_are_drawn_and_one_comes_out_when_it_is_chosen(
    watched: Callable[..., Watched], width: int
) -> None:
    seen = watched(width)
    page = seen.page
    page.goto("/standings?month=2023-03")
    canvas = page.locator("#districts [data-ranks] canvas")
    canvas.wait_for()
    before = canvas.evaluate(DRAWN)
    assert before > 500
    page.select_option("#pick-districts", label="武进区")
    page.wait_for_function(
        f"([canvas, before]) => ({DRAWN})(canvas) !== before", arg=[canvas.element_handle(), before]
    )
    assert seen.complaints == []


def test_ranks_by_amount_are_an_address_of_their_own(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/standings?month=2023-03")
    page.locator("#programmes .rank-head a", has_text="按完成额").click()
    page.wait_for_url("**/standings?month=2023-03&by=amount#programmes")
    assert page.locator('#programmes .rank-head a[aria-current="true"]').inner_text() == "按完成额"
    page.locator("#programmes summary").click()
    table = page.locator('[data-ranks-of="programmes"]')
    assert table.locator("tbody tr").count() == 2


def test_the_standings_are_handed_out(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/standings?month=2023-03")
    with page.expect_download() as begun:
        page.locator('a[href^="/standings.xlsx"]').click()
    assert begun.value.suggested_filename == "standings-2023-03.xlsx"
