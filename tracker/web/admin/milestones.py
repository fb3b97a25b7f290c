"""Owns the administrator's pages of milestones and targets; they show names and days, no figures."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused
from tracker.services.milestone_plan import (
    MOST_FOUND,
    NAME_LENGTH,
    TARGET_LENGTH,
    Planned,
    add_step,
    delete_step,
    known_years,
    planned,
    planned_like,
    set_target,
    steps_of,
)
from tracker.store.accounts import Role
from tracker.store.roster import Kind
from tracker.web import arguments, posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session

desk = Desk("milestones", __name__, roles=frozenset({Role.ADMINISTRATOR}))


@desk.get("/admin/milestones")
def listing() -> ResponseReturnValue:
    """Look for a line or a work of a year."""
    years = known_years(read_session())
    asked = arguments.whole("year")
    year = asked if asked in years else (years[0] if years else None)
    words = arguments.text("q")
    found = planned_like(read_session(), year, words) if year is not None else ()
    return render_template(
        "admin/milestones.html", years=years, year=year, q=words, found=found, most=MOST_FOUND
    )


@desk.route("/admin/milestones/<any(lines, works):kind>/<int:object_id>", methods=["GET", "POST"])
def one(kind: str, object_id: int) -> ResponseReturnValue:
    """Show the milestones of a line or work and add one."""
    about = planned(read_session(), Kind.WORK if kind == "works" else Kind.PROJECT, object_id)
    if request.method == "GET":
        return _page(about, ())
    try:
        with write_session() as writable:
            add_step(writable, acting(), present(), about, posted.text("name"), posted.day("due_on"))
    except Refused as refusal:
        return _page(about, refusal.problems), refusal.status
    flash(gettext("节点已新增。"))
    return redirect(_address(about))


@desk.post("/admin/milestones/works/<int:object_id>/target")
def target(object_id: int) -> ResponseReturnValue:
    """Say what a work is to achieve."""
    about = planned(read_session(), Kind.WORK, object_id)
    try:
        with write_session() as writable:
            set_target(writable, acting(), present(), object_id, posted.text("target"))
    except Refused as refusal:
        return _page(about, refusal.problems), refusal.status
    flash(gettext("目标已保存。"))
    return redirect(_address(about))


@desk.post("/admin/milestones/<int:step_id>/delete")
def delete(step_id: int) -> ResponseReturnValue:
    """Delete a milestone that was not reached."""
    with write_session() as writable:
        about = delete_step(writable, acting(), present(), step_id)
    flash(gettext("节点已删除。"))
    return redirect(_address(about))


def _address(about: Planned) -> str:
    return url_for("milestones.one", kind="works" if about.is_work else "lines", object_id=about.id)


def _page(about: Planned, problems: tuple[Problem, ...]) -> str:
    return render_template(
        "admin/milestones_of.html",
        about=about,
        steps=steps_of(read_session(), about),
        problems=problems,
        fields=frozenset(problem.field for problem in problems),
        told=request.form,
        today=present().date(),
        longest=NAME_LENGTH,
        target_length=TARGET_LENGTH,
    )
