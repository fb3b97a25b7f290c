"""What reports, returns and reopenings do to each other: nobody waits for ever, nothing counts that must not."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from tests.factories import Desk, at, line, month
from tests.services import month_desk
from tests.services.at_once import Second
from tests.services.month_desk import OFFICER, accepted, hand_in, reporter, returned, seen
from tracker.core.coverage import ReportStatus
from tracker.core.errors import Refused
from tracker.services.reopenings import Target, reopen
from tracker.services.reporting import Entry, submit
from tracker.store.problems import ProblemRow
from tracker.store.reports import Report
from tracker.store.roster import Unit

MARCH, JANUARY = "2023-03", "2023-01"


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk with January closed, February and March open."""
    return month_desk.march(desk)


def reopened(desk: Desk, unit: str) -> None:
    with desk.looking() as session:
        unit_id = session.scalars(sa.select(Unit.id).where(Unit.name == unit)).one()
    with desk.writing() as session:
        reopen(session, OFFICER, month(JANUARY), Target(unit_id), "漏报设备款", at("2023-05-10"), desk.now)


def test_many_reports_and_one_of_them_at_once_both_come_through_or_conflict(desk: Desk) -> None:
    """While a unit's grid is being written, one of its last lines comes by form: nobody waits for ever."""
    codes = [f"L-{number:03d}" for number in range(60)]
    desk.on("2023-01-10").roster([line(f"项目{code}", "1200", code=code) for code in codes])
    desk.on("2023-01-30").open(JANUARY)
    who, now = reporter(desk), desk.now
    entries = [Entry(code, {"month_completed": "10"}) for code in codes]
    many = Second(desk, lambda session: submit(session, who, month(JANUARY), entries, now, "网页表格"))
    many.start()
    time.sleep(0.05)
    one = Second(
        desk,
        lambda session: submit(
            session, who, month(JANUARY), [Entry(codes[-1], {"month_completed": "11"})], now, "网页表单"
        ),
    )
    one.start()
    many.join(60)
    one.join(60)
    assert not many.is_alive()
    outcomes = [type(found.outcome).__name__ for found in (many, one)]
    assert sorted(outcomes) == ["Conflict", "NoneType"], "one is written, the other is told; neither breaks"


def test_the_same_words_twice_at_once_are_one_report(march: Desk) -> None:
    who, now = reporter(march), march.now
    entry = Entry("A-2", {"month_completed": "5", "explanation": "尚未办理开工手续"})
    both = [
        Second(march, lambda session: submit(session, who, month(MARCH), [entry], now, "网页表单"))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert [one.outcome for one in both] == [None, None], "a double click is no conflict"
    assert march.all(Report.revisions).count(1) == len(march.all(Report.id))


def test_a_units_reopening_is_not_for_another_unit_of_the_same_person(march: Desk) -> None:
    reopened(march, "市人社局")
    who = reporter(march, "市科技局", "市人社局")
    with march.writing() as session, pytest.raises(Refused, match="更正原因"):
        submit(
            session, who, month(JANUARY), [Entry("A-1", {"month_completed": "1"}, 1)], march.now, "网页表单"
        )


def test_the_same_figures_under_a_reopening_correct_nothing(march: Desk) -> None:
    reopened(march, "市科技局")
    assert hand_in(march, JANUARY, "A-1", "100", 1).unchanged


def test_a_problem_is_worded_anew_with_its_report(march: Desk) -> None:
    hand_in(march, MARCH, "A-1", "120", problem_text="缺用地指标")
    returned(march, seen(march, MARCH, "A-1"))
    assert march.all(ProblemRow.text) == [], "what does not count raises no problem"
    hand_in(march, MARCH, "A-1", "120", 1, problem_text="缺用地指标30亩")
    assert march.all(ProblemRow.text) == ["缺用地指标30亩"]
    hand_in(march, MARCH, "A-1", "120", 2)
    assert march.all(ProblemRow.text) == [], "a problem that its report no longer tells is off the list"


def test_a_problem_that_stands_since_an_earlier_month_stays(march: Desk) -> None:
    hand_in(march, "2023-02", "A-1", "100", problem_text="资金没有到位")
    hand_in(march, MARCH, "A-1", "120", problem_text="资金没有到位")
    hand_in(march, MARCH, "A-1", "121", 1)
    assert march.all(ProblemRow.text) == ["资金没有到位"]


def test_a_waiting_correction_raises_its_problem_once_it_counts(march: Desk) -> None:
    hand_in(march, JANUARY, "A-1", "90", 1, correction_reason="重复计入设备款", problem_text="资金没有到位")
    assert march.all(ProblemRow.text) == []
    accepted(march, seen(march, JANUARY, "A-1"))
    assert march.all(ProblemRow.text) == ["资金没有到位"]


def test_what_was_missing_at_the_closing_comes_late(march: Desk) -> None:
    hand_in(march, MARCH, "A-1", "120")
    returned(march, seen(march, MARCH, "A-1"))
    march.on("2023-04-10").close(MARCH)
    assert march.line(MARCH, "A-1").status is ReportStatus.MISSING
    march.on("2023-06-10")
    hand_in(march, MARCH, "A-1", "50", 1, correction_reason="六月才补报三月")
    accepted(march, seen(march, MARCH, "A-1"))
    assert march.line(MARCH, "A-1", corrected=True).status is ReportStatus.LATE
