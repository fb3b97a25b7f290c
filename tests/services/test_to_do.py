"""What waits for whom: each problem, notice and action waits for exactly those whose turn it is, overdue first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, line, month, work
from tracker.core.agenda import Adjustments
from tracker.core.deadlines import Escalation
from tracker.core.notice_ladder import NoticeColour
from tracker.services.actors import Actor
from tracker.services.agenda import made_agenda
from tracker.services.instructions import instruct
from tracker.services.to_do import ToDoKind, reached_leaders, waiting_for_office, waiting_for_units
from tracker.store.base import Base
from tracker.store.meetings import Action, ActionState
from tracker.store.notices import Notice, NoticeState
from tracker.store.problems import CoHandler, ProblemRow, ProblemState
from tracker.store.roster import Subproject, Unit

LEAD, HELPER = "市科技局", "市教育局"


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk on 4 April with a line of 科技局 and a work of 教育局."""
    desk.roster([line("甲", code="A-1", lead=LEAD), work("调研", code="W-1", lead=HELPER)])
    desk.open("2023-03")
    return desk


def unit(desk: Desk, name: str) -> int:
    found: int = dict(desk.all(Unit.name, Unit.id))[name]
    return found


def made(desk: Desk) -> dict[str, Any]:
    return {"made_by": ACTOR.name, "made_at": desk.now}


def problem(desk: Desk, state: ProblemState, *, helper_done: datetime | None = None) -> None:
    """Write a problem of the line that 科技局 handles until 1 April and 教育局 helps with until 20 April."""
    (line_id,) = desk.all(Subproject.id)
    with desk.writing() as session:
        row = ProblemRow(
            subproject_id=line_id,
            raised_in=month("2023-03"),
            text="用地指标未落实",
            help_needed="请协调用地",
            state=state,
            handler_id=None if state is ProblemState.RAISED else unit(desk, LEAD),
            deadline=None if state is ProblemState.RAISED else date(2023, 4, 1),
            **made(desk),
        )
        session.add(row)
        session.flush()
        if state is not ProblemState.RAISED:
            session.add(
                CoHandler(
                    problem_id=row.id,
                    unit_id=unit(desk, HELPER),
                    deadline=date(2023, 4, 20),
                    done_at=helper_done,
                )
            )


def notice(desk: Desk, state: NoticeState, number: int = 1) -> None:
    (line_id,) = desk.all(Subproject.id)
    with desk.writing() as session:
        session.add(
            Notice(
                number=f"督〔2023〕{number}号",
                colour=NoticeColour.BLUE,
                state=state,
                unit_id=unit(desk, LEAD),
                subproject_id=line_id,
                period=month("2023-03"),
                grounds=["低于序时进度"],
                text="请说明原因并整改",
                deadline=date(2023, 4, 3),
                **made(desk),
            )
        )


def waits(desk: Desk, name: str = "") -> list[ToDoKind]:
    """Return what waits for a unit, or for the office, in its order."""
    with desk.looking() as session:
        found = (
            waiting_for_units(session, [unit(desk, name)], desk.now)
            if name
            else waiting_for_office(session, desk.now)
        )
    return [todo.kind for todo in found]


SOLVE, HELP, ASSIGN, VERIFY = (
    ToDoKind.SOLVE_PROBLEM,
    ToDoKind.HELP_PROBLEM,
    ToDoKind.ASSIGN_PROBLEM,
    ToDoKind.VERIFY_PROBLEM,
)


@pytest.mark.parametrize(
    ("state", "lead", "helper", "office"),
    [
        (ProblemState.RAISED, [], [], [ASSIGN]),
        (ProblemState.ASSIGNED, [SOLVE], [HELP], []),
        (ProblemState.IN_PROGRESS, [SOLVE], [HELP], []),
        (ProblemState.RESOLVED, [], [], [VERIFY]),
        (ProblemState.CLOSED_OUT, [], [], []),
    ],
)
def test_whom_a_problem_waits_for(
    march: Desk, state: ProblemState, lead: list[ToDoKind], helper: list[ToDoKind], office: list[ToDoKind]
) -> None:
    problem(march, state)
    assert (waits(march, LEAD), waits(march, HELPER), waits(march)) == (lead, helper, office)


def test_a_helper_that_did_its_part_is_left_alone(march: Desk) -> None:
    problem(march, ProblemState.ASSIGNED, helper_done=march.now)
    assert (waits(march, LEAD), waits(march, HELPER)) == ([SOLVE], [])


