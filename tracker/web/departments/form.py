"""Owns the form of one report: shown, looked at while it is typed, kept as a draft, handed in."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Refused
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.intake.typed import typed_of
from tracker.services import periods
from tracker.services.drafts import discard_draft, save_drafts
from tracker.services.evidence_changes import FILES
from tracker.services.looking import look
from tracker.services.owed import my_month, owed_report
from tracker.services.reporting import Conflict, Submitted, submit
from tracker.services.visibility import own_object
from tracker.web.access import Desk
from tracker.web.database import present, read_session, write_session
from tracker.web.departments.fields import notes_of
from tracker.web.departments.form_page import Refusal, form_page
from tracker.web.departments.reporter import REPORTERS, begun, month_of, reporter
from tracker.web.departments.sent import sent_report
from tracker.web.departments.so_far import same, saved_told, standing_typed

desk = Desk("report_form", __name__, roles=REPORTERS)

SOURCE = "网页表单"


@desk.get("/month/<period>/<path:code>")
def form(period: str, code: str) -> ResponseReturnValue:
    """Show the form of one report; looking at it changes nothing."""
    return _shown(month_of(period), code)


@desk.post("/month/<period>/<path:code>")
def hand_in(period: str, code: str) -> ResponseReturnValue:
    """Hand the report in, or show the form again with what is wrong and everything that was typed."""
    month = month_of(period)
    sent = sent_report(request.form, code)
    about = own_object(read_session(), reporter().unit_ids, month.year, code)
    report = owed_report(read_session(), reporter(), begun(month), about, present(), figured=False)
    theirs = {} if report.newest is None else typed_of(report.newest.said)
    entry = sent.decided(theirs, report.number)
    try:
        with write_session() as session:
            (done,) = submit(session, reporter(), month, [entry], present(), SOURCE)
    except Conflict as conflict:
        if not conflict.conflicts:
            raise
        return _shown(month, code, Refusal(sent.entry, (), sent.choices)), conflict.status
    except Refused as refused:
        return _shown(month, code, Refusal(entry, refused.problems)), refused.status
    flash(_told(done))
    following = _next(month, code) if request.form.get("then") == "next" else None
    if following is None:
        return redirect(url_for("my_month.home", period=month), 303)
    return redirect(url_for("report_form.form", period=month, code=following), 303)


@desk.post("/month/<period>/<path:code>/look")
def look_at(period: str, code: str) -> ResponseReturnValue:
    """Return what handing in would give: the figures as they are shown, and what is said at the fields."""
    sent = sent_report(request.form, code)
    looked = look(read_session(), reporter(), month_of(period), sent.entry, present())
    notes = notes_of(looked.findings)
    return jsonify(
        panel=render_template("departments/look.html", looked=looked),
        notes=[{"field": note.field, "weight": note.weight.value, "text": note.text} for note in notes],
    )


@desk.post("/month/<period>/<path:code>/draft")
def draft(period: str, code: str) -> ResponseReturnValue:
    """Keep what is being typed; what stands already is no draft."""
    month = month_of(period)
    sent = sent_report(request.form, code)
    who, now = reporter(), present()
    about = own_object(read_session(), who.unit_ids, month.year, code)
    report = owed_report(read_session(), who, begun(month), about, now, figured=False)
    correction = periods.find(read_session(), month).state is PeriodState.CLOSED and not report.reopened
    kept = not same(sent.entry.typed, standing_typed(report, correction=correction))
    with write_session() as session:
        if kept:
            outrun = save_drafts(session, who, month, [sent.entry], now, {code: sent.seen})
        else:
            outrun = frozenset()
            discard_draft(session, who, month, code)
    return jsonify(told=saved_told(now, outrun) if kept else gettext("没有未报送的改动"))


@desk.post("/month/<period>/<path:code>/draft/discard")
def discard(period: str, code: str) -> ResponseReturnValue:
    """Throw the person's own draft away."""
    month = month_of(period)
    with write_session() as session:
        discard_draft(session, reporter(), month, code)
    flash(gettext("草稿已删去。"))
    return redirect(url_for("report_form.form", period=month, code=code), 303)


def _shown(month: Period, code: str, refusal: Refusal | None = None) -> str:
    return render_template(
        "departments/form.html",
        page=form_page(month, code, refusal),
        most=FILES,
    )


def _told(done: Submitted) -> str:
    if done.unchanged:
        text = gettext(
            "“%(name)s”没有变化，仍为第%(number)s次报送的内容。", name=done.name, number=done.number
        )
    elif not done.counted:
        text = gettext("“%(name)s”的更正已提交，督查室审核后计入。", name=done.name)
    else:
        text = gettext("“%(name)s”已报送，第%(number)s次。", name=done.name, number=done.number)
    return str(text)


def _next(month: Period, code: str) -> str | None:
    """Return the code of the next report that waits: the first after this one, else the first of all."""
    mine = my_month(read_session(), reporter(), month, present(), figured=False)
    codes = [report.about.code for report in mine.reports]
    waiting = {report.about.code for report in mine.waiting}
    after = codes[codes.index(code) + 1 :]
    return next((found for found in [*after, *codes] if found in waiting), None)
