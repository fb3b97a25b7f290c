"""The ladder of notices: worse facts never call for less, one proposal per subject, and every step is a setting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.notice_ladder import (
    DEFAULT_LADDER,
    Cause,
    Fact,
    InvalidLadder,
    Ladder,
    NoticeColour,
    NoticeSubject,
    Proposal,
    Standing,
    Step,
    SubjectKind,
    dealt_with,
    ladder_from_json,
    ladder_problems,
    ladder_to_json,
    proposals,
)

BLUE, YELLOW, RED = NoticeColour
LINE, OTHER = NoticeSubject(SubjectKind.LINE, 1), NoticeSubject(SubjectKind.UNIT, 7)
FREE = replace(DEFAULT_LADDER, in_turn=False)
MEASURED = [cause for cause in Cause if cause is not Cause.NOTICE_OVERDUE]


def fact(cause: Cause, measure: int, subject: NoticeSubject = LINE, unit_id: int | None = 5) -> Fact:
    return Fact(cause, measure, subject, unit_id, (f"{cause} {measure}",))


def notice(colour: NoticeColour, **said: Any) -> Standing:
    told = {"id": 1, "open": True, "days_overdue": 0, "this_month": False} | said
    return Standing(number=f"督〔2023〕{told['id']}号", colour=colour, subject=LINE, unit_id=5, **told)


def colour_of(found: tuple[Proposal, ...], subject: NoticeSubject = LINE) -> NoticeColour | None:
    return next((proposal.colour for proposal in found if proposal.subject == subject), None)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Return any ladder that may hold."""
    steps: list[Step] = []
    for cause in Cause:
        numbers = sorted(draw(st.sets(st.integers(1, min(cause.most, 9)), min_size=3, max_size=3)))
        for colour, number in zip(NoticeColour, numbers, strict=True):
            if draw(st.booleans()) and (cause, colour) != (Cause.NOTICE_OVERDUE, BLUE):
                steps.append(Step(cause, colour, number))
    steps = steps or [Step(Cause.RED_LIGHT, BLUE, 1)]
    return Ladder(tuple(steps), (7, 5, 3), in_turn=draw(st.booleans()))


