"""Writes the reference month's workbooks from the plain tables beside them, the way offices really send them.

Run from the repository: python imports/write_reference_month.py [TARGET FOLDER]
The same tables always give the same bytes, so a test can tell when a workbook is out of date.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

TABLES = Path(__file__).resolve().parent / "2023-q1"
ILLUSTRATIVE = "演示数据：单位和地点真实，金额均为虚构，仅用于演示。"
#: The day that the files themselves name; without one they would differ with every run.
WRITTEN = datetime.fromisoformat("2023-04-03T00:00:00")
ROSTER = "2023年创新领域重点项目（工作）清单及推进计划.xlsx"
FRONTS = "2023年3月各领域重点项目完成情况.xlsx"

#: What units write about a start that is overdue, and about money that lags; taken in turn.
START_PROBLEMS = (
    ("用地预审尚未批复，暂不具备开工条件", "请资规部门加快用地审批"),
    ("施工图审查未完成，施工许可证尚未核发", "请住建部门容缺受理、并联审批"),
    ("地块内管线迁改未完成，场地未移交", "请属地协调管线权属单位"),
    ("招标答疑延期，施工单位尚未确定", ""),
)
MONEY_PROBLEMS = (
    ("主要设备到货推迟，安装工程顺延", ""),
    ("部分地块拆迁未完成，工作面打不开", "请属地加快征收交地"),
    ("结算审核周期较长，已完工程量未及时入统", "请财政部门协调加快审核"),
)


def reports_name(month: int) -> str:
    """Return the file name of a month's reports."""
    return f"2023年{month}月重点项目月报.xlsx"


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of one plain table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_all(folder: Path) -> list[Path]:
    """Write every workbook into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / ROSTER, folder / FRONTS]
    write_roster(paths[0])
    write_fronts(paths[1])
    for month in (1, 2, 3):
        paths.append(folder / reports_name(month))
        write_reports(paths[-1], month)
    return paths


class Office:
    """A workbook with the few formats that an office uses."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self.book.set_properties({"title": path.stem, "comments": ILLUSTRATIVE, "created": WRITTEN})
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        grid = {**base, "border": 1}
        self.title = self.book.add_format({**base, "font_size": 16, "bold": True, "align": "center"})
        self.caption = self.book.add_format({**base, "align": "right"})
        self.note = self.book.add_format({**base, "font_color": "#7F7F7F"})
        self.head = self.book.add_format({**grid, "bold": True, "align": "center", "text_wrap": True})
        self.text = self.book.add_format({**grid, "text_wrap": True})
        self.centre = self.book.add_format({**grid, "align": "center", "text_wrap": True})
        self.money = self.book.add_format({**grid, "num_format": "#,##0"})
        self.yi = self.book.add_format({**grid, "num_format": "0.00"})
        self.total = self.book.add_format({**grid, "bold": True, "num_format": "#,##0"})
        self.rate = self.book.add_format({**grid, "num_format": "0.00%"})

    def sheet(self, name: str, title: str, width: int, caption: str) -> Any:
        """Return a sheet with a merged title in row 1 and the caption in row 2."""
        sheet = self.book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, width - 1, title, self.title)
        sheet.set_row(0, 30)
        sheet.write(1, 0, ILLUSTRATIVE, self.note)
        sheet.write(1, width - 1, caption, self.caption)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet


def merged(sheet: Any, first: int, last: int, column: int, value: object, cell_format: Any) -> None:
    """Write a value over rows `first` to `last`; a range of one cell cannot be merged."""
    if first == last:
        sheet.write(first, column, value, cell_format)
    else:
        sheet.merge_range(first, column, last, column, value, cell_format)


def write_roster(path: Path) -> None:
    """Write the list of key projects with two header rows, merged names and subtotals."""
    office = Office(path)
    single = [
        "序号", "编码", "工程", "重点项目（工作）", "类型", "子项目", "建设性质", "板块", "牵头部门",
        "总投资（亿元）", "至上年底累计完成投资", "年度计划投资", "计划开工",
    ]  # fmt: skip
    width = len(single) + 12
    sheet = office.sheet("推进计划", "2023年创新领域重点项目（工作）推进计划表", width, "单位：万元")
    for column, name in enumerate(single):
        sheet.merge_range(2, column, 3, column, name, office.head)
    sheet.merge_range(2, len(single), 2, width - 1, "月度推进计划", office.head)
    for month in range(1, 13):
        sheet.write(3, len(single) + month - 1, f"{month}月", office.head)
    lines = {key: list(rows) for key, rows in groupby(table("lines.csv"), key=lambda line: line["key_no"])}
    row, grand = 4, [0] * 14
    for programme, works in groupby(table("works.csv"), key=lambda work: work["programme"]):
        start, subtotal = row, [0] * 14
        for work in works:
            row = _write_key_project(office, sheet, row, work, lines.get(work["key_no"], []), subtotal)
        merged(sheet, start, row - 1, 2, programme, office.centre)
        _write_total(office, sheet, row, "小计", subtotal)
        grand = [left + right for left, right in zip(grand, subtotal, strict=True)]
        row += 1
    _write_total(office, sheet, row, "合　计", grand)
    for columns, size in (
        ("A:A", 5),
        ("B:B", 9),
        ("C:C", 14),
        ("D:D", 24),
        ("E:E", 6),
        ("F:F", 22),
        ("G:I", 11),
    ):
        sheet.set_column(columns, size)
    sheet.set_column("J:Y", 9)
    sheet.freeze_panes(4, 6)
    sheet.repeat_rows(2, 3)
    office.book.close()


