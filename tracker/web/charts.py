"""Owns what charts are told: series of published figures, each with the text that a reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext

from tracker.core.cohorts import Cohort
from tracker.core.figures import MonthSummary
from tracker.core.money import wan_grouped
from tracker.core.progress import percent_text
from tracker.core.year_path import YearPath
from tracker.services.project_facts import ProjectPage
from tracker.web.filters import short_month

Chart = dict[str, Any]


def trend_chart(summary: MonthSummary, cohort: Cohort) -> Chart | None:
    """Return a cohort's progress beside schedule and city, month by month; None without any month."""
    points = [point for point in summary.trend if point.cohort is cohort]
    if not points:
        return None
    return {
        "unit": "%",
        "labels": [short_month(point.period.month) for point in points],
        "series": [
            _percentages("actual", gettext("投资进度"), (point.progress for point in points)),
            _percentages("plan", gettext("序时进度"), (point.schedule for point in points)),
            _percentages("city", gettext("全市平均进度"), (point.citywide for point in points)),
        ],
    }


def year_chart(page: ProjectPage) -> Chart:
    """Return a line's planned and actual year to date over the twelve months, in 万元."""
    months = page.months
    series = [
        _amounts("plan", gettext("计划累计"), [month.planned_total for month in months]),
        _amounts("actual", gettext("完成累计"), [month.total for month in months]),
    ]
    if page.original_months is not None:
        series.append(_amounts("original", gettext("原计划累计"), page.original_months))
    return {
        "unit": gettext("万元"),
        "labels": [short_month(month.period.month) for month in months],
        "series": series,
    }


def months_chart(path: YearPath) -> Chart:
    """Return what each month of a year was to bring, brought, and has to bring from now on, in 万元."""
    return {
        "unit": gettext("万元"),
        "labels": [short_month(told.month) for told in path.months],
        "series": [
            _amounts("plan", gettext("本月计划"), [told.planned_amount for told in path.months]),
            _amounts("actual", gettext("本月完成"), [told.completed for told in path.months]),
            _amounts("city", gettext("今后月均需完成"), [path.needed_in(told.month) for told in path.months]),
        ],
    }


def path_chart(path: YearPath) -> Chart:
    """Return a year's planned and actual year to date in 万元, and the way from here to the annual plan."""
    return {
        "unit": gettext("万元"),
        "labels": [short_month(told.month) for told in path.months],
        "series": [
            _amounts("plan", gettext("计划累计"), [told.planned for told in path.months]),
            _amounts("actual", gettext("完成累计"), [told.total for told in path.months]),
            _amounts("city", gettext("全年达标路径"), [told.path_total for told in path.months]),
        ],
    }


def _percentages(style: str, name: str, values: Iterable[int | None]) -> Chart:
    known = list(values)
    return {
        "style": style,
        "name": name,
        "values": [None if value is None else value / 100 for value in known],
        "texts": [None if value is None else f"{percent_text(value)}%" for value in known],
    }


def _amounts(style: str, name: str, values: Sequence[int | None]) -> Chart:
    return {
        "style": style,
        "name": name,
        "values": [None if value is None else value / 10_000 for value in values],
        "texts": [None if value is None else wan_grouped(value) for value in values],
    }
