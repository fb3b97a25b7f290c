"""Owns the lists of missing reports and of plan changes as tables of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from tracker.briefing.cells import count, day, label, money, month, text
from tracker.core.briefing import PlanChange
from tracker.core.periods import Period
from tracker.services.missing import UnitMonth
from tracker.services.proposed_plans import ProposalInfo
from tracker.web.export import Column, Table, light_cell, wan_label
from tracker.web.filters import moment
from tracker.web.filters import month as month_text
from tracker.web.words import word


def missing_table(period: Period, state: str, units: Sequence[UnitMonth]) -> Table:
    """Return where every unit stands with its reports, and which are owed."""
    return Table(
        title=gettext("%(month)s各单位报送情况", month=month_text(period)),
        notes=(state,),
        columns=(
            Column(gettext("单位"), 20),
            *(
                Column(name, 8)
                for name in (
                    gettext("应报"),
                    gettext("已报"),
                    gettext("逾期"),
                    gettext("未报"),
                    gettext("待报"),
                    gettext("已退回"),
                    gettext("免报"),
                )
            ),
            Column(gettext("未报和退回的项目（工作）"), 60),
        ),
        rows=(
            (
                text(unit.unit.name),
                count(unit.coverage.due),
                count(unit.coverage.reported),
                count(unit.coverage.late),
                count(unit.coverage.missing),
                count(unit.coverage.pending),
                count(unit.returned),
                count(unit.coverage.exempt),
                text(gettext("；").join(f"{report.code} {report.name}" for report in unit.owed)),
            )
            for unit in units
        ),
        frozen=1,
    )


def proposals_table(title: str, proposals: Sequence[ProposalInfo]) -> Table:
    """Return proposed plans with what was decided of them."""
    return Table(
        title=title,
        columns=(
            Column(gettext("编码"), 12),
            Column(gettext("子项目"), 30),
            Column(gettext("单位"), 18),
            Column(wan_label(gettext("原年度计划"))),
            Column(wan_label(gettext("调整后"))),
            Column(gettext("自何月起"), 10),
            Column(gettext("调整原因"), 36),
            Column(gettext("办理情况"), 10),
            Column(gettext("批准日期"), 12),
            Column(gettext("文号"), 18),
            Column(gettext("提出"), 26),
        ),
        rows=(
            (
                text(proposal.code),
                text(proposal.name),
                text(proposal.unit),
                money(proposal.annual_before),
                money(proposal.annual_plan),
                month(proposal.effective_from),
                text(proposal.reason),
                label(str(word(proposal.state))),
                day(proposal.approved_on),
                text(proposal.document_no),
                text(f"{proposal.made_by} {moment(proposal.made_at)}"),
            )
            for proposal in proposals
        ),
        frozen=2,
    )


def changes_table(period: Period, changes: Sequence[PlanChange]) -> Table:
    """Return the plan revisions that come into force in the month, with the lights they turned."""
    return Table(
        title=gettext("%(month)s起执行的计划调整", month=month_text(period)),
        columns=(
            Column(gettext("编码"), 12),
            Column(gettext("子项目"), 30),
            Column(gettext("牵头单位"), 18),
            Column(gettext("版本"), 8),
            Column(wan_label(gettext("原年度计划"))),
            Column(wan_label(gettext("调整后"))),
            Column(gettext("调整前的灯"), 10),
            Column(gettext("调整后的灯"), 10),
            Column(gettext("批准日期"), 12),
            Column(gettext("文号"), 18),
        ),
        rows=(
            (
                text(change.code),
                text(change.name),
                text(change.lead),
                count(change.number),
                money(change.before),
                money(change.after),
                light_cell(change.light_before),
                light_cell(change.light_after),
                day(change.approved_on),
                text(change.document_no),
            )
            for change in changes
        ),
        frozen=2,
    )
