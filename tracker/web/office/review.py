"""Owns the pages of the office's review: the queue, and one report with everything it is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused, TrackerError, WrongState
from tracker.core.figures import PeriodState
from tracker.services.periods import PeriodInfo, known_periods
from tracker.services.projects import newest_roster
from tracker.services.review import Decided, Seen, accept, return_reports
from tracker.services.review_queue import Only, QueueFilter, review_queue, waiting_corrections
from tracker.services.review_sheets import review_rows, review_sheet
from tracker.store.accounts import Role
from tracker.store.reports import ReportState
from tracker.web import arguments, posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.departments.labels import LABELS
from tracker.web.links import here
from tracker.web.months import MonthChoice, month_choice
from tracker.web.paging import paged

desk = Desk("review", __name__, roles=frozenset({Role.OFFICE}))

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an officer sent that was not accepted, shown again beside the reason."""

    problem: str = ""
    reason: str = ""
    chosen: frozenset[str] = frozenset()


@desk.route("/review", methods=["GET", "POST"])
def queue() -> ResponseReturnValue:
    """Show what waits for the office; accept or return what is chosen of it."""
    if request.method == "GET":
        return _queue(Spoken())
    try:
        done = _decided(request.form.getlist("report"))
    except (WrongState, Refused) as error:
        return _queue(_spoken(error)), error.status
    _say(done)
    return redirect(here(), 303)


@desk.route("/review/<int:report_id>", methods=["GET", "POST"])
def report(report_id: int) -> ResponseReturnValue:
    """Show one report beside the month and the revision before; accept or return it."""
    if request.method == "GET":
        return _report(report_id, Spoken())
    try:
        done = _decided(request.form.getlist("report"), only=report_id)
    except (WrongState, Refused) as error:
        return _report(report_id, _spoken(error)), error.status
    _say(done)
    return redirect(url_for("review.queue", month=done[0].period), 303)


def _decided(chosen: list[str], only: int | None = None) -> tuple[Decided, ...]:
    """Accept or return the chosen reports as the form says."""
    seen = [found for text in chosen if (found := _seen(text)) is not None]
    if only is not None:
        seen = [found for found in seen if found.report_id == only]
    action = request.form.get("action", "")
    with write_session() as session:
        if action == "accept":
            return accept(session, acting(), seen, present())
        if action == "return":
            return return_reports(session, acting(), seen, posted.text("reason"), present())
    raise Refused((Problem("没有说明要通过还是退回", "请按“审核通过”或“退回”"),))


def _seen(text: str) -> Seen | None:
    """Return the report as it was seen, from a field such as 12.3.submitted."""
    parts = text.split(".")
    if len(parts) != 3 or not all(
        part.isascii() and part.isdecimal() and len(part) < 10 for part in parts[:2]
    ):
        return None
    try:
        return Seen(int(parts[0]), int(parts[1]), ReportState(parts[2]))
    except ValueError:
        return None


def _spoken(error: TrackerError) -> Spoken:
    return Spoken(str(error), posted.text("reason"), frozenset(request.form.getlist("report")))


def _say(done: tuple[Decided, ...]) -> None:
    """Tell in words what was done, on the page that comes next."""
    names = gettext("、").join(decided.name for decided in done[:3])
    if len(done) > 3:
        names = gettext("%(names)s等", names=names)
    if request.form.get("action") == "accept":
        flash(gettext("已审核通过%(count)s个：%(names)s", count=len(done), names=names))
    else:
        flash(gettext("已退回%(count)s个：%(names)s。单位会看到退回原因。", count=len(done), names=names))


def _queue(spoken: Spoken) -> str:
    months = _months()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    wanted = QueueFilter(
        unit=arguments.text("unit"),
        programme=arguments.text("programme"),
        only=arguments.chosen("only", Only),
    )
    corrections = arguments.text("scope") == "corrections"
    of_month = review_queue(read_session(), months.period, QueueFilter() if corrections else wanted)
    of_all = waiting_corrections(read_session(), wanted if corrections else QueueFilter())
    shown = of_all if corrections else of_month
    page = paged(shown.entries, PER_PAGE)
    return render_template(
        "office/review.html",
        months=months,
        corrections=corrections,
        wanted=wanted,
        queue=shown,
        month_total=of_month.total,
        corrections_total=of_all.total,
        page=page,
        rows=review_rows(read_session(), page.rows, present()),
        only=list(Only),
        labels=LABELS,
        spoken=spoken,
    )


def _report(report_id: int, spoken: Spoken) -> str:
    sheet = review_sheet(read_session(), report_id, present())
    return render_template("office/review_report.html", sheet=sheet, labels=LABELS, spoken=spoken)


def _months() -> MonthChoice | None:
    """Return the month that is asked for, else the newest that is open: there the work is."""
    if request.args.get("month"):
        return month_choice()
    known = tuple(info for info in known_periods(read_session()) if info.state is not PeriodState.UPCOMING)
    if not known:
        return None
    return MonthChoice(known, next((info for info in known if _is_open(info)), known[0]), None)


def _is_open(info: PeriodInfo) -> bool:
    return info.state is PeriodState.OPEN
