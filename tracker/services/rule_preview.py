"""Owns the preview of rules on a year's past months: what their lights would have been, nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.figures import PeriodState
from tracker.core.lights import Light, Verdict
from tracker.core.periods import Period
from tracker.core.rejudging import Rejudged, moves_of, rejudged
from tracker.core.rules import Rule
from tracker.services.figures import figures_in_order
from tracker.store.periods import PeriodRow


@dataclass(frozen=True, slots=True)
class MonthPreview:
    """A month's lights as they are (of a closed one: as reported) and as they would be, by light.

    `moves` counts the lines that would go from one light to another, `version` is that of the rules it stands by.
    """

    period: Period
    state: PeriodState
    version: int
    before: Mapping[Light, int]
    after: Mapping[Light, int]
    moves: Mapping[tuple[Light, Light], int]

    @property
    def changed(self) -> int:
        """Return how many lines would have another light."""
        return sum(self.moves.values())


@dataclass(frozen=True, slots=True)
class Preview:
    """The months of a year, and the lines of the month looked at that would have another light, worst first."""

    months: tuple[MonthPreview, ...]
    looked_at: MonthPreview | None
    lines: tuple[Rejudged, ...]


def preview_rules(
    session: Session, rules: tuple[Rule, ...], year: int, now: datetime, look: Period | None = None
) -> Preview:
    """Return what the lights of the year's months would be if `rules` had held since January.

    Closed months are judged from what was frozen with them, so that only the rules make the difference; open ones
    from what is known now. Without a month to `look` at, the newest is.
    """
    months: list[MonthPreview] = []
    shown: tuple[Rejudged, ...] = ()
    previous: Mapping[int, Verdict] = {}
    last: Period | None = None
    begun = _begun(session, year)
    for row, figures in zip(begun, figures_in_order(session, begun, now), strict=True):
        if last != row.period.plus(-1):
            # Across a month that is not kept nothing lasts.
            previous = {}
        judged = rejudged(figures, rules, previous)
        previous = {line.before.line.id: line.verdict for line in judged}
        last = row.period
        # Of ten thousand lines only those of one month are kept: the one asked for, else the newest.
        if look is None or look not in {month.period for month in months}:
            shown = tuple(line for line in judged if line.changed)
        months.append(
            MonthPreview(
                period=row.period,
                state=row.state,
                version=figures.summary.rules_version,
                before=figures.summary.lights,
                after={light: sum(line.verdict.light is light for line in judged) for light in Light},
                moves=moves_of(judged),
            )
        )
    seen = next((month for month in months if month.period == look), months[-1] if months else None)
    return Preview(tuple(months), seen, _worst_first(shown))


def previewed_years(session: Session) -> tuple[int, ...]:
    """Return the years that have a month to look at, newest first."""
    begun = PeriodRow.state != PeriodState.UPCOMING
    return tuple(
        session.scalars(sa.select(PeriodRow.year).where(begun).distinct().order_by(PeriodRow.year.desc()))
    )


def _begun(session: Session, year: int) -> tuple[PeriodRow, ...]:
    return tuple(
        session.scalars(
            sa.select(PeriodRow)
            .where(PeriodRow.year == year, PeriodRow.state != PeriodState.UPCOMING)
            .order_by(PeriodRow.month)
        )
    )


def _worst_first(lines: tuple[Rejudged, ...]) -> tuple[Rejudged, ...]:
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                -line.verdict.light.severity,
                -line.before.light.severity,
                -line.before.behind,
                line.before.line.code,
            ),
        )
    )
