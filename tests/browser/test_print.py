"""On paper: nothing to press, wide lists on their side, every head again on the next page, lights told without colour."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest

from tests.browser.conftest import Watched

PATHS = (
    "/",
    "/flags",
    "/standings",
    "/projects",
    "/projects/2023/A-2?month=2023-04",
    "/projects/2023/K-4",
    "/search?q=平台",
)
SEEN = """() => [...document.querySelectorAll("header, button, .btn, .page-places, dialog, input, textarea")]
  .filter((element) => element.offsetParent !== null || getComputedStyle(element).position === "fixed")
  .map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("path", PATHS)
def test_nothing_to_press_is_printed(watched: Callable[..., Watched], path: str) -> None:
    page = watched().page
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    seen = [html for html in page.evaluate(SEEN) if 'class="sort-link"' not in html]
    assert seen == []


@pytest.mark.parametrize(
    ("path", "landscape"), [("/projects?month=2023-03", True), ("/projects/2023/A-1", False)]
)
def test_wide_lists_lie_on_their_side(watched: Callable[..., Watched], path: str, landscape: bool) -> None:
    page = watched().page
    page.goto(path)
    page.wait_for_load_state("networkidle")
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as printed:
        _, _, width, height = (float(side) for side in printed.pages[0].mediabox)
    assert (width > height) is landscape


def test_heads_are_repeated_and_rows_stay_whole(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/projects?month=2023-03")
    page.emulate_media(media="print")
    assert (
        page.locator("main thead").first.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    )
    assert page.locator("main tbody tr").first.evaluate("e => getComputedStyle(e).breakInside") == "avoid"


def test_a_drawing_keeps_to_its_card(watched: Callable[..., Watched]) -> None:
    page = watched().page
    page.goto("/projects/2023/A-1")
    page.wait_for_selector("[data-chart] canvas")
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print")
    chart, card = (
        page.locator(name).first.bounding_box() for name in ("[data-chart] canvas", ".card:has([data-chart])")
    )
    assert chart is not None
    assert card is not None
    assert chart["x"] + chart["width"] <= card["x"] + card["width"]
    assert chart["y"] + chart["height"] <= card["y"] + card["height"]
