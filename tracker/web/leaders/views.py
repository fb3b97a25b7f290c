"""Owns the pages that leaders open: overview, standings, briefings."""

from __future__ import annotations

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

from tracker.core.errors import NotFound
from tracker.services.briefing_issues import find_issue, list_issues, newest_issue
from tracker.services.open_matters import open_matters
from tracker.services.overview import overview_of
from tracker.services.projects import newest_roster
from tracker.services.rank_trends import Ranking
from tracker.services.standings import standings_of
from tracker.web import arguments
from tracker.web.access import OFFICE_AND_LEADER, Desk
from tracker.web.charts import trend_chart
from tracker.web.database import present, read_session, settings
from tracker.web.export import hand_out
from tracker.web.leaders.rank_charts import rank_chart
from tracker.web.leaders.standing_tables import standing_tables
from tracker.web.months import month_choice

desk = Desk("leaders", __name__, roles=OFFICE_AND_LEADER)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk.get("/")
def overview() -> ResponseReturnValue:
    """Show the month in one sentence, the cohorts beside last month's, what got worse and better, the trend."""
    months = month_choice()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    found = overview_of(read_session(), months.period, present())
    summary = found.summary
    return render_template(
        "leaders/overview.html",
        months=months,
        summary=summary,
        overview=found,
        previous=found.previous,
        matters=open_matters(read_session(), present()),
        charts=[(figures.cohort, trend_chart(summary, figures.cohort)) for figures in summary.cohorts],
        issue=newest_issue(read_session(), months.period, summary.front),
    )


@desk.get("/standings")
def standings() -> ResponseReturnValue:
    """Show who stands where, by rate and by amount."""
    months = month_choice()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    found = standings_of(read_session(), months.period, present())
    by = arguments.chosen("by", Ranking) or Ranking.RATE
    return render_template(
        "leaders/standings.html",
        months=months,
        standings=found,
        summary=found.summary,
        by=by,
        trends={key: rank_chart(found.trends, table, by) for key, table in found.trends.tables.items()},
    )


@desk.get("/standings.xlsx")
def standings_workbook() -> ResponseReturnValue:
    """Hand out every standing and every trend of the ranks."""
    months = month_choice()
    if months is None:
        raise NotFound("报告期", "—")
    found = standings_of(read_session(), months.period, present())
    return hand_out(f"standings-{months.period}", *standing_tables(months, found))


@desk.get("/briefings")
def briefings() -> ResponseReturnValue:
    """List every issue with its checks."""
    return render_template("leaders/briefings.html", issues=list_issues(read_session()))


@desk.get("/briefings/<int:issue_id>/download")
def download(issue_id: int) -> ResponseReturnValue:
    """Hand out one issue's workbook."""
    issue = find_issue(read_session(), issue_id)
    path = safe_join(str(settings().briefings), issue.file_name)
    try:
        if path is not None:
            name = issue.file_name.rpartition("/")[2]
            return send_file(path, mimetype=_XLSX, as_attachment=True, download_name=name)
    except FileNotFoundError:
        pass
    raise NotFound("通报文件", issue.file_name)
