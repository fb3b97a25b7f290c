"""Reporting in a real browser: figures while typing, drafts that outlive the page, the grid's keys and clipboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.conftest import Watched
from tests.web.reporting import Place
from tracker.core.periods import Period
from tracker.services.reopenings import Target
from tracker.store.reports import ReportState

FORM, GRID = "/month/2023-05/A-1", "/month/2023-05/grid"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = "document.activeElement.name || document.activeElement.textContent.trim()"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
COPY = """() => {
  const data = new DataTransfer();
  document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
  return data.getData("text/plain");
}"""


@pytest.fixture
def opened(opened: Callable[..., Watched]) -> Callable[..., Watched]:
    """Return (path, username, width) -> a page that is signed in and there, and all that it complained about."""

    def at(path: str, username: str = "reporter", width: int = 1440) -> Watched:
        seen = opened(username, width=width)
        seen.page.goto(path)
        return seen

    return at


def saved(page: Page) -> None:
    """Wait until the draft is kept."""
    expect(page.locator("#draft-state")).to_contain_text("草稿已保存")


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_pages_fit_and_are_quiet(opened: Callable[..., Watched], width: int) -> None:
    seen = opened("/month", width=width)
    for path in ("/month/2023-05", "/month/2023-04", FORM, "/month/2023-04/A-1", "/month/2023-05/K-4", GRID):
        seen.page.goto(path)
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {width} px"
        assert seen.complaints == [], path
    seen.page.goto(GRID)
    assert seen.page.locator(".grid-table").is_visible() == (width >= 768)
    assert seen.page.get_by_text("请逐个项目填报").is_visible() == (width < 768)


def test_the_light_follows_the_typing(opened: Callable[..., Watched]) -> None:
    seen = opened(FORM)
    panel = seen.page.locator("#look")
    expect(panel).to_contain_text("填了本月完成投资")
    seen.page.fill("#month_completed", "100")
    expect(panel).to_contain_text("绿灯")
    expect(panel).to_contain_text("600")
    seen.page.fill("#month_completed", "0")
    expect(panel).to_contain_text("500")
    seen.page.fill("#month_completed", "900")
    expect(seen.page.locator("#month_completed-notes")).to_contain_text("超过年度计划剩余")
    expect(seen.page.locator("[data-field-box=explanation]")).to_have_class("report-field wanted")
    seen.page.fill("#month_completed", "一百")
    expect(seen.page.locator("#month_completed")).to_have_attribute("aria-invalid", "true")
    expect(seen.page.locator("#month_completed-notes .note-refuse")).to_be_visible()
    assert seen.complaints == []


def test_an_untouched_field_is_not_scolded(opened: Callable[..., Watched]) -> None:
    page = opened(FORM).page
    page.fill("#physical_progress", "三层")
    saved(page)
    expect(page.locator("#month_completed-notes")).to_be_empty()


def test_a_draft_outlives_the_page(opened: Callable[..., Watched], place: Place) -> None:
    seen = opened(FORM)
    seen.page.fill("#month_completed", "88")
    saved(seen.page)
    seen.page.reload()
    assert seen.page.input_value("#month_completed") == "88"
    expect(seen.page.locator("#draft-state")).to_contain_text("草稿已保存")
    # Left at once: what was typed last is kept on the way out.
    seen.page.fill("#month_completed", "89")
    seen.page.goto("/month/2023-05")
    seen.page.goto(FORM)
    assert seen.page.input_value("#month_completed") == "89"
    assert opened(FORM, "colleague").page.input_value("#month_completed") == ""
    assert seen.complaints == []


def test_a_draft_too_large_to_be_sent_afterwards_asks_to_stay(opened: Callable[..., Watched]) -> None:
    page, asked, long = opened(FORM).page, [], "长" * 1_900

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.click("#physical_progress")
    page.keyboard.type("三")
    for name in ("physical_progress", "problem_text", "help_needed", "next_intention"):
        page.fill(f"#{name}", long)
    page.evaluate("() => { setTimeout(() => location.assign('/month/2023-05')) }")
    saved(page)
    assert (asked, page.url.endswith(FORM)) == (["beforeunload"], True), "the page waits for its draft"
    page.goto("/month/2023-05")
    assert asked == ["beforeunload"], "what is kept asks nothing"
    page.goto(FORM)
    assert page.input_value("#next_intention") == long


def test_last_months_problem_is_taken_over_with_a_press(opened: Callable[..., Watched], place: Place) -> None:
    told = {"month_completed": "150", "problem_text": "用地指标未落实", "correction_reason": "补充存在问题"}
    place.reopen(Period(2023, 4), Target(code="A-1"), "统计口径调整")
    place.browser().post("/month/2023-04/A-1", {**told, "based_on": "1"})
    page = opened(FORM).page
    page.click("button:has-text('与上月相同')")
    assert page.input_value("#problem_text") == "用地指标未落实"
    assert page.locator("[data-copy-to=physical_progress]").count() == 0, "progress is never last month's"


def test_a_report_by_keyboard_alone(opened: Callable[..., Watched], place: Place) -> None:
    seen = opened(FORM)
    page = seen.page
    assert page.evaluate("document.activeElement.id") == "month_completed"
    page.keyboard.type("110")
    for name in ("ytd_completed", "physical_progress"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == name
    page.keyboard.type("三层封顶")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "报送":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/month/2023-05")
    expect(page.locator("[role=status]").first).to_contain_text("已报送，第1次")
    assert place.report("A-1")[0].state is ReportState.SUBMITTED
    assert seen.complaints == []


def test_a_refused_form_begins_with_what_to_mend(opened: Callable[..., Watched]) -> None:
    page = opened(FORM).page
    page.fill("#next_intention", "封顶")
    page.click("button:has-text('报送') >> nth=0")
    page.wait_for_selector("#problems")
    assert page.evaluate("document.activeElement.id") == "problems"
    page.click("#problems a")
    assert page.evaluate("document.activeElement.id") == "month_completed"
    assert page.input_value("#next_intention") == "封顶"


def test_a_conflict_is_settled_in_the_form(opened: Callable[..., Watched], place: Place) -> None:
    seen = opened(FORM)
    page = seen.page
    place.browser("colleague").post(
        FORM, {"month_completed": "120", "physical_progress": "二层", "based_on": "0"}
    )
    page.fill("#month_completed", "130")
    page.fill("#physical_progress", "三层")
    page.click("button:has-text('报送') >> nth=0")
    page.wait_for_selector(".meanwhile")
    page.check("input[name=choice-month_completed][value=theirs]")
    assert page.input_value("#month_completed") == "120", "the choice shows in the field"
    page.fill("#physical_progress", "三层半")
    assert page.is_checked("input[name=choice-physical_progress][value=mine]"), "typing decides for one's own"
    page.click("button:has-text('报送') >> nth=0")
    page.wait_for_url("**/month/2023-05")
    _, revisions = place.report("A-1")
    assert [told.physical_progress for told in revisions] == ["二层", "三层半"]


def test_the_grid_is_moved_through_like_a_spreadsheet(opened: Callable[..., Watched]) -> None:
    seen = opened(GRID)
    page = seen.page
    page.wait_for_function("document.activeElement.name === 'month_completed.0'")
    steps = (
        ("ArrowRight", "ytd_completed.0"),
        ("ArrowDown", "ytd_completed.1"),
        ("ArrowDown", "ytd_completed.1"),
        ("ArrowLeft", "month_completed.1"),
        ("ArrowUp", "month_completed.0"),
        ("End", "explanation.0"),
        ("Tab", "month_completed.1"),
        ("Shift+Tab", "explanation.0"),
        ("Home", "month_completed.0"),
        ("Enter", "month_completed.1"),
    )
    for key, name in steps:
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == name, key
    page.keyboard.press("Control+Enter")
    assert page.evaluate(FOCUSED).startswith("报送有改动的行")
    assert seen.complaints == []


def test_cells_are_typed_mended_and_undone(opened: Callable[..., Watched]) -> None:
    page = opened(GRID).page
    page.wait_for_function("document.activeElement.name === 'month_completed.0'")
    cell = page.locator("[name='month_completed.0']")
    page.keyboard.type("11")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    assert cell.input_value() == "11"
    page.keyboard.type("5")
    assert cell.input_value() == "5", "typing takes the place of what stood there"
    page.keyboard.press("Escape")
    assert cell.input_value() == "11", "Escape brings it back"
    page.keyboard.press("F2")
    page.keyboard.type("0")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert cell.input_value() == "110", "while mending, arrows stay in the cell"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    assert cell.input_value() == ""
    page.keyboard.press("Control+z")
    assert cell.input_value() == "110"


def test_a_block_from_a_spreadsheet_is_pasted_and_copied(opened: Callable[..., Watched]) -> None:
    seen = opened(GRID)
    page = seen.page
    page.wait_for_function("document.activeElement.name === 'month_completed.0'")
    page.evaluate(PASTE, '110\t\t\t"三层\n""封顶"""\r\n1,000\t\t\t二层\t缺人\r\n')
    assert page.input_value("[name='month_completed.0']") == "110"
    assert page.input_value("[name='physical_progress.0']") == '三层\n"封顶"'
    assert page.input_value("[name='month_completed.1']") == "1,000"
    assert page.input_value("[name='problem_text.1']") == "缺人"
    expect(page.locator("tr[data-row='0'] [data-told]")).to_contain_text("绿灯")
    expect(page.locator("[id='month_completed.1-notes']")).to_contain_text("万元")
    assert page.locator("[data-count]").inner_text() == "2"
    assert page.evaluate(COPY) == '110\t\t\t"三层\n""封顶"""\t\n1,000\t\t\t二层\t缺人'
    saved(page)
    page.reload()
    assert page.input_value("[name='physical_progress.0']") == '三层\n"封顶"'
    assert seen.complaints == []


