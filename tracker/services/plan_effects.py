"""Owns what a proposed plan would do: every month it touches, under the plan in force and under the proposed one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.figures import LineFigures, PeriodState
from tracker.core.lights import Verdict
from tracker.core.month import MonthFacts, month_figures
from tracker.core.periods import Period
from tracker.services.figures import facts_of
from tracker.services.proposed_plans import ProposalInfo
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front, KeyProject, Programme, Subproject


@dataclass(frozen=True, slots=True)
class MonthEffect:
    """One month both ways. `supposed` tells a month before the plan's first, as if it held there already."""

    period: Period
    supposed: bool
    in_force: LineFigures
    proposed: LineFigures

    @property
    def turned_off(self) -> bool:
        """Return whether the plan would take a yellow or red light away (domain.md, arithmetic 7)."""
        return self.in_force.light.flagged and not self.proposed.light.flagged


def effect_of(session: Session, proposal: ProposalInfo, now: datetime) -> tuple[MonthEffect, ...]:
    """Return the effect in every open month from the plan's first one on, computed as the month itself is.

    Where no such month is open yet, the newest open one shows what the plan would do if it held already. A
    line without figures has no effect.
    """
    place = sa.select(Subproject.id, Front.name).join(KeyProject, KeyProject.id == Subproject.key_project_id)
    place = place.join(Programme, Programme.id == KeyProject.programme_id)
    place = place.join(Front, Front.id == Programme.front_id)
    line_id, front = session.execute(
        place.where(Subproject.year == proposal.year, Subproject.code == proposal.code)
    ).one()
    opened = session.scalars(
        sa.select(PeriodRow)
        .where(PeriodRow.year == proposal.year, PeriodRow.state == PeriodState.OPEN)
        .order_by(PeriodRow.month)
    ).all()
    rows = [row for row in opened if row.period >= proposal.effective_from] or list(opened[-1:])
    return tuple(_effects(session, rows, line_id, front, proposal, now))


def _effects(
    session: Session,
    rows: list[PeriodRow],
    line_id: int,
    front: str,
    proposal: ProposalInfo,
    now: datetime,
) -> Iterator[MonthEffect]:
    verdicts: dict[Period, Verdict] = {}
    for row in rows:
        facts = facts_of(session, row, front, now)
        in_force, proposed = (
            _figures(facts, line_id),
            _figures(_under(facts, line_id, proposal, verdicts), line_id),
        )
        if in_force is None or proposed is None:
            continue
        verdicts[row.period] = proposed.verdict
        yield MonthEffect(row.period, row.period < proposal.effective_from, in_force, proposed)


def _under(
    facts: MonthFacts, line_id: int, proposal: ProposalInfo, verdicts: dict[Period, Verdict]
) -> MonthFacts:
    """Return the month's facts with the line under the proposed plan; the city's average moves with it."""
    before = verdicts.get(facts.period.plus(-1))
    return replace(
        facts,
        lines=[
            replace(line, annual_plan=proposal.annual_plan, monthly_plan=proposal.months)
            if line.id == line_id
            else line
            for line in facts.lines
        ],
        # The month before may have another light under the proposed plan, too.
        previous=facts.previous if before is None else {**facts.previous, line_id: before},
    )


def _figures(facts: MonthFacts, line_id: int) -> LineFigures | None:
    return next((figures for figures in month_figures(facts).lines if figures.line.id == line_id), None)
