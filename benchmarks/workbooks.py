"""Owns the workbooks that the benchmarks import, laid out the way offices send them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from benchmarks.invented import YEAR, Line, Said

_ROSTER = (
    *(
        "序号",
        "编码",
        "工程",
        "重点项目（工作）",
        "类型",
        "子项目",
        "建设性质",
        "板块",
        "牵头部门",
        "责任单位",
    ),
    *("总投资", "至上年底累计完成投资", "年度计划投资", "计划开工"),
    *(f"{month}月" for month in range(1, 13)),
)


def write_roster(path: Path, lines: Sequence[Line]) -> None:
    """Write the list of key projects with its monthly plan table, in 万元."""
    rows = [
        [
            number,
            line.code,
            line.programme,
            line.key_project,
            "项目",
            line.name,
            "新建" if line.new else "续建",
            line.district,
            line.lead,
            "、".join(line.responsible),
            line.total / 10_000,
            line.before / 10_000,
            line.annual / 10_000,
            f"{YEAR}-{line.planned_start:02d}" if line.planned_start else None,
            *(amount / 10_000 for amount in line.months or ()),
        ]
        for number, line in enumerate(lines, 1)
    ]
    _write(path, f"{YEAR}年重点项目推进计划表", _ROSTER, rows)


def write_reports(path: Path, month: int, lines: Sequence[Line], told: Sequence[Said | None]) -> None:
    """Write one month's reports, in 万元; what was not reported has no row."""
    span = f"1-{month}月" if month > 1 else "1月"
    header = (
        *("序号", "编码", "子项目", "本月完成投资", f"{span}累计完成投资", "实际开工"),
        *("形象进度", "存在问题", "需协调事项", "下月计划"),
    )
    rows = [
        [
            number,
            line.code,
            line.name,
            said.amount / 10_000,
            said.year_to_date / 10_000,
            f"{YEAR}-{said.start:02d}" if said.start else None,
            said.progress,
            said.trouble or None,
            said.help or None,
            said.next,
        ]
        for number, (line, said) in enumerate(zip(lines, told, strict=True), 1)
        if said is not None
    ]
    _write(path, f"{YEAR}年{month}月重点项目月报", header, rows)


def _write(path: Path, title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("明细")
        sheet.merge_range(0, 0, 0, len(header) - 1, title)
        sheet.write(1, len(header) - 1, "单位：万元")
        sheet.write_row(2, 0, header)
        for index, row in enumerate(rows, 3):
            sheet.write_row(index, 0, row)
