"""Owns how much a request may carry: a form's worth, and more only where files are handed in by whoever may."""

from __future__ import annotations

from flask import Flask, request

from tracker.intake.limits import FILE_BYTES
from tracker.web.access import desk_of, signed_in

_MB = 1024 * 1024
#: Bytes by endpoint; every other request is held to the application's own limit.
ROOM: dict[str, int] = {
    # Ten photographs of a phone.
    "evidence_changes.add": 100 * _MB,
    # Ten photographs with a word about a problem.
    "problem_words.say": 100 * _MB,
    "problem_handling.part_done": 100 * _MB,
    "problem_handling.resolved": 100 * _MB,
    "notice_replies.replied": 100 * _MB,
    "action_progress.progress": 100 * _MB,
    "action_reports.done": 100 * _MB,
    # A workbook as large as one may be, and the form around it.
    "workbook.take": FILE_BYTES + _MB,
}


def install(app: Flask) -> None:
    """Widen the limit before anything reads a form, the check of its token included."""
    app.before_request(_widen)


def _widen() -> None:
    room = ROOM.get(request.endpoint or "")
    if room is None or request.endpoint is None:
        return
    desk, account = desk_of(request.endpoint), signed_in()
    # A stranger's hundred megabytes are turned away unread.
    if desk is not None and account is not None and account.role in (desk.roles or ()):
        request.max_content_length = room
