"""My month: what is owed until when, what came back first, and states that are told apart by words."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from tests.web.conftest import sign_in
from tests.web.markup import parse, problems, text_of
from tests.web.reporting import ACTOR, MAY, Place, hrefs
from tracker import clock
from tracker.core.periods import Period
from tracker.services.accounts import add_account
from tracker.services.exemptions import exempt
from tracker.services.reminders import remind_all
from tracker.services.reopenings import Target
from tracker.store.accounts import Role

MONTH = "/month/2023-05"


def row_of(html: str, name: str) -> str:
    """Return the words of a line's row."""
    for row in parse(html).iter("tr"):
        words = " ".join(" ".join(row.itertext()).split())
        if words.startswith(name):
            return words
    raise AssertionError(f"no row for {name}")


def test_it_is_the_reporters_home(place: Place) -> None:
    browser = place.browser()
    assert browser.client.get("/").headers["Location"] == "/month"
    assert browser.client.get("/month").headers["Location"] == MONTH, "the newest open month"
    assert "/month" in hrefs(browser.get(MONTH))


def test_without_an_open_month_the_newest_closed_one_is_home(place: Place) -> None:
    place.close()
    assert place.browser().client.get("/month").headers["Location"] == MONTH


def test_the_picker_leads_to_its_month(place: Place) -> None:
    browser = place.browser()
    answer = browser.client.get("/month?month=2023-03")
    assert answer.headers["Location"] == "/month/2023-03"
    assert "2023年3月" in browser.get("/month/2023-03")


def test_what_is_owed_and_until_when(place: Place) -> None:
    words = text_of(place.browser().get(MONTH))
    assert "6月5日 23:59 截止，还有3天" in words
    assert "已报 0 / 应报 3" in words
    assert "平台一期" in words
    assert "重点项目4" in words
    assert "出台三项政策" in words
    assert "人才公寓" not in words, "another unit's line"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (datetime(2023, 6, 5, 20, 30, tzinfo=clock.ZONE), "今天截止，还有3小时"),
        (datetime(2023, 6, 4, 8, 0, tzinfo=clock.ZONE), "还有1天"),
        (datetime(2023, 6, 6, 0, 1, tzinfo=clock.ZONE), "现在报送记为逾期"),
    ],
)
def test_the_deadline_is_told_in_words(place: Place, now: datetime, told: str) -> None:
    place.now = now
    assert told in place.browser().get(MONTH)


def test_states_are_told_apart(place: Place) -> None:
    browser = place.browser()
    assert "未填" in row_of(browser.get(MONTH), "平台一期")
    browser.json(f"{MONTH}/A-1/draft", {"month_completed": "77", "based_on": "0"})
    assert "草稿 77" in row_of(browser.get(MONTH), "平台一期")
    browser.post(f"{MONTH}/A-1", {"month_completed": "110", "based_on": "0"})
    page = browser.get(MONTH)
    row = row_of(page, "平台一期")
    assert "已报送" in row
    assert "100 150 110 610 50.83" in row, "plan, last month, this month, year to date, progress"
    assert "已报 1 / 应报 3" in text_of(page)
    place.accept("A-1")
    assert "已审核" in row_of(browser.get(MONTH), "平台一期")


def test_what_came_back_stands_first_with_its_reason(place: Place) -> None:
    browser = place.browser()
    browser.post(f"{MONTH}/A-2", {"month_completed": "100", "based_on": "0"})
    place.send_back("A-2", "请说明金额为何下降")
    browser.json(f"{MONTH}/A-1/draft", {"month_completed": "1", "based_on": "0"})
    words = text_of(browser.get(MONTH))
    assert "退回原因： 请说明金额为何下降" in words
    assert words.index("平台二期") < words.index("平台一期")


def test_a_missing_report_is_neither_blank_nor_late(place: Place) -> None:
    place.now = datetime(2023, 6, 6, 9, 0, tzinfo=clock.ZONE)
    browser = place.browser()
    assert "未报" in row_of(browser.get(MONTH), "平台一期")
    browser.post(f"{MONTH}/A-1", {"month_completed": "110", "based_on": "0"})
    row = row_of(browser.get(MONTH), "平台一期")
    assert "逾期" in row
    assert "未报" not in row


