"""Notices: what real months propose, numbers that two officers never share, steps up the ladder, refusals that leave nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.databases import dump
from tests.factories import ACTOR, Desk, line, work
from tests.services.at_once import Second
from tests.services.month_desk import OFFICER, SECOND, hand_in
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.core.notice_ladder import DEFAULT_LADDER, Cause, NoticeColour, NoticeSubject, Step, SubjectKind
from tracker.services.actors import Actor
from tracker.services.notice_facts import month_to_answer_for
from tracker.services.notice_issuing import Wording, dismiss, issue_by_hand, issue_proposed, issue_worded
from tracker.services.notice_ladder import change_ladder, ladder_of, mark_of_ladder
from tracker.services.notice_list import NoticeFilter, NoticeGroup, NoticeInfo, notice_counts, notice_list
from tracker.services.notice_proposals import ProposalList, ProposedNotice, proposals_now
from tracker.services.notice_steps import close_out, day_to_answer, reply, seen_of, send_back, withdraw
from tracker.services.state_changes import Overtaken
from tracker.store.audit import AuditEntry
from tracker.store.notices import Notice, NoticeState
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import Report, ReportState
from tracker.store.roster import KeyProject, MilestoneRow, Subproject, Unit

BLUE, YELLOW, RED = NoticeColour


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Return a desk with a line far behind for two closed months, one on plan, one silent since February, and a work."""
    desk.on("2023-01-10").roster(
        [
            line("甲", "1200", code="A-1"),
            line("乙", "1200", code="A-2"),
            line("丙", "600", code="B-1", lead="市人社局", responsible=("武进区",)),
            work("丁", code="W-1", lead="市人社局"),
        ]
    )
    for month, opened, told, closed in (
        ("2023-01", "2023-01-30", "2023-02-02", "2023-02-10"),
        ("2023-02", "2023-02-27", "2023-03-02", "2023-03-10"),
    ):
        desk.on(opened).open(month)
        hand_in(desk.on(told), month, "A-1", "10")
        hand_in(desk, month, "A-2", "150")
        if month == "2023-01":
            hand_in(desk, month, "B-1", "60")
        desk.on(closed).close(month)
    desk.on("2023-03-30").open("2023-03")
    return desk.on("2023-04-03")


def proposed(desk: Desk) -> ProposalList:
    with desk.looking() as session:
        return proposals_now(session, desk.now)


def proposal(desk: Desk, name: str) -> ProposedNotice:
    """Return what is proposed on a line or work by its name, or on a unit."""
    found = [one for one in proposed(desk).proposed if name in (one.about and one.about.name, one.unit)]
    return found[0]


def unit(desk: Desk, name: str) -> int:
    return int(dict(desk.all(Unit.name, Unit.id))[name])


def notices(desk: Desk) -> list[NoticeInfo]:
    with desk.looking() as session:
        return sorted(notice_list(session, desk.now), key=lambda notice: notice.id)


def issue(desk: Desk, *names: str) -> tuple[str, ...]:
    chosen = [(one.key, one.seen) for one in (proposal(desk, name) for name in names)]
    with desk.writing() as session:
        return issue_proposed(session, OFFICER, chosen, desk.now)


def worded(desk: Desk, name: str, **changes: object) -> str:
    one = proposal(desk, name)
    wording = Wording(one.unit_id, one.colour, one.grounds, one.text, one.deadline.day)
    with desk.writing() as session:
        return issue_worded(session, OFFICER, one.key, one.seen, replace(wording, **changes), desk.now)  # type: ignore[arg-type]


def step(desk: Desk, act: Callable[..., None], *told: object, notice_id: int = 1) -> None:
    with desk.writing() as session:
        row = session.get_one(Notice, notice_id)
        act(session, OFFICER, notice_id, seen_of(session, notice_id, row.state), *told, desk.now)


def answer(desk: Desk, notice_id: int = 1, text: str = "已经查明原因并整改") -> None:
    with desk.writing() as session:
        row = session.get_one(Notice, notice_id)
        seen = seen_of(session, notice_id, row.state)
        reply(session, ACTOR, notice_id, {row.unit_id}, seen, text, (), desk.attachments, desk.now)


