"""Tests that one table reads the same from every kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.core.errors import Refused
from tracker.core.periods import Period
from tracker.intake.cells import NOT_CALCULATED
from tracker.intake.reading import Merge, open_path, open_workbook
from tracker.intake.reports import read_reports

Build = Callable[..., bytes]
_ROWS: list[list[Any]] = [
    ["子项目", "本月完成投资", "形象进度"],
    ["甲，一期", 1200.5, "主体\n封顶"],
    ["乙（二期）", 0, "未开工"],
]


def _reports(name: str, content: bytes) -> list[tuple[str, int | None, str]]:
    reading = read_reports(open_workbook(name, content), Period(2023, 3))
    assert not reading.problems
    return [(row.name, row.month_completed, row.physical_progress) for row in reading.rows]


_READ = [("甲，一期", 12_005_000, "主体\n封顶"), ("乙（二期）", 0, "未开工")]


def test_xlsx_and_xls(xlsx: Build, xls: Build) -> None:
    assert _reports("月报.xlsx", xlsx({"表": _ROWS})) == _READ
    assert _reports("月报.et", xls(_ROWS)) == _READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter(csv_bytes: Build, encoding: str, delimiter: str) -> None:
    assert _reports("月报.csv", csv_bytes(_ROWS, encoding, delimiter)) == _READ


def test_addresses_stay_when_the_table_begins_further_in(xlsx: Build, xls: Build) -> None:
    shifted = [[], [], [], *([None, None, *row] for row in _ROWS)]
    for name, content in (("a.xlsx", xlsx({"表": shifted})), ("a.xls", xls(shifted))):
        row = read_reports(open_workbook(name, content), Period(2023, 3)).rows[0]
        assert row.position.cell("month_completed") == "D5"


def test_merges_are_told(xlsx: Build, xls: Build) -> None:
    rows = [["甲", None], [None, None], ["乙", 1]]
    new = open_workbook("a.xlsx", xlsx({"表": rows}, {"表": ["A1:B2"]})).sheets[0]
    old = open_workbook("a.xls", xls(rows, merges=[(0, 1, 0, 1)])).sheets[0]
    assert new.merges == old.merges == (Merge(0, 0, 1, 1),)
    assert new.rows[1] == ["", ""]


def test_formula_errors_and_missing_values_are_not_blanks(xlsx: Build, repacked: Build) -> None:
    def with_formulas(part: bytes) -> bytes:
        cells = (
            b'<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2"><f>SUM(A1)</f></c>'
            b'<c r="C2"><f>SUM(A1)</f><v></v></c><c r="D2"><f>A1</f><v>7</v></c><c r="E2" t="str"><f>""</f><v></v></c></row>'
        )
        return part.replace(b"</sheetData>", cells + b"</sheetData>")

    for change in (with_formulas, lambda part: with_formulas(part).replace(b'r="A2"', b"r='A2'")):
        content = repacked(xlsx({"表": [["甲"]]}), {"xl/worksheets/sheet1.xml": change})
        rows = open_workbook("a.xlsx", content).sheets[0].rows
        assert rows[1] == ["#DIV/0!", NOT_CALCULATED, NOT_CALCULATED, 7.0, ""]


def test_truth_values_and_dates_keep_their_kind(xlsx: Build) -> None:
    rows = open_workbook("a.xlsx", xlsx({"表": [[True, 1, "1"]]})).sheets[0].rows
    assert [type(value) for value in rows[0]] == [bool, float, str]


def test_a_csv_too_long_or_broken_is_refused() -> None:
    with pytest.raises(Refused, match="表格太大"):
        open_workbook("a.csv", b"a,b\n" * 60_001)
    with pytest.raises(Refused, match="引号"):
        open_workbook("a.csv", b'a,"' + b"x" * 200_000)


def test_a_file_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as out:
        out.truncate(21 << 20)
    with pytest.raises(Refused, match="超过 20 MB"):
        open_path(path)
