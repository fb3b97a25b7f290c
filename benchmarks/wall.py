"""Owns target 9: how soon the wall of a thousand lines stands on the screen of a real browser."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks.instances import Instance
from benchmarks.measuring import Result
from benchmarks.readers import NAME, PASSWORD
from benchmarks.serving import environment_of, served

#: From the click to the whole page painted, in milliseconds.
_LIMIT = 1_000.0
_TURNS = 9
_WIDTH, _HEIGHT = 1920, 1080
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PAINTED = "performance.getEntriesByName('first-contentful-paint').length > 0"
#: When the answer had begun to come, when all of it had, when it was painted, when everything was loaded.
_TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [page.responseStart, page.responseEnd, paint.startTime, page.loadEventEnd];
}"""


def results(instance: Instance) -> Iterator[Result]:
    """Open the wall again and again and return the median times since the navigation began."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("The wall in a browser is not measured: no chromium here.", file=sys.stderr)
        return
    with served(environment_of(instance.settings.home)) as (_, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="zh-CN")
        page.goto(f"{address}/login")
        page.fill("[name=username]", NAME)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        times = [_opened(page, f"{address}/wall") for _ in range(_TURNS)]
        browser.close()
    begun, come, painted, loaded = (statistics.median(column) for column in zip(*times, strict=True))
    yield Result("wall in a browser, first byte", instance.size, None, begun, None)
    yield Result("wall in a browser, last byte", instance.size, None, come, None)
    yield Result("wall in a browser, painted and loaded", instance.size, None, max(painted, loaded), _LIMIT)


def _opened(page: Page, address: str) -> list[float]:
    page.goto(address)
    # Waiting by a function of one's own would need what the page's policy forbids.
    while not page.evaluate(_PAINTED):
        page.wait_for_timeout(20)
    times: list[float] = page.evaluate(_TIMES)
    return times
