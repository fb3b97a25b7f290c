"""Owns the reading of months: planned and actual starts as offices write them."""

from __future__ import annotations

import datetime as dt
import re

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.cells import Cell, Fault, as_text, formula_fault, is_nothing, stated_period
from tracker.intake.texts import key

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PART = r"(?:份|底|末|初|前|中旬|上旬|下旬|中)*"
_YEAR_MONTH = re.compile(
    rf"(\d{{4}})[-./年](\d{{1,2}})(?:[-./月](?:\d{{1,2}}日?)?)?(?: ?00:00:00)?{_PART}", re.ASCII
)
_MONTH_ONLY = re.compile(rf"(\d{{1,2}})(?:月(?:\d{{1,2}}日)?{_PART})?", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(?:[0-3]\d)?", re.ASCII)
_QUARTER = re.compile(r"(?:(\d{4})年?)?(?:第?([一二三四1-4])季度?|q([1-4])|([1-4])q)(?:末|底|前)*", re.ASCII)
_NAMED = {"上半年": 6, "下半年": 12, "年底": 12, "年末": 12, "年内": 12, "全年": 12}
_CHINESE = {"十二": "12", "十一": "11", "十": "10"} | {
    n: str(i) for i, n in enumerate("一二三四五六七八九", 1)
}
_CHINESE_MONTH = re.compile("(十[一二]?|[一二三四五六七八九])月")
_MEND = "请写成 2023-03 或 2023年3月 的样子"

_STARTED = frozenset({"已开工", "是", "开工", "已开", "√", "y", "yes", "已", "已动工", "在建"})
_NOT_STARTED = frozenset(
    {"未开工", "否", "未开", "尚未开工", "×", "x", "n", "no", "未", "没有开工", "未动工"}
)


def arabic_months(text: str) -> str:
    """Return text with 三月 written 3月."""
    return _CHINESE_MONTH.sub(lambda match: f"{_CHINESE[match[1]]}月", text)


def read_month(value: Cell, year: int) -> Period | Fault | None:
    """Return the month that a cell names, taking `year` where it names none; None when blank.

    A quarter stands for its last month, for only then is the start overdue.
    """
    if isinstance(value, dt.date):
        return _period(value.year, value.month)
    if isinstance(value, (bool, dt.time, dt.timedelta)):
        return Fault("看不出是哪个月", _MEND)
    if isinstance(value, (int, float)):
        return _month_of_number(value, year)
    if is_nothing(value):
        return None
    return formula_fault(value) or _month_of_text(value, year)


def read_planned_start(value: Cell, year: int) -> Period | Fault | None:
    """Return the month of a planned start; "已开工" there plans nothing any more."""
    if isinstance(value, str) and key(value) in _STARTED:
        return None
    return read_month(value, year)


def read_actual_start(value: Cell, report: Period) -> Period | Fault | None:
    """Return the month of the start that a report names; None when there was none by then."""
    if isinstance(value, str):
        word = key(value)
        if word in _NOT_STARTED:
            return None
        if word in _STARTED:
            return Fault(
                f"只写了“已开工”，按{stated_period(report)}开工记",
                "要更早，请写出开工的年月",
                Severity.WARNING,
                report,
            )
        value = re.sub("^已?于?|(?:已)?(?:实际)?(?:开工|动工)(?:建设)?$", "", word) or value
    found = read_month(value, report.year)
    if isinstance(found, Period) and found > report:
        return Fault(f"实际开工晚于报告期{stated_period(report)}", "还没有开工的留空")
    return found


def _period(year: int, month: int) -> Period | Fault:
    if 1990 <= year <= 2100 and 1 <= month <= 12:
        return Period(year, month)
    return Fault("不是合理的年月", _MEND)


def _month_of_number(value: float, year: int) -> Period | Fault:
    """Read a bare number: 3, 202303, 20230315, Excel's 45000 (a day) or 2023.3 (a month typed with a dot)."""
    if value == int(value):
        number = int(value)
        if 1 <= number <= 12:
            return _period(year, number)
        if match := _COMPACT.fullmatch(str(number)):
            return _period(int(match[1]), int(match[2]))
    if 20_000 <= value < 80_000:
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(value))
        return _period(day.year, day.month)
    text = as_text(value)
    if re.fullmatch(r"\d{4}\.1", text):
        return Fault("数字看不出是1月还是10月", "请写成 2023-01 或 2023-10 的样子")
    if match := re.fullmatch(r"(\d{4})\.(\d{1,2})", text):
        return _period(int(match[1]), int(match[2]))
    return Fault("看不出是哪个月", _MEND)


def _month_of_text(value: str, year: int) -> Period | Fault:
    text = arabic_months(key(value)).replace("今年", "").replace("本年", "")
    if match := _YEAR_MONTH.fullmatch(text) or _COMPACT.fullmatch(text):
        return _period(int(match[1]), int(match[2]))
    if match := _MONTH_ONLY.fullmatch(text):
        return _period(year, int(match[1]))
    if match := _QUARTER.fullmatch(text):
        quarter = _QUARTERS[match[2] or match[3] or match[4]]
        return _period(int(match[1] or year), quarter * 3)
    match = re.fullmatch(r"(?:(\d{4})(?:年(?![底末内]))?)?(\D+)", text, re.ASCII)
    if match and match[2] in _NAMED:
        return _period(int(match[1] or year), _NAMED[match[2]])
    return Fault("看不出是哪个月", _MEND)
