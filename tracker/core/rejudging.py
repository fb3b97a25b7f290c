"""Owns judging a month's lines again under other rules: everything that was known stays, only the verdicts change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.core.accumulation import accumulate
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.lights import Light, Measured, Verdict, judge
from tracker.core.periods import Period
from tracker.core.rules import Rule

#: No rule looks at single months: what a line has done and should have done is in its figures.
_NO_MONTHS = accumulate(())


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One line as it was judged and the verdict that it would get; `previous` is that of the month before."""

    before: LineFigures
    verdict: Verdict
    previous: Verdict | None

    @property
    def changed(self) -> bool:
        """Return whether the light would be another one."""
        return self.before.light is not self.verdict.light

    @property
    def after(self) -> LineFigures:
        """Return the line's figures with the light that it would have."""
        verdict = self.verdict
        return replace(
            self.before,
            light=verdict.light,
            reasons=verdict.reasons,
            flagged_months=verdict.flagged_months,
            lagging_months=verdict.lagging_months,
            missing_months=verdict.missing_months,
            previous_light=self.previous.light if self.previous else None,
        )


def rejudged(
    figures: MonthFigures, rules: Sequence[Rule], previous: Mapping[int, Verdict]
) -> tuple[Rejudged, ...]:
    """Return the month's lines under `rules`, with the plan, reports and averages that its figures rest on.

    `previous` are the verdicts of the month before under the same rules, by line id.
    """
    period, citywide = figures.summary.period, figures.summary.citywide
    found: list[Rejudged] = []
    for line in figures.lines:
        before = previous.get(line.line.id)
        verdict = judge(_measured(line, period), rules, before, citywide.get(line.cohort))
        found.append(Rejudged(line, verdict, before))
    return tuple(found)


def moves_of(lines: Sequence[Rejudged]) -> dict[tuple[Light, Light], int]:
    """Return how many lines would go from which light to which, the worst new light first."""
    counts = Counter([(line.before.light, line.verdict.light) for line in lines if line.changed])
    order = sorted(counts, key=lambda move: (-move[1].severity, -move[0].severity))
    return {move: counts[move] for move in order}


def _measured(figures: LineFigures, period: Period) -> Measured:
    """Return a line's figures without their verdict."""
    return Measured(
        line=figures.line,
        period=period,
        status=figures.status,
        cohort=figures.cohort,
        started=figures.started,
        start_overdue_months=figures.start_overdue_months,
        year=_NO_MONTHS,
        completed=figures.completed,
        scheduled=figures.scheduled,
        progress=figures.progress,
        schedule=figures.schedule,
        lagging=figures.lagging,
    )
