"""审核: the queue and one report, accepting and returning, and what an officer is told who comes second."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from tests.web.markup import parse, problems, text_of
from tests.web.office_desk import MARCH, OfficeDesk, office_desk
from tests.web.seed import HOSTILE
from tracker.store.periods import StateChange
from tracker.store.reports import ReportState


@pytest.fixture
def desk(office_home: Path, tmp_path: Path) -> OfficeDesk:
    """Return an instance of the test's own; three reports of April wait."""
    return office_desk(office_home, tmp_path / "instance")


def names(html: str) -> list[str]:
    return ["".join(link.itertext()) for link in parse(html).findall(".//tbody/tr/th/a")]


def boxes(html: str) -> list[Element]:
    return [box for box in parse(html).iter("input") if box.get("name") == "report"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_valid_and_escapes_what_was_typed(desk: OfficeDesk, language: str) -> None:
    hostile, report = desk.report("A-3").id, desk.report("A-1").id
    march = desk.report("A-1", MARCH).id
    paths = [
        f"/review/{hostile}",
        f"/review/{report}",
        f"/review/{march}",
        "/review",
        "/review?scope=corrections",
    ]
    paths += [
        "/review?month=2023-03",
        "/review?only=late",
        '/review?only="><script>alert(1)</script>&unit="><script>',
    ]
    for path in paths:
        answer = desk.client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 200, path
        assert problems(answer.text) == [], path
        assert "<script>alert" not in answer.text, path
    assert "&lt;script&gt;" in desk.get(f"/review/{hostile}").text


def test_the_queue_puts_what_is_suspicious_first(desk: OfficeDesk) -> None:
    html = desk.get("/review").text
    assert names(html) == [HOSTILE, "平台一期", "重点项目4"]
    text = text_of(html)
    assert "2023年4月待审 3" in text
    assert "共3个待审" in text
    assert "一次结清" in text, "the explanation stands beside the doubt"
    assert "较第1次报送" in text, "what changed since the revision before"
    assert "佐证1份" in text
    clean = [row for row in parse(html).iter("tr") if "data-clean" in row.attrib]
    assert len(clean) == 2


def test_filters_stand_in_the_address(desk: OfficeDesk) -> None:
    assert names(desk.get("/review", only="doubts").text) == [HOSTILE]
    assert names(desk.get("/review", unit="市科技局").text) == ["平台一期", "重点项目4"]
    assert names(desk.get("/review", programme="人才工程", only="clean").text) == ["重点项目4"]
    assert "没有符合条件的月报" in text_of(desk.get("/review", only="mended").text)
    assert desk.get("/review", month="2023-12").status_code == 404


def test_accepting_several_says_so_in_words(desk: OfficeDesk) -> None:
    chosen = [desk.seen("A-1"), desk.seen("K-4")]
    answer = desk.post("/review?unit=市科技局", report=chosen, action="accept")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/review?unit=%E5%B8%82%E7%A7%91%E6%8A%80%E5%B1%80",
    )
    text = text_of(desk.get("/review").text)
    assert "已审核通过2个：平台一期、重点项目4" in text
    assert "共1个待审" in text
    assert desk.report("A-1").state is ReportState.ACCEPTED
    assert desk.all(StateChange.made_by)[-1] == "office甲（office）"


def test_returning_needs_a_reason_and_keeps_what_was_chosen(desk: OfficeDesk) -> None:
    chosen = desk.seen("A-1")
    answer = desk.post("/review", report=[chosen], action="return", reason="不对")
    assert answer.status_code == 422
    assert "请写明退回原因，至少 5 个字" in text_of(answer.text)
    assert [box.get("value") for box in boxes(answer.text) if "checked" in box.attrib] == [chosen]
    assert desk.report("A-1").state is ReportState.SUBMITTED
    reason = f"发票不符{HOSTILE}"
    assert desk.post("/review", report=[chosen], action="return", reason=reason).status_code == 303
    assert "已退回1个：平台一期。单位会看到退回原因" in text_of(desk.get("/review").text)
    page = desk.get(f"/review/{desk.report('A-1').id}").text
    assert "<script>alert" not in page
    assert "发票不符" in text_of(page)
    assert desk.all(StateChange.reason)[-1] == reason


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"action": "accept"}, "没有选择月报"),
        (
            {"action": "accept", "report": ["x", "1.2", "1.2.unknown", "9999999999.1.submitted"]},
            "没有选择月报",
        ),
        ({"report": ["1.1.accepted"]}, "没有说明要通过还是退回"),
        ({"action": "delete", "report": ["1.1.accepted"]}, "没有说明要通过还是退回"),
    ],
)
def test_a_form_that_says_nothing_is_refused(
    desk: OfficeDesk, fields: dict[str, object], sentence: str
) -> None:
    answer = desk.post("/review", **fields)
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert problems(answer.text) == []


