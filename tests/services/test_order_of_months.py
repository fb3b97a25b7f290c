"""In whatever order and form a line's months are loaded, the figures come out the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import Server, SqliteFiles, copied
from tests.factories import Desk, line, report
from tracker.core.figures import LineFigures
from tracker.intake.reports import ReportRow
from tracker.store.schema import upgrade

MONTHS = 5
#: What a file says of a line's month: the month, the year to date, both, or nothing at all.
forms = st.sampled_from(["month", "year", "both", "missing"])


def with_roster(engine: object) -> None:
    upgrade(engine)  # type: ignore[arg-type]
    Desk(engine, None).roster([line("甲"), line("乙")])  # type: ignore[arg-type]


def told(name: str, amounts: list[int], month: int, form: str) -> list[ReportRow]:
    year_to_date = sum(amounts[:month])
    return {
        "month": [report(name, amounts[month - 1])],
        "year": [report(name, ytd=year_to_date)],
        "both": [report(name, amounts[month - 1], year_to_date)],
        "missing": [],
    }[form]


def loaded(server: Server, months: list[tuple[int, list[ReportRow]]]) -> list[LineFigures]:
    """Load the months in this order, each twice, and return the lines of the last month."""
    with copied(server, with_roster) as engine:
        desk = Desk(engine, None).on("2023-09-01")  # type: ignore[arg-type]
        for month, rows in months:
            desk.reports(f"2023-{month:02d}", rows)
        for month, rows in reversed(months):
            assert desk.reports(f"2023-{month:02d}", rows).unchanged == len(rows)
        return [
            replace(found, line=replace(found.line, id=0))
            for found in desk.figures(f"2023-{MONTHS:02d}").lines
        ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.lists(st.integers(0, 300), min_size=MONTHS, max_size=MONTHS), min_size=2, max_size=2),
    said=st.lists(st.lists(forms, min_size=MONTHS, max_size=MONTHS), min_size=2, max_size=2),
    order=st.permutations(range(1, MONTHS + 1)),
)
def test_any_order_gives_the_same_figures(
    sqlite_server: SqliteFiles, amounts: list[list[int]], said: list[list[str]], order: list[int]
) -> None:
    months = {
        month: told("甲", amounts[0], month, said[0][month - 1])
        + told("乙", amounts[1], month, said[1][month - 1])
        for month in range(1, MONTHS + 1)
    }
    ascending = loaded(sqlite_server, [(month, months[month]) for month in range(1, MONTHS + 1)])
    shuffled = loaded(sqlite_server, [(month, months[month]) for month in order])
    assert shuffled == ascending


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.integers(0, 300), min_size=MONTHS, max_size=MONTHS),
    said=st.lists(st.sampled_from(["month", "year", "both"]), min_size=MONTHS, max_size=MONTHS),
    order=st.permutations(range(1, MONTHS + 1)),
)
def test_with_every_month_told_the_year_to_date_is_the_true_one(
    sqlite_server: SqliteFiles, amounts: list[int], said: list[str], order: list[int]
) -> None:
    (found, _) = loaded(sqlite_server, [(m, told("甲", amounts, m, said[m - 1])) for m in order])
    assert found.completed == 10_000 * sum(amounts)
    assert found.amounts[:MONTHS] == tuple(10_000 * amount for amount in amounts)
    assert found.spans == tuple(range(1, 13))


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_the_reference_quarter_in_any_order(server: Server, order: tuple[int, ...]) -> None:
    from tests.factories import ROSTER_FILE, reports_file

    with copied(server, upgrade) as engine:
        desk = Desk(engine, None).on("2023-04-04")  # type: ignore[arg-type]
        desk.roster(ROSTER_FILE)
        for month in order:
            desk.reports(f"2023-{month:02d}", reports_file(month))
        march = desk.figures("2023-03").summary
    assert [cohort.sums.completed for cohort in march.cohorts] == [2_946_380_000, 416_790_000]
    assert [cohort.sums.lagging for cohort in march.cohorts] == [29, 4]
