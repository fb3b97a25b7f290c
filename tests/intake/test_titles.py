"""Tests noticing a title or a sheet's name that speaks of another time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.reading import Workbook
from tracker.intake.reports import read_reports
from tracker.intake.roster import read_roster

Build = Callable[..., Workbook]


def _report(book: Build, titles: list[str], sheet: str = "表") -> list[tuple[str, str]]:
    rows = [*([title] for title in titles), ["子项目", "本月完成投资"], ["甲", 1]]
    reading = read_reports(book(rows, sheet=sheet), Period(2023, 3))
    assert all(problem.severity is Severity.WARNING for problem in reading.problems)
    assert all(problem.mend == "请核对是否选错了文件" for problem in reading.problems)
    assert len(reading.rows) == 1
    return [(problem.cell, problem.what) for problem in reading.problems]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("2023年2月重点项目月报", "标题写的是2023年2月，导入的是2023年3月"),
        ("２０２３年二月份重点项目月报", "标题写的是2023年2月，导入的是2023年3月"),
        ("2022年3月重点项目月报", "标题写的是2022年3月，导入的是2023年3月"),
        ("2023年1—2月重点项目完成情况", "标题写的是2023年1—2月，导入的是2023年3月"),
        ("2022年重点项目推进表", "标题写的是2022年，导入的是2023年"),
    ],
)
def test_a_title_of_another_time_is_a_warning(book: Build, title: str, said: str) -> None:
    assert _report(book, [title]) == [("A1", said)]


@pytest.mark.parametrize(
    "title",
    [
        "2023年3月重点项目月报",
        "2023年1-3月重点项目月报",
        "2023年重点项目月报",
        "2023年4月3日",
        "填报时间：2023年4月",
        "2021-2025年重点项目",
        "2022年重点项目2023年3月月报",
        "截至2022年底续建项目",
        "2023年第2期",
    ],
)
def test_a_title_that_may_be_right_says_nothing(book: Build, title: str) -> None:
    assert _report(book, [title]) == []


def test_a_title_with_the_right_month_speaks_for_the_others(book: Build) -> None:
    assert _report(book, ["2023年3月月报", "对照2023年2月月报"], "2月") == []


@pytest.mark.parametrize("titles", [[], ["2023年重点项目月报"]])
def test_a_sheet_named_by_another_month_is_a_warning(book: Build, titles: list[str]) -> None:
    assert _report(book, titles, "2月") == [("", "工作表名写的是2023年2月，导入的是2023年3月")]
    assert _report(book, titles, "3月") == []


@pytest.mark.parametrize(("title", "said"), [
    ("2022年重点项目清单", ["标题写的是2022年，导入的是2023年"]),
    ("2023年重点项目清单", []),
    ("2022年12月", []),
    ("2023-2025年重点项目清单", []),
])  # fmt: skip
def test_a_roster_of_another_year_is_a_warning(book: Build, title: str, said: list[str]) -> None:
    rows = [[title], ["重点项目", "子项目", "建设性质", "年度计划投资"], ["甲", "一", "续建", 5]]
    assert [problem.what for problem in read_roster(book(rows), 2023).problems] == said
