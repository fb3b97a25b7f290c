"""Owns what is wrong with reports that programs send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from tests.web.wrong.stage import CLOSED, LAST_PROGRESS, MONTH, UNHEARD, UPCOMING, USED_KEY, Stage
from tests.web.wrong.told import Answer, Told, Way, Wrong

#: Where the sentence about the request as a whole stands.
MESSAGE = "message"
_DOCUMENT = "请对照接口文档"
_AMOUNT = "请写成 120.5 的样子"
_DAY = "请写成 2023-03-15 的样子"
_EXPLAIN = "请在情况说明里写明原因（至少5个字）"
_JSON = ("请求体不是有效的 JSON", "请检查括号、引号和编码")
_PLAIN: Mapping[str, str] = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Asked:
    """A request as a program sends it; `token` names whose: its own, one that is "expired" or "revoked", or a text."""

    content: bytes
    path: str = f"/reports/{MONTH}/A-1"
    method: str = "PUT"
    headers: Mapping[str, str] = field(default_factory=lambda: _PLAIN)
    token: str = ""

    def send(self, stage: Stage) -> Answer:
        """Send the request."""
        program = {"expired": stage.gone, "revoked": stage.revoked}.get(self.token, stage.program)
        headers = dict(self.headers)
        if self.token and program is stage.program:
            headers["Authorization"] = self.token
        return _told(program.ask(self.method, self.path, data=self.content, headers=headers))


def _told(answer: TestResponse) -> Answer:
    assert answer.mimetype == "application/json", answer.text
    told = answer.json
    assert told is not None
    assert told["status"] == answer.status_code
    places = [
        Told(f"{problem['code']} {problem['field']}".strip(), f"{problem['what']}。{problem['mend']}。")
        for problem in told["problems"]
    ]
    return Answer(answer.status_code, (*places, Told(MESSAGE, told["message"])), answer.text)


def _report(**said: Any) -> bytes:
    based_on = said.pop("based_on", 0)
    return json.dumps({"based_on": based_on, "said": said}).encode()


def _at(
    name: str, where: str, what: str, mend: str, code: str = "A-1", month: str = MONTH, **said: Any
) -> Wrong:
    sent = Asked(_report(**said), f"/reports/{month}/{code}")
    return Wrong(name, Way.INTERFACE, sent, 422, f"{code} {where}", what, mend)


def _amount(name: str, amount: Any, what: str = "看不懂", mend: str = _AMOUNT) -> Wrong:
    return _at(name, "month_completed", what, mend, month_completed=amount)


def _doubted(name: str, doubt: str, code: str = "A-1", **said: str) -> Wrong:
    return _at(name, "explanation", f"有需要说明的情况：{doubt}", _EXPLAIN, code, **said)


def _body(name: str, where: str, what: str, mend: str, told: Any) -> Wrong:
    sent = Asked(json.dumps(told).encode())
    return Wrong(name, Way.INTERFACE, sent, 422, f"A-1 {where}".strip(), what, mend)


def _many(name: str, where: str, what: str, mend: str, *reports: Any) -> Wrong:
    sent = Asked(json.dumps({"reports": reports}).encode(), f"/reports/{MONTH}", "POST")
    return Wrong(name, Way.INTERFACE, sent, 422, where, what, mend)


def _no_json(name: str, content: bytes) -> Wrong:
    return Wrong(name, Way.INTERFACE, Asked(content), 400, "", *_JSON)


def _whole(name: str, status: int, sent: Asked, what: str, mend: str, joint: str = "。") -> Wrong:
    return Wrong(name, Way.INTERFACE, sent, status, MESSAGE, what, mend, joint=joint)


def _one(code: str, amount: str) -> dict[str, Any]:
    return {"code": code, "based_on": 0, "said": {"month_completed": amount}}


_GOOD = _report(month_completed="120")
_TOKEN = ("请在 Authorization 请求头里给出有效的令牌：Bearer trk_…", "令牌由管理员发放", "；")
_TYPE = ("请求体", "须为 application/json（UTF-8，不压缩）", "")
_WHERE = "请核对月份和编码"

CASES = (
    _amount("negative", "-5", "本月完成投资：金额不能是负数", "请核对；要冲减以前的数，请作更正"),
    _amount("words for an amount", "待定"),
    _amount("a number for an amount", 120, "须为文本", '请加引号，如 "120.5"；没有的写 "" 或不写'),
    _amount("null for an amount", None, "须为文本", '请加引号，如 "120.5"；没有的写 "" 或不写'),
    _amount("five decimals", "1.23456"),
    _amount("separators", "1,200"),
    _amount("an exponent", "1e3"),
    _amount("an amount in 亿元", "3亿元"),
    _amount("a null character", "120\x00"),
    _amount("SQL for an amount", "1'; DROP TABLE report; --"),
    _amount(
        "more than any work costs",
        "999999999999",
        "本月完成投资：金额过大，请核对单位",
        "请核对数字和单位（本列按万元读）",
    ),
    _at(
        "no amount",
        "month_completed",
        "本月完成投资：没有填完成投资",
        "没有投资的请填 0",
        next_intention="砌墙",
    ),
    _at(
        "a year to date that contradicts the months",
        "ytd_completed",
        "累计完成投资：累计完成投资 500 万元，与各月之和 330 万元不符",
        "请核对本月完成投资和累计完成投资，或只填其中一项",
        month_completed="120",
        ytd_completed="500",
    ),
    _doubted(
        "the year to date falls", "累计完成投资 150 万元，低于此前已报累计 210 万元", ytd_completed="150"
    ),
    _doubted(
        "more than the rest of the plan in one month",
        "本月完成投资 1,000 万元，超过年度计划剩余的 990 万元",
        month_completed="1000",
    ),
    _doubted(
        "progress copied from last month",
        "形象进度与上月一字不差",
        month_completed="120",
        physical_progress=LAST_PROGRESS,
    ),
    _doubted(
        "nothing done under construction",
        "本月完成投资为 0，但形象进度写的是正在施工",
        month_completed="0",
        physical_progress="桥面浇筑",
    ),
    _doubted(
        "money for a new project that has not begun",
        "新建项目已有完成投资，但没有实际开工时间，按未开工统计",
        "A-2",
        month_completed="20",
    ),
    _at(
        "help without a problem",
        "problem_text",
        "存在问题：填了需协调事项，但没有填存在问题",
        "请先写明存在什么问题",
        month_completed="120",
        help_needed="请住建局协调",
    ),
    _at(
        "a text too long",
        "problem_text",
        "有 2001 个字，最多 2000 个字",
        "请写得简短些",
        problem_text="长" * 2001,
    ),
    _at(
        "a start after the month",
        "actual_start",
        "实际开工：实际开工晚于报告期2023年3月",
        "还没有开工的留空",
        "A-2",
        month_completed="20",
        actual_start="2023-05",
    ),
    _at(
        "a start before the year of a new project",
        "actual_start",
        "实际开工：新建项目的实际开工早于2023年",
        "上年已开工的项目应列为续建，请联系督查室",
        "A-2",
        month_completed="20",
        actual_start="2022-11",
    ),
    _at("a start as a year", "actual_start", "看不懂", "请写成 2023-03 的样子", "A-2", actual_start="2023"),
    _at(
        "a milestone reached in the future",
        "milestones.1",
        "节点：节点完成日期 2023-04-20 晚于 2023-03-31",
        "只填本报告期内已经完成的节点",
        month_completed="120",
        milestones={"1": "2023-04-20"},
    ),
    _at("a day out of order", "milestones.1", "日期看不懂", _DAY, milestones={"1": "15.3.2023"}),
    _at(
        "a day that no calendar has",
        "milestones.1",
        "节点：节点完成日期看不懂",
        _DAY,
        month_completed="120",
        milestones={"1": "2023-02-30"},
    ),
    _at(
        "a milestone that nobody knows",
        "milestones.999",
        "节点：这里没有这个节点",
        "请刷新页面或重新下载填报表后再填",
        month_completed="120",
        milestones={"999": "2023-03-15"},
    ),
    _at("milestones as a list", "milestones", "须为对象：节点编号对应完成日期", _DOCUMENT, milestones=[1]),
    _at(
        "a milestone beside the words",
        "milestones",
        "节点不写在这里",
        "请写在 milestones 里：编号对应完成日期",
        milestone_1="",
    ),
    _at(
        "an amount for a work",
        "month_completed",
        "本月完成投资：这是一项工作，没有投资额",
        "请删去金额，填写目标完成情况或形象进度",
        "W-1",
        month_completed="5",
        target_reached="已印发",
    ),
    _at(
        "a work about which nothing is said",
        "target_reached",
        "目标完成情况：什么也没有填",
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
        based_on=1,
    ),
    _at(
        "a closed month without a reason",
        "correction_reason",
        "更正原因：本月已关闭，补报或更正须写明原因",
        "请写更正原因（至少5个字）",
        month=CLOSED,
        month_completed="111",
        based_on=1,
    ),
    _body("a list for a report", "", "须为 JSON 对象", _DOCUMENT, []),
    _body("a report without its parts", "said", "缺少这个字段", _DOCUMENT, {"based_on": 0}),
    _body(
        "an unknown part",
        "state",
        "没有这个字段",
        _DOCUMENT,
        {"based_on": 0, "said": {}, "state": "accepted"},
    ),
    _body("an unknown field", "late", "没有这个字段", _DOCUMENT, {"based_on": 0, "said": {"late": "false"}}),
    _body("words for the report", "said", "须为对象", _DOCUMENT, {"based_on": 0, "said": "120"}),
    _body(
        "true for a revision",
        "based_on",
        "须为整数",
        "请写读取时的 revision，没有月报的写 0",
        {"based_on": True, "said": {}},
    ),
    _many(
        "the same line twice",
        "A-1 code",
        "同一个项目出现两次",
        "请只留一份",
        _one("A-1", "1"),
        _one("A-1", "2"),
    ),
    _many(
        "one of two is wrong",
        "A-1 month_completed",
        "本月完成投资：金额不能是负数",
        "请核对；要冲减以前的数，请作更正",
        _one("A-2", "0"),
        _one("A-1", "-1"),
    ),
    _many("no report", "reports", "须为 1 至 500 份月报的列表", _DOCUMENT),
    _many(
        "a report without a code",
        "code",
        "第 1 份月报没有有效的编码",
        "请写项目或工作的编码",
        {"based_on": 0, "said": {}},
    ),
    _no_json("no body", b""),
    _no_json("half a body", b'{"based_on": 0,'),
    _no_json("NaN", b'{"based_on": NaN, "said": {}}'),
    _no_json("another encoding", '{"based_on": 0, "said": {"problem_text": "问题"}}'.encode("gb18030")),
    _no_json("a hundred thousand brackets", b"[" * 100_000),
    Wrong(
        "a field twice",
        Way.INTERFACE,
        Asked(b'{"based_on": 0, "based_on": 1, "said": {}}'),
        400,
        "based_on",
        "字段重复",
        "请只写一次",
    ),
    Wrong(
        "an unknown argument",
        Way.INTERFACE,
        Asked(_GOOD, f"/reports/{MONTH}/A-1?force=true"),
        400,
        "force",
        "没有这个参数",
        _DOCUMENT,
    ),
    Wrong(
        "a month that no year has",
        Way.INTERFACE,
        Asked(_GOOD, "/reports/2023-13/A-1"),
        400,
        "month",
        "月份看不懂",
        "请写成 2023-03 的样子",
    ),
    Wrong(
        "a strange idempotency key",
        Way.INTERFACE,
        Asked(_GOOD, headers={**_PLAIN, "Idempotency-Key": "k" * 201}),
        400,
        "Idempotency-Key",
        "须为 1 至 200 个可见的 ASCII 字符",
        "建议用 UUID",
    ),
    _whole(
        "a key that was used for another request",
        422,
        Asked(_GOOD, headers={**_PLAIN, "Idempotency-Key": USED_KEY}),
        f"Idempotency-Key“{USED_KEY}”已用于另一个请求",
        "请为每个新请求换一个新的键",
    ),
    _whole(
        "over somebody else's report",
        409,
        Asked(_report(month_completed="99", based_on=1), f"/reports/{MONTH}/A-3"),
        "您打开之后，“平台三期”（填报员 孙红） 已有新的月报",
        "没有写入任何数据，请核对后再报送",
    ),
    _whole(
        "a month that nobody thought of",
        404,
        Asked(_GOOD, f"/reports/{UNHEARD}/A-1"),
        "没有找到报告期“2023-09”",
        _WHERE,
    ),
    _whole(
        "a month that has not begun",
        409,
        Asked(_GOOD, f"/reports/{UPCOMING}/A-1"),
        "2023-04 还没有开始填报",
        "请等督查室开启本月后再报送",
    ),
    _whole(
        "an unknown code", 404, Asked(_GOOD, f"/reports/{MONTH}/X-9"), "没有找到项目或工作“2023 X-9”", _WHERE
    ),
    _whole(
        "another unit's project",
        404,
        Asked(_GOOD, f"/reports/{MONTH}/B-1"),
        "没有找到本单位填报的项目或工作“2023 B-1”",
        _WHERE,
    ),
    _whole("plain text", 415, Asked(_GOOD, headers={"Content-Type": "text/plain"}), *_TYPE),
    _whole(
        "a form's content",
        415,
        Asked(b"month_completed=120", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        *_TYPE,
    ),
    _whole("packed content", 415, Asked(_GOOD, headers={**_PLAIN, "Content-Encoding": "gzip"}), *_TYPE),
    _whole(
        "ten megabytes of words",
        413,
        Asked(_report(problem_text="x" * 10_000_000)),
        "请求体不得超过 1 MB",
        "请分批报送",
        "，",
    ),
    _whole("a token that expired", 401, Asked(_GOOD, token="expired"), *_TOKEN),
    _whole("a token that was revoked", 401, Asked(_GOOD, token="revoked"), *_TOKEN),
    _whole("a token that nobody made", 401, Asked(_GOOD, token="Bearer trk_" + "a" * 43), *_TOKEN),
    _whole("no token", 401, Asked(_GOOD, token="Basic emhhbzpwdw=="), *_TOKEN),
    _whole(
        "a method that is none",
        405,
        Asked(_GOOD, method="DELETE"),
        "此地址不支持这个方法",
        "支持的方法见 Allow",
        "，",
    ),
)
