"""A problem whose report is worded anew: what nobody took up goes along, what somebody rests on stays as it was."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import ACTOR, Desk, month, report
from tests.services import month_desk
from tests.services.month_desk import OFFICER, hand_in, head, returned
from tests.services.month_desk import seen as reports_seen
from tracker.core.errors import WrongState
from tracker.core.notice_ladder import NoticeColour, NoticeSubject, SubjectKind
from tracker.services import meeting_run
from tracker.services.meetings import Invitation, item_of, plan_meeting
from tracker.services.notice_issuing import Wording, issue_by_hand
from tracker.services.problem_assigning import Assignment, assign
from tracker.services.problem_claims import seen_of
from tracker.store.audit import AuditEntry
from tracker.store.meetings import Action
from tracker.store.notices import Notice
from tracker.store.problems import Difficulty, ProblemCategory, ProblemRow, ProblemState
from tracker.store.roster import Unit

MARCH = "2023-03"


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk on 3 April; the report of March tells that A-1 lacks land, and asks for a hearing."""
    month_desk.march(desk)
    hand_in(desk, MARCH, "A-1", "120", problem_text="缺用地指标", help_needed="请召开协调会")
    return desk


def told(desk: Desk, text: str, help_needed: str = "") -> None:
    """Hand the report of A-1 for March in anew, with these words."""
    based_on = head(desk, MARCH, "A-1").revisions
    hand_in(desk, MARCH, "A-1", "120", based_on, problem_text=text, help_needed=help_needed)


def listed(desk: Desk) -> list[tuple[int, str, str]]:
    return sorted(desk.all(ProblemRow.id, ProblemRow.text, ProblemRow.help_needed))


def looked_at(desk: Desk) -> tuple[int, str]:
    """Return the only problem's id and what its page carries."""
    ((problem_id, state),) = desk.all(ProblemRow.id, ProblemRow.state)
    with desk.looking() as session:
        return problem_id, seen_of(session, problem_id, state)


def assigned(desk: Desk, page: tuple[int, str]) -> None:
    wanted = Assignment(
        desk.all(Unit.id)[0], date(2023, 4, 20), (), ProblemCategory.LAND, Difficulty.SEVERAL_UNITS
    )
    with desk.writing() as session:
        assign(session, OFFICER, *page, wanted, "", desk.now)


def meeting(desk: Desk) -> int:
    with desk.writing() as session:
        return plan_meeting(
            session, ACTOR, Invitation("", month(MARCH), desk.now.date(), "", "", ""), desk.now
        )


def decided(desk: Desk, meeting_id: int, problem_id: int) -> None:
    unit_id = desk.all(Unit.id)[0]
    with desk.looking() as session:
        item = item_of(session, meeting_id, f"problems.{problem_id}", desk.now)
    with desk.writing() as session:
        meeting_run.decide(
            session, ACTOR, meeting_id, item, unit_id, date(2023, 5, 10), "十日内报批", desk.now
        )


def notice(desk: Desk, problem_id: int) -> None:
    wording = Wording(
        desk.all(Unit.id)[0], NoticeColour.BLUE, ("缺用地指标",), "请尽快落实用地", date(2023, 4, 20)
    )
    with desk.writing() as session:
        issue_by_hand(session, OFFICER, NoticeSubject(SubjectKind.PROBLEM, problem_id), wording, desk.now)


@pytest.mark.parametrize("words", ["缺用地指标30亩", ""])
def test_what_a_meeting_decided_on_stays_when_its_report_is_worded_anew(march: Desk, words: str) -> None:
    problem_id, _ = looked_at(march)
    decided(march, meeting(march), problem_id)
    told(march, words)
    assert march.all(Action.problem_id) == [problem_id]
    assert listed(march)[0] == (problem_id, "缺用地指标", "请召开协调会")
    assert [text for _, text, _ in listed(march)[1:]] == [words] * bool(words)


