"""Owns comments between the units of a line or work and the office: who reads them, who writes them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.services.accounts import AccountInfo
from tracker.services.actors import Actor
from tracker.services.remarks import add_remark
from tracker.services.visibility import ReportObject, is_own, object_of, reporting_units
from tracker.store.accounts import Role
from tracker.store.remarks import RemarkKind


def may_read_comments(session: Session, account: AccountInfo, about: ReportObject) -> bool:
    """Return whether the account reads what is said: the office, leaders, and the units that report it."""
    if account.role is Role.REPORTER:
        return is_own(session, account.unit_ids, about)
    return account.role in (Role.OFFICE, Role.LEADER)


def may_comment(session: Session, account: AccountInfo, about: ReportObject) -> bool:
    """Return whether the account takes part: leaders read, and give instructions instead."""
    return account.role is not Role.LEADER and may_read_comments(session, account, about)


def comment(
    session: Session, actor: Actor, account: AccountInfo, year: int, code: str, text: str, now: datetime
) -> ReportObject:
    """Write a comment about a line or work and return what it is about.

    Raise NotFound for what does not exist or is another unit's, Refused for a text that says nothing.
    """
    about = object_of(session, year, code)
    if not may_comment(session, account, about):
        raise NotFound("本单位填报的项目或工作", f"{year} {code}")
    kind = RemarkKind.WORK if about.work else RemarkKind.LINE
    add_remark(
        session, actor, kind, about.id, text, now, unit_id=_speaking(session, account, about), what="留言"
    )
    return about


def _speaking(session: Session, account: AccountInfo, about: ReportObject) -> int | None:
    """Return the unit in whose name the account speaks, None for the office."""
    if account.role is not Role.REPORTER:
        return None
    return min(reporting_units(session, about) & frozenset(account.unit_ids))