def test_a_closed_month_proposes_with_its_numbers(office: Desk) -> None:
    found = proposed(office)
    assert found.info is not None
    assert str(found.info.period) == "2023-02"
    first = proposal(office, "甲")
    assert (first.colour, first.called_for, first.unit, first.about and first.about.code) == (
        BLUE,
        YELLOW,
        "市科技局",
        "A-1",
    )
    assert first.grounds[0] == "截至2023年2月，A-1 甲连续2个月亮红灯"
    assert "投资进度1.67%，低于序时进度16.67%，差15.00个百分点" in first.grounds[1]
    # Seven workdays after Monday 3 April; Wednesday 5 April is a holiday, and no Saturday is worked.
    assert first.deadline.day == date(2023, 4, 13)
    assert all(one.about is None or one.about.name != "乙" for one in found.proposed)
    # Who reports answers for what is missing: the responsible unit of 丙, the lead of 丁, which never reported.
    missing = proposal(office, "武进区")
    assert (missing.key, missing.causes) == (f"unit:{unit(office, '武进区')}", (Cause.REPORT_MISSING,))
    assert missing.grounds == ("截至2023年2月报送期限，1项月报未报送", "B-1 丙")
    assert "W-1 丁（连续2个月）" in proposal(office, "市人社局").grounds
    assert "补报" in missing.text


def test_an_open_month_answers_only_after_its_deadline(office: Desk) -> None:
    hand_in(office, "2023-03", "A-1", "300", explanation="设备集中到货入账")
    with office.looking() as session:
        assert str(month_to_answer_for(session, office.now).period) == "2023-02"  # type: ignore[union-attr]
        late = office.on("2023-04-07").now
        assert str(month_to_answer_for(session, late).period) == "2023-03"  # type: ignore[union-attr]
    assert not [one for one in proposed(office).proposed if one.about is not None and one.about.name == "甲"]
    assert "B-1 丙（连续2个月）" in proposal(office, "武进区").grounds
    # A month that is loaded afterwards has no deadline, and says nothing before it is closed.
    office.change(PeriodRow, PeriodRow.month == 3, deadline=None)
    with office.looking() as session:
        assert str(month_to_answer_for(session, office.now).period) == "2023-02"  # type: ignore[union-attr]


def test_without_a_month_nothing_is_proposed(desk: Desk) -> None:
    assert proposed(desk) == ProposalList(None, (), (), ())


def test_what_came_after_the_month_was_closed_is_not_asked_for(office: Desk) -> None:
    before = proposal(office, "武进区")
    with office.writing() as session:
        period = session.scalars(sa.select(PeriodRow).where(PeriodRow.month == 2)).one()
        row = session.scalars(sa.select(Subproject).where(Subproject.code == "B-1")).one()
        session.add(
            Report(
                period_id=period.id, subproject_id=row.id, state=ReportState.ACCEPTED, revisions=1, counted=1
            )
        )
    assert before.key not in [one.key for one in proposed(office).proposed]


