"""Owns handing in reports by programs: one or many, tried or done, and done once however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request

from tracker.core.checks import Finding
from tracker.core.figures_json import line_to_json
from tracker.core.money import wan_text
from tracker.core.periods import Period
from tracker.services import kept_answers
from tracker.services.kept_answers import KeptAnswer
from tracker.services.looking import look
from tracker.services.own_report import newest_number
from tracker.services.reporting import Entry, Submitted, shared, submit
from tracker.web.access import Desk
from tracker.web.api import asked
from tracker.web.api.answers import answer, field_of
from tracker.web.api.entries import read_report, read_reports
from tracker.web.database import present, read_session, write_session
from tracker.web.programs import PREFIX, program, program_reporter

#: By which way these reports came, as their revisions and the audit trail name it.
SOURCE = "接口"

desk = Desk("api_reports", __name__, roles=frozenset(), for_programs=True, url_prefix=PREFIX)


@desk.put("/reports/<month>/<path:code>", provide_automatic_options=False)
def hand_in(month: str, code: str) -> Response:
    """Hand in one report; with `dry_run=true` only look at it."""
    asked.known_arguments("dry_run")
    period, about = asked.month(month), asked.code(code)
    key, dry_run = asked.idempotency_key(), asked.flag("dry_run")
    told = asked.json_body()
    entries = [read_report(told, about)]
    if dry_run:
        return answer(_looks(period, entries)[0])
    return _handed_in(period, entries, told, key, lambda done: _submitted(done[0]))


@desk.post("/reports/<month>", provide_automatic_options=False)
def hand_in_many(month: str) -> Response:
    """Hand in many reports, all of them or none; with `dry_run=true` only look at them."""
    asked.known_arguments("dry_run")
    period = asked.month(month)
    key, dry_run = asked.idempotency_key(), asked.flag("dry_run")
    told = asked.json_body()
    entries = read_reports(told)
    if dry_run:
        return answer({"period": str(period), "dry_run": True, "reports": _looks(period, entries)})
    return _handed_in(
        period,
        entries,
        told,
        key,
        lambda done: {"period": str(period), "reports": [_submitted(report) for report in done]},
    )


def _handed_in(
    period: Period,
    entries: Sequence[Entry],
    told: Any,
    key: str | None,
    shown: Callable[[Sequence[Submitted]], dict[str, Any]],
) -> Response:
    """Hand the reports in and keep the answer with them, in one transaction; or give the answer of before."""
    with write_session() as session:
        if key is not None:
            kept = kept_answers.claim(session, program().id, key, _request_hash(told), present())
            if kept is not None:
                return answer(kept.body, kept.status, Idempotent_Replayed="true")
        done = submit(session, program_reporter(), period, entries, present(), SOURCE)
        body = shown(done)
        if key is not None:
            kept_answers.keep(session, program().id, key, KeptAnswer(200, body))
    return answer(body)


def _request_hash(told: Any) -> str:
    """Return what tells this request from another: what was asked where, however it was spaced."""
    content = [request.method, request.path, told]
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _looks(period: Period, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    # A month that takes no reports refuses the trial as it would the report.
    shared(read_session(), period)
    return [_look(period, entry) for entry in entries]


def _look(period: Period, entry: Entry) -> dict[str, Any]:
    """Return what handing in the entry would give; nothing is written."""
    session, reporter = read_session(), program_reporter()
    revision = newest_number(session, reporter, period, entry.code)
    found = look(session, reporter, period, entry, present())
    return {
        "code": entry.code,
        "dry_run": True,
        "revision": revision,
        "outdated": revision != entry.based_on,
        "findings": [_finding(finding) for finding in found.findings],
        "amount": None if found.amount is None else wan_text(found.amount),
        "planned": None if found.planned is None else wan_text(found.planned),
        "figures": None if found.figures is None else line_to_json(found.figures),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "field": field_of(finding.field),
        "weight": finding.weight.value,
        "what": finding.what,
        "mend": finding.mend,
        "read": finding.read,
    }


def _submitted(done: Submitted) -> dict[str, Any]:
    return {
        "code": done.code,
        "name": done.name,
        "revision": done.number,
        "counted": done.counted,
        "unchanged": done.unchanged,
    }
