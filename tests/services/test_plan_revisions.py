"""A plan changes only with an approval, from an open month on; the original stays beside it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.databases import dump
from tests.factories import Desk, evenly, line, month, report, yuan
from tracker.core.errors import Refused
from tracker.core.lights import Light
from tracker.store.plans import PlanRevision

APPROVED = {"approved_on": date(2023, 3, 20), "document_no": "常政办发〔2023〕15号", "reason": "建设内容调整"}


@pytest.fixture
def two_lines(desk: Desk) -> Desk:
    """Return a desk with two lines of 1200 万元, 150 of each done by February, nothing closed."""
    desk.roster([line("甲", monthly_plan=evenly(1200)), line("乙")])
    desk.reports("2023-01", [report("甲", 50), report("乙", 50)])
    desk.reports("2023-02", [report("甲", 100), report("乙", 100)])
    return desk


def revisions(desk: Desk) -> list[tuple[int, str, int]]:
    rows = desk.all(PlanRevision.number, PlanRevision.effective_from, PlanRevision.annual_plan)
    return sorted((number, str(start), plan // 10_000) for number, start, plan in rows if number > 1)


@pytest.mark.parametrize("approval", [{}, {"approved_on": date(2023, 3, 20)}, {"document_no": "15号"}])
def test_without_date_and_number_a_changed_plan_is_refused(
    two_lines: Desk, approval: dict[str, object]
) -> None:
    before = dump(two_lines.engine)
    with pytest.raises(
        Refused, match=r"年度计划投资由 1,200 万元改为 600 万元.*--approved 和 --document"
    ) as refusal:
        two_lines.roster([line("甲", "600"), line("丙")], **approval)
    assert refusal.value.problems[0].cell.startswith("F")
    assert dump(two_lines.engine) == before, (
        "nothing of a refused file may be written, not even its other rows"
    )


def test_an_approved_plan_is_revision_two_from_its_month_on(two_lines: Desk) -> None:
    outcome = two_lines.roster([line("甲", "600", monthly_plan=evenly(600))], **APPROVED)
    assert outcome.changed == 1
    assert revisions(two_lines) == [(2, "2023-03", 600)]
    assert two_lines.line("2023-02", "甲").progress == 1250
    two_lines.reports("2023-03", [report("甲", 0), report("乙", 0)])
    march = two_lines.line("2023-03", "甲")
    assert (march.progress, march.original_progress, march.line.plan_revision) == (2500, 1250, 2)
    assert two_lines.line("2023-03", "乙").line.plan_revision == 1


def test_importing_the_approved_plan_again_is_no_third_revision(two_lines: Desk) -> None:
    changed = [line("甲", "600", monthly_plan=evenly(600))]
    two_lines.roster(changed, **APPROVED)
    before = dump(two_lines.engine)
    assert two_lines.roster(changed, **APPROVED).unchanged == 1
    assert two_lines.roster(changed).unchanged == 1
    assert dump(two_lines.engine) == before


def test_a_plan_never_changes_a_closed_month(two_lines: Desk) -> None:
    two_lines.on("2023-02-10").close("2023-01")
    two_lines.on("2023-03-10").close("2023-02")
    closed = [two_lines.figures(name) for name in ("2023-01", "2023-02")]
    corrected = two_lines.figures("2023-02", corrected=True)
    outcome = two_lines.roster([line("甲", "600")], **APPROVED | {"effective_from": month("2023-01")})
    assert "2023-03 起执行" in outcome.changes[0]
    assert revisions(two_lines) == [(2, "2023-03", 600)]
    assert [two_lines.figures(name) for name in ("2023-01", "2023-02")] == closed
    assert two_lines.figures("2023-02", corrected=True).lines == corrected.lines


def test_a_plan_approved_last_year_holds_from_january(two_lines: Desk) -> None:
    two_lines.roster([line("甲", "600")], **APPROVED | {"approved_on": date(2022, 12, 20)})
    assert revisions(two_lines) == [(2, "2023-01", 600)]


@pytest.mark.parametrize("effective", ["2024-01", None])
def test_a_plan_that_could_never_hold_is_refused(two_lines: Desk, effective: str | None) -> None:
    for number in range(1, 13):
        two_lines.reports(f"2023-{number:02d}", [report("甲", 50 * (number < 3) + 50 * (number == 2))])
        if effective is None:
            two_lines.on("2024-01-10").close(f"2023-{number:02d}")
    told = {"effective_from": month(effective)} if effective else {}
    with pytest.raises(Refused, match="2024-01 起执行，不在 2023 年"):
        two_lines.roster([line("甲", "600")], **APPROVED | told)


def test_only_the_months_of_a_plan_can_change(two_lines: Desk) -> None:
    late = (0,) * 11 + (yuan(1200),)
    with pytest.raises(Refused, match="年度计划投资不变，月度推进计划有调整"):
        two_lines.roster([line("甲", monthly_plan=late)])
    two_lines.roster([line("甲", monthly_plan=late)], **APPROVED)
    two_lines.reports("2023-03", [report("甲", 0)])
    assert two_lines.line("2023-03", "甲").schedule == 0
    assert two_lines.line("2023-02", "甲").schedule == 1667


def test_the_newest_of_several_revisions_holds(two_lines: Desk) -> None:
    two_lines.roster([line("甲", "600")], **APPROVED | {"effective_from": month("2023-06")})
    two_lines.roster([line("甲", "800")], **APPROVED | {"effective_from": month("2023-04")})
    for name in ("2023-03", "2023-04", "2023-06"):
        two_lines.open(name)
    plans = [two_lines.line(name, "甲").line.annual_plan for name in ("2023-03", "2023-04", "2023-06")]
    assert plans == [yuan(1200), yuan(800), yuan(800)]


def test_the_briefing_tells_the_light_that_a_revision_turned_off(two_lines: Desk) -> None:
    two_lines.roster([line("甲", "600", monthly_plan=evenly(600))], **APPROVED)
    two_lines.reports("2023-03", [report("甲", 0), report("乙", 0)])
    (change,) = two_lines.briefing("2023-03").plan_changes
    assert (change.name, change.number, change.before, change.after) == ("甲", 2, yuan(1200), yuan(600))
    assert (change.light_before, change.light_after) == (Light.RED, Light.GREEN)
    assert change.turned_off
    assert (change.approved_on, change.document_no) == (APPROVED["approved_on"], APPROVED["document_no"])
    two_lines.open("2023-04")
    assert two_lines.briefing("2023-04").plan_changes == (), "a revision is told once, in the month it starts"


def _changes(desk: Desk, period: str) -> list[tuple[int, int, int]]:
    """Return the plan changes a briefing tells: number, annual plans before and after in 万元."""
    return [
        (change.number, change.before // 10_000, change.after // 10_000)
        for change in desk.briefing(period).plan_changes
    ]


def test_a_revision_that_never_holds_is_told_by_no_briefing(two_lines: Desk) -> None:
    two_lines.roster([line("甲", "1500")], **APPROVED | {"effective_from": month("2023-06")})
    two_lines.roster([line("甲", "900")], **APPROVED | {"effective_from": month("2023-04")})
    for name in ("2023-04", "2023-05", "2023-06"):
        two_lines.open(name)
    assert _changes(two_lines, "2023-04") == [(3, 1200, 900)], "before is the plan that held in March"
    assert _changes(two_lines, "2023-05") == []
    assert _changes(two_lines, "2023-06") == [], "the third revision holds in June, not the second"


def test_two_revisions_from_the_same_month_are_told_as_one_step(two_lines: Desk) -> None:
    two_lines.roster([line("甲", "900", monthly_plan=evenly(900))], **APPROVED)
    second = APPROVED | {"document_no": "常政办发〔2023〕16号"}
    two_lines.roster([line("甲", "600", monthly_plan=evenly(600))], **second)
    two_lines.reports("2023-03", [report("甲", 0), report("乙", 0)])
    (change,) = two_lines.briefing("2023-03").plan_changes
    assert (change.number, change.before, change.after) == (3, yuan(1200), yuan(600))
    assert (change.light_before, change.light_after) == (Light.RED, Light.GREEN)
    assert change.document_no == "常政办发〔2023〕16号"
