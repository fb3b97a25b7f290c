"""The life of a period, and deadlines by China's official calendar."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import Desk, at, line, month, report
from tracker import clock
from tracker.core.errors import NotFound, WrongState
from tracker.services.office import set_office
from tracker.services.periods import deadline_day, find, known_periods
from tracker.services.workdays import PUBLISHED_YEARS, nth_workday
from tracker.store.audit import AuditEntry
from tracker.store.office import CalendarDay
from tracker.store.periods import PeriodRow, StateChange


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Return a desk with one line."""
    desk.roster([line("甲")])
    return desk


# ---- Deadlines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "deadline"),
    [
        ("2023-01", "2023-02-03"),
        ("2023-03", "2023-04-06"),  # 5 April is the Qingming holiday.
        ("2023-04", "2023-05-06"),  # Labour Day up to 3 May; Saturday 6 May is the adjusted workday after.
        ("2023-09", "2023-10-09"),  # National Day up to 6 October, Saturday 7 and Sunday 8 are workdays.
        ("2024-01", "2024-02-04"),  # That Sunday is a workday before the Spring Festival.
        ("2022-12", "2023-01-05"),
        ("2023-12", "2024-01-04"),
    ],
)
def test_the_deadline_is_the_third_workday_of_the_next_month(desk: Desk, period: str, deadline: str) -> None:
    with desk.looking() as session:
        found = deadline_day(session, month(period))
    assert (found.day.isoformat(), found.estimated) == (deadline, False)
    last_moment = desk.on(f"{period}-02").open(period).deadline
    assert last_moment is not None
    assert last_moment.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M:%S") == f"{deadline} 23:59:59"


def test_a_year_without_an_official_calendar_is_estimated_and_says_so(desk: Desk) -> None:
    unknown = PUBLISHED_YEARS[-1] + 2
    with desk.looking() as session:
        found = deadline_day(session, month(f"{unknown}-04"))
    # 1 May is a holiday by law in any year; beyond that, Monday to Friday.
    days = [date(unknown, 5, day) for day in range(2, 10)]
    weekdays = [day for day in days if day.weekday() < 5]
    assert found.estimated
    assert found.day in weekdays[1:4]
    with desk.looking() as session:
        assert not deadline_day(session, month(f"{PUBLISHED_YEARS[-1]}-04")).estimated


def test_the_offices_own_word_stands_above_the_calendar(desk: Desk) -> None:
    with desk.writing() as session:
        session.add(CalendarDay(day=date(2023, 4, 4), workday=False, name="停电"))
        session.add(CalendarDay(day=date(2023, 4, 5), workday=True, name="加班"))
    with desk.looking() as session:
        assert [nth_workday(session, month("2023-04"), number).day.day for number in (1, 2, 3)] == [3, 5, 6]


def test_the_number_of_workdays_is_a_setting_and_a_month_has_only_so_many(desk: Desk) -> None:
    with desk.writing() as session:
        set_office(session, deadline_workday=5)
        assert deadline_day(session, month("2023-01")).day == date(2023, 2, 7)
        assert nth_workday(session, month("2023-02"), 99).day == date(2023, 2, 28)


# ---- Opening ----------------------------------------------------------------------------------------


def test_opening_twice_is_opening_once(office: Desk) -> None:
    first = office.on("2023-03-01").open("2023-03")
    before = dump(office.engine)
    assert office.on("2023-03-15").open("2023-03") == first
    assert dump(office.engine) == before


def test_a_month_opened_after_its_deadline_has_none(office: Desk) -> None:
    assert office.on("2023-04-06", 23).open("2023-03").deadline is not None
    assert office.on("2023-04-07", 0).open("2023-02").deadline is None


def test_a_closed_month_does_not_open_again(office: Desk) -> None:
    office.reports("2023-03", [report("甲", 1)])
    office.close("2023-03")
    before = dump(office.engine)
    with pytest.raises(WrongState, match="2023-03 已关闭，不能再次打开"):
        office.open("2023-03")
    assert dump(office.engine) == before


def test_every_change_of_state_is_written_down(office: Desk) -> None:
    office.on("2023-03-01").open("2023-03")
    office.on("2023-04-10").close("2023-03")
    changes = office.all(StateChange.before, StateChange.after, StateChange.made_by, StateChange.made_at)
    assert changes == [
        ("upcoming", "open", "王敏", at("2023-03-01")),
        ("open", "closed", "王敏", at("2023-04-10")),
    ]
    actions = office.all(AuditEntry.action, AuditEntry.object_id)
    assert [action for action in actions if action[0].startswith("period")] == [
        ("period.open", "2023-03"),
        ("period.closed", "2023-03"),
    ]
    ((opened, closed),) = office.all(PeriodRow.opened_at, PeriodRow.closed_at)
    assert (opened, closed) == (at("2023-03-01"), at("2023-04-10"))


def test_periods_are_listed_newest_first_across_years(office: Desk) -> None:
    for name in ("2023-02", "2024-01", "2022-12", "2023-10"):
        office.open(name)
    with office.looking() as session:
        found = [str(info.period) for info in known_periods(session)]
    assert found == ["2024-01", "2023-10", "2023-02", "2022-12"]


# ---- Closing ----------------------------------------------------------------------------------------


def test_closing_what_is_not_open_is_refused(office: Desk) -> None:
    with pytest.raises(NotFound, match="2023-03"):
        office.close("2023-03")
    office.open("2023-03")
    office.close("2023-03")
    before = dump(office.engine)
    with pytest.raises(WrongState, match="2023-03 不是开放状态"):
        office.close("2023-03")
    assert dump(office.engine) == before


def test_a_year_without_a_roster_cannot_be_closed(desk: Desk) -> None:
    desk.open("2023-03")
    before = dump(desk.engine)
    with pytest.raises(NotFound, match="tracker import roster"):
        desk.close("2023-03")
    assert dump(desk.engine) == before


def test_what_has_not_come_by_closing_is_missing_even_before_the_deadline(office: Desk) -> None:
    office.on("2023-03-30").open("2023-03")
    assert office.figures("2023-03").summary.coverage.pending == 1
    office.close("2023-03")
    coverage = office.figures("2023-03").summary.coverage
    assert (coverage.missing, coverage.pending) == (1, 0)


def test_a_period_that_is_not_there_is_named(desk: Desk) -> None:
    with desk.looking() as session, pytest.raises(NotFound, match="2023-07"):
        find(session, month("2023-07"))
    assert desk.all(sa.func.count(PeriodRow.id)) == [0]
