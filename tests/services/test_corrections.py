"""A closed month never changes: a correction stands beside it, with its reason, in the next briefing."""

from __future__ import annotations

import json

import pytest

from tests.databases import dump
from tests.factories import Desk, line, report, reports_file, work, yuan
from tests.services.month_desk import accepted, hand_in, march, returned, seen
from tracker.core.briefing import Correction
from tracker.core.coverage import ReportStatus
from tracker.core.errors import Refused, WrongState
from tracker.core.figures_json import figures_to_json
from tracker.store.audit import AuditEntry
from tracker.store.reports import Report, ReportRevision, ReportState


@pytest.fixture
def january_closed(desk: Desk) -> Desk:
    """Return a desk with two lines of 1200 万元, January reported on time and closed on 10 February."""
    desk.roster([line("甲"), line("乙")])
    desk.on("2023-01-30").reports("2023-01", [report("甲", 100), report("乙", 90)], accept=True)
    desk.on("2023-02-10").close("2023-01")
    return desk.on("2023-02-20")


def test_a_changed_report_of_a_closed_month_needs_a_reason(january_closed: Desk) -> None:
    before = dump(january_closed.engine)
    with pytest.raises(WrongState, match=r"2023-01 已关闭，文件中有 1 项与已报不同.*--correction"):
        january_closed.reports("2023-01", [report("甲", 80), report("乙", 90)])
    assert dump(january_closed.engine) == before


def test_an_unchanged_report_of_a_closed_month_needs_none(january_closed: Desk) -> None:
    before = dump(january_closed.engine)
    assert january_closed.reports("2023-01", [report("甲", 100), report("乙", 90)]).unchanged == 2
    assert dump(january_closed.engine) == before


def test_a_correction_stands_beside_the_published_figure(january_closed: Desk) -> None:
    published = json.dumps(figures_to_json(january_closed.figures("2023-01")))
    outcome = january_closed.reports("2023-01", [report("甲", 80)], correction="重复计算")
    assert outcome.changed == 1
    assert json.dumps(figures_to_json(january_closed.figures("2023-01"))) == published
    assert january_closed.line("2023-01", "甲").completed == yuan(100)
    assert january_closed.line("2023-01", "甲", corrected=True).completed == yuan(80)
    assert january_closed.figures("2023-01", corrected=True).summary.state.value == "closed"
    told = january_closed.all(AuditEntry.action, AuditEntry.after)[-1]
    assert (told[0], told[1]["reason"]) == ("reports.correct", "重复计算")


def test_a_correction_of_a_report_that_came_on_time_does_not_make_it_late(january_closed: Desk) -> None:
    january_closed.reports("2023-01", [report("甲", 80)], correction="重复计算")
    corrected = january_closed.line("2023-01", "甲", corrected=True)
    assert corrected.status is ReportStatus.ON_TIME
    assert january_closed.figures("2023-01", corrected=True).summary.coverage.late == 0


def test_a_report_that_first_comes_after_closing_is_a_correction_and_late(january_closed: Desk) -> None:
    january_closed.roster([line("丙")])
    with pytest.raises(WrongState, match="已关闭"):
        january_closed.reports("2023-01", [report("丙", 10)])
    january_closed.reports("2023-01", [report("丙", 10)], correction="漏报")
    assert january_closed.line("2023-01", "丙", corrected=True).status is ReportStatus.LATE
    assert [found.line.name for found in january_closed.figures("2023-01").lines] == ["甲", "乙"]


def test_the_next_month_counts_on_from_the_corrected_figure(january_closed: Desk) -> None:
    january_closed.reports("2023-01", [report("甲", 80)], correction="重复计算")
    with pytest.raises(Refused, match="与各月之和 130 万元不符"):
        january_closed.reports("2023-02", [report("甲", 50, 150)])
    january_closed.reports("2023-02", [report("甲", 50, 130)])
    assert january_closed.line("2023-02", "甲").completed == yuan(130)


