"""Owns what is wrong with reports that are typed into the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.web.wrong.stage import CLOSED, LAST_INTENTION, LAST_PROGRESS, MONTH, UNHEARD, UPCOMING, Stage
from tests.web.wrong.told import MEANWHILE, PAGE, Answer, Way, Wrong, page_told

_MONEY = "请只填数字，没有的留空"
_EXACT = "请核对数字和单位（本列按万元读）"
_MONTH = "请写成 2023-03 或 2023年3月 的样子"
_UNEXPLAINED = ("有需要说明的情况", "请在情况说明里写明原因（至少5个字）")
_REASON = ("本月已关闭，补报或更正须写明原因", "请写更正原因（至少5个字）")
_ADDRESS = "请核对地址，或从导航重新进入"
_AGAIN = "情况可能刚刚有变化，请刷新页面后再看"


@dataclass(frozen=True)
class Form:
    """A form as a browser sends it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    code: str = "A-1"
    month: str = MONTH
    token: bool = True

    def send(self, stage: Stage) -> Answer:
        """Hand the form in."""
        told = {"based_on": "0", **self.typed}
        if not self.token:
            told["csrf_token"] = ""
        return page_told(stage.post(f"/month/{self.month}/{self.code}", told))


def _at(name: str, where: str, what: str, mend: str, code: str = "A-1", **typed: str) -> Wrong:
    return Wrong(name, Way.FORM, Form(typed, code), 422, where, what, mend)


def _money(name: str, amount: str, what: str, mend: str = _MONEY) -> Wrong:
    return _at(name, "month_completed", what, mend, month_completed=amount)


def _doubted(name: str, where: str, doubt: str, code: str = "A-1", **typed: str) -> Wrong:
    return Wrong(name, Way.FORM, Form(typed, code), 422, "explanation", *_UNEXPLAINED, doubt=(where, doubt))


def _page(name: str, status: int, what: str, mend: str, code: str = "A-1", month: str = MONTH) -> Wrong:
    return Wrong(name, Way.FORM, Form({"month_completed": "120"}, code, month), status, PAGE, what, mend)


