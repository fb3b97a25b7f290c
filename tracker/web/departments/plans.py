"""Owns what a unit does about its plans on the web: proposes one, follows it, takes it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused
from tracker.intake.typed_plans import FIELDS, MONTH_FIELDS, typed_of_plan
from tracker.services.plan_proposals import PlanMoved, plan_desk, propose, withdraw
from tracker.services.proposed_plans import proposals
from tracker.web.access import Desk
from tracker.web.database import present, read_session, write_session
from tracker.web.departments.reporter import REPORTERS, reporter

desk = Desk("unit_plans", __name__, roles=REPORTERS)


@desk.get("/plans/mine")
def mine() -> ResponseReturnValue:
    """List what the account's units proposed, and how it was decided."""
    return render_template(
        "departments/plans.html", proposals=proposals(read_session(), unit_ids=reporter().unit_ids)
    )


@desk.route("/plans/propose/<int:year>/<path:code>", methods=["GET", "POST"])
def form(year: int, code: str) -> ResponseReturnValue:
    """Show the form, filled with the newest plan; propose what was typed, what is refused stays in the form."""
    if request.method != "POST":
        return _form(year, code, None)
    typed = {name: request.form.get(name, "") for name in FIELDS}
    told = request.form.get("based_on", "")
    based_on = int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0
    me = reporter()
    try:
        with write_session() as session:
            _, warnings = propose(session, me.actor, me.unit_ids, year, code, typed, based_on, present())
    except Refused as refusal:
        return _form(year, code, typed, refusal.problems), refusal.status
    except PlanMoved as moved:
        return _form(year, code, typed, (Problem(str(moved).rstrip("。")),)), moved.status
    flash(gettext("申请已提交，等待督查室审批。"))
    for warning in warnings:
        flash(f"{gettext('提示')}{gettext('：')}{warning}{gettext('。')}")
    return redirect(url_for("unit_plans.mine"))


@desk.post("/plans/mine/<int:proposal_id>/withdraw")
def take_back(proposal_id: int) -> ResponseReturnValue:
    """Take back a proposal that waits."""
    me = reporter()
    with write_session() as session:
        withdraw(session, me.actor, me.unit_ids, proposal_id, present())
    flash(gettext("申请已撤回。"))
    return redirect(url_for("unit_plans.mine"))


def _form(year: int, code: str, typed: Mapping[str, str] | None, problems: Sequence[Problem] = ()) -> str:
    found = plan_desk(read_session(), reporter().unit_ids, year, code)
    newest = found.newest
    blank = dict.fromkeys(FIELDS, "") | typed_of_plan(newest.annual_plan, newest.months)
    return render_template(
        "departments/plan_form.html",
        page=found,
        typed=blank if typed is None else typed,
        problems=problems,
        wrong={problem.field for problem in problems},
        month_fields=MONTH_FIELDS,
    )
