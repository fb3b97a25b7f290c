"""Owns accounts: who may sign in, with which role, and how a password is chosen, kept and checked."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.store.accounts import Account, AccountUnit, Role
from tracker.store.roster import Unit

#: A name, a username and two brackets must fit beside every change.
NAME_LENGTH = 30
#: The rules of NIST SP 800-63B: a length, no composition, nothing that everybody tries first.
MIN_LENGTH = 10
MAX_LENGTH = 200

_USERNAME = re.compile(r"[\w.@-]{2,64}")
_HASHER = PasswordHasher()
#: The hash of a password that nobody knows, made with the parameters above: a name that does not exist
#: costs as much to try as one that does.
UNKNOWN = "$argon2id$v=19$m=65536,t=3,p=4$dsmxoXK8aJJFW04nWx4hxQ$SlTW+uAut4jv4Ki+GcTzEIDxMHIHQWCoa/qxrXwTlC0"
# fmt: off
_COMMON = frozenset({
    "0123456789", "1234567890", "12345678910", "0987654321", "1111111111", "0000000000", "1122334455",
    "1029384756", "123456789a", "a123456789", "aa123456789", "abc1234567", "abcd123456", "abcdefghij",
    "qwertyuiop", "qwerty1234", "qwerty12345", "qwerty123456", "1q2w3e4r5t", "1qaz2wsx3edc",
    "qazwsxedcrfv", "zxcvbnm123", "asdfghjkl;", "asdfghjkl1", "password12", "password123",
    "password1234", "passw0rd123", "p@ssw0rd123", "administrator", "admin12345", "admin123456",
    "adminadmin", "iloveyou123", "iloveyou1314", "woaini1314", "woaini5201314", "5201314520",
    "1314520520", "88888888888", "8888888888", "6666666666", "letmein123", "welcome123", "welcome1234",
    "changzhou123", "changzhou2023", "test123456", "user123456", "root123456", "123123123123",
    "1234512345", "147258369a", "9876543210",
})
# fmt: on


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
) -> Credentials:
    """Add an account; without a password one is made and returned, this once.

    Raise Refused with every reason for a username that is taken or malformed, an unknown unit, units of
    a role that has none, or a weak password.
    """
    name = normal_username(username)
    found, problems = _units(session, units)
    if not _USERNAME.fullmatch(name):
        problems.append(Problem("账号名须为2至64个字母、数字、汉字或 . _ @ -", read=username))
    elif _row(session, name) is not None:
        problems.append(Problem("账号名已被使用", "请换一个账号名", read=name))
    if len(display_name.strip()) > NAME_LENGTH:
        problems.append(Problem(f"姓名最多{NAME_LENGTH}个字", "请用简短的姓名", read=display_name))
    if found and role is not Role.REPORTER:
        problems.append(Problem("只有填报员账号才对应单位", "请去掉单位或改选填报员角色"))
    chosen = _new_password() if password is None else password
    problems += password_problems(chosen, name)
    if problems:
        raise Refused(tuple(problems))
    row = Account(
        username=name,
        display_name=display_name.strip() or name,
        role=role,
        password_hash=_HASHER.hash(_normal(chosen)),
        must_change_password=True,
        made_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(AccountUnit(account_id=row.id, unit_id=unit.id) for unit in found)
    session.flush()
    info = _info(session, row)
    after = {"display_name": info.display_name, "role": role.value, "units": list(info.units)}
    audit.record(session, actor, now, "account.add", "account", name, after=after)
    return Credentials(info, chosen if password is None else None)


def list_accounts(session: Session) -> tuple[AccountInfo, ...]:
    """Return every account, by name."""
    return tuple(
        _info(session, row) for row in session.scalars(sa.select(Account).order_by(Account.username))
    )


def disable_account(session: Session, actor: Actor, now: datetime, username: str) -> AccountInfo:
    """Shut an account out and end its sessions; does nothing to one that is shut out already."""
    row = _find(session, username)
    if not row.disabled:
        row.disabled = True
        row.generation += 1
        before, after = {"disabled": False}, {"disabled": True}
        audit.record(
            session, actor, now, "account.disable", "account", row.username, before=before, after=after
        )
    return _info(session, row)


def reset_password(
    session: Session, actor: Actor, now: datetime, username: str, password: str | None = None
) -> Credentials:
    """Give the account another password and end its sessions; without one, one is made and returned."""
    row = _find(session, username)
    chosen = _new_password() if password is None else password
    if problems := password_problems(chosen, row.username):
        raise Refused(tuple(problems))
    row.password_hash = _HASHER.hash(_normal(chosen))
    row.must_change_password = True
    row.generation += 1
    audit.record(session, actor, now, "account.reset_password", "account", row.username)
    return Credentials(_info(session, row), chosen if password is None else None)


def authenticate(session: Session, username: str, password: str) -> AccountInfo | None:
    """Return the account that this name and password open; None takes as long for whatever reason."""
    row = _row(session, normal_username(username))
    right = _verified(UNKNOWN if row is None else row.password_hash, password[: MAX_LENGTH + 1])
    if row is None or row.disabled or not right:
        return None
    return _info(session, row)


def account_of(session: Session, account_id: int, generation: int) -> AccountInfo | None:
    """Return the account of a session under way; None once it was disabled or its sessions were ended."""
    row = session.get(Account, account_id)
    if row is None or row.disabled or row.generation != generation:
        return None
    return _info(session, row)


def password_problems(password: str, username: str) -> list[Problem]:
    """Return why `password` is too weak; empty when it will do."""
    told = _normal(password).casefold()
    if len(told) < MIN_LENGTH:
        return [Problem(f"密码至少{MIN_LENGTH}个字符", "可以用几个词连成一句")]
    if len(told) > MAX_LENGTH:
        return [Problem(f"密码最多{MAX_LENGTH}个字符")]
    if told == username.casefold():
        return [Problem("密码不能与账号名相同")]
    if told in _COMMON or len(set(told)) <= 2:
        return [Problem("密码过于常见", "请换一个别人猜不到的")]
    return []


def normal_username(username: str) -> str:
    """Return the one form in which a username is stored and looked up."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def _verified(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _new_password() -> str:
    """Return 80 random bits in groups of letters and digits that nobody confuses when reading them out."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _row(session: Session, username: str) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.username == username))


def _find(session: Session, username: str) -> Account:
    row = _row(session, normal_username(username))
    if row is None:
        raise NotFound("账号", username)
    return row


def _units(session: Session, names: Iterable[str]) -> tuple[list[Unit], list[Problem]]:
    found: list[Unit] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        unit = session.scalar(sa.select(Unit).where(Unit.name == name.strip()))
        if unit is None:
            problems.append(Problem("没有这个单位", "请先导入项目清单或核对单位名称", read=name))
        else:
            found.append(unit)
    return found, problems


def _info(session: Session, row: Account) -> AccountInfo:
    units = session.execute(
        sa.select(Unit.id, Unit.name)
        .join(AccountUnit, AccountUnit.unit_id == Unit.id)
        .where(AccountUnit.account_id == row.id)
        .order_by(Unit.position, Unit.id)
    ).all()
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
    )
