"""Owns the instance that the tests of the pages look at: a small roster, three closed months, one open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.handed_in import photograph
from tracker import clock
from tracker.core.briefing import Briefing
from tracker.core.cohorts import Category, Cohort
from tracker.core.notice_ladder import NoticeColour
from tracker.core.periods import Period
from tracker.intake.attachments import Attachment, MediaType
from tracker.services.account_changes import disable_account
from tracker.services.accounts import add_account
from tracker.services.actors import Actor
from tracker.services.briefings import issue_briefing
from tracker.services.closing import close_period
from tracker.services.evidence_changes import add_evidence
from tracker.services.instructions import instruct
from tracker.services.meeting_run import decide
from tracker.services.meetings import Invitation, item_of, plan_meeting
from tracker.services.notice_issuing import Wording, issue_by_hand
from tracker.services.periods import open_period
from tracker.services.plan_proposals import propose
from tracker.services.remarks import add_remark
from tracker.services.reporting import Reporter
from tracker.services.uploads import keep_upload
from tracker.settings import Settings
from tracker.store.accounts import Account, AccountUnit, Role
from tracker.store.fronts import FrontTotalRow
from tracker.store.periods import PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.problems import CoHandler, ProblemRow, ProblemState
from tracker.store.remarks import RemarkKind
from tracker.store.reports import Report, ReportRevision, ReportState
from tracker.store.roster import (
    Front,
    KeyProject,
    Kind,
    MilestoneRow,
    PlanYear,
    Programme,
    Responsibility,
    Subproject,
    Unit,
    UnitKind,
)

ACTOR = Actor("测试")
PASSWORD = "correct-horse-1"
#: A name that would run, close an attribute or start a formula wherever it is not escaped.
HOSTILE = "=1+1 <script>alert('x')</script>\" & 项目"
#: The moment that the pages are looked at: April is open, its deadline has not passed.
NOW = datetime(2023, 5, 4, 9, 30, tzinfo=clock.ZONE)
WAN = 10_000


@dataclass(frozen=True)
class SeedLine:
    """A line: its plan in 万元 a month, and what was reported from January on (None: no report)."""

    code: str
    name: str
    category: Category
    project: int
    district: str
    monthly: int
    reported: tuple[int | None, ...]
    planned_start: Period | None = None
    actual_start: Period | None = None


MARCH, FEBRUARY = Period(2023, 3), Period(2023, 2)
LINES = (
    SeedLine("A-1", "平台一期", Category.CONTINUING, 0, "新北区", 100, (120, 130, 140, 150)),
    SeedLine("A-2", "平台二期", Category.CONTINUING, 0, "武进区", 200, (120, 100, 110, 90)),
    SeedLine("A-3", HOSTILE, Category.CONTINUING, 1, "武进区", 50, (50, 40, 30, None)),
    SeedLine("B-1", "人才公寓", Category.NEW, 1, "新北区", 80, (0, 170, 100, 100), FEBRUARY, FEBRUARY),
    SeedLine("B-2", "实训中心", Category.NEW, 1, "武进区", 60, (0, 0, 0, 0), FEBRUARY),
    SeedLine("C-1", "未报项目", Category.CONTINUING, 2, "新北区", 30, (30, 30, None, None)),
    SeedLine("P-1", "预备项目甲", Category.PREPARATORY, 2, "新北区", 0, ()),
)


def seed_accounts(session: Session) -> None:
    """Add one account per role and one that is shut out."""
    for role in Role:
        add_account(session, ACTOR, NOW, role.value, f"{role.value}甲", role, (), PASSWORD, must_change=False)
    add_account(session, ACTOR, NOW, "gone", "已停用", Role.LEADER, (), PASSWORD, must_change=False)
    disable_account(session, ACTOR, NOW, "gone")


def seed_year(session: Session, settings: Settings) -> None:
    """Write the roster and the months, close January to March and issue two briefings."""
    lines = _roster(session)
    for month, day in ((1, date(2023, 2, 10)), (2, date(2023, 3, 10)), (3, date(2023, 4, 10))):
        period, moment = Period(2023, month), datetime(day.year, day.month, day.day, 10, tzinfo=clock.ZONE)
        open_period(session, ACTOR, period, moment.replace(day=1))
        _reports(session, period, lines, moment.replace(day=2))
        if month == 3:
            _fronts(session, period, moment)
        close_period(session, ACTOR, period, moment)
        issue_briefing(session, ACTOR, period, settings.briefings, moment, _write)
    april = Period(2023, 4)
    open_period(session, ACTOR, april, datetime(2023, 4, 28, 9, tzinfo=clock.ZONE))
    _reports(session, april, lines, datetime(2023, 5, 3, 9, tzinfo=clock.ZONE))
    _correct(session, lines["A-1"])
    issue_briefing(session, ACTOR, april, settings.briefings, NOW, _write)
    _hand_in(session, settings, lines["A-1"])
    _propose(session)
    _supervise(session)


def _hand_in(session: Session, settings: Settings, line: Subproject) -> None:
    """Let the reporter belong to the lead unit of K-1 and hand in a picture for A-1's April."""
    reporter = session.scalars(sa.select(Account).where(Account.username == "reporter")).one()
    unit = session.scalars(sa.select(Unit).where(Unit.name == "市科技局")).one()
    session.add(AccountUnit(account_id=reporter.id, unit_id=unit.id))
    session.flush()
    picture = Attachment("现场.jpg", MediaType.JPEG, photograph())
    april = Period(2023, 4)
    add_evidence(session, ACTOR, (unit.id,), april, line.code, (picture,), settings.attachments, NOW)
    who = Reporter(ACTOR, frozenset((unit.id,)), reporter.id)
    table = "编码,本月完成投资\nA-1,-1\n".encode()
    keep_upload(session, who, april, "月报.csv", table, NOW)
    add_remark(
        session,
        ACTOR,
        RemarkKind.LINE,
        line.id,
        "已到现场核实，主体封顶",
        NOW,
        unit_id=unit.id,
        files=(picture,),
        folder=settings.attachments,
    )


