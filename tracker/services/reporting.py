"""Owns handing in reports: one or many at once, whole or not at all, and never over somebody else's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.checks import Finding, Weight, check, doubts_of, refusals_of
from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.said import Said, field_name
from tracker.intake.typed import read_typed, typed_of
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.known import known_of, report_of
from tracker.services.milestones import settle_milestones
from tracker.services.problems import settle_problem
from tracker.services.reopenings import standing_reopening
from tracker.services.state_changes import note_state
from tracker.services.visibility import ReportObject, own_object
from tracker.store.accounts import Account
from tracker.store.periods import PeriodRow, Reopening
from tracker.store.reports import Report, ReportDraft, ReportRevision, ReportState


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, and for which units; `account_id` is None for a program with a unit's token."""

    actor: Actor
    unit_ids: frozenset[int]
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One report as it was typed. `based_on` is the number of the newest revision that the person saw, 0 for none.

    `cell` is where the amount stood in a workbook, such as "月报!F7", "" where it was typed here.
    """

    code: str
    typed: Mapping[str, str]
    based_on: int = 0
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of an entry: the number of its revision, and whether figures count it already."""

    code: str
    name: str
    number: int
    counted: bool
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A field in which what somebody else handed in differs from what is being typed."""

    field: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class ConflictOn:
    """A report that somebody else handed in meanwhile: who, when, as which revision, and what differs."""

    code: str
    name: str
    made_by: str
    made_at: datetime
    number: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What handing an entry in would say: beside what stands there, with whatever speaks against it.

    `before` is the newest revision's, None without one, and `number` its number, 0 without one. `conflict`
    is what somebody else handed in since the revision that the entry began from.
    """

    code: str
    name: str
    said: Said
    before: Said | None
    number: int
    made_by: str
    made_at: datetime | None
    problems: tuple[Problem, ...]
    doubts: tuple[str, ...]
    conflict: ConflictOn | None


class Conflict(WrongState):
    """Raised when a report changed since the person looked at it; nothing was written."""

    def __init__(self, conflicts: tuple[ConflictOn, ...]) -> None:
        self.conflicts = conflicts
        names = "、".join(f"“{found.name}”（{found.made_by}）" for found in conflicts)
        super().__init__(f"您打开之后，{names} 已有新的月报。没有写入任何数据，请核对后再报送。")


def submit(
    session: Session, reporter: Reporter, period: Period, entries: Sequence[Entry], now: datetime, source: str
) -> tuple[Submitted, ...]:
    """Hand in reports for `period`, all of them or none; `source` says by which way they came.

    In an open period a report counts at once. In a closed one it needs a reason and counts when the office
    accepts it, unless the period was reopened for it. Raise NotFound for a line that is not the units' own,
    WrongState for a period that takes no reports, Conflict when somebody else was faster, Refused with
    every problem, each with the code and the field.
    """
    row = shared(session, period)
    alone(session, reporter)
    # From here on one after the other: whoever waited sees what the one before has written.
    audit.claim_trail(session)
    handings = [_Handing.begun(session, reporter, row, entry, now) for entry in entries]
    conflicts = tuple(found for handing in handings if (found := handing.conflict(session)) is not None)
    if conflicts:
        raise Conflict(conflicts)
    problems = [problem for handing in handings for problem in handing.problems()]
    if len({handing.about for handing in handings}) < len(handings):
        problems.append(Problem("同一个项目出现两次", "请只留一行"))
    if problems:
        raise Refused(tuple(problems))
    done = tuple(handing.written(session, reporter, row, now, source) for handing in handings)
    session.flush()
    return done


def foresee(
    session: Session, reporter: Reporter, period: Period, entries: Sequence[Entry], now: datetime
) -> tuple[Prospect, ...]:
    """Return what `submit` would make of each entry, by the same rules; nothing is written, nobody has to wait.

    Raise NotFound and WrongState as `submit` does.
    """
    row = _begun(periods.find(session, period))
    handings = [_Handing.begun(session, reporter, row, entry, now, lock=False) for entry in entries]
    return tuple(handing.prospect(session) for handing in handings)


def shared(session: Session, period: Period) -> PeriodRow:
    """Return the period's row for a report: many may report at once, but nobody closes it meanwhile.

    Raise NotFound for a month that has no period, WrongState for one that has not begun.
    """
    row = periods.find(session, period)
    session.refresh(row, with_for_update={"read": True})
    return _begun(row)


