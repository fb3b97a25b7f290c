"""The red-flag list over real months: frozen or computed alike, since when, as reported or as corrected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories import Desk, line, month, report
from tests.services.month_desk import accepted, hand_in, march, returned, seen
from tracker.core.flag_list import Evolution, FlagFilter, FlagSort
from tracker.core.lights import Light
from tracker.services.flags import FlagList, FlagRow, flag_list, rows_shown

ALL = FlagFilter()


def listed(
    desk: Desk, period: str, wanted: FlagFilter = ALL, *, corrected: bool = False
) -> tuple[FlagList, tuple[FlagRow, ...]]:
    with desk.looking() as session:
        found = flag_list(session, month(period), desk.now, wanted, corrected=corrected)
        return found, rows_shown(session, found, found.arranged.marks)


@pytest.mark.parametrize("sort", list(FlagSort))
def test_a_frozen_month_lists_what_the_open_one_listed(open_quarter: Desk, sort: FlagSort) -> None:
    """Whether the list is read from the snapshot or computed, its lines, order, counts and sums are the same."""
    asked = [
        replace(ALL, sort=sort, descending=descending, since=since)
        for descending in (False, True)
        for since in (None, Evolution.NEW_RED, Evolution.RECOVERED)
    ]
    before = [listed(open_quarter, "2023-02", wanted) for wanted in asked]
    for name in ("2023-01", "2023-02"):
        open_quarter.on("2023-04-10").close(name)
    after = [listed(open_quarter, "2023-02", wanted) for wanted in asked]
    assert [found.arranged for found, _ in after] == [found.arranged for found, _ in before]
    assert [rows for _, rows in after] == [rows for _, rows in before]


def three_months(desk: Desk) -> None:
    """甲 catches up in March, 乙 falls behind in March, 丙 is behind all along, 丁 goes silent."""
    desk.roster([line(name, "1200") for name in ("甲", "乙", "丙", "丁")])
    told = {"甲": (50, 50, 200), "乙": (100, 100, 10), "丙": (10, 10, 10), "丁": (10, 10, None)}
    for number in range(3):
        rows = [report(name, month_completed=amounts[number]) for name, amounts in told.items()]
        period = f"2023-0{number + 1}"
        desk.reports(period, [row for row in rows if row.month_completed is not None])
        desk.close(period)


def test_how_every_line_moved_since_last_month(desk: Desk) -> None:
    three_months(desk)
    found, rows = listed(desk, "2023-03")
    moved = {row.figures.line.name: row for row in rows}
    assert set(moved) == {"乙", "丙"}
    assert found.arranged.evolutions[Evolution.NEW_RED] == 1
    assert (moved["乙"].since, moved["丙"].since) == (month("2023-03"), month("2023-01"))
    for since, name in (
        (Evolution.NEW_RED, "乙"),
        (Evolution.STILL_RED, "丙"),
        (Evolution.RECOVERED, "甲"),
        (Evolution.SILENT, "丁"),
    ):
        _, (row,) = listed(desk, "2023-03", FlagFilter(since=since))
        assert row.figures.line.name == name
    assert listed(desk, "2023-03", FlagFilter(since=Evolution.RECOVERED))[1][0].since is None


def test_a_line_that_needs_more_than_its_best_month_is_strained(desk: Desk) -> None:
    three_months(desk)
    _, rows = listed(desk, "2023-03", FlagFilter(sort=FlagSort.NAME))
    assert {row.figures.line.name: row.strained for row in rows} == {"乙": True, "丙": True}
    _, (recovered,) = listed(desk, "2023-03", FlagFilter(since=Evolution.RECOVERED))
    assert recovered.figures.needed_per_month == 1_000_000
    assert not recovered.strained


@pytest.mark.parametrize("accept", [False, True])
def test_as_reported_until_a_correction_makes_a_difference(desk: Desk, accept: bool) -> None:
    """Whether the office has accepted it or not: a correction that counts is told."""
    three_months(desk)
    assert not listed(desk, "2023-03", corrected=True)[0].correctable
    late = [report("丙", month_completed=400)]
    desk.on("2023-04-05").reports("2023-02", late, correction="漏报设备款", accept=accept)
    reported, rows = listed(desk, "2023-03")
    assert (reported.corrected, reported.correctable) == (False, True)
    assert {row.figures.line.name for row in rows} == {"乙", "丙"}
    corrected, rows = listed(desk, "2023-03", corrected=True)
    assert (corrected.corrected, corrected.correctable) == (True, True)
    assert {row.figures.line.name for row in rows} == {"乙"}
    # The correction came for February: January reads as it did.
    assert not listed(desk, "2023-01", corrected=True)[0].correctable


def test_a_correction_that_changes_no_figure_is_no_other_reading(desk: Desk) -> None:
    three_months(desk)
    same = [report("丙", month_completed=10, physical_progress="封顶")]
    desk.on("2023-04-05").reports("2023-03", same, correction="补写形象进度")
    assert not listed(desk, "2023-03")[0].correctable


@pytest.mark.parametrize("accept", [False, True])
def test_a_month_that_was_late_reads_differently_once_the_report_has_come(desk: Desk, accept: bool) -> None:
    three_months(desk)
    late = [report("丁", month_completed=10)]
    desk.on("2023-04-05").reports("2023-03", late, correction="补报", accept=accept)
    found, rows = listed(desk, "2023-03", FlagFilter(light=Light.RED), corrected=True)
    assert found.corrected
    assert "丁" in {row.figures.line.name for row in rows}


def test_a_correction_that_waits_makes_no_difference_until_it_is_accepted(desk: Desk) -> None:
    """January is closed; a unit corrects it, which counts as soon as the office accepts it."""
    march(desk)
    hand_in(desk, "2023-01", "A-1", "30", based_on=1, correction_reason="重复计入设备款")
    assert not listed(desk, "2023-01")[0].correctable
    accepted(desk.on("2023-04-05"), seen(desk, "2023-01", "A-1"))
    found, rows = listed(desk, "2023-01", corrected=True)
    assert found.corrected
    assert {row.figures.line.code for row in rows} >= {"A-1"}


def test_a_report_of_an_earlier_month_returned_after_the_closing_makes_a_difference(desk: Desk) -> None:
    """February closes before January; what counted in it then is returned and counts no more."""
    desk.on("2023-02-02").roster([line("甲", "1200", code="A-1")])
    hand_in(desk, "2023-01", "A-1", "150")
    hand_in(desk.on("2023-03-02"), "2023-02", "A-1", "100")
    desk.on("2023-03-10").close("2023-02")
    assert not listed(desk, "2023-02")[0].correctable
    returned(desk.on("2023-03-12"), seen(desk, "2023-01", "A-1"))
    assert listed(desk, "2023-02")[0].correctable


def test_an_open_month_has_one_reading(desk: Desk) -> None:
    desk.roster([line("甲", "1200")])
    desk.reports("2023-01", [report("甲", month_completed=10)])
    found, _ = listed(desk, "2023-01", corrected=True)
    assert (found.corrected, found.correctable) == (False, False)