def test_problems_and_milestones_that_are_overdue(office: Desk) -> None:
    with office.writing() as session:
        about = session.scalars(sa.select(Subproject).where(Subproject.code == "A-2")).one()
        session.add(
            ProblemRow(
                subproject_id=about.id,
                raised_in=session.scalars(sa.select(PeriodRow)).first().period,  # type: ignore[union-attr]
                text="用地未落实",
                state=ProblemState.ASSIGNED,
                handler_id=unit(office, "武进区"),
                deadline=date(2023, 3, 20),
                made_by="",
                made_at=office.now,
            )
        )
        target = session.scalars(sa.select(KeyProject).where(KeyProject.code == "W-1")).one()
        session.add(MilestoneRow(name="印发文件", due_on=date(2023, 3, 1), key_project_id=target.id))
    problem = next(one for one in proposed(office).proposed if one.subject.kind is SubjectKind.PROBLEM)
    assert (problem.unit, problem.problem, problem.about and problem.about.code) == (
        "武进区",
        "用地未落实",
        "A-2",
    )
    assert problem.grounds == ("A-2 乙的问题“用地未落实”应于2023-03-20前办结，已逾期14天",)
    milestone = next(one for one in proposed(office).proposed if one.subject.kind is SubjectKind.WORK)
    assert milestone.grounds == ("W-1 丁的节点“印发文件”应于2023-03-01前完成，已逾期33天",)
    assert (milestone.unit, milestone.called_for, milestone.colour) == ("市人社局", YELLOW, BLUE)
    with office.writing() as session:
        wording = Wording(problem.unit_id, BLUE, problem.grounds, problem.text, problem.deadline.day)
        issue_by_hand(session, OFFICER, problem.subject, wording, office.now)
    row = notices(office)[0]
    assert (row.problem, row.subject and row.subject.code) == ("用地未落实", "A-2")
    office.change(ProblemRow, ProblemRow.id == problem.subject.id, state=ProblemState.RESOLVED)
    assert problem.key not in [one.key for one in proposed(office).proposed], "it waits on the office"


def test_issuing_freezes_the_grounds_and_leaves_nothing_to_propose(office: Desk) -> None:
    told = proposal(office, "甲")
    assert issue(office, "甲", "武进区") == ("督〔2023〕1号", "督〔2023〕2号")
    first, second = notices(office)
    assert first.grounds == told.grounds
    assert (first.state, first.colour, first.unit, str(first.period)) == (
        NoticeState.ISSUED,
        BLUE,
        "市科技局",
        "2023-02",
    )
    assert second.subject is None
    keys = [one.key for one in proposed(office).proposed]
    assert told.key not in keys
    assert office.all(StateChange.before, StateChange.after, StateChange.made_by)[-1] == (
        "",
        "issued",
        OFFICER.name,
    )
    entry = office.all(AuditEntry.action, AuditEntry.after)[-2]
    assert entry[0] == "notice.issue"
    assert entry[1]["grounds"] == list(told.grounds)
    with office.looking() as session:
        counts = notice_counts(session, office.now)
    assert (counts.open, counts.by_colour[BLUE], counts.of(NoticeGroup.SETTLED)) == (2, 2, 0)


def test_another_colour_needs_a_reason(office: Desk) -> None:
    before = dump(office.engine)
    with pytest.raises(Refused, match="调整颜色的原因"):
        worded(office, "甲", colour=RED)
    assert dump(office.engine) == before
    worded(
        office,
        "甲",
        colour=RED,
        colour_reason="市长批示从严",
        text="请立即整改到位",
        deadline=date(2023, 4, 6),
    )
    (row,) = notices(office)
    assert (row.colour, row.text, row.deadline) == (RED, "请立即整改到位", date(2023, 4, 6))
    assert office.all(StateChange.reason)[-1] == "建议蓝色，改为红色：市长批示从严"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit_id": None}, "没有选择被督办单位"),
        ({"unit_id": 9999}, "没有选择被督办单位"),
        ({"colour": None}, "没有选择颜色"),
        ({"grounds": (" ",)}, "没有填督办事由"),
        ({"grounds": ("长" * 2001,)}, "督办事由太长"),
        ({"text": "办"}, "请写明督办要求"),
        ({"deadline": None}, "没有填回复期限"),
        ({"deadline": date(2023, 4, 3)}, "回复期限不合适"),
        ({"deadline": date(2032, 4, 3)}, "回复期限不合适"),
    ],
)
def test_a_wording_that_is_refused_writes_nothing(
    office: Desk, changes: dict[str, object], said: str
) -> None:
    before = dump(office.engine)
    with pytest.raises(Refused, match=said):
        worded(office, "甲", **changes)
    assert dump(office.engine) == before


