"""The office approves a proposed plan with day and document, or turns it down; only approval changes a figure."""

from __future__ import annotations

from datetime import date

import pytest

from tests.databases import dump
from tests.factories import Desk, evenly, line, report, yuan
from tests.services.proposing import OFFICE, approved, proposed, rejected, typed, withdrawn
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.core.lights import Light
from tracker.services.plan_decisions import approve
from tracker.services.plan_effects import effect_of
from tracker.services.plan_proposals import PlanMoved
from tracker.store.audit import AuditEntry
from tracker.store.periods import StateChange
from tracker.store.plans import PlanRevision, ProposalState


@pytest.fixture
def lines(desk: Desk) -> Desk:
    """Return a desk with two lines of 1200 万元, 150 of each done by February, March open and reported as zero."""
    desk.on("2023-01-20").roster([line("甲", monthly_plan=evenly(1200)), line("乙")])
    for number, amount in ((1, 50), (2, 100), (3, 0)):
        desk.on("2023-03-20").reports(f"2023-{number:02d}", [report("甲", amount), report("乙", amount)])
    return desk.on("2023-03-21")


def revisions(desk: Desk) -> list[tuple[int, str, int, str, str, str]]:
    rows = desk.all(
        PlanRevision.number,
        PlanRevision.effective_from,
        PlanRevision.annual_plan,
        PlanRevision.document_no,
        PlanRevision.made_by,
        PlanRevision.source,
    )
    return sorted(
        (number, str(start), plan // 10_000, told, who, source)
        for number, start, plan, told, who, source in rows
        if number > 1
    )


def test_approval_writes_the_next_revision_with_both_names(lines: Desk) -> None:
    told = approved(lines, proposed(lines))
    assert (told.state, told.decided_by, told.revision) == (ProposalState.APPROVED, OFFICE.name, 2)
    assert (told.approved_on, told.document_no) == (date(2023, 3, 20), "常督〔2023〕8号")
    source = f"计划调整申请 {told.id}（市科技局 科技局张三 提出）"
    assert revisions(lines) == [(2, "2023-03", 600, "常督〔2023〕8号", OFFICE.name, source)]
    march, february = lines.line("2023-03", "甲"), lines.line("2023-02", "甲")
    assert (march.progress, march.original_progress, march.line.plan_revision) == (2500, 1250, 2)
    assert (february.progress, february.line.plan_revision) == (1250, 1)


def test_approval_is_written_down(lines: Desk) -> None:
    told = approved(lines, proposed(lines))
    (entry,) = [
        (who, before, after)
        for action, who, before, after in lines.all(
            AuditEntry.action, AuditEntry.made_by, AuditEntry.before, AuditEntry.after
        )
        if action == "plan_proposal.approve"
    ]
    assert entry[0] == OFFICE.name
    assert entry[1]["annual_plan"] == yuan(1200)
    assert (entry[2]["annual_plan"], entry[2]["plan_revision"]) == (yuan(600), 2)
    assert entry[2]["document_no"] == "常督〔2023〕8号"
    states = [
        (before, after, who)
        for kind, object_id, before, after, who in lines.all(
            StateChange.kind,
            StateChange.object_id,
            StateChange.before,
            StateChange.after,
            StateChange.made_by,
        )
        if (kind, object_id) == ("plan_proposal", told.id)
    ]
    assert ("proposed", "approved", OFFICE.name) in states


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"approved_on": ""}, "没有填批准日期"),
        ({"document_no": " "}, "没有填批准文号"),
        ({"approved_on": "2023-03-22"}, "批准日期 2023-03-22 在今天之后"),
        ({"approved_on": "三月"}, "批准日期看不懂"),
        ({"document_no": "号" * 101}, "文号超过 100 字"),
    ],
    ids=str,
)
def test_without_day_and_document_nothing_is_approved(
    lines: Desk, said: dict[str, str], sentence: str
) -> None:
    told = proposed(lines)
    before = dump(lines.engine)
    with pytest.raises(Refused, match=sentence) as refusal:
        approved(lines, told, **said)
    assert len(refusal.value.problems) == 1
    assert dump(lines.engine) == before