def alone(session: Session, reporter: Reporter) -> None:
    """Wait until nothing else of this person is being written, and let nothing begin to.

    A save of a draft comes before the hand-in that ends it or after it, never beside it, and of two first
    saves the second finds the draft of the first. Different people do not wait for each other here.
    """
    session.execute(
        sa.select(Account.id).where(Account.id == reporter.account_id).with_for_update(key_share=True)
    )


def _begun(row: PeriodRow) -> PeriodRow:
    if row.state is PeriodState.UPCOMING:
        raise WrongState(f"{row.period} 还没有开始填报。请等督查室开启本月后再报送。")
    return row


def newest_revision(session: Session, head: Report) -> ReportRevision | None:
    """Return a report's newest revision."""
    return session.scalar(
        sa.select(ReportRevision).where(
            ReportRevision.report_id == head.id, ReportRevision.number == head.revisions
        )
    )


def counted_revision(session: Session, head: Report) -> ReportRevision | None:
    """Return the revision that figures use, None while none counts."""
    return session.scalar(
        sa.select(ReportRevision).where(
            ReportRevision.report_id == head.id, ReportRevision.number == head.counted
        )
    )


def said_of(revision: ReportRevision) -> Said:
    """Return what a revision says."""
    return Said(
        month_completed=revision.month_completed,
        ytd_completed=revision.ytd_completed,
        actual_start=revision.actual_start,
        target_reached=revision.target_reached,
        physical_progress=revision.physical_progress,
        problem_text=revision.problem_text,
        help_needed=revision.help_needed,
        next_intention=revision.next_intention,
        explanation=revision.explanation,
        correction_reason=revision.correction_reason,
        milestones=milestones_said(revision.milestones),
    )


def milestones_said(stored: Mapping[str, str] | None) -> tuple[tuple[int, Any], ...]:
    """Return the reached days of milestones that a revision keeps, by ascending id."""
    return tuple(
        sorted((int(step), datetime.fromisoformat(day).date()) for step, day in (stored or {}).items())
    )


