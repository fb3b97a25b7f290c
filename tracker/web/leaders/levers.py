"""Owns the pages of what it would take (补差) and of the way to the year's end, and their workbook."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.core.cohorts import RANKED, Cohort
from tracker.core.errors import NotFound
from tracker.core.levers import Goal, caught_up
from tracker.services import levers
from tracker.services.projects import newest_roster
from tracker.web import arguments
from tracker.web.access import OFFICE_AND_LEADER, Desk
from tracker.web.charts import months_chart, path_chart
from tracker.web.database import present, read_session
from tracker.web.export import hand_out
from tracker.web.leaders.levers_export import levers_tables
from tracker.web.months import month_choice
from tracker.web.paging import paged

desk = Desk("levers", __name__, roles=OFFICE_AND_LEADER)

#: So many lines are listed on a page: those of the choices, those of one lead unit, and those of the year's page.
CHOSEN = 100
OF_A_LEAD = 20
PER_PAGE = 100
#: So many lead units stand on a page.
LEADS = 30


@desk.get("/levers")
def page() -> ResponseReturnValue:
    """Show which lines, brought to schedule, lift a cohort to a goal, and each lead unit's part in it."""
    months = month_choice()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    goal = arguments.chosen("goal", Goal)
    takes = levers.what_it_takes(read_session(), months.period, present(), _cohort(), goal)
    return render_template(
        "leaders/levers.html",
        months=months,
        summary=takes.summary,
        takes=takes,
        found=takes.found,
        page=paged(takes.shares, LEADS),
        cohorts=RANKED,
        goals=list(Goal),
        most=CHOSEN,
        most_of_a_lead=OF_A_LEAD,
        caught_up=caught_up,
    )


@desk.get("/levers/year")
def year() -> ResponseReturnValue:
    """Show what every remaining month would have to bring, for a cohort and for each line."""
    months = month_choice()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    end = levers.year_end(read_session(), months.period, present(), _cohort())
    return render_template(
        "leaders/year_path.html",
        months=months,
        summary=end.summary,
        end=end,
        path=end.path,
        totals=path_chart(end.path),
        amounts=months_chart(end.path),
        page=paged(end.lines, PER_PAGE),
        cohorts=RANKED,
    )


@desk.get("/levers.xlsx")
def export() -> ResponseReturnValue:
    """Hand out both pages, every line of them, as a workbook."""
    months = month_choice()
    if months is None:
        raise NotFound("报告期", "—")
    cohort = _cohort()
    takes, end = levers.both(read_session(), months.period, present(), cohort, arguments.chosen("goal", Goal))
    return hand_out(f"levers-{months.period}-{cohort.value}", *levers_tables(months, takes, end))


def _cohort() -> Cohort:
    """Return the cohort that the address names; only ranked ones are compared with anything."""
    asked = arguments.chosen("cohort", Cohort)
    return asked if asked in RANKED and asked is not None else Cohort.CONTINUING
