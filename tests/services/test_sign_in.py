"""The brake on guessing: per name and source, per name from everywhere, shared, short, and not a weapon."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from tests.factories import ACTOR, Desk, at
from tracker.services import accounts, audit, passwords
from tracker.services.account_changes import disable_account
from tracker.services.accounts import AccountInfo, add_account
from tracker.services.sign_in import (
    KEPT,
    PER_NAME,
    PER_SOURCE,
    Source,
    begin_attempt,
    complete_attempt,
    forget_attempts,
    known_as,
)
from tracker.store.accounts import Account, Role, SignInFailure
from tracker.store.audit import AuditEntry

NOW = at("2023-04-04", 9)
PASSWORD = "correct-horse-1"
HERE, THERE = Source("10.0.0.1"), Source("10.0.0.2")
KNOWN = Source("10.0.0.1", device="f00d")


@pytest.fixture
def wang(desk: Desk) -> AccountInfo:
    """Return the account wang."""
    with desk.writing() as session:
        made = add_account(session, ACTOR, NOW, "wang", "王敏", Role.OFFICE, (), PASSWORD, must_change=False)
    return made.account


def fail(desk: Desk, name: str = "wang", source: Source = HERE, now: datetime = NOW, times: int = 1) -> None:
    """Let attempts fail that must have been let through."""
    for number in range(times):
        with desk.writing() as session:
            wait = begin_attempt(session, name, source, now)
        assert wait is None, f"attempt {number + 1} had to wait {wait}"


def held_up(desk: Desk, name: str = "wang", source: Source = HERE, now: datetime = NOW) -> timedelta | None:
    with desk.writing() as session:
        return begin_attempt(session, name, source, now)


def counted(desk: Desk) -> int:
    with desk.looking() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) or 0


def actions(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.looking() as session:
        assert audit.first_broken(session) is None
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
        return [(e.action, e.object_id, e.address) for e in entries if e.action.startswith("account.sign_in")]


def test_ten_failures_then_a_wait_until_the_first_is_five_minutes_old(desk: Desk) -> None:
    for minute in range(5):
        fail(desk, now=NOW + timedelta(seconds=30 * minute), times=2)
    later = NOW + timedelta(minutes=3)
    assert held_up(desk, now=later) == timedelta(minutes=2)
    assert held_up(desk, name="li", now=later) is None, "another name from the same address goes on"
    assert held_up(desk, source=THERE, now=later) is None, "the same name from another address goes on"
    assert held_up(desk, now=NOW + timedelta(minutes=5)) is None


def test_waiting_costs_nothing_more(desk: Desk) -> None:
    fail(desk, times=10)
    before = counted(desk)
    for second in range(100):
        assert held_up(desk, now=NOW + timedelta(seconds=second)) is not None
    assert counted(desk) == before
    assert held_up(desk, now=NOW + timedelta(minutes=5)) is None, "asking meanwhile made the wait no longer"


def test_who_goes_on_after_the_wait_waits_longer_but_never_long(desk: Desk) -> None:
    fail(desk, times=10)
    second = NOW + timedelta(minutes=5)
    fail(desk, now=second, times=10)
    assert held_up(desk, now=second) == timedelta(minutes=10)
    assert held_up(desk, now=second + timedelta(minutes=10)) is None


@pytest.mark.parametrize("brake", [*PER_SOURCE, *PER_NAME])
def test_no_brake_holds_for_long(brake: object) -> None:
    assert brake.within <= timedelta(minutes=15)  # type: ignore[attr-defined]


@pytest.mark.parametrize("spelling", ["WANG", " wang ", "ｗａｎｇ"])
def test_a_name_counts_in_any_spelling(desk: Desk, spelling: str) -> None:
    fail(desk, times=10)
    assert held_up(desk, name=spelling) is not None


def test_the_name_is_braked_over_all_addresses(desk: Desk) -> None:
    for number in range(PER_NAME[0].failures):
        fail(desk, source=Source(f"10.0.1.{number}"))
    wait = held_up(desk, source=Source("10.9.9.9"))
    assert wait == timedelta(minutes=5)
    assert held_up(desk, source=Source("10.9.9.9"), now=NOW + wait) is None
    assert held_up(desk, name="li", source=Source("10.9.9.9")) is None


def test_a_known_browser_passes_whatever_others_do(desk: Desk, wang: AccountInfo) -> None:
    for number in range(PER_NAME[0].failures - 10):
        fail(desk, source=Source(f"10.0.1.{number}"))
    fail(desk, source=HERE, times=10)
    assert held_up(desk, source=HERE) is not None
    assert held_up(desk, source=THERE) is not None
    assert held_up(desk, source=KNOWN) is None, (
        "its owner is not locked out, not even behind the same address"
    )


def test_a_known_browser_has_its_own_count(desk: Desk) -> None:
    fail(desk, source=KNOWN, times=10)
    assert held_up(desk, source=KNOWN) is not None
    assert held_up(desk, source=Source("10.0.0.1", device="beef")) is None
    assert held_up(desk, source=HERE) is None


def test_success_clears_the_failures_of_its_source_only(desk: Desk, wang: AccountInfo) -> None:
    fail(desk, times=9)
    fail(desk, source=THERE, times=4)
    fail(desk)
    with desk.writing() as session:
        done = complete_attempt(session, wang, PASSWORD, HERE, NOW)
    assert done is not None
    assert done.last_sign_in_at == NOW
    assert counted(desk) == 4
    fail(desk, times=10)


def test_old_failures_are_deleted_whoever_comes(desk: Desk) -> None:
    fail(desk, times=10)
    fail(desk, name="li", source=THERE, now=NOW + KEPT)
    assert counted(desk) == 1


def test_forgetting_is_for_one_name_and_one_source(desk: Desk) -> None:
    for name, source in (("wang", HERE), ("wang", THERE), ("li", HERE)):
        fail(desk, name, source)
    with desk.writing() as session:
        forget_attempts(session, "WANG", HERE)
    assert counted(desk) == 2


def test_success_is_in_the_trail_and_guessing_once_per_wait(desk: Desk, wang: AccountInfo) -> None:
    fail(desk, times=10)
    for _ in range(20):
        held_up(desk)
    fail(desk, name="my-password-in-the-wrong-field", times=10)
    with desk.writing() as session:
        assert complete_attempt(session, wang, PASSWORD, THERE, NOW) is not None
    assert actions(desk) == [
        ("account.sign_in_refused", "wang", "10.0.0.1"),
        ("account.sign_in", "wang", "10.0.0.2"),
    ], "a name that nobody has does not enter the trail: it may be a password"


def test_who_was_shut_out_meanwhile_is_not_let_in(desk: Desk, wang: AccountInfo) -> None:
    with desk.writing() as session:
        disable_account(session, ACTOR, NOW, "wang")
    with desk.writing() as session:
        assert complete_attempt(session, wang, PASSWORD, HERE, NOW) is None


def test_a_hash_of_old_parameters_is_made_anew(
    desk: Desk, wang: AccountInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with desk.writing() as session:
        session.execute(sa.update(Account).values(password_hash=old))
    with desk.writing() as session:
        assert complete_attempt(session, wang, PASSWORD, HERE, NOW) is not None
    with desk.looking() as session:
        kept = session.scalars(sa.select(Account.password_hash)).one()
        assert kept != old
        assert not PasswordHasher().check_needs_rehash(kept)
        assert accounts.authenticate(session, "wang", PASSWORD) is not None


def test_names_of_any_length_and_kind_are_counted(desk: Desk) -> None:
    for name in ("x" * 500, "\x00", "\ud800", "' OR 1=1 --", "𠮷" * 80):
        fail(desk, name=name, times=2)
    assert counted(desk) == 10


def test_known_as(desk: Desk, wang: AccountInfo) -> None:
    with desk.looking() as session:
        assert known_as(session, " WANG ") == (wang.id, wang.generation)
        assert known_as(session, "nobody") is None
        assert known_as(session, "\x00") is None
