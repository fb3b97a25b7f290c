"""Owns the administrator's pages of accounts: who may sign in, and the passwords that open the first time."""

from __future__ import annotations

from collections.abc import Callable

import wtforms
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from tracker.core.errors import Problem, Refused
from tracker.services import account_changes
from tracker.services.accounts import (
    AccountInfo,
    Credentials,
    add_account,
    find_account,
    list_accounts,
)
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.web import arguments
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.paging import paged
from tracker.web.posted import printable

desk = Desk("accounts", __name__, roles=frozenset({Role.ADMINISTRATOR}))

PER_PAGE = 100


class AccountForm(wtforms.Form):
    """What an account is; the username is chosen once, when it is added."""

    username = wtforms.StringField(lazy_gettext("账号"), filters=[printable])
    display_name = wtforms.StringField(lazy_gettext("姓名"), filters=[printable])
    role = wtforms.StringField(lazy_gettext("角色"))
    units = wtforms.SelectMultipleField(lazy_gettext("单位"), validate_choice=False)

    def read(self) -> tuple[Role, list[str]]:
        """Return role and units as typed; raise Refused for a role that there is not, or a reporter of nothing."""
        units = [printable(str(name)) for name in self.units.data or []]
        try:
            role = Role(self.role.data or "")
        except ValueError:
            raise Refused((Problem("请选择角色", field="role"),)) from None
        if role is Role.REPORTER and not units:
            raise Refused((Problem("填报员至少对应一个单位", "请勾选单位", field="units"),))
        return role, units


@desk.get("/admin/accounts")
def listing() -> ResponseReturnValue:
    """List accounts by name, role and state."""
    words, role, state = arguments.text("q"), arguments.chosen("role", Role), arguments.text("state")
    disabled = {"open": False, "disabled": True}.get(state)
    found = list_accounts(read_session(), words, role, disabled)
    return render_template(
        "admin/accounts.html",
        page=paged(found, PER_PAGE),
        q=words,
        role=role,
        roles=list(Role),
        state=state if disabled is not None else "",
    )


@desk.route("/admin/accounts/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add an account; its first password is shown this once."""
    form = AccountForm(request.form)
    if request.method == "GET":
        return _form_page(form, None, ())
    username, display_name = form.username.data or "", form.display_name.data or ""
    try:
        role, units = form.read()
        with write_session() as writable:
            made = add_account(writable, acting(), present(), username, display_name, role, units)
    except Refused as refusal:
        return _form_page(form, None, refusal.problems), refusal.status
    return _password_page(made)


@desk.route("/admin/accounts/<int:account_id>", methods=["GET", "POST"])
def edit(account_id: int) -> ResponseReturnValue:
    """Show an account and describe it anew."""
    account = find_account(read_session(), account_id)
    if request.method == "GET":
        kept = {"display_name": account.display_name, "role": account.role.value, "units": account.units}
        return _form_page(AccountForm(data=kept), account, ())
    form = AccountForm(request.form)
    display_name = form.display_name.data or ""
    try:
        role, units = form.read()
        with write_session() as writable:
            account_changes.edit_account(
                writable, acting(), present(), account.username, display_name, role, units
            )
    except Refused as refusal:
        return _form_page(form, account, refusal.problems), refusal.status
    flash(gettext("已保存。"))
    return redirect(url_for("accounts.edit", account_id=account_id))


@desk.post("/admin/accounts/<int:account_id>/disable")
def disable(account_id: int) -> ResponseReturnValue:
    """Shut an account out."""
    return _switched(account_id, account_changes.disable_account, gettext("账号已停用，其登录已全部退出。"))


@desk.post("/admin/accounts/<int:account_id>/enable")
def enable(account_id: int) -> ResponseReturnValue:
    """Let an account in again."""
    return _switched(account_id, account_changes.enable_account, gettext("账号已启用。"))


@desk.post("/admin/accounts/<int:account_id>/end-sessions")
def end_sessions(account_id: int) -> ResponseReturnValue:
    """Sign an account out everywhere."""
    return _switched(account_id, account_changes.end_sessions, gettext("该账号的登录已全部退出。"))


@desk.post("/admin/accounts/<int:account_id>/reset-password")
def reset_password(account_id: int) -> ResponseReturnValue:
    """Give an account another password; it is shown this once."""
    account = find_account(read_session(), account_id)
    with write_session() as writable:
        made = account_changes.reset_password(writable, acting(), present(), account.username)
    return _password_page(made)


def _switched(account_id: int, change: Callable[..., AccountInfo], done: str) -> ResponseReturnValue:
    account = find_account(read_session(), account_id)
    try:
        with write_session() as writable:
            change(writable, acting(), present(), account.username)
    except Refused as refusal:
        kept = {"display_name": account.display_name, "role": account.role.value, "units": account.units}
        return _form_page(AccountForm(data=kept), account, refusal.problems), refusal.status
    flash(done)
    return redirect(url_for("accounts.edit", account_id=account_id))


def _form_page(form: AccountForm, account: AccountInfo | None, problems: tuple[Problem, ...]) -> str:
    return render_template(
        "admin/account.html",
        form=form,
        account=account,
        problems=problems,
        fields=frozenset(problem.field for problem in problems),
        roles=list(Role),
        units=list_units(read_session()),
    )


def _password_page(made: Credentials) -> str:
    # Shown in the answer itself and kept nowhere: a redirect would have to carry the password along.
    if made.password is None:
        abort(500)
    return render_template("admin/first_password.html", account=made.account, password=made.password)
