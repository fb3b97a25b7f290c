"""Owns signing in and out: the form, who is let in, and the brakes on guessing."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

import wtforms
from flask import Flask, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, logout_user
from werkzeug.exceptions import TooManyRequests

from tracker.services import accounts, passwords
from tracker.services import sign_in as sign_in_service
from tracker.services.accounts import AccountInfo
from tracker.services.sign_in import Source
from tracker.web import sessions
from tracker.web.access import Desk, home_url, signed_in
from tracker.web.database import present, read_session, write_session
from tracker.web.devices import known_device, remember_device

#: Failed attempts, whatever the names; whole offices sit behind one address, so this brake is a wide one.
#: Each process counts on its own; the brake for one name is shared (services.sign_in).
PER_ADDRESS = "60 per 5 minutes"

desk = Desk("auth", __name__, roles=None)


class SignInForm(wtforms.Form):
    """A name and a password, both as typed."""

    username = wtforms.StringField(
        lazy_gettext("账号"), [wtforms.validators.InputRequired(), wtforms.validators.Length(max=200)]
    )
    password = wtforms.PasswordField(
        lazy_gettext("密码"),
        [wtforms.validators.InputRequired(), wtforms.validators.Length(max=passwords.MAX_LENGTH)],
    )


def install(app: Flask) -> None:
    """Let `app` know who is signed in."""
    # Templates ask `signed_in()`; Flask-Login's own variable would ask the database even after it failed.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = "strong"
    manager.user_loader(sessions.load)


def limit_sign_in(app: Flask) -> None:
    """Slow down guessing from one address; only failed attempts count."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    limit: Any = limiter.limit(PER_ADDRESS, methods=["POST"], deduct_when=_failed)
    app.view_functions["auth.sign_in"] = limit(app.view_functions["auth.sign_in"])


@desk.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form; open a session for the right name and password."""
    account = signed_in()
    if account is not None:
        return redirect(home_url(account.role))
    form = SignInForm(request.form)
    if request.method == "GET":
        return render_template("auth/sign_in.html", form=form, failed=False)
    if form.validate():
        account = _let_in(form.username.data or "", form.password.data or "")
    if account is None:
        return render_template("auth/sign_in.html", form=form, failed=True), 422
    sessions.begin(account)
    response = make_response(redirect(_wanted() or home_url(account.role)))
    remember_device(response, account, present())
    return response


@desk.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if current_user.is_authenticated:
        logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in"))


def safe_path(wanted: str) -> str | None:
    """Return `wanted` when it is a path of this host, None for anything that could lead elsewhere."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return None
    if "\\" in wanted or any(ord(character) < 32 for character in wanted):
        return None
    return wanted


def _wanted() -> str | None:
    return safe_path(request.args.get("next", ""))


def _let_in(username: str, password: str) -> AccountInfo | None:
    """Return the account that name and password open, None for whatever reason; 429 while it is held up."""
    source = Source(
        address=request.remote_addr or "",
        device=known_device(sign_in_service.known_as(read_session(), username), present()),
    )
    with write_session() as writable:
        wait = sign_in_service.begin_attempt(writable, username, source, present())
    if wait is not None:
        raise TooManyRequests(retry_after=math.ceil(wait.total_seconds()))
    # Between the two transactions: looking at a password takes long, and nobody should wait for the lock.
    account = accounts.authenticate(read_session(), username, password)
    if account is None:
        return None
    with write_session() as writable:
        return sign_in_service.complete_attempt(writable, account, password, source, present())


def _failed(response: Response) -> bool:
    # Whoever waits for the brake on a name has not guessed again.
    return response.status_code not in (302, 429)