@pytest.mark.parametrize("words", ["缺用地指标30亩", ""])
def test_what_a_notice_is_about_stays_when_its_report_is_worded_anew(march: Desk, words: str) -> None:
    problem_id, _ = looked_at(march)
    notice(march, problem_id)
    told(march, words)
    assert march.all(Notice.problem_id) == [problem_id]
    assert listed(march)[0] == (problem_id, "缺用地指标", "请召开协调会")
    assert [text for _, text, _ in listed(march)[1:]] == [words] * bool(words)


def test_an_old_page_acts_on_no_other_words(march: Desk) -> None:
    page = looked_at(march)
    told(march, "缺用地指标30亩", "请市里统筹")
    assert listed(march) == [(page[0], "缺用地指标30亩", "请市里统筹")], (
        "it is the same problem in other words"
    )
    with pytest.raises(WrongState, match="内容已改写"):
        assigned(march, page)
    assert march.all(ProblemRow.state) == [ProblemState.RAISED]
    assigned(march, looked_at(march))
    assert march.all(ProblemRow.state) == [ProblemState.ASSIGNED]


def test_an_old_page_acts_on_no_problem_that_came_in_its_place(march: Desk) -> None:
    page = looked_at(march)
    told(march, "")
    assert listed(march) == []
    told(march, "施工单位更换")
    with pytest.raises(WrongState, match="内容已改写"):
        assigned(march, (looked_at(march)[0], page[1]))
    assert march.all(ProblemRow.state) == [ProblemState.RAISED]


def test_words_that_stand_on_the_list_already_are_not_told_twice(march: Desk) -> None:
    hand_in(march, "2023-02", "A-1", "100", problem_text="资金没有到位")
    told(march, "资金没有到位")
    assert [text for _, text, _ in listed(march)] == ["资金没有到位"]


def test_a_frozen_agenda_decides_on_no_other_words(march: Desk) -> None:
    problem_id, _ = looked_at(march)
    meeting_id = meeting(march)
    with march.writing() as session:
        meeting_run.hold(session, ACTOR, meeting_id, march.now)
    told(march, "缺用地指标30亩")
    with pytest.raises(WrongState, match="已改写"):
        decided(march, meeting_id, problem_id)
    told(march, "")
    with pytest.raises(WrongState, match="不在问题清单上"):
        decided(march, meeting_id, problem_id)
    assert march.all(Action.id) == []


def test_other_help_for_the_same_problem_is_on_the_list_and_in_the_trail(march: Desk) -> None:
    page = looked_at(march)
    assigned(march, page)
    page = looked_at(march)
    told(march, "缺用地指标", "请市里统筹")
    assert listed(march) == [(page[0], "缺用地指标", "请市里统筹")]
    ((before, after),) = [
        (before, after)
        for action, before, after in march.all(AuditEntry.action, AuditEntry.before, AuditEntry.after)
        if action == "problem.reword"
    ]
    assert (before, after) == ({"help_needed": "请召开协调会"}, {"help_needed": "请市里统筹"})
    with pytest.raises(WrongState, match="内容已改写"):
        assigned(march, page)


def test_a_file_read_again_brings_other_help(march: Desk) -> None:
    march.reports(
        MARCH, [report(code="A-1", month_completed=120, problem_text="缺用地指标", help_needed="请市里统筹")]
    )
    assert [help_needed for _, _, help_needed in listed(march)] == ["请市里统筹"]


def test_an_earlier_month_does_not_take_back_what_a_later_one_asks_for(march: Desk) -> None:
    hand_in(march, "2023-02", "A-1", "100", problem_text="缺用地指标", help_needed="请街道配合")
    assert [help_needed for _, _, help_needed in listed(march)] == ["请召开协调会"]


def test_what_was_closed_out_keeps_its_words(march: Desk) -> None:
    march.change(ProblemRow, ProblemRow.id > 0, state=ProblemState.CLOSED_OUT, closed_out_in=month(MARCH))
    told(march, "缺用地指标", "请市里统筹")
    assert [help_needed for _, _, help_needed in listed(march)] == ["请召开协调会"]


def test_the_problem_of_a_returned_report_is_off_the_list(march: Desk) -> None:
    returned(march, reports_seen(march, MARCH, "A-1"))
    assert listed(march) == []
