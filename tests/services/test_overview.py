"""The overview and the standings of months that were closed: movements, what turned, ranks month by month."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import Desk, front, line, month, report
from tracker.core.cohorts import Cohort
from tracker.core.figures import PeriodState
from tracker.core.lights import Light
from tracker.services.light_changes import changes_among
from tracker.services.live import lines_with_previous
from tracker.services.overview import LINES_SHOWN, GroupKind, Overview, overview_of
from tracker.services.periods import find
from tracker.services.standings import Standings, standings_of
from tracker.store.periods import PeriodRow


def overview(desk: Desk, period: str) -> Overview:
    with desk.looking() as session:
        return overview_of(session, month(period), desk.now)


def standings(desk: Desk, period: str) -> Standings:
    with desk.looking() as session:
        return standings_of(session, month(period), desk.now)


#: What each line completes in January, February and March, in 万元; a month's schedule is 100.
SAID: dict[str, tuple[int | None, ...]] = {
    "稳": (100, 100, 100),
    "救": (0, 200, 100),
    "跌": (150, 20, 10),
    "缓": (50, 120, 120),
    "失": (0, 0, None),
}


@pytest.fixture
def year(desk: Desk) -> Desk:
    """Return a desk with five lines of five departments in two programmes, January to March handed in."""
    desk.roster(
        [
            line(name, lead=f"{name}局", programme="甲工程" if number < 2 else "乙工程")
            for number, name in enumerate(SAID)
        ]
    )
    for number in (1, 2, 3):
        rows = [report(name, said[number - 1]) for name, said in SAID.items() if said[number - 1] is not None]
        desk.reports(f"2023-0{number}", rows, accept=True)
    return desk


def close(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.close(f"2023-0{number}")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_closed_month_tells_what_the_open_one_told(year: Desk, number: int) -> None:
    """The frozen columns and the computed lines are read by two ways to the same answer."""
    period = f"2023-0{number}"
    before = overview(year, period)
    close(year)
    after = overview(year, period)
    assert after.changes == changes_among(year.figures(period).lines, LINES_SHOWN)
    for told in ("cohorts", "lights", "groups_worse", "groups_better", "previous"):
        assert getattr(after, told) == getattr(before, told), told
    assert after.changes == before.changes


def test_what_turned_since_last_month(year: Desk) -> None:
    close(year)
    told = overview(year, "2023-02").changes
    assert [(f.line.name, f.previous_light, f.light) for f in told.better.lines] == [
        ("救", Light.RED, Light.GREEN)
    ]
    # 缓 has lagged two months in a row, which is red as before; 失 too.
    assert [f.line.name for f in told.worse.lines] == ["跌"]


def test_january_is_compared_with_nothing(year: Desk) -> None:
    close(year)
    told = overview(year, "2023-01")
    assert (told.previous, dict(told.lights), told.groups_worse.count) == (None, {}, 0)
    assert told.cohorts[0].progress is None
    assert told.changes.better.count == 0


def test_an_upcoming_month_is_no_month(desk: Desk) -> None:
    """What was never opened is compared with by neither page, and nothing lasts across it."""
    desk.roster([line("甲")])
    desk.reports("2023-03", [report("甲", 0)], accept=True)
    apart = overview(desk, "2023-03"), standings(desk, "2023-03").previous, desk.figures("2023-03")
    with desk.writing() as session:
        session.add(PeriodRow(year=2023, month=2, state=PeriodState.UPCOMING))
    there = overview(desk, "2023-03"), standings(desk, "2023-03").previous, desk.figures("2023-03")
    assert there == apart
    assert (there[0].previous, there[1]) == (None, None)
    assert there[2].lines[0].previous_light is None
    with desk.looking() as session:
        ids = [figures.line.id for figures in there[2].lines]
        lines = lines_with_previous(session, find(session, month("2023-03")), ids, desk.now)
    assert [previous for _, previous in lines] == [None]


def test_lines_that_moved_alike_keep_the_order_of_the_roster(desk: Desk) -> None:
    """Frozen or computed, of the many that are equally far behind the same ones are shown."""
    names = [f"项目{number}" for number in range(8)]
    desk.roster([line(name, code=f"Z-{9 - number}") for number, name in enumerate(names)])
    for number, amounts in ((1, (100, 0)), (2, (0, 300)), (3, (0, 300))):
        rows = [report(name, amounts[index % 2]) for index, name in enumerate(names)]
        desk.reports(f"2023-0{number}", rows, accept=True)
    computed = overview(desk, "2023-02").changes
    close(desk)
    frozen = overview(desk, "2023-02").changes
    assert [figures.line.name for figures in computed.worse.lines] == names[::2]
    assert [figures.line.name for figures in computed.better.lines] == names[1::2]
    assert frozen == computed


def test_movements_are_differences_of_what_was_published(year: Desk) -> None:
    close(year)
    january, february = overview(year, "2023-01"), overview(year, "2023-02")
    for was, now in zip(january.cohorts, february.cohorts, strict=True):
        if now.figures.sums.progress is not None and was.figures.sums.progress is not None:
            assert now.progress == now.figures.sums.progress - was.figures.sums.progress
            assert now.lagging == now.figures.sums.lagging - was.figures.sums.lagging
    for light, more in february.lights.items():
        assert more == february.summary.lights[light] - january.summary.lights[light]


def test_groups_that_moved(year: Desk) -> None:
    close(year)
    told = overview(year, "2023-02")
    fell = {(move.kind, move.figures.name): move.moved for move in told.groups_worse.groups}
    # 跌局 led January with 150; 救局 has 200 by February, 稳局 200, 跌局 170, 缓局 170.
    assert fell[GroupKind.DEPARTMENT, "跌局"] == -2
    rose = {move.figures.name: (move.before_rank, move.moved) for move in told.groups_better.groups}
    assert rose["救局"] == (4, 3)


def test_every_rank_through_the_year_with_gaps_where_there_was_none(year: Desk) -> None:
    year.fronts("2023-02", [front("另一领域", "continuing", 3, 1000, 100)])
    year.fronts("2023-03", [front("另一领域", "continuing", 3, 1000, 900)])
    close(year)
    told = standings(year, "2023-03")
    assert [str(period) for period in told.trends.months] == ["2023-01", "2023-02", "2023-03"]
    table = next(table for table in told.trends.fronts if table.cohort is Cohort.CONTINUING)
    ranks = {series.name: series.rates for series in table.series}
    assert ranks["另一领域"] == (None, 2, 1)
    assert [series.rates for series in table.series if series.own] == [(None, 1, 2)]
    for series in told.trends.departments.series:
        places: list[Any] = []
        for number in (1, 2, 3):
            groups = year.figures(f"2023-0{number}").summary.departments
            places += [(g.rank, g.amount_rank) for g in groups if g.name == series.name]
        assert list(zip(series.rates, series.amounts, strict=True)) == places


def test_an_earlier_month_never_shows_a_later_one(year: Desk) -> None:
    close(year)
    assert [str(p) for p in standings(year, "2023-02").trends.months] == ["2023-01", "2023-02"]
    assert standings(year, "2023-01").previous is None


def test_an_open_month_stands_beside_closed_ones(year: Desk) -> None:
    year.close("2023-01")
    told = standings(year, "2023-03")
    assert [str(p) for p in told.trends.months] == ["2023-01", "2023-02", "2023-03"]
    assert str(told.previous) == "2023-02"
