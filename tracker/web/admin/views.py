"""Owns the administrator's home: the ways to accounts, tokens, milestones and settings."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.services.accounts import list_accounts
from tracker.services.tokens import list_tokens
from tracker.store.accounts import Role
from tracker.web.access import Desk
from tracker.web.database import present, read_session

desk = Desk("admin", __name__, roles=frozenset({Role.ADMINISTRATOR}))


@desk.get("/admin")
def home() -> ResponseReturnValue:
    """Show what is looked after here, and how much there is of it."""
    accounts = list_accounts(read_session())
    return render_template(
        "admin/home.html",
        open_accounts=sum(not account.disabled for account in accounts),
        disabled_accounts=sum(account.disabled for account in accounts),
        tokens=sum(token.usable(present()) for token in list_tokens(read_session())),
    )
