"""Owns the page that finds things by name, code or unit."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.core.figures import PeriodState
from tracker.services.finding import Group, Hit, find_everything, lights_of, only_exact
from tracker.services.found_lists import FoundList, Listed, lists_of
from tracker.web import arguments
from tracker.web.access import READERS, Desk, signed_in
from tracker.web.database import present, read_session
from tracker.web.months import MonthChoice, month_choice
from tracker.web.paging import paged

desk = Desk("finding", __name__, roles=READERS)

#: How many of each group are shown beside each other, and on a page of one group alone.
FEW, PER_PAGE = 8, 50


@desk.get("/search")
def search() -> ResponseReturnValue:
    """Show what was found, by group, or the pages of one group; the one thing with this very code opens at once."""
    account = signed_in()
    if account is None:
        abort(401)
    words, only = arguments.text("q"), arguments.chosen("in", Group)
    found = find_everything(read_session(), words, account, present())
    meant = only_exact(found)
    if meant is not None and only is None and "all" not in request.args:
        return redirect(_page_of(meant, None, None))
    pages = {group: paged(hits, PER_PAGE if only else FEW) for group, hits in found.items()}
    if only is not None:
        pages = {group: page for group, page in pages.items() if group is only}
    months = month_choice()
    years = set() if months is None else {info.period.year for info in months.known}
    lists = lists_of(read_session(), (hit for page in pages.values() for hit in page.rows), years)
    ids = {hit.id for hit in pages[Group.LINES].rows} if Group.LINES in pages else set()
    return render_template(
        "projects/finding.html",
        words=words,
        only=only,
        pages=pages,
        total=sum(map(len, found.values())),
        months=months,
        lights={} if months is None else lights_of(read_session(), months.period, ids, present()),
        page_of=lambda hit: _page_of(hit, lists.get((hit.group, hit.id)), months),
    )


def _page_of(hit: Hit, listed: FoundList | None, months: MonthChoice | None) -> str:
    """Return the address of what was found: a line's or work's own page, the list of a key project or a unit.

    What no list holds, such as lines of a year without months, is still found together with its lines.
    """
    if hit.group in (Group.LINES, Group.WORKS):
        return url_for("projects.line", year=hit.year, code=hit.code)
    if hit.group is Group.PROBLEMS:
        return url_for("problems.one", problem_id=hit.id)
    if hit.group is Group.NOTICES:
        return url_for("notices.one", notice_id=hit.id)
    if listed is None or months is None:
        return url_for("finding.search", q=hit.name, all=1)
    return url_for(
        "projects.listing",
        kind=None if listed.kind is Listed.LINES else listed.kind.value,
        month=_month_in(listed.year, months),
        district=hit.name if listed.placed else None,
        q=None if listed.placed else hit.name,
    )


def _month_in(year: int, months: MonthChoice) -> str | None:
    """Return the month to name in an address: the newest settled one of `year`, None where the one shown does."""
    if months.period.year == year:
        return request.args.get("month") or None
    known = [info for info in months.known if info.period.year == year]
    settled = [info for info in known if info.state is PeriodState.CLOSED]
    return str((settled or known)[0].period)
