"""The workbook as a whole: its sheets, headline figures, looks, safety and bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.briefing.bare import recorded, replay
from tests.briefing.conftest import opened, written
from tests.briefing.samples import HOSTILE, SAMPLES, many, odd, reference, without_lines
from tracker.briefing import SHEETS, compose, write_briefing
from tracker.briefing.cells import clean, text
from tracker.briefing.lettering import lines
from tracker.briefing.sums import plain
from tracker.core.cohorts import RANKED


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(written(reference()))


def _named(book: Workbook, name: str) -> Any:
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell].value


def _told(figure: int | None) -> int:
    assert figure is not None
    return figure


def _column(book: Workbook, sheet: str, header: str, key: str) -> dict[object, Any]:
    """Return one column of a sheet's table by the entries of another."""
    rows = list(book[sheet].iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if key in row)
    labels = [str(label).replace("\n", "") for label in rows[start]]
    return {row[labels.index(key)]: row[labels.index(header)] for row in rows[start + 1 :]}


def test_the_sheets_stand_in_order_and_the_notice_is_open(book: Workbook) -> None:
    told = "通报 总体指标 领域排名 工程排名 部门排名 板块排名 红黄灯清单 开工情况 未报送清单 问题清单"
    assert book.sheetnames == [*told.split(), "更正与计划调整", "项目明细", "说明"] == list(SHEETS)
    assert book.active is book["通报"]


def test_the_headline_figures_have_names_and_equal_core(book: Workbook) -> None:
    summary = reference().figures.summary
    for cohort in RANKED:
        told = summary.cohort(cohort)
        expected = {
            "count": told.sums.count,
            "progress": _told(told.sums.progress) / 10_000,
            "vs_schedule": _told(told.sums.vs_schedule) / 100,
            "citywide": _told(told.citywide) / 10_000,
            "vs_citywide": _told(told.vs_citywide) / 100,
            "rank": told.rank,
            "lagging": told.sums.lagging,
        }
        assert {key: _named(book, f"{cohort}_{key}") for key in expected} == expected
    assert (_named(book, "continuing_progress"), _named(book, "continuing_vs_citywide")) == (0.2758, 1.95)
    assert (_named(book, "newly_started_progress"), _named(book, "newly_started_vs_citywide")) == (
        0.2818,
        2.57,
    )
    assert (_named(book, "continuing_lagging"), _named(book, "new_lagging")) == (29, 12)


def test_summary_sheets_hold_formulas() -> None:
    book = opened(written(reference()), formulas=True)
    for sheet, header in (("工程排名", "工程"), ("部门排名", "牵头部门"), ("板块排名", "板块")):
        for column in ("累计完成投资", "投资进度", "投资额排名", "投资进度排名", "较序时（百分点）"):
            told = _column(book, sheet, column, header)
            groups = [value for name, value in told.items() if name != "合计"]
            assert all(str(value).startswith("=") for value in groups if value != "—"), (sheet, column)
    assert str(_named(book, "continuing_progress")).startswith("=IF(")


def test_departments_and_the_districts_that_lead_add_up_to_the_front(book: Workbook) -> None:
    counts = _column(book, "部门排名", "项目数（个）", "牵头部门")
    total = counts.pop("合计")
    assert "板块牵头项目" in counts
    assert sum(counts.values()) == total == 70


def test_the_detail_adds_up_and_marks_what_is_missing() -> None:
    book = opened(written(odd()))
    for line in odd().figures.lines:
        told = _column(book, "项目明细", "3月", "编码")[line.line.code]
        known = line.amounts[2]
        assert told == (known / 10_000 if known is not None else told)
        assert (known is None) == isinstance(told, str), "a month without a report is marked, never zero"
    totals = _column(book, "项目明细", "年度计划投资", "编码")
    assert totals["合计"] == odd().figures.summary.total.annual_plan / 10_000


def test_lights_stand_red_first_then_by_the_amount_behind(book: Workbook) -> None:
    rows = list(book["红黄灯清单"].iter_rows(min_row=4, values_only=True))
    lights = [str(row[1]) for row in rows]
    assert lights == sorted(lights, key=lambda light: "黄" in light)
    assert (lights[0], lights[-1]) == ("●红灯", "▲黄灯")
    red: list[Any] = [row[12] for row in rows if row[1] == "●红灯"]
    assert red == sorted(red, reverse=True)
    assert str(rows[0][6]).startswith("1. 投资进度0.00%")


def test_lights_that_a_plan_change_turned_off_are_listed() -> None:
    told = [
        cell for row in opened(written(odd()))["更正与计划调整"].iter_rows(values_only=True) for cell in row
    ]
    assert "第2版。因计划调整熄灯" in told
    assert "第3版" in told


def test_a_correction_of_a_work_has_no_amounts() -> None:
    rows = opened(written(odd()))["更正与计划调整"].iter_rows(values_only=True)
    (told,) = [row for row in rows if row[0] == "W-1"]
    assert (told[1], told[4:7], told[8]) == ("人才政策", ("—", "—", "—"), "漏报一项")


def test_empty_lists_say_so() -> None:
    book = opened(written(without_lines()))
    told = {
        sheet.title: {cell for row in sheet.iter_rows(values_only=True) for cell in row} for sheet in book
    }
    assert "本月无红灯、黄灯项目" in told["红黄灯清单"]
    assert "今年未安排新建项目" in told["开工情况"]
    assert "本月无未报送" in told["未报送清单"]
    assert "本月无未解决的问题" in told["问题清单"]
    assert {"本月无更正", "本月无计划调整", "没有年度计划调整过的项目"} <= told["更正与计划调整"]
    assert "未附核对结果" in told["说明"]


