"""What was closed stays as it was published, whatever is changed, corrected, renamed or ruled afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest

from tests.factories import Desk, evenly, line, month, report, yuan
from tracker.briefing import write_briefing
from tracker.core.coverage import ReportStatus
from tracker.core.errors import NotFound
from tracker.core.figures_json import figures_to_json
from tracker.core.lights import Light
from tracker.core.rules import DEFAULT_RULES, Basis, Rule, RuleKey, Threshold, rules_to_json
from tracker.services.office import set_office
from tracker.store.plans import PlanRevision
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import Report, ReportRevision
from tracker.store.roster import Front, KeyProject, Programme, Subproject, Unit
from tracker.store.rules import RuleVersion
from tracker.store.snapshots import Snapshot

#: Nothing is ever below schedule under these.
LENIENT = (Rule(RuleKey.BEHIND_SCHEDULE, Basis.RATIO, yellow=Threshold(1)),)


def published(desk: Desk, period: str) -> tuple[str, bytes]:
    """Return a month's figures as JSON and the bytes of its briefing."""
    figures = json.dumps(figures_to_json(desk.figures(period)), ensure_ascii=False, sort_keys=True)
    book = BytesIO()
    write_briefing(desk.briefing(period), book)
    return figures, book.getvalue()


def rule(desk: Desk, version: int, effective_from: str, rules: tuple[Rule, ...] = LENIENT) -> None:
    with desk.writing() as session:
        session.add(
            RuleVersion(
                version=version,
                effective_from=month(effective_from),
                rules=rules_to_json(rules),
                made_by="王敏",
                made_at=desk.now,
            )
        )


# ---- Closing changes no figure ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2023-01", "2023-02", "2023-03"])
def test_the_figures_at_closing_are_those_of_the_moment_before(open_quarter: Desk, name: str) -> None:
    before = figures_to_json(open_quarter.figures(name))
    open_quarter.on("2023-04-10").close(name)
    after = figures_to_json(open_quarter.figures(name))
    assert (before.pop("state"), after.pop("state")) == ("open", "closed")
    assert after == before


def test_the_snapshot_names_the_rules_and_the_plan_behind_every_figure(desk: Desk) -> None:
    desk.roster([line("甲", monthly_plan=evenly(1200))])
    rule(desk, 7, "2023-03", DEFAULT_RULES)
    desk.roster([line("甲", "600")], approved_on=date(2023, 3, 1), document_no="15号")
    desk.reports("2023-03", [report("甲", ytd=100)])
    (frozen,) = desk.close("2023-03")
    assert frozen.rules.version == desk.figures("2023-03").summary.rules_version == 7
    assert desk.line("2023-03", "甲").line.plan_revision == 2


def test_every_front_kept_here_is_frozen(desk: Desk) -> None:
    desk.roster([line("甲", front="先进制造"), line("乙", front="民生改善")])
    desk.reports("2023-03", [report("甲", ytd=100), report("乙", ytd=200)])
    desk.close("2023-03")
    assert len(desk.all(Snapshot.id)) == 2
    desk.reports("2023-03", [report("乙", ytd=300)], correction="补报")
    assert desk.figures("2023-03", front="民生改善").lines[0].completed == yuan(200)


# ---- Later changes ----------------------------------------------------------------------------------


def correct_a_report(desk: Desk) -> None:
    desk.reports("2023-03", [report(code="CX-01-1", month_completed=1)], correction="重复计算")
    desk.reports("2023-01", [report(code="CX-01-1", month_completed=1)], correction="重复计算")


def make_new_rules(desk: Desk) -> None:
    rule(desk, 1, "2023-01")


def rename_everything(desk: Desk) -> None:
    for table in (Unit, Front, Programme, KeyProject, Subproject):
        desk.change(table, table.id > 0, name=table.name + "（改）")


