"""Owns importing a month's reports from a workbook: one revision per line whose figures are new."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.accumulation import Running, Statement, contradictions
from tracker.core.checks import LEAST_WORDS
from tracker.core.cohorts import Category
from tracker.core.errors import Problem, Severity, WrongState
from tracker.core.figures import PeriodState
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.said import Said
from tracker.intake.drafts import Reading
from tracker.intake.matching import Matcher
from tracker.intake.reports import ReportRow
from tracker.intake.typed import typed_of
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.figures import require_roster
from tracker.services.import_trail import Changed, record_changes
from tracker.services.imported import Imported, refuse_if_any
from tracker.services.problems import raise_problems, settle_problem
from tracker.services.reported import Reported, matched, plan_warning, reported_in
from tracker.services.reporting import milestones_said, said_of
from tracker.services.standing_reports import Place, StandingReport, standing_reports
from tracker.services.visibility import ReportObject
from tracker.store.bulk import insert_rows, rows_of
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.reports import COUNTED, Report, ReportRevision, ReportState

#: The fields of a revision that are compared to tell whether a report says anything new.
_SAID = (
    "month_completed",
    "ytd_completed",
    "actual_start",
    "physical_progress",
    "problem_text",
    "help_needed",
    "next_intention",
    "target_reached",
    "explanation",
)


_said_by = attrgetter(*_SAID)
_YEAR: sa.BindParameter[int] = sa.bindparam("year")

# What is known is read as plain rows, by statements put together once: see tracker/store/month.py.
_HEAD_IDS = sa.select(Report.id, Report.subproject_id, Report.key_project_id).where(
    Report.period_id == sa.bindparam("period_id")
)
_STATEMENTS = (
    sa.select(
        Report.subproject_id,
        PeriodRow.month,
        ReportRevision.month_completed,
        ReportRevision.ytd_completed,
        sa.type_coerce(ReportRevision.actual_start, sa.String),
    )
    .select_from(PeriodRow)
    .join(Report, Report.period_id == PeriodRow.id)
    .join(ReportRevision, COUNTED)
    .where(PeriodRow.year == _YEAR, PeriodRow.month != sa.bindparam("month"))
    .where(Report.subproject_id.is_not(None))
    .order_by(PeriodRow.month)
)


def import_reports(
    session: Session,
    actor: Actor,
    reading: Reading[ReportRow],
    period: Period,
    now: datetime,
    *,
    accept: bool = False,
    correction: str = "",
) -> Imported:
    """Submit the file's reports for `period`; the caller commits, or rolls back for a dry run.

    A period that is not there yet is opened. In a closed one every changed report is a correction and
    needs its reason in `correction`. Raise Refused with every problem, the reading's own included.
    """
    require_roster(session, period.year)
    correction = correction.strip()
    row = periods.claimed_open(session, actor, period, now)
    work = _ReportsImport(session, actor, row, now, accept, correction, reading.file)
    for draft in reading.rows:
        work.take(draft)
    refuse_if_any(reading.errors, work.errors)
    if row.state is PeriodState.CLOSED and work.lack_a_reason:
        raise WrongState(
            f"{period} 已关闭，文件中有 {len(work.fresh)} 项与已报不同。"
            "关闭后的更正须注明原因，请用 --correction 写明后重新导入。"
        )
    # The trail is claimed after the month and before the first row: see claim_trail.
    audit.claim_trail(session)
    work.write()
    outcome = Imported(
        file=reading.file,
        what=f"{period} 月报",
        created=work.created,
        changed=len(work.fresh) - work.created,
        unchanged=work.unchanged,
        warnings=(*reading.warnings, *work.warnings),
        notes=(*reading.notes, *work.notes),
    )
    if work.fresh or work.accepted:
        action = "reports.correct" if work.fresh and row.state is PeriodState.CLOSED else "reports.import"
        told = {
            "file": reading.file,
            "created": outcome.created,
            "changed": outcome.changed,
            "accepted": work.accepted,
            "reason": correction,
        }
        record_changes(session, actor, now, action, period, work.changed, told)
    return outcome


@dataclass(slots=True)
class _ReportsImport:
    """One import under way: rows are checked one by one, and written together at the end."""

    session: Session
    actor: Actor
    row: PeriodRow
    now: datetime
    accept: bool
    correction: str
    file: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fresh: list[tuple[Reported, ReportRow]] = field(default_factory=list)
    created: int = 0
    unchanged: int = 0
    accepted: int = 0
    changed: list[Changed] = field(default_factory=list)
    period: Period = field(init=False)
    matcher: Matcher[Reported] = field(init=False)
    standing: dict[Place, StandingReport] = field(init=False)
    before: dict[int, Running] = field(default_factory=lambda: defaultdict(Running))
    after: dict[int, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    started: set[int] = field(default_factory=set)
    seen: dict[tuple[bool, int], ReportRow] = field(default_factory=dict)
    doubts: dict[tuple[bool, int], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.period = self.row.period
        self.matcher = reported_in(self.session, self.period.year)
        self.standing = standing_reports(self.session, self.row.id)
        for report in self.standing.values():
            head, counted = report.head, report.counted
            start = None if counted is None else counted.actual_start
            if start is not None and head.subproject_id is not None:
                self.started.add(head.subproject_id)
        self._load_statements()

    def _load_statements(self) -> None:
        told = {"year": self.period.year, "month": self.period.month}
        before, this_month = self.before, self.period.month
        for line_id, month, amount, year_to_date, start in rows_of(self.session, _STATEMENTS, told):
            if month > this_month:
                self.after[line_id].append((month, amount, year_to_date))
                continue
            before[line_id].take(month, amount, year_to_date)
            if start is not None:
                self.started.add(line_id)

    # -- taking rows -----------------------------------------------------------------------------

    def take(self, draft: ReportRow) -> None:
        """Match one row, check it against what is known, and note it when it says something new."""
        found = self._match(draft)
        if found is None:
            return
        place = (found.work, found.id)
        if place in self.seen:
            first = self.seen[place].position.row
            what = f"“{found.name}”出现两次（另见第 {first} 行）"
            self.errors.append(draft.position.problem("name", what, "请只保留一行"))
            return
        self.seen[place] = draft
        standing = self.standing.get(place)
        counted = None if standing is None else standing.counted
        if counted is not None:
            draft = _with_unsaid(draft, counted)
        if found.work:
            self._check_work(draft)
        else:
            self._check_money(found, draft)
            self._check_start(found, draft)
        if counted is not None and _said_by(draft) == _said_by(counted):
            self.unchanged += 1
            if self.accept and standing is not None:
                self._accept(found, draft, standing)
            return
        if standing is not None and standing.waits:
            what = f"“{found.name}”{standing.came_last}正等待审核，导入后以文件为准，不再审核那一次"
            self._warn(draft, what, "要采用那一次的，请先审核，再核对文件")
        self.fresh.append((found, draft))

    def _warn(self, draft: ReportRow, what: str, mend: str) -> None:
        self.warnings.append(draft.position.problem("name", what, mend, severity=Severity.WARNING))

    def _match(self, draft: ReportRow) -> Reported | None:
        """Return what the row reports on; None, with a problem noted, when that is not clear."""
        found, problem = matched(self.matcher, draft)
        if problem is not None:
            (self.errors if found is None else self.warnings).append(problem)
        return found

    def _check_work(self, draft: ReportRow) -> None:
        for name in ("month_completed", "ytd_completed"):
            if getattr(draft, name):
                what = "这是一项工作，没有投资额"
                self.errors.append(draft.position.problem(name, what, "请删去金额，填写形象进度"))

    def _check_money(self, found: Reported, draft: ReportRow) -> None:
        month = self.period.month
        before = self.before.get(found.id)
        mine: Statement = (month, draft.month_completed, draft.ytd_completed)
        wrong = contradictions((mine, *self.after.get(found.id, ())), before)
        self._check_size(found, draft, before.total if before else 0)
        for item in wrong:
            stated, expected = wan_grouped(item.stated), wan_grouped(item.expected)
            if item.month == month and item.falls:
                what = f"“{found.name}”累计完成投资 {stated} 万元，低于此前已报累计 {expected} 万元"
                if draft.month_completed is None and len(draft.explanation.strip()) >= LEAST_WORDS:
                    self._explained(found, draft, what)
                    continue
                mend = "累计不应减少；若此前多报，请先更正以前月份"
                self.errors.append(draft.position.problem("ytd_completed", what, mend))
            elif item.month == month:
                what = f"“{found.name}”累计完成投资 {stated} 万元，与各月之和 {expected} 万元不符"
                mend = "请核对本月完成投资和累计完成投资，或先更正以前月份"
                self.errors.append(draft.position.problem("ytd_completed", what, mend))
            else:
                what = f"“{found.name}”{item.month}月已报累计 {stated} 万元，与本次之后应为的 {expected} 万元不符"
                self.warnings.append(
                    draft.position.problem(
                        "name", what, f"请一并核对{item.month}月", severity=Severity.WARNING
                    )
                )
        if draft.month_completed is None and draft.ytd_completed is None:
            what = f"“{found.name}”没有填完成投资，本月金额按未报统计"
            self.warnings.append(
                draft.position.problem("month_completed", what, "没有投资的请填 0", severity=Severity.WARNING)
            )
        only_to_date = draft.month_completed is None and draft.ytd_completed is not None
        if only_to_date and not wrong and month > 1 and (before is None or not before.last):
            note = f"此前月份未报的，累计完成投资按 1—{month}月 一笔计入"
            if note not in self.notes:
                self.notes.append(note)
        if (other := plan_warning(draft, found.name, found.annual_plan)) is not None:
            self.warnings.append(other)

    def _explained(self, found: Reported, draft: ReportRow, what: str) -> None:
        """Take what is suspicious, with the file's own explanation beside it."""
        self.doubts.setdefault((found.work, found.id), []).append(what)
        mend = f"已按情况说明接受：{draft.explanation}"
        self.warnings.append(draft.position.problem("ytd_completed", what, mend, severity=Severity.WARNING))

    def _check_size(self, found: Reported, draft: ReportRow, before: int) -> None:
        """Warn of a month that exceeds what the year's plan has left: often a slip of the unit of money."""
        month, plan = draft.month_completed, found.annual_plan
        if month is not None and plan and month > max(plan - before, 0) and month > 0:
            left = wan_grouped(max(plan - before, 0))
            what = f"“{found.name}”本月完成投资 {wan_grouped(month)} 万元，超过年度计划剩余的 {left} 万元"
            self.warnings.append(
                draft.position.problem("month_completed", what, "请核对金额和单位", severity=Severity.WARNING)
            )

    def _check_start(self, found: Reported, draft: ReportRow) -> None:
        if found.category is not Category.NEW:
            return
        started = draft.actual_start is not None or found.id in self.started
        if draft.actual_start is not None and draft.actual_start.year < self.period.year:
            what = f"新建项目“{found.name}”的实际开工早于{self.period.year}年"
            mend = "上年已开工的项目应列为续建，请核对"
            self.errors.append(
                draft.position.problem("actual_start", what, mend, read=str(draft.actual_start))
            )
        elif not started and (draft.month_completed or draft.ytd_completed):
            what = f"新建项目“{found.name}”已有完成投资，但没有实际开工时间，按未开工统计"
            self.warnings.append(
                draft.position.problem(
                    "actual_start", what, "已开工的请填写实际开工", severity=Severity.WARNING
                )
            )

    # -- writing ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Write a head and a revision for every row that says something new."""
        closed = self.row.state is PeriodState.CLOSED
        state = ReportState.ACCEPTED if self.accept else ReportState.SUBMITTED
        new_heads: list[dict[str, Any]] = []
        waiting: list[tuple[Reported, ReportRow]] = []
        revisions: list[dict[str, Any]] = []
        for found, draft in self.fresh:
            standing = self.standing.get((found.work, found.id))
            if standing is None:
                new_heads.append(
                    {
                        "period_id": self.row.id,
                        "subproject_id": None if found.work else found.id,
                        "key_project_id": found.id if found.work else None,
                        "state": state,
                        "revisions": 1,
                        "counted": 1,
                        "counted_at": self.now,
                        "settled": 1 if self.accept else None,
                    }
                )
                waiting.append((found, draft))
                continue
            revisions.append(self._renewed(standing, state, found, draft, closed))
        insert_rows(self.session, Report, new_heads)
        ids = self._head_ids() if new_heads else {}
        late = self._comes_late(None)
        first = (
            self._revision(ids[found.work, found.id], 1, found, draft, late, closed)
            for found, draft in waiting
        )
        insert_rows(self.session, ReportRevision, chain(revisions, first))
        self.created = len(new_heads)
        self._reword_problems()
        raise_problems(
            self.session,
            self.actor,
            self.period,
            self.now,
            [
                (found.work, found.id, draft.problem_text, draft.help_needed)
                for found, draft in self.fresh
                if draft.problem_text
            ],
        )
        self.session.flush()

    def _reword_problems(self) -> None:
        """Take what only the words replaced here raised off the list of problems, or word it anew."""
        for found, draft in self.fresh:
            standing = self.standing.get((found.work, found.id))
            counted = None if standing is None else standing.counted
            if counted is not None and counted.problem_text not in ("", draft.problem_text):
                about = ReportObject(found.work, found.id, self.period.year, found.code, found.name)
                said = Said(problem_text=draft.problem_text, help_needed=draft.help_needed)
                settle_problem(self.session, self.actor, self.period, about, counted, said, self.now)

    def _head_ids(self) -> dict[tuple[bool, int], int]:
        """Return the id of every report of the period, by what it reports on."""
        rows = rows_of(self.session, _HEAD_IDS, {"period_id": self.row.id})
        return {(line_id is None, line_id or work_id or 0): head_id for head_id, line_id, work_id in rows}

    def _renewed(
        self, standing: StandingReport, state: ReportState, found: Reported, draft: ReportRow, closed: bool
    ) -> dict[str, Any]:
        """Move a report that is there already on to what the file says; return its new revision."""
        head, before = standing.head, standing.counted or standing.newest
        was = {"state": head.state.value, "revision": "" if before is None else str(before.number)}
        self._change_state(head, state)
        head.revisions += 1
        head.counted, head.counted_at = head.revisions, self.now
        if self.accept:
            head.settled = head.counted
        late = self._comes_late(standing)
        # A table has no column for milestones: those that count stay reached.
        kept = None if standing.counted is None else standing.counted.milestones
        said = Said(
            **dict(zip(_SAID, _said_by(draft), strict=True)),
            correction_reason=self._reason(draft) if closed else "",
            milestones=milestones_said(kept),
        )
        self.changed.append(
            Changed(
                found.code,
                (typed_of(said_of(before)) if before is not None else {}) | was,
                typed_of(said) | {"state": state.value, "revision": str(head.revisions), "source": self.file},
            )
        )
        return self._revision(head.id, head.revisions, found, draft, late, closed) | {"milestones": kept}

    def _comes_late(self, standing: StandingReport | None) -> bool:
        """Return whether a report comes late: the rule of `reporting` for what is handed in any other way.

        What came on time does not come late when it is mended or corrected; what was missing when its month
        was closed does.
        """
        missing = standing is None or (self.row.state is PeriodState.CLOSED and standing.counted is None)
        if standing is not None and not missing:
            return standing.came_late
        return self.row.deadline is not None and self.now > self.row.deadline

    def _revision(
        self, report_id: int, number: int, found: Reported, draft: ReportRow, late: bool, closed: bool
    ) -> dict[str, Any]:
        return {
            "report_id": report_id,
            "number": number,
            **dict(zip(_SAID, _said_by(draft), strict=True)),
            "correction_reason": self._reason(draft) if closed else "",
            "late": late,
            "source": self.file,
            "cell": draft.found_at,
            "made_by": self.actor.name,
            "made_at": self.now,
            "milestones": None,
            "doubts": self.doubts.get((found.work, found.id)),
        }

    def _reason(self, draft: ReportRow) -> str:
        """Return why a closed month is corrected: the row's own words, else those given for the file."""
        return draft.correction_reason or self.correction

    @property
    def lack_a_reason(self) -> bool:
        """Return whether a report that says something new comes without the reason that a closed month asks for."""
        return any(not self._reason(draft) for _, draft in self.fresh)

    def _accept(self, found: Reported, draft: ReportRow, standing: StandingReport) -> None:
        """Accept a report that says what the file says, unless something else came since."""
        head = standing.head
        if standing.newest is not None:
            fate = "正等待审核" if standing.waits else "已退回"
            what = f"“{found.name}”{standing.came_last}{fate}，文件中是此前计入的数据，没有随导入审核通过"
            self._warn(draft, what, "请在审核页面处理那一次报送")
            return
        if head.state is ReportState.ACCEPTED:
            return
        was = {"state": head.state.value}
        self._change_state(head, ReportState.ACCEPTED)
        head.settled = head.counted
        self.accepted += 1
        self.changed.append(Changed(found.code, was, {"state": head.state.value, "source": self.file}))

    def _change_state(self, head: Report, state: ReportState) -> None:
        if head.state is state:
            return
        before, head.state = head.state, state
        self.session.add(
            StateChange(
                kind="report",
                object_id=head.id,
                before=before.value,
                after=state.value,
                made_by=self.actor.name,
                made_at=self.now,
            )
        )


def _with_unsaid(draft: ReportRow, counted: ReportRevision) -> ReportRow:
    """Return the row with what its table has no column for taken from the report that counts so far.

    The two amounts are one statement: a table with either says both. A blank cell does say something,
    namely nothing.
    """
    said = draft.position.columns
    money = ("month_completed", "ytd_completed")
    kept = [name for name in _SAID if name not in money and name not in said]
    if not any(name in said for name in money):
        kept += money
    return replace(draft, **{name: getattr(counted, name) for name in kept})
