"""The other fronts' totals: kept with their source, never for a front whose lines are kept here."""

from __future__ import annotations

import pytest

from tests.databases import dump
from tests.factories import FRONTS_FILE, Desk, front, line, report, yuan
from tracker.core.errors import NotFound, WrongState
from tracker.store.audit import AuditEntry
from tracker.store.fronts import FrontTotalRow
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Return a desk with one line, 300 of 1200 万元 done by March."""
    desk.roster([line("甲")])
    desk.reports("2023-03", [report("甲", ytd=300)])
    return desk


def totals(desk: Desk) -> list[tuple[int, int]]:
    return sorted(desk.all(FrontTotalRow.number, FrontTotalRow.completed))


def test_totals_give_the_citywide_average_and_the_rank(office: Desk) -> None:
    assert office.figures("2023-03").summary.cohorts[0].citywide is None
    office.fronts(
        "2023-03", [front("产业", "continuing", 3, 3600, 1200), front("交通", "continuing", 2, 1200, 60)]
    )
    own = office.figures("2023-03").summary.cohorts[0]
    assert (own.sums.progress, own.citywide, own.vs_citywide, own.rank, own.of) == (2500, 2600, -100, 2, 3)


def test_the_own_front_is_left_aside_with_a_warning(office: Desk) -> None:
    rows = [front("创新现代化", "continuing", 9, 999, 999), front("产业", "continuing", 1, 1200, 300)]
    outcome = office.fronts("2023-03", rows)
    (warning,) = outcome.warnings
    assert "“创新现代化”的项目在本系统内" in warning.what
    assert outcome.created == 1
    assert office.figures("2023-03").summary.cohorts[0].sums.annual_plan == yuan(1200)


def test_another_citys_front_named_like_the_default_is_a_front_like_any_other(desk: Desk) -> None:
    desk.roster([line("甲", front="先进制造")])
    desk.reports("2023-03", [report("甲", ytd=300)])
    outcome = desk.fronts("2023-03", [front("创新现代化", "continuing", 1, 1200, 600)])
    assert (outcome.created, outcome.warnings) == (1, ())
    assert desk.figures("2023-03").summary.cohorts[0].rank == 2


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    assert desk.fronts("2023-03", FRONTS_FILE).created == 14
    before = dump(desk.engine)
    outcome = desk.fronts("2023-03", FRONTS_FILE)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 14)
    assert dump(desk.engine) == before


def test_a_changed_total_is_number_two_and_counts(office: Desk) -> None:
    office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 300)])
    outcome = office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 600)])
    assert (outcome.created, outcome.changed) == (0, 1)
    assert totals(office) == [(1, yuan(300)), (2, yuan(600))]
    assert office.figures("2023-03").summary.cohorts[0].rank == 2
    office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 300)])
    assert totals(office)[-1] == (3, yuan(300))
    assert office.figures("2023-03").summary.cohorts[0].rank == 1


def test_the_two_cohorts_of_a_front_are_two_totals(office: Desk) -> None:
    rows = [front("产业", "continuing", 1, 1200, 300), front("产业", "newly_started", 1, 1200, 600)]
    assert office.fronts("2023-03", rows).created == 2
    assert len(office.all(Front.name)) == 2


def test_a_closed_month_takes_no_other_totals_but_the_same_ones(office: Desk) -> None:
    office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 300)])
    office.close("2023-03")
    before = dump(office.engine)
    with pytest.raises(WrongState, match="2023-03 已关闭"):
        office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 600)])
    with pytest.raises(WrongState, match="2023-03 已关闭"):
        office.fronts("2023-03", [front("没听说过", "continuing", 1, 1200, 600)])
    assert office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 300)]).unchanged == 1
    assert dump(office.engine) == before


def test_totals_open_a_month_that_is_not_there_yet(desk: Desk) -> None:
    desk.fronts("2023-03", [front("产业", "continuing", 1, 1200, 300)])
    assert [state.value for state in desk.all(PeriodRow.state)] == ["open"]


def test_the_source_and_who_brought_it_are_kept(office: Desk) -> None:
    office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 300)])
    assert office.all(FrontTotalRow.source, FrontTotalRow.made_by) == [("各领域.xlsx", "王敏")]
    assert office.all(AuditEntry.action)[-1] == "fronts.import"


def test_figures_of_a_front_without_lines_are_not_made_up(office: Desk) -> None:
    """A front that is known by its total alone has no lines to tell; zeros would be a wrong answer."""
    office.fronts("2023-03", [front("产业", "continuing", 1, 1200, 600)])
    for name in ("产业", "没有这个领域"):
        with pytest.raises(NotFound, match=name):
            office.figures("2023-03", front=name)


def test_the_own_front_is_known_with_and_without_its_suffix(desk: Desk) -> None:
    desk.roster([line("甲", "1000")])
    desk.reports("2023-03", [report("甲", 500)])
    outcome = desk.fronts(
        "2023-03",
        [
            front("创新现代化领域", "continuing", 1, 1000, 500),
            front("绿色生态领域", "continuing", 1, 1000, 100),
        ],
    )
    assert outcome.created == 1
    continuing = desk.figures("2023-03").summary.cohorts[0]
    assert (continuing.citywide, continuing.rank, continuing.of) == (3000, 1, 2)
