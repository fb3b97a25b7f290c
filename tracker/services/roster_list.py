"""Owns the roster of a year as a unit reads it: every line and work, and which of them it reports itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.core.figures import PeriodState
from tracker.core.lines import Line
from tracker.core.periods import Period
from tracker.services.projects import WorkEntry, work_list
from tracker.services.visibility import reportable_lines, reportable_works
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.roster import KeyProject, PlanYear


@dataclass(frozen=True, slots=True)
class RosterList:
    """A year's roster as of `as_of`, whose plans are in force; `own_lines` are ids, `own_works` codes."""

    year: int
    as_of: Period
    lines: tuple[Line, ...]
    works: tuple[WorkEntry, ...]
    own_lines: frozenset[int]
    own_works: frozenset[str]


def roster_list(session: Session, year: int, unit_ids: Collection[int]) -> RosterList:
    """Return the roster as of the newest month of the year that was opened, January before any.

    Raise NotFound for a year without a roster.
    """
    if session.get(PlanYear, year) is None:
        raise NotFound("年度项目清单", str(year))
    month = session.scalar(
        sa.select(sa.func.max(PeriodRow.month)).where(
            PeriodRow.year == year, PeriodRow.state != PeriodState.UPCOMING
        )
    )
    as_of = Period(year, month or 1)
    own_works = sa.select(KeyProject.code).where(KeyProject.id.in_(reportable_works(unit_ids, year)))
    return RosterList(
        year=year,
        as_of=as_of,
        lines=tuple(lines_of(session, as_of)),
        works=work_list(session, year),
        own_lines=frozenset(session.scalars(reportable_lines(unit_ids, year))),
        own_works=frozenset(session.scalars(own_works)),
    )
