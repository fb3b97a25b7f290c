"""Owns the cookie by which a browser is known as one that an account signed in with before.

It opens nothing. It only spares its browser the wait that guessing elsewhere puts on the account's name.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import Response, current_app, request, url_for
from itsdangerous import BadData, URLSafeSerializer

from tracker.services.accounts import AccountInfo

#: A browser that was not used for so long is a stranger again.
KEPT = timedelta(days=180)


def known_device(account: tuple[int, int] | None, now: datetime) -> str | None:
    """Return the name of this browser if the account knows it, given as its id and its generation.

    A new password and the end of all sessions count the generation up: every browser is a stranger then.
    """
    if account is None:
        return None
    try:
        owner, generation, device, seen = _serializer().loads(request.cookies.get(_cookie(account[0]), ""))
    except (BadData, TypeError, ValueError):
        return None
    if (owner, generation) != account or now.timestamp() - seen > KEPT.total_seconds():
        return None
    return str(device)


def remember_device(response: Response, account: AccountInfo, now: datetime) -> None:
    """Let this browser be known from now on; one that is known keeps its name."""
    device = known_device((account.id, account.generation), now) or secrets.token_hex(16)
    told = [account.id, account.generation, device, int(now.timestamp())]
    response.set_cookie(
        _cookie(account.id),
        str(_serializer().dumps(told)),
        max_age=KEPT,
        path=url_for("auth.sign_in"),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _cookie(account_id: int) -> str:
    # One each, since several people may share a browser.
    return f"tracker_device_{account_id}"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known device")