CASES = (
    _money("negative", "-5", "金额不能是负数", "请核对；要冲减以前的数，请作更正"),
    _money("a negative amount in brackets", "(5)", "金额不能是负数", "请核对；要冲减以前的数，请作更正"),
    _money("words for an amount", "一百二十", "金额不是数字"),
    _money("NaN", "NaN", "金额不是数字"),
    _money("an exponent", "1e5", "金额不是数字"),
    _money("a formula", "=100+20", "金额不是数字"),
    _money("a formula's error", "#REF!", "公式出错", "请改正公式，或直接填数值"),
    _money("SQL for an amount", "1; DROP TABLE report", "金额不是数字"),
    _money("a null character within an amount", "12\x000", "金额不是数字"),
    _money("two amounts", "120/130", "金额不是数字"),
    _money("five decimals", "1.23456", "金额须精确到元（以万元计最多四位小数）", _EXACT),
    _money("a separator at the wrong place", "1,20", "千位分隔符的位置不对", _EXACT),
    _money("more than any work costs", "99999999999", "金额过大，请核对单位", _EXACT),
    _at("nothing", "month_completed", "没有填完成投资", "没有投资的请填 0"),
    _at(
        "a year to date that contradicts the months",
        "ytd_completed",
        "累计完成投资 500 万元，与各月之和 330 万元不符",
        "请核对本月完成投资和累计完成投资，或只填其中一项",
        month_completed="120",
        ytd_completed="500",
    ),
    _at("words for a year to date", "ytd_completed", "金额不是数字", _MONEY, ytd_completed="很多"),
    _doubted(
        "the year to date falls",
        "ytd_completed",
        "累计完成投资 150 万元，低于此前已报累计 210 万元。累计一般不减少；确需冲减的请说明原因。",
        ytd_completed="150",
    ),
    _doubted(
        "more than the rest of the plan in one month",
        "month_completed",
        "本月完成投资 1,000 万元，超过年度计划剩余的 990 万元。请核对金额和单位（万元）。",
        month_completed="1000",
    ),
    _doubted(
        "more than the total investment",
        "month_completed",
        "自开工以来的累计完成投资超过总投资。请核对金额；总投资有变化的请联系督查室。",
        month_completed="1900",
    ),
    _doubted(
        "the year to date as the month's amount",
        "month_completed",
        "本月完成投资与此前累计相同，都是 210 万元。请核对是否把累计数填到了本月。",
        month_completed="210",
    ),
    _doubted(
        "ten times the best month",
        "month_completed",
        "本月完成投资是此前单月最高 110 万元的 10 倍。请核对单位是否为万元。",
        month_completed="1150",
    ),
    _doubted(
        "progress copied from last month",
        "physical_progress",
        "形象进度与上月一字不差。请按本月情况填写；确无变化的请说明。",
        month_completed="120",
        physical_progress=LAST_PROGRESS,
    ),
    _doubted(
        "intention copied from last month",
        "next_intention",
        "下月计划与上月一字不差。请按本月情况填写；确无变化的请说明。",
        month_completed="120",
        next_intention=LAST_INTENTION,
    ),
    _doubted(
        "nothing done under construction",
        "month_completed",
        "本月完成投资为 0，但形象进度写的是正在施工。请核对金额；确无投资的请说明。",
        month_completed="0",
        physical_progress="四层正在施工",
    ),
    _doubted(
        "an explanation that explains nothing",
        "month_completed",
        "本月完成投资 1,001 万元，超过年度计划剩余的 990 万元。请核对金额和单位（万元）。",
        month_completed="1001",
        explanation="设备",
    ),
    _doubted(
        "money for a new project that has not begun",
        "actual_start",
        "新建项目已有完成投资，但没有实际开工时间，按未开工统计。已开工的请填写实际开工。",
        "A-2",
        month_completed="20",
    ),
    _at(
        "help without a problem",
        "problem_text",
        "填了需协调事项，但没有填存在问题",
        "请先写明存在什么问题",
        month_completed="120",
        help_needed="请住建局协调",
    ),
    _at(
        "a text too long",
        "physical_progress",
        "形象进度有 2001 个字，最多 2000 个字",
        "请写得简短些，详细材料可作为佐证上传",
        month_completed="120",
        physical_progress="长" * 2001,
    ),
    _at(
        "a start after the month",
        "actual_start",
        "实际开工晚于报告期2023年3月",
        "还没有开工的留空",
        "A-2",
        month_completed="20",
        actual_start="2023-05",
    ),
    _at(
        "a start before the year of a new project",
        "actual_start",
        "新建项目的实际开工早于2023年",
        "上年已开工的项目应列为续建，请联系督查室",
        "A-2",
        month_completed="20",
        actual_start="2022-11",
    ),
    _at(
        "a start in words",
        "actual_start",
        "看不出是哪个月",
        _MONTH,
        "A-2",
        month_completed="0",
        actual_start="快了",
    ),
    _at(
        "a thirteenth month",
        "actual_start",
        "不是合理的年月",
        _MONTH,
        "A-2",
        month_completed="0",
        actual_start="2023-13",
    ),
    _at(
        "a milestone reached in the future",
        "milestone_1",
        "节点完成日期 2023-04-20 晚于 2023-03-31",
        "只填本报告期内已经完成的节点",
        month_completed="120",
        milestone_1="2023-04-20",
    ),
    _at(
        "a day that no calendar has",
        "milestone_1",
        "节点完成日期看不懂",
        "请写成 2023-03-15 的样子",
        month_completed="120",
        milestone_1="2023-02-30",
    ),
    _at(
        "a day of another decade",
        "milestone_1",
        "节点完成日期 2003-03-15 过早",
        "请核对年份",
        month_completed="120",
        milestone_1="2003-03-15",
    ),
    _at(
        "a milestone that nobody knows",
        PAGE,
        "节点：这里没有这个节点",
        "请刷新页面或重新下载填报表后再填",
        month_completed="120",
        milestone_999="2023-03-15",
    ),
    _at(
        "a milestone of something else",
        PAGE,
        "节点：这里没有这个节点",
        "请刷新页面或重新下载填报表后再填",
        month_completed="120",
        milestone_2="2023-03-15",
    ),
    _at(
        "an amount for a work",
        PAGE,
        "本月完成投资：这是一项工作，没有投资额",
        "请删去金额，填写目标完成情况或形象进度",
        "W-1",
        month_completed="5",
        target_reached="已印发",
    ),
    _at(
        "a start for a work",
        PAGE,
        "实际开工：这是一项工作，没有开工时间",
        "请删去实际开工",
        "W-1",
        actual_start="2023-03",
        target_reached="已印发",
    ),
    _at(
        "a work about which nothing is said",
        "target_reached",
        "什么也没有填",
        "请填写目标完成情况、形象进度或完成的节点",
        "W-1",
    ),
    _at(
        "a returned report unchanged",
        "explanation",
        "退回后内容没有变化",
        "请修改，或在情况说明里答复退回原因",
        "A-4",
        month_completed="80",
        based_on="1",
    ),
    Wrong(
        "over somebody else's report",
        Way.FORM,
        Form({"month_completed": "99", "based_on": "1"}, "A-3"),
        409,
        MEANWHILE,
        "您填写期间，填报员 孙红已报送第2次（2023-04-01 10:00）。没有覆盖任何人的内容",
        "请逐项选择用谁的，再报送",
    ),
    Wrong(
        "over somebody else's report, nothing chosen",
        Way.FORM,
        Form({"month_completed": "99", "based_on": "1", "seen": "2", "differs": "month_completed"}, "A-3"),
        409,
        MEANWHILE,
        "您填写期间，填报员 孙红已报送第2次（2023-04-01 10:00）。没有覆盖任何人的内容",
        "请逐项选择用谁的，再报送",
    ),
    Wrong(
        "a closed month without a reason",
        Way.FORM,
        Form({"month_completed": "111", "based_on": "1", "physical_progress": "砌筑"}, month=CLOSED),
        422,
        "correction_reason",
        *_REASON,
    ),
    Wrong(
        "a closed month with hardly a reason",
        Way.FORM,
        Form({"month_completed": "111", "based_on": "1", "correction_reason": "错了"}, month=CLOSED),
        422,
        "correction_reason",
        *_REASON,
    ),
    _page("a month that has not begun", 409, "2023-04 还没有开始填报", _AGAIN, month=UPCOMING),
    _page("a month that nobody thought of", 404, "没有找到报告期“2023-09”", _ADDRESS, month=UNHEARD),
    _page("a month that no year has", 404, "没有找到报告期“2023-13”", _ADDRESS, month="2023-13"),
    _page("an unknown code", 404, "没有找到项目或工作“2023 X-9”", _ADDRESS, code="X-9"),
    _page("another unit's project", 404, "没有找到本单位填报的项目或工作“2023 B-1”", _ADDRESS, code="B-1"),
    _page("a project that is only prepared", 404, "没有找到项目或工作“2023 P-1”", _ADDRESS, code="P-1"),
    Wrong(
        "a form from elsewhere",
        Way.FORM,
        Form({"month_completed": "120"}, token=False),
        400,
        PAGE,
        "请求无法识别",
        "页面可能已打开过久，请返回上一页刷新后重试",
    ),
    Wrong(
        "ten megabytes of words",
        Way.FORM,
        Form({"month_completed": "120", "physical_progress": "x" * 10_000_000}),
        413,
        PAGE,
        "提交的内容过大",
        "请减少内容后重试",
    ),
)
