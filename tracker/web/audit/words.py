"""Owns how an entry of the audit trail is told: what was done, to what, and which values changed how."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import LazyString, gettext, lazy_gettext, lazy_pgettext

from tracker.core.money import wan_grouped
from tracker.core.notice_ladder import NoticeColour
from tracker.core.said import MILESTONE
from tracker.services.audit_list import AuditLine
from tracker.store.problems import Difficulty, ProblemCategory
from tracker.web.filters import DASH
from tracker.web.words import SOURCES, WORDS

#: Per action what was done, told so that "：" and the object can follow.
ACTIONS: dict[str, LazyString] = {
    "account.add": lazy_gettext("新增账号"),
    "account.change_password": lazy_gettext("修改自己的密码"),
    "account.edit": lazy_gettext("修改账号"),
    "account.end_sessions": lazy_gettext("退出账号的所有登录"),
    "account.sign_in": lazy_gettext("登录"),
    "account.sign_in_refused": lazy_gettext("登录未成功"),
    "account.disable": lazy_gettext("停用账号"),
    "account.reset_password": lazy_gettext("重置账号的密码"),
    "token.create": lazy_gettext("发放接口令牌"),
    "token.revoke": lazy_gettext("吊销接口令牌"),
    "remark.add": lazy_gettext("写下进展或意见"),
    "problem.raise": lazy_gettext("提出问题"),
    "problem.reword": lazy_gettext("改写问题或需协调事项"),
    "problem.classify": lazy_gettext("确定问题的类别和难度"),
    "problem.assign": lazy_gettext("交办问题"),
    "problem.reassign": lazy_gettext("调整问题的交办"),
    "problem.begin": lazy_gettext("开始办理问题"),
    "problem.part_done": lazy_gettext("办结问题的协办事项"),
    "problem.resolve": lazy_gettext("报告问题已解决"),
    "problem.send_back": lazy_gettext("退回问题继续办理"),
    "problem.close_out": lazy_gettext("问题销号"),
    "notice.issue": lazy_gettext("签发督办单"),
    "notice.supersede": lazy_gettext("督办单升级"),
    "notice.reply": lazy_gettext("回复督办单"),
    "notice.send_back": lazy_gettext("退回督办单的回复"),
    "notice.close_out": lazy_gettext("督办单销号"),
    "notice.withdraw": lazy_gettext("撤回督办单"),
    "notice.dismiss": lazy_gettext("不予督办"),
    "notice.ladder": lazy_gettext("调整督办级别"),
    "meeting.plan": lazy_gettext("安排例会"),
    "meeting.change": lazy_gettext("修改例会安排"),
    "meeting.leave_out": lazy_gettext("从例会议程中移出"),
    "meeting.take_in": lazy_gettext("恢复到例会议程"),
    "meeting.add_item": lazy_gettext("增加例会议题"),
    "meeting.minutes": lazy_gettext("保存会议记录"),
    "meeting.hold": lazy_gettext("确认例会召开"),
    "instruction.write": lazy_gettext("作出批示"),
    "action.make": lazy_gettext("登记督办事项"),
    "action.done": lazy_gettext("报告督办事项办结"),
    "action.close_out": lazy_gettext("督办事项销号"),
    "action.send_back": lazy_gettext("退回督办事项"),
    "action.pass_on": lazy_gettext("转办督办事项"),
    "report.submit": lazy_gettext("报送月报"),
    "report.correct": lazy_gettext("更正已关闭月份的月报"),
    "report.accept": lazy_gettext("审核通过月报"),
    "report.return": lazy_gettext("退回月报"),
    "exemption.add": lazy_gettext("设为免报"),
    "exemption.remove": lazy_gettext("取消免报"),
    "reminder.send": lazy_gettext("催报"),
    "reopening.begin": lazy_gettext("重新开放已关闭的月份"),
    "reopening.end": lazy_gettext("结束重新开放"),
    "period.deadline": lazy_gettext("调整报送期限"),
    "rules.change": lazy_gettext("发布亮灯规则"),
    "milestone.add": lazy_gettext("新增节点"),
    "milestone.delete": lazy_gettext("删除节点"),
    "work.target": lazy_gettext("修改工作目标"),
    "evidence.add": lazy_gettext("上传佐证材料"),
    "evidence.remove": lazy_gettext("删除佐证材料"),
    "office.change": lazy_gettext("修改督查室设置"),
    "roster.import": lazy_gettext("导入年度项目清单"),
    "reports.import": lazy_gettext("导入月报"),
    "reports.correct": lazy_gettext("导入对已关闭月份的更正"),
    "fronts.import": lazy_gettext("导入各领域合计"),
    "period.upcoming": lazy_gettext("建立报告期"),
    "period.open": lazy_gettext("开放报告期"),
    "period.closed": lazy_gettext("关闭报告期"),
    "snapshot.freeze": lazy_gettext("冻结关闭时的数字"),
    "briefing.issue": lazy_gettext("生成通报"),
    "plan_proposal.propose": lazy_gettext("提出计划调整"),
    "plan_proposal.withdraw": lazy_gettext("撤回计划调整申请"),
    "plan_proposal.approve": lazy_gettext("批准计划调整"),
    "plan_proposal.reject": lazy_gettext("退回计划调整申请"),
}

#: The families that the list can be narrowed to: the first part of an action.
FAMILIES: dict[str, LazyString] = {
    "report": lazy_gettext("月报"),
    "reports": lazy_gettext("月报导入"),
    "evidence": lazy_gettext("佐证材料"),
    "reminder": lazy_gettext("催报"),
    "exemption": lazy_gettext("免报"),
    "problem": lazy_gettext("问题"),
    "remark": lazy_gettext("进展或意见"),
    "notice": lazy_gettext("督办单"),
    "meeting": lazy_gettext("例会"),
    "instruction": lazy_gettext("批示"),
    "action": lazy_gettext("督办事项"),
    "period": lazy_gettext("报告期"),
    "reopening": lazy_gettext("重新开放"),
    "plan_proposal": lazy_gettext("计划调整"),
    "roster": lazy_gettext("项目清单"),
    "fronts": lazy_gettext("各领域合计"),
    "milestone": lazy_gettext("节点"),
    "work": lazy_gettext("工作目标"),
    "rules": lazy_gettext("亮灯规则"),
    "snapshot": lazy_gettext("关闭时的数字"),
    "briefing": lazy_gettext("通报"),
    "account": lazy_gettext("账号"),
    "unit": lazy_gettext("单位"),
    "token": lazy_gettext("接口令牌"),
    "office": lazy_gettext("设置"),
}

#: Values that are whole yuan, or lists of them.
MONEY = frozenset(
    {
        "annual_plan",
        "completed",
        "completed_before_year",
        "month_completed",
        "months",
        "total_investment",
        "ytd_completed",
    }
)

FIELDS: dict[str, LazyString] = {
    "accepted": lazy_gettext("已审核"),
    "actual_start": lazy_gettext("实际开工"),
    "address": lazy_gettext("来源地址"),
    "annual_plan": lazy_gettext("年度计划投资"),
    "approved_on": lazy_gettext("批准日期"),
    "based_on": lazy_gettext("依据的计划版本"),
    "briefing": lazy_gettext("通报内容的哈希"),
    "category": lazy_pgettext("problem", "类别"),
    "changed": lazy_gettext("更新"),
    "changes": lazy_gettext("具体变化"),
    "code": lazy_gettext("编码"),
    "completed": lazy_gettext("完成投资"),
    "completed_before_year": lazy_gettext("至上年底累计完成投资"),
    "correction_reason": lazy_gettext("更正原因"),
    "counted": lazy_gettext("计入统计的版次"),
    "created": lazy_gettext("新增"),
    "deadline": lazy_gettext("报送期限"),
    "decision_reason": lazy_gettext("审批意见"),
    "disabled": lazy_gettext("停用"),
    "display_name": lazy_gettext("姓名"),
    "document_no": lazy_gettext("文号"),
    "effective_from": lazy_gettext("自何月起"),
    "explanation": lazy_gettext("情况说明"),
    "file": lazy_gettext("文件"),
    "file_name": lazy_gettext("文件名"),
    "files": lazy_gettext("佐证材料"),
    "fingerprint": lazy_gettext("指纹"),
    "front": lazy_gettext("领域"),
    "front_id": lazy_gettext("领域编号"),
    "help_needed": lazy_gettext("需协调事项"),
    "kind": lazy_gettext("类型"),
    "milestones": lazy_gettext("节点"),
    "month_completed": lazy_gettext("本月完成投资"),
    "months": lazy_gettext("各月计划"),
    "name": lazy_gettext("名称"),
    "next_intention": lazy_gettext("下月计划"),
    "number": lazy_gettext("版次"),
    "period": lazy_gettext("报告期"),
    "period_id": lazy_gettext("报告期编号"),
    "physical_progress": lazy_gettext("形象进度"),
    "plan_revision": lazy_gettext("计划版本"),
    "problem_text": lazy_gettext("存在问题"),
    "reason": lazy_gettext("原因"),
    "revision": lazy_gettext("版次"),
    "revoked": lazy_gettext("已吊销"),
    "role": lazy_gettext("角色"),
    "rules": lazy_gettext("亮灯规则"),
    "colour": lazy_gettext("颜色"),
    "grounds": lazy_gettext("督办事由"),
    "ladder": lazy_gettext("督办级别"),
    "notice_number": lazy_gettext("文号"),
    "reply_by": lazy_gettext("回复期限"),
    "agenda_item": lazy_gettext("议题"),
    "agenda_items": lazy_gettext("议程事项数"),
    "attendees": lazy_gettext("参会人员"),
    "chair": lazy_gettext("主持人"),
    "held_on": lazy_gettext("例会日期"),
    "minutes": lazy_gettext("会议记录"),
    "place": lazy_gettext("地点"),
    "title": lazy_gettext("标题"),
    "sha256": lazy_gettext("文件的哈希"),
    "size": lazy_gettext("大小"),
    "source": lazy_gettext("来源"),
    "state": lazy_gettext("状态"),
    "target_reached": lazy_gettext("目标完成情况"),
    "text": lazy_gettext("内容"),
    "total_investment": lazy_gettext("总投资"),
    "unit": lazy_gettext("单位"),
    "units": lazy_gettext("单位"),
    "until": lazy_gettext("截止"),
    "version": lazy_gettext("规则版本"),
    "ytd_completed": lazy_gettext("累计完成投资"),
    "city": lazy_gettext("城市名称"),
    "own_front": lazy_gettext("本办公室的领域"),
    "deadline_workday": lazy_gettext("报送期限（第几个工作日）"),
    "closed_out_in": lazy_gettext("销号月份"),
    "co_handlers": lazy_gettext("协办单位及期限"),
    "difficulty": lazy_gettext("难度"),
    "handler": lazy_gettext("主办单位"),
    "office_after_days": lazy_gettext("逾期几天后升级至督查室"),
    "leader_after_days": lazy_gettext("逾期几天后升级至领导"),
    "closing_workday": lazy_gettext("关闭日（第几个工作日）"),
    "instruction_workdays": lazy_gettext("批示的办理时限（几个工作日）"),
    "due_on": lazy_gettext("应完成日期"),
    "done_on": lazy_gettext("完成日期"),
    "target": lazy_gettext("目标"),
    "expires_at": lazy_gettext("有效期至"),
    "media_type": lazy_gettext("文件类型"),
    "failures": lazy_gettext("连续失败次数"),
    "known_device": lazy_gettext("曾用设备"),
    "object": lazy_gettext("对象"),
}

#: Values that have a word of their own.
_WORDED = frozenset({"state", "role", "category", "difficulty", "colour"})
#: Words of states and roles, wherever one stands as a value.
_VALUES: dict[str, LazyString] = {
    "raised": lazy_gettext("已提出"),
    "assigned": lazy_gettext("已交办"),
    "in_progress": lazy_gettext("办理中"),
    "resolved": lazy_gettext("已解决待销号"),
    "closed_out": lazy_gettext("已销号"),
    "action.open": lazy_gettext("办理中"),
    "action.done": lazy_gettext("已办结待销号"),
    "action.closed_out": lazy_gettext("已销号"),
    "meeting.planned": lazy_gettext("待召开"),
    "meeting.held": lazy_gettext("已召开"),
    "issued": lazy_gettext("已发出"),
    "replied": lazy_gettext("已回复待核实"),
    **{colour.value: words for colour, words in WORDS[NoticeColour].items()},
    "upcoming": lazy_gettext("未开始"),
    **{
        choice.value: words for kind in (ProblemCategory, Difficulty) for choice, words in WORDS[kind].items()
    },
    "open": lazy_gettext("填报中（暂定数）"),
    "closed": lazy_gettext("已关闭"),
    "submitted": lazy_gettext("已报送"),
    "returned": lazy_gettext("已退回"),
    "accepted": lazy_gettext("已审核"),
    "proposed": lazy_gettext("待批"),
    "approved": lazy_gettext("已批准"),
    "rejected": lazy_gettext("已退回"),
    "withdrawn": lazy_gettext("已撤回"),
    "reporter": lazy_gettext("填报员"),
    "office": lazy_gettext("督查室"),
    "leader": lazy_gettext("领导"),
    "administrator": lazy_gettext("管理员"),
}


#: What stands for nothing said.
_EMPTY: tuple[Any, ...] = (None, "", [])
_AND, _THEN, _COLON = lazy_gettext("、"), lazy_gettext("；"), lazy_gettext("：")
_YES, _NO, _WAN = lazy_gettext("是"), lazy_gettext("否"), lazy_pgettext("amount", "万元")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed, as it is shown; `before` is None where there was none before."""

    field: str
    before: str | None
    after: str


