"""A problem's steps on SQLite and PostgreSQL: a whole life, two officers at once, and which months its light is on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import ACTOR, Desk, at, line, month, report
from tracker.core.deadlines import Escalation
from tracker.core.errors import WrongState
from tracker.core.periods import Period
from tracker.intake.attachments import Attachment, MediaType
from tracker.services.actors import Actor
from tracker.services.problem_assigning import Assignment, Part, assign
from tracker.services.problem_claims import seen_of
from tracker.services.problem_closing import close_out
from tracker.services.problem_handling import finish_part, remark, resolve
from tracker.services.problem_list import (
    ProblemFilter,
    ProblemGroup,
    ProblemInfo,
    ProblemSort,
    listed,
    problem_list,
)
from tracker.services.problem_raising import Raised, raise_by_hand
from tracker.services.state_changes import Overtaken
from tracker.services.subjects import Subject
from tracker.store.problems import Difficulty, ProblemCategory, ProblemState
from tracker.store.roster import Unit

PICTURE = Attachment("现场.jpg", MediaType.JPEG, b"pixels")
OFFICER = Actor("另一位督查员")


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk with one line of 市科技局, March open and reported, on 4 April 2023."""
    desk.roster([line("甲", code="A-1", lead="市科技局"), line("乙", code="B-1", lead="市教育局")])
    desk.open("2023-03")
    desk.reports("2023-03", [report("甲", 100)], accept=True)
    return desk


def units(desk: Desk) -> dict[str, int]:
    return {name: unit_id for unit_id, name in desk.all(Unit.id, Unit.name)}


def raised(desk: Desk) -> int:
    with desk.writing() as session:
        return raise_by_hand(session, ACTOR, Raised(2023, "A-1", "缺用地指标30亩"), desk.now)


def seen(desk: Desk, problem_id: int) -> str:
    with desk.looking() as session:
        (found,) = problem_list(session, desk.now)
        return seen_of(session, problem_id, found.state)


def found(desk: Desk) -> ProblemInfo:
    with desk.looking() as session:
        (one,) = problem_list(session, desk.now)
    return one


def wanted(desk: Desk, deadline: str = "2023-04-20") -> Assignment:
    known = units(desk)
    return Assignment(
        known["市科技局"],
        date.fromisoformat(deadline),
        (Part(known["市教育局"]),),
        ProblemCategory.LAND,
        Difficulty.CITY,
    )


def assigned(desk: Desk, problem_id: int, actor: Actor = ACTOR) -> None:
    looked_at = seen(desk, problem_id)
    with desk.writing() as session:
        assign(session, actor, problem_id, looked_at, wanted(desk), "", desk.now)


def test_a_whole_life_and_the_months_of_its_light(march: Desk) -> None:
    problem_id, own, other = raised(march), units(march)["市科技局"], units(march)["市教育局"]
    assert found(march).raised_in == Period(2023, 3)
    assigned(march, problem_id)
    march.on("2023-04-10").close("2023-03")
    march.on("2023-04-28").open("2023-04")
    one = found(march)
    assert (one.days_overdue, one.escalation, one.co_handlers[0].days_overdue) == (8, Escalation.OFFICE, 8)
    assert _lit(march, "2023-04")
    with march.writing() as session:
        finish_part(
            session, ACTOR, problem_id, {other}, seen(march, problem_id), "指标已经调剂", (), march.attachments,
            march.now,
        )  # fmt: skip
    with march.writing() as session:
        remark(session, ACTOR, problem_id, "正在办理手续", [PICTURE], march.attachments, march.now, {own})
    with march.writing() as session:
        resolve(
            session, ACTOR, problem_id, {own}, seen(march, problem_id), "用地指标已落实", [PICTURE], "",
            march.attachments, march.now,
        )  # fmt: skip
    assert _lit(march, "2023-04"), "solved in words is not verified"
    with march.writing() as session:
        assert close_out(session, ACTOR, problem_id, seen(march, problem_id), "", march.now) == month(
            "2023-04"
        )
    assert not _lit(march, "2023-04")
    one = found(march)
    assert (one.days_overdue, one.escalation, one.overdue) == (0, Escalation.NONE, False)


def _lit(desk: Desk, period: str) -> bool:
    return any(reason.rule.value == "problem_overdue" for reason in desk.line(period, "A-1").reasons)


def test_two_officers_at_once_and_the_second_is_told(march: Desk) -> None:
    problem_id = raised(march)
    looked_at = seen(march, problem_id)
    assigned(march, problem_id, OFFICER)
    with (
        pytest.raises(Overtaken, match="另一位督查员 已于 04-04 10:00 处理过这个问题"),
        march.writing() as session,
    ):
        assign(session, ACTOR, problem_id, looked_at, wanted(march, "2023-05-20"), "", march.now)
    assert str(found(march).deadline) == "2023-04-20"


def test_what_nobody_solved_is_not_closed_out(march: Desk) -> None:
    problem_id = raised(march)
    assigned(march, problem_id)
    with pytest.raises(WrongState, match="不能销号"), march.writing() as session:
        close_out(session, ACTOR, problem_id, seen(march, problem_id), "", march.now)
    assert found(march).closed_out_in is None


def _problem(number: int, state: ProblemState, days: int, deadline: date | None) -> ProblemInfo:
    subject = Subject(False, number, 2023, f"A-{number}", "甲", "项目", "工程", None, "", "")
    return ProblemInfo(
        id=number,
        subject=subject,
        state=state,
        text="问题",
        help_needed="",
        category=None,
        difficulty=None,
        raised_in=Period(2023, 3),
        unit_id=None,
        unit="",
        made_by="王敏",
        made_at=at("2023-04-04"),
        handler_id=None,
        handler="",
        deadline=deadline,
        days_overdue=days,
        escalation=Escalation.NONE,
        co_handlers=(),
        closed_out_in=None,
        involved=frozenset(),
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ProblemState),
            st.integers(0, 40),
            st.none() | st.dates(date(2023, 1, 1), date(2024, 12, 31)),
        ),
        max_size=12,
    )
)
def test_the_lists_hold_every_problem_once_and_the_longest_overdue_first(
    told: list[tuple[ProblemState, int, date | None]],
) -> None:
    problems = [_problem(number, *one) for number, one in enumerate(told)]
    lists = {group: listed(problems, ProblemFilter(group=group)) for group in ProblemGroup}
    assert sorted(one.id for found_in in lists.values() for one in found_in) == list(range(len(problems)))
    days = [one.worst_days for one in lists[ProblemGroup.HANDLING]]
    assert days == sorted(days, reverse=True)
    dated = listed(problems, ProblemFilter(sort=ProblemSort.DEADLINE))
    known = [one.deadline for one in dated if one.deadline is not None]
    assert known == sorted(known)
    assert [one.deadline for one in dated[: len(known)]] == known, "what has no deadline stands last"
