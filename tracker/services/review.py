"""Owns the office's word on reports: accepting and returning them, one or many, all or none.

The office corrects nothing in a unit's name: what is wrong goes back with a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.said import Said
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.milestones import settle_milestones
from tracker.services.problems import settle_problem
from tracker.services.reasons_given import required_reason
from tracker.services.reporting import counted_revision, newest_revision, said_of, shared
from tracker.services.state_changes import note_state
from tracker.services.visibility import ReportObject
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.reports import Report, ReportState
from tracker.store.roster import KeyProject, Subproject


@dataclass(frozen=True, slots=True)
class Seen:
    """A report as the officer saw it: its newest revision, and where it stood."""

    report_id: int
    number: int
    state: ReportState = ReportState.SUBMITTED


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a report; `counted` is the number of the revision that figures use, None for none."""

    period: Period
    code: str
    name: str
    number: int
    counted: int | None


class Overtaken(WrongState):
    """Raised when something happened to a report since the officer looked; nothing was written."""

    def __init__(self, happened: Sequence[str]) -> None:
        super().__init__(f"您打开之后情况有变：{'；'.join(happened)}。没有改动任何月报，请核对后再审。")


def accept(session: Session, actor: Actor, seen: Sequence[Seen], now: datetime) -> tuple[Decided, ...]:
    """Accept these reports, all or none: from now on their newest revision counts and is settled.

    One that was returned by mistake can be accepted too. Raise Overtaken when a newer revision came or
    another officer was faster, WrongState for what is accepted already, NotFound for no such report.
    """
    heads = _claimed(session, seen)
    done = [found for found in heads if found.head.state is ReportState.ACCEPTED]
    if done:
        raise WrongState(f"{_names(done)} 已经审核通过，不用再审。")
    return tuple(
        _decide(session, actor, found, ReportState.ACCEPTED, found.head.revisions, now) for found in heads
    )


def return_reports(
    session: Session, actor: Actor, seen: Sequence[Seen], reason: str, now: datetime
) -> tuple[Decided, ...]:
    """Return these reports to their units, all or none, with the reason that the units read.

    What was settled before counts again: what was accepted last or frozen with the closing, else nothing.
    Raise Refused without a reason, WrongState for what is returned already or stands as a closed month
    froze it, Overtaken and NotFound as `accept`.
    """
    told = required_reason(reason, "退回原因")
    heads = _claimed(session, seen)
    done = [found for found in heads if found.head.state is ReportState.RETURNED]
    if done:
        raise WrongState(f"{_names(done)} 已经退回，正等单位修改后重新报送。")
    frozen = [found for found in heads if found.settled_by_closing]
    if frozen:
        raise WrongState(
            f"{_names(frozen)} 的月份已关闭，所报数据已定稿，不能退回；"
            "数据有误时请单位报送更正，或先为该单位重新开放报告期。"
        )
    return tuple(
        _decide(session, actor, found, ReportState.RETURNED, found.fallback, now, told) for found in heads
    )


@dataclass(frozen=True, slots=True)
class _Claimed:
    head: Report
    row: PeriodRow
    about: ReportObject

    @property
    def settled_by_closing(self) -> bool:
        """Return whether the newest revision stands for good: in a closed month and settled."""
        return self.row.state is PeriodState.CLOSED and (self.head.settled or 0) >= self.head.revisions

    @property
    def fallback(self) -> int | None:
        """Return the revision that counts once the newest is returned."""
        settled = self.head.settled
        return settled if settled is not None and settled < self.head.revisions else None