def _write_key_project(
    office: Office,
    sheet: Any,
    row: int,
    work: dict[str, str],
    lines: list[dict[str, str]],
    subtotal: list[int],
) -> int:
    last = row + max(len(lines), 1) - 1
    merged(sheet, row, last, 0, int(work["key_no"]), office.centre)
    merged(sheet, row, last, 3, work["key_project"], office.text)
    merged(sheet, row, last, 4, "工作" if work["kind"] == "work" else "项目", office.centre)
    merged(sheet, row, last, 8, work["lead"], office.centre)
    if not lines:
        sheet.write(row, 1, f"CX-{int(work['key_no']):02d}", office.centre)
        for column in (5, 6, 7, *range(9, 25)):
            sheet.write_blank(row, column, None, office.text)
        return row + 1
    for line in lines:
        sheet.write(row, 1, line["code"], office.centre)
        sheet.write(row, 5, line["name"], office.text)
        sheet.write(row, 6, "续建" if line["category"] == "continuing" else "新建", office.centre)
        sheet.write(row, 7, line["district"], office.centre)
        sheet.write(row, 9, int(line["total_investment"]) / 10_000, office.yi)
        sheet.write(row, 10, int(line["completed_before_year"]), office.money)
        sheet.write(row, 11, int(line["annual_plan"]), office.money)
        sheet.write(row, 12, _chinese_month(line["planned_start"]), office.centre)
        amounts = [int(line["completed_before_year"]), int(line["annual_plan"])]
        for month in range(1, 13):
            amount = int(line[f"plan_{month:02d}"])
            amounts.append(amount)
            # An office leaves the months before the start blank rather than typing zeros.
            sheet.write(row, 12 + month, amount or None, office.money)
        for index, amount in enumerate(amounts):
            subtotal[index] += amount
        row += 1
    return row


def _write_total(office: Office, sheet: Any, row: int, label: str, amounts: list[int]) -> None:
    for column in range(25):
        sheet.write_blank(row, column, None, office.total)
    sheet.write(row, 3, label, office.total)
    sheet.write(row, 10, amounts[0], office.total)
    sheet.write(row, 11, amounts[1], office.total)
    for month, amount in enumerate(amounts[2:], 1):
        sheet.write(row, 12 + month, amount, office.total)


def _chinese_month(text: str) -> str:
    return f"{int(text[:4])}年{int(text[5:])}月" if text else ""


def write_reports(path: Path, month: int) -> None:
    """Write one month's reports with the month, the year to date and a total row."""
    office = Office(path)
    heads = ["序号", "编码", "子项目", "牵头单位", "本月完成投资", "累计完成投资", "实际开工", "形象进度",
             "存在问题", "需协调事项"]  # fmt: skip
    heads[5] = f"1-{month}月累计完成投资" if month > 1 else "1月累计完成投资"
    sheet = office.sheet(f"{month}月", f"2023年{month}月创新领域重点项目月报", len(heads), "单位：万元")
    sheet.write_row(2, 0, heads, office.head)
    told = {(line["code"], int(line["month"][5:])): line for line in table("monthly.csv")}
    starts, money = _problems(told, month)
    totals = [0, 0]
    row = 3
    for number, line in enumerate(table("lines.csv"), 1):
        said = told[line["code"], month]
        amount = int(said["completed"])
        to_date = sum(int(told[line["code"], earlier]["completed"]) for earlier in range(1, month + 1))
        problem, help_needed = starts.get(line["code"]) or money.get(line["code"]) or ("", "")
        sheet.write(row, 0, number, office.centre)
        sheet.write(row, 1, line["code"], office.centre)
        sheet.write(row, 2, line["name"], office.text)
        sheet.write(row, 3, line["lead"], office.centre)
        sheet.write(row, 4, amount, office.money)
        sheet.write(row, 5, to_date, office.money)
        sheet.write(row, 6, _chinese_month(said["actual_start"]), office.centre)
        sheet.write(row, 7, _physical_progress(line, said, to_date), office.text)
        sheet.write(row, 8, problem, office.text)
        sheet.write(row, 9, help_needed, office.text)
        totals = [totals[0] + amount, totals[1] + to_date]
        row += 1
    for column in range(len(heads)):
        sheet.write_blank(row, column, None, office.total)
    sheet.write(row, 2, "合计", office.total)
    sheet.write(row, 4, totals[0], office.total)
    sheet.write(row, 5, totals[1], office.total)
    sheet.set_column("A:A", 5)
    sheet.set_column("B:B", 9)
    sheet.set_column("C:D", 20)
    sheet.set_column("E:G", 12)
    sheet.set_column("H:J", 26)
    sheet.freeze_panes(3, 3)
    sheet.repeat_rows(2)
    office.book.close()


