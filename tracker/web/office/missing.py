"""Owns the page of who is missing: per unit what it owes for a month and what came."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.core.figures import PeriodState
from tracker.services.missing import missing_list
from tracker.services.reminders import reminders_of
from tracker.store.accounts import Role
from tracker.web import arguments
from tracker.web.access import OFFICE_AND_LEADER, Desk, signed_in
from tracker.web.database import present, read_session
from tracker.web.export import hand_out
from tracker.web.months import named_month
from tracker.web.office.tables import missing_table
from tracker.web.words import word

desk = Desk("missing", __name__, roles=OFFICE_AND_LEADER)


@desk.get("/periods/<period>/missing")
def units(period: str) -> ResponseReturnValue:
    """Show where every unit stands with its reports for the month; the office can remind from here."""
    month = named_month(period)
    found = missing_list(read_session(), month, present())
    reminders = reminders_of(read_session(), month)
    account = signed_in()
    everybody = arguments.flag("all")
    return render_template(
        "office/missing.html",
        found=found,
        period=month,
        units=found.units if everybody else found.owing,
        everybody=everybody,
        reminders=reminders,
        last={line.unit_id: line for line in reversed(reminders)},
        may_remind=(
            account is not None and account.role is Role.OFFICE and found.info.state is PeriodState.OPEN
        ),
        may_review=account is not None and account.role is Role.OFFICE,
    )


@desk.get("/periods/<period>/missing.xlsx")
def export(period: str) -> ResponseReturnValue:
    """Hand out where the units stand, those that owe something or all of them."""
    month = named_month(period)
    found = missing_list(read_session(), month, present())
    units = found.units if arguments.flag("all") else found.owing
    return hand_out(f"missing-{month}", missing_table(month, str(word(found.info.state)), units))
