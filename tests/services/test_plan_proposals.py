"""A unit proposes a plan for its own line, one at a time and on the newest plan; it can take it back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import Desk, evenly, line, report, work, yuan
from tests.services.at_once import Second
from tests.services.proposing import (
    UNIT,
    approved,
    ids,
    proposed,
    proposed_with_warnings,
    rejected,
    typed,
    withdrawn,
)
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.core.periods import Period
from tracker.services.plan_proposals import PlanMoved, plan_desk, propose
from tracker.services.proposed_plans import proposals
from tracker.store.audit import AuditEntry
from tracker.store.periods import StateChange
from tracker.store.plans import PlanProposal, PlanRevision, ProposalState


@pytest.fixture
def lines(desk: Desk) -> Desk:
    """Return a desk with two lines of two units and a work, January closed, February open."""
    desk.on("2023-01-20").roster(
        [
            line("甲", monthly_plan=evenly(1200), responsible=("武进区",)),
            line("乙", lead="市人社局"),
            work("丙"),
        ]
    )
    desk.on("2023-02-02").reports("2023-01", [report("甲", 50), report("乙", 50)])
    desk.on("2023-02-10").close("2023-01")
    desk.on("2023-03-02").reports("2023-02", [report("甲", 100), report("乙", 100)])
    return desk.on("2023-03-21")


def test_a_proposal_waits_and_changes_nothing_yet(lines: Desk) -> None:
    before = lines.line("2023-02", "甲")
    told = proposed(lines)
    assert (told.state, told.unit, told.made_by) == (ProposalState.PROPOSED, "市科技局", UNIT.name)
    assert (told.annual_plan, told.annual_before, told.based_on) == (yuan(600), yuan(1200), 1)
    assert told.months == (yuan(50),) * 12
    assert told.effective_from == Period(2023, 3)
    assert lines.line("2023-02", "甲") == before
    assert max(lines.all(PlanRevision.number)) == 1


def test_it_is_written_down_who_proposed_what(lines: Desk) -> None:
    told = proposed(lines)
    (entry,) = [
        (made_by, address, before, after)
        for action, made_by, address, before, after in lines.all(
            AuditEntry.action,
            AuditEntry.made_by,
            AuditEntry.address,
            AuditEntry.before,
            AuditEntry.after,
        )
        if action == "plan_proposal.propose"
    ]
    assert entry[:2] == (UNIT.name, UNIT.address)
    assert entry[2]["annual_plan"] == yuan(1200)
    assert (entry[3]["annual_plan"], entry[3]["state"]) == (yuan(600), "proposed")
    states = [
        (before, after)
        for kind, object_id, before, after in lines.all(
            StateChange.kind, StateChange.object_id, StateChange.before, StateChange.after
        )
        if (kind, object_id) == ("plan_proposal", told.id)
    ]
    assert states == [("", "proposed")]


def test_a_responsible_unit_proposes_in_its_own_name(lines: Desk) -> None:
    assert proposed(lines, unit="武进区").unit == "武进区"


def test_another_units_line_is_not_there(lines: Desk) -> None:
    before = dump(lines.engine)
    for name, unit in (("甲", "市人社局"), ("乙", "市科技局"), ("乙", "武进区")):
        with pytest.raises(NotFound, match="没有找到"):
            proposed(lines, name, unit=unit)
    assert dump(lines.engine) == before


def test_a_work_has_no_plan(lines: Desk) -> None:
    with lines.looking() as session:
        from tracker.store.roster import KeyProject

        code = session.scalars(sa.select(KeyProject.code).where(KeyProject.name == "丙")).one()
        with pytest.raises(NotFound):
            plan_desk(session, ids(lines, "市科技局"), 2023, code)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"annual_plan": ""}, "没有填年度计划投资"),
        ({"annual_plan": "约600"}, "年度计划投资：金额不是数字"),
        ({"annual_plan": "-600"}, "金额不能是负数"),
        ({"annual_plan": "700"}, "各月合计 600 万元，与年度计划投资 700 万元相差 100 万元"),
        ({"month_03": ""}, "3月计划没有填"),
        ({"month_03": "x"}, "3月计划：金额不是数字"),
        ({"effective_from": ""}, "没有选从哪个月起执行"),
        ({"effective_from": "2023-01"}, "2023-01 及以前已关闭"),
        ({"effective_from": "2024-03"}, "不在 2023 年"),
        ({"effective_from": "x"}, "月份应写成"),
        ({"reason": ""}, "没有填调整原因"),
        ({"reason": "略"}, "调整原因过于简单"),
        ({"approved_on": "2023-12-01"}, "在今天之后"),
        ({"approved_on": "x"}, "批准日期看不懂"),
        ({"document_no": "号" * 101}, "文号超过 100 字"),
    ],
    ids=str,
)
def test_each_refusal_has_its_sentence_and_writes_nothing(
    lines: Desk, said: dict[str, str], sentence: str
) -> None:
    before = dump(lines.engine)
    with pytest.raises(Refused, match=sentence) as refusal:
        proposed(lines, plan=typed(**said))
    fields = [problem.field for problem in refusal.value.problems]
    assert len(fields) == len(set(fields)), "one field is told of once"
    assert dump(lines.engine) == before


def test_every_problem_is_told_at_once(lines: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        proposed(lines, plan={})
    assert [problem.field for problem in refusal.value.problems] == [
        "annual_plan",
        "effective_from",
        "reason",
    ]


def test_earlier_months_told_otherwise_are_pointed_out(lines: Desk) -> None:
    _, warnings = proposed_with_warnings(lines)
    assert warnings == ("1月、2月在执行月份之前，所填计划与现行计划不同；这些月份的数字不因此改变",)


def test_the_second_proposal_for_a_line_is_told_of_the_first(lines: Desk) -> None:
    proposed(lines)
    before = dump(lines.engine)
    with pytest.raises(WrongState, match=r"已有一份待批的计划调整申请（科技局张三，2023-03-21 提出）"):
        proposed(lines, unit="武进区")
    assert dump(lines.engine) == before


def test_once_decided_or_taken_back_there_can_be_another(lines: Desk) -> None:
    withdrawn(lines, proposed(lines))
    rejected(lines, proposed(lines))
    approved(lines, proposed(lines))
    proposed(lines, based_on=2, plan=typed("1200", "100"))
    assert len(lines.all(PlanProposal.id)) == 4


def test_a_proposal_on_an_older_plan_is_told_what_changed(lines: Desk) -> None:
    approved(lines, proposed(lines))
    with pytest.raises(
        PlanMoved, match=r"依据的是第 1 版计划，现在已有第 2 版：年度计划投资 600 万元，2023-03 起执行，常督"
    ) as moved:
        proposed(lines, plan=typed("2400", "200"))
    assert moved.value.status == 409
    assert moved.value.newest.number == 2


def test_whoever_reports_the_line_can_take_the_proposal_back(lines: Desk) -> None:
    told = withdrawn(lines, proposed(lines), unit="武进区")
    assert (told.state, told.decided_by) == (ProposalState.WITHDRAWN, UNIT.name)
    with pytest.raises(WrongState, match="已由科技局张三撤回，不能再撤回"):
        withdrawn(lines, told)


def test_another_unit_cannot_take_it_back(lines: Desk) -> None:
    told = proposed(lines)
    with pytest.raises(NotFound):
        withdrawn(lines, told, unit="市人社局")


def test_a_unit_sees_the_proposals_of_its_own_lines(lines: Desk) -> None:
    first, second = proposed(lines), proposed(lines, "乙", unit="市人社局", plan=typed(month=""))
    with lines.looking() as session:
        assert [one.id for one in proposals(session, unit_ids=ids(lines, "武进区"))] == [first.id]
        assert [one.id for one in proposals(session, unit_ids=ids(lines, "市人社局"))] == [second.id]
        assert [one.id for one in proposals(session, unit_ids=ids(lines))] == []
        assert [one.id for one in proposals(session)] == [second.id, first.id]
        assert [one.id for one in proposals(session, waiting=False)] == []


def test_the_form_knows_the_newest_plan_and_the_months_that_can_change(lines: Desk) -> None:
    with lines.looking() as session:
        told = plan_desk(session, ids(lines, "市科技局"), 2023, lines.codes()["甲"])
    assert (told.newest.number, told.newest.annual_plan, told.waiting) == (1, yuan(1200), None)
    assert [str(period) for period in told.months_open] == [f"2023-{month:02d}" for month in range(2, 13)]
    first = proposed(lines)
    with lines.looking() as session:
        told = plan_desk(session, ids(lines, "市科技局"), 2023, lines.codes()["甲"])
    assert told.waiting is not None
    assert told.waiting.id == first.id


def test_of_two_proposals_at_once_one_is_told_of_the_other(lines: Desk) -> None:
    units, code = ids(lines, "市科技局"), lines.codes()["甲"]

    def second(session: object) -> None:
        propose(session, UNIT, units, 2023, code, typed(), 1, lines.now)  # type: ignore[arg-type]

    with lines.writing() as session:
        propose(session, UNIT, units, 2023, code, typed(), 1, lines.now)
        other = Second(lines, second)
        other.start()
        other.join(0.3)
        assert other.is_alive(), "the second must wait for the first"
    other.join(20)
    assert isinstance(other.outcome, WrongState)
    assert len(lines.all(PlanProposal.id)) == 1
