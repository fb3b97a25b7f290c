"""Accounts: names, roles, units, passwords by the rules of NIST, and what the audit trail keeps of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Refused
from tracker.services import account_changes, accounts, audit, passwords
from tracker.services.actors import Actor
from tracker.store import schema
from tracker.store.accounts import Account, Role
from tracker.store.audit import AuditEntry
from tracker.store.engine import make_engine
from tracker.store.roster import Unit, UnitKind

ACTOR = Actor("管理员", "10.0.0.1")
NOW = datetime(2023, 4, 1, 9, tzinfo=clock.ZONE)
PASSWORD = "correct-horse-1"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Return a session on a real, empty database with one department."""
    engine = make_engine(f"sqlite:///{tmp_path / 'accounts.sqlite3'}")
    schema.upgrade(engine)
    with Session(engine) as opened:
        opened.add(Unit(name="市科技局", kind=UnitKind.DEPARTMENT))
        opened.flush()
        yield opened
    engine.dispose()


def add(
    session: Session, username: str = "wang", role: Role = Role.OFFICE, **more: object
) -> accounts.Credentials:
    told = {"units": (), "password": PASSWORD, **more}
    return accounts.add_account(session, ACTOR, NOW, username, "王敏", role, **told)  # type: ignore[arg-type]


def refusal(session: Session, **told: object) -> str:
    with pytest.raises(Refused) as caught:
        add(session, **told)  # type: ignore[arg-type]
    return str(caught.value)


def test_add_and_authenticate(session: Session) -> None:
    made = add(session, " WANG ", Role.REPORTER, units=["市科技局"])
    assert made.password is None
    assert (made.account.username, made.account.units) == ("wang", ("市科技局",))
    assert made.account.must_change_password
    assert accounts.authenticate(session, "Wang", PASSWORD) == made.account
    assert accounts.authenticate(session, "wang", PASSWORD + "x") is None
    assert accounts.authenticate(session, "nobody", PASSWORD) is None
    assert accounts.authenticate(session, "wang", "") is None
    assert accounts.authenticate(session, "wang", "x" * 100_000) is None


def test_generated_password_is_told_once_and_strong(session: Session) -> None:
    made = add(session, password=None)
    assert made.password is not None
    assert passwords.password_problems(made.password, "wang") == []
    assert accounts.authenticate(session, "wang", made.password) is not None
    assert add(session, "li", password=None).password != made.password


def test_password_is_kept_as_argon2_only(session: Session) -> None:
    add(session)
    row = session.scalars(sa.select(Account)).one()
    assert row.password_hash.startswith("$argon2id$")
    kept = [
        json.dumps([entry.before, entry.after, entry.object_id])
        for entry in session.scalars(sa.select(AuditEntry))
    ]
    assert PASSWORD not in "".join(kept)
    assert "argon2" not in "".join(kept)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "至少10个字符"),
        ("1234567890", "过于常见"),
        ("QwertyUiop", "过于常见"),
        ("aaaaaaaaaaaa", "过于常见"),
        ("x" * 201, "最多200个字符"),
    ],
)
def test_weak_passwords(session: Session, password: str, why: str) -> None:
    assert why in refusal(session, password=password)


def test_password_equal_to_the_name(session: Session) -> None:
    assert "不能与账号名相同" in refusal(session, username="wangmin-office", password="WangMin-Office")


def test_no_rules_of_composition(session: Session) -> None:
    assert passwords.password_problems("春眠不觉晓处处闻啼鸟", "wang") == []
    assert passwords.password_problems("all lower case words", "wang") == []


def test_full_width_typing_is_the_same_password(session: Session) -> None:
    add(session)
    assert accounts.authenticate(session, "ｗａｎｇ", "ｃｏｒｒｅｃｔ-horse-1") is not None


@pytest.mark.parametrize("username", ["", "a", "a b", "x" * 65, "<b>", "a/b"])
def test_malformed_names(session: Session, username: str) -> None:
    assert "账号名须为" in refusal(session, username=username)


def test_chinese_names_are_welcome(session: Session) -> None:
    assert add(session, "王敏").account.username == "王敏"


def test_name_taken_in_any_spelling(session: Session) -> None:
    add(session)
    assert "已被使用" in refusal(session, username="Wang")


def test_every_reason_is_told_at_once(session: Session) -> None:
    told = refusal(session, username="?", role=Role.LEADER, units=["市科技局", "没有的局"], password="x")
    assert len(told.splitlines()) == 4


def test_disabled_account_is_out(session: Session) -> None:
    before = add(session).account
    after = account_changes.disable_account(session, ACTOR, NOW, "WANG")
    assert after.disabled
    assert after.generation == before.generation + 1
    assert account_changes.disable_account(session, ACTOR, NOW, "wang").generation == after.generation
    assert accounts.authenticate(session, "wang", PASSWORD) is None
    assert accounts.account_of(session, after.id, after.generation) is None


def test_reset_ends_sessions_and_the_old_password(session: Session) -> None:
    before = add(session).account
    made = account_changes.reset_password(session, ACTOR, NOW, "wang")
    assert made.password is not None
    assert accounts.authenticate(session, "wang", PASSWORD) is None
    assert accounts.authenticate(session, "wang", made.password) is not None
    assert accounts.account_of(session, before.id, before.generation) is None
    assert accounts.account_of(session, before.id, made.account.generation) is not None
    with pytest.raises(Refused):
        account_changes.reset_password(session, ACTOR, NOW, "wang", "short")


def test_unknown_account(session: Session) -> None:
    for change in (account_changes.disable_account, account_changes.reset_password):
        with pytest.raises(NotFound, match="nobody"):
            change(session, ACTOR, NOW, "nobody")
    assert accounts.account_of(session, 99, 0) is None


def test_list_by_name(session: Session) -> None:
    for name in ("zhou", "an"):
        add(session, name)
    assert [account.username for account in accounts.list_accounts(session)] == ["an", "zhou"]


def test_every_change_is_in_the_trail(session: Session) -> None:
    add(session)
    account_changes.reset_password(session, ACTOR, NOW, "wang")
    account_changes.disable_account(session, ACTOR, NOW, "wang")
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["account.add", "account.reset_password", "account.disable"]
    assert {(entry.made_by, entry.address, entry.object_id) for entry in entries} == {
        ("管理员", "10.0.0.1", "wang")
    }
    assert audit.first_broken(session) is None


def test_unknown_name_costs_as_much_as_a_known_one(session: Session) -> None:
    assert not PasswordHasher().check_needs_rehash(passwords.UNKNOWN)
    add(session)

    def cost(username: str) -> float:
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            assert accounts.authenticate(session, username, "wrong-horse-1") is None
            times.append(time.perf_counter() - begun)
        return min(times)

    # A name looked up without a hash to check would answer in well under a tenth of the time.
    assert cost("nobody") > cost("wang") / 3
