"""Meetings, actions and instructions: what stands on which agenda until when, and who is told what when a step fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import ACTOR, Desk, line, month, work
from tests.services.at_once import Second
from tracker.core.agenda import Agenda, AgendaItem, AgendaPart
from tracker.core.deadlines import Escalation
from tracker.core.errors import NotFound, Refused, TrackerError, WrongState
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services import action_steps, meeting_run
from tracker.services import meetings as meetings_module
from tracker.services.actions import (
    ActionInfo,
    action_counts,
    action_of,
    actions_of_meeting,
    actions_of_subject,
    changes_of_action,
    instructions_of_subject,
    open_actions,
)
from tracker.services.actors import Actor
from tracker.services.instructions import instruct
from tracker.services.meetings import (
    Invitation,
    agenda_of,
    change_meeting,
    item_of,
    meeting_of,
    meetings,
    plan_meeting,
)
from tracker.services.remarks import remarks_of
from tracker.store.audit import AuditEntry
from tracker.store.meetings import Action, ActionState, Instruction, Meeting
from tracker.store.periods import StateChange
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.remarks import Remark, RemarkKind
from tracker.store.roster import Subproject, Unit

LEADER = Actor("市长（leader）")
DEADLINE = date(2023, 5, 10)


def plan(desk: Desk, period: str = "2023-03", day: date = date(2023, 4, 14)) -> int:
    with desk.writing() as session:
        return plan_meeting(session, ACTOR, Invitation("", month(period), day, "", "", ""), desk.now)


def agenda(desk: Desk, meeting_id: int) -> Agenda:
    with desk.looking() as session:
        return agenda_of(session, meeting_id, desk.now)


def keys(desk: Desk, meeting_id: int) -> list[str]:
    return [item.key for item in agenda(desk, meeting_id).items]


def a_unit(desk: Desk, number: int = 0) -> int:
    return sorted(desk.all(Unit.id))[number]


def decide(
    desk: Desk, meeting_id: int, text: str = "十日内完成用地报批", key: str = "", unit: int = 0
) -> int:
    item = item_at(desk, meeting_id, key) if key else None
    with desk.writing() as session:
        return meeting_run.decide(
            session, ACTOR, meeting_id, item, a_unit(desk, unit), DEADLINE, text, desk.now
        )


def item_at(desk: Desk, meeting_id: int, key: str) -> AgendaItem:
    with desk.looking() as session:
        return item_of(session, meeting_id, key, desk.now)


def leave_out(desk: Desk, meeting_id: int, key: str, out: bool = True) -> None:
    item = item_at(desk, meeting_id, key)
    with desk.writing() as session:
        meeting_run.leave_out(session, ACTOR, meeting_id, item, out, desk.now)


def change(desk: Desk, meeting_id: int, said: Invitation) -> None:
    with desk.looking() as session:
        mark = meeting_of(session, meeting_id).said_mark
    with desk.writing() as session:
        change_meeting(session, ACTOR, meeting_id, mark, said, desk.now)


def hold(desk: Desk, meeting_id: int) -> None:
    with desk.writing() as session:
        meeting_run.hold(session, ACTOR, meeting_id, desk.now)


def one(desk: Desk, action_id: int) -> ActionInfo:
    with desk.looking() as session:
        return action_of(session, action_id, desk.now)


def done(desk: Desk, action_id: int) -> None:
    seen = one(desk, action_id)
    with desk.writing() as session:
        action_steps.say_done(
            session, ACTOR, action_id, seen.version, "已完成报批手续", desk.now, unit_ids=(seen.unit_id,)
        )


def close_out(desk: Desk, action_id: int, reason: str = "") -> None:
    with desk.writing() as session:
        action_steps.close_out(session, ACTOR, action_id, one(desk, action_id).version, reason, desk.now)


def send_back(desk: Desk, action_id: int) -> None:
    with desk.writing() as session:
        action_steps.send_back(
            session, ACTOR, action_id, one(desk, action_id).version, "缺少批复文件", desk.now
        )


def written(desk: Desk) -> list[object]:
    """Return everything that a refused step could have written."""
    tables = (Meeting, Action, Instruction, StateChange, Remark, AuditEntry)
    return [desk.all(*sa.inspect(table).columns) for table in tables]


def refused(desk: Desk, error: type[TrackerError], step: Callable[[Session], object]) -> str:
    """Return what is said where a step fails; nothing is written."""
    before = written(desk)
    with pytest.raises(error) as raised, desk.writing() as session:
        step(session)
    assert written(desk) == before
    return str(raised.value)


def test_the_agenda_has_red_lights_worst_first_with_reasons_and_the_money_behind(
    closed_quarter: Desk,
) -> None:
    found = agenda(closed_quarter, plan(closed_quarter))
    red = [item for item in found.items if item.part is AgendaPart.RED_LIGHTS]
    figures = closed_quarter.figures("2023-03")
    expected = sorted(
        (line for line in figures.lines if line.light is Light.RED),
        key=lambda line: (-line.behind, line.line.code),
    )
    assert expected, "the reference quarter has red lights"
    assert [(item.code, item.behind, item.reasons) for item in red] == [
        (line.line.code, line.behind, line.reasons) for line in expected
    ]
    assert found.summary == figures.summary


def test_a_meeting_is_called_after_its_month(closed_quarter: Desk) -> None:
    meeting_id = plan(closed_quarter)
    with closed_quarter.looking() as session:
        assert meeting_of(session, meeting_id).title == "2023年3月重点项目推进例会"


def test_the_frozen_agenda_stays_when_figures_and_actions_change(closed_quarter: Desk) -> None:
    desk = closed_quarter
    desk.on("2023-04-14")
    desk.change(ProblemRow, sa.true(), state=ProblemState.ASSIGNED, deadline=date(2023, 4, 1))
    first = plan(desk)
    action = decide(desk, first, key=keys(desk, first)[0])
    second = plan(desk, day=date(2023, 4, 14))
    with desk.writing() as session:
        instruct(session, LEADER, 2023, desk.all(Subproject.code)[0], "请抓紧推进此项目", desk.now)
        meeting_run.add_item(session, ACTOR, second, "通报审计整改情况", desk.now)
    leave_out(desk, second, keys(desk, second)[-2])
    before = agenda(desk, second)
    hold(desk, second)
    held = agenda(desk, second)
    assert (held.summary, held.items, held.left_out) == (before.summary, before.items, ())
    desk.on("2023-05-20")
    done(desk, action)
    close_out(desk, action)
    desk.change(ProblemRow, sa.true(), state=ProblemState.CLOSED_OUT, closed_out_in=month("2023-04"))
    assert agenda(desk, second) == held
    assert agenda(desk, plan(desk)).items != held.items


def test_an_item_is_left_out_and_taken_in_again_and_an_added_one_goes(closed_quarter: Desk) -> None:
    desk, meeting_id = closed_quarter, plan(closed_quarter)
    all_keys = keys(desk, meeting_id)
    leave_out(desk, meeting_id, all_keys[0])
    with desk.writing() as session:
        meeting_run.add_item(session, ACTOR, meeting_id, "通报审计整改情况", desk.now)
    assert keys(desk, meeting_id) == [*all_keys[1:], "added.1"]
    assert [item.key for item in agenda(desk, meeting_id).left_out] == [all_keys[0]]
    leave_out(desk, meeting_id, all_keys[0], out=False)
    added = item_at(desk, meeting_id, "added.1")
    told = refused(
        desk,
        WrongState,
        lambda s: meeting_run.leave_out(s, ACTOR, meeting_id, added, False, desk.now),
    )
    assert "不用恢复" in told
    leave_out(desk, meeting_id, "added.1")
    assert keys(desk, meeting_id) == all_keys
    # Somebody else took it away since it was looked up.
    refused(desk, NotFound, lambda s: meeting_run.leave_out(s, ACTOR, meeting_id, added, True, desk.now))
    with pytest.raises(NotFound):
        item_at(desk, meeting_id, "red_lights.99999")


def test_another_month_keeps_no_red_light_out_that_nobody_looked_at(closed_quarter: Desk) -> None:
    desk = closed_quarter
    meeting_id = plan(desk)
    lights = {item.key for item in agenda(desk, meeting_id).items if item.part is AgendaPart.RED_LIGHTS}
    february = plan(desk, "2023-02")
    both = next(key for key in keys(desk, february) if key in lights)
    action = decide(desk, plan(desk))
    for key in (both, f"actions.{action}"):
        leave_out(desk, meeting_id, key)
    change(desk, meeting_id, Invitation("", month("2023-03"), date(2023, 4, 14), "三楼", "", ""))
    assert both not in keys(desk, meeting_id), "the same month, the same items"
    change(desk, meeting_id, Invitation("", month("2023-02"), date(2023, 4, 14), "三楼", "", ""))
    assert both in keys(desk, meeting_id)
    assert [item.key for item in agenda(desk, meeting_id).left_out] == [f"actions.{action}"]


def test_an_item_on_which_something_is_decided_is_looked_up_before_others_have_to_wait(
    closed_quarter: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = closed_quarter
    meeting_id = plan(desk)
    item = item_at(desk, meeting_id, keys(desk, meeting_id)[0])

    def made(*_: object) -> Agenda:
        raise AssertionError("the whole agenda is made while nobody else can write")

    monkeypatch.setattr(meetings_module, "made_agenda", made)
    with desk.writing() as session:
        meeting_run.leave_out(session, ACTOR, meeting_id, item, True, desk.now)
        meeting_run.add_item(session, ACTOR, meeting_id, "通报审计整改情况", desk.now)
        meeting_run.decide(
            session, ACTOR, meeting_id, item, a_unit(desk), DEADLINE, "十日内完成用地报批", desk.now
        )


def test_no_list_of_meetings_reads_an_agenda_or_minutes(closed_quarter: Desk) -> None:
    desk = closed_quarter.on("2023-04-14")
    first, second = plan(desk), plan(desk)
    hold(desk, first)
    decide(desk, second)
    statements: list[str] = []
    with desk.looking() as session:

        def heard(*told: Any) -> None:
            statements.append(told[2])

        sa.event.listen(session.get_bind(), "before_cursor_execute", heard)
        found = meetings(session)
        assert [(one.id, one.decided) for one in found] == [(second, 1), (first, 0)]
        assert not [said for said in statements if "meeting.agenda" in said or "meeting.minutes" in said]
        assert meeting_of(session, second).decided == 1
        sa.event.remove(session.get_bind(), "before_cursor_execute", heard)
        with pytest.raises(NotFound):
            meeting_of(session, 999)


def test_a_decision_on_an_item_is_about_its_line(closed_quarter: Desk) -> None:
    desk, meeting_id = closed_quarter, plan(closed_quarter)
    item = next(item for item in agenda(desk, meeting_id).items if item.part is AgendaPart.RED_LIGHTS)
    action_id = decide(desk, meeting_id, key=item.key)
    assert item.line_id is not None
    with desk.looking() as session:
        assert [found.id for found in actions_of_subject(session, False, item.line_id, desk.now)] == [
            action_id
        ]
        assert [found.id for found in actions_of_meeting(session, meeting_id, desk.now)] == [action_id]
    found = one(desk, action_id)
    assert found.subject is not None
    assert found.subject.code == item.code
    assert found.origin == "2023年3月重点项目推进例会"


#: What can happen to an action between two meetings.
STEPS = st.lists(
    st.sampled_from(["done", "back", "close", "pass_on", "progress", "held", "plan"]), max_size=9
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_an_action_is_on_every_later_agenda_until_it_is_closed_out(desk: Desk, steps: list[str]) -> None:
    """Whatever happens: an action stands on the agenda of each meeting that is still planned iff it is not closed out."""
    if not desk.all(Unit.id):
        desk.roster([line("甲", code="A-1", lead="市科技局"), work("调研", code="W-1", lead="市教育局")])
        desk.open("2023-03")
    desk.on("2023-04-14")
    number = len(desk.all(Meeting.id))
    source = plan(desk)
    actions = [decide(desk, source, f"第{number}次例会议定的事项{which}") for which in "甲乙"]
    with desk.writing() as session:
        actions.append(instruct(session, LEADER, 2023, "W-1", f"请抓紧推进第{number}项", desk.now)[0])
    hold(desk, source)
    later = [plan(desk)]
    for position, step in enumerate(steps):
        _take(desk, step, actions[position % 3], later)
        closed = {row for row in actions if one(desk, row).state is ActionState.CLOSED_OUT}
        for meeting_id in later:
            with desk.looking() as session:
                planned = meeting_of(session, meeting_id).state.value == "planned"
            on_it = {item.id for item in agenda(desk, meeting_id).items if item.deadline}
            if planned:
                assert set(actions) - on_it == closed, step
    assert not set(actions) & {
        item.id for item in agenda(desk, source).items if item.part is AgendaPart.ACTIONS
    }


def _take(desk: Desk, step: str, action_id: int, later: list[int]) -> None:
    state = one(desk, action_id).state
    if step == "done" and state is ActionState.OPEN:
        done(desk, action_id)
    elif step == "back" and state is ActionState.DONE:
        send_back(desk, action_id)
    elif step == "close" and state is not ActionState.CLOSED_OUT:
        close_out(desk, action_id, "已到现场核实")
    elif step == "pass_on" and state is ActionState.OPEN:
        found = one(desk, action_id)
        other = next(unit for unit in desk.all(Unit.id) if unit != found.unit_id)
        with desk.writing() as session:
            action_steps.pass_on(
                session, ACTOR, action_id, found.version, other, DEADLINE, "职责调整后转办", desk.now
            )
    elif step == "progress" and state is not ActionState.CLOSED_OUT:
        with desk.writing() as session:
            action_steps.say_progress(session, ACTOR, action_id, "正在办理当中", desk.now, unit_ids=None)
    elif step == "held":
        hold(desk, later[-1])
        later.append(plan(desk))
    elif step == "plan":
        later.append(plan(desk))


def test_the_life_of_an_action_is_told_and_every_step_audited(closed_quarter: Desk) -> None:
    desk = closed_quarter
    action_id = decide(desk, plan(desk))
    done(desk, action_id)
    send_back(desk, action_id)
    assert one(desk, action_id).sent_back == "缺少批复文件"
    done(desk, action_id)
    assert one(desk, action_id).sent_back == ""
    close_out(desk, action_id)
    with desk.looking() as session:
        changes = changes_of_action(session, action_id)
        said = remarks_of(session, RemarkKind.ACTION, [action_id])[action_id]
    assert [(change.before, change.after.value) for change in changes] == [
        ("", "open"),
        ("open", "done"),
        ("done", "open"),
        ("open", "done"),
        ("done", "closed_out"),
    ]
    assert [remark.text for remark in said] == ["已完成报批手续"] * 2
    told = [
        action for action, kind in desk.all(AuditEntry.action, AuditEntry.object_kind) if kind == "action"
    ]
    assert told == [
        "action.make",
        "remark.add",
        "action.done",
        "action.send_back",
        "remark.add",
        "action.done",
        "action.close_out",
    ]


def test_what_is_overdue_comes_first_and_escalates(closed_quarter: Desk) -> None:
    desk, meeting_id = closed_quarter, plan(closed_quarter)
    first, second = decide(desk, meeting_id, "较早登记的事项"), decide(desk, meeting_id, "较晚登记的事项")
    desk.change(Action, Action.id == second, deadline=date(2023, 4, 20))
    reached = []
    for day in ("2023-04-20", "2023-04-21", "2023-04-28", "2023-05-06"):
        desk.on(day)
        with desk.looking() as session:
            found = open_actions(session, desk.now)
            late = action_counts(session, desk.now).overdue
        assert [action.id for action in found] == [second, first]
        reached.append((found[0].days_overdue, found[0].escalation, late))
    assert reached == [
        (0, Escalation.NONE, 0),
        (1, Escalation.UNIT, 1),
        (8, Escalation.OFFICE, 1),
        (16, Escalation.LEADER, 1),
    ]
    done(desk, second)
    # The unit did its part: what waits now waits on the office.
    assert one(desk, second).days_overdue == 0


def test_an_instruction_is_the_lead_units_action_five_workdays_later(desk: Desk) -> None:
    desk.roster([line("甲", code="A-1", lead="市科技局"), work("调研", code="W-1", lead="市教育局")])
    desk.on("2023-04-28")
    with desk.writing() as session:
        action_id, unit = instruct(session, LEADER, 2023, "A-1", "请 抓紧开工建设", desk.now)
    found = one(desk, action_id)
    # The holiday of 1 May lasts from 29 April to 3 May; Sunday 23 April and Saturday 6 May are worked.
    assert (unit, found.unit, found.deadline) == ("市科技局", "市科技局", date(2023, 5, 9))
    assert (found.origin, found.origin_by, found.text) == (
        "请 抓紧开工建设",
        "市长（leader）",
        "请 抓紧开工建设",
    )
    (line_id,) = desk.all(Subproject.id)
    with desk.looking() as session:
        (told,) = instructions_of_subject(session, False, line_id, desk.now)
    assert told.text == "请 抓紧开工建设"
    assert told.action == found


def test_another_unit_gets_the_action_but_never_other_words(desk: Desk) -> None:
    desk.roster([line("甲", code="A-1", lead="市科技局"), work("调研", code="W-1", lead="市教育局")])
    desk.on("2023-04-28")
    with desk.writing() as session:
        action_id, _ = instruct(session, LEADER, 2023, "A-1", "请抓紧开工建设", desk.now)
    before = one(desk, action_id)
    other = next(unit for unit in desk.all(Unit.id) if unit != before.unit_id)
    with desk.writing() as session:
        action_steps.pass_on(
            session, ACTOR, action_id, before.version, other, DEADLINE, "职责在教育局", desk.now
        )
    after = one(desk, action_id)
    assert (after.unit_id, after.deadline) == (other, DEADLINE)
    assert (after.text, after.origin) == (before.text, before.origin)
    assert desk.all(Instruction.text) == ["请抓紧开工建设"]
    with desk.looking() as session:
        with pytest.raises(NotFound):
            action_of(session, action_id, desk.now, (before.unit_id,))
        assert changes_of_action(session, action_id)[-1].reason == "职责在教育局"


def test_refused_steps_say_why_and_write_nothing(closed_quarter: Desk) -> None:
    desk = closed_quarter
    meeting_id = plan(desk)
    action_id = decide(desk, meeting_id)
    found, now = one(desk, action_id), desk.now
    other = next(unit for unit in desk.all(Unit.id) if unit != found.unit_id)
    seen, mine = found.version, (found.unit_id,)
    steps = action_steps
    for error, words, step in (
        (
            NotFound,
            "没有找到",
            lambda s: steps.say_done(s, ACTOR, action_id, seen, "已经办好了", now, unit_ids=(other,)),
        ),
        (Refused, "办理结果", lambda s: steps.say_done(s, ACTOR, action_id, seen, " ", now, unit_ids=mine)),
        (
            NotFound,
            "没有找到",
            lambda s: steps.say_progress(s, ACTOR, action_id, "正在办理当中", now, unit_ids=(other,)),
        ),
        (WrongState, "不能退回", lambda s: steps.send_back(s, ACTOR, action_id, seen, "缺少批复文件", now)),
        (Refused, "核实情况", lambda s: steps.close_out(s, ACTOR, action_id, seen, "", now)),
        (WrongState, "请核对", lambda s: steps.close_out(s, ACTOR, action_id, seen - 1, "已到现场核实", now)),
        (
            Refused,
            "没有变化",
            lambda s: steps.pass_on(
                s, ACTOR, action_id, seen, found.unit_id, found.deadline, "职责调整后转办", now
            ),
        ),
        (
            Refused,
            "已经过去",
            lambda s: steps.pass_on(
                s, ACTOR, action_id, seen, other, date(2023, 1, 1), "职责调整后转办", now
            ),
        ),
        (Refused, "转办原因", lambda s: steps.pass_on(s, ACTOR, action_id, seen, other, DEADLINE, "", now)),
        (
            WrongState,
            "同样的事项",
            lambda s: meeting_run.decide(
                s, ACTOR, meeting_id, None, found.unit_id, DEADLINE, found.text, now
            ),
        ),
        (Refused, "承办单位", lambda s: meeting_run.decide(s, ACTOR, meeting_id, None, None, None, "", now)),
        (
            NotFound,
            "议程事项",
            lambda s: item_of(s, meeting_id, "added.9", now),
        ),
        (Refused, "还没有到", lambda s: meeting_run.hold(s, ACTOR, meeting_id, now)),
        (
            WrongState,
            "其他人修改",
            lambda s: meeting_run.write_minutes(s, ACTOR, meeting_id, "x", "会议强调", now),
        ),
        (
            Refused,
            "报告期",
            lambda s: plan_meeting(s, ACTOR, Invitation("", Period(2024, 1), None, "", "", ""), now),
        ),
        (NotFound, "项目或工作", lambda s: instruct(s, LEADER, 2023, "无此项目", "请抓紧推进", now)),
        (Refused, "批示内容", lambda s: instruct(s, LEADER, 2023, "CX-01-1", "办", now)),
    ):
        assert words in refused(desk, error, step)  # type: ignore[arg-type]


def test_a_held_meeting_takes_minutes_and_decisions_but_no_other_agenda(closed_quarter: Desk) -> None:
    desk = closed_quarter.on("2023-04-14")
    meeting_id = plan(desk)
    hold(desk, meeting_id)
    decide(desk, meeting_id)
    with desk.looking() as session:
        mark = meeting_of(session, meeting_id).mark
    with desk.writing() as session:
        meeting_run.write_minutes(session, ACTOR, meeting_id, mark, "会议强调，抓紧开工。", desk.now)
    item = item_at(desk, meeting_id, keys(desk, meeting_id)[0])
    invitation = Invitation("改名", month("2023-03"), date(2023, 4, 14), "", "", "")
    for step in (
        lambda s: meeting_run.hold(s, ACTOR, meeting_id, desk.now),
        lambda s: meeting_run.add_item(s, ACTOR, meeting_id, "通报审计整改情况", desk.now),
        lambda s: meeting_run.leave_out(s, ACTOR, meeting_id, item, True, desk.now),
        lambda s: change_meeting(s, ACTOR, meeting_id, "", invitation, desk.now),
    ):
        assert "已经召开" in refused(desk, WrongState, step)
    with desk.looking() as session:
        assert meeting_of(session, meeting_id).minutes == "会议强调，抓紧开工。"


def test_two_officers_at_once_and_the_second_is_told(desk: Desk) -> None:
    desk.roster([line("甲", code="A-1", lead="市科技局")])
    desk.open("2023-03")
    action_id = decide(desk, plan(desk))
    done(desk, action_id)
    seen, now = one(desk, action_id).version, desk.now
    with desk.writing() as session:
        action_steps.close_out(session, ACTOR, action_id, seen, "", now)
        second = Second(
            desk, lambda other: action_steps.send_back(other, LEADER, action_id, seen, "缺少批复文件", now)
        )
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it waits for whoever came first"
    second.join(timeout=30)
    assert isinstance(second.outcome, WrongState)
    assert "王敏" in str(second.outcome)
    assert one(desk, action_id).state is ActionState.CLOSED_OUT
