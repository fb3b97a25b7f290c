"""Owns the session behind a signed-in browser: how it begins, whom it stands for and when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import session
from flask_login import login_user

from tracker import clock
from tracker.services import accounts
from tracker.services.accounts import AccountInfo
from tracker.web.database import present, read_session

#: A session ends after a long working day, whatever is done in it.
LONGEST = timedelta(hours=12)
#: A browser that nobody touches is signed out.
IDLE = timedelta(hours=2)
#: How exactly the last touch is kept; more would send a cookie with every page.
_KEPT_EVERY = timedelta(minutes=1)


class SignedIn:
    """An account as Flask-Login carries it; the session ends when the account's generation moves on."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: AccountInfo) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return what the session keeps."""
        return f"{self.account.id}:{self.account.generation}"


def begin(account: AccountInfo) -> None:
    """Open a fresh session: nothing that the browser brought along survives, its forms' token included."""
    session.clear()
    login_user(SignedIn(account))
    session["signed_in_at"] = session["seen_at"] = _second()


def load(kept: str) -> SignedIn | None:
    """Return who the session stands for; None once it is over."""
    account_id, _, generation = kept.partition(":")
    if not (account_id.isdecimal() and generation.isdecimal()) or not _lasts():
        return None
    account = accounts.account_of(read_session(), int(account_id), int(generation))
    return None if account is None else SignedIn(account)


def ends_at() -> datetime | None:
    """Return when the session ends whatever is done in it; None while nobody is signed in."""
    begun = session.get("signed_in_at")
    return datetime.fromtimestamp(begun, tz=clock.ZONE) + LONGEST if isinstance(begun, int) else None


def _lasts() -> bool:
    """Return whether the session has not run out, and keep that it was touched."""
    begun, seen, now = session.get("signed_in_at"), session.get("seen_at"), _second()
    if not (isinstance(begun, int) and isinstance(seen, int)):
        return False
    if now - begun >= LONGEST.total_seconds() or now - seen >= IDLE.total_seconds():
        return False
    if now - seen >= _KEPT_EVERY.total_seconds():
        session["seen_at"] = now
    return True


def _second() -> int:
    return int(present().timestamp())
