"""The queue: what waits, suspicious first, with what changed; and one report with its whole story."""

from __future__ import annotations

import pytest

from tests.factories import Desk, month
from tests.services.month_desk import accepted, hand_in, head, march, returned, seen
from tracker.core.errors import NotFound
from tracker.services.review_queue import Only, QueueFilter, ReviewQueue, review_queue, waiting_corrections
from tracker.services.review_sheets import ReviewRow, ReviewSheet, review_rows, review_sheet
from tracker.store.reports import ReportState


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Return a desk where February is reported and four reports of March wait."""
    march(desk).on("2023-03-02")
    hand_in(desk, "2023-02", "A-1", "100", physical_progress="基础完成")
    hand_in(desk, "2023-02", "A-2", "100")
    desk.on("2023-04-03")
    hand_in(desk, "2023-03", "A-1", "120", physical_progress="主体封顶")
    hand_in(desk, "2023-03", "A-2", "1600", explanation="设备集中到货一次付清")
    hand_in(desk, "2023-03", "W-1", "", target_reached="已出台两项政策")
    hand_in(desk.on("2023-04-07"), "2023-03", "B-1", "90")
    return desk


def queue(desk: Desk, period: str = "2023-03", **wanted: object) -> ReviewQueue:
    with desk.looking() as session:
        return review_queue(session, month(period), QueueFilter(**wanted))  # type: ignore[arg-type]


def codes(desk: Desk, **wanted: object) -> list[str]:
    return [entry.about.code for entry in queue(desk, **wanted).entries]


def rows(desk: Desk, period: str = "2023-03") -> dict[str, ReviewRow]:
    with desk.looking() as session:
        found = review_queue(session, month(period), QueueFilter())
        return {row.entry.about.code: row for row in review_rows(session, found.entries, desk.now)}


def sheet(desk: Desk, period: str, code: str) -> ReviewSheet:
    report_id = head(desk, period, code).id
    with desk.looking() as session:
        return review_sheet(session, report_id, desk.now)


def test_suspicious_first_then_late_then_the_largest_change(waiting: Desk) -> None:
    assert codes(waiting) == ["A-2", "B-1", "A-1", "W-1"]
    entries = {entry.about.code: entry for entry in queue(waiting).entries}
    assert (entries["A-1"].amount, entries["A-1"].last_amount, entries["A-1"].change) == (
        1_200_000,
        1_000_000,
        200_000,
    )
    assert entries["B-1"].late
    assert entries["B-1"].last_amount is None, "nothing came for February: that is no zero"
    assert entries["B-1"].units == ("武进区",)
    assert entries["A-2"].doubts, "the doubt travels with what was handed in"
    assert entries["A-2"].said.explanation == "设备集中到货一次付清"
    assert entries["W-1"].amount is None


def test_filters_and_their_counts(waiting: Desk) -> None:
    assert codes(waiting, unit="武进区") == ["B-1"]
    assert codes(waiting, unit="市人社局") == ["B-1"]
    assert codes(waiting, programme="没有") == []
    assert codes(waiting, only=Only.DOUBTS) == ["A-2"]
    assert codes(waiting, only=Only.LATE) == ["B-1"]
    assert codes(waiting, only=Only.CLEAN) == ["B-1", "A-1", "W-1"]
    found = queue(waiting, only=Only.MENDED)
    assert (found.entries, found.total) == ((), 4)
    assert found.counts == {Only.DOUBTS: 1, Only.LATE: 1, Only.MENDED: 0, Only.CLEAN: 3}
    assert found.units == ("市人社局", "市科技局", "武进区")


def test_what_is_decided_waits_no_more_and_what_is_mended_waits_again(waiting: Desk) -> None:
    accepted(waiting, seen(waiting, "2023-03", "A-1", "W-1"))
    returned(waiting, seen(waiting, "2023-03", "B-1"), "请附上监理月报")
    assert codes(waiting) == ["A-2"]
    hand_in(waiting, "2023-03", "B-1", "95", based_on=1)
    (entry,) = queue(waiting, only=Only.MENDED).entries
    assert (entry.about.code, entry.returned, entry.number) == ("B-1", "请附上监理月报", 2)


def test_a_row_tells_the_figures_the_plan_and_what_changed(waiting: Desk) -> None:
    hand_in(waiting, "2023-03", "A-1", "130", based_on=1, physical_progress="主体封顶")
    row = rows(waiting)["A-1"]
    assert [(told.field, told.before, told.after) for told in row.changes] == [
        ("month_completed", "120", "130")
    ]
    assert [(told.field, told.before, told.after) for told in row.month_changes] == [
        ("physical_progress", "基础完成", "主体封顶")
    ]
    assert row.figures is not None
    assert (row.figures.completed, row.planned, row.as_counted) == (3_300_000, 1_000_000, None)
    assert row.figures == waiting.line("2023-03", "A-1")
    assert rows(waiting)["W-1"].figures is None


def test_a_correction_waits_in_its_month_and_in_the_list_over_all_months(waiting: Desk) -> None:
    hand_in(waiting, "2023-01", "A-1", "80", based_on=1, correction_reason="重复计入设备款")
    waiting.on("2023-04-08").close("2023-02")
    hand_in(waiting, "2023-02", "A-2", "90", based_on=1, correction_reason="一张发票作废")
    with waiting.looking() as session:
        found = waiting_corrections(session, QueueFilter())
    assert [(str(entry.period), entry.about.code) for entry in found.entries] == [
        ("2023-02", "A-2"),
        ("2023-01", "A-1"),
    ]
    row = rows(waiting, "2023-01")["A-1"]
    assert row.entry.closed
    assert (row.figures.completed, row.as_counted.completed) == (800_000, 1_000_000)  # type: ignore[union-attr]


def test_one_report_with_its_whole_story(waiting: Desk) -> None:
    returned(waiting, seen(waiting, "2023-03", "A-1"), "形象进度与照片不符")
    hand_in(waiting, "2023-03", "A-1", "110", based_on=1, physical_progress="主体完成八成")
    found = sheet(waiting, "2023-03", "A-1")
    assert [revision.info.number for revision in found.revisions] == [2, 1]
    assert {told.field for told in found.revisions[0].changes} == {"month_completed", "physical_progress"}
    assert [(told.after, told.reason) for told in found.decisions] == [
        (ReportState.SUBMITTED, ""),
        (ReportState.RETURNED, "形象进度与照片不符"),
        (ReportState.SUBMITTED, ""),
    ]
    assert (found.may_accept, found.may_return) == (True, True)
    assert found.next_id == head(waiting, "2023-03", "A-2").id
    closed = sheet(waiting, "2023-01", "A-1")
    assert (closed.may_accept, closed.may_return) == (True, False)
    with waiting.looking() as session, pytest.raises(NotFound):
        review_sheet(session, 99_999, waiting.now)