def test_a_correction_is_listed_in_the_next_briefing_and_only_there(january_closed: Desk) -> None:
    january_closed.reports("2023-01", [report("甲", 80)], correction="重复计算")
    january_closed.on("2023-02-21").reports("2023-01", [report("甲", 70)], correction="再次核对")
    january_closed.reports("2023-02", [report("甲", 50), report("乙", 50)])
    (told,) = january_closed.briefing("2023-02").corrections
    assert (str(told.period), told.name, told.lead) == ("2023-01", "甲", "市科技局")
    assert (told.as_reported, told.as_corrected) == (yuan(100), yuan(70))
    assert (told.reason, told.corrected_on.isoformat()) == ("再次核对", "2023-02-21")
    january_closed.on("2023-03-10").close("2023-02")
    january_closed.on("2023-03-30").reports("2023-03", [report("甲", 50), report("乙", 50)])
    assert january_closed.briefing("2023-03").corrections == ()
    assert len(january_closed.briefing("2023-02").corrections) == 1


def test_a_correction_of_december_is_listed_in_the_next_januarys_briefing(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.on("2023-12-28").reports("2023-12", [report("甲", ytd=1000)])
    desk.on("2024-01-10").close("2023-12")
    desk.on("2024-01-15").reports("2023-12", [report("甲", ytd=990)], correction="决算核减")
    desk.on("2024-01-20").roster([line("甲")], year=2024)
    desk.on("2024-01-30").reports("2024-01", [report("甲", 10)])
    (told,) = desk.briefing("2024-01").corrections
    assert (str(told.period), told.as_reported, told.as_corrected) == ("2023-12", yuan(1000), yuan(990))


def test_a_correction_waits_to_be_looked_at_unless_it_is_accepted_at_once(january_closed: Desk) -> None:
    january_closed.reports("2023-01", [report("甲", 80)], correction="重复计算")
    january_closed.reports("2023-01", [report("乙", 80)], correction="重复计算", accept=True)
    assert sorted(january_closed.all(Report.state)) == [ReportState.ACCEPTED, ReportState.SUBMITTED]


def test_the_first_revision_keeps_its_words_and_the_second_its_reason(january_closed: Desk) -> None:
    january_closed.reports("2023-01", [report("甲", 80)], correction="重复计算")
    rows = january_closed.all(
        ReportRevision.number, ReportRevision.month_completed, ReportRevision.correction_reason
    )
    assert sorted(rows) == [(1, yuan(90), ""), (1, yuan(100), ""), (2, yuan(80), "重复计算")]


def test_a_reason_given_for_an_open_month_makes_no_correction(january_closed: Desk) -> None:
    january_closed.reports("2023-02", [report("甲", 1)], correction="多写了")
    assert set(january_closed.all(ReportRevision.correction_reason)) == {""}


def test_the_closed_quarter_takes_its_files_again_without_a_reason(closed_quarter: Desk) -> None:
    before = dump(closed_quarter.engine)
    for month in (1, 2, 3):
        assert closed_quarter.reports(f"2023-{month:02d}", reports_file(month), accept=True).unchanged == 70
    assert dump(closed_quarter.engine) == before


def test_an_earlier_open_month_that_moves_a_closed_one_is_listed(desk: Desk) -> None:
    desk.on("2023-02-01").roster([line("甲")])
    desk.on("2023-02-02").reports("2023-01", [report("甲", 100)])
    desk.on("2023-04-02").reports("2023-03", [report("甲", 100)])
    desk.on("2023-04-10").close("2023-03")
    desk.on("2023-04-12").reports("2023-02", [report("甲", 50)])
    desk.on("2023-05-02").reports("2023-04", [report("甲", 100)])
    (told,) = desk.briefing("2023-04").corrections
    assert (str(told.period), told.as_reported, told.as_corrected) == ("2023-03", yuan(200), yuan(250))
    assert told.reason == "2月月报：关闭后补报"
    assert desk.line("2023-03", "甲").completed == yuan(200)


def test_a_line_that_joined_after_closing_is_listed_too(january_closed: Desk) -> None:
    january_closed.roster([line("丙")])
    january_closed.reports("2023-01", [report("丙", 77)], correction="补报")
    january_closed.on("2023-03-02").reports("2023-02", [report("甲", 1)])
    (told,) = january_closed.briefing("2023-02").corrections
    assert (told.name, told.as_reported, told.as_corrected, told.reason) == ("丙", 0, yuan(77), "补报")


def test_a_blank_reason_is_no_reason(january_closed: Desk) -> None:
    with pytest.raises(WrongState, match="--correction"):
        january_closed.reports("2023-01", [report("甲", 80)], correction="  ")


def _told(desk: Desk, period: str) -> list[tuple[str, str, int | None, int | None, str]]:
    """Return what a month's briefing tells of corrections."""
    return [
        (str(told.period), told.code, told.as_reported, told.as_corrected, told.reason)
        for told in desk.briefing(period).corrections
    ]


def test_a_correction_outlives_an_earlier_month_that_closes_after_it(desk: Desk) -> None:
    quarter = march(desk)
    hand_in(quarter, "2023-03", "A-1", "100")
    quarter.on("2023-04-10").close("2023-03")
    hand_in(quarter.on("2023-04-11"), "2023-03", "A-1", "70", 1, correction_reason="重复计入设备款")
    accepted(quarter, seen(quarter, "2023-03", "A-1"))
    quarter.on("2023-04-12").close("2023-02")
    quarter.on("2023-04-27").open("2023-04")
    expected = [("2023-03", "A-1", yuan(200), yuan(170), "重复计入设备款")]
    assert _told(quarter, "2023-04") == expected, "February's briefing tells nothing of March"
    assert _told(quarter, "2023-02") == []


def test_a_year_that_is_loaded_and_closed_later_hides_no_correction(desk: Desk) -> None:
    quarter = march(desk).on("2023-04-11")
    hand_in(quarter, "2023-01", "A-1", "70", 1, correction_reason="重复计入设备款")
    accepted(quarter, seen(quarter, "2023-01", "A-1"))
    expected = [("2023-01", "A-1", yuan(100), yuan(70), "重复计入设备款")]
    assert _told(quarter, "2023-02") == expected
    quarter.on("2023-04-12").roster([line("甲", code="A-1")], year=2022)
    quarter.reports("2022-12", [report("甲", 1)])
    quarter.on("2023-04-13").close("2022-12")
    assert _told(quarter.on("2023-04-14"), "2023-02") == expected


def test_a_correction_of_words_is_listed_when_it_is_accepted_after_another_closing(desk: Desk) -> None:
    quarter = march(desk).on("2023-03-05")
    hand_in(
        quarter, "2023-01", "A-1", "100", 1, physical_progress="桩基完成", correction_reason="形象进度漏写"
    )
    quarter.on("2023-03-10").close("2023-02")
    assert _told(quarter, "2023-02") == [], "what waits for the office is no correction yet"
    accepted(quarter.on("2023-03-15"), seen(quarter, "2023-01", "A-1"))
    assert _told(quarter, "2023-03") == [("2023-01", "A-1", yuan(100), yuan(100), "形象进度漏写")]


def test_a_correction_of_a_work_is_listed_in_the_next_briefing_without_figures(desk: Desk) -> None:
    quarter = march(desk)
    hand_in(quarter, "2023-03", "W-1", "", target_reached="出台政策一项")
    quarter.on("2023-04-10").close("2023-03")
    hand_in(
        quarter.on("2023-04-11"), "2023-03", "W-1", "", 1,
        target_reached="出台政策两项", correction_reason="漏报政策一项",
    )  # fmt: skip
    quarter.on("2023-04-27").open("2023-04")
    assert _told(quarter, "2023-04") == [], "what waits for the office is no correction yet"
    accepted(quarter, seen(quarter, "2023-03", "W-1"))
    (told,) = quarter.briefing("2023-04").corrections
    assert told == Correction(
        period=told.period,
        code="W-1",
        name="丁",
        lead="市科技局",
        as_reported=None,
        as_corrected=None,
        reason="漏报政策一项",
        corrected_on=quarter.now.date(),
    )
    assert str(told.period) == "2023-03"
    quarter.on("2023-05-10").close("2023-04")
    quarter.on("2023-05-27").open("2023-05")
    assert _told(quarter, "2023-05") == [], "a correction is told once"
    assert len(quarter.briefing("2023-04").corrections) == 1, "and stays frozen where it was told"


def test_a_works_first_report_after_closing_is_listed_and_a_returned_one_is_not(desk: Desk) -> None:
    quarter = march(desk)
    quarter.roster([work("戊", code="W-2")])
    quarter.on("2023-04-10").close("2023-03")
    for code in ("W-1", "W-2"):
        hand_in(
            quarter.on("2023-04-11"),
            "2023-03",
            code,
            "",
            target_reached="两项",
            correction_reason="逾期未报补报",
        )
    accepted(quarter, seen(quarter, "2023-03", "W-1"))
    returned(quarter, seen(quarter, "2023-03", "W-2"))
    quarter.on("2023-04-27").open("2023-04")
    assert _told(quarter, "2023-04") == [("2023-03", "W-1", None, None, "逾期未报补报")]
