"""Owns a month in the making for the tests of its services: reporters and an officer at one desk."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from tests.factories import ACTOR, Desk, line, month, work
from tracker.services.actors import Actor
from tracker.services.periods import claimed_open
from tracker.services.reporting import Entry, Reporter, Submitted, submit
from tracker.services.review import Decided, Seen, accept, return_reports
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportState
from tracker.store.roster import KeyProject, Subproject, Unit

OFFICER = Actor("督查室 王敏", "10.0.0.5")
SECOND = Actor("督查室 李雷", "10.0.0.6")


def march(desk: Desk) -> Desk:
    """Fill a desk: three lines of two departments and a district, a work; January closed, February and March open."""
    desk.on("2023-01-10").roster(
        [
            line("甲", "1200", code="A-1"),
            line("乙", "2400", code="A-2"),
            line("丙", "600", code="B-1", lead="市人社局", responsible=("武进区",)),
            work("丁", code="W-1"),
        ]
    )
    desk.on("2023-01-30").open("2023-01")
    for code in ("A-1", "A-2", "B-1"):
        hand_in(desk.on("2023-02-02"), "2023-01", code, "100")
    desk.on("2023-02-10").close("2023-01")
    desk.on("2023-02-27").open("2023-02")
    desk.on("2023-03-30").open("2023-03")
    return desk.on("2023-04-03")


def reporter(desk: Desk, *units: str) -> Reporter:
    """Return a reporter of these units, of all of them unless told otherwise."""
    with desk.looking() as session:
        statement = sa.select(Unit.id)
        return Reporter(
            Actor("填报员"),
            frozenset(session.scalars(statement.where(Unit.name.in_(units)) if units else statement)),
        )


def hand_in(desk: Desk, period: str, code: str, amount: str, based_on: int = 0, **typed: str) -> Submitted:
    """Hand in one report, the month opened when it is not there."""
    who = reporter(desk)
    with desk.writing() as session:
        if session.scalar(sa.select(PeriodRow.id).where(PeriodRow.month == month(period).month)) is None:
            claimed_open(session, ACTOR, month(period), desk.now)
        entry = Entry(code, {"month_completed": amount, **typed}, based_on)
        (done,) = submit(session, who, month(period), [entry], desk.now, "网页表单")
    return done


def head(desk: Desk, period: str, code: str) -> Report:
    """Return a report as it stands."""
    with desk.looking() as session:
        found = session.scalars(
            sa.select(Report)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .outerjoin(Subproject, Subproject.id == Report.subproject_id)
            .outerjoin(KeyProject, KeyProject.id == Report.key_project_id)
            .where(PeriodRow.month == month(period).month)
            .where(sa.func.coalesce(Subproject.code, KeyProject.code) == code)
        ).one()
        session.expunge(found)
        return found


def seen(desk: Desk, period: str, *codes: str) -> list[Seen]:
    """Return these reports as an officer sees them now."""
    heads = [head(desk, period, code) for code in codes]
    return [Seen(found.id, found.revisions, found.state) for found in heads]


def accepted(desk: Desk, what: Sequence[Seen], by: Actor = OFFICER) -> tuple[Decided, ...]:
    """Accept reports in one transaction."""
    with desk.writing() as session:
        return accept(session, by, what, desk.now)


def returned(
    desk: Desk, what: Sequence[Seen], reason: str = "金额与发票不符", by: Actor = OFFICER
) -> tuple[Decided, ...]:
    """Return reports in one transaction."""
    with desk.writing() as session:
        return return_reports(session, by, what, reason, desk.now)


def standing(desk: Desk, period: str, code: str) -> tuple[ReportState, int, int | None, int | None]:
    """Return where a report stands: its state, its newest, its counted and its settled revision."""
    found = head(desk, period, code)
    return found.state, found.revisions, found.counted, found.settled
