"""Owns what is wrong with reports that are filled into the form's cells or into a table of somebody's own."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.intake.conftest import Rows, make_xlsx
from tests.web.wrong.stage import CLOSED, LAST_INTENTION, LAST_PROGRESS, MONTH, Stage
from tests.web.wrong.told import FILE, Answer, Way, Wrong
from tests.web.wrong.uploads import uploaded

_MONEY = "请只填数字，没有的留空"
_EXACT = "请核对数字和单位（本列按万元读）"
_EXPLAIN = "请在情况说明里写明原因（至少5个字）"
_CODE, _AMOUNT, _YTD = "编码", "本月完成投资", "1—3月累计完成投资"
_START, _PROGRESS, _DAY = "实际开工", "形象进度", "实际完成日期"
_HEADERS = 4


@dataclass(frozen=True)
class Filled:
    """The form that was downloaded for a month, with cells filled in: by code and header, and what then stands there.

    `doubled` is the code of a row that somebody copied below the others.
    """

    cells: Mapping[tuple[str, str], Any]
    month: str = MONTH
    doubled: str = ""

    def send(self, stage: Stage) -> Answer:
        """Fill the form in, upload it and confirm what it would change."""
        form = stage.browser.get(f"/month/{self.month}/workbook")
        assert form.status_code == 200, form.text
        book = load_workbook(io.BytesIO(form.data))
        places = _places(book)
        # The sheets of works and milestones come later and have codes too.
        at = {where: place for place, where in reversed(places.items())}
        for (code, header), value in self.cells.items():
            sheet, cell = at[f"{code} {header}"].split(" ")
            book[sheet][cell] = value
        if self.doubled:
            sheet, cell = at[f"{self.doubled} {_CODE}"].split(" ")
            book[sheet].append([copied.value for copied in book[sheet][book[sheet][cell].row]])
        out = io.BytesIO()
        book.save(out)
        return uploaded(stage, self.month, "填报表.xlsx", out.getvalue(), places)


@dataclass(frozen=True)
class Table:
    """A table of somebody's own."""

    rows: Rows = field(default_factory=tuple)

    def send(self, stage: Stage) -> Answer:
        """Upload the table and confirm what it would change."""
        return uploaded(stage, MONTH, "三月.xlsx", make_xlsx({"表": self.rows}))


def _places(book: Workbook) -> dict[str, str]:
    """Return what the cells of a form are about: "月报 I5" is "A-1 本月完成投资"."""
    found: dict[str, str] = {}
    for sheet in book.worksheets:
        headers = [str(cell.value) for cell in sheet[_HEADERS]] if sheet.max_row >= _HEADERS else []
        if _CODE not in headers:
            continue
        for row in sheet.iter_rows(min_row=_HEADERS + 1):
            code = row[headers.index(_CODE)].value
            found |= {
                f"{sheet.title} {cell.coordinate}": f"{code} {header}"
                for header, cell in zip(headers, row, strict=True)
            }
    return found


def _at(name: str, header: str, what: str, mend: str, cells: Mapping[str, Any], code: str = "A-1") -> Wrong:
    filled = Filled({(code, told): value for told, value in cells.items()})
    return Wrong(name, Way.WORKBOOK, filled, 422, f"{code} {header}", what, mend)


def _amount(name: str, value: Any, what: str, mend: str = _MONEY) -> Wrong:
    return _at(name, _AMOUNT, what, mend, {_AMOUNT: value})


def _doubted(name: str, doubt: str, cells: Mapping[str, Any], code: str = "A-1") -> Wrong:
    return _at(name, "情况说明", f"有需要说明的情况：{doubt}", _EXPLAIN, cells, code)


def _table(name: str, where: str, what: str, mend: str, *rows: tuple[Any, ...]) -> Wrong:
    return Wrong(name, Way.WORKBOOK, Table(rows), 422, where, what, mend)