def test_a_month_without_any_curve_has_no_chart() -> None:
    months = reference().figures
    bare = replace(reference(), figures=replace(months, summary=replace(months.summary, trend=())))
    told = {cell for row in opened(written(bare))["总体指标"].iter_rows(values_only=True) for cell in row}
    assert "尚无各月数据" in told


def test_names_that_a_spreadsheet_reads_as_rules_are_compared_exactly() -> None:
    assert plain(["重大创新平台建设工程", "工程>5"])
    for name in ("=工程", "A*", "（未填写）", "5G工程", "TRUE", "工程?", "", "工" * 300):
        assert not plain([name]), name
    assert not plain(["创新Ａ", "创新a"])


@pytest.mark.parametrize("name", SAMPLES)
def test_no_text_of_the_data_becomes_a_formula(name: str) -> None:
    book = opened(written(SAMPLES[name]()), formulas=True)
    ours = ("=IF(", "=ROUND(", "=SUM", "=COUNTIFS(", "=MAX(", "='", "=E", "=G", "=K")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None
                if cell.data_type == "f":
                    assert str(cell.value).startswith(ours), (sheet.title, cell.coordinate, cell.value)


def test_hostile_names_stand_as_they_were_typed() -> None:
    names = set(_column(opened(written(odd())), "项目明细", "子项目", "子项目"))
    assert {clean(name) for name in HOSTILE} <= names
    assert clean("a\x00b\x0b\r\nc") == "ab\nc"


def test_no_cell_is_longer_than_a_cell_can_be() -> None:
    assert text("长" * 40_000).value == "长" * 32_767
    assert len(clean("𠮷" * 20_000).encode("utf-16-le")) // 2 <= 32_767
    assert text("").value is None


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_is_high_enough_for_its_text(name: str) -> None:
    for sheet in opened(written(SAMPLES[name]())):
        merged = {str(area).split(":")[0]: area for area in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell.value, str) or not cell.alignment.wrap_text:
                    continue
                area = merged.get(cell.coordinate)
                columns = range(area.min_col, area.max_col + 1) if area else [cell.column]
                width = sum(sheet.column_dimensions[_letter(sheet, c)].width for c in columns)
                set_to = sheet.row_dimensions[cell.row].height
                assert set_to is not None, f"{sheet.title}!{cell.coordinate}"
                needed = lines(cell.value, width, cell.font.size) * cell.font.size * 1.2
                assert set_to >= min(needed, 409), f"{sheet.title}!{cell.coordinate}"


def _letter(sheet: Any, column: int) -> str:
    """Return the letter under which openpyxl keeps a column's width: the first of a run of equal ones."""
    for letter, dimension in sheet.column_dimensions.items():
        if dimension.min <= column <= dimension.max:
            return str(letter)
    raise AssertionError(f"{sheet.title}: column {column} has no width")


def test_every_sheet_prints_on_a4(book: Workbook) -> None:
    for sheet in book:
        told: Any = sheet
        assert told.page_setup.paperSize == 9
        assert told.sheet_properties.pageSetUpPr.fitToPage
        # One page wide is what the file format means when it says nothing.
        assert told.page_setup.fitToWidth in (None, 1)
        assert told.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert told.oddFooter.right.text == "&A"
    assert book["通报"].page_setup.fitToHeight in (None, 1)
    assert book["项目明细"].page_setup.fitToHeight == 0
    assert book["通报"].page_setup.orientation == "portrait"
    detail = book["项目明细"]
    assert detail.page_setup.orientation == "landscape"
    assert (detail.freeze_panes, detail.print_title_rows) == ("E4", "$3:$3")
    assert detail.auto_filter.ref == "A3:AL73"


def test_equal_briefings_give_equal_bytes(tmp_path: Path) -> None:
    expected = written(odd()).getvalue()
    with time_machine.travel("2031-07-08 09:10:11"):
        assert written(odd()).getvalue() == expected
    code = (
        "import hashlib, sys; from tests.briefing.samples import odd; from tracker.briefing import write_briefing;"
        "from io import BytesIO; t = BytesIO(); write_briefing(odd(), t);"
        "print(hashlib.sha256(t.getvalue()).hexdigest())"
    )
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/New_York"},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        )
        assert ran.stdout.strip() == hashlib.sha256(expected).hexdigest()
    file = tmp_path / "briefing.xlsx"
    write_briefing(odd(), file)
    assert file.read_bytes() == expected


def test_the_only_date_in_the_file_is_the_cut_off() -> None:
    with zipfile.ZipFile(written(reference())) as archive:
        properties = archive.read("docProps/core.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert properties.count("2023-04-06T00:00:00Z") == 2


def test_a_thousand_lines_and_eighty_units_are_written() -> None:
    book = opened(written(many(1_000)))
    assert _named(book, "continuing_count") == many(1_000).figures.summary.cohorts[0].sums.count
    assert len(_column(book, "部门排名", "项目数（个）", "牵头部门")) == 80 + 19 + 2


def test_a_composed_workbook_can_be_replayed_on_bare_xlsxwriter() -> None:
    """Benchmarks compare the briefing with this."""
    workbook = compose(reference(), BytesIO())
    recording = recorded(workbook)
    workbook.close()
    bare, ours = load_workbook(BytesIO(replay(recording)), data_only=True), opened(written(reference()))
    # Without the looks a date is a bare number, so the extent and the defined texts are what is compared.
    assert [sheet.dimensions for sheet in bare] == [sheet.dimensions for sheet in ours]
    assert list(bare["领域排名"].values) == list(ours["领域排名"].values)
