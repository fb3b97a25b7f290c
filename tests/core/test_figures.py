"""The figures of a month: the published notice to the digit, and what must hold for any month."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.reference import month_facts, quarter, table
from tracker.core.briefing import checks_of
from tracker.core.cohorts import Category, Cohort
from tracker.core.figures import MonthFigures, PeriodState, sums_of
from tracker.core.figures_json import figures_to_json
from tracker.core.lights import Light
from tracker.core.lines import FrontTotal, Line
from tracker.core.month import line_figures, month_figures
from tracker.core.progress import published
from tracker.core.sentences import against, coverage_sentence, month_sentence

#: The figures of the published notice of the first quarter of 2023, with the sums behind them.
NOTICE = {
    "continuing": {
        "count": 52, "annual_plan": "1068300", "completed": "294638", "progress": "27.58", "schedule": "22.33",
        "vs_schedule": "5.25", "citywide": "25.63", "vs_citywide": "1.95", "rank": 4, "of": 8, "lagging": 29,
        "planned_progress": "22.33", "elapsed_time": "25.00",
    },
    "newly_started": {
        "count": 9, "annual_plan": "147900", "completed": "41679", "progress": "28.18", "schedule": "23.86",
        "vs_schedule": "4.32", "citywide": "25.61", "vs_citywide": "2.57", "rank": 4, "of": 8,
    },
}  # fmt: skip


def test_the_published_notice_to_the_digit() -> None:
    march = figures_to_json(quarter()[2])
    for cohort, wanted in NOTICE.items():
        assert {key: march["cohorts"][cohort][key] for key in wanted} == wanted
    assert march["coverage"]["due"] == march["coverage"]["reported"] == 70
    new = march["new"]
    assert (new["count"], new["started"], new["due_to_start"], new["start_overdue"], new["lagging"]) == (
        18, 9, 17, 8, 12,
    )  # fmt: skip
    assert march["sentence"] == (
        "今年1—3月，52个续建项目投资进度27.58%，高出全市平均进度1.95个百分点，位列全市第4；"
        "9个新开工项目投资进度28.18%，高出全市平均进度2.57个百分点，位列全市第4；"
        "低于序时进度的续建项目29个、新建项目12个。"
    )
    json.dumps(march, allow_nan=False)


def test_every_department_and_district_is_listed_and_each_side_adds_up() -> None:
    summary = quarter()[2].summary
    assert len(summary.departments) == 19
    assert len(summary.districts) == 7
    assert len(summary.programmes) == 6
    assert all(check.passed for check in checks_of(quarter()[2]))
    without_lines = [group for group in summary.departments if not group.sums.count]
    assert [group.name for group in without_lines] == ["市财政局"]
    assert without_lines[0].rank is without_lines[0].amount_rank is None


def test_streaks_run_through_the_quarter() -> None:
    january, _, march = quarter()
    assert all(line.previous_light is None and line.flagged_months <= 1 for line in january.lines)
    assert max(line.flagged_months for line in march.lines) == 3
    assert [point.period.month for point in march.summary.trend] == [1, 1, 2, 2, 3, 3]


amount = st.integers(0, 10**8)


@st.composite
def line_values(draw: st.DrawFn) -> Line:
    base = month_facts(3).lines[draw(st.integers(0, 69))]
    plan = draw(st.one_of(st.just(0), amount))
    planned = draw(st.booleans())
    share, rest = divmod(plan, 12)
    return replace(
        base,
        id=draw(st.integers(1, 10**6)),
        annual_plan=plan,
        original_annual_plan=plan,
        monthly_plan=(*(share,) * 11, share + rest) if planned else None,
        category=draw(st.sampled_from(Category)),
        statements=tuple((month, draw(amount), None) for month in range(1, draw(st.integers(1, 4)))),
        submitted_late=draw(st.sampled_from([None, False, True])),
        front=draw(st.sampled_from(["创新现代化", "另一领域"])),
        exempt_reason=draw(st.sampled_from(["", "停工"])),
    )


@given(st.lists(line_values(), max_size=25), st.lists(st.tuples(amount, amount), max_size=4))
def test_what_holds_for_any_month(lines: list[Line], totals: list[tuple[int, int]]) -> None:
    facts = replace(
        month_facts(3),
        lines=lines,
        front_totals=[
            FrontTotal(f"领域{number}", cohort, 1, plan, completed)
            for number, (plan, completed) in enumerate(totals)
            for cohort in (Cohort.CONTINUING, Cohort.NEWLY_STARTED)
        ],
    )
    figures = month_figures(facts)
    summary = figures.summary
    assert all(check.passed for check in checks_of(figures))
    assert all(line.line.category is not Category.PREPARATORY for line in figures.lines)
    assert sum(summary.lights.values()) == summary.total.count == len(figures.lines)
    for cohort in summary.cohorts:
        rows = [row for row in summary.fronts if row.cohort is cohort.cohort]
        others = any(not row.own for row in rows)
        whole = published(sum(r.completed for r in rows), sum(r.annual_plan for r in rows))
        assert cohort.citywide == (whole if others else None)
        assert cohort.of == (sum(row.rank is not None for row in rows) if others else 0)
    coverage = summary.coverage
    assert coverage.due == coverage.reported + coverage.missing + coverage.pending
    assert coverage.due + coverage.exempt + coverage.not_due == summary.total.count
    json.dumps(figures_to_json(figures), allow_nan=False)
    for line in figures.lines:
        assert line_figures(line.line, facts, summary.citywide) == line
        assert (line.lagging is None) == (not line.status.reported)


def test_a_failed_check_names_both_sums() -> None:
    figures = quarter()[2]
    short = MonthFigures(figures.summary, figures.lines[1:])
    failed = [check for check in checks_of(short) if not check.passed]
    assert "子项目合计与领域合计一致" in [check.name for check in failed]
    assert "70个" in failed[0].detail
    wrong = replace(figures.lines[0], completed=figures.lines[0].completed + 1)
    names = [
        c.name for c in checks_of(MonthFigures(figures.summary, (wrong, *figures.lines[1:]))) if not c.passed
    ]
    assert "各月完成投资合计等于累计完成投资" in names
    fronts = tuple(replace(row, completed=row.completed + row.own) for row in figures.summary.fronts)
    changed = MonthFigures(replace(figures.summary, fronts=fronts), figures.lines)
    assert [check.name for check in checks_of(changed) if not check.passed] == [
        "领域排名中的本领域与总体指标一致"
    ]


def test_months_that_are_unknown_are_left_out_of_the_check() -> None:
    figures = quarter()[2]
    gap = replace(figures.lines[0], amounts=(None, *figures.lines[0].amounts[1:]))
    assert all(c.passed for c in checks_of(MonthFigures(figures.summary, (gap, *figures.lines[1:]))))


def test_without_other_fronts_there_is_no_citywide_average() -> None:
    summary = month_figures(replace(month_facts(3), front_totals=())).summary
    assert [(c.citywide, c.rank, c.of) for c in summary.cohorts] == [(None, None, 0)] * 2
    sentence = month_sentence(summary)
    assert sentence.startswith("今年1—3月，52个续建项目投资进度27.58%；9个新开工项目")
    assert "全市" not in sentence
    assert "citywide" not in month_sentence(summary, "en")


def test_sentences_say_above_below_and_level() -> None:
    assert against(195, "全市平均进度") == "高出全市平均进度1.95个百分点"
    assert against(-5, "全市平均进度") == "低于全市平均进度0.05个百分点"
    assert against(0, "全市平均进度") == "与全市平均进度持平"
    assert against(None, "全市平均进度") == ""
    facts = month_facts(3)
    progress = [c.sums for c in quarter()[2].summary.cohorts]
    level = [
        FrontTotal("另一领域", cohort, 1, sums.annual_plan, sums.completed)
        for cohort, sums in zip((Cohort.CONTINUING, Cohort.NEWLY_STARTED), progress, strict=True)
    ]
    summary = month_figures(replace(facts, front_totals=level)).summary
    assert "与全市平均进度持平" in month_sentence(summary)
    assert "level with" in month_sentence(summary, "en")
    ahead = [replace(total, completed=total.annual_plan) for total in level]
    assert "below the citywide" in month_sentence(
        month_figures(replace(facts, front_totals=ahead)).summary, "en"
    )


def test_a_month_without_projects_still_has_its_sentence() -> None:
    empty = month_figures(replace(month_facts(1), lines=(), front_totals=())).summary
    assert month_sentence(empty) == (
        "今年1月，暂无续建项目；暂无新开工项目；低于序时进度的续建项目0个、新建项目0个。"
    )
    assert month_sentence(empty, "en").startswith("By the end of 2023-01, 0 continuing projects")
    line = replace(month_facts(1).lines[0], annual_plan=0)
    unplanned = month_figures(replace(month_facts(1), lines=[line])).summary
    assert "1个续建项目未安排年度计划投资" in month_sentence(unplanned)


def test_coverage_is_told_in_full() -> None:
    base = month_facts(3)
    lines = list(base.lines)
    lines[0] = replace(lines[0], submitted_late=True)
    lines[1] = replace(lines[1], submitted_late=None)
    lines[2] = replace(lines[2], submitted_late=None, exempt_reason="停工")
    text = coverage_sentence(month_figures(replace(base, lines=lines)).summary)
    assert text == "应报69个，已报68个（其中逾期报送1个），未报1个，免报1个"
    waiting = month_figures(replace(base, lines=lines, deadline_passed=False, state=PeriodState.OPEN))
    assert "待报1个" in coverage_sentence(waiting.summary)


def test_figures_of_a_line_that_leads_nowhere_yet() -> None:
    december = replace(month_facts(3), period=month_facts(3).period.plus(9))
    figures = figures_to_json(month_figures(december))
    assert figures["subprojects"][0]["needed_per_month"] is None
    assert table("lines.csv")[0]["code"] == figures["subprojects"][0]["code"]
    silent = replace(month_facts(3).lines[0], submitted_late=None, statements=())
    shown = figures_to_json(month_figures(replace(month_facts(3), lines=[silent])))["subprojects"][0]
    assert shown["month_completed"] is None
    assert shown["light"] == Light.GREY
    assert sums_of(()).progress is None
