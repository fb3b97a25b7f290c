"""The lights: every rule at, just below and just above its bounds, with its reasons in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import month_facts
from tracker.core.cohorts import Category, Cohort, is_due_to_start
from tracker.core.coverage import ReportStatus
from tracker.core.figures import LineFigures
from tracker.core.lights import Light, Verdict
from tracker.core.lines import FrontTotal, Line, Milestone, OpenProblem
from tracker.core.month import MonthFacts, month_figures
from tracker.core.periods import Period
from tracker.core.reasons import reason_text
from tracker.core.rules import (
    DEFAULT_RULES,
    Basis,
    InvalidRules,
    Rule,
    RuleKey,
    RuleSet,
    Threshold,
    rules_from_json,
    rules_in_force,
    rules_to_json,
)

MARCH = Period(2023, 3)


def a_line(**changes: object) -> Line:
    """Return a continuing line with an annual plan of 1200 and 100 a month, exactly on schedule in March."""
    line = replace(
        month_facts(3).lines[0],
        annual_plan=1200,
        monthly_plan=(100,) * 12,
        original_annual_plan=1200,
        statements=((1, 100, None), (2, 100, None), (3, 100, None)),
    )
    return replace(line, **changes)  # type: ignore[arg-type]


def judged(line: Line, previous: Verdict | None = None, **changes: object) -> LineFigures:
    """Return the line's figures for March under the default rules."""
    facts = replace(
        month_facts(3),
        lines=[line],
        front_totals=(),
        previous={line.id: previous} if previous else {},
        **changes,  # type: ignore[arg-type]
    )
    return month_figures(facts).lines[0]


def fired(figures: LineFigures) -> dict[RuleKey, Light]:
    """Return the rules that fired with the light that each gave."""
    return {reason.rule: reason.light for reason in figures.reasons}


def done(amount: int) -> Line:
    """Return the line with `amount` done in March alone."""
    return a_line(statements=((3, None, amount),))


@pytest.mark.parametrize(
    ("amount", "light"),
    [(300, Light.GREEN), (301, Light.GREEN), (299, Light.YELLOW), (240, Light.YELLOW), (239, Light.RED)],
)
def test_behind_schedule_by_ratio(amount: int, light: Light) -> None:
    figures = judged(done(amount))
    assert figures.light is light
    assert figures.lagging is (amount < 300)
    assert (RuleKey.BEHIND_SCHEDULE in fired(figures)) == (light is not Light.GREEN)


def yinchuan(inclusive_red: bool) -> tuple[Rule, ...]:
    """Return the published rule: 10 to 30 points behind is yellow, more is red."""
    return (
        Rule(
            RuleKey.BEHIND_SCHEDULE,
            Basis.POINTS,
            yellow=Threshold(1000, inclusive=True),
            red=Threshold(3000, inclusive=inclusive_red),
        ),
    )


@pytest.mark.parametrize(
    ("points", "inclusive_red", "light"),
    [
        (0, False, Light.GREEN),
        (9, False, Light.GREEN),
        (10, False, Light.YELLOW),
        (30, False, Light.YELLOW),
        (30, True, Light.RED),
        (31, False, Light.RED),
    ],
)
def test_behind_schedule_by_points(points: int, inclusive_red: bool, light: Light) -> None:
    line = a_line(
        annual_plan=100, monthly_plan=(0, 0, 50, *(0,) * 8, 50), statements=((3, 50 - points, None),)
    )
    figures = judged(line, rules=RuleSet(1, MARCH, yinchuan(inclusive_red)))
    assert figures.light is light
    assert figures.lagging is (points > 0)


def test_an_inclusive_ratio_takes_the_bound_too() -> None:
    rules = (Rule(RuleKey.BEHIND_SCHEDULE, Basis.RATIO, red=Threshold(8000, inclusive=True)),)
    assert judged(done(240), rules=RuleSet(1, MARCH, rules)).light is Light.RED
    assert judged(done(241), rules=RuleSet(1, MARCH, rules)).light is Light.GREEN


def test_a_disabled_rule_is_silent() -> None:
    rules = tuple(replace(rule, enabled=False) for rule in DEFAULT_RULES)
    figures = judged(done(0), rules=RuleSet(1, MARCH, rules))
    assert figures.light is Light.GREEN
    assert RuleSet(1, MARCH, rules).get(RuleKey.BEHIND_SCHEDULE) is None
    assert RuleSet(1, MARCH, DEFAULT_RULES).get(RuleKey.BEHIND_SCHEDULE) == DEFAULT_RULES[0]


