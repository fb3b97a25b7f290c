"""Owns the pages of months as the office runs them: opening, deadlines, reminding, exempting, reopening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import exemptions, reopenings
from tracker.services import periods as services
from tracker.services.missing import missing_list
from tracker.services.period_list import period_list
from tracker.services.reminders import remind, remind_all
from tracker.services.reopenings import Target
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.filters import month as month_text
from tracker.web.months import named_month

desk = Desk("periods", __name__, roles=frozenset({Role.OFFICE}))

#: How long a month is reopened for unless the officer says otherwise.
USUAL_REOPENING = timedelta(days=3)


@desk.get("/periods")
def listing() -> ResponseReturnValue:
    """List the months with their state, deadline and coverage."""
    return render_template("office/periods.html", found=period_list(read_session(), present()))


@desk.post("/periods/open")
def open_month() -> ResponseReturnValue:
    """Open one of the months that can be opened."""
    month = named_month(posted.text("month"))
    with write_session() as session:
        if month not in services.months_to_open(session, present()):
            raise WrongState(f"{month} 不能打开：没有当年的项目清单、月份还没有开始，或已经打开过。")
        services.open_period(session, acting(), month, present())
    flash(gettext("%(month)s已打开，各单位可以填报。", month=month_text(month)))
    return redirect(url_for("periods.listing"), 303)


@desk.get("/periods/<period>")
def one(period: str) -> ResponseReturnValue:
    """Show what can be set for a month: its deadline and exemptions, or its reopenings."""
    return _page(named_month(period), ())


@desk.post("/periods/<period>/deadline")
def deadline(period: str) -> ResponseReturnValue:
    """Move the deadline of an open month."""

    def change(session: Session, month: Period) -> str:
        moved = services.set_deadline(
            session, acting(), month, _moment("deadline"), posted.text("reason"), present()
        )
        return str(gettext("报送期限已调整为%(moment)s。", moment=_shown(moved.deadline)))

    return _changed(period, change)


@desk.post("/periods/<period>/exemptions")
def exempt(period: str) -> ResponseReturnValue:
    """Exempt a line from reporting for the month."""

    def change(session: Session, month: Period) -> str:
        made = exemptions.exempt(
            session, acting(), month, posted.text("code"), posted.text("reason"), present()
        )
        return str(gettext("“%(name)s”本月免报。", name=made.name))

    return _changed(period, change)


@desk.post("/periods/<period>/exemptions/<int:exemption_id>/remove")
def unexempt(period: str, exemption_id: int) -> ResponseReturnValue:
    """Take an exemption back."""

    def change(session: Session, month: Period) -> str:
        name = exemptions.unexempt(session, acting(), month, exemption_id, present())
        return str(gettext("“%(name)s”恢复为应报。", name=name))

    return _changed(period, change)


@desk.post("/periods/<period>/reopenings")
def reopen(period: str) -> ResponseReturnValue:
    """Reopen a closed month for one unit, line or work."""

    def change(session: Session, month: Period) -> str:
        made = reopenings.reopen(
            session,
            acting(),
            month,
            Target(posted.whole("unit"), posted.text("code")),
            posted.text("reason"),
            _moment("until"),
            present(),
        )
        return str(gettext("已为%(what)s重新开放至%(moment)s。", what=made.what, moment=_shown(made.until)))

    return _changed(period, change)


@desk.post("/periods/<period>/reopenings/<int:reopening_id>/end")
def end_reopening(period: str, reopening_id: int) -> ResponseReturnValue:
    """End a reopening before its time."""

    def change(session: Session, month: Period) -> str:
        ended = reopenings.end_reopening(session, acting(), month, reopening_id, present())
        return str(gettext("为%(what)s的重新开放已结束。", what=ended.what))

    return _changed(period, change)


@desk.post("/periods/<period>/remind")
def remind_units(period: str) -> ResponseReturnValue:
    """Remind one unit, or all that owe something."""
    month, unit_id = named_month(period), posted.whole("unit")
    if unit_id is None and request.form.get("unit") != "all":
        raise NotFound("单位", posted.text("unit")[:20])
    with write_session() as session:
        if unit_id is None:
            done = remind_all(session, acting(), month, present())
        else:
            done = remind(session, acting(), month, unit_id, present())
    names = gettext("、").join(done.units)
    if done.units:
        flash(gettext("已催报%(count)s个单位：%(names)s。", count=len(done.units), names=names))
    if done.too_soon:
        names = gettext("、").join(done.too_soon)
        flash(gettext("一小时内已催报过，这次没有重复催报：%(names)s。", names=names))
    return redirect(url_for("missing.units", period=month), 303)


def _changed(period: str, change: Callable[[Session, Period], str]) -> ResponseReturnValue:
    """Make the change and say so, or show the page again with what is wrong with it."""
    month = named_month(period)
    try:
        with write_session() as session:
            said = change(session, month)
    except Refused as error:
        return _page(month, error.problems), error.status
    except WrongState as error:
        return _page(month, (), str(error)), error.status
    flash(said)
    return redirect(url_for("periods.one", period=month), 303)


def _page(month: Period, problems: tuple[Problem, ...], wrong: str = "") -> str:
    session = read_session()
    info = services.info_of(services.find(session, month))
    found = missing_list(session, month, present()) if info.state is not PeriodState.UPCOMING else None
    return render_template(
        "office/period.html",
        info=info,
        closing=services.closing_day(session, month),
        found=found,
        exemptions=exemptions.exemptions_of(session, month),
        reopenings=reopenings.reopenings_of(session, month),
        now=present(),
        until=_field(present() + USUAL_REOPENING),
        deadline=_field(info.deadline or present()),
        longest=reopenings.LONGEST.days,
        problems=problems,
        wrong=wrong,
        form=request.form,
    )


def _moment(name: str) -> datetime:
    """Return the moment of a field such as 2023-05-06T18:00, in the office's time zone; Refused for any other."""
    text = request.form.get(name, "")[:40].strip()
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=clock.ZONE)
    except ValueError as error:
        mend = "请写成 2023-05-06T18:00 的样子"
        raise Refused((Problem("时间看不懂", mend, posted.printable(text), field=name),)) from error


def _field(moment: datetime) -> str:
    return f"{moment.astimezone(clock.ZONE):%Y-%m-%dT%H:%M}"


def _shown(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"
