"""Owns the page that closes a month: what stands before it, what has to be agreed to, and closing itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.briefing import write_briefing
from tracker.core.errors import WrongState
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.audit_anchors import drop_anchor
from tracker.services.closing_run import before_closing, close_and_brief
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, settings, write_session
from tracker.web.filters import month as month_text
from tracker.web.months import named_month

desk = Desk("closing", __name__, roles=frozenset({Role.OFFICE}))


@desk.route("/periods/<period>/close", methods=["GET", "POST"])
def close(period: str) -> ResponseReturnValue:
    """Show what stands before the closing; close the month and make its briefings."""
    month = named_month(period)
    if request.method == "GET":
        return _page(month)
    agreed = posted.whole("missing") if request.form.get("agreed") == "1" else None
    try:
        with write_session() as session:
            closed = close_and_brief(
                session,
                acting(),
                month,
                settings().briefings,
                present(),
                write_briefing,
                missing_agreed=agreed,
                ask=True,
            )
    except WrongState as error:
        return _page(month, str(error)), error.status
    # What is frozen must be missed at once if it were cut off, not an hour later.
    drop_anchor(read_session(), settings().audit_anchors, present())
    count = len(closed.issues)
    flash(gettext("%(month)s已关闭，生成通报%(count)s份。", month=month_text(month), count=count))
    return redirect(url_for("periods.listing"), 303)


def _page(month: Period, refused: str = "") -> str:
    session = read_session()
    return render_template(
        "office/close.html",
        before=before_closing(session, month, present()),
        now=present(),
        closing=periods.closing_day(session, month),
        refused=refused,
    )
