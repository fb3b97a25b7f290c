"""Closing as the office does it: what stands before, what has to be agreed to, and deadlines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.databases import dump
from tests.factories import Desk, at, front, month, write_briefing
from tests.services.at_once import Second
from tests.services.month_desk import OFFICER, hand_in, march, reporter, returned, seen
from tracker.core.briefing import Check
from tracker.core.errors import Refused, WrongState
from tracker.services import briefings, closing_run
from tracker.services.briefings import FailedChecks
from tracker.services.closing_run import BeforeClosing, ClosedMonth, before_closing, close_and_brief
from tracker.services.period_list import period_list
from tracker.services.periods import months_to_open, set_deadline
from tracker.services.reporting import Entry, submit
from tracker.store.audit import AuditEntry
from tracker.store.engine import writing
from tracker.store.periods import PeriodRow


@pytest.fixture
def month_desk(desk: Desk) -> Desk:
    """Return a desk in the middle of March's reporting; January is closed."""
    return march(desk)


def before(desk: Desk, period: str = "2023-03") -> BeforeClosing:
    with desk.looking() as session:
        return before_closing(session, month(period), desk.now)


def closed(desk: Desk, agreed: int | None = None, period: str = "2023-03") -> ClosedMonth:
    with desk.writing() as session:
        return close_and_brief(
            session, OFFICER, month(period), desk.briefings, desk.now, write_briefing,
            ask=True, missing_agreed=agreed,
        )  # fmt: skip


def test_what_stands_before_closing(month_desk: Desk) -> None:
    month_desk.fronts("2023-02", [front("产业现代化", "continuing", 9, 10_000, 900)])
    for code in ("A-1", "A-2"):
        hand_in(month_desk, "2023-03", code, "10")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    found = before(month_desk)
    assert (found.missing, found.missing_works, found.unreviewed, found.returned) == (3, 1, 1, 1)
    assert [str(earlier) for earlier in found.earlier_open] == ["2023-02"]
    assert found.fronts_without_totals == ("产业现代化",)
    assert [each.unit.name for each in found.owing] == ["市科技局", "武进区"]
    assert found.sound


def test_what_is_missing_has_to_be_agreed_to(month_desk: Desk) -> None:
    everything = dump(month_desk.engine)
    with pytest.raises(WrongState, match="仍有 4 个未报。关闭后按未报统计，请先勾选确认"):
        closed(month_desk)
    with pytest.raises(WrongState, match="您确认时是 2 个未报，现在是 4 个"):
        closed(month_desk, 2)
    assert dump(month_desk.engine) == everything
    done = closed(month_desk, 4)
    assert [str(earlier) for earlier in done.earlier_open] == ["2023-02"]
    assert all((month_desk.briefings / issue.file_name).is_file() for issue in done.issues)
    assert month_desk.figures("2023-03").summary.coverage.missing == 3


def test_nothing_missing_needs_no_agreement(month_desk: Desk) -> None:
    for code in ("A-1", "A-2", "B-1"):
        hand_in(month_desk, "2023-03", code, "10")
    hand_in(month_desk, "2023-03", "W-1", "", target_reached="已出台两项政策")
    assert len(closed(month_desk).issues) == 1
    with pytest.raises(WrongState, match="2023-03 不是开放状态"):
        closed(month_desk)


def test_a_failed_check_closes_nothing(month_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = (Check("子项目合计与领域合计一致", False, "差 1 万元"),)
    monkeypatch.setattr(briefings, "checks_of", lambda _figures: failed)
    monkeypatch.setattr(closing_run, "checks_of", lambda _figures: failed)
    assert not before(month_desk).sound
    with pytest.raises(FailedChecks, match="核对未通过：子项目合计与领域合计一致（差 1 万元）"):
        closed(month_desk, 4)
    assert "closed" not in [state.value for state in month_desk.all(PeriodRow.state)[2:]]


def test_a_report_that_comes_while_the_month_is_closing_needs_a_reason(month_desk: Desk) -> None:
    who, march_, now = reporter(month_desk), month("2023-03"), month_desk.now
    entry = Entry("A-1", {"month_completed": "120"})
    with writing(month_desk.engine) as session:
        close_and_brief(session, OFFICER, march_, month_desk.briefings, now, write_briefing)
        second = Second(month_desk, lambda session: submit(session, who, march_, [entry], now, "网页表单"))
        second.start()
        second.join(0.7)
        assert second.is_alive(), "the report has to wait until the month is closed"
    second.join(30)
    assert isinstance(second.outcome, Refused), f"the second got {second.outcome!r}"
    assert "更正原因" in str(second.outcome)


# ---- deadlines and the list of months ---------------------------------------------------------------


def moved(desk: Desk, until: str, reason: str = "清明假期顺延两天", period: str = "2023-03") -> None:
    with desk.writing() as session:
        set_deadline(session, OFFICER, month(period), at(until, 18), reason, desk.now)


def test_a_deadline_is_moved_with_a_reason(month_desk: Desk) -> None:
    hand_in(month_desk.on("2023-04-07"), "2023-03", "A-1", "10")
    moved(month_desk, "2023-04-10")
    hand_in(month_desk, "2023-03", "A-2", "10")
    assert [month_desk.line("2023-03", code).status.value for code in ("A-1", "A-2")] == ["late", "on_time"]
    told = month_desk.all(AuditEntry.action, AuditEntry.before, AuditEntry.after)
    assert ("period.deadline", {"deadline": "2023-04-06T23:59:59+08:00"}, {
        "deadline": "2023-04-10T18:00:00+08:00", "reason": "清明假期顺延两天",
    }) in told  # fmt: skip


def test_moving_a_deadline_refuses_with_a_sentence(month_desk: Desk) -> None:
    with pytest.raises(Refused, match="请写明调整报送期限的原因，至少 5 个字"):
        moved(month_desk, "2023-04-10", "顺延")
    with pytest.raises(Refused, match=r"报送期限不合适.*请选择现在之后、2023-07-04 之前"):
        moved(month_desk, "2023-04-02")
    with pytest.raises(Refused, match="报送期限不合适"):
        moved(month_desk, "2023-08-01")
    with pytest.raises(WrongState, match="2023-01 不是开放状态，不能调整报送期限"):
        moved(month_desk, "2023-04-10", period="2023-01")


def test_the_list_tells_both_settings_and_what_waits(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "10")
    with month_desk.looking() as session:
        found = period_list(session, month_desk.now)
    assert [str(card.info.period) for card in found.cards] == ["2023-03", "2023-02", "2023-01"]
    newest = found.cards[0]
    assert newest.info.deadline == at("2023-04-06", 23) + timedelta(minutes=59, seconds=59)
    assert newest.closing.day.isoformat() == "2023-04-13"
    assert (newest.waiting, newest.owing, newest.coverage.due) == (1, 2, 4)
    assert [str(earlier) for earlier in newest.earlier_open] == ["2023-02"]
    assert (found.cards[2].coverage.due, found.cards[2].waiting) == (3, 3)
    assert [str(period) for period in found.to_open] == ["2023-04"]


def test_the_months_to_open_are_those_of_a_roster_that_have_begun(month_desk: Desk, desk: Desk) -> None:
    with month_desk.looking() as session:
        assert months_to_open(session, at("2023-03-31")) == ()
        assert [str(period) for period in months_to_open(session, at("2023-06-01"))] == [
            "2023-04", "2023-05", "2023-06",
        ]  # fmt: skip
        assert len(months_to_open(session, at("2026-06-01"))) == 9, "2024 has no roster"
