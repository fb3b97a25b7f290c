"""Owns who reports: the signed-in account as the services know it, and the month that an address names."""

from __future__ import annotations

from flask import abort

from tracker.core.errors import NotFound, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.accounts import AccountInfo
from tracker.services.reporting import Reporter
from tracker.store.accounts import Role
from tracker.store.periods import PeriodRow
from tracker.web.access import acting, signed_in
from tracker.web.database import read_session

#: Whom these pages serve.
REPORTERS = frozenset({Role.REPORTER})


def own_account() -> AccountInfo:
    """Return the account of whoever is signed in."""
    account = signed_in()
    if account is None:
        abort(401)
    return account


def reporter() -> Reporter:
    """Return whoever is signed in as the one who reports for the account's units."""
    account = own_account()
    return Reporter(acting(), frozenset(account.unit_ids), account.id)


def month_of(text: str) -> Period:
    """Return the month that an address names; raise NotFound for anything that is none."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise NotFound("报告期", text[:20]) from error


def begun(period: Period) -> PeriodRow:
    """Return the row of a month that takes or took reports; raise WrongState before it began."""
    row = periods.find(read_session(), period)
    if row.state is PeriodState.UPCOMING:
        raise WrongState(f"{period} 还没有开始填报。")
    return row