def test_the_second_officer_is_told_and_nothing_is_done(desk: OfficeDesk) -> None:
    first, second = desk.seen("A-1"), desk.seen("A-3")
    desk.hand_in("A-1", "170", 2, physical_progress="主体封顶")
    answer = desk.post("/review", report=[first, second], action="accept")
    assert answer.status_code == 409
    assert "您打开之后情况有变：“平台一期”由" in text_of(answer.text)
    assert desk.report("A-3").state is ReportState.SUBMITTED
    assert desk.post("/review", report=["99999.1.submitted"], action="accept").status_code == 404


def test_one_report_beside_the_month_and_the_revision_before(desk: OfficeDesk) -> None:
    report = desk.report("A-1")
    text = text_of(desk.get(f"/review/{report.id}").text)
    for words in ("逐项对照", "第1次报送", "本次（第2次）", "佐证材料", "历次报送", "经过", "下一个待审"):
        assert words in text, words
    assert "150 → 160" in text
    assert desk.get("/review/99999").status_code == 404


def test_one_report_is_accepted_and_returned_on_its_own_page(desk: OfficeDesk) -> None:
    report = desk.report("A-1")
    path = f"/review/{report.id}"
    other = desk.seen("A-3")
    assert desk.post(path, report=[other], action="accept").status_code == 422, "only the report of the page"
    assert desk.post(path, report=[desk.seen("A-1")], action="return", reason="").status_code == 422
    done = desk.post(path, report=[desk.seen("A-1")], action="return", reason="请核对发票金额")
    assert (done.status_code, done.headers["Location"]) == (303, "/review?month=2023-04")
    page = text_of(desk.get(path).text)
    assert "请核对发票金额" in page
    assert "撤回退回并通过" in page
    desk.post(path, report=[desk.seen("A-1")], action="accept")
    assert desk.report("A-1").state is ReportState.ACCEPTED
    again = desk.post(path, report=[desk.seen("A-1")], action="accept")
    assert again.status_code == 409
    assert "已经审核通过" in text_of(again.text)


def test_corrections_of_closed_months_stand_in_a_list_of_their_own(desk: OfficeDesk) -> None:
    desk.hand_in("A-2", "100", 1, MARCH, correction_reason="重复计入设备款")
    html = desk.get("/review", scope="corrections").text
    assert names(html) == ["平台二期"]
    assert "更正原因： 重复计入设备款" in text_of(html)
    page = text_of(desk.get(f"/review/{desk.report('A-2', MARCH).id}").text)
    assert "目前计入统计的是第1次报送" in page
    assert desk.post("/review", report=[desk.seen("A-2", MARCH)], action="accept").status_code == 303
    assert desk.report("A-2", MARCH).counted == 2


def test_a_settled_report_of_a_closed_month_offers_no_return(desk: OfficeDesk) -> None:
    report = desk.report("A-2", MARCH)
    path = f"/review/{report.id}"
    assert "action" not in {button.get("name") for button in parse(desk.get(path).text).iter("button")}
    answer = desk.post(path, report=[desk.seen("A-2", MARCH)], action="return", reason="请核对发票金额")
    assert answer.status_code == 409
    assert "已定稿，不能退回" in text_of(answer.text)


def test_nothing_waits_and_no_month(desk: OfficeDesk, at_empty: object) -> None:
    assert "没有待审的月报" in text_of(desk.get("/review", month="2023-02").text)
    assert "没有待审的更正" in text_of(desk.get("/review", scope="corrections").text)
    empty = at_empty.get("/review")  # type: ignore[attr-defined]
    assert empty.status_code == 200
    assert "还没有可以显示的月份" in empty.text
    assert at_empty.get("/periods").status_code == 200  # type: ignore[attr-defined]
