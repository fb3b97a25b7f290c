"""Owns what is wrong with reports that are typed into the grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.web.wrong.stage import CLOSED, LAST_INTENTION, LAST_PROGRESS, MONTH, UNHEARD, UPCOMING, Stage
from tests.web.wrong.told import MEANWHILE, PAGE, Answer, Way, Wrong, page_told

_MONEY = "请只填数字，没有的留空"
_EXACT = "请核对数字和单位（本列按万元读）"
_MONTH = "请写成 2023-03 或 2023年3月 的样子"
_EXPLAIN = "请在情况说明里写明原因（至少5个字）"
_ADDRESS = "请核对地址，或从导航重新进入"
_AGAIN = "情况可能刚刚有变化，请刷新页面后再看"


@dataclass(frozen=True)
class Grid:
    """A grid as a browser sends it: rows of a code and what its cells say."""

    rows: tuple[tuple[str, Mapping[str, str]], ...]
    month: str = MONTH
    token: bool = True

    def send(self, stage: Stage) -> Answer:
        """Hand the grid in."""
        told = {} if self.token else {"csrf_token": ""}
        for row, (code, cells) in enumerate(self.rows):
            told |= {f"code.{row}": code, f"based_on.{row}": "0"}
            told |= {f"{name}.{row}": text for name, text in cells.items()}
        return page_told(stage.post(f"/month/{self.month}/grid", told))


def _rows(name: str, rows: Mapping[str, Mapping[str, str]], where: str, what: str, mend: str) -> Wrong:
    return Wrong(name, Way.GRID, Grid(tuple(rows.items())), 422, where, what, mend)


def _at(name: str, field: str, what: str, mend: str, code: str = "A-1", **cells: str) -> Wrong:
    return _rows(name, {code: cells}, f"{code} {field}", what, mend)


def _month(name: str, amount: str, what: str, mend: str = _MONEY) -> Wrong:
    return _at(name, "month_completed", f"本月完成投资：{what}", mend, month_completed=amount)


def _doubted(name: str, doubt: str, code: str = "A-1", **cells: str) -> Wrong:
    return _at(name, "explanation", f"有需要说明的情况：{doubt}", _EXPLAIN, code, **cells)


def _page(name: str, status: int, what: str, mend: str, code: str = "A-1", month: str = MONTH) -> Wrong:
    grid = Grid(((code, {"month_completed": "120"}),), month)
    return Wrong(name, Way.GRID, grid, status, PAGE, what, mend)


CASES = (
    _month("negative", "-5", "金额不能是负数", "请核对；要冲减以前的数，请作更正"),
    _month("words for an amount", "一百二十", "金额不是数字"),
    _month("two cells pasted into one", "120\t130", "金额不是数字"),
    _month("two lines pasted into one", "120\n130", "金额不是数字"),
    _month("a formula's error pasted", "#DIV/0!", "公式出错", "请改正公式，或直接填数值"),
    _month("a formula", "=SUM(A1:A3)", "金额不是数字"),
    _month("a percentage", "12%", "金额不是数字"),
    _month("five decimals", "0.00001", "金额须精确到元（以万元计最多四位小数）", _EXACT),
    _month("a separator at the wrong place", "12,00,000", "千位分隔符的位置不对", _EXACT),
    _month("yuan as 亿元", "9999999亿元", "金额过大，请核对单位", "请核对数字和单位（本列按亿元读）"),
    _at(
        "words and no amount",
        "month_completed",
        "本月完成投资：没有填完成投资",
        "没有投资的请填 0",
        physical_progress="砌筑",
    ),
    _at(
        "a year to date that contradicts the months",
        "ytd_completed",
        "累计完成投资：累计完成投资 331 万元，与各月之和 330 万元不符",
        "请核对本月完成投资和累计完成投资，或只填其中一项",
        month_completed="120",
        ytd_completed="331",
    ),
    _at(
        "words for a year to date",
        "ytd_completed",
        "累计完成投资：金额不是数字",
        _MONEY,
        ytd_completed="同上",
    ),
    _doubted("the year to date falls", "累计完成投资 1 万元，低于此前已报累计 210 万元", ytd_completed="1"),
    _doubted(
        "more than the rest of the plan in one month",
        "本月完成投资 995 万元，超过年度计划剩余的 990 万元",
        month_completed="995",
    ),
    _doubted(
        "progress copied from last month",
        "形象进度与上月一字不差",
        month_completed="121",
        physical_progress=LAST_PROGRESS,
    ),
    _doubted(
        "intention copied from last month",
        "下月计划与上月一字不差",
        month_completed="121",
        next_intention=LAST_INTENTION,
    ),
    _doubted(
        "nothing done under construction",
        "本月完成投资为 0，但形象进度写的是正在施工",
        month_completed="0",
        physical_progress="外墙施工",
    ),
    _doubted(
        "money for a new project that has not begun",
        "新建项目已有完成投资，但没有实际开工时间，按未开工统计",
        "A-2",
        month_completed="21",
    ),
    _at(
        "help without a problem",
        "problem_text",
        "存在问题：填了需协调事项，但没有填存在问题",
        "请先写明存在什么问题",
        month_completed="121",
        help_needed="请住建局协调",
    ),
    _at(
        "a text too long",
        "next_intention",
        "下月计划：下月计划有 2500 个字，最多 2000 个字",
        "请写得简短些，详细材料可作为佐证上传",
        month_completed="121",
        next_intention="长" * 2500,
    ),
    _at(
        "a start after the month",
        "actual_start",
        "实际开工：实际开工晚于报告期2023年3月",
        "还没有开工的留空",
        "A-2",
        month_completed="0",
        actual_start="2023-12",
    ),
    _at(
        "a start before the year of a new project",
        "actual_start",
        "实际开工：新建项目的实际开工早于2023年",
        "上年已开工的项目应列为续建，请联系督查室",
        "A-2",
        month_completed="0",
        actual_start="2021-06",
    ),
    _at(
        "a start that is no month",
        "actual_start",
        "实际开工：看不出是哪个月",
        _MONTH,
        "A-2",
        month_completed="0",
        actual_start="开春",
    ),
    _rows(
        "one row of two is wrong",
        {"A-2": {"month_completed": "0"}, "A-1": {"month_completed": "-7"}},
        "A-1 month_completed",
        "本月完成投资：金额不能是负数",
        "请核对；要冲减以前的数，请作更正",
    ),
    Wrong(
        "the same line twice",
        Way.GRID,
        Grid((("A-1", {"month_completed": "120"}), ("A-1", {"month_completed": "121"}))),
        422,
        "A-1",
        "同一个项目出现两次",
        "请只留一行",
    ),
    _rows("nothing new", {"A-5": {"month_completed": "70"}}, PAGE, "没有改动的行", "请先填写要报送的行"),
    _rows("no row at all", {}, PAGE, "没有改动的行", "请先填写要报送的行"),
    _rows(
        "a returned report unchanged",
        {"A-4": {"month_completed": "80", "based_on": "1"}},
        PAGE,
        "没有改动的行",
        "请先填写要报送的行",
    ),
    Wrong(
        "over somebody else's report",
        Way.GRID,
        Grid((("A-3", {"month_completed": "99"}),)),
        409,
        MEANWHILE,
        "平台三期：您填写期间，填报员 孙红已报送第2次（2023-04-01 10:00）。没有覆盖任何人的内容",
        "请逐项选择用谁的，再报送",
    ),
    _page("another unit's project", 404, "没有找到本单位填报的项目“B-1”", _ADDRESS, "B-1"),
    _page("an unknown code", 404, "没有找到本单位填报的项目“X-9”", _ADDRESS, "X-9"),
    _page("a project that is only prepared", 404, "没有找到本单位填报的项目“P-1”", _ADDRESS, "P-1"),
    _page("a work in the grid", 404, "没有找到本单位填报的项目“W-1”", _ADDRESS, "W-1"),
    _page(
        "a closed month",
        409,
        "2023-02 已关闭，不能用表格填报。需要更正的，请在项目的填报页申请更正",
        _AGAIN,
        month=CLOSED,
    ),
    _page("a month that has not begun", 409, "2023-04 还没有开始填报", _AGAIN, month=UPCOMING),
    _page("a month that nobody thought of", 404, "没有找到报告期“2023-09”", _ADDRESS, month=UNHEARD),
    Wrong(
        "a grid from elsewhere",
        Way.GRID,
        Grid((("A-1", {"month_completed": "120"}),), token=False),
        400,
        PAGE,
        "请求无法识别",
        "页面可能已打开过久，请返回上一页刷新后重试",
    ),
    Wrong(
        "ten megabytes of words",
        Way.GRID,
        Grid((("A-1", {"month_completed": "120", "problem_text": "x" * 10_000_000}),)),
        413,
        PAGE,
        "提交的内容过大",
        "请减少内容后重试",
    ),
)
