"""Owns the plan changes of a month: the revisions that come into force in it, with their effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.briefing import PlanChange
from tracker.core.figures import MonthFigures
from tracker.core.lines import Line
from tracker.core.month import line_figures
from tracker.core.periods import Period
from tracker.services.figures import facts_of
from tracker.store.periods import PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.roster import Subproject


def plan_changes_of(
    session: Session, row: PeriodRow, figures: MonthFigures, now: datetime
) -> tuple[PlanChange, ...]:
    """Return the plan revisions that come into force in this period, with the lights they change.

    A revision that a newer one overtakes before it ever holds is passed over; several that start in the same
    month are one step, from the plan that held the month before to the newest.
    """
    period: Period = row.period
    revisions = session.scalars(
        sa.select(PlanRevision)
        .join(Subproject, Subproject.id == PlanRevision.subproject_id)
        .where(Subproject.year == period.year, PlanRevision.number > 1)
        .where(PlanRevision.effective_from == period, PlanRevision.made_at <= now)
        .order_by(PlanRevision.subproject_id, PlanRevision.number)
    ).all()
    told = {line.line.id: line for line in figures.lines}
    # The figures stand on the plan in force: the newest of those that have started.
    in_force = {line_id: line.line.plan_revision for line_id, line in told.items()}
    revisions = [
        revision for revision in revisions if in_force.get(revision.subproject_id) == revision.number
    ]
    if not revisions:
        return ()
    facts = facts_of(session, row, figures.summary.front, now)
    found: list[PlanChange] = []
    for revision in revisions:
        line = told[revision.subproject_id]
        before = _plan_before(session, revision)
        old = line_figures(_under(line.line, before), facts, figures.summary.citywide)
        found.append(
            PlanChange(
                code=line.line.code,
                name=line.line.name,
                lead=line.line.lead,
                number=revision.number,
                effective_from=revision.effective_from,
                approved_on=revision.approved_on,
                document_no=revision.document_no,
                before=before.annual_plan,
                after=revision.annual_plan,
                light_before=old.light,
                light_after=line.light,
            )
        )
    return tuple(found)


def _plan_before(session: Session, revision: PlanRevision) -> PlanRevision:
    """Return the plan that was in force in the month before the revision's first."""
    started = sa.or_(PlanRevision.number == 1, PlanRevision.effective_from < revision.effective_from)
    return session.scalars(
        sa.select(PlanRevision)
        .where(PlanRevision.subproject_id == revision.subproject_id, started)
        .where(PlanRevision.number < revision.number)
        .order_by(PlanRevision.number.desc())
        .limit(1)
    ).one()


def _under(line: Line, plan: PlanRevision) -> Line:
    months = tuple(getattr(plan, column) for column in MONTH_COLUMNS)
    return replace(line, annual_plan=plan.annual_plan, monthly_plan=None if months[0] is None else months)
