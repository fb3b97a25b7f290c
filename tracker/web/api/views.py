"""Owns the desk of programs: reading periods, roster, figures, lights and reports."""

from __future__ import annotations

from flask import Response, request

from tracker.core.figures_json import figures_to_json
from tracker.core.lights import Light
from tracker.services.figures import figures_of
from tracker.services.owed import my_month
from tracker.services.own_report import own_report
from tracker.services.periods import known_periods
from tracker.services.roster_list import roster_list
from tracker.web.access import Desk
from tracker.web.api import asked
from tracker.web.api.answers import answer
from tracker.web.api.shapes import (
    light_to_json,
    period_to_json,
    report_to_json,
    revision_to_json,
    roster_to_json,
)
from tracker.web.database import present, read_session
from tracker.web.programs import PREFIX, program, program_reporter

desk = Desk("api", __name__, roles=frozenset(), for_programs=True, url_prefix=PREFIX)


@desk.get("/periods", provide_automatic_options=False)
def periods() -> Response:
    """List every period, newest first."""
    asked.known_arguments()
    return answer({"periods": [period_to_json(info) for info in known_periods(read_session())]})


@desk.get("/roster", provide_automatic_options=False)
def roster() -> Response:
    """List the lines and works of a year."""
    asked.known_arguments("year")
    year = asked.year(request.args.get("year"))
    return answer(roster_to_json(roster_list(read_session(), year, (program().unit_id,))))


@desk.get("/figures", provide_automatic_options=False)
def figures() -> Response:
    """Tell every figure of a month, as `tracker figures --json` does."""
    asked.known_arguments("month", "front", "corrected")
    month = asked.month(request.args.get("month"))
    front, corrected = request.args.get("front"), asked.flag("corrected")
    found = figures_of(read_session(), month, present(), front=front, corrected=corrected)
    return answer(figures_to_json(found))


@desk.get("/lights", provide_automatic_options=False)
def lights() -> Response:
    """List the month's lines with their lights, all of them or those of one colour, in the roster's order."""
    asked.known_arguments("month", "light")
    month, wanted = asked.month(request.args.get("month")), asked.choice("light", Light)
    found = figures_of(read_session(), month, present())
    return answer(
        {
            "period": str(month),
            "state": found.summary.state.value,
            "front": found.summary.front,
            "lights": [light_to_json(line) for line in found.lines if wanted in (None, line.light)],
        }
    )


@desk.get("/reports", provide_automatic_options=False)
def reports() -> Response:
    """List what the token's unit owes for a month, and where each report stands."""
    asked.known_arguments("month")
    month = asked.month(request.args.get("month"))
    found = my_month(read_session(), program_reporter(), month, present())
    return answer(
        {
            "period": period_to_json(found.info),
            "reports": [report_to_json(report) for report in found.reports],
        }
    )


@desk.get("/reports/<month>/<path:code>", provide_automatic_options=False)
def report(month: str, code: str) -> Response:
    """Tell one report of the token's unit with all its revisions, the newest first."""
    asked.known_arguments()
    period, about = asked.month(month), asked.code(code)
    found = own_report(read_session(), program_reporter(), period, about, present())
    return answer(
        report_to_json(found.report)
        | {"revisions": [revision_to_json(revision) for revision in found.revisions]}
    )