CASES = (
    _amount("negative", -5, "金额不能是负数", "请核对；要冲减以前的数，请作更正"),
    _amount("words for an amount", "待定", "金额不是数字"),
    _amount("two lines in an amount's cell", "120\n130", "金额不是数字"),
    _amount("true for an amount", True, "金额应是数字，不是真假值"),
    _amount(
        "a day for an amount",
        date(2023, 3, 1),
        "金额应是数字，不是日期",
        "请把单元格格式改为“数值”，再填金额",
    ),
    _amount("five decimals", 1.23456, "金额须精确到元（以万元计最多四位小数）", _EXACT),
    _amount("a separator at the wrong place", "1,20", "千位分隔符的位置不对", _EXACT),
    _amount("more than any work costs", 99_999_999_999, "金额过大，请核对单位", _EXACT),
    _amount("a formula's error", "#REF!", "公式出错", "请改正公式，或直接填数值"),
    _amount(
        "a formula without its value",
        "=100+20",
        "公式没有算出的值",
        "请用 Excel 或 WPS 打开文件、保存后再上传，或直接填数值",
    ),
    _at(
        "words and no amount",
        _AMOUNT,
        "本月完成投资：没有填完成投资",
        "没有投资的请填 0",
        {_PROGRESS: "砌筑"},
    ),
    _at(
        "a year to date that contradicts the months",
        _YTD,
        "累计完成投资：累计完成投资 500 万元，与各月之和 330 万元不符",
        "请核对本月完成投资和累计完成投资，或只填其中一项",
        {_AMOUNT: 120, _YTD: 500},
    ),
    _at(
        "a year to date below the month",
        _YTD,
        "年初至今累计小于本月完成",
        "请核对本月数和累计数",
        {_AMOUNT: 120, _YTD: 50},
    ),
    _doubted("the year to date falls", "累计完成投资 150 万元，低于此前已报累计 210 万元", {_YTD: 150}),
    _doubted(
        "more than the rest of the plan in one month",
        "本月完成投资 1,000 万元，超过年度计划剩余的 990 万元",
        {_AMOUNT: 1000},
    ),
    _doubted(
        "progress copied from last month", "形象进度与上月一字不差", {_AMOUNT: 120, _PROGRESS: LAST_PROGRESS}
    ),
    _doubted(
        "intention copied from last month",
        "下月计划与上月一字不差",
        {_AMOUNT: 120, "下月计划": LAST_INTENTION},
    ),
    _doubted(
        "nothing done under construction",
        "本月完成投资为 0，但形象进度写的是正在施工",
        {_AMOUNT: 0, _PROGRESS: "屋面施工"},
    ),
    _doubted(
        "money for a new project that has not begun",
        "新建项目已有完成投资，但没有实际开工时间，按未开工统计",
        {_AMOUNT: 20},
        "A-2",
    ),
    _at(
        "help without a problem",
        "存在问题",
        "存在问题：填了需协调事项，但没有填存在问题",
        "请先写明存在什么问题",
        {_AMOUNT: 120, "需协调事项": "请住建局协调"},
    ),
    _at(
        "a text too long",
        _PROGRESS,
        "形象进度：形象进度有 2001 个字，最多 2000 个字",
        "请写得简短些，详细材料可作为佐证上传",
        {_AMOUNT: 120, _PROGRESS: "长" * 2001},
    ),
    _at(
        "a start after the month",
        _START,
        "实际开工晚于报告期2023年3月",
        "还没有开工的留空",
        {_AMOUNT: 20, _START: "2023-05"},
        "A-2",
    ),
    _at(
        "a start before the year of a new project",
        _START,
        "实际开工：新建项目的实际开工早于2023年",
        "上年已开工的项目应列为续建，请联系督查室",
        {_AMOUNT: 20, _START: "2022-11"},
        "A-2",
    ),
    _at(
        "a start that is no month",
        _START,
        "看不出是哪个月",
        "请写成 2023-03 或 2023年3月 的样子",
        {_AMOUNT: 0, _START: "年后"},
        "A-2",
    ),
    _at(
        "a start between January and October",
        _START,
        "数字看不出是1月还是10月",
        "请写成 2023-01 或 2023-10 的样子",
        {_AMOUNT: 0, _START: 2023.1},
        "A-2",
    ),
    _at(
        "a milestone reached in the future",
        _DAY,
        "节点：节点完成日期 2023-04-20 晚于 2023-03-31",
        "只填本报告期内已经完成的节点",
        {_AMOUNT: 120, _DAY: date(2023, 4, 20)},
    ),
    _at(
        "a day that no calendar has",
        _DAY,
        "节点：节点完成日期看不懂",
        "请写成 2023-03-15 的样子",
        {_AMOUNT: 120, _DAY: "2023-02-30"},
    ),
    _at(
        "a day of another decade",
        _DAY,
        "节点：节点完成日期 2003-03-15 过早",
        "请核对年份",
        {_AMOUNT: 120, _DAY: date(2003, 3, 15)},
    ),
    _at(
        "a milestone that nobody knows",
        _DAY,
        "节点：这里没有这个节点",
        "请刷新页面或重新下载填报表后再填",
        {_AMOUNT: 120, _DAY: date(2023, 3, 15), "节点编号": "999"},
    ),
    _at(
        "a work about which little is said",
        "目标完成情况",
        "目标完成情况：什么也没有填",
        "请填写目标完成情况、形象进度或完成的节点",
        {"存在问题": "征求意见反复"},
        "W-1",
    ),
    _at(
        "a row whose code was changed",
        _CODE,
        "这一行的编码与行尾的核对码“A-1”不一致，可能只移动或排序了一部分列",
        "请恢复整行后再填，或重新下载填报表",
        {_CODE: "A-9", _AMOUNT: 120},
    ),
    Wrong(
        "the same line twice",
        Way.WORKBOOK,
        Filled({("A-1", _AMOUNT): 120}, doubled="A-1"),
        422,
        "月报 A10",
        "与 A5 重复",
        "同一份文件里每个只能有一行，请删去一行",
    ),
    Wrong(
        "a closed month without a reason",
        Way.WORKBOOK,
        Filled({("A-1", _AMOUNT): 111, ("A-1", "情况说明"): "漏计一张发票"}, month=CLOSED),
        422,
        "A-1 更正原因",
        "更正原因：本月已关闭，补报或更正须写明原因",
        "请写更正原因（至少5个字）",
    ),
    _table(
        "another unit's project",
        "表 A2",
        "“人才公寓”不是本单位填报的项目或工作",
        "请删去这一行，由责任单位报送",
        ("编码", "子项目", _AMOUNT),
        ("B-1", "人才公寓", 5),
    ),
    _table(
        "a project that is only prepared",
        "表 A2",
        "“预备平台”是预备项目，不需要报送",
        "请删去这一行",
        ("编码", "子项目", _AMOUNT),
        ("P-1", "预备平台", 5),
    ),
    _table(
        "an unknown code",
        "表 A2",
        "名册里没有这个编码",
        "请填写名册里的编码或名称",
        ("编码", _AMOUNT),
        ("X-9", 5),
    ),
    _table(
        "an unknown name",
        "表 A2",
        "名册里没有“没有这回事”",
        "请先把它加进名册，或改成名册里的名称",
        ("子项目", _AMOUNT),
        ("没有这回事", 5),
    ),
    _table(
        "an amount for a work",
        "表 C2",
        "本月完成投资：这是一项工作，没有投资额",
        "请删去金额，填写目标完成情况或形象进度",
        ("编码", "重点工作", _AMOUNT, "目标完成情况"),
        ("W-1", "出台政策", 5, "已印发"),
    ),
    _table(
        "the year to date of another month",
        "表 C1",
        "表头“1—5月累计完成投资”写的是1—5月，导入的是3月",
        "请核对选的年份、月份，或换成正确的文件",
        ("编码", "子项目", "1—5月累计完成投资"),
        ("A-1", "平台一期", 330),
    ),
    _table(
        "a column that must be explained and is not there",
        "表 A2",
        "有需要说明的情况：本月完成投资 1,000 万元，超过年度计划剩余的 990 万元",
        f"{_EXPLAIN}；表里没有“情况说明”这一列，请加上",
        ("编码", "子项目", _AMOUNT),
        ("A-1", "平台一期", 1000),
    ),
    _table(
        "no header",
        "表",
        "没有找到月报的表头",
        "表头要有“子项目”（或“项目名称”“编码”），还要有“本月完成投资”或“1—N月累计完成投资”，可以在任何一张工作表、任何一列",
        ("平台一期", "一百二十"),
        ("平台二期", "二十"),
    ),
    _table(
        "nothing new",
        FILE,
        "没有要报送的内容",
        "文件里的内容与已报的一致，或者都没有填；请填好后重新上传",
        ("编码", "子项目", _AMOUNT),
        ("A-5", "平台五期", 70),
    ),
)
