"""Owns the plans' pages of the office: what is proposed, what it would do, the decision, and the lights turned off."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused
from tracker.services.briefings import briefing_of
from tracker.services.plan_decisions import approve, obstacle_of, reject
from tracker.services.plan_effects import effect_of
from tracker.services.plan_proposals import stored_warnings
from tracker.services.proposed_plans import base_plan, proposal_of, proposals
from tracker.store.accounts import Role
from tracker.store.plans import ProposalState
from tracker.web.access import OFFICE_AND_LEADER, Desk, acting, signed_in
from tracker.web.database import present, read_session, write_session
from tracker.web.export import hand_out
from tracker.web.months import month_choice
from tracker.web.office.tables import changes_table, proposals_table

desk = Desk("plans", __name__, roles=OFFICE_AND_LEADER)
decisions = Desk("plan_decisions", __name__, roles=frozenset({Role.OFFICE}))


@desk.get("/plans")
def listing() -> ResponseReturnValue:
    """Show proposals that wait and that were decided, and what a month's revisions did to the lights."""
    session = read_session()
    months = month_choice()
    return render_template(
        "office/plans.html",
        waiting=proposals(session, waiting=True),
        decided=proposals(session, waiting=False),
        months=months,
        changes=() if months is None else briefing_of(session, months.period, present()).plan_changes,
    )


@desk.get("/plans.xlsx")
def export() -> ResponseReturnValue:
    """Hand out what waits, what was decided, and what came into force in the month."""
    session, months = read_session(), month_choice()
    changes = () if months is None else briefing_of(session, months.period, present()).plan_changes
    return hand_out(
        "plans" if months is None else f"plans-{months.period}",
        proposals_table(gettext("待批的申请"), proposals(session, waiting=True)),
        *(() if months is None else (changes_table(months.period, changes),)),
        proposals_table(gettext("已办结的申请"), proposals(session, waiting=False)),
    )


@desk.get("/plans/<int:proposal_id>")
def one(proposal_id: int) -> ResponseReturnValue:
    """Show one proposal with its effect, side by side with the plan in force."""
    return _page(proposal_id)


@decisions.post("/plans/<int:proposal_id>/approve")
def approval(proposal_id: int) -> ResponseReturnValue:
    """Make the proposal the plan."""
    try:
        with write_session() as session:
            found = approve(session, acting(), proposal_id, request.form, present())
    except Refused as refusal:
        return _page(proposal_id, refusal.problems), refusal.status
    flash(
        gettext(
            "已批准，第%(number)s版计划自%(month)s起执行。", number=found.revision, month=found.effective_from
        )
    )
    return redirect(url_for("plans.one", proposal_id=proposal_id))


@decisions.post("/plans/<int:proposal_id>/reject")
def rejection(proposal_id: int) -> ResponseReturnValue:
    """Turn the proposal down."""
    try:
        with write_session() as session:
            reject(session, acting(), proposal_id, request.form.get("decision_reason", ""), present())
    except Refused as refusal:
        return _page(proposal_id, refusal.problems), refusal.status
    flash(gettext("申请已退回，原因已告知单位。"))
    return redirect(url_for("plans.one", proposal_id=proposal_id))


def _page(proposal_id: int, problems: Sequence[Problem] = ()) -> str:
    session = read_session()
    found = proposal_of(session, proposal_id)
    waits = found.state is ProposalState.PROPOSED
    account = signed_in()
    return render_template(
        "office/plan.html",
        proposal=found,
        base=base_plan(session, found),
        # Once it is decided, what it would have done against today's plan says nothing any more.
        effect=effect_of(session, found, present()) if waits else (),
        obstacle=obstacle_of(session, found),
        warnings=stored_warnings(session, found, present()) if waits else (),
        may_decide=waits and account is not None and account.role is Role.OFFICE,
        problems=problems,
        wrong={problem.field for problem in problems},
        approved_on=request.form.get("approved_on", found.approved_on or ""),
        document_no=request.form.get("document_no", found.document_no),
        decision_reason=request.form.get("decision_reason", ""),
    )