def _claimed(session: Session, seen: Sequence[Seen]) -> list[_Claimed]:
    """Return the reports, claimed until the transaction ends; raise Overtaken when one is not as it was seen."""
    if not seen:
        raise Refused((Problem("没有选择月报", "请先勾选要处理的月报", field="report"),))
    wanted = {one.report_id: one for one in seen}
    places = _places(session, wanted)
    for report_id in wanted:
        if report_id not in places:
            raise NotFound("月报", str(report_id))
    # Months first, then reports by code: the order in which units that hand in wait for each other.
    for period in sorted({period for period, _ in places.values()}):
        shared(session, period)
    audit.claim_trail(session)
    found: list[_Claimed] = []
    happened: list[str] = []
    for report_id, (_, about) in sorted(places.items(), key=lambda item: (item[1][0], item[1][1].code)):
        head = session.get_one(Report, report_id, with_for_update=True, populate_existing=True)
        one = wanted[report_id]
        if (head.revisions, head.state) != (one.number, one.state):
            happened.append(_what_happened(session, head, one, about))
        found.append(_Claimed(head, session.get_one(PeriodRow, head.period_id), about))
    if happened:
        raise Overtaken(happened)
    return found


def _places(session: Session, report_ids: Collection[int]) -> dict[int, tuple[Period, ReportObject]]:
    rows = session.execute(
        sa.select(
            Report.id,
            Report.key_project_id,
            Report.subproject_id,
            PeriodRow.year,
            PeriodRow.month,
            sa.func.coalesce(Subproject.code, KeyProject.code),
            sa.func.coalesce(Subproject.name, KeyProject.name),
        )
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .outerjoin(Subproject, Subproject.id == Report.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == Report.key_project_id)
        .where(Report.id.in_(report_ids))
    )
    return {
        report_id: (
            Period(year, month),
            ReportObject(work is not None, work or line or 0, year, code, name),
        )
        for report_id, work, line, year, month, code, name in rows
    }


def _what_happened(session: Session, head: Report, seen: Seen, about: ReportObject) -> str:
    """Return who did what to the report meanwhile, as one clause."""
    newest = newest_revision(session, head)
    if head.revisions != seen.number and newest is not None:
        return (
            f"“{about.name}”由 {newest.made_by} 于 {_when(newest.made_at)} 重新报送（第{head.revisions}次）"
        )
    change = session.scalar(
        sa.select(StateChange)
        .where(StateChange.kind == "report", StateChange.object_id == head.id)
        .order_by(StateChange.id.desc())
        .limit(1)
    )
    verb = {ReportState.ACCEPTED: "审核通过", ReportState.RETURNED: "退回"}.get(head.state, "重新报送")
    who = "" if change is None else f"由 {change.made_by} 于 {_when(change.made_at)} "
    return f"“{about.name}”已{who}{verb}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(clock.ZONE):%m-%d %H:%M}"


def _decide(
    session: Session,
    actor: Actor,
    found: _Claimed,
    state: ReportState,
    counted: int | None,
    now: datetime,
    reason: str = "",
) -> Decided:
    """Write the decision down: the report's state, what counts from now on, and who said so."""
    head = found.head
    before = {"state": head.state.value, "counted": head.counted}
    counted_before = counted_revision(session, head)
    was, head.state = head.state, state
    if state is ReportState.ACCEPTED:
        head.settled = counted
    if counted != head.counted:
        # Also when an earlier revision counts again: what later months rest on moves at this moment.
        head.counted, head.counted_at = counted, None if counted is None else now
    note_state(session, actor, now, "report", head.id, was, state, reason)
    session.flush()
    if counted != before["counted"]:
        counts = counted_revision(session, head)
        said = Said() if counts is None else said_of(counts)
        settle_milestones(session, found.about)
        settle_problem(session, actor, found.row.period, found.about, counted_before, said, now)
    action = "report.accept" if state is ReportState.ACCEPTED else "report.return"
    after = {"state": state.value, "counted": counted, "number": head.revisions}
    if reason:
        after["reason"] = reason
    audit.record(
        session,
        actor,
        now,
        action,
        "report",
        f"{found.row.period} {found.about.code}",
        before=before,
        after=after,
    )
    return Decided(found.row.period, found.about.code, found.about.name, head.revisions, counted)


def _names(found: Sequence[_Claimed]) -> str:
    shown = "、".join(f"“{one.about.name}”" for one in found[:5])
    return shown if len(found) <= 5 else f"{shown}等{len(found)}个"
