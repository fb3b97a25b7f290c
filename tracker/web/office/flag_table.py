"""Owns the red-flag list as plain text cells, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask_babel import gettext

from tracker.core.money import wan_text
from tracker.core.progress import percent_text
from tracker.services.flags import FlagRow
from tracker.web.filters import reason, with_unit
from tracker.web.words import word


def as_csv(rows: Iterable[FlagRow]) -> str:
    """Return the list as comma-separated values; the mark at the front tells Excel that they are UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_header())
    writer.writerows([_cell(value) for value in _row(row)] for row in rows)
    return "\ufeff" + written.getvalue()


def _header() -> list[str]:
    return [
        gettext("灯"),
        gettext("编码"),
        gettext("子项目"),
        gettext("重点项目（工作）"),
        gettext("工程"),
        gettext("类别"),
        gettext("牵头单位"),
        gettext("责任单位"),
        gettext("板块"),
        gettext("原因"),
        gettext("上月"),
        gettext("亮灯始于"),
        gettext("连续月数"),
        with_unit(gettext("年度计划投资"), gettext("万元")),
        with_unit(gettext("累计完成投资"), gettext("万元")),
        with_unit(gettext("投资进度"), "%"),
        with_unit(gettext("序时进度"), "%"),
        with_unit(gettext("少完成"), gettext("万元")),
        with_unit(gettext("今后月均需完成"), gettext("万元")),
        with_unit(gettext("单月最高"), gettext("万元")),
    ]


def _row(row: FlagRow) -> list[str]:
    figures = row.figures
    line, needed, before = figures.line, figures.needed_per_month, figures.previous_light
    return [
        str(word(figures.light)),
        line.code,
        line.name,
        line.key_project,
        line.programme,
        str(word(figures.cohort)),
        line.lead,
        gettext("、").join(line.responsible),
        line.district,
        gettext("；").join(reason(fired) for fired in figures.reasons),
        "" if before is None else str(word(before)),
        "" if row.since is None else str(row.since),
        str(figures.flagged_months),
        wan_text(line.annual_plan),
        wan_text(figures.completed),
        percent_text(figures.progress) or "",
        percent_text(figures.schedule) or "",
        wan_text(figures.behind) if figures.lagging is not None else "",
        "" if needed is None else wan_text(needed),
        wan_text(figures.best_month),
    ]


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a negative number stays one."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