def test_a_notice_that_stands_otherwise_by_now_is_not_issued(office: Desk) -> None:
    one = proposal(office, "甲")
    with office.undone() as session, pytest.raises(WrongState, match="已不同"):
        issue_proposed(session, OFFICER, [(one.key, "x")], office.now)
    issue(office, "甲")
    before = dump(office.engine)
    with office.undone() as session, pytest.raises(WrongState, match="已经签发"):
        issue_proposed(session, SECOND, [(one.key, one.seen)], office.now)
    with office.undone() as session, pytest.raises(WrongState):
        dismiss(session, SECOND, one.key, one.seen, "已经另行约谈", office.now)
    with office.undone() as session, pytest.raises(Refused, match="没有选择"):
        issue_proposed(session, SECOND, [], office.now)
    assert dump(office.engine) == before


def test_all_or_none_are_issued(office: Desk) -> None:
    good, other = proposal(office, "甲"), proposal(office, "武进区")
    office.change(KeyProject, KeyProject.name == "甲", lead_id=None)
    nameless = proposal(office, "甲")
    assert nameless.unit_id is None
    before = dump(office.engine)
    with pytest.raises(Refused, match="A-1 甲：没有牵头单位"), office.writing() as session:
        issue_proposed(session, OFFICER, [(other.key, other.seen), (nameless.key, nameless.seen)], office.now)
    with pytest.raises(WrongState), office.writing() as session:
        issue_proposed(session, OFFICER, [(other.key, other.seen), (good.key, good.seen)], office.now)
    assert dump(office.engine) == before
    worded(office, "甲", unit_id=unit(office, "武进区"))
    assert notices(office)[0].unit == "武进区"


def test_two_officers_at_once_never_share_a_number(office: Desk) -> None:
    first, second = proposal(office, "甲"), proposal(office, "武进区")

    def late(session: Session) -> object:
        return issue_proposed(session, SECOND, [(second.key, second.seen)], office.now)

    with office.writing() as session:
        issue_proposed(session, OFFICER, [(first.key, first.seen)], office.now)
        other = Second(office, late)
        other.start()
        other.join(0.7)
        assert other.is_alive(), "the second has to wait until the first has its number"
    other.join(30)
    assert other.outcome is None
    assert [notice.number for notice in notices(office)] == ["督〔2023〕1号", "督〔2023〕2号"]


def test_two_officers_at_once_issue_one_proposal_once(office: Desk) -> None:
    one = proposal(office, "甲")

    def again(session: Session) -> object:
        return issue_proposed(session, SECOND, [(one.key, one.seen)], office.now)

    with office.writing() as session:
        issue_proposed(session, OFFICER, [(one.key, one.seen)], office.now)
        other = Second(office, again)
        other.start()
        other.join(0.7)
    other.join(30)
    assert isinstance(other.outcome, WrongState)
    assert len(notices(office)) == 1


def test_numbers_run_on_within_a_year_and_begin_anew_with_the_next(office: Desk) -> None:
    issue(office, "甲")
    ladder = replace(DEFAULT_LADDER, prefix="常督")
    with office.writing() as session:
        change_ladder(session, OFFICER, ladder, mark_of_ladder(DEFAULT_LADDER), "改用新的代字", office.now)
    assert issue(office, "武进区") == ("常督〔2023〕2号",)
    unit_id = unit(office, "市人社局")
    with office.on("2024-01-08").writing() as session:
        wording = Wording(unit_id, BLUE, ("年度任务未部署",), "请尽快部署到位", date(2024, 1, 20))
        assert issue_by_hand(session, OFFICER, None, wording, office.now) == "常督〔2024〕1号"


def test_an_unanswered_notice_is_escalated_and_superseded(office: Desk) -> None:
    issue(office, "甲")
    office.on("2023-04-14")
    (row,) = notices(office)
    assert (row.days_overdue, row.escalation.value) == (1, "unit")
    office.change(PeriodRow, PeriodRow.month == 3, deadline=None)
    sharper = proposal(office, "甲")
    assert (sharper.colour, sharper.follows) == (YELLOW, "督〔2023〕1号")
    assert "蓝色督办单督〔2023〕1号逾期1天未回复" in sharper.grounds
    assert issue(office, "甲") == ("督〔2023〕2号",)
    old, new = notices(office)
    assert (old.state, old.superseded, old.followed_by) == (NoticeState.WITHDRAWN, True, "督〔2023〕2号")
    assert (new.colour, new.follows, new.is_open) == (YELLOW, "督〔2023〕1号", True)
    assert office.all(StateChange.reason)[-1] == "已由黄色督办单督〔2023〕2号接续"
    with office.looking() as session:
        subject = NoticeFilter(group=NoticeGroup.OPEN)
        assert [one.number for one in notice_list(session, office.now, subject)] == ["督〔2023〕2号"]


