"""A notice's life in a real browser, in both languages: proposed, worded, issued, answered with a photo, back, closed out; and on A4."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Watched
from tests.handed_in import photograph

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: The badges of tables whose words stand out of their box.
SPILT = """[...document.querySelectorAll('table .tag')].filter(tag => {
  const words = document.createRange(); words.selectNodeContents(tag);
  const inner = words.getBoundingClientRect(), outer = tag.getBoundingClientRect();
  return inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1;
}).map(tag => tag.textContent)"""
PHOTO: FilePayload = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
#: What the buttons and sentences say.
ZH = {
    "issue": "签发", "issued": "已签发督办单督〔2023〕2号", "wait": "下一步：由市科技局在2023-06-15前回复",
    "reply": "提交回复", "verify": "下一步：由督查室核实", "back": "退回重办", "close": "核实销号",
    "over": "已销号，不再需要办理", "many": "按建议签发勾选的", "numbers": "已签发2份督办单",
}  # fmt: skip
EN = {
    "issue": "Issue", "issued": "Notice 督〔2023〕2号 issued", "wait": "Next: 市科技局 replies by 2023-06-15",
    "reply": "Send the reply", "verify": "Next: the supervision office verifies it", "back": "Send back",
    "close": "Verify and close out", "over": "Closed out; nothing is left to do", "many": "Issue the chosen as proposed",
    "numbers": "2 notices issued",
}  # fmt: skip


def press(page: Page, name: str) -> None:
    """Press the button with exactly this name."""
    page.get_by_role("button", name=name, exact=True).click()


def reply(page: Page, path: str, text: str, button: str, *, photo: bool = False) -> None:
    """Answer the notice, with a photograph or without."""
    page.goto(path)
    page.fill("#reply-text", text)
    if photo:
        page.set_input_files("#reply-files", [PHOTO])
    press(page, button)
    expect(page.locator(".told")).to_be_visible()


@pytest.mark.parametrize(("language", "words"), [("zh-CN", ZH), ("en-GB", EN)], ids=["zh", "en"])
def test_a_notice_from_its_proposal_to_its_close_out(
    opened: Callable[..., Watched], language: str, words: dict[str, str]
) -> None:
    everybody = [opened("office", language), opened("reporter", language)]
    office, unit = (seen.page for seen in everybody)
    office.goto("/notices/proposals")
    office.get_by_role("link", name="平台二期").first.click()
    assert "A-2 平台二期" in office.locator("#grounds").input_value()
    assert office.locator("#unit option:checked").inner_text() == "市科技局", "the lead unit is proposed"
    office.fill("#text", "请在六月中旬前赶上序时进度")
    office.fill("#deadline", "2023-06-15")
    press(office, words["issue"])
    expect(office.locator(".told")).to_contain_text(words["issued"])

    unit.goto("/notices")
    unit.get_by_role("link", name="督〔2023〕2号").click()
    expect(unit.locator(".problem-next")).to_contain_text(words["wait"])
    path = unit.url
    reply(unit, path, "已增派两个班组", words["reply"], photo=True)
    expect(unit.locator(".evidence-list img")).to_have_count(1)
    expect(unit.locator(".problem-next")).to_contain_text(words["verify"])

    office.goto(path)
    office.fill("#decide-reason", "没有写明完成时限")
    press(office, words["back"])
    expect(office.locator(".remarks")).to_contain_text("没有写明完成时限")
    reply(unit, path, "六月十五日前完成，责任人张三", words["reply"])
    office.goto(path)
    office.fill("#decide-reason", "已到现场核实属实")
    press(office, words["close"])
    expect(office.locator(".problem-next")).to_contain_text(words["over"])
    assert office.locator("main form").count() == 0, "nothing is left to do"
    unit.goto(path)
    expect(unit.locator(".remarks")).to_contain_text("已到现场核实属实")
    assert [seen.complaints for seen in everybody if seen.complaints] == []


@pytest.mark.parametrize(("language", "words"), [("zh-CN", ZH), ("en-GB", EN)], ids=["zh", "en"])
def test_several_are_ticked_and_issued_together(
    opened: Callable[..., Watched], language: str, words: dict[str, str]
) -> None:
    seen = opened("office", language)
    seen.page.goto("/notices/proposals")
    count = seen.page.locator("tbody tr").count()
    seen.page.check("#proposal-1")
    seen.page.check("#proposal-2")
    press(seen.page, words["many"])
    expect(seen.page.locator(".told")).to_contain_text(words["numbers"])
    expect(seen.page.locator("tbody tr")).to_have_count(count - 2)
    assert seen.complaints == []


def test_the_official_form_is_two_sheets_of_a4(opened: Callable[..., Watched]) -> None:
    page = opened("office").page
    page.goto("/notices/1/print")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    assert not page.locator("nav").first.is_visible()
    assert not page.get_by_role("button", name="打印").is_visible()
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as printed:
        sizes = [tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in printed.pages]  # type: ignore[index]
    assert sizes == [(595, 842), (595, 842)], "the notice, and the sheet that the unit sends back"


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_runs_sideways(opened: Callable[..., Watched], width: int) -> None:
    seen = opened("office", width=width)
    for path in (
        "/notices",
        "/notices/1",
        "/notices/1/print",
        "/notices/proposals",
        "/notices/proposals/line/2",
        "/notices/new?year=2023&code=A-3",
        "/notices/ladder",
    ):
        seen.page.goto(path)
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {width} px"
    assert seen.complaints == []


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [1280, 1440])
def test_badges_hold_their_words(opened: Callable[..., Watched], width: int, language: str) -> None:
    seen = opened("office", language, width)
    seen.page.goto("/notices")
    assert seen.page.locator("table .tag-late").count() == 1
    assert seen.page.evaluate(SPILT) == []
    assert seen.page.evaluate(SIDEWAYS) <= 0
