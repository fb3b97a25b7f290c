"""One month secures the year: what each remaining month would have to bring, and what months brought so far."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_levers import months
from tests.reference import month_facts, quarter
from tracker.core.cohorts import Category, Cohort
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.month import month_figures
from tracker.core.periods import Period
from tracker.core.year_path import line_paths, year_path


def continuing(figures: MonthFigures) -> list[LineFigures]:
    return [line for line in figures.lines if line.cohort is Cohort.CONTINUING]


def test_the_reference_quarter() -> None:
    path = year_path(continuing(quarter()[2]), 3)
    assert (path.count, path.remaining, path.unknown) == (52, 9, 0)
    assert (path.annual_plan, path.completed) == (10_683_000_000, 2_946_380_000)
    # 773,662 万元 in nine months.
    assert path.needed == -(-7_736_620_000 // 9) == 859_624_445
    amounts = [month.completed for month in path.months[:3]]
    assert sum(amount or 0 for amount in amounts) == path.completed
    assert path.best_month == max(amount or 0 for amount in amounts)
    assert path.within_best == (path.needed <= path.best_month)
    assert [month.total for month in path.months[3:]] == [None] * 9
    assert path.months[2].total == path.months[2].path_total == path.completed
    assert path.share(path.months[2].planned_total // 12) == 2233
    assert [path.needed_in(month) for month in (3, 4, 12)] == [None, path.needed, path.needed]
    assert sum(month.planned_amount for month in path.months) == path.annual_plan
    assert [month.reported for month in path.months] == [52] * 3 + [0] * 9


@given(months(), st.integers(3, 12))
def test_the_path_ends_at_the_annual_plan(figures: MonthFigures, month: int) -> None:
    path = year_path(figures.lines, month)
    totals = [told.path_total for told in path.months]
    assert totals[: month - 1] == [None] * (month - 1)
    assert totals[month - 1] == path.completed
    way = [total for total in totals if total is not None]
    assert way == sorted(way)
    if month < 12:
        assert totals[11] == max(path.annual_plan, path.completed)
        assert path.needed is not None
        assert path.needed * path.remaining >= path.left
        assert (path.needed - 1) * path.remaining < path.left
        assert path.to_schedule is not None
        # At the end of the next month the lines together are then at schedule, and not with a yuan less.
        assert 12 * (path.completed + path.to_schedule) >= path.months[month].planned_total
        assert (
            not path.to_schedule
            or 12 * (path.completed + path.to_schedule - 1) < path.months[month].planned_total
        )
    else:
        assert path.needed is path.to_schedule is path.next_planned is path.within_best is None


def test_a_month_that_stands_for_several_is_no_best_month() -> None:
    base = month_facts(3)
    line = replace(base.lines[0], category=Category.CONTINUING)
    several = replace(line, statements=((1, 30, None), (3, None, 900)))
    path = year_path(month_figures(replace(base, lines=[several])).lines, 3)
    assert [month.completed for month in path.months[:3]] == [30, None, None]
    assert [month.total for month in path.months[:3]] == [30, 30, 900]
    assert (path.best_month, path.best_in) == (30, 1)
    silent = replace(line, statements=(), submitted_late=None)
    unknown = year_path(month_figures(replace(base, lines=[silent])).lines, 3)
    assert (unknown.best_month, unknown.within_best, unknown.unknown) == (None, None, 1)
    assert [month.total for month in unknown.months] == [None] * 12


@pytest.mark.parametrize(("done", "needed"), [(0, 100), (300, 67), (900, 0), (1500, 0)])
def test_one_line_against_its_best_month_and_its_plan(done: int, needed: int) -> None:
    base = month_facts(3)
    line = replace(
        base.lines[0],
        annual_plan=900,
        monthly_plan=(75,) * 12,
        statements=((1, done, None), (2, 0, None), (3, 0, None)),
    )
    figures = month_figures(replace(base, lines=[line])).lines
    (path,) = line_paths(figures, 3)
    assert path.needed == needed
    assert path.next_planned == 75
    assert path.to_schedule == max(0, 300 - done)
    assert path.beyond_best == needed - done
    assert path.strained == (done == 0)
    assert year_path(figures, 3).left == max(0, 900 - done)


def test_december_plan_of_nothing_and_no_report() -> None:
    base = month_facts(3)
    line = replace(base.lines[0], monthly_plan=None)
    nothing = replace(line, id=2, code="Z-2", annual_plan=0, statements=((3, 0, None),))
    silent = replace(line, id=3, code="Z-3", submitted_late=None)
    paths = line_paths(month_figures(replace(base, lines=[silent, nothing, line])).lines, 3)
    assert [path.figures.line.id for path in paths][-1] == 3, "what is unknown stands last"
    by_id = {path.figures.line.id: path for path in paths}
    assert (by_id[2].needed, by_id[2].to_schedule, by_id[2].next_planned) == (0, 0, None)
    assert by_id[3].needed is by_id[3].to_schedule is by_id[3].beyond_best is None
    assert not by_id[3].strained
    told = tuple((month, 1, None) for month in range(1, 13))
    december = replace(base, period=Period(2023, 12), lines=[replace(line, statements=told)])
    figures = month_figures(december).lines
    (last,) = line_paths(figures, 12)
    assert (last.needed, last.to_schedule, last.next_planned) == (None, None, None)
    whole = year_path(figures, 12)
    assert (whole.remaining, whole.needed, whole.completed) == (0, None, 12)
    assert whole.left == line.annual_plan - 12


def test_no_lines() -> None:
    path = year_path([], 3)
    assert (path.count, path.needed, path.best_month, path.share(path.completed)) == (0, 0, None, None)
