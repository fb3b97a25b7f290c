"""Owns the administrator's page of the office's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused
from tracker.services.office import office_of
from tracker.services.office_settings import LAST_DAY, LAST_WORKDAY, NAME_LENGTH, change_office, front_names
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session

desk = Desk("settings", __name__, roles=frozenset({Role.ADMINISTRATOR}))


@desk.route("/admin/settings", methods=["GET", "POST"])
def office() -> ResponseReturnValue:
    """Show the settings and change them."""
    if request.method == "GET":
        return _page(asdict(office_of(read_session())), ())
    told = {name: posted.text(name) for name in ("name", "city", "own_front")}
    workdays = ("deadline_workday", "closing_workday", "instruction_workdays")
    days = {name: posted.whole(name) or 0 for name in workdays}
    # Nothing that is no number stands for nought here: nought is a choice.
    late = {name: _days(name) for name in ("office_after_days", "leader_after_days")}
    try:
        with write_session() as writable:
            change_office(
                writable,
                acting(),
                present(),
                name=told["name"],
                city=told["city"],
                own_front=told["own_front"],
                deadline_workday=days["deadline_workday"],
                closing_workday=days["closing_workday"],
                office_after_days=late["office_after_days"],
                leader_after_days=late["leader_after_days"],
                instruction_workdays=days["instruction_workdays"],
            )
    except Refused as refusal:
        typed = {name: posted.text(name)[:20] for name in (*days, *late)}
        return _page(told | typed, refusal.problems), refusal.status
    flash(gettext("已保存。"))
    return redirect(url_for("settings.office"))


def _page(told: Mapping[str, str | int], problems: tuple[Problem, ...]) -> str:
    return render_template(
        "admin/settings.html",
        told=told,
        problems=problems,
        fields=frozenset(problem.field for problem in problems),
        fronts=front_names(read_session()),
        longest=NAME_LENGTH,
        last_workday=LAST_WORKDAY,
        last_day=LAST_DAY,
    )


def _days(name: str) -> int:
    """Return the days that were typed; what is no number is no number of days that may be."""
    found = posted.whole(name)
    return -1 if found is None else found