def test_the_next_month_takes_the_next_step(office: Desk) -> None:
    issue(office, "甲")
    answer(office)
    step(office, close_out, "已核实整改方案")
    assert "甲" not in [one.about and one.about.name for one in proposed(office).proposed], (
        "settled for February"
    )
    hand_in(office, "2023-03", "A-1", "10")
    office.on("2023-04-10").close("2023-03")
    again = proposal(office, "甲")
    assert (again.colour, again.called_for, again.follows) == (YELLOW, RED, "督〔2023〕1号")
    assert again.grounds[0] == "截至2023年3月，A-1 甲连续3个月亮红灯"


def test_put_aside_for_the_month_and_the_colour(office: Desk) -> None:
    one = proposal(office, "甲")
    before = dump(office.engine)
    with pytest.raises(Refused), office.writing() as session:
        dismiss(session, OFFICER, one.key, one.seen, " ", office.now)
    assert dump(office.engine) == before
    with office.writing() as session:
        dismiss(session, OFFICER, one.key, one.seen, "已约谈负责人", office.now)
    found = proposed(office)
    assert one.key not in [other.key for other in found.proposed]
    assert [(aside.name, aside.colour, aside.reason) for aside in found.dismissed] == [
        ("A-1 甲", BLUE, "已约谈负责人")
    ]
    hand_in(office, "2023-03", "A-1", "10")
    office.on("2023-04-10").close("2023-03")
    assert proposal(office, "甲").colour is BLUE, "another month, another word"


def test_the_life_of_a_notice(office: Desk) -> None:
    issue(office, "甲")
    with pytest.raises(WrongState, match="不能销号"):
        step(office, close_out, "已核实整改方案")
    answer(office)
    step(office, send_back, "没有写明完成时限", date(2023, 4, 20))
    (row,) = notices(office)
    assert (row.state, row.deadline) == (NoticeState.ISSUED, date(2023, 4, 20))
    answer(office.on("2023-04-22"))
    assert office.all(StateChange.reason)[-1] == "逾期2天回复"
    assert notices(office)[0].days_overdue == 0, "what was answered waits on the office"
    answer(office, text="补充现场照片说明")
    step(office, close_out, "已到现场核实")
    assert office.all(StateChange.after)[-1] == "closed_out"
    before = dump(office.engine)
    for act, told in (
        (close_out, ("再次核实",)),
        (send_back, ("还要补充材料", None)),
        (withdraw, ("签发有误撤回",)),
    ):
        with pytest.raises(WrongState):
            step(office, act, *told)
    with pytest.raises(WrongState):
        answer(office)
    assert dump(office.engine) == before


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        (None, "原回复期限已过"),
        (date(2023, 4, 13), "原回复期限已过"),
        (date(2023, 4, 19), "新的回复期限不合适"),
        (date(2024, 5, 1), "新的回复期限不合适"),
    ],
)
def test_whoever_is_sent_back_after_the_deadline_gets_a_new_one(
    office: Desk, deadline: date | None, said: str
) -> None:
    issue(office, "甲")
    answer(office)
    office.on("2023-04-20")
    before = dump(office.engine)
    with pytest.raises(Refused, match=said) as refused:
        step(office, send_back, "没有写明完成时限", deadline)
    assert [problem.field for problem in refused.value.problems] == ["deadline"]
    assert dump(office.engine) == before
    with office.looking() as session:
        # Seven workdays after Thursday 20 April; Sunday 23 April is worked.
        assert day_to_answer(session, date(2023, 4, 13), BLUE, office.now) == date(2023, 4, 28)
    step(office, send_back, "没有写明完成时限", date(2023, 4, 20))
    (again,) = notices(office)
    assert (again.deadline, again.days_overdue) == (date(2023, 4, 20), 0)


