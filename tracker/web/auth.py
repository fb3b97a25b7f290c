"""Owns signing in and out: the form, the session behind it, and the brake on guessing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import wtforms
from flask import Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, login_user, logout_user

from tracker.services import accounts
from tracker.services.accounts import AccountInfo
from tracker.web.access import Desk, home_url, signed_in
from tracker.web.database import read_session

#: Failed attempts; whole offices sit behind one address, so its brake is the wider one.
PER_ADDRESS = "60 per 5 minutes"
PER_USERNAME = "10 per 5 minutes"

desk = Desk("auth", __name__, roles=None)


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


class SignInForm(wtforms.Form):
    """A name and a password, both as typed."""

    username = wtforms.StringField(
        lazy_gettext("账号"), [wtforms.validators.InputRequired(), wtforms.validators.Length(max=200)]
    )
    password = wtforms.PasswordField(
        lazy_gettext("密码"),
        [wtforms.validators.InputRequired(), wtforms.validators.Length(max=accounts.MAX_LENGTH)],
    )


def install(app: Flask) -> None:
    """Let `app` know who is signed in."""
    # Templates ask `signed_in()`; Flask-Login's own variable would ask the database even after it failed.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = "strong"
    manager.user_loader(_load)


def limit_sign_in(app: Flask) -> None:
    """Slow down guessing, from one address and for one name; only failed attempts count."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    view: Any = app.view_functions["auth.sign_in"]
    for limit, key in ((PER_ADDRESS, get_remote_address), (PER_USERNAME, _attempted_name)):
        view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_failed)(view)
    app.view_functions["auth.sign_in"] = view


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
        account = accounts.authenticate(read_session(), form.username.data or "", form.password.data or "")
    if account is None:
        return render_template("auth/sign_in.html", form=form, failed=True), 422
    # Nothing that the browser brought along survives, the token of its forms included.
    session.clear()
    login_user(SignedIn(account))
    return redirect(_wanted() or home_url(account.role))


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


def _load(kept: str) -> SignedIn | None:
    account_id, _, generation = kept.partition(":")
    if not (account_id.isdecimal() and generation.isdecimal()):
        return None
    account = accounts.account_of(read_session(), int(account_id), int(generation))
    return None if account is None else SignedIn(account)


def _attempted_name() -> str:
    return accounts.normal_username(request.form.get("username", ""))[:64]


def _failed(response: Response) -> bool:
    return response.status_code != 302