def test_an_exempt_line_is_not_owed(place: Place) -> None:
    with place.writing() as session:
        exempt(session, ACTOR, MAY, "A-1", "停工整改三个月", place.now)
    page = place.browser().get(MONTH)
    assert "免报" in row_of(page, "平台一期")
    assert "停工整改三个月" in row_of(page, "平台一期")
    assert "已报 0 / 应报 2" in text_of(page)


def test_the_offices_word_is_shown_until_everything_came(place: Place) -> None:
    with place.writing() as session:
        remind_all(session, ACTOR, MAY, place.now)
    browser = place.browser()
    assert "督查室提醒" in browser.get(MONTH)
    for code, told in (("A-1", "month_completed"), ("A-2", "month_completed"), ("K-4", "target_reached")):
        assert browser.post(f"{MONTH}/{code}", {told: "100", "based_on": "0"}).status_code == 303
    page = browser.get(MONTH)
    assert "督查室提醒" not in page
    assert "全部报完" in page


def test_a_draft_is_the_accounts_own(place: Place) -> None:
    place.browser().json(f"{MONTH}/A-2/draft", {"month_completed": "77", "based_on": "0"})
    for other in ("colleague", "district"):
        row = row_of(place.browser(other).get(MONTH), "平台二期")
        assert "草稿" not in row
        assert "77" not in row


def test_a_closed_month_is_read_and_corrected(place: Place) -> None:
    browser = place.browser()
    page = browser.get("/month/2023-04")
    assert "本月已关闭" in page
    assert "申请更正" in row_of(page, "平台一期")
    assert "/month/2023-04/grid" not in hrefs(page)
    place.reopen(Period(2023, 4), Target(code="A-1"), "统计口径调整")
    page = browser.get("/month/2023-04")
    assert "已重新打开" in row_of(page, "平台一期")
    assert "已重新打开" not in row_of(page, "平台二期")
    assert "/month/2023-04/grid" in hrefs(page)


def test_a_correction_waits_for_the_office(place: Place) -> None:
    browser = place.browser()
    told = {"month_completed": "140", "based_on": "1", "correction_reason": "重复计入设备款"}
    assert browser.post("/month/2023-04/A-1", told).status_code == 303
    row = row_of(browser.get("/month/2023-04"), "平台一期")
    assert "更正待审核" in row
    assert " 150 " in row, "what counts still stands"


@pytest.mark.parametrize("path", ["/month/2023-06", "/month/2023-99", "/month/x", "/month?month=2099-01"])
def test_a_month_that_is_none_is_not_there(place: Place, path: str) -> None:
    assert place.browser().client.get(path, follow_redirects=True).status_code == 404


def test_only_reporters_have_a_month(place: Place) -> None:
    for role in ("office", "leader", "administrator"):
        client = place.browser(role).client
        assert client.get("/month").status_code == 403
        assert client.get(MONTH).status_code == 403


def test_it_is_only_read(place: Place) -> None:
    assert place.browser().post(MONTH, {}).status_code == 405


def test_an_account_without_a_unit_is_told_so(place: Place) -> None:
    with place.writing() as session:
        add_account(
            session, ACTOR, place.now, "lone", "独", Role.REPORTER, (), "correct-horse-1", must_change=False
        )
    page = place.browser("lone").get(MONTH)
    assert "您的账号还没有对应的单位" in page


def test_an_empty_instance_says_that_nothing_waits(empty_app: Flask) -> None:
    client = empty_app.test_client()
    assert sign_in(client, "reporter") == 302
    page = client.get("/month").text
    assert "现在没有要填报的月份" in page
    assert problems(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", [MONTH, "/month/2023-04", f"{MONTH}/A-2", f"{MONTH}/K-4", f"{MONTH}/grid"])
def test_pages_are_valid_in_both_languages(place: Place, path: str, language: str) -> None:
    place.browser().get(path, **{"Accept-Language": language})
