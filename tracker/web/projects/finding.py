"""Owns the page that finds things by name, code or unit."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.services.finding import Group, Hit, find_everything, lights_of, only_exact
from tracker.web import arguments
from tracker.web.access import READERS, Desk, signed_in
from tracker.web.database import present, read_session
from tracker.web.months import month_choice
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
        return redirect(page_of(meant))
    pages = {group: paged(hits, PER_PAGE if only else FEW) for group, hits in found.items()}
    if only is not None:
        pages = {group: page for group, page in pages.items() if group is only}
    months = month_choice()
    ids = {hit.id for hit in pages[Group.LINES].rows} if Group.LINES in pages else set()
    return render_template(
        "projects/finding.html",
        words=words,
        only=only,
        pages=pages,
        total=sum(map(len, found.values())),
        months=months,
        lights={} if months is None else lights_of(read_session(), months.period, ids, present()),
        page_of=page_of,
    )


def page_of(hit: Hit) -> str:
    """Return the address of what was found: a line's or work's own page, the list of a key project or a unit."""
    if hit.group in (Group.LINES, Group.WORKS):
        return url_for("projects.line", year=hit.year, code=hit.code)
    if hit.group is Group.PROBLEMS:
        return url_for("problems.one", problem_id=hit.id)
    if hit.group is Group.NOTICES:
        return url_for("notices.one", notice_id=hit.id)
    if hit.district:
        return url_for("projects.listing", district=hit.name)
    return url_for("projects.listing", q=hit.name)
