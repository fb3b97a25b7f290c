"""Owns how far a reporter is with one report, and in which order a month's reports are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.core.coverage import ReportStatus
from tracker.core.figures import PeriodState
from tracker.services.owed import MyMonth, OwedReport
from tracker.store.reports import ReportState


class Stage(StrEnum):
    """How far the reporter is; lateness is told beside it."""

    BLANK = "blank"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXEMPT = "exempt"
    NOT_DUE = "not_due"


class Group(StrEnum):
    """The groups of a month's page, in the order in which they need the reporter."""

    RETURNED = "returned"
    WAITING = "waiting"
    DRAFTS = "drafts"
    DONE = "done"
    NOT_OWED = "not_owed"


@dataclass(frozen=True, slots=True)
class Standing:
    """One report as the month's page lists it; amounts in yuan, `last` that of the month before.

    `edited` tells that a report that was handed in is being changed, `awaiting` that a correction
    counts only once the office has accepted it.
    """

    report: OwedReport
    stage: Stage
    group: Group
    last: int | None
    amount: int | None
    edited: bool
    awaiting: bool

    @property
    def late(self) -> bool:
        """Return whether the report came after the deadline."""
        return self.report.status is ReportStatus.LATE

    @property
    def overdue(self) -> bool:
        """Return whether the deadline went by without a report."""
        return self.report.status is ReportStatus.MISSING and not self.awaiting


@dataclass(frozen=True, slots=True)
class Progress:
    """How many reports are owed, how many of them are handed in."""

    due: int
    done: int


def stage_of(report: OwedReport) -> Stage:
    """Return how far the reporter is with a report."""
    if report.state is not None:
        return Stage(report.state.value)
    if report.draft is not None:
        return Stage.DRAFT
    if report.status in (ReportStatus.EXEMPT, ReportStatus.NOT_DUE):
        return Stage(report.status.value)
    return Stage.BLANK


def standings(mine: MyMonth) -> tuple[Standing, ...]:
    """Return a month's reports as they are listed: what needs the reporter most comes first."""
    found = [_standing(report, mine) for report in mine.reports]
    order = list(Group)
    return tuple(sorted(found, key=lambda standing: order.index(standing.group)))


def progress_of(mine: MyMonth) -> Progress:
    """Return how many reports the units owe and how many of them are handed in."""
    due = [report for report in mine.reports if report.status.due]
    return Progress(len(due), sum(report.done for report in due))


def last_amount(report: OwedReport, month: int) -> int | None:
    """Return the month before's completed amount in yuan, None where none is known."""
    return None if report.figures is None or month == 1 else report.figures.amounts[month - 2]


def _standing(report: OwedReport, mine: MyMonth) -> Standing:
    told = report.newest.said.month_completed if report.newest is not None else None
    counted = report.figures.month_completed if report.figures is not None else None
    return Standing(
        report=report,
        stage=stage_of(report),
        group=_group(report),
        last=last_amount(report, mine.info.period.month),
        amount=counted if report.status.reported else told,
        edited=report.draft is not None and report.state is not None,
        awaiting=(
            mine.info.state is PeriodState.CLOSED
            and report.state is ReportState.SUBMITTED
            and report.counted != report.number
        ),
    )


def _group(report: OwedReport) -> Group:
    if report.state is ReportState.RETURNED:
        return Group.RETURNED
    if report.draft is not None:
        return Group.DRAFTS
    if not report.done:
        return Group.WAITING
    return Group.DONE if report.state is not None else Group.NOT_OWED