def test_who_is_sent_back_in_time_keeps_the_deadline(office: Desk) -> None:
    issue(office, "甲")
    answer(office)
    office.on("2023-04-13")
    with office.looking() as session:
        assert day_to_answer(session, date(2023, 4, 13), BLUE, office.now) == date(2023, 4, 13)
    step(office, send_back, "没有写明完成时限", None)
    assert notices(office)[0].deadline == date(2023, 4, 13)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (close_out, ("",)),
        (send_back, ("", None)),
        (send_back, ("没有写明完成时限", date(2023, 4, 1))),
        (withdraw, ("",)),
    ],
)
def test_refused_steps_write_nothing(
    office: Desk, act: Callable[..., None], told: tuple[object, ...]
) -> None:
    issue(office, "甲")
    answer(office)
    before = dump(office.engine)
    with pytest.raises(Refused):
        step(office, act, *told)
    with pytest.raises(Refused):
        answer(office, text=" ")
    assert dump(office.engine) == before


def test_a_notice_withdrawn_by_hand_is_no_step_and_blocks_nothing(office: Desk) -> None:
    before = proposal(office, "甲")
    issue(office, "甲")
    step(office, withdraw, "对象选错了单位")
    again = proposal(office, "甲")
    assert (again.colour, again.grounds, again.follows) == (BLUE, before.grounds, "")
    (row,) = notices(office)
    assert (row.state, row.superseded) == (NoticeState.WITHDRAWN, False)
    assert issue(office, "甲") == ("督〔2023〕2号",)


def test_a_superseded_notice_stays_a_step_when_the_sharper_one_is_withdrawn(office: Desk) -> None:
    issue(office, "甲")
    hand_in(office, "2023-03", "A-1", "10")
    office.on("2023-04-10").close("2023-03")
    assert issue(office, "甲") == ("督〔2023〕2号",)
    step(office, withdraw, "文字有误重新签发", notice_id=2)
    again = proposal(office, "甲")
    assert (again.colour, again.follows) == (YELLOW, "督〔2023〕1号")


def test_what_was_dealt_with_this_month_says_why_nothing_is_proposed(office: Desk) -> None:
    assert proposed(office).settled == ()
    issue(office, "甲")
    assert proposed(office).settled == (), "it still waits for its answer"
    answer(office)
    step(office, close_out, "已核实整改方案")
    (one,) = proposed(office).settled
    assert (one.name, one.number, one.notice_id, one.colour) == ("A-1 甲", "督〔2023〕1号", 1, BLUE)
    hand_in(office, "2023-03", "A-1", "10")
    office.on("2023-04-10").close("2023-03")
    assert proposed(office).settled == (), "another month, another notice"


def test_a_notice_on_a_problem_that_was_closed_out_climbs_no_further(office: Desk) -> None:
    with office.writing() as session:
        about = session.scalars(sa.select(Subproject).where(Subproject.code == "A-2")).one()
        row = ProblemRow(
            subproject_id=about.id,
            raised_in=session.scalars(sa.select(PeriodRow)).first().period,  # type: ignore[union-attr]
            text="用地未落实",
            state=ProblemState.ASSIGNED,
            handler_id=unit(office, "武进区"),
            deadline=date(2023, 3, 20),
            made_by="",
            made_at=office.now,
        )
        session.add(row)
        session.flush()
        subject = NoticeSubject(SubjectKind.PROBLEM, row.id)
        wording = Wording(row.handler_id, BLUE, ("用地未落实",), "请落实用地指标", date(2023, 4, 10))
        issue_by_hand(session, OFFICER, subject, wording, office.now)
    office.on("2023-04-28")
    assert [one.colour for one in proposed(office).proposed if one.subject == subject] == [YELLOW]
    office.change(ProblemRow, ProblemRow.id == subject.id, state=ProblemState.CLOSED_OUT)
    found = proposed(office).proposed
    assert subject not in [one.subject for one in found]
    with office.writing() as session:
        chosen = [(one.key, one.seen) for one in found if one.unit_id is not None]
        assert issue_proposed(session, OFFICER, chosen, office.now), "the others can be issued together"