def test_a_plan_that_came_in_between_stops_the_approval(lines: Desk) -> None:
    told = proposed(lines)
    other = {"approved_on": date(2023, 3, 20), "document_no": "常政办发〔2023〕15号"}
    lines.roster([line("甲", "900", monthly_plan=evenly(900))], **other)
    before = dump(lines.engine)
    with pytest.raises(PlanMoved, match="第 1 版计划，现在已有第 2 版：年度计划投资 900 万元"):
        approved(lines, told)
    assert dump(lines.engine) == before
    assert rejected(lines, told).state is ProposalState.REJECTED, "there is a way out"


def test_a_month_closed_meanwhile_stops_the_approval(lines: Desk) -> None:
    told = proposed(lines)
    for name in ("2023-01", "2023-02", "2023-03"):
        lines.on("2023-04-10").close(name)
    before = dump(lines.engine)
    with pytest.raises(WrongState, match=r"2023-03 及以前已关闭，计划不能从 2023-03 起调整。请退回申请"):
        approved(lines, told)
    assert dump(lines.engine) == before


def test_turned_down_says_why_and_changes_no_plan(lines: Desk) -> None:
    told = rejected(lines, proposed(lines), "缺少批准文件，请补充")
    assert (told.state, told.decision_reason) == (ProposalState.REJECTED, "缺少批准文件，请补充")
    assert revisions(lines) == []
    reasons = [
        (action, after["decision_reason"])
        for action, after in lines.all(AuditEntry.action, AuditEntry.after)
        if action == "plan_proposal.reject"
    ]
    assert reasons == [("plan_proposal.reject", "缺少批准文件，请补充")]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "没有填退回原因"), ("不行", "退回原因过于简单"), ("长" * 2001, "退回原因过长")],
)
def test_turned_down_without_a_reason_is_refused(lines: Desk, reason: str, sentence: str) -> None:
    told = proposed(lines)
    with pytest.raises(Refused, match=sentence):
        rejected(lines, told, reason)


def test_what_is_decided_is_decided(lines: Desk) -> None:
    told = approved(lines, proposed(lines))
    with pytest.raises(WrongState, match="已由督查室王敏批准，不能再批准"):
        approved(lines, told)
    with pytest.raises(WrongState, match="不能再退回"):
        rejected(lines, told)
    with pytest.raises(WrongState, match="不能再撤回"):
        withdrawn(lines, told)
    assert len(revisions(lines)) == 1


def test_what_is_not_there_is_not_found(lines: Desk) -> None:
    with pytest.raises(NotFound, match="没有找到计划调整申请“77”"), lines.writing() as session:
        approve(session, OFFICE, 77, {}, lines.now)


def test_the_effect_is_what_comes_true(lines: Desk) -> None:
    lines.open("2023-04")
    told = proposed(lines)
    with lines.looking() as session:
        march, april = effect_of(session, told, lines.now)
    assert [(str(one.period), one.supposed) for one in (march, april)] == [
        ("2023-03", False),
        ("2023-04", False),
    ]
    assert march.in_force == lines.line("2023-03", "甲")
    assert (march.in_force.light, march.proposed.light, march.turned_off) == (Light.RED, Light.GREEN, True)
    assert (march.in_force.progress, march.proposed.progress) == (1250, 2500)
    approved(lines, told)
    for one in (march, april):
        then = lines.line(str(one.period), "甲")
        assert one.proposed.verdict == then.verdict
        assert (one.proposed.progress, one.proposed.schedule) == (then.progress, then.schedule)
        assert one.proposed.original_progress == then.original_progress


def test_a_plan_for_later_is_shown_as_if_it_held_now(lines: Desk) -> None:
    told = proposed(lines, plan=typed(effective_from="2023-08"))
    with lines.looking() as session:
        (march,) = effect_of(session, told, lines.now)
    assert (str(march.period), march.supposed, march.turned_off) == ("2023-03", True, True)


def test_without_an_open_month_there_is_no_effect_to_show(lines: Desk) -> None:
    for name in ("2023-01", "2023-02", "2023-03"):
        lines.on("2023-04-10").close(name)
    told = proposed(lines, plan=typed(effective_from="2023-08"))
    with lines.looking() as session:
        assert effect_of(session, told, lines.now) == ()


def test_the_briefing_lists_the_light_that_the_approved_plan_turned_off(lines: Desk) -> None:
    approved(lines, proposed(lines))
    (change,) = lines.briefing("2023-03").plan_changes
    assert change.turned_off
    assert (change.before, change.after) == (yuan(1200), yuan(600))
