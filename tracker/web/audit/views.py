"""Owns the page of the audit trail, for whoever looks after the work or the instance, and its export."""

from __future__ import annotations

import tempfile

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.services.audit_list import AuditFilter, audit_lines, audit_page, newest_entry
from tracker.store.accounts import Role
from tracker.web import arguments
from tracker.web.access import Desk, signed_in
from tracker.web.audit.export import MOST, XLSX, write_export
from tracker.web.audit.words import FAMILIES, action_word, change_text, changes_of
from tracker.web.database import present, read_session

desk = Desk("audit", __name__, roles=frozenset({Role.OFFICE, Role.ADMINISTRATOR}))


@desk.get("/audit")
def trail() -> ResponseReturnValue:
    """Show who changed what, newest first."""
    wanted = _wanted()
    page = audit_page(read_session(), wanted, figures=_figures(), before=arguments.whole("before"))
    return render_template(
        "audit/trail.html",
        wanted=wanted,
        page=page,
        newest=newest_entry(read_session()),
        families=FAMILIES,
        figures=_figures(),
        most=MOST,
        action_word=action_word,
        changes_of=changes_of,
        change_text=change_text,
    )


@desk.get("/audit.xlsx")
def export() -> ResponseReturnValue:
    """Hand out the entries as filtered, the newest `MOST` of them at the most."""
    # The response closes the file, which then is gone; its rows never stand in memory together.
    scratch = tempfile.TemporaryFile()  # noqa: SIM115
    write_export(scratch, audit_lines(read_session(), _wanted(), figures=_figures(), most=MOST))
    scratch.seek(0)
    day = present().astimezone(clock.ZONE).date()
    return send_file(scratch, XLSX, as_attachment=True, download_name=f"audit-{day}.xlsx")


def _wanted() -> AuditFilter:
    return AuditFilter(
        person=_text("who"),
        family=_text("family"),
        about=_text("about"),
        first_day=arguments.day("from"),
        last_day=arguments.day("to"),
        text=_text("q"),
    )


def _text(name: str) -> str:
    # No database looks for a text with this character in it.
    return arguments.text(name).replace("\x00", "")


def _figures() -> bool:
    """Return whether amounts of projects are shown: the administrator looks after accounts, not figures."""
    account = signed_in()
    return account is not None and account.role is Role.OFFICE