@pytest.mark.parametrize(
    ("state", "lead", "office"),
    [
        (NoticeState.ISSUED, [ToDoKind.ANSWER_NOTICE], []),
        (NoticeState.REPLIED, [], [ToDoKind.VERIFY_NOTICE]),
        (NoticeState.CLOSED_OUT, [], []),
        (NoticeState.WITHDRAWN, [], []),
    ],
)
def test_whom_a_notice_waits_for(
    march: Desk, state: NoticeState, lead: list[ToDoKind], office: list[ToDoKind]
) -> None:
    notice(march, state)
    assert (waits(march, LEAD), waits(march, HELPER), waits(march)) == (lead, [], office)


@pytest.mark.parametrize(
    ("state", "lead", "office"),
    [
        (ActionState.OPEN, [ToDoKind.DO_ACTION], []),
        (ActionState.DONE, [], [ToDoKind.VERIFY_ACTION]),
        (ActionState.CLOSED_OUT, [], []),
    ],
)
def test_whom_an_action_waits_for(
    march: Desk, state: ActionState, lead: list[ToDoKind], office: list[ToDoKind]
) -> None:
    with march.writing() as session:
        instruct(session, Actor("市长"), 2023, "A-1", "请抓紧推进", march.now)
    march.change(Action, Action.id > 0, state=state)
    assert (waits(march, LEAD), waits(march, HELPER), waits(march)) == (lead, [], office)


def test_a_notice_is_told_by_its_number_its_colour_and_what_it_is_about(march: Desk) -> None:
    notice(march, NoticeState.ISSUED)
    with march.looking() as session:
        (of_line,) = waiting_for_units(session, [unit(march, LEAD)], march.now)
    march.change(Notice, Notice.id > 0, subproject_id=None)
    with march.looking() as session:
        (of_month,) = waiting_for_units(session, [unit(march, LEAD)], march.now)
    assert (of_line.text, of_month.text) == (
        "督〔2023〕1号（蓝色督办单）：甲",
        "督〔2023〕1号（蓝色督办单）：2023年3月有关工作",
    )


def test_the_longest_overdue_comes_first_and_reaches_the_leaders_in_time(march: Desk) -> None:
    problem(march, ProblemState.ASSIGNED)
    notice(march, NoticeState.ISSUED)
    with march.writing() as session:
        instruct(session, Actor("市长"), 2023, "A-1", "请抓紧推进", march.now)
    assert waits(march, LEAD) == [SOLVE, ToDoKind.ANSWER_NOTICE, ToDoKind.DO_ACTION]
    # The problem was due on 1 April, the notice on 3 April; the leaders are told after a fortnight and a day.
    for day, kinds in (
        ("2023-04-16", []),
        ("2023-04-17", [SOLVE]),
        ("2023-04-19", [SOLVE, ToDoKind.ANSWER_NOTICE]),
    ):
        march.on(day)
        with march.looking() as session:
            found = reached_leaders(session, march.now)
        assert [todo.kind for todo in found] == kinds
        assert {todo.escalation for todo in found} <= {Escalation.LEADER}


def test_nothing_waits_for_somebody_without_a_unit(march: Desk) -> None:
    problem(march, ProblemState.ASSIGNED)
    with march.looking() as session:
        assert waiting_for_units(session, [], march.now) == ()


def test_what_is_over_is_not_read(march: Desk) -> None:
    """Closed problems and settled notices pile up through the years: what waits is found without reading them."""
    for state in ProblemState:
        problem(march, state)
    for number, standing in enumerate(NoticeState):
        notice(march, standing, number)
    loaded: set[tuple[type[Base], str]] = set()

    def note(row: ProblemRow | Notice, _: object) -> None:
        loaded.add((type(row), row.state))

    with noting_loads(note, ProblemRow, Notice), march.looking() as session:
        waiting_for_office(session, march.now)
        reached_leaders(session, march.now)
        waiting_for_units(session, [unit(march, LEAD)], march.now)
        made_agenda(session, None, month("2023-03"), Adjustments(), march.now)
    waits_for_somebody = {
        *((ProblemRow, state) for state in ProblemState if state is not ProblemState.CLOSED_OUT),
        *((Notice, state) for state in (NoticeState.ISSUED, NoticeState.REPLIED)),
    }
    assert loaded == waits_for_somebody


@contextmanager
def noting_loads(note: Callable[..., None], *tables: type[Base]) -> Iterator[None]:
    """Call `note` with each row of these tables that is read meanwhile."""
    for table in tables:
        sa.event.listen(table, "load", note)
    try:
        yield
    finally:
        for table in tables:
            sa.event.remove(table, "load", note)