def test_lagging_two_periods_in_a_row_is_red() -> None:
    once = judged(done(299))
    assert RuleKey.LAGGING_AGAIN not in fired(once)
    assert once.lagging_months == 1
    again = judged(done(299), previous=once.verdict)
    assert fired(again)[RuleKey.LAGGING_AGAIN] is Light.RED
    assert again.lagging_months == again.flagged_months == 2
    assert again.previous_light is Light.YELLOW
    assert again.worsened
    assert judged(done(300), previous=again.verdict).lagging_months == 0


def test_below_citywide_average_is_yellow() -> None:
    total = FrontTotal("另一领域", Cohort.CONTINUING, 1, 1200, 400)
    line = done(350)
    figures = month_figures(replace(month_facts(3), lines=[line], front_totals=[total])).lines[0]
    assert fired(figures) == {RuleKey.BELOW_CITYWIDE: Light.YELLOW}
    level = replace(total, completed=350)
    assert month_figures(replace(month_facts(3), lines=[line], front_totals=[level])).lines[0].reasons == ()


@pytest.mark.parametrize(
    ("planned", "months", "light"),
    [
        ("2023-04", 0, Light.GREEN),
        ("2023-03", 1, Light.YELLOW),
        ("2023-02", 2, Light.YELLOW),
        ("2023-01", 3, Light.RED),
    ],
)
def test_start_overdue(planned: str, months: int, light: Light) -> None:
    line = a_line(category=Category.NEW, planned_start=Period.parse(planned), monthly_plan=(0,) * 12)
    figures = judged(line)
    assert figures.start_overdue_months == months
    assert figures.light is light
    assert figures.cohort is Cohort.NEW
    started = judged(replace(line, actual_start=MARCH))
    assert started.start_overdue_months == 0
    assert started.cohort is Cohort.NEWLY_STARTED
    later = judged(replace(line, actual_start=MARCH.plus(1)))
    assert not later.started


def test_a_new_line_without_a_planned_start_is_never_overdue() -> None:
    assert judged(a_line(category=Category.NEW, planned_start=None)).start_overdue_months == 0
    assert not is_due_to_start(Category.CONTINUING, MARCH, MARCH)


@pytest.mark.parametrize(
    ("due", "done_on", "light"),
    [
        (date(2023, 3, 31), None, Light.GREEN),
        (date(2023, 3, 30), None, Light.YELLOW),
        (date(2023, 2, 28), None, Light.RED),
        (date(2023, 2, 28), date(2023, 3, 31), Light.GREEN),
        (date(2023, 2, 28), date(2023, 4, 1), Light.RED),
        (date(2022, 12, 31), None, Light.RED),
    ],
)
def test_milestone_overdue(due: date, done_on: date | None, light: Light) -> None:
    assert judged(a_line(milestones=(Milestone("主体封顶", due, done_on),))).light is light


def test_an_inclusive_bound_takes_the_day_itself() -> None:
    rules = (Rule(RuleKey.MILESTONE_OVERDUE, Basis.MONTHS, red=Threshold(1, inclusive=True)),)
    overdue = a_line(
        milestones=(Milestone("主体封顶", date(2023, 2, 28)), Milestone("竣工", date(2023, 3, 31)))
    )
    early = replace(month_facts(3), lines=[overdue], rules=RuleSet(1, MARCH, rules), front_totals=())
    assert month_figures(early).lines[0].light is Light.RED
    exactly = a_line(milestones=(Milestone("封顶", date(2023, 2, 28)),))
    february = replace(early, lines=[exactly], period=Period(2023, 2))
    assert month_figures(february).lines[0].light is Light.GREEN
    no_colour = RuleSet(1, MARCH, (Rule(RuleKey.MILESTONE_OVERDUE, Basis.MONTHS),))
    assert month_figures(replace(early, rules=no_colour)).lines[0].light is Light.GREEN


def test_a_report_without_money_is_not_a_report_of_zero() -> None:
    figures = judged(a_line(statements=((1, 100, None), (3, None, None))))
    assert figures.status is ReportStatus.MISSING
    assert figures.lagging is None


@pytest.mark.parametrize(
    ("deadline", "light"),
    [(None, Light.GREEN), (date(2023, 3, 31), Light.GREEN), (date(2023, 1, 5), Light.YELLOW)],
)
def test_problem_past_its_deadline(deadline: date | None, light: Light) -> None:
    assert judged(a_line(problems=(OpenProblem("管线迁改", deadline),))).light is light


