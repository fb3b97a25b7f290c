"""Owns one's own account: who one is here, one's password, and ending one's sessions everywhere."""

from __future__ import annotations

import math

import wtforms
from flask import abort, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import TooManyRequests

from tracker.core.errors import Problem, Refused
from tracker.services.account_changes import change_password, end_sessions
from tracker.services.accounts import AccountInfo
from tracker.services.passwords import MAX_LENGTH, MIN_LENGTH
from tracker.services.sign_in import Source, begin_attempt, forget_attempts
from tracker.store.accounts import Role
from tracker.web import sessions
from tracker.web.access import Desk, acting, home_url, signed_in
from tracker.web.database import present, write_session
from tracker.web.devices import remember_device

desk = Desk("account", __name__, roles=frozenset(Role))


class PasswordForm(wtforms.Form):
    """The password of today and, twice, the one that replaces it."""

    current = wtforms.PasswordField(lazy_gettext("当前密码"))
    password = wtforms.PasswordField(lazy_gettext("新密码"))
    again = wtforms.PasswordField(lazy_gettext("再次输入新密码"))


@desk.get("/account")
def home() -> ResponseReturnValue:
    """Show who is signed in."""
    return render_template("account/home.html", account=_own())


@desk.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Let everybody choose their own password; who must, sees nothing else before."""
    account = _own()
    if request.method == "GET":
        return _page(account, ())
    form = PasswordForm(request.form)
    current, chosen = (form.current.data or "")[: MAX_LENGTH + 1], (form.password.data or "")[:1000]
    try:
        _require_same(chosen, form.again.data or "")
        changed = _change(account, current, chosen)
    except Refused as refusal:
        return _page(account, refusal.problems), refusal.status
    sessions.begin(changed)
    if not account.must_change_password:
        flash(gettext("密码已修改，其他浏览器中的登录已全部退出。"))
    forward = home_url(account.role) if account.must_change_password else url_for("account.home")
    response = make_response(redirect(forward))
    remember_device(response, changed, present())
    return response


@desk.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this account, this one with them."""
    account = _own()
    # Only the button sends this: a bare request ends nothing.
    if request.form.get("everywhere") != "1":
        return redirect(url_for("account.home"))
    with write_session() as writable:
        end_sessions(writable, acting(), present(), account.username)
    session.clear()
    return redirect(url_for("auth.sign_in"))


def _require_same(chosen: str, again: str) -> None:
    if chosen != again:
        raise Refused((Problem("两次输入的新密码不一致", "请重新输入", field="again"),))


def _change(account: AccountInfo, current: str, chosen: str) -> AccountInfo:
    """Change the password; guessing the current one in an open session is braked like signing in."""
    # A source of its own: it holds up nobody who signs in, and is held up by nobody.
    source = Source(request.remote_addr or "", device=f"session of {account.id}")
    with write_session() as writable:
        wait = begin_attempt(writable, account.username, source, present())
    if wait is not None:
        raise TooManyRequests(retry_after=math.ceil(wait.total_seconds()))
    try:
        with write_session() as writable:
            changed = change_password(writable, acting(), present(), account.username, current, chosen)
            forget_attempts(writable, account.username, source)
            return changed
    except Refused as refusal:
        if all(problem.field != "current" for problem in refusal.problems):
            with write_session() as writable:
                forget_attempts(writable, account.username, source)
        raise


def _own() -> AccountInfo:
    account = signed_in()
    if account is None:
        abort(401)
    return account


def _page(account: AccountInfo, problems: tuple[Problem, ...]) -> str:
    return render_template(
        "account/password.html",
        account=account,
        form=PasswordForm(),
        problems=problems,
        fields=frozenset(problem.field for problem in problems),
        shortest=MIN_LENGTH,
        longest=MAX_LENGTH,
    )