def test_only_changed_rows_leave_the_grid(opened: Callable[..., Watched], place: Place) -> None:
    seen = opened(GRID)
    page = seen.page
    page.wait_for_function("document.activeElement.name === 'month_completed.0'")
    page.keyboard.type("110")
    page.keyboard.press("Control+Enter")
    with page.expect_request(
        lambda request: request.method == "POST" and request.url.endswith("/grid")
    ) as sent:
        page.keyboard.press("Enter")
    assert "code.0=A-1" in (sent.value.post_data or "")
    assert "code.1" not in (sent.value.post_data or "")
    page.wait_for_url("**/month/2023-05")
    assert place.report("A-1")[0].revisions == 1
    assert seen.complaints == []


def test_a_refused_row_is_marked_in_the_grid(opened: Callable[..., Watched]) -> None:
    page = opened(GRID).page
    page.wait_for_function("document.activeElement.name === 'month_completed.0'")
    page.keyboard.type("-1")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#problems")
    assert page.input_value("[name='month_completed.0']") == "-1"
    expect(page.locator("[id='month_completed.0-notes']")).to_contain_text("负数")
    page.click("#problems a")
    assert page.evaluate(FOCUSED) == "month_completed.0"


def test_everything_works_without_scripts(
    browser: Browser, opened: Callable[..., Watched], place: Place
) -> None:
    page = opened("/month").page
    page.route("**/*.js", lambda route: route.abort())
    page.goto(FORM)
    page.fill("#month_completed", "110")
    page.click("button:has-text('报送') >> nth=0")
    page.wait_for_url("**/month/2023-05")
    page.goto(GRID)
    page.fill("[name='month_completed.1']", "100")
    page.click("button:has-text('报送有改动的行')")
    page.wait_for_url("**/month/2023-05")
    assert [place.report(code)[0].revisions for code in ("A-1", "A-2")] == [1, 1]


def test_letters_choose_reports_only_in_the_table(opened: Callable[..., Watched], place: Place) -> None:
    reporter = place.browser()
    for code in ("A-1", "A-2"):
        told = {"month_completed": "100", "based_on": "0"}
        assert reporter.post(f"/month/2023-05/{code}", told).status_code == 303
    seen = opened("/review?month=2023-05", "office")
    boxes = seen.page.locator("input[name=report]")
    expect(boxes).to_have_count(2)
    outside = seen.page.locator("[data-pick=none]")
    outside.focus()
    for key in ("j", "x"):
        seen.page.keyboard.press(key)
    expect(outside).to_be_focused()
    seen.page.focus(".review-form .scroll")
    for key in ("j", "j", "x"):
        seen.page.keyboard.press(key)
    expect(boxes.nth(1)).to_be_focused()
    assert [box.is_checked() for box in boxes.all()] == [False, True]
    assert seen.complaints == []
