"""Owns the list of all lines, works and preparatory lines, and one line's own page."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.core.cohorts import Cohort
from tracker.core.errors import NotFound, Refused
from tracker.core.lights import Light
from tracker.core.time_line import time_line
from tracker.services.accounts import AccountInfo
from tracker.services.comments import comment
from tracker.services.found_lists import Listed
from tracker.services.narrowing import Handed, Narrowing, Start, Turned
from tracker.services.project_around import around
from tracker.services.project_page import project_page
from tracker.services.projects import (
    LineFilter,
    PreparatoryEntry,
    Sort,
    WorkEntry,
    line_list,
    newest_roster,
    preparatory_list,
    work_list,
)
from tracker.services.visibility import ReportObject, object_of, own_object
from tracker.services.work_page import work_facts
from tracker.store.accounts import Role
from tracker.web import arguments, posted
from tracker.web.access import READERS, Desk, acting, signed_in
from tracker.web.charts import year_chart
from tracker.web.database import present, read_session, write_session
from tracker.web.departments.labels import LABELS
from tracker.web.export import hand_out
from tracker.web.months import MonthChoice, month_choice
from tracker.web.paging import paged
from tracker.web.projects.orders import preparatory_order, sorted_preparatory, sorted_works, work_order
from tracker.web.projects.tables import (
    lines_table,
    months_table,
    preparatory_table,
    shifts_table,
    works_table,
)

desk = Desk("projects", __name__, roles=READERS)
#: Where a unit and the office talk about a line or a work; leaders only read it.
comments_desk = Desk("comments", __name__, roles=frozenset({Role.REPORTER, Role.OFFICE}))

PER_PAGE = 100


@desk.get("/projects")
def listing() -> ResponseReturnValue:
    """List the lines of a month, or the works or preparatory lines of its year."""
    kind = arguments.chosen("kind", Listed) or Listed.LINES
    months = month_choice()
    roster = newest_roster(read_session())
    words = arguments.text("q")
    if kind is Listed.LINES and months is not None:
        return _lines(months, words)
    if kind is Listed.LINES or roster is None:
        return render_template("components/no_month.html", roster=roster)
    year = roster.year if months is None else months.period.year
    if kind is Listed.WORKS:
        works, order = _works(year, words), work_order()
        shown = {"page": paged(works, PER_PAGE), "wanted": order}
        return render_template("projects/works.html", months=months, kind=kind, year=year, q=words, **shown)
    lines, order = _preparatory(year, words), preparatory_order()
    shown = {"page": paged(lines, PER_PAGE), "wanted": order}
    return render_template("projects/preparatory.html", months=months, kind=kind, year=year, q=words, **shown)


def _works(year: int, words: str) -> tuple[WorkEntry, ...]:
    return sorted_works(work_list(read_session(), year, words), work_order())


def _preparatory(year: int, words: str) -> tuple[PreparatoryEntry, ...]:
    return sorted_preparatory(preparatory_list(read_session(), year, words), preparatory_order())


@desk.get("/projects.xlsx")
def export() -> ResponseReturnValue:
    """Hand out the list as filtered, whole."""
    kind = arguments.chosen("kind", Listed) or Listed.LINES
    months = month_choice()
    words = arguments.text("q")
    if kind is Listed.LINES and months is not None:
        wanted = _wanted(words)
        found = line_list(read_session(), months.period, present(), wanted)
        return hand_out(f"projects-{months.period}", lines_table(months, found, wanted))
    roster = newest_roster(read_session())
    if kind is Listed.LINES or roster is None:
        raise NotFound("报告期", "—")
    year = roster.year if months is None else months.period.year
    if kind is Listed.WORKS:
        return hand_out(f"works-{year}", works_table(year, _works(year, words), words))
    return hand_out(f"preparatory-{year}", preparatory_table(year, _preparatory(year, words), words))


def _wanted(words: str) -> LineFilter:
    return LineFilter(
        text=words,
        light=arguments.chosen("light", Light),
        cohort=arguments.chosen("cohort", Cohort),
        programme=arguments.text("programme"),
        lead=arguments.text("lead"),
        district=arguments.text("district"),
        sort=arguments.chosen("sort", Sort) or Sort.ROSTER,
        descending=arguments.flag("desc"),
        narrowed=Narrowing(
            lagging=arguments.flag("lagging"),
            status=arguments.chosen("status", Handed),
            start=arguments.chosen("start", Start),
            turned=arguments.chosen("turned", Turned),
        ),
    )


def _lines(months: MonthChoice, words: str) -> ResponseReturnValue:
    wanted = _wanted(words)
    found = line_list(read_session(), months.period, present(), wanted)
    return render_template(
        "projects/lines.html",
        months=months,
        summary=found.summary,
        kind=Listed.LINES,
        wanted=wanted,
        q=words,
        found=found,
        page=paged(found.lines, PER_PAGE),
        lights=sorted(Light, key=lambda light: -light.severity),
        cohorts=list(Cohort),
        handed=list(Handed),
        starts=list(Start),
        turns=list(Turned),
    )


@desk.get("/projects/<int:year>/<path:code>")
def line(year: int, code: str) -> ResponseReturnValue:
    """Show one line or work: plan and reality, its light, its reports and everything around them."""
    return _page(year, code)


@desk.get("/projects/<int:year>/<path:code>/months.xlsx")
def months_workbook(year: int, code: str) -> ResponseReturnValue:
    """Hand out a line's twelve months, and the plan beside the original one where it was changed."""
    months = _months(year)
    page = project_page(read_session(), year, code, present(), None if months is None else months.period)
    tables = (months_table(page), shifts_table(page)) if page.plan_shifts else (months_table(page),)
    return hand_out(f"months-{year}", *tables)


