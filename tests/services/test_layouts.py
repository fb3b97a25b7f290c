"""Layouts that real offices published, from the file to the figures and the briefing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import dump
from tests.factories import Desk, month, workbook, yuan
from tracker.briefing import write_briefing
from tracker.core.cohorts import Category, Cohort
from tracker.core.lights import Light
from tracker.services.briefings import write_briefing_to
from tracker.store.month import NO_DISTRICT, NO_PROGRAMME
from tracker.store.roster import Subproject


def published_in_2019(folder: Path, number: int) -> Path:
    """Write the table that one city published for January or February 2019, used as roster and as report."""
    done = {1: ((800, 800), (0, 0), (100, 100)), 2: ((1200, 2000), (300, 300), (50, 150))}[number]
    header = [
        "序号", "项目名称", "建设性质", "总投资(万元)", "年度计划投资", f"{number}月完成投资",
        "1月累计完成投资" if number == 1 else f"1-{number}月累计完成投资", "牵头单位",
    ]  # fmt: skip
    rows: list[list[object]] = [
        [f"2019年{number}月重点项目完成情况表"],
        ["", "", "", "", "", "", "单位：万元"],
        header,
        [1, "滨江大道改造", "续建类", 30000, 12000, *done[0], "市住建局"],
        [2, "科技馆新馆", "新开工类", 50000, 6000, *done[1], "市科协"],
        [3, "职教园区", "竣工投产类", 9000, 2400, *done[2], "市教育局"],
        [4, "轨道3号线", "预备类", 900000, None, None, None, "市交通局"],
        ["合计", None, None, 989000, 20400, sum(m for m, _ in done), sum(y for _, y in done), None],
    ]
    return workbook(folder / f"2019年{number}月.xlsx", rows)


@pytest.fixture
def city(desk: Desk, tmp_path: Path) -> Desk:
    """Return a desk that took the table of February 2019 as roster and January and February as reports."""
    desk.on("2019-03-05")
    desk.roster(published_in_2019(tmp_path, 2), 2019)
    for number in (2, 1):
        desk.reports(f"2019-0{number}", published_in_2019(tmp_path, number))
    return desk


def test_the_table_is_roster_and_report_at_once(city: Desk) -> None:
    figures = city.figures("2019-02")
    found = {line.line.name: line for line in figures.lines}
    assert list(found) == ["滨江大道改造", "科技馆新馆", "职教园区"]
    assert [line.line.category for line in found.values()] == [
        Category.CONTINUING, Category.NEW, Category.CONTINUING,
    ]  # fmt: skip
    assert [(line.month_completed, line.completed) for line in found.values()] == [
        (yuan(1200), yuan(2000)), (yuan(300), yuan(300)), (yuan(50), yuan(150)),
    ]  # fmt: skip
    assert found["滨江大道改造"].line.total_investment == yuan(30000)
    assert city.all(Subproject.category).count(Category.PREPARATORY) == 1


def test_without_a_monthly_plan_elapsed_time_is_the_schedule(city: Desk) -> None:
    found = {line.line.name: line for line in city.figures("2019-02").lines}
    assert {line.schedule for line in found.values()} == {1667}
    assert found["滨江大道改造"].line.monthly_plan is None
    # 2000 of 12000 is exactly a sixth: on schedule, not behind it.
    assert (found["滨江大道改造"].progress, found["滨江大道改造"].lagging) == (1667, False)
    assert (found["职教园区"].progress, found["职教园区"].lagging) == (625, True)
    cohort = city.figures("2019-02").summary.cohort(Cohort.CONTINUING)
    assert (cohort.planned_progress, cohort.elapsed_time, cohort.sums.schedule) == (None, 1667, 1667)


def test_what_the_table_does_not_say_has_a_word(city: Desk) -> None:
    figures = city.figures("2019-02")
    line = figures.lines[0].line
    assert (line.front, line.programme, line.district) == ("创新现代化", NO_PROGRAMME, NO_DISTRICT)
    assert line.lead == "市住建局"
    assert not line.lead_is_district
    counts = {group.name: group.sums.count for group in figures.summary.departments}
    assert counts == {"市住建局": 1, "市教育局": 1, "市科协": 1, "市交通局": 0}
    codes = city.codes(2019)
    assert len(set(codes.values())) == 4
    assert all(codes.values())


def test_lights_and_streaks_come_out_and_the_briefing_is_written(city: Desk, tmp_path: Path) -> None:
    slow = city.line("2019-02", "职教园区")
    assert (slow.light, slow.lagging_months) == (Light.RED, 2)
    assert all(check.passed for check in city.briefing("2019-02").checks)
    city.on("2019-03-10").close("2019-02")
    with city.looking() as session:
        path = write_briefing_to(session, month("2019-02"), tmp_path, city.now, write_briefing).path
    assert path.stat().st_size > 5000


def test_the_tables_again_change_nothing(city: Desk, tmp_path: Path) -> None:
    before = dump(city.engine)
    assert city.roster(published_in_2019(tmp_path, 1), 2019).changes == ()
    for number in (1, 2):
        assert city.reports(f"2019-0{number}", published_in_2019(tmp_path, number)).unchanged == 3
    assert dump(city.engine) == before


def test_one_sheet_can_mix_its_units(desk: Desk, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "混合.xlsx",
        [
            [
                "项目名称",
                "建设性质",
                "总投资(亿元)",
                "年度计划投资(万元)",
                "年度累计完成投资(万元)",
                "牵头单位",
            ],
            ["甲", "续建", 12.5, "１，２００", "300.0001", "市科技局"],
            ["乙", "续建", "0.3", 2400, 0, "市发改委"],
        ],
    )
    desk.roster(file, 2020)
    outcome = desk.reports("2020-06", file)
    first, second = desk.figures("2020-06").lines
    assert (first.line.total_investment, second.line.total_investment) == (1_250_000_000, 30_000_000)
    assert (first.line.annual_plan, first.completed) == (12_000_000, 3_000_001)
    assert (second.line.annual_plan, second.completed, second.light) == (24_000_000, 0, Light.RED)
    assert outcome.notes == ("此前月份未报的，累计完成投资按 1—6月 一笔计入",)


def test_two_row_headers_with_the_year_and_the_month(desk: Desk, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["项目名称", "建设性质", "投资完成情况", None, None, "计划执行情况", None, None, None, "责任单位"],
        [
            None,
            None,
            "合同金额",
            "自开工以来累计完成投资",
            "剩余投资",
            "本年度计划",
            "本月计划",
            "本年度实际",
            "本月实际",
            None,
        ],
        ["甲", "续建", 5000, 2600, 2400, 1200, 100, 260, 60, "市水利局"],
    ]
    file = workbook(tmp_path / "两行.xlsx", rows)
    desk.roster(file, 2021)
    desk.reports("2021-03", file)
    (found,) = desk.figures("2021-03").lines
    assert (found.line.annual_plan, found.completed, found.month_completed) == (
        yuan(1200),
        yuan(260),
        yuan(60),
    )
    assert found.line.lead == "市水利局"
