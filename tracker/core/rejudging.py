"""Owns judging a month's lines again under other rules: everything that was known stays, only the verdicts change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.lights import Light, Verdict
from tracker.core.month import MonthFacts, line_figures
from tracker.core.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One line as it was judged and as it would be."""

    before: LineFigures
    after: LineFigures

    @property
    def changed(self) -> bool:
        """Return whether the light would be another one."""
        return self.before.light is not self.after.light


def rejudged(
    figures: MonthFigures, rules: RuleSet, previous: Mapping[int, Verdict], *, deadline_passed: bool
) -> tuple[Rejudged, ...]:
    """Return the month's lines under `rules`, with the plan, reports and averages that its figures rest on.

    `previous` are the verdicts of the month before under the same rules, by line id.
    """
    summary = figures.summary
    facts = MonthFacts(
        period=summary.period,
        state=summary.state,
        front=summary.front,
        rules=rules,
        deadline_passed=deadline_passed,
        lines=(),
        previous=previous,
    )
    citywide = summary.citywide
    return tuple(Rejudged(line, line_figures(line.line, facts, citywide)) for line in figures.lines)


def moves_of(lines: Sequence[Rejudged]) -> dict[tuple[Light, Light], int]:
    """Return how many lines would go from which light to which, the worst new light first."""
    counts = Counter((line.before.light, line.after.light) for line in lines if line.changed)
    order = sorted(counts, key=lambda move: (-move[1].severity, -move[0].severity))
    return {move: counts[move] for move in order}
