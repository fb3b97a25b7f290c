"""A meeting in a real browser, in both languages: from the red line to an action that returns until it is closed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Watched
from tests.handed_in import photograph
from tests.web.reporting import Place
from tracker import clock

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHOTO: FilePayload = {"name": "工地.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
#: What was decided, and what the leader wrote.
DECISION, INSTRUCTION = "六月底前完成施工招标并进场", "此项目事关全局，请抓紧开工"
#: What the buttons say.
ZH = {
    "plan": "安排例会", "decide": "登记议定事项", "add": "登记", "hold": "确认召开，固定议程", "held": "已召开",
    "instruct": "发出批示", "progress": "登记进展", "done": "报告办结，申请销号", "close": "核实销号",
    "minutes": "保存会议记录", "paper": "会议纪要", "closed": "已销号", "late": "逾期",
}  # fmt: skip
EN = {
    "plan": "Plan a meeting", "decide": "Write down a decision", "add": "Add", "hold": "Held: fix the agenda", "held": "Held",
    "instruct": "Send the instruction", "progress": "Add progress", "done": "Report it done",
    "close": "Verify and close out",
    "minutes": "Save the minutes", "paper": "Minutes", "closed": "Closed out", "late": "overdue",
}  # fmt: skip


def press(page: Page, name: str) -> None:
    """Press the button with exactly this name."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".told")).to_be_visible()


def plan(page: Page, words: dict[str, str], day: str) -> str:
    """Plan a meeting; return its address."""
    page.goto("/meetings")
    page.fill("#meeting-day", day)
    page.fill("#meeting-chair", "王副市长")
    press(page, words["plan"])
    return page.url.partition("#")[0]


def on_the_agenda(page: Page, text: str) -> int:
    """Return how many items of the agenda have this text."""
    return page.locator(".agenda-item").filter(has_text=text).count()


@pytest.mark.parametrize(("language", "words"), [("zh-CN", ZH), ("en-GB", EN)], ids=["zh", "en"])
def test_an_action_returns_until_it_is_closed_out(
    opened: Callable[..., Watched], place: Place, language: str, words: dict[str, str]
) -> None:
    everybody: list[Watched] = []

    def browser_of(username: str) -> Page:
        everybody.append(opened(username, language))
        return everybody[-1].page

    office, leader, unit = browser_of("office"), browser_of("leader"), browser_of("reporter")
    first = plan(office, words, "2023-06-02")
    line = office.locator("[id^=red_lights-]").filter(has_text="实训中心")
    expect(line.locator(".verdict-reasons")).to_be_visible()
    line.get_by_role("link", name=words["decide"]).click()
    line.locator("[name=text]").fill(DECISION)
    line.locator("[name=unit]").fill("市科技局")
    line.locator("[name=deadline]").fill("2023-06-09")
    line.get_by_role("button", name=words["add"], exact=True).click()
    expect(office.locator("#decisions")).to_contain_text(DECISION)
    press(office, words["hold"])
    expect(office.locator("h1")).to_contain_text(words["held"])
    office.fill("#minutes-text", "会议强调，倒排工期、挂图作战。")
    press(office, words["minutes"])

    leader.goto("/projects/2023/A-1")
    leader.fill("#instruction-text", INSTRUCTION)
    press(leader, words["instruct"])
    expect(leader.locator("h1")).to_have_text(INSTRUCTION)
    instruction = leader.url

    # A week after the deadline the unit finds it, on top of what waits.
    place.now = datetime(2023, 6, 14, 10, tzinfo=clock.ZONE)
    office, unit = browser_of("office"), browser_of("reporter")
    second = plan(office, words, "2023-06-14")
    assert on_the_agenda(office, DECISION) == 1
    assert on_the_agenda(office, INSTRUCTION) == 1
    expect(office.locator("[id^=actions-]").filter(has_text=DECISION)).to_contain_text(words["late"])
    unit.goto("/to-do")
    unit.get_by_role("link", name=DECISION).click()
    unit.fill("#say-text", "招标公告已经发布")
    press(unit, words["progress"])
    unit.fill("#say-text", "中标单位已经进场")
    unit.set_input_files("#say-files", [PHOTO])
    press(unit, words["done"])
    expect(unit.locator(".evidence-list img")).to_have_count(1)

    office.goto(second)
    assert on_the_agenda(office, DECISION) == 1, "what is done returns until it is closed out"
    press(office, words["hold"])
    office.locator(".agenda-item").get_by_role("link", name=DECISION, exact=True).click()
    press(office, words["close"])
    expect(office.locator(".page-head")).to_contain_text(words["closed"])
    plan(office, words, "2023-06-30")
    assert on_the_agenda(office, DECISION) == 0, "what is closed out is on no agenda any more"
    assert on_the_agenda(office, INSTRUCTION) == 1
    office.goto(second)
    assert on_the_agenda(office, DECISION) == 1, "the agenda of a meeting that was held stays as it was"

    leader = browser_of("leader")
    leader.goto(first + "/paper")
    expect(leader.locator(".paper")).to_contain_text(words["paper"])
    expect(leader.locator(".paper")).to_contain_text(DECISION)
    leader.goto(instruction)
    expect(leader.locator("h1")).to_have_text(INSTRUCTION)
    assert [seen.complaints for seen in everybody if seen.complaints] == []


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("username", ["office", "leader", "reporter"])
def test_no_page_runs_sideways(opened: Callable[..., Watched], username: str, width: int) -> None:
    page = opened(username, "zh-CN", width).page
    for path in ("/actions", "/actions/1", "/to-do"):
        page.goto(path)
        assert page.evaluate(SIDEWAYS) == 0, path
    if username != "reporter":
        for path in ("/meetings", "/meetings/1", "/meetings/1/paper"):
            page.goto(path)
            assert page.evaluate(SIDEWAYS) == 0, path