def revise_every_plan(desk: Desk) -> None:
    desk.roster(
        [line(name, "1", code=code, project=None) for name, code in desk.codes().items()],
        approved_on=date(2023, 4, 11),
        document_no="20号",
        effective_from=month("2023-01"),
    )


def take_lines_in_and_out(desk: Desk) -> None:
    desk.roster([line("新来的")])
    desk.change(Subproject, Subproject.code == "CX-01-1", withdrawn_after=month("2023-01"))


def close_out_problems(desk: Desk) -> None:
    desk.change(ProblemRow, ProblemRow.id > 0, state=ProblemState.CLOSED_OUT, closed_out_in=month("2023-01"))


def change_the_office(desk: Desk) -> None:
    with desk.writing() as session:
        set_office(
            session, name="另一个督查室", notice="另一个说明", own_front="不存在的领域", deadline_workday=9
        )


def return_every_report(desk: Desk) -> None:
    desk.change(Report, Report.id > 0, counted=None)


def go_on_to_april(desk: Desk) -> None:
    desk.reports("2023-04", [report(code="CX-01-1", month_completed=1, problem_text="新问题")])
    desk.on("2023-05-10").close("2023-04")


@pytest.mark.parametrize(
    "change",
    [
        correct_a_report,
        make_new_rules,
        rename_everything,
        revise_every_plan,
        take_lines_in_and_out,
        close_out_problems,
        change_the_office,
        return_every_report,
        go_on_to_april,
    ],
)
def test_a_closed_month_is_published_the_same_for_ever(
    closed_quarter: Desk, change: Callable[[Desk], None]
) -> None:
    before = {name: published(closed_quarter, name) for name in ("2023-02", "2023-03")}
    change(closed_quarter)
    closed_quarter.on("2023-07-01")
    assert {name: published(closed_quarter, name) for name in before} == before
    assert closed_quarter.doctor() == []


def test_the_changes_are_really_changes(closed_quarter: Desk) -> None:
    """The test above proves nothing unless the corrected view does see what was changed."""
    before = closed_quarter.figures("2023-03", corrected=True)
    correct_a_report(closed_quarter)
    corrected = closed_quarter.figures("2023-03", corrected=True)
    assert corrected.lines[0].completed < before.lines[0].completed
    make_new_rules(closed_quarter)
    assert closed_quarter.figures("2023-03", corrected=True).summary.lights[Light.RED] == 0
    assert len(closed_quarter.all(ReportRevision.id)) == 212
    revise_every_plan(closed_quarter)
    assert max(closed_quarter.all(PlanRevision.number)) == 2


# ---- Months in a row --------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [(), ("01",), ("01", "02"), ("01", "02", "03")], ids=len)
def test_streaks_run_on_from_closed_to_open_months(desk: Desk, closed: tuple[str, ...]) -> None:
    desk.roster([line("慢"), line("快")])
    for number in ("01", "02", "03", "04"):
        desk.reports(f"2023-{number}", [report("慢", 10), report("快", 110)])
        if number in closed:
            desk.close(f"2023-{number}")
    for number in (1, 2, 3, 4):
        slow, fast = desk.figures(f"2023-{number:02d}").lines
        assert (slow.flagged_months, slow.lagging_months) == (number, number)
        assert (fast.flagged_months, fast.lagging_months) == (0, 0)
        assert slow.previous_light is (None if number == 1 else Light.RED)
        assert fast.previous_light is (None if number == 1 else Light.GREEN)
        assert len(desk.figures(f"2023-{number:02d}").summary.trend) == 2 * number


def test_a_month_on_schedule_ends_a_streak(desk: Desk) -> None:
    desk.roster([line("甲")])
    for number, amount in ((1, 0), (2, 0), (3, 400), (4, 0), (5, 0)):
        desk.reports(f"2023-{number:02d}", [report("甲", amount)])
    found = [desk.line(f"2023-{number:02d}", "甲") for number in range(1, 6)]
    assert [line.lagging_months for line in found] == [1, 2, 0, 0, 1]
    assert [line.light for line in found] == [Light.RED, Light.RED, Light.GREEN, Light.GREEN, Light.YELLOW]
    assert [line.worsened for line in found] == [False, False, False, False, True]


