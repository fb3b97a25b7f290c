"""Owns the reporter's home: what the units owe for a month, until when, and what came back and why."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.core.figures import PeriodState
from tracker.services.owed import my_month
from tracker.services.periods import PeriodInfo, known_periods
from tracker.web.access import Desk
from tracker.web.database import present, read_session
from tracker.web.departments.deadline import deadline_words
from tracker.web.departments.reporter import REPORTERS, begun, month_of, own_account, reporter
from tracker.web.departments.stages import Group, Standing, progress_of, standings
from tracker.web.months import MonthChoice

desk = Desk("my_month", __name__, roles=REPORTERS)


@desk.get("/month")
@desk.get("/month/<period>")
def home(period: str | None = None) -> ResponseReturnValue:
    """Show the month; without one, lead to the month that waits for reports."""
    known = tuple(info for info in known_periods(read_session()) if info.state is not PeriodState.UPCOMING)
    wanted = period or request.args.get("month", "").strip()
    if wanted and not period:
        return redirect(url_for("my_month.home", period=month_of(wanted)))
    if not wanted:
        if not known:
            return render_template("departments/no_month.html", units=own_account().units)
        return redirect(url_for("my_month.home", period=_first(known).period))
    month = begun(month_of(wanted)).period
    mine = my_month(read_session(), reporter(), month, present())
    found = standings(mine)
    return render_template(
        "departments/month.html",
        units=own_account().units,
        months=MonthChoice(known, mine.info, None),
        mine=mine,
        deadline=deadline_words(mine.info, present()),
        progress=progress_of(mine),
        lines=_grouped([standing for standing in found if not standing.report.about.work]),
        works=[standing for standing in found if standing.report.about.work],
        writable=mine.takes_reports or any(report.reopened for report in mine.reports),
    )


def _first(known: tuple[PeriodInfo, ...]) -> PeriodInfo:
    """Return the newest open month, else the newest there is."""
    return next((info for info in known if info.state is PeriodState.OPEN), known[0])


def _grouped(found: list[Standing]) -> list[tuple[Group, list[Standing]]]:
    groups = [(group, [standing for standing in found if standing.group is group]) for group in Group]
    return [(group, members) for group, members in groups if members]
