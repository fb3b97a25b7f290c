"""The wall shows for every line and month the light of that month's figures, and for every group its published sums."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.factories import Desk, line, month, report
from tracker.core.errors import NotFound
from tracker.core.figures import PeriodState
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services.wall import By, Wall, WallRow, wall_of
from tracker.store.roster import Subproject


def wall(desk: Desk, period: str, by: By = By.PROGRAMME) -> Wall:
    with desk.looking() as session:
        return wall_of(session, month(period), desk.now, by)


def rows_of(found: Wall) -> dict[str, WallRow]:
    rows = [row for group in found.groups for row in group.rows]
    assert len({row.code for row in rows}) == len(rows), "a line stands on the wall twice"
    return {row.code: row for row in rows}


def assert_true(desk: Desk, found: Wall) -> None:
    """Compare every light of the wall with the figures of its month."""
    rows = rows_of(found)
    known = 0
    for number, state in enumerate(found.months, 1):
        shown = {code: row.lights[number - 1] for code, row in rows.items() if row.lights[number - 1]}
        if state is None:
            assert shown == {}
            continue
        figures = desk.figures(str(Period(found.summary.period.year, number)))
        assert shown == {told.line.code: told.light for told in figures.lines}
        known += 1
    assert known == sum(state is not None for state in found.months) > 0


def test_three_closed_months(closed_quarter: Desk) -> None:
    found = wall(closed_quarter, "2023-03")
    assert found.months == (PeriodState.CLOSED,) * 3 + (None,) * 9
    assert len(rows_of(found)) == 70
    assert_true(closed_quarter, found)


def test_three_open_months_are_computed_each_from_the_one_before(open_quarter: Desk) -> None:
    found = wall(open_quarter, "2023-03")
    assert found.months[:3] == (PeriodState.OPEN,) * 3
    assert_true(open_quarter, found)
    assert found.summary == open_quarter.figures("2023-03").summary


def test_closed_months_before_open_ones(open_quarter: Desk) -> None:
    open_quarter.on("2023-04-10").close("2023-01")
    found = wall(open_quarter, "2023-01")
    assert found.months[:4] == (PeriodState.CLOSED, PeriodState.OPEN, PeriodState.OPEN, None)
    assert_true(open_quarter, found)
    assert found.summary == open_quarter.figures("2023-01").summary


@pytest.mark.parametrize("by", list(By))
def test_groups_tell_their_published_figures(closed_quarter: Desk, by: By) -> None:
    found = wall(closed_quarter, "2023-03", by)
    figures = closed_quarter.figures("2023-03")
    published = figures.summary.programmes if by is By.PROGRAMME else figures.summary.districts
    assert {group.name: (group.sums, group.rank) for group in found.groups} == {
        group.name: (group.sums, group.rank) for group in published
    }
    for group in found.groups:
        members = [
            told
            for told in figures.lines
            if group.name == (told.line.programme if by is By.PROGRAMME else told.line.district)
        ]
        assert [row.code for row in group.rows] == [told.line.code for told in members]
        counts = Counter(told.light for told in members)
        assert group.lights == {light: counts[light] for light in Light}


def test_groups_keep_their_places_whatever_their_standing(closed_quarter: Desk) -> None:
    names = [[group.name for group in wall(closed_quarter, f"2023-0{number}").groups] for number in (1, 2, 3)]
    assert names[0] == names[1] == names[2]


def test_the_districts_are_there_whatever_the_groups(closed_quarter: Desk) -> None:
    by_programme, by_district = (wall(closed_quarter, "2023-03", by) for by in By)
    assert by_programme.districts == by_district.districts == by_district.groups


def green_line(desk: Desk, period: str) -> tuple[str, str]:
    """Return the code and the name of a line whose light is green."""
    return next(
        (told.line.code, told.line.name)
        for told in desk.figures(period).lines
        if told.light is Light.GREEN and told.month_completed
    )


def test_a_closed_month_stays_as_it_was_reported(closed_quarter: Desk) -> None:
    code, name = green_line(closed_quarter, "2023-01")
    before = wall(closed_quarter, "2023-03")
    closed_quarter.reports("2023-01", [report(name, "0.01", code=code)], correction="误报", accept=True)
    assert closed_quarter.line("2023-01", code, corrected=True).light is not Light.GREEN
    assert wall(closed_quarter, "2023-03") == before


def test_a_light_of_an_open_month_changes_with_its_report(open_quarter: Desk) -> None:
    code, name = green_line(open_quarter, "2023-01")
    before = rows_of(wall(open_quarter, "2023-03"))
    open_quarter.reports("2023-01", [report(name, "0.01", code=code)], accept=True)
    found = wall(open_quarter, "2023-03")
    after = rows_of(found)
    assert after[code].lights[0] is not Light.GREEN
    assert [code for code in before if before[code].lights[0] != after[code].lights[0]] == [code]
    assert_true(open_quarter, found)


def test_months_that_were_never_opened_stay_empty_between_others(desk: Desk) -> None:
    desk.on("2023-01-10").roster([line("甲", code="A-1")])
    for number in (1, 3):
        desk.open(f"2023-0{number}")
        desk.reports(f"2023-0{number}", [report("甲", 1, code="A-1")], accept=True)
    desk.on("2023-04-10").close("2023-01")
    found = wall(desk, "2023-03")
    assert found.months[:4] == (PeriodState.CLOSED, None, PeriodState.OPEN, None)
    assert_true(desk, found)


def test_a_withdrawn_line_ends_and_a_preparatory_one_never_stands_there(desk: Desk) -> None:
    rows = [
        line("甲", code="A-1"),
        line("乙", code="A-2"),
        line("丙", code="A-3", district=None),
        line("丁", code="P-1", category="preparatory"),
    ]
    desk.on("2023-01-10").roster(rows)
    desk.change(Subproject, Subproject.code == "A-2", withdrawn_after=month("2023-01"))
    for number in (1, 2):
        desk.open(f"2023-0{number}")
    found = wall(desk, "2023-02", By.DISTRICT)
    assert_true(desk, found)
    assert rows_of(found).keys() == {"A-1", "A-2", "A-3"}
    assert rows_of(found)["A-2"].lights[1] is None
    assert found.groups[-1].name == "未注明板块"


def test_a_month_without_a_period_is_not_found(closed_quarter: Desk) -> None:
    with pytest.raises(NotFound):
        wall(closed_quarter, "2023-05")