facts = st.lists(
    st.builds(fact, st.sampled_from(MEASURED), st.integers(1, 12), st.sampled_from([LINE, OTHER])), max_size=6
)
before = st.lists(
    st.builds(
        notice,
        st.sampled_from(NoticeColour),
        id=st.integers(1, 9),
        open=st.booleans(),
        days_overdue=st.integers(0, 12),
        this_month=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
dismissals = st.sets(st.tuples(st.sampled_from([LINE.key, OTHER.key]), st.sampled_from(NoticeColour)))


def sharpness(colour: NoticeColour | None) -> int:
    return 0 if colour is None else colour.sharpness


@given(ladders(), facts, before, dismissals, st.data())
def test_worse_facts_never_propose_a_milder_colour(
    ladder: Ladder,
    told: list[Fact],
    issued: list[Standing],
    aside: set[tuple[str, NoticeColour]],
    data: st.DataObject,
) -> None:
    worse = [replace(one, measure=one.measure + data.draw(st.integers(0, 5))) for one in told]
    worse += data.draw(facts)
    longer = [replace(one, days_overdue=one.days_overdue + data.draw(st.integers(0, 5))) for one in issued]
    first, then = proposals(ladder, told, issued, aside), proposals(ladder, worse, longer, aside)
    for subject in (LINE, OTHER):
        assert sharpness(colour_of(then, subject)) >= sharpness(colour_of(first, subject))


@given(ladders(), facts, before, dismissals)
def test_one_proposal_a_subject_and_none_that_stands_was_settled_or_put_aside(
    ladder: Ladder, told: list[Fact], issued: list[Standing], aside: set[tuple[str, NoticeColour]]
) -> None:
    found = proposals(ladder, told, issued, aside)
    subjects = [proposal.subject for proposal in found]
    assert len(subjects) == len(set(subjects))
    for proposal in found:
        for one in issued:
            if one.subject == proposal.subject and (one.open or one.this_month):
                assert proposal.colour.sharpness > one.colour.sharpness
        for key, colour in aside:
            if key == proposal.subject.key:
                assert proposal.colour.sharpness > colour.sharpness
        assert proposal.called_for.sharpness >= proposal.colour.sharpness
        assert proposal.grounds


@given(ladders(), facts, before)
def test_issuing_what_was_proposed_leaves_nothing_to_propose(
    ladder: Ladder, told: list[Fact], issued: list[Standing]
) -> None:
    done = [
        Standing(90 + number, "", one.colour, one.subject, 5, open=True, days_overdue=0, this_month=True)
        for number, one in enumerate(proposals(ladder, told, issued))
    ]
    # The milder ones are superseded by what was issued.
    left = [one for one in issued if not any(new.subject == one.subject for new in done)]
    again = proposals(replace(ladder, in_turn=True), told, [*left, *done])
    assert [one for one in again if one.subject in {new.subject for new in done}] == []


@given(ladders())
def test_a_ladder_survives_storage(ladder: Ladder) -> None:
    assert ladder_problems(ladder) == ()
    assert ladder_from_json(ladder_to_json(ladder)) == ladder


@pytest.mark.parametrize(("months", "colour"), [(1, BLUE), (2, YELLOW), (3, RED), (9, RED)])
def test_months_of_red_call_for_the_default_colours(months: int, colour: NoticeColour) -> None:
    (found,) = proposals(FREE, [fact(Cause.RED_LIGHT, months)], [])
    assert (found.colour, found.called_for, found.unit_id, found.follows_id) == (colour, colour, 5, None)


def test_the_default_is_a_yellow_light_for_three_months_and_no_more() -> None:
    assert proposals(FREE, [fact(Cause.FLAGGED, 2)], []) == ()
    assert colour_of(proposals(FREE, [fact(Cause.FLAGGED, 12)], [])) is BLUE


def test_nobody_is_skipped_a_step_but_one_a_month() -> None:
    told = [fact(Cause.RED_LIGHT, 3)]
    (first,) = proposals(DEFAULT_LADDER, told, [])
    assert (first.colour, first.called_for) == (BLUE, RED)
    assert proposals(DEFAULT_LADDER, told, [notice(BLUE, this_month=True)]) == ()
    (second,) = proposals(DEFAULT_LADDER, told, [notice(BLUE, open=False)])
    assert (second.colour, second.follows_id) == (YELLOW, 1)


@given(ladders(), facts, before)
def test_a_subject_is_dealt_with_or_proposed_or_has_one_open(
    ladder: Ladder, told: list[Fact], issued: list[Standing]
) -> None:
    quiet = {one.subject for one in dealt_with(ladder, told, issued)}
    found = {one.subject for one in proposals(ladder, told, issued)}
    standing = {one.subject for one in issued if one.open}
    called = {one.subject for one in told if ladder.colour_for(one.cause, one.measure) is not None}
    assert quiet <= called
    assert not quiet & standing
    assert called <= quiet | found | standing


def test_an_unanswered_notice_calls_for_the_next_colour_in_the_same_month() -> None:
    assert proposals(DEFAULT_LADDER, [], [notice(BLUE, this_month=True)]) == ()
    (found,) = proposals(DEFAULT_LADDER, [], [notice(BLUE, this_month=True, days_overdue=1)])
    assert (found.colour, found.causes, found.follows_id) == (YELLOW, (Cause.NOTICE_OVERDUE,), 1)
    assert found.grounds == ("蓝色督办单督〔2023〕1号逾期1天未回复",)
    (sharper,) = proposals(DEFAULT_LADDER, [], [notice(YELLOW, days_overdue=2)])
    assert sharper.colour is RED
    assert proposals(DEFAULT_LADDER, [], [notice(RED, days_overdue=99)]) == ()
    patient = replace(DEFAULT_LADDER, steps=(Step(Cause.NOTICE_OVERDUE, YELLOW, 5),))
    assert proposals(patient, [], [notice(BLUE, days_overdue=4)]) == ()


def test_facts_are_told_together_once_and_the_named_unit_acts() -> None:
    told = [
        fact(Cause.RED_LIGHT, 3, unit_id=None),
        replace(fact(Cause.FLAGGED, 3, unit_id=8), grounds=("red_light 3", "flagged 3")),
    ]
    (found,) = proposals(FREE, told, [])
    assert (found.unit_id, found.grounds) == (8, ("red_light 3", "flagged 3"))
    (nobody,) = proposals(FREE, told[:1], [])
    assert nobody.unit_id is None


def test_the_sharpest_stand_first() -> None:
    told = [fact(Cause.REPORT_MISSING, 1, OTHER), fact(Cause.RED_LIGHT, 3)]
    assert [one.colour for one in proposals(FREE, told, [])] == [RED, BLUE]


def test_every_step_is_a_setting() -> None:
    (found,) = proposals(
        replace(FREE, steps=(Step(Cause.REPORT_MISSING, RED, 1),)), [fact(Cause.REPORT_MISSING, 1)], []
    )
    assert found.colour is RED
    assert FREE.days_to_answer(BLUE) == 7
    assert FREE.at_least(Cause.FLAGGED, RED) is None


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"steps": (Step(Cause.RED_LIGHT, BLUE, 13),)}, "red_light.blue", "须为1至12的整数"),
        ({"steps": (Step(Cause.PROBLEM_OVERDUE, RED, 0),)}, "problem_overdue.red", "须为1至365的整数"),
        (
            {"steps": (Step(Cause.RED_LIGHT, BLUE, 2), Step(Cause.RED_LIGHT, RED, 2))},
            "red_light.red",
            "请填写大于2的数",
        ),
        ({"steps": (Step(Cause.NOTICE_OVERDUE, BLUE, 1),)}, "notice_overdue.blue", "蓝色是第一级"),
        ({"steps": ()}, "red_light.blue", "请至少填写一个条件"),
        ({"workdays": (0, 5, 3)}, "workdays.blue", "须为1至60个工作日"),
        ({"prefix": "督〔"}, "prefix", "不含括号"),
        ({"prefix": ""}, "prefix", "须为1至20个字"),
    ],
)
def test_what_cannot_hold_says_where_and_why(wrong: dict[str, Any], field: str, said: str) -> None:
    (problem,) = ladder_problems(replace(DEFAULT_LADDER, **wrong))
    assert problem.field == field
    assert said in problem.sentence()


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({}, "无法识别"),
        ({"steps": [], "workdays": [7, 5, 3], "prefix": "督", "in_turn": True}, "无法识别"),
        ({**ladder_to_json(DEFAULT_LADDER), "steps": {"red_light": {"pink": 1}}}, "无法识别"),
        ({**ladder_to_json(DEFAULT_LADDER), "workdays": [99, 5, 3]}, "无法执行"),
    ],
)
def test_a_stored_ladder_that_is_none_is_refused(stored: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidLadder, match=said):
        ladder_from_json(stored)