@comments_desk.post("/projects/<int:year>/<path:code>/comments")
def add(year: int, code: str) -> ResponseReturnValue:
    """Take what a unit or the office says about a line or work."""
    text = posted.text("text")
    try:
        with write_session() as session:
            comment(session, acting(), _account(), year, code, text, present())
    except Refused as refused:
        return _page(year, code, refused, text), refused.status
    return redirect(f"{url_for('projects.line', year=year, code=code)}#comments", 303)


def _page(year: int, code: str, refused: Refused | None = None, typed: str = "") -> str:
    months = _months(year)
    about = _reported(year, code)
    beside = None if about is None else around(read_session(), _account(), about, present())
    # Milestones are looked at as the light of the month shown looks at them: at its end, or today inside it.
    as_of = present().astimezone(clock.ZONE).date()
    if months is not None:
        as_of = min(as_of, months.period.last_day)
    shared = {
        "months": months,
        "around": beside,
        "time": None if beside is None else time_line(year, beside.milestones, as_of),
        "as_of": as_of,
        "labels": LABELS,
        "refused": refused,
        "typed": typed,
        "proposable": _proposable(year, code),
    }
    if about is not None and about.work:
        return render_template("projects/work.html", work=work_facts(read_session(), about), **shared)
    page = project_page(read_session(), year, code, present(), None if months is None else months.period)
    return render_template("projects/line.html", page=page, chart=year_chart(page), **shared)


def _months(year: int) -> MonthChoice | None:
    """Return the month that is asked for; another year's line is shown as of that year's own newest month."""
    months = month_choice()
    return month_choice_of(year, months) if months is not None and months.period.year != year else months


def _reported(year: int, code: str) -> ReportObject | None:
    """Return the line or work; None for a preparatory line, which nobody reports and nobody talks about."""
    try:
        return object_of(read_session(), year, code)
    except NotFound:
        return None


def _account() -> AccountInfo:
    account = signed_in()
    if account is None:
        abort(401)
    return account


def _proposable(year: int, code: str) -> bool:
    """Return whether whoever looks may propose a plan for this line: a unit that reports it may."""
    account = signed_in()
    if account is None or account.role is not Role.REPORTER:
        return False
    try:
        return not own_object(read_session(), account.unit_ids, year, code).work
    except NotFound:
        return False


def month_choice_of(year: int, months: MonthChoice) -> MonthChoice | None:
    """Return the same choice within `year`; None when that year has no month."""
    known = tuple(info for info in months.known if info.period.year == year)
    return MonthChoice(known, known[0], None) if known else None