def _propose(session: Session) -> None:
    """Let the lead unit of A-2 propose a third plan, which waits."""
    unit = session.scalars(sa.select(Unit).where(Unit.name == "市科技局")).one()
    typed = {"annual_plan": "900", "effective_from": "2023-04", "reason": HOSTILE}
    propose(session, ACTOR, (unit.id,), 2023, "A-2", typed, 2, NOW)


def _supervise(session: Session) -> None:
    """Plan a meeting that decides something on A-2, let a leader write an instruction, issue a notice to its lead."""
    meeting_id = plan_meeting(session, ACTOR, Invitation("", MARCH, date(2023, 5, 9), "", "", ""), NOW)
    line = session.scalars(sa.select(Subproject).where(Subproject.code == "A-2")).one()
    unit = session.scalars(sa.select(Unit).where(Unit.name == "市科技局")).one()
    item = item_of(session, meeting_id, f"red_lights.{line.id}", NOW)
    decide(session, ACTOR, meeting_id, item, unit.id, date(2023, 5, 19), f"落实用地{HOSTILE}", NOW)
    instruct(session, Actor("市长（leader）"), 2023, "A-2", f"请抓紧推进{HOSTILE}", NOW)
    grounds = (f"一季度报送质量不高{HOSTILE}",)
    wording = Wording(unit.id, NoticeColour.BLUE, grounds, f"请逐项核实{HOSTILE}", date(2023, 5, 12))
    issue_by_hand(session, ACTOR, None, wording, NOW)


def _write(briefing: Briefing, path: Path) -> None:
    path.write_bytes(f"工作簿 {briefing.fingerprint}".encode())


def _roster(session: Session) -> dict[str, Subproject]:
    session.add(PlanYear(year=2023))
    fronts = [Front(name=name) for name in ("创新现代化", "产业现代化", "生态现代化")]
    departments = [Unit(name=name, kind=UnitKind.DEPARTMENT) for name in ("市科技局", "市人社局")]
    districts = [Unit(name=name, kind=UnitKind.DISTRICT) for name in ("新北区", "武进区")]
    session.add_all([*fronts, *departments, *districts])
    session.flush()
    places = {unit.name: unit.id for unit in districts}
    programmes = [
        Programme(year=2023, front_id=fronts[0].id, name=name, position=number)
        for number, name in enumerate(("平台工程", "人才工程"))
    ]
    session.add_all(programmes)
    session.flush()
    leads = (departments[0].id, departments[1].id, districts[0].id)
    projects = [
        KeyProject(
            year=2023,
            programme_id=programmes[number % 2].id,
            code=f"K-{number + 1}",
            name=f"重点项目{number + 1}",
            kind=Kind.WORK if number == 3 else Kind.PROJECT,
            lead_id=leads[number % 3],
            target="出台三项政策" if number == 3 else "",
            position=number,
        )
        for number in range(4)
    ]
    session.add_all(projects)
    session.flush()
    found: dict[str, Subproject] = {}
    for line in LINES:
        row = Subproject(
            year=2023,
            key_project_id=projects[line.project].id,
            code=line.code,
            name=line.name,
            category=line.category,
            district_id=places[line.district],
            planned_start=line.planned_start,
            total_investment=line.monthly * 30 * WAN,
            position=len(found),
        )
        session.add(row)
        session.flush()
        found[line.code] = row
        _plan(session, row, line.monthly)
    session.add_all(
        [
            Responsibility(unit_id=districts[1].id, subproject_id=found["A-2"].id),
            Responsibility(unit_id=departments[1].id, key_project_id=projects[3].id),
            MilestoneRow(name="主体封顶", due_on=date(2023, 2, 20), subproject_id=found["A-2"].id),
            MilestoneRow(name="印发文件", due_on=date(2023, 6, 1), key_project_id=projects[3].id),
        ]
    )
    problem = ProblemRow(
        subproject_id=found["A-2"].id,
        raised_in=FEBRUARY,
        text="用地指标未落实",
        help_needed="请协调用地",
        state=ProblemState.ASSIGNED,
        handler_id=departments[0].id,
        deadline=date(2023, 3, 20),
        made_by=ACTOR.name,
        made_at=NOW,
    )
    session.add(problem)
    session.flush()
    session.add(CoHandler(problem_id=problem.id, unit_id=departments[1].id))
    told = ProblemRow(
        subproject_id=found["A-1"].id,
        raised_in=Period(2023, 4),
        text=f"施工用电不足，{HOSTILE}",
        help_needed="请协调供电公司增容",
        state=ProblemState.RAISED,
        unit_id=departments[0].id,
        made_by=ACTOR.name,
        made_at=NOW,
    )
    session.add(told)
    return found


