"""Owns accounts: who may sign in, with which role and for which units, and which password opens what."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.passwords import UNKNOWN, hashed, new_password, password_problems, verified
from tracker.store.accounts import Account, AccountUnit, Role
from tracker.store.roster import Unit

#: A name, a username and two brackets must fit beside every change.
NAME_LENGTH = 30

_USERNAME = re.compile(r"[\w.@-]{2,64}")


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account as pages and the command line show it; never with a password or its hash."""

    id: int
    username: str
    display_name: str
    role: Role
    units: tuple[str, ...]
    disabled: bool
    must_change_password: bool
    generation: int
    unit_ids: tuple[int, ...] = ()
    last_sign_in_at: datetime | None = None
    password_changed_at: datetime | None = None

    def actor(self, address: str = "") -> Actor:
        """Return the person as every change names them: two people may share a name, never a username."""
        return Actor(f"{self.display_name}（{self.username}）", address)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with the password that was made for it; None where the caller chose it."""

    account: AccountInfo
    password: str | None


def add_account(
    session: Session,
    actor: Actor,
    now: datetime,
    username: str,
    display_name: str,
    role: Role,
    units: Iterable[str] = (),
    password: str | None = None,
    *,
    must_change: bool = True,
) -> Credentials:
    """Add an account; without a password one is made and returned, this once.

    `must_change` lets the account open nothing until its owner has chosen another password.

    Raise Refused with every reason for a username that is taken or malformed, an unknown unit, units of
    a role that has none, or a weak password.
    """
    name = normal_username(username)
    found, problems = units_named(session, units)
    if not _USERNAME.fullmatch(name):
        problems.append(
            Problem("账号名须为2至64个字母、数字、汉字或 . _ @ -", read=username, field="username")
        )
    elif _row(session, name) is not None:
        problems.append(Problem("账号名已被使用", "请换一个账号名", read=name, field="username"))
    problems += description_problems(display_name, role, found)
    chosen = new_password(name, display_name) if password is None else password
    problems += password_problems(chosen, name, display_name)
    if problems:
        raise Refused(tuple(problems))
    row = Account(
        username=name,
        display_name=display_name.strip() or name,
        role=role,
        password_hash=hashed(chosen),
        must_change_password=must_change,
        made_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(AccountUnit(account_id=row.id, unit_id=unit.id) for unit in found)
    session.flush()
    info = info_of(session, row)
    after = {"display_name": info.display_name, "role": role.value, "units": list(info.units)}
    audit.record(session, actor, now, "account.add", "account", name, after=after)
    return Credentials(info, chosen if password is None else None)


def list_accounts(
    session: Session, text: str = "", role: Role | None = None, disabled: bool | None = None
) -> tuple[AccountInfo, ...]:
    """Return accounts by name: all, or those whose name, username or unit contains `text`."""
    statement = sa.select(Account).order_by(Account.username)
    if role is not None:
        statement = statement.where(Account.role == role)
    if disabled is not None:
        statement = statement.where(Account.disabled == disabled)
    rows = session.scalars(statement).all()
    units = _units_of(session)
    found = (_info(row, units.get(row.id, [])) for row in rows)
    wanted = text.strip().casefold()
    return tuple(
        info
        for info in found
        if any(wanted in told.casefold() for told in (info.username, info.display_name, *info.units))
    )


def find_account(session: Session, account_id: int) -> AccountInfo:
    """Return one account; raise NotFound for an unknown one."""
    row = session.get(Account, account_id)
    if row is None:
        raise NotFound("账号", str(account_id))
    return info_of(session, row)


def authenticate(session: Session, username: str, password: str) -> AccountInfo | None:
    """Return the account that this name and password open; None takes as long for whatever reason."""
    row = _row(session, normal_username(username))
    right = verified(UNKNOWN if row is None else row.password_hash, password)
    if row is None or row.disabled or not right:
        return None
    return info_of(session, row)


def account_of(session: Session, account_id: int, generation: int) -> AccountInfo | None:
    """Return the account of a session under way; None once it was disabled or its sessions were ended."""
    row = session.get(Account, account_id)
    if row is None or row.disabled or row.generation != generation:
        return None
    return info_of(session, row)


def normal_username(username: str) -> str:
    """Return the one form in which a username is stored and looked up."""
    told = unicodedata.normalize("NFKC", username).strip().lower()
    # No database keeps half a character, and PostgreSQL no NUL: a name with one is nobody's.
    return "".join(letter if letter.isprintable() else "�" for letter in told)


def account_row(session: Session, username: str) -> Account:
    """Return the row of an account; raise NotFound for an unknown one."""
    row = _row(session, normal_username(username))
    if row is None:
        raise NotFound("账号", username)
    return row


def units_named(session: Session, names: Iterable[str]) -> tuple[list[Unit], list[Problem]]:
    """Return the units of these names, and a problem for each that there is not."""
    found: list[Unit] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        unit = session.scalar(sa.select(Unit).where(Unit.name == name.strip()))
        if unit is None:
            mend = "请先导入项目清单或核对单位名称"
            problems.append(Problem("没有这个单位", mend, read=name, field="units"))
        else:
            found.append(unit)
    return found, problems


def description_problems(display_name: str, role: Role, units: list[Unit]) -> list[Problem]:
    """Return why an account cannot be described so."""
    problems: list[Problem] = []
    if len(display_name.strip()) > NAME_LENGTH:
        told = f"姓名最多{NAME_LENGTH}个字"
        problems.append(Problem(told, "请用简短的姓名", read=display_name, field="display_name"))
    if units and role is not Role.REPORTER:
        problems.append(Problem("只有填报员账号才对应单位", "请去掉单位或改选填报员角色", field="units"))
    return problems


def info_of(session: Session, row: Account) -> AccountInfo:
    """Return the account as pages show it."""
    return _info(row, _units_of(session, row.id).get(row.id, []))


def _row(session: Session, username: str) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.username == username))


def _units_of(session: Session, account_id: int | None = None) -> dict[int, list[tuple[int, str]]]:
    """Return the units of every account, or of one, by account, in the roster's order."""
    statement = (
        sa.select(AccountUnit.account_id, Unit.id, Unit.name)
        .join(Unit, Unit.id == AccountUnit.unit_id)
        .order_by(Unit.position, Unit.id)
    )
    if account_id is not None:
        statement = statement.where(AccountUnit.account_id == account_id)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for owner, unit_id, name in session.execute(statement):
        found[owner].append((unit_id, name))
    return found


def _info(row: Account, units: list[tuple[int, str]]) -> AccountInfo:
    return AccountInfo(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        role=row.role,
        units=tuple(name for _, name in units),
        disabled=row.disabled,
        must_change_password=row.must_change_password,
        generation=row.generation,
        unit_ids=tuple(unit_id for unit_id, _ in units),
        last_sign_in_at=row.last_sign_in_at,
        password_changed_at=row.password_changed_at,
    )
