"""Owns who may open which page: every blueprint is a desk that declares its roles, and all else is shut."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.blueprints import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext, lazy_pgettext
from flask_login import current_user

from tracker.core.errors import TrackerError
from tracker.services.accounts import AccountInfo
from tracker.services.actors import Actor
from tracker.store.accounts import Role
from tracker.web import programs

#: Roles of pages with figures; the administrator sees none (domain.md, "Roles").
READERS = frozenset({Role.REPORTER, Role.OFFICE, Role.LEADER})
#: Roles of what looks over the whole: red-flag list, standing, overview and briefings (pages.md, the table).
OFFICE_AND_LEADER = frozenset({Role.OFFICE, Role.LEADER})
#: All that whoever must change their password may open; signing out belongs to no role.
BEFORE_PASSWORD_CHANGE = frozenset({"account.password"})
#: Reached without a blueprint and by everybody: style sheets and scripts.
OPEN_ENDPOINTS = frozenset({"static"})


class Desk(Blueprint):
    """A blueprint that says whom it serves; None also serves whoever has not signed in.

    A desk for programs has no roles: it serves whoever shows a token with the request, and never a session.
    """

    def __init__(
        self,
        name: str,
        import_name: str,
        *,
        roles: frozenset[Role] | None,
        for_programs: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(name, import_name, **options)
        self.roles = roles
        self.for_programs = for_programs


class MustChangePassword(TrackerError):
    """Raised for whatever an account asks for before it has a password that only its owner knows."""

    status = 403


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation; after g its letter goes there, see static/js/shortcuts.js.

    Places with the same `menu` that one account may open lie together under it.
    """

    endpoint: str
    label: LazyString
    letter: str = ""
    menu: LazyString | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """Places that lie together under a label; without one, a place of its own."""

    label: LazyString | None
    entries: tuple[Entry, ...]


#: Where a role begins its work; whoever is not named here begins at the overview.
_HOMES = {Role.REPORTER: "my_month.home", Role.ADMINISTRATOR: "admin.home"}
_REPORTS = lazy_gettext("月报管理")
_WATCHING = lazy_gettext("进度监测")
_CHASING = lazy_gettext("督查督办")
#: In the order of the bar, the places of one menu side by side.
_ENTRIES = (
    Entry("my_month.home", lazy_gettext("本月填报"), "m"),
    Entry("leaders.overview", lazy_gettext("总览"), "o"),
    Entry("review.queue", lazy_gettext("审核"), "r", _REPORTS),
    Entry("periods.listing", lazy_pgettext("several", "报告期"), "d", _REPORTS),
    Entry("plans.listing", lazy_gettext("计划调整"), "c", _REPORTS),
    Entry("office.flags", lazy_gettext("红黄灯清单"), "f", _WATCHING),
    Entry("leaders.standings", lazy_gettext("排名"), "s", _WATCHING),
    Entry("levers.page", lazy_gettext("补差"), "l", _WATCHING),
    Entry("wall.show", lazy_gettext("挂图作战"), "w", _WATCHING),
    Entry("rules.listing", lazy_gettext("亮灯规则"), "u", _WATCHING),
    Entry("to_do.listing", lazy_gettext("待办"), "i", _CHASING),
    Entry("problems.listing", lazy_gettext("问题协办"), "q", _CHASING),
    Entry("notices.listing", lazy_gettext("督办单"), "n", _CHASING),
    Entry("meetings.listing", lazy_gettext("例会"), "e", _CHASING),
    Entry("actions.listing", lazy_gettext("督办事项"), "x", _CHASING),
    Entry("projects.listing", lazy_gettext("项目"), "p"),
    Entry("leaders.briefings", lazy_gettext("通报"), "b"),
    Entry("unit_plans.mine", lazy_gettext("计划调整"), "c"),
    Entry("admin.home", lazy_gettext("管理"), "a"),
    Entry("audit.trail", lazy_pgettext("menu", "审计"), "t"),
)


def install(app: Flask) -> None:
    """Guard every request and give templates the navigation."""
    app.before_request(_guard)
    app.jinja_env.globals.update(
        navigation=navigation, menus=menus, signed_in=signed_in, home_url=home_url, may_open=may_open
    )


def signed_in() -> AccountInfo | None:
    """Return the account of whoever is signed in."""
    account: AccountInfo | None = current_user.account if current_user.is_authenticated else None
    return account


def acting() -> Actor:
    """Return whoever is signed in as every change names them, with the address that the request came from."""
    account = signed_in()
    if account is None:
        abort(401)
    return account.actor(request.remote_addr or "")


def desk_of(endpoint: str) -> Desk | None:
    """Return the desk that serves `endpoint`; None where no desk does."""
    desk = current_app.blueprints.get(endpoint.rpartition(".")[0])
    return desk if isinstance(desk, Desk) else None


def home_url(role: Role | None) -> str:
    """Return where a role begins its work."""
    return url_for("leaders.overview" if role is None else _HOMES.get(role, "leaders.overview"))


def may_open(endpoint: str) -> bool:
    """Return whether the signed-in account may open what `endpoint` serves."""
    account, desk = signed_in(), desk_of(endpoint)
    if account is None or account.must_change_password or desk is None or desk.roles is None:
        return False
    return account.role in desk.roles


def navigation() -> list[Entry]:
    """Return the places that the signed-in account may open."""
    return [entry for entry in _ENTRIES if may_open(entry.endpoint)]


def menus() -> list[Menu]:
    """Return the same places as the bar shows them; what would lie alone under a label stands for itself."""
    found: list[Menu] = []
    for label, together in groupby(navigation(), key=attrgetter("menu")):
        entries = tuple(together)
        if label is None or len(entries) == 1:
            found += [Menu(None, (entry,)) for entry in entries]
        else:
            found.append(Menu(label, entries))
    return found


def _guard() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    # Without an endpoint there is nothing to guard: the answer is 404 or 405.
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return None
    desk = desk_of(endpoint)
    if desk is not None and desk.for_programs:
        programs.admit()
        return None
    # A route that belongs to no desk serves nobody.
    roles = frozenset[Role]() if desk is None else desk.roles
    return None if roles is None else _guard_role(endpoint, roles)


def _guard_role(endpoint: str, roles: frozenset[Role]) -> ResponseReturnValue | None:
    account = signed_in()
    if account is None:
        return _ask_to_sign_in()
    if account.must_change_password and endpoint not in BEFORE_PASSWORD_CHANGE:
        return _ask_to_change_password()
    if account.role not in roles:
        if request.path == "/":
            return redirect(home_url(account.role))
        abort(403)
    return None


def _ask_to_change_password() -> ResponseReturnValue:
    if _wants_no_page():
        raise MustChangePassword(gettext("请先在网页上修改管理员设置的密码。"))
    return redirect(url_for("account.password"))


def _wants_no_page() -> bool:
    return request.method not in ("GET", "HEAD") or request.accept_mimetypes.best == "application/json"


def _ask_to_sign_in() -> ResponseReturnValue:
    if _wants_no_page():
        abort(401)
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in", next=None if wanted == "/" else wanted))
