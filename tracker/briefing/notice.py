"""Owns 通报: the one page that is read aloud, sentences first, the key table below."""

from __future__ import annotations

from tracker.briefing import cohorts
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import NONE, Cell, count, label, money, percent, points
from tracker.core.briefing import Briefing
from tracker.core.cohorts import RANKED, Cohort
from tracker.core.figures import MonthSummary
from tracker.core.sentences import (
    briefing_title,
    coverage_sentence,
    groups_sentence,
    lights_sentence,
    month_sentence,
    schedule_sentence,
    standing_sentence,
    starts_sentence,
)
from tracker.core.words import cohort_name, day_name

SHEET = "通报"
_SIZE = 15
_INDENT = "\u3000\u3000"
_COLUMNS = {
    "name": "类别",
    "count": "项目数",
    "plan": "年度计划\n投资",
    "completed": "累计完成\n投资",
    "progress": "投资\n进度",
    "schedule": "序时\n进度",
    "gap": "较\n序时",
    "citywide": "全市\n平均",
    "vs_citywide": "较\n全市",
    "rank": "全市\n排名",
}


def write_notice(book: Book, briefing: Briefing) -> None:
    """Write the notice on one portrait page."""
    summary = briefing.figures.summary
    page = book.page(SHEET, [13, 6.5, 10.5, 10.5, 8.5, 8.5, 8, 8.5, 8, 5.5], portrait=True)
    page.sheet.fit_to_pages(1, 1)
    page.across("headline", briefing_title(summary.period), 22)
    page.across("subtitle", f"{summary.front}领域　　{standing_sentence(summary, briefing.cut_off)}", 12)
    for paragraph in _paragraphs(briefing):
        page.across("notice", _INDENT + paragraph, _SIZE)
    page.next += 1
    page.across("caption", "主要指标（单位：个、万元，差距为百分点）")
    page.row([Cell("head", text, "", "large") for text in _COLUMNS.values()], least=3)
    for cohort in RANKED:
        _row(page, summary, cohort)
    page.next += 1
    for text in (briefing.office, day_name(briefing.cut_off)):
        page.across("right", text, _SIZE)


def _paragraphs(briefing: Briefing) -> list[str]:
    summary = briefing.figures.summary
    ranking = "".join(
        groups_sentence(what, groups)
        for what, groups in (
            ("工程", summary.programmes),
            ("牵头部门", summary.departments),
            ("板块", summary.districts),
        )
    )
    told = [
        month_sentence(summary),
        schedule_sentence(summary),
        ranking,
        lights_sentence(briefing.figures),
        starts_sentence(summary),
        f"本月月报{coverage_sentence(summary)}。",
    ]
    numbered = [paragraph for paragraph in told if paragraph]
    return [f"{'一二三四五六'[number]}、{paragraph}" for number, paragraph in enumerate(numbered)]


def _row(page: Page, summary: MonthSummary, cohort: Cohort) -> None:
    """Write one cohort; every figure is the cell of 总体指标."""
    told = summary.cohort(cohort)

    def at(key: str) -> str:
        return f"={cohorts.LAYOUT.far_cell(key, cohorts.row_of(cohort))}"

    cells = {
        "name": label(cohort_name(cohort)),
        "count": count(told.sums.count, at("count")),
        "plan": money(told.sums.annual_plan, at("plan")),
        "completed": money(told.sums.completed, at("completed")),
        "progress": percent(told.sums.progress, at("progress")),
        "schedule": percent(told.sums.schedule, at("schedule")),
        "gap": points(told.sums.vs_schedule, at("gap")),
        "citywide": percent(told.citywide, at("citywide")),
        "vs_citywide": points(told.vs_citywide, at("vs_citywide")),
        "rank": count(told.rank, at("rank")),
    }
    page.row([cells.get(key, NONE) for key in _COLUMNS], "large", least=2)