def test_months_red_in_a_row_leave_out_what_was_only_a_missing_report(office: Desk) -> None:
    office.on("2023-04-10").close("2023-03")
    assert "B-1 丙（连续2个月）" in proposal(office, "武进区").grounds
    office.on("2023-04-27").open("2023-04")
    hand_in(office.on("2023-05-02"), "2023-04", "B-1", "10")
    office.on("2023-05-10").close("2023-04")
    assert proposal(office, "丙").grounds[0] == "截至2023年4月，B-1 丙亮红灯"


def test_whoever_looked_before_somebody_acted_is_told(office: Desk) -> None:
    issue(office, "甲")
    with office.looking() as session:
        seen = seen_of(session, 1, NoticeState.ISSUED)
    answer(office)
    before = dump(office.engine)
    with pytest.raises(Overtaken, match="王敏"), office.writing() as session:
        withdraw(session, OFFICER, 1, seen, "签发有误撤回", office.now)
    with pytest.raises(NotFound), office.writing() as session:
        reply(session, Actor("别人"), 1, {9999}, seen, "不是本单位的", (), office.attachments, office.now)
    assert dump(office.engine) == before


def test_by_hand_never_two_as_sharp_on_one_subject_and_unit(office: Desk) -> None:
    about = NoticeSubject(SubjectKind.LINE, proposal(office, "甲").subject.id)
    first, second = unit(office, "市科技局"), unit(office, "武进区")
    wording = Wording(first, YELLOW, ("资金未到位",), "请落实建设资金", date(2023, 4, 20))
    with office.writing() as session:
        issue_by_hand(session, OFFICER, about, wording, office.now)
    before = dump(office.engine)
    for colour in (BLUE, YELLOW):
        with (
            pytest.raises(WrongState, match="已有未销号的黄色督办单督〔2023〕1号"),
            office.writing() as session,
        ):
            issue_by_hand(session, OFFICER, about, replace(wording, colour=colour), office.now)
    assert dump(office.engine) == before
    with office.writing() as session:
        issue_by_hand(session, OFFICER, about, replace(wording, unit_id=second), office.now)
        issue_by_hand(session, OFFICER, about, replace(wording, colour=RED), office.now)
    assert [(one.unit, one.is_open) for one in notices(office)] == [
        ("市科技局", False),
        ("武进区", True),
        ("市科技局", True),
    ]


def test_the_ladder_is_a_setting(office: Desk) -> None:
    mark = mark_of_ladder(DEFAULT_LADDER)
    other = replace(DEFAULT_LADDER, steps=(Step(Cause.RED_LIGHT, RED, 2),), workdays=(9, 9, 2), in_turn=False)
    with office.looking() as session:
        found = proposals_now(session, office.now, other)
        assert [(one.about and one.about.name, one.colour) for one in found.proposed] == [("甲", RED)]
        assert found.proposed[0].deadline.day == date(2023, 4, 6)
        assert ladder_of(session) == DEFAULT_LADDER
    before = dump(office.engine)
    for ladder, seen, reason, error in (
        (other, mark, " ", Refused),
        (DEFAULT_LADDER, mark, "没有变化的调整", Refused),
        (replace(other, prefix=""), mark, "换一个发文代字", Refused),
        (other, "x", "从严督办", WrongState),
    ):
        with pytest.raises(error), office.writing() as session:
            change_ladder(session, OFFICER, ladder, seen, reason, office.now)
    assert dump(office.engine) == before
    with office.writing() as session:
        change_ladder(session, OFFICER, other, mark, "从严督办要求", office.now)
    assert [one.colour for one in proposed(office).proposed] == [RED]
    action, after = office.all(AuditEntry.action, AuditEntry.after)[-1]
    assert action == "notice.ladder"
    assert "红色：连续亮红灯满2个月；2个工作日内回复" in after["ladder"]
