"""Tests the draft of the fronts' totals, long and wide."""

from __future__ import annotations

from collections.abc import Callable

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.fronts import read_fronts
from tracker.intake.reading import Workbook

Build = Callable[..., Workbook]
_MARCH = Period(2023, 3)
_EXPECTED = [
    ("产业现代化", "continuing", 24, 1_000_000, 200_000),
    ("产业现代化", "newly_started", 3, 500_000, 100_000),
    ("交通现代化", "continuing", 30, 2_000_000, 900_000),
    ("交通现代化", "newly_started", 2, 100_000, 0),
]
_LONG = ["领域", "建设性质", "项目数", "年度计划投资", "累计完成投资", "进度"]


def _read(source: Workbook) -> list[tuple[str, str, int, int, int]]:
    reading = read_fronts(source, _MARCH)
    assert not reading.problems
    return sorted((r.name, r.cohort, r.count, r.annual_plan, r.completed) for r in reading.rows)


def test_the_long_layout_with_merged_fronts(book: Build) -> None:
    rows = [
        _LONG,
        ["产业现代化", "续建", 24, 100, 20, 0.2],
        [None, "新开工", 3, 50, 10, 0.2],
        ["交通现代化", "续建项目", 30, 200, 90, 0.45],
        [None, "新开工项目", 2, 10, 0, 0],
        ["全市", None, 59, 360, 120, 0.33],
    ]
    assert _read(book(rows, ["A2:A3", "A4:A5"])) == sorted(_EXPECTED)
    assert _read(book(rows)) == sorted(_EXPECTED)


def test_the_wide_layout_in_two_rows(book: Build) -> None:
    rows = [
        ["各领域投资完成情况"],
        ["单位：亿元"],
        ["领域", "续建项目", None, None, None, "新开工项目", None, None, None],
        [None, "项目数", "年度计划", "累计完成", "进度", "项目数", "年度计划", "完成投资", "进度"],
        ["产业现代化", 24, 0.01, 0.002, 0.2, 3, 0.005, 0.001, 0.2],
        ["交通现代化", 30, 0.02, 0.009, 0.45, 2, 0.001, 0, 0],
    ]
    assert _read(book(rows, ["A3:A4", "B3:E3", "F3:I3"])) == sorted(_EXPECTED)


def test_the_wide_layout_in_one_row(book: Build) -> None:
    headers = [
        "责任单位",
        "续建项目数",
        "续建项目年度计划投资",
        "续建项目累计完成投资",
        "新开工项目数",
        "新开工年度计划投资",
        "新开工累计完成投资",
    ]
    assert _read(book([headers, ["产业现代化", 24, 100, 20, 3, 50, 10]])) == sorted(_EXPECTED[:2])


def test_the_published_layout_takes_its_cohort_from_the_title(book: Build) -> None:
    headers = [
        "项目责任单位", "项目数量", "2019年投资计划(万元)", "投资计划占全市比重", "2019年2月累计完成投资(万元)", "累投资额排名", "投资完成率",
        "投资完成率排名",
    ]  # fmt: skip
    reading = read_fronts(
        book([["2019年续建项目投资完成情况"], headers, ["产业", 3, 100, 0.2, 20, 1, 0.2, 1]]), Period(2019, 2)
    )
    (row,) = reading.rows
    assert (row.name, row.cohort, row.count, row.annual_plan, row.completed) == (
        "产业",
        "continuing",
        3,
        1_000_000,
        200_000,
    )
    assert not reading.problems


def test_without_a_cohort_nothing_is_guessed(book: Build) -> None:
    rows = [["领域", "项目数", "年度计划投资", "累计完成投资"], ["产业", 3, 100, 20]]
    reading = read_fronts(book(rows), _MARCH)
    assert not reading.rows
    assert "续建项目还是新开工" in reading.problems[0].what


def test_gaps_and_repetitions_are_named(book: Build) -> None:
    rows = [_LONG, ["产业", "续建", 3, None, 20], ["交通", "续建", 3, 100, 20], ["交通", "续建", 3, 100, 20]]
    problems = read_fronts(book(rows), _MARCH).problems
    assert [(p.cell, p.what) for p in problems] == [("D2", "没有写年度计划投资"), ("A4", "与 A3 重复")]


def test_a_citywide_row_that_counts_more_is_only_a_warning(book: Build) -> None:
    rows = [_LONG, ["产业", "续建", 3, 100, 20], ["全市", "续建", 9, 300, 20]]
    reading = read_fronts(book(rows), _MARCH)
    assert [(p.cell, p.severity) for p in reading.problems] == [("D3", Severity.WARNING)]
    assert [row.name for row in reading.rows] == ["产业"]
