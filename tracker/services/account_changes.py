"""Owns what changes about an account: its description, its password, whether it is open, its sessions.

Each of these that takes something away counts the account's generation up, which ends its sessions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused
from tracker.services import audit
from tracker.services.accounts import (
    AccountInfo,
    Credentials,
    account_row,
    description_problems,
    info_of,
    units_named,
)
from tracker.services.actors import Actor
from tracker.services.passwords import hashed, new_password, password_problems, verified
from tracker.store.accounts import Account, AccountUnit, Role


def edit_account(
    session: Session,
    actor: Actor,
    now: datetime,
    username: str,
    display_name: str,
    role: Role,
    units: Iterable[str] = (),
) -> AccountInfo:
    """Describe an account anew; another role ends its sessions. A description that stays writes nothing.

    Raise Refused with every reason, among them that nobody else could administer; NotFound for an unknown
    account.
    """
    row = account_row(session, username)
    found, problems = units_named(session, units)
    problems += description_problems(display_name, role, found)
    if role is not Role.ADMINISTRATOR:
        problems += _last_administrator(session, row, "不能改为其他角色")
    if problems:
        raise Refused(tuple(problems))
    before = _described(info_of(session, row))
    row.display_name = display_name.strip() or row.username
    if row.role is not role:
        row.role = role
        row.generation += 1
    session.execute(sa.delete(AccountUnit).where(AccountUnit.account_id == row.id))
    session.add_all(AccountUnit(account_id=row.id, unit_id=unit.id) for unit in found)
    session.flush()
    info = info_of(session, row)
    if before != (after := _described(info)):
        audit.record(session, actor, now, "account.edit", "account", row.username, before=before, after=after)
    return info


def disable_account(session: Session, actor: Actor, now: datetime, username: str) -> AccountInfo:
    """Shut an account out and end its sessions; does nothing to one that is shut out already.

    Raise Refused for the last administrator who is not.
    """
    row = account_row(session, username)
    if not row.disabled:
        if problems := _last_administrator(session, row, "不能停用"):
            raise Refused(tuple(problems))
        row.disabled = True
        row.generation += 1
        _switched(session, actor, now, "account.disable", row)
    return info_of(session, row)


def enable_account(session: Session, actor: Actor, now: datetime, username: str) -> AccountInfo:
    """Let an account in again, with the password that it had; does nothing to one that is not shut out."""
    row = account_row(session, username)
    if row.disabled:
        row.disabled = False
        _switched(session, actor, now, "account.enable", row)
    return info_of(session, row)


def reset_password(
    session: Session, actor: Actor, now: datetime, username: str, password: str | None = None
) -> Credentials:
    """Give the account another password, which its owner must change, and end its sessions.

    Without a password one is made and returned, this once.
    """
    row = account_row(session, username)
    chosen = new_password(row.username, row.display_name) if password is None else password
    if problems := password_problems(chosen, row.username, row.display_name):
        raise Refused(tuple(problems))
    row.password_hash = hashed(chosen)
    row.must_change_password = True
    row.generation += 1
    session.flush()
    audit.record(session, actor, now, "account.reset_password", "account", row.username)
    return Credentials(info_of(session, row), chosen if password is None else None)


def change_password(
    session: Session, actor: Actor, now: datetime, username: str, current: str, password: str
) -> AccountInfo:
    """Give an account the password that its owner chose; every session of it ends.

    Raise Refused for a wrong current password, or a new one that is weak or not new.
    """
    row = account_row(session, username)
    if not verified(row.password_hash, current):
        raise Refused((Problem("当前密码不正确", "请输入现在登录用的密码", field="current"),))
    if problems := password_problems(password, row.username, row.display_name, row.password_hash):
        raise Refused(tuple(problems))
    row.password_hash = hashed(password)
    row.password_changed_at = now
    row.must_change_password = False
    row.generation += 1
    session.flush()
    audit.record(session, actor, now, "account.change_password", "account", row.username)
    return info_of(session, row)


def end_sessions(session: Session, actor: Actor, now: datetime, username: str) -> AccountInfo:
    """End every session of an account, in whatever browser."""
    row = account_row(session, username)
    row.generation += 1
    session.flush()
    audit.record(session, actor, now, "account.end_sessions", "account", row.username)
    return info_of(session, row)


def _switched(session: Session, actor: Actor, now: datetime, action: str, row: Account) -> None:
    session.flush()
    before, after = {"disabled": not row.disabled}, {"disabled": row.disabled}
    audit.record(session, actor, now, action, "account", row.username, before=before, after=after)


def _described(info: AccountInfo) -> dict[str, Any]:
    return {"display_name": info.display_name, "role": info.role.value, "units": list(info.units)}


def _last_administrator(session: Session, row: Account, not_so: str) -> list[Problem]:
    """Return a problem when nobody else could administer: nobody could let anybody in again."""
    # Locked, so that two administrators cannot shut each other out at the same moment.
    active = session.scalars(
        sa.select(Account.id)
        .where(Account.role == Role.ADMINISTRATOR, Account.disabled.is_(False))
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if list(active) != [row.id]:
        return []
    return [
        Problem(f"这是最后一个启用的管理员账号，{not_so}", "请先新增或启用另一个管理员账号", field="role")
    ]