def test_missing_is_grey_and_says_nothing_about_money() -> None:
    silent = a_line(statements=((1, 1, None),), submitted_late=None)
    figures = judged(silent)
    assert figures.status is ReportStatus.MISSING
    assert figures.light is Light.GREY
    assert figures.lagging is None
    assert figures.behind == 0
    assert fired(figures) == {RuleKey.REPORT_MISSING: Light.GREY}
    again = judged(silent, previous=figures.verdict)
    assert again.light is Light.RED
    assert again.missing_months == 2
    pending = judged(silent, deadline_passed=False)
    assert pending.status is ReportStatus.PENDING
    assert pending.light is Light.GREY
    assert pending.reasons == ()


def test_exempt_not_due_late_and_on_time_are_all_different() -> None:
    silent = a_line(statements=(), submitted_late=None)
    assert judged(replace(silent, exempt_reason="停工缓建")).status is ReportStatus.EXEMPT
    assert judged(replace(silent, due=False)).status is ReportStatus.NOT_DUE
    assert judged(a_line(submitted_late=True)).status is ReportStatus.LATE
    assert judged(a_line(submitted_late=False)).status is ReportStatus.ON_TIME


def test_a_line_without_plan_has_no_progress_and_stays_green() -> None:
    figures = judged(a_line(annual_plan=0, monthly_plan=None, statements=((3, 5, None),)))
    assert figures.progress is None
    assert figures.light is Light.GREEN


@given(st.integers(0, 400), st.integers(0, 400))
def test_more_done_is_never_a_worse_light(first: int, second: int) -> None:
    low, high = sorted((first, second))
    assert judged(done(high)).light.severity <= judged(done(low)).light.severity


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    total = FrontTotal("另一领域", Cohort.NEWLY_STARTED, 1, 1200, 1200)
    line = a_line(
        statements=((3, None, 1),),
        milestones=(Milestone("主体封顶", date(2023, 1, 1)),),
        problems=(OpenProblem("管线迁改", date(2023, 1, 1)),),
        category=Category.NEW,
        actual_start=MARCH,
    )
    before = Verdict(Light.RED, (), 1, 1, 0)
    facts: MonthFacts = replace(
        month_facts(3), lines=[line], front_totals=[total], previous={line.id: before}
    )
    texts = [reason_text(reason) for reason in month_figures(facts).lines[0].reasons]
    assert texts == [
        "投资进度0.08%，低于序时进度25.00%，差24.92个百分点，为序时的0.33%，少完成0.0299万元",
        "连续2个月低于序时进度",
        "投资进度0.08%，低于全市新开工项目平均进度50.04%，差49.96个百分点",
        "节点“主体封顶”应于2023-01-01前完成，已逾期89天",
        "问题“管线迁改”应于2023-01-01前解决，已逾期89天",
    ]
    for figures in (month_figures(facts).lines[0], judged(a_line(submitted_late=None), previous=before)):
        assert all("{" not in reason_text(reason, "en") for reason in figures.reasons)
    overdue = judged(a_line(category=Category.NEW, planned_start=Period(2023, 1)))
    assert reason_text(overdue.reasons[-1]) == "计划2023年1月开工，应开未开已3个月"
    missing = judged(a_line(submitted_late=None))
    assert reason_text(missing.reasons[0]) == "2023年3月月报未报送"
    assert reason_text(missing.reasons[0], "en") == "the report for 2023-03 is missing"
    twice = judged(a_line(submitted_late=None), previous=missing.verdict)
    assert reason_text(twice.reasons[0]) == "截至2023年3月连续2个月未报送月报"


def test_rules_survive_storage_and_wrong_ones_are_named() -> None:
    assert rules_from_json(rules_to_json(DEFAULT_RULES)) == DEFAULT_RULES
    with pytest.raises(InvalidRules, match="无法识别"):
        rules_from_json([{"key": "no_such_rule", "basis": "ratio"}])
    with pytest.raises(InvalidRules, match="不能按"):
        rules_from_json([{"key": "lagging_again", "basis": "points"}])


def test_the_newest_effective_version_is_in_force() -> None:
    first, second = RuleSet(1, Period(2023, 1), ()), RuleSet(2, Period(2023, 3), ())
    assert rules_in_force([second, first], Period(2023, 2)) is first
    assert rules_in_force([second, first], Period(2023, 3)) is second
    assert rules_in_force([second], Period(2023, 2)).rules == DEFAULT_RULES