def _physical_progress(line: dict[str, str], said: dict[str, str], to_date: int) -> str:
    if line["category"] == "new" and not said["actual_start"]:
        return "前期手续办理"
    share = (int(line["completed_before_year"]) + to_date) / max(int(line["total_investment"]), 1)
    steps = (
        (0.15, "桩基及土方施工"),
        (0.35, "基础及地下结构施工"),
        (0.6, "主体结构施工"),
        (0.85, "装饰及机电安装"),
    )
    return next((step for bound, step in steps if share < bound), "收尾及设备调试")


Words = dict[str, tuple[str, str]]


def _problems(told: dict[tuple[str, int], dict[str, str]], month: int) -> tuple[Words, Words]:
    """Return what is written about overdue starts and about the lines furthest behind their plan."""
    starts: Words = {}
    behind: list[tuple[float, str]] = []
    for line in table("lines.csv"):
        code, planned = line["code"], line["planned_start"]
        if line["category"] == "new" and planned and int(planned[5:]) <= month:
            if not told[code, month]["actual_start"]:
                starts[code] = START_PROBLEMS[len(starts) % len(START_PROBLEMS)]
            continue
        plan = sum(int(line[f"plan_{earlier:02d}"]) for earlier in range(1, month + 1))
        done = sum(int(told[code, earlier]["completed"]) for earlier in range(1, month + 1))
        if plan and done / plan < 0.5:
            behind.append((done / plan, code))
    worst = [code for _, code in sorted(behind)[:6]]
    return starts, {code: MONEY_PROBLEMS[index % len(MONEY_PROBLEMS)] for index, code in enumerate(worst)}


def write_fronts(path: Path) -> None:
    """Write the other fronts' totals, both cohorts side by side under merged headers."""
    office = Office(path)
    sheet = office.sheet("各领域", "2023年一季度各领域重点项目完成情况", 10, "单位：万元")
    sheet.merge_range(2, 0, 3, 0, "序号", office.head)
    sheet.merge_range(2, 1, 3, 1, "领域", office.head)
    cohorts = (("continuing", "续建项目", 2), ("newly_started", "新开工项目", 6))
    for _, name, column in cohorts:
        sheet.merge_range(2, column, 2, column + 3, name, office.head)
        heads = ["项目数", "年度计划投资", "1-3月累计完成投资", "投资进度"]
        sheet.write_row(3, column, heads, office.head)
    rows = [row for row in table("fronts.csv") if row["month"] == "2023-03"]
    names = list(dict.fromkeys(row["front"] for row in rows))
    found = {(row["front"], row["cohort"]): row for row in rows}
    for number, name in enumerate(names):
        sheet.write(4 + number, 0, number + 1, office.centre)
        sheet.write(4 + number, 1, name, office.text)
        for cohort, _, column in cohorts:
            _write_front(office, sheet, 4 + number, column, [found[name, cohort]], office.money)
    last = 4 + len(names)
    sheet.write(last, 0, "", office.total)
    sheet.write(last, 1, "合计", office.total)
    for cohort, _, column in cohorts:
        _write_front(
            office, sheet, last, column, [row for row in rows if row["cohort"] == cohort], office.total
        )
    sheet.set_column("A:A", 6)
    sheet.set_column("B:B", 16)
    sheet.set_column("C:J", 14)
    office.book.close()


def _write_front(
    office: Office, sheet: Any, row: int, column: int, totals: Iterable[dict[str, str]], money: Any
) -> None:
    rows = list(totals)
    count, plan, done = (
        sum(int(total[name]) for total in rows) for name in ("count", "annual_plan", "completed")
    )
    sheet.write(row, column, count, office.centre)
    sheet.write(row, column + 1, plan, money)
    sheet.write(row, column + 2, done, money)
    sheet.write(row, column + 3, round(done / plan, 4), office.rate)


if __name__ == "__main__":
    for written in write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else TABLES):
        sys.stdout.write(f"{written}\n")
