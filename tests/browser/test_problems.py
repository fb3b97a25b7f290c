"""A problem's life in a real browser, in both languages: raised, assigned, handled with a photo, back, closed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Watched
from tests.handed_in import photograph
from tests.web.reporting import Place
from tests.web.seed import ACTOR
from tracker import clock
from tracker.core.periods import Period
from tracker.services.periods import open_period

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHOTO: FilePayload = {"name": "变压器.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
TEXT = "施工变压器容量不足，影响塔吊作业"
#: What the buttons say, and the reason of the light.
ZH = {
    "raise": "提出问题", "assign": "交办", "say": "提交进展", "part": "协办事项已办结",
    "resolve": "问题已解决，申请销号", "close": "销号", "back": "退回继续办理",
    "next": "下一步：由市科技局在2023-06-10前办结", "verify": "下一步：由督查室核实",
    "over": "已销号，不再需要办理", "late": "逾期4天", "light": f"问题“{TEXT}”",
}  # fmt: skip
EN = {
    "raise": "Raise a problem", "assign": "Assign", "say": "Send the progress", "part": "Our part is done",
    "resolve": "Solved: ask for close-out", "close": "Close out", "back": "Send back",
    "next": "Next: 市科技局 solves it by 2023-06-10", "verify": "Next: the supervision office verifies it",
    "over": "Closed out; nothing is left to do", "late": "overdue by 4 days", "light": TEXT,
}  # fmt: skip


def press(page: Page, name: str) -> None:
    """Press the button with exactly this name."""
    page.get_by_role("button", name=name, exact=True).click()


def say(page: Page, path: str, text: str, button: str, *, photo: bool = False) -> None:
    """Fill in the form of progress and send it by one of its buttons."""
    page.goto(path)
    page.fill("#speak-text", text)
    if photo:
        page.set_input_files("#speak-files", [PHOTO])
    press(page, button)
    expect(page.locator(".told")).to_be_visible()


@pytest.mark.parametrize(("language", "words"), [("zh-CN", ZH), ("en-GB", EN)], ids=["zh", "en"])
def test_a_problem_is_raised_handled_sent_back_and_closed_out(
    opened: Callable[..., Watched], place: Place, language: str, words: dict[str, str]
) -> None:
    everybody: list[Watched] = []

    def browser_of(username: str) -> Page:
        everybody.append(opened(username, language))
        return everybody[-1].page

    reporter, office, helper = browser_of("reporter"), browser_of("office"), browser_of("stranger")
    reporter.goto("/problems")
    reporter.get_by_role("link", name=words["raise"], exact=True).click()
    reporter.get_by_role("link", name="平台一期").click()
    reporter.fill("#text", TEXT)
    press(reporter, words["raise"])
    expect(reporter.locator(".problem-text")).to_have_text(TEXT)
    path = reporter.url.partition("?")[0]

    office.goto("/problems?list=new")
    office.get_by_role("link", name=TEXT).click()
    assert office.locator("#handler option:checked").inner_text() == "市科技局", "the lead unit is proposed"
    office.fill("#deadline", "2023-06-10")
    office.select_option("#assign-category", "utilities")
    office.select_option("#assign-difficulty", "several_units")
    office.select_option("#part-0", label="市人社局")
    office.fill("#part-0-deadline", "2023-06-08")
    press(office, words["assign"])
    expect(office.locator(".problem-next")).to_contain_text(words["next"])

    helper.goto("/problems")
    helper.get_by_role("link", name=TEXT).click()
    say(helper, path, "已联系供电公司现场查勘", words["part"], photo=True)
    expect(helper.locator(".evidence-list img")).to_have_count(1)
    say(reporter, path, "新变压器已经到场", words["say"], photo=True)
    expect(reporter.locator(".evidence-list img")).to_have_count(2)

    # June is open, and the deadline has passed before anybody says that it is solved.
    place.close()
    place.now = datetime(2023, 6, 14, 10, tzinfo=clock.ZONE)
    with place.writing() as session:
        open_period(session, ACTOR, Period(2023, 6), place.now)
    reporter, office = browser_of("reporter"), browser_of("office")
    reporter.goto(path)
    expect(reporter.locator(".problem-next")).to_contain_text(words["late"])
    reporter.goto("/projects/2023/A-1?month=2023-06")
    expect(reporter.locator(".verdict-reasons")).to_contain_text(words["light"])

    say(reporter, path, "变压器已经投运", words["resolve"], photo=True)
    office.goto(path)
    expect(office.locator(".problem-next")).to_contain_text(words["verify"])
    office.fill("#decide-reason", "照片看不出铭牌")
    press(office, words["back"])
    expect(office.locator(".remarks")).to_contain_text("照片看不出铭牌")
    say(reporter, path, "补拍了铭牌", words["resolve"], photo=True)
    office.goto(path)
    press(office, words["close"])
    expect(office.locator(".problem-next")).to_contain_text(words["over"])
    assert office.locator("main form").count() == 0, "nothing is left to do"
    office.goto("/projects/2023/A-1?month=2023-06")
    assert words["light"] not in (office.locator(".verdict").text_content() or "")
    office.goto("/problems?list=closed_out")
    expect(office.get_by_role("link", name=TEXT)).to_be_visible()
    assert [seen.complaints for seen in everybody if seen.complaints] == []


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("username", ["reporter", "office", "leader"])
def test_no_page_runs_sideways(opened: Callable[..., Watched], username: str, width: int) -> None:
    page = opened(username, "zh-CN", width).page
    for path in ("/problems", "/problems?list=new", "/problems/1", "/problems/2"):
        page.goto(path)
        assert page.evaluate(SIDEWAYS) == 0, path