def _plan(session: Session, row: Subproject, monthly: int) -> None:
    made = {"made_by": ACTOR.name, "made_at": NOW}
    months = dict.fromkeys(MONTH_COLUMNS, monthly * WAN)
    session.add(
        PlanRevision(
            subproject_id=row.id,
            number=1,
            effective_from=Period(2023, 1),
            annual_plan=12 * monthly * WAN,
            document_no="年初计划",
            **months,
            **made,
        )
    )
    if row.code == "A-2":
        lower = dict.fromkeys(MONTH_COLUMNS, monthly * WAN // 2)
        session.add(
            PlanRevision(
                subproject_id=row.id,
                number=2,
                effective_from=Period(2023, 4),
                annual_plan=6 * monthly * WAN,
                approved_on=date(2023, 4, 12),
                document_no="常督〔2023〕8号",
                reason="设计变更",
                **lower,
                **made,
            )
        )


def _reports(session: Session, period: Period, lines: dict[str, Subproject], now: datetime) -> None:
    period_id = session.scalars(
        sa.select(PeriodRow.id).where(PeriodRow.year == period.year, PeriodRow.month == period.month)
    ).one()
    for line in LINES:
        amount = line.reported[period.month - 1] if line.reported else None
        if amount is None:
            continue
        report = Report(
            period_id=period_id,
            subproject_id=lines[line.code].id,
            state=ReportState.ACCEPTED,
            revisions=1,
            counted=1,
            counted_at=now,
            settled=1,
        )
        session.add(report)
        session.flush()
        session.add(
            ReportRevision(
                report_id=report.id,
                number=1,
                month_completed=amount * WAN,
                actual_start=line.actual_start if line.actual_start == period else None,
                physical_progress="主体施工",
                source=f"{period.month}月月报.xlsx",
                cell=f"月报!F{4 + LINES.index(line)}",
                made_by="填报人甲",
                made_at=now,
            )
        )
    session.flush()


def _fronts(session: Session, period: Period, now: datetime) -> None:
    period_id = session.scalars(
        sa.select(PeriodRow.id).where(PeriodRow.year == period.year, PeriodRow.month == period.month)
    ).one()
    for name, completed in (("产业现代化", 3100), ("生态现代化", 1700)):
        front_id = session.scalars(sa.select(Front.id).where(Front.name == name)).one()
        session.add_all(
            FrontTotalRow(
                period_id=period_id,
                front_id=front_id,
                cohort=cohort,
                number=1,
                count=9,
                annual_plan=10_000 * WAN,
                completed=completed * WAN,
                source="各领域.xlsx",
                made_by=ACTOR.name,
                made_at=now,
            )
            for cohort in (Cohort.CONTINUING, Cohort.NEWLY_STARTED)
        )
    session.flush()


def _correct(session: Session, line: Subproject) -> None:
    """Correct what A-1 reported for March, after March was closed, and accept it: 140 becomes 100."""
    report = session.scalars(
        sa.select(Report)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .where(Report.subproject_id == line.id, PeriodRow.month == 3)
    ).one()
    report.revisions, report.counted, report.counted_at, report.settled = 2, 2, NOW, 2
    session.add(
        ReportRevision(
            report_id=report.id,
            number=2,
            month_completed=100 * WAN,
            correction_reason="重复计入设备款",
            made_by="填报人甲",
            made_at=NOW,
        )
    )
    session.flush()
