"""Owns the official names of things: cohorts, lights, states, months and days."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tracker.core.cohorts import Category, Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.figures import LineFigures
from tracker.core.lights import Light
from tracker.core.periods import Period

Language = Literal["zh", "en"]

COHORT_NAMES = {
    "zh": {Cohort.CONTINUING: "续建项目", Cohort.NEWLY_STARTED: "新开工项目", Cohort.NEW: "未开工新建项目"},
    "en": {
        Cohort.CONTINUING: "continuing projects",
        Cohort.NEWLY_STARTED: "newly started projects",
        Cohort.NEW: "new projects not yet started",
    },
}


def cohort_name(cohort: Cohort, language: Language = "zh") -> str:
    """Return the cohort's official name."""
    return COHORT_NAMES[language][cohort]


def span_name(period: Period) -> str:
    """Return "1—3月", or "1月" for January: the months that a year to date covers."""
    return "1月" if period.month == 1 else f"1—{period.month}月"


def month_name(text: str) -> str:
    """Return "2023年3月" for "2023-03"."""
    period = Period.parse(text)
    return f"{period.year}年{period.month}月"


_LIGHT = {Light.RED: "红灯", Light.YELLOW: "黄灯", Light.GREEN: "绿灯", Light.GREY: "灰灯"}
_CATEGORY = {Category.CONTINUING: "续建", Category.NEW: "新建", Category.PREPARATORY: "预备"}
_STATUS = {
    ReportStatus.ON_TIME: "按时",
    ReportStatus.LATE: "逾期",
    ReportStatus.MISSING: "未报",
    ReportStatus.PENDING: "待报",
    ReportStatus.EXEMPT: "免报",
    ReportStatus.NOT_DUE: "不需报",
}


def light_name(light: Light) -> str:
    """Return the light's Chinese name."""
    return _LIGHT[light]


def category_name(category: Category) -> str:
    """Return the 建设性质 in Chinese."""
    return _CATEGORY[category]


def status_name(status: ReportStatus) -> str:
    """Return where a report stands, in Chinese."""
    return _STATUS[status]


def day_name(day: date) -> str:
    """Return "2023年3月31日"."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_mark(figures: LineFigures, month: int, period: Period) -> str:
    """Return what stands in place of a month's amount that is not known; "" for months still to come."""
    if month > period.month:
        return ""
    for later in range(month, 12):
        if figures.amounts[later] is not None and figures.spans[later] <= month:
            return f"计入{later + 1}月"
    return status_name(figures.status) if month == period.month else "未报"