@dataclass(slots=True)
class _Handing:
    """One report on its way in: what it is about, what it says, and what stands there already."""

    about: ReportObject
    entry: Entry
    said: Said
    findings: tuple[Finding, ...]
    head: Report | None
    newest: ReportRevision | None
    reopening: Reopening | None
    closed: bool

    @classmethod
    def begun(
        cls,
        session: Session,
        reporter: Reporter,
        row: PeriodRow,
        entry: Entry,
        now: datetime,
        *,
        lock: bool = True,
    ) -> _Handing:
        about = own_object(session, reporter.unit_ids, row.year, entry.code)
        wanted = sa.select(Report).where(Report.period_id == row.id, report_of(about))
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        head = session.scalar(wanted)
        closed = row.state is PeriodState.CLOSED
        reopening = standing_reopening(session, row, about, reporter.unit_ids, now) if closed else None
        said, unread = read_typed(entry.typed, row.period)
        if not closed:
            said = replace(said, correction_reason="")
        elif reopening is not None and not said.correction_reason:
            said = replace(said, correction_reason=f"督查室重新打开：{reopening.reason}")
        known = known_of(session, row, about, now, closed=closed)
        broken = {finding.field for finding in unread}
        findings = (*unread, *(found for found in check(said, known) if found.field not in broken))
        newest = None if head is None else newest_revision(session, head)
        return cls(about, entry, said, findings, head, newest, reopening, closed)

    @property
    def unchanged(self) -> bool:
        """Return whether nothing is said that does not stand there already; a reason alone corrects nothing."""
        if self.newest is None or self.head is None or self.head.state is ReportState.RETURNED:
            return False
        standing = said_of(self.newest)
        return standing == replace(self.said, correction_reason=standing.correction_reason)

    def conflict(self, session: Session) -> ConflictOn | None:
        """Return what somebody else handed in since the person looked; the same words are no conflict."""
        if self.newest is None or self.entry.based_on == self.newest.number or self.unchanged:
            return None
        theirs, yours = typed_of(said_of(self.newest)), typed_of(self.said)
        fields = dict.fromkeys((*theirs, *yours))
        return ConflictOn(
            self.about.code,
            self.about.name,
            self.newest.made_by,
            self.newest.made_at,
            self.newest.number,
            tuple(
                Change(field, theirs.get(field, ""), yours.get(field, ""))
                for field in fields
                if theirs.get(field, "") != yours.get(field, "")
            ),
        )

    def prospect(self, session: Session) -> Prospect:
        """Return what handing it in would say."""
        newest = self.newest
        return Prospect(
            code=self.about.code,
            name=self.about.name,
            said=self.said,
            before=None if newest is None else said_of(newest),
            number=0 if newest is None else newest.number,
            made_by="" if newest is None else newest.made_by,
            made_at=None if newest is None else newest.made_at,
            problems=tuple(self.problems()),
            doubts=doubts_of(self.findings),
            conflict=self.conflict(session),
        )

    def problems(self) -> list[Problem]:
        """Return why the report is refused."""
        if self.unchanged:
            return []
        found = [
            problem_of(finding, self.about.code, self.findings) for finding in refusals_of(self.findings)
        ]
        returned = self.head is not None and self.head.state is ReportState.RETURNED
        if returned and self.newest is not None and said_of(self.newest) == self.said:
            what, mend = "退回后内容没有变化", "请修改，或在情况说明里答复退回原因"
            found.append(Problem(what, mend, subject=self.about.code, field="explanation"))
        return found

    def written(
        self, session: Session, reporter: Reporter, row: PeriodRow, now: datetime, source: str
    ) -> Submitted:
        """Write the revision, move the report on, and drop the person's draft."""
        _drop_draft(session, reporter, row, self.about)
        if self.unchanged and self.head is not None:
            number = self.head.revisions
            return Submitted(self.about.code, self.about.name, number, self.head.counted == number, True)
        head = self.head or self._made_head(session, row)
        counted_before = counted_revision(session, head)
        before = None if self.newest is None else typed_of(said_of(self.newest))
        state_before = "" if self.newest is None else head.state.value
        counts = not self.closed or self.reopening is not None
        late = self._late(session, row, head, now)
        head.revisions += 1
        head.state = ReportState.SUBMITTED
        if counts:
            head.counted, head.counted_at = head.revisions, now
        session.add(
            ReportRevision(
                report_id=head.id,
                number=head.revisions,
                late=late,
                source=source[:300],
                cell=self.entry.cell or None,
                made_by=reporter.actor.name,
                made_at=now,
                doubts=list(doubts_of(self.findings)) or None,
                **_columns(self.said),
            )
        )
        session.flush()
        if state_before != head.state.value:
            note_state(session, reporter.actor, now, "report", head.id, state_before, head.state)
        if counts:
            settle_milestones(session, self.about)
            settle_problem(
                session,
                reporter.actor,
                row.period,
                self.about,
                counted_before,
                self.said,
                now,
                reporter.unit_ids,
            )
        audit.record(
            session,
            reporter.actor,
            now,
            "report.submit" if not self.closed else "report.correct",
            "report",
            f"{row.period} {self.about.code}",
            before=before,
            after=typed_of(self.said) | {"revision": str(head.revisions), "source": source},
        )
        return Submitted(self.about.code, self.about.name, head.revisions, counts)

    def _made_head(self, session: Session, row: PeriodRow) -> Report:
        """Return a new report; nobody else makes it meanwhile, since the trail is claimed."""
        head = Report(
            period_id=row.id,
            subproject_id=self.about.line_id,
            key_project_id=self.about.work_id,
            state=ReportState.SUBMITTED,
            revisions=0,
        )
        session.add(head)
        session.flush()
        return head

    def _late(self, session: Session, row: PeriodRow, head: Report, now: datetime) -> bool:
        """Return whether the report comes late; what came on time and is mended or corrected later does not.

        What was missing when its month was closed comes late, whatever had been handed in and returned.
        """
        first = sa.select(ReportRevision.late).where(
            ReportRevision.report_id == head.id, ReportRevision.number == 1
        )
        came_late = None if self.closed and head.counted is None else session.scalar(first)
        return row.deadline is not None and now > row.deadline if came_late is None else came_late


def problem_of(finding: Finding, code: str, findings: Sequence[Finding] = ()) -> Problem:
    """Return a finding as a problem; a missing explanation names what it has to explain."""
    what = finding.what
    if finding.field == "explanation":
        doubts = "；".join(found.what for found in findings if found.weight is Weight.EXPLAIN)
        what = f"{what}：{doubts}" if doubts else what
    else:
        what = f"{field_name(finding.field)}：{what}"
    return Problem(what, finding.mend, finding.read, subject=code, field=finding.field)


def _columns(said: Said) -> dict[str, Any]:
    told = {name: getattr(said, name) for name in Said.__dataclass_fields__ if name != "milestones"}
    return told | {"milestones": {str(step): day.isoformat() for step, day in said.milestones} or None}


def _drop_draft(session: Session, reporter: Reporter, row: PeriodRow, about: ReportObject) -> None:
    mine = ReportDraft.key_project_id == about.id if about.work else ReportDraft.subproject_id == about.id
    session.execute(
        sa.delete(ReportDraft).where(
            ReportDraft.period_id == row.id, ReportDraft.account_id == reporter.account_id, mine
        )
    )
