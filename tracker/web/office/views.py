"""Owns the pages that the supervision office works with: the red-flag list and its export."""

from __future__ import annotations

import csv
import io

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.cohorts import Cohort
from tracker.core.errors import NotFound
from tracker.core.figures import LineFigures
from tracker.core.lights import Light
from tracker.core.money import wan_text
from tracker.core.progress import percent_text
from tracker.services.flags import LISTED, FlagFilter, FlagList, flag_list
from tracker.services.projects import newest_roster
from tracker.web import arguments
from tracker.web.access import OFFICE_AND_LEADER, Desk
from tracker.web.database import present, read_session
from tracker.web.filters import reason, with_unit
from tracker.web.months import MonthChoice, month_choice
from tracker.web.paging import paged
from tracker.web.words import word

desk = Desk("office", __name__, roles=OFFICE_AND_LEADER)

PER_PAGE = 100


@desk.get("/flags")
def flags() -> ResponseReturnValue:
    """Show which lines carry a light, why, and who must act."""
    months = month_choice()
    if months is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    wanted, found = _list(months)
    return render_template(
        "office/flags.html",
        months=months,
        summary=found.summary,
        wanted=wanted,
        flags=found,
        page=paged(found.lines, PER_PAGE),
        listed=LISTED,
        cohorts=list(Cohort),
    )


@desk.get("/flags.csv")
def flags_csv() -> ResponseReturnValue:
    """Hand out the list as filtered, for a spreadsheet."""
    months = month_choice()
    if months is None:
        raise NotFound("报告期", "—")
    _, found = _list(months)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_header())
    writer.writerows([_cell(value) for value in _row(figures)] for figures in found.lines)
    # The mark at the front tells Excel that the file is UTF-8.
    response = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"flags-{months.period}.csv")
    return response


def _list(months: MonthChoice) -> tuple[FlagFilter, FlagList]:
    light = arguments.chosen("light", Light)
    wanted = FlagFilter(
        light=light if light in LISTED else None,
        cohort=arguments.chosen("cohort", Cohort),
        programme=arguments.text("programme"),
        lead=arguments.text("lead"),
        district=arguments.text("district"),
        worsened=arguments.flag("worsened"),
    )
    return wanted, flag_list(read_session(), months.period, present(), wanted)


def _header() -> list[str]:
    return [
        gettext("灯"),
        gettext("编码"),
        gettext("子项目"),
        gettext("重点项目（工作）"),
        gettext("工程"),
        gettext("类别"),
        gettext("牵头单位"),
        gettext("责任单位"),
        gettext("板块"),
        gettext("原因"),
        gettext("连续月数"),
        with_unit(gettext("年度计划投资"), gettext("万元")),
        with_unit(gettext("累计完成投资"), gettext("万元")),
        with_unit(gettext("投资进度"), "%"),
        with_unit(gettext("序时进度"), "%"),
        with_unit(gettext("少完成"), gettext("万元")),
        with_unit(gettext("今后月均需完成"), gettext("万元")),
        with_unit(gettext("单月最高"), gettext("万元")),
    ]


def _row(figures: LineFigures) -> list[str]:
    line, needed = figures.line, figures.needed_per_month
    return [
        str(word(figures.light)),
        line.code,
        line.name,
        line.key_project,
        line.programme,
        str(word(figures.cohort)),
        line.lead,
        gettext("、").join(line.responsible),
        line.district,
        gettext("；").join(reason(fired) for fired in figures.reasons),
        str(figures.flagged_months),
        wan_text(line.annual_plan),
        wan_text(figures.completed),
        percent_text(figures.progress) or "",
        percent_text(figures.schedule) or "",
        wan_text(figures.behind),
        "" if needed is None else wan_text(needed),
        wan_text(figures.best_month),
    ]


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a negative number stays one."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