def action_word(action: str) -> str:
    """Return what was done; an action without a word here is told by its own name."""
    found = ACTIONS.get(action)
    return action if found is None else _said(found)


def changes_of(line: AuditLine) -> list[Change]:
    """Return the values that an entry changed, in the order in which they were written.

    What is new and empty is no news.
    """
    if line.withheld:
        return []
    return [
        Change(
            field_word(name),
            _shown(name, line.before[name]) if name in line.before else None,
            _shown(name, line.after[name]) if name in line.after else DASH,
        )
        for name in line.fields
        if name in line.before or line.after[name] not in _EMPTY
    ]


def field_word(name: str) -> str:
    """Return the name of a value; one without a word here is told by its own name."""
    found = FIELDS["milestones"] if name.startswith(MILESTONE) else FIELDS.get(name)
    return name if found is None else _said(found)


def change_text(line: AuditLine) -> str:
    """Return everything that an entry changed as one text, for a cell."""
    if line.withheld:
        names = _said(_AND).join(field_word(name) for name in line.fields)
        return str(gettext("变动了%(fields)s；涉及项目数字，内容不在此显示。", fields=names))
    return "\n".join(
        f"{change.field}{_said(_COLON)}"
        + (change.after if change.before is None else f"{change.before} → {change.after}")
        for change in changes_of(line)
    )


def _shown(name: str, value: Any) -> str:
    if value in _EMPTY:
        return DASH
    if isinstance(value, bool):
        return _said(_YES if value else _NO)
    several: list[Any] = value if isinstance(value, list) else [value]
    if name in MONEY and all(isinstance(one, int | str) for one in several):
        # Whole yuan, or the 万元 that were typed.
        amounts = (one if isinstance(one, str) else wan_grouped(one) for one in several)
        return f"{_said(_AND).join(amounts)} {_said(_WAN)}"
    if all(isinstance(one, str) for one in several):
        known = SOURCES if name == "source" else _VALUES if name in _WORDED else {}
        return _said(_THEN).join(_said(known[one]) if one in known else one for one in several)
    return json.dumps(value, ensure_ascii=False)


def _said(word: LazyString) -> str:
    """Return a word in the language of the page; an export asks for the same few a hundred thousand times."""
    known: dict[int, str] = g.setdefault("audit_words", {})
    found = known.get(id(word))
    if found is None:
        found = known[id(word)] = str(word)
    return found
