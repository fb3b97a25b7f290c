"""What a number on the overview stands for: the lines that its filters admit come to that number, in any month."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_figures import line_values
from tests.reference import month_facts
from tracker.core.figures import LineFigures, MonthFigures, sums_of
from tracker.core.lights import Light, Verdict
from tracker.core.lines import Line
from tracker.core.month import month_figures
from tracker.services.light_changes import changes_among
from tracker.services.narrowing import Handed, Narrowing, Start, Turned
from tracker.services.projects import LineFilter


@st.composite
def months(draw: st.DrawFn) -> MonthFigures:
    """Return a month of any lines, each with any light a month ago."""
    lines: list[Line] = draw(st.lists(line_values(), max_size=20, unique_by=lambda line: line.id))
    before = {
        line.id: Verdict(draw(st.sampled_from(Light)), (), 0, 0, 0) for line in lines if draw(st.booleans())
    }
    passed = draw(st.booleans())
    return month_figures(replace(month_facts(3), lines=lines, previous=before, deadline_passed=passed))


def behind(figures: MonthFigures, narrowed: Narrowing | None = None, **filters: object) -> list[LineFigures]:
    """Return the lines that a list shows with these filters."""
    wanted = LineFilter(narrowed=narrowed or Narrowing(), **filters)  # type: ignore[arg-type]
    return [line for line in figures.lines if wanted.admits(line, figures.summary.period)]


@settings(max_examples=60)
@given(months())
def test_the_lines_behind_every_number_come_to_it(figures: MonthFigures) -> None:
    summary = figures.summary
    for cohort in summary.cohorts:
        assert sums_of(behind(figures, cohort=cohort.cohort)) == cohort.sums
        lagging = behind(figures, Narrowing(lagging=True), cohort=cohort.cohort)
        assert len(lagging) == cohort.sums.lagging
    for group in summary.programmes:
        assert sums_of(behind(figures, programme=group.name)) == group.sums
    for group in summary.departments:
        assert sums_of(behind(figures, lead=group.name)) == group.sums
    for group in summary.districts:
        assert sums_of(behind(figures, district=group.name)) == group.sums
    for light in Light:
        assert len(behind(figures, light=light)) == summary.lights[light]


@settings(max_examples=60)
@given(months())
def test_coverage_and_starts_lead_to_as_many_lines(figures: MonthFigures) -> None:
    coverage, starts = figures.summary.coverage, figures.summary.starts
    for handed in Handed:
        assert len(behind(figures, Narrowing(status=handed))) == getattr(coverage, handed.value)
    counted = {
        Start.ALL: starts.count,
        Start.DUE: starts.due_to_start,
        Start.STARTED: starts.started,
        Start.OVERDUE: starts.start_overdue,
    }
    assert {start: len(behind(figures, Narrowing(start=start))) for start in Start} == counted
    assert len(behind(figures, Narrowing(start=Start.ALL, lagging=True))) == starts.lagging


@settings(max_examples=60)
@given(months(), st.integers(1, 4))
def test_what_turned_is_counted_and_shown_gravest_first(figures: MonthFigures, limit: int) -> None:
    changes = changes_among(figures.lines, limit)
    worse, better = (behind(figures, Narrowing(turned=way)) for way in (Turned.WORSE, Turned.BETTER))
    assert (changes.worse.count, changes.better.count) == (len(worse), len(better))
    assert {line.line.id for line in worse}.isdisjoint(line.line.id for line in better)
    assert len(changes.worse.lines) == min(limit, len(worse))
    assert all(line in better for line in changes.better.lines)
    severities = [line.light.severity for line in changes.worse.lines]
    assert severities == sorted(severities, reverse=True)
    recovered = [line.light.severity for line in changes.better.lines]
    assert recovered == sorted(recovered)
    for line in better:
        assert line.previous_light is not None
        assert line.previous_light.flagged
        assert line.light is not Light.GREY
