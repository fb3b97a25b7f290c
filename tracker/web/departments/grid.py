"""Owns the grid of a month: many reports typed in one table, looked at, kept and handed in together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import NotFound, Problem, Refused
from tracker.core.periods import Period
from tracker.intake.typed import typed_of
from tracker.services.drafts import discard_draft, save_drafts
from tracker.services.looking import Look, looks
from tracker.services.owed import OwedReport, my_month
from tracker.services.report_history import report_history
from tracker.services.reporting import Conflict, Entry, Submitted, submit
from tracker.web.access import Desk
from tracker.web.database import present, read_session, write_session
from tracker.web.departments.fields import notes_of
from tracker.web.departments.grid_page import (
    COLUMNS,
    GridRefusal,
    changed,
    grid_page,
    open_reports,
    whole_typed,
)
from tracker.web.departments.reporter import REPORTERS, begun, month_of, reporter
from tracker.web.departments.sent import Sent, sent_rows
from tracker.web.departments.so_far import saved_told

desk = Desk("grid", __name__, roles=REPORTERS)

SOURCE = "网页表格"


@desk.get("/month/<period>/grid")
def sheet(period: str) -> ResponseReturnValue:
    """Show the grid; looking at it changes nothing."""
    return _shown(month_of(period))


@desk.post("/month/<period>/grid")
def hand_in(period: str) -> ResponseReturnValue:
    """Hand in every row that says something new, all of them or none."""
    month = month_of(period)
    reports = _reports(month)
    rows = list(sent_rows(request.form).values())
    sent = {one.entry.code: one for one in rows}
    refusal = GridRefusal(sent)
    try:
        _refuse_doubles(rows)
        entries = _entries(month, sent, reports)
        with write_session() as session:
            done = submit(session, reporter(), month, entries, present(), SOURCE)
    except Conflict as conflict:
        if not conflict.conflicts:
            raise
        return _shown(month, refusal), conflict.status
    except Refused as refused:
        return _shown(month, replace(refusal, problems=refused.problems)), refused.status
    flash(_told(done))
    return redirect(url_for("my_month.home", period=month), 303)


@desk.post("/month/<period>/look")
def look_at(period: str) -> ResponseReturnValue:
    """Return what handing in the rows that were sent would give, each by its key."""
    month = month_of(period)
    reports = _reports(month)
    sent = sent_rows(request.form)
    entries = [
        replace(one.entry, typed=whole_typed(_own(reports, one.entry.code), one.entry.typed))
        for one in sent.values()
    ]
    found = looks(read_session(), reporter(), month, entries, present())
    told = {key: _row_told(looked) for key, looked in zip(sent, found, strict=True)}
    return jsonify(rows=told)


@desk.post("/month/<period>/draft")
def draft(period: str) -> ResponseReturnValue:
    """Keep the rows that are being typed; a row that says what stands already is no draft."""
    month = month_of(period)
    reports = _reports(month)
    now = present()
    rows = sent_rows(request.form).values()
    entries = [
        replace(sent.entry, typed=whole_typed(_own(reports, sent.entry.code), sent.entry.typed))
        for sent in rows
    ]
    kept = [entry for entry in entries if changed(reports[entry.code], entry.typed)]
    with write_session() as session:
        seen = {sent.entry.code: sent.seen for sent in rows}
        outrun = save_drafts(session, reporter(), month, kept, now, seen)
        for entry in entries:
            if entry not in kept:
                discard_draft(session, reporter(), month, entry.code)
    return jsonify(told=saved_told(now, outrun))


def _row_told(looked: Look) -> dict[str, object]:
    notes = notes_of(looked.findings)
    return {
        "told": render_template("departments/row_look.html", looked=looked),
        "notes": [{"field": note.field, "weight": note.weight.value, "text": note.text} for note in notes],
    }


def _shown(month: Period, refusal: GridRefusal | None = None) -> str:
    return render_template("departments/grid.html", page=grid_page(month, refusal))


def _reports(month: Period) -> dict[str, OwedReport]:
    begun(month)
    mine = my_month(read_session(), reporter(), month, present(), figured=False)
    return {report.about.code: report for report in open_reports(mine)}


def _own(reports: Mapping[str, OwedReport], code: str) -> OwedReport:
    """Return the report of a row; another unit's line is not found (deny by default)."""
    found = reports.get(code)
    if found is None:
        raise NotFound("本单位填报的项目", code[:100])
    return found


def _entries(month: Period, sent: Mapping[str, Sent], reports: Mapping[str, OwedReport]) -> list[Entry]:
    """Return what is to be handed in: the rows that say something new, choices applied.

    Raise Refused when there is none.
    """
    entries: list[Entry] = []
    for code, one in sent.items():
        report = _own(reports, code)
        whole = replace(one, entry=replace(one.entry, typed=whole_typed(report, one.entry.typed)))
        if changed(report, whole.entry.typed) and not _untouched(month, report, one):
            theirs = {} if report.newest is None else typed_of(report.newest.said)
            entries.append(whole.decided(theirs, report.number))
    if not entries:
        raise Refused((Problem("没有改动的行", "请先填写要报送的行"),))
    return entries


def _untouched(month: Period, report: OwedReport, sent: Sent) -> bool:
    """Return whether a row still says what stood when the page was made, while somebody else reported."""
    if report.draft is not None or sent.entry.based_on == report.number:
        return False
    history = report_history(read_session(), begun(month), report.about)
    shown = next((told for told in history if told.number == sent.entry.based_on), None)
    stood = {} if shown is None else typed_of(shown.said)
    return all(stood.get(name, "").strip() == sent.entry.typed.get(name, "").strip() for name in COLUMNS)


def _refuse_doubles(rows: Iterable[Sent]) -> None:
    """Raise Refused when two rows are about one line: which of them is meant, nobody can know."""
    counts = Counter(one.entry.code for one in rows)
    double = tuple(
        Problem("同一个项目出现两次", "请只留一行", subject=code[:100])
        for code, count in counts.items()
        if count > 1
    )
    if double:
        raise Refused(double)


def _told(done: tuple[Submitted, ...]) -> str:
    names = gettext("、").join(f"“{one.name}”" for one in done[:3])
    if len(done) > 3:
        return str(gettext("已报送%(count)s个项目：%(names)s等。", count=len(done), names=names))
    return str(gettext("已报送%(count)s个项目：%(names)s。", count=len(done), names=names))