def test_a_month_nobody_opened_breaks_the_look_back_but_not_the_trend(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.reports("2023-01", [report("甲", 0)])
    desk.reports("2023-03", [report("甲", 0)])
    march = desk.line("2023-03", "甲")
    assert (march.flagged_months, march.previous_light) == (1, None)
    assert [point.period.month for point in desk.figures("2023-03").summary.trend] == [1, 1, 3, 3]


def test_two_months_without_a_report_turn_grey_into_red(desk: Desk) -> None:
    desk.roster([line("甲"), line("乙")])
    for number in ("01", "02"):
        desk.reports(f"2023-{number}", [report("甲", 100)])
    silent = [desk.line(f"2023-{number}", "乙") for number in ("01", "02")]
    assert [found.status for found in silent] == [ReportStatus.MISSING] * 2
    assert [found.light for found in silent] == [Light.GREY, Light.RED]
    assert [found.missing_months for found in silent] == [1, 2]


def test_a_new_year_starts_afresh(desk: Desk) -> None:
    for year, name in ((2023, "2023-12"), (2024, "2024-01")):
        desk.roster([line("甲")], year=year)
        desk.reports(name, [report("甲", 0)])
    january = desk.line("2024-01", "甲")
    assert (january.flagged_months, january.previous_light) == (1, None)


def test_an_open_month_looks_back_on_what_was_published_not_on_the_correction(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.reports("2023-01", [report("甲", 0)])
    desk.close("2023-01")
    desk.reports("2023-01", [report("甲", 500)], correction="漏报")
    desk.reports("2023-02", [report("甲", 0)])
    february = desk.line("2023-02", "甲")
    assert (february.previous_light, february.completed) == (Light.RED, yuan(500))


# ---- Rules ------------------------------------------------------------------------------------------


def test_rules_hold_from_their_period_on(desk: Desk) -> None:
    desk.roster([line("甲")])
    for number in ("01", "02", "03"):
        desk.reports(f"2023-{number}", [report("甲", 20)])
    rule(desk, 1, "2023-02")
    rule(desk, 2, "2023-03", DEFAULT_RULES)
    found = [desk.figures(f"2023-{number}") for number in ("01", "02", "03")]
    assert [figures.summary.rules_version for figures in found] == [0, 1, 2]
    assert [figures.lines[0].light for figures in found] == [Light.RED, Light.GREEN, Light.RED]


def test_the_later_version_from_the_same_period_wins(desk: Desk) -> None:
    desk.roster([line("甲")])
    desk.reports("2023-03", [report("甲", 20)])
    rule(desk, 2, "2023-02", DEFAULT_RULES)
    rule(desk, 1, "2023-02")
    assert desk.figures("2023-03").summary.rules_version == 2


def test_a_front_that_joins_later_has_no_part_in_a_closed_month(desk: Desk) -> None:
    desk.on("2023-02-01").roster([line("甲", front="生态现代化"), line("乙", front="生态现代化")])
    desk.reports("2023-01", [report("甲", 100), report("乙", 90)])
    desk.on("2023-02-10").close("2023-01")
    published = json.dumps(figures_to_json(desk.figures("2023-01")))
    desk.on("2023-03-01").roster([line("丙", front="创新现代化")])
    assert json.dumps(figures_to_json(desk.figures("2023-01"))) == published
    assert desk.briefing("2023-01").figures.summary.front == "生态现代化"
    with pytest.raises(NotFound, match="创新现代化"):
        desk.figures("2023-01", front="创新现代化")
    desk.reports("2023-02", [report("丙", 5)])
    assert desk.figures("2023-02").summary.front == "创新现代化"
