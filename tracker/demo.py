"""Owns the demonstration: the reference quarter through the real importers, closed, with its briefings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import sqlalchemy as sa

from tracker import clock
from tracker.briefing import write_briefing
from tracker.core.periods import Period
from tracker.demo_follow_up import follow_up_april, follow_up_march
from tracker.demo_month import open_april
from tracker.intake.fronts import read_fronts
from tracker.intake.reading import open_path
from tracker.intake.reports import read_reports
from tracker.intake.roster import read_roster
from tracker.resources import imports_dir
from tracker.services.accounts import add_account
from tracker.services.actors import Actor
from tracker.services.briefings import issue_briefing
from tracker.services.closing import close_period
from tracker.services.import_fronts import import_fronts
from tracker.services.import_reports import import_reports
from tracker.services.import_roster import PlanApproval, import_roster
from tracker.services.office import set_office
from tracker.services.periods import open_period
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import writing

ACTOR = Actor("演示数据")
NOTICE = "本实例为演示数据：单位和地点真实，金额均为虚构，仅用于演示。"
#: When the months were opened, reported and closed, in the demonstration's own time.
MONTHS = (
    (Period(2023, 1), date(2023, 1, 29), date(2023, 2, 2), date(2023, 2, 10)),
    (Period(2023, 2), date(2023, 2, 27), date(2023, 3, 2), date(2023, 3, 10)),
    (Period(2023, 3), date(2023, 3, 30), date(2023, 4, 4), date(2023, 4, 10)),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration with the password made for it."""

    username: str
    password: str
    what: str


def load_reference_quarter(settings: Settings, engine: sa.Engine) -> tuple[DemoAccount, ...]:
    """Load the first quarter of 2023 and close it, open April; return the accounts made."""
    folder = imports_dir() / "2023-q1"
    with writing(engine) as session:
        set_office(session, notice=NOTICE)
        roster = read_roster(open_path(_only(folder, "*推进计划.xlsx")), 2023)
        approval = PlanApproval(approved_on=date(2023, 1, 20), document_no="年初计划（演示）")
        import_roster(session, ACTOR, roster, 2023, _at(date(2023, 1, 28)), approval)
        for period, opened, reported, closed in MONTHS:
            open_period(session, ACTOR, period, _at(opened))
            reports = read_reports(open_path(_only(folder, f"*年{period.month}月*月报.xlsx")), period)
            import_reports(session, ACTOR, reports, period, _at(reported), accept=True)
            if period.month == 3:
                fronts = read_fronts(open_path(_only(folder, "*各领域*.xlsx")), period)
                import_fronts(session, ACTOR, fronts, period, _at(reported))
            close_period(session, ACTOR, period, _at(closed))
            issue_briefing(session, ACTOR, period, settings.briefings, _at(closed), write_briefing)
        now = clock.now()
        follow_up_march(session, settings.attachments, now)
        open_april(session, ACTOR, now)
        follow_up_april(session, settings.attachments, now)
        return _accounts(session, now)


def _accounts(session: sa.orm.Session, now: datetime) -> tuple[DemoAccount, ...]:
    wanted = (
        ("office", "督查室 王敏", Role.OFFICE, (), "督查室"),
        ("leader", "分管领导", Role.LEADER, (), "领导"),
        ("reporter", "市科技局 李强", Role.REPORTER, ("市科技局",), "市科技局填报人"),
        ("admin", "系统管理员", Role.ADMINISTRATOR, (), "管理员"),
    )
    found: list[DemoAccount] = []
    for username, display_name, role, units, what in wanted:
        made = add_account(session, ACTOR, now, username, display_name, role, units, must_change=False)
        found.append(DemoAccount(username, made.password or "", what))
    return tuple(found)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=clock.ZONE)


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path
