"""Owns signing in: the brake on guessing that all processes share, and what a success leaves behind.

An attempt is counted before its password is looked at and let go when it was right, so that many at once
count as many. It counts for the name from one source and for the name from everywhere. A source is an
address, or a browser that this account signed in with before: such a browser is not held up by what
others do to the name, so that nobody can lock another out of the machine at which they always work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services import audit
from tracker.services.accounts import AccountInfo, account_row, info_of, normal_username
from tracker.services.actors import Actor
from tracker.services.passwords import hashed, outdated
from tracker.store.accounts import Account, SignInFailure


@dataclass(frozen=True, slots=True)
class Brake:
    """So many failures within so long are let through; the next waits until the oldest of them is older."""

    failures: int
    within: timedelta


#: For one name from one source. Whoever goes on after the first wait waits longer, never over ten minutes.
PER_SOURCE = (Brake(10, timedelta(minutes=5)), Brake(20, timedelta(minutes=15)))
#: For one name from everywhere; short, since it holds up whoever owns the name along with the guessers.
PER_NAME = (Brake(30, timedelta(minutes=5)),)
#: No brake looks further back, so that nothing older is kept.
KEPT = max(brake.within for brake in (*PER_SOURCE, *PER_NAME))

_NAME_LENGTH = 64
_NOBODY = "未登录"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an attempt comes from: an address, and the browser if the account knows it."""

    address: str
    device: str | None = None

    @property
    def key(self) -> str:
        """Return what failures are counted under."""
        return (f"device:{self.device}" if self.device else self.address)[:_NAME_LENGTH]


def begin_attempt(session: Session, username: str, source: Source, now: datetime) -> timedelta | None:
    """Count an attempt and return None; while the name is held up count nothing and return how long.

    Waiting is all it costs: an attempt that was held up does not make the wait longer.
    """
    name = _name(username)
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at <= now - KEPT))
    moments = session.execute(
        sa.select(SignInFailure.at, SignInFailure.address)
        .where(SignInFailure.username == name)
        .order_by(SignInFailure.at.desc())
    ).all()
    from_here = [at for at, address in moments if address == source.key]
    waits = [_wait(brake, from_here, now) for brake in PER_SOURCE]
    if source.device is None:
        waits += [_wait(brake, [at for at, _ in moments], now) for brake in PER_NAME]
    if wait := max(waits):
        return wait
    session.add(SignInFailure(username=name, address=source.key, at=now))
    session.flush()
    if len(from_here) + 1 == PER_SOURCE[0].failures:
        _record_guessing(session, name, source, now, len(from_here) + 1)
    return None


def complete_attempt(
    session: Session, account: AccountInfo, password: str, source: Source, now: datetime
) -> AccountInfo | None:
    """Let the account in: forget what failed from this source, keep when; None if it was shut out meanwhile.

    A password whose hash was made with parameters of the past is hashed anew while it is at hand.
    """
    row = account_row(session, account.username)
    if row.disabled or row.generation != account.generation:
        return None
    forget_attempts(session, row.username, source)
    if outdated(row.password_hash):
        row.password_hash = hashed(password)
    row.last_sign_in_at = now
    session.flush()
    found = info_of(session, row)
    audit.record(session, found.actor(source.address), now, "account.sign_in", "account", row.username)
    return found


def forget_attempts(session: Session, username: str, source: Source) -> None:
    """Count nothing any more of what was tried for the name from this source."""
    session.execute(
        sa.delete(SignInFailure).where(
            SignInFailure.username == _name(username), SignInFailure.address == source.key
        )
    )


def known_as(session: Session, username: str) -> tuple[int, int] | None:
    """Return the id and the generation of the account of this name, None for nobody.

    For recognising a browser that the account knows; nobody who has not signed in may be told.
    """
    name = normal_username(username)
    found = session.execute(sa.select(Account.id, Account.generation).where(Account.username == name)).first()
    return None if found is None else (found[0], found[1])


def _wait(brake: Brake, moments: list[datetime], now: datetime) -> timedelta:
    """Return how long until the brake lets the next attempt through; `moments` newest first."""
    if len(moments) < brake.failures:
        return timedelta(0)
    return max(moments[brake.failures - 1] + brake.within - now, timedelta(0))


def _record_guessing(session: Session, name: str, source: Source, now: datetime, failures: int) -> None:
    """Record that a brake took hold: once per wait, not once per attempt.

    Only for names that exist: people type their password into the wrong field, and the trail is for ever.
    """
    if session.scalar(sa.select(Account.id).where(Account.username == name)) is not None:
        actor = Actor(_NOBODY, source.address)
        after = {"failures": failures, "known_device": source.device is not None}
        audit.record(session, actor, now, "account.sign_in_refused", "account", name, after=after)


def _name(username: str) -> str:
    return normal_username(username)[:_NAME_LENGTH]
