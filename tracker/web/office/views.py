"""Owns the red-flag list that the supervision office and the leaders work with, and its exports."""

from __future__ import annotations

import io
from typing import NamedTuple

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.cohorts import Cohort
from tracker.core.errors import NotFound
from tracker.core.flag_list import LISTED, Evolution, FlagFilter, FlagSort
from tracker.core.lights import Light
from tracker.services.flags import FlagList, FlagRow, flag_list, rows_shown
from tracker.services.office import office_of
from tracker.services.projects import newest_roster
from tracker.web import arguments
from tracker.web.access import OFFICE_AND_LEADER, Desk
from tracker.web.database import present, read_session
from tracker.web.export import XLSX, filters_note
from tracker.web.months import MonthChoice, month_choice
from tracker.web.office.flag_book import Sheet, flag_book
from tracker.web.office.flag_table import as_csv
from tracker.web.paging import Page, paged
from tracker.web.words import word

desk = Desk("office", __name__, roles=OFFICE_AND_LEADER)

PER_PAGE = 50
#: What the band above the list tells, in its order: first what is red, then what is yellow.
BAND = (
    Evolution.NEW_RED,
    Evolution.STILL_RED,
    Evolution.RECOVERED,
    Evolution.NEW_YELLOW,
    Evolution.STILL_YELLOW,
    Evolution.EASED,
    Evolution.SILENT,
)


class Shown(NamedTuple):
    """What was asked for and the list that answers it."""

    months: MonthChoice
    wanted: FlagFilter
    found: FlagList

    @property
    def rows(self) -> tuple[FlagRow, ...]:
        """Return every line of the list with its figures."""
        return rows_shown(read_session(), self.found, self.found.arranged.marks)

    @property
    def file_name(self) -> str:
        """Return the name of a file that holds the list, without its ending."""
        return f"flags-{self.months.period}{'-corrected' if self.found.corrected else ''}"


@desk.get("/flags")
def flags() -> ResponseReturnValue:
    """Show which lines carry a light, why, since when, and who must act."""
    shown = _asked()
    if shown is None:
        return render_template("components/no_month.html", roster=newest_roster(read_session()))
    found = shown.found
    part = paged(found.arranged.marks, PER_PAGE)
    rows = rows_shown(read_session(), found, part.rows)
    return render_template(
        "office/flags.html",
        months=shown.months,
        summary=found.summary,
        wanted=shown.wanted,
        flags=found.arranged,
        corrected=found.corrected,
        correctable=found.correctable,
        page=Page(rows, part.number, part.pages, part.total, part.first),
        listed=LISTED,
        band=BAND,
        cohorts=list(Cohort),
    )


@desk.get("/flags.csv")
def flags_csv() -> ResponseReturnValue:
    """Hand out the list as filtered, for a program or a spreadsheet."""
    shown = _needed()
    response = Response(as_csv(shown.rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{shown.file_name}.csv")
    return response


@desk.get("/flags.xlsx")
def flags_xlsx() -> ResponseReturnValue:
    """Hand out the list as filtered, as a workbook to print and to hand round."""
    shown = _needed()
    sheet = Sheet(
        office=office_of(read_session()).name,
        state=str(word(shown.months.shown.state)),
        filters=_filters(shown.wanted),
        made_at=present(),
    )
    written = io.BytesIO(flag_book(shown.found, shown.rows, sheet))
    return send_file(written, mimetype=XLSX, as_attachment=True, download_name=f"{shown.file_name}.xlsx")


def _needed() -> Shown:
    shown = _asked()
    if shown is None:
        raise NotFound("报告期", "—")
    return shown


def _asked() -> Shown | None:
    months = month_choice()
    if months is None:
        return None
    light = arguments.chosen("light", Light)
    since = arguments.chosen("since", Evolution)
    wanted = FlagFilter(
        light=light if light in LISTED else None,
        since=None if since is Evolution.UNLIT else since,
        cohort=arguments.chosen("cohort", Cohort),
        programme=arguments.text("programme"),
        lead=arguments.text("lead"),
        district=arguments.text("district"),
        worsened=arguments.flag("worsened"),
        sort=arguments.chosen("sort", FlagSort) or FlagSort.LIGHT,
        descending=arguments.flag("desc"),
    )
    corrected = arguments.flag("corrected")
    return Shown(
        months, wanted, flag_list(read_session(), months.period, present(), wanted, corrected=corrected)
    )


def _filters(wanted: FlagFilter) -> str:
    return filters_note(
        (gettext("灯"), wanted.light and word(wanted.light)),
        (gettext("较上月"), wanted.since and word(wanted.since)),
        (gettext("类别"), wanted.cohort and word(wanted.cohort)),
        (gettext("工程"), wanted.programme),
        (gettext("牵头单位"), wanted.lead),
        (gettext("板块"), wanted.district),
        (gettext("较上月"), gettext("新亮或加重") if wanted.worsened else ""),
    )
