"""Finding things in a real browser: the field of the bar, the keys, their help, and their rest while one types."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

FOCUSED = "document.activeElement.id"


def opened(watched: Callable[..., Watched], path: str, width: int = 1440, language: str = "zh-CN") -> Page:
    page = watched(width, language).page
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("language", "group"), [("zh-CN", "子项目"), ("en", "Subproject")])
def test_from_any_page_to_what_was_looked_for(
    watched: Callable[..., Watched], language: str, group: str
) -> None:
    seen = watched(1440, language)
    seen.page.goto("/briefings")
    seen.page.keyboard.press("/")
    assert seen.page.evaluate(FOCUSED) == "find"
    seen.page.keyboard.type("平台")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("#found-lines")).to_contain_text(group)
    # The keys walk along what was found.
    seen.page.locator("h1").click()
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("h1")).to_have_text("平台二期")
    assert seen.complaints == []


def test_a_code_opens_its_page(watched: Callable[..., Watched]) -> None:
    page = opened(watched, "/flags")
    page.fill("#find", "b-1")
    page.press("#find", "Enter")
    expect(page.locator("h1")).to_have_text("人才公寓")


def test_on_a_phone_the_key_opens_the_menu(watched: Callable[..., Watched]) -> None:
    page = opened(watched, "/", 390)
    expect(page.locator("#find")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_visible()
    expect(page.locator("#find")).to_be_focused()


def test_g_and_a_letter_go_to_a_place(watched: Callable[..., Watched]) -> None:
    page = opened(watched, "/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/standings")
    # A letter that stands for nothing ends the waiting.
    page.keyboard.press("g")
    page.keyboard.press("z")
    page.keyboard.press("p")
    assert page.url.endswith("/standings")


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "键盘快捷键"), ("en", "Keyboard shortcuts")])
def test_help_keeps_the_focus_and_gives_it_back(
    watched: Callable[..., Watched], language: str, title: str
) -> None:
    page = opened(watched, "/", language=language)
    button = page.locator("[data-shortcuts-help]")
    button.focus()
    page.keyboard.press("?")
    dialog = page.locator("dialog#shortcuts")
    expect(dialog.locator("h2")).to_have_text(title)
    for _ in range(4):
        page.keyboard.press("Tab")
        # Between its own fields the focus may visit the browser's bar, never the page behind.
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_keys_rest_while_somebody_types_or_composes_or_holds_a_modifier(
    watched: Callable[..., Watched],
) -> None:
    page = opened(watched, "/projects")
    page.fill("#q", "")
    page.locator("#q").press_sequentially("g?/p")
    expect(page.locator("#q")).to_have_value("g?/p")
    expect(page.locator("dialog#shortcuts")).to_be_hidden()
    page.locator("h1").click()
    for options in ("isComposing: true", "keyCode: 229", "ctrlKey: true", "altKey: true", "metaKey: true"):
        page.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '?', bubbles: true, {options}}}))"
        )
        expect(page.locator("dialog#shortcuts")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_be_visible()


def test_keys_are_switched_off_for_good_and_on_again(watched: Callable[..., Watched]) -> None:
    page = opened(watched, "/account")
    page.locator("main [data-shortcuts-help]").click()
    page.locator("[data-shortcuts-on]").uncheck()
    page.keyboard.press("Escape")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.locator("dialog#shortcuts")).to_be_hidden()
    assert page.url.endswith("/")
    page.goto("/account")
    page.wait_for_load_state("networkidle")
    page.locator("main [data-shortcuts-help]").click()
    page.locator("[data-shortcuts-on]").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts")).to_be_visible()


def test_every_head_of_a_whole_table_sorts(watched: Callable[..., Watched]) -> None:
    seen = watched()
    seen.page.goto("/periods/2023-04/missing?all=1")
    head = seen.page.locator("thead th", has_text="应报").first
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    column = seen.page.locator("tbody tr td:nth-child(2)")
    fewest = [int(text) for text in column.all_inner_texts()]
    assert fewest == sorted(fewest)
    assert len(set(fewest)) > 1
    head.locator("button").press("Enter")
    assert [int(text) for text in column.all_inner_texts()] == sorted(fewest, reverse=True)
    assert seen.complaints == []
