"""The red-flag list and the rules in a real browser: narrowed and sorted by the address; previewed, then published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.browser.conftest import Watched
from tests.web.conftest import make_app
from tests.web.seed import PASSWORD

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WORDS = {
    "zh-CN": {"still": "仍为红灯", "behind": "少完成", "preview": "预览影响", "publish": "发布", "version": "规则第1版"},
    "en": {"still": "Still red", "behind": "Behind", "preview": "Preview", "publish": "Publish", "version": "Rules, version 1"},
}  # fmt: skip
LANGUAGES = pytest.mark.parametrize("language", list(WORDS))


@pytest.fixture
def own_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Page]]:
    """Return language -> a page at an instance of the test's own, signed in as the supervision office."""
    app = make_app(tmp_path_factory.mktemp("rules"), with_year=True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    contexts: list[BrowserContext] = []

    def opened(language: str) -> Page:
        context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}", locale=language)
        contexts.append(context)
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=username]", "office")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/")
        return page

    yield opened
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


@LANGUAGES
def test_the_list_is_narrowed_and_sorted_by_its_address(
    watched: Callable[..., Watched], language: str
) -> None:
    seen, words = watched(1440, language), WORDS[language]
    page = seen.page
    page.goto("/flags?month=2023-03")
    assert page.locator("tbody tr").count() == 3
    page.click(f".flag-move:has-text('{words['still']}')")
    page.wait_for_url("**since=still_red**")
    page.click(f"thead a:has-text('{words['behind']}')")
    page.wait_for_url("**sort=behind**")
    names = page.locator("tbody th a").all_inner_texts()
    assert names == ["平台二期", "实训中心"]
    page.click(f"thead a:has-text('{words['behind']}')")
    page.wait_for_function("document.querySelector('tbody th a').innerText === '实训中心'")
    # Whoever gets the address sees the same.
    address = page.url
    page.goto("/flags")
    page.goto(address)
    assert page.locator("tbody th a").all_inner_texts() == names[::-1]
    with page.expect_download() as downloading:
        page.click("a[href*='/flags.xlsx']")
    assert downloading.value.suggested_filename == "flags-2023-03.xlsx"
    assert seen.complaints == []


@LANGUAGES
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit(watched: Callable[..., Watched], width: int, language: str) -> None:
    seen = watched(width, language)
    for path in (
        "/flags?month=2023-03&corrected=1",
        "/flags?month=2023-03&since=recovered",
        "/rules",
        "/rules/change",
        "/rules/change?filled=1&behind_schedule.enabled=1&behind_schedule.red=50&look=2023-01",
    ):
        seen.page.goto(path)
        assert seen.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {width} px"
    assert seen.complaints == []
    assert seen.other_hosts == []


@LANGUAGES
def test_rules_are_previewed_and_published(own_page: Callable[[str], Page], language: str) -> None:
    page, words = own_page(language), WORDS[language]
    page.goto("/rules")
    page.click("a[href='/rules/change']")
    page.click("a[href*='preset=yinchuan']")
    assert page.input_value("[id='behind_schedule.red']") == "30"
    page.fill("[id='behind_schedule.red']", "20")
    page.click(f"button:has-text('{words['preview']}')")
    page.wait_for_url("**behind_schedule.red=20**")
    january = page.locator("#preview tbody tr").first
    assert january.locator("ins").first.inner_text() == "0"
    page.click("#preview a[href*='look=2023-01']")
    page.wait_for_url("**look=2023-01**")
    assert page.locator("#preview table").nth(1).locator("tbody tr").count() == 3
    page.fill("[name=reason]", "参照银川市，红灯收紧到20个百分点")
    page.select_option("[name=effective_from]", "2023-05")
    page.locator("form[method=post][action='/rules/change'] button").click()
    page.wait_for_url("**/rules")
    text = page.locator("main").inner_text()
    assert words["version"] in text
    assert "参照银川市，红灯收紧到20个百分点" in text
