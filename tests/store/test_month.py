"""The query behind the figures gives the same lines as the plain tables do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.databases import Server, copied
from tests.factories import Desk, line, load_open_quarter, month, report
from tests.reference import lines, quarter
from tracker.core.lines import Line
from tracker.core.month import month_figures
from tracker.services.figures import facts_of
from tracker.services.periods import find
from tracker.store.month import NO_DISTRICT, NO_LEAD, NO_PROGRAMME, lines_of
from tracker.store.periods import Exemption
from tracker.store.plans import PlanRevision
from tracker.store.roster import Subproject


@pytest.mark.parametrize("number", [1, 2, 3])
def test_lines_of_the_quarter_equal_the_plain_tables(open_quarter: Desk, number: int) -> None:
    with open_quarter.looking() as session:
        found = lines_of(session, month(f"2023-{number:02d}"))
    assert [_comparable(line) for line in found] == [_comparable(line) for line in lines(number)]


def _comparable(line: Line) -> Line:
    """Leave out what the plain tables do not hold; of a statement the month's amount is enough."""
    statements = tuple((month, amount, None) for month, amount, _ in line.statements)
    return replace(line, id=0, physical_progress="", problems=(), statements=statements)


def test_figures_of_the_quarter_equal_those_without_a_database(open_quarter: Desk) -> None:
    for number, wanted in enumerate(quarter(), 1):
        found = open_quarter.figures(f"2023-{number:02d}")
        assert [(f.completed, f.light, f.flagged_months) for f in found.lines] == [
            (f.completed, f.light, f.flagged_months) for f in wanted.lines
        ]
        assert [c.sums for c in found.summary.cohorts] == [c.sums for c in wanted.summary.cohorts]


def test_a_bare_line_is_grouped_under_words_and_has_no_schedule_of_its_own(desk: Desk) -> None:
    desk.roster([line("甲", programme=None, lead=None, district=None)])
    desk.open("2023-03")
    (found,) = desk.figures("2023-03").lines
    assert (found.line.programme, found.line.lead, found.line.district) == (
        NO_PROGRAMME,
        NO_LEAD,
        NO_DISTRICT,
    )
    assert (found.line.monthly_plan, found.schedule) == (None, 2500)
    assert found.line.submitted_late is None


def test_a_withdrawn_line_stays_up_to_its_last_month(desk: Desk) -> None:
    desk.roster([line("甲"), line("乙")])
    desk.reports("2023-02", [report("甲", 1), report("乙", 1)])
    desk.reports("2023-03", [report("甲", 1)])
    desk.change(Subproject, Subproject.name == "乙", withdrawn_after=month("2023-02"))
    assert [f.line.name for f in desk.figures("2023-02").lines] == ["甲", "乙"]
    assert [f.line.name for f in desk.figures("2023-03").lines] == ["甲"]


def test_an_exempt_line_is_not_missing(desk: Desk) -> None:
    desk.roster([line("甲"), line("乙")])
    desk.reports("2023-03", [report("甲", 1)])
    with desk.writing() as session:
        session.add(
            Exemption(
                period_id=find(session, month("2023-03")).id,
                subproject_id=session.scalars(sa.select(Subproject.id).where(Subproject.name == "乙")).one(),
                reason="停工",
                made_by="王敏",
                made_at=desk.now,
            )
        )
    coverage = desk.figures("2023-03").summary.coverage
    assert (coverage.due, coverage.reported, coverage.exempt, coverage.missing) == (1, 1, 1, 0)


def test_the_number_of_statements_does_not_grow_with_the_lines(desk: Desk) -> None:
    """Four statements and a few small ones serve any number of lines."""

    def statements() -> int:
        seen: list[str] = []
        sa.event.listen(desk.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
        desk.figures("2023-03")
        return len(seen)

    desk.roster([line(f"线{number}") for number in range(3)])
    desk.reports("2023-03", [report(f"线{number}", 1, problem_text="难") for number in range(3)])
    few = statements()
    desk.roster([line(f"线{number}") for number in range(3, 60)])
    desk.reports("2023-03", [report(f"线{number}", 1, problem_text="难") for number in range(3, 60)])
    # The first listener is still there, so every statement is now counted by both.
    assert statements() == few


def test_one_query_gives_both_databases_the_same_figures(
    sqlite_server: Server, postgres_server: Server
) -> None:
    with copied(sqlite_server, load_open_quarter) as one, copied(postgres_server, load_open_quarter) as other:
        figures = []
        for engine in (one, other):
            desk = Desk(engine, None)  # type: ignore[arg-type]
            with desk.looking() as session:
                facts = facts_of(session, find(session, month("2023-03")), "创新现代化", desk.now)
            found = month_figures(facts)
            figures.append(
                (found.summary, [replace(line, line=replace(line.line, id=0)) for line in found.lines])
            )
    assert figures[0] == figures[1]


def test_without_a_plan_a_line_has_a_plan_of_zero(desk: Desk) -> None:
    desk.roster([line("甲", "0")])
    desk.open("2023-03")
    assert desk.line("2023-03", "甲").progress is None
    assert desk.all(sa.func.count(PlanRevision.id)) == [1]
