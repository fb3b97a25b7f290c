"""Owns the words that pages show for the domain's values, official terms as in the glossary."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from tracker.core.agenda import AgendaPart
from tracker.core.cohorts import Category, Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.deadlines import Escalation
from tracker.core.figures import PeriodState
from tracker.core.flag_list import Evolution
from tracker.core.levers import Goal, Standing
from tracker.core.lights import Light
from tracker.core.notice_ladder import Cause, NoticeColour
from tracker.core.rules import Basis, RuleKey
from tracker.services import finding
from tracker.services.action_list import ActionGroup
from tracker.services.actions import ActionSource
from tracker.services.narrowing import Handed, Start, Turned
from tracker.services.notice_list import NoticeGroup
from tracker.services.overview import GroupKind
from tracker.services.problem_list import ProblemGroup
from tracker.services.review_queue import Only
from tracker.services.to_do import ToDoKind
from tracker.store.accounts import Role
from tracker.store.meetings import ActionState, MeetingState
from tracker.store.notices import NoticeState
from tracker.store.plans import ProposalState
from tracker.store.problems import Difficulty, ProblemCategory, ProblemState
from tracker.store.reports import ReportState
from tracker.web.departments.stages import Group, Stage

#: Keyed by type first: members of different enumerations can be equal texts.
WORDS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    Light: {
        Light.RED: lazy_gettext("红灯"),
        Light.YELLOW: lazy_gettext("黄灯"),
        Light.GREEN: lazy_gettext("绿灯"),
        Light.GREY: lazy_gettext("灰灯"),
    },
    Evolution: {
        Evolution.NEW_RED: lazy_gettext("新增红灯"),
        Evolution.STILL_RED: lazy_gettext("仍为红灯"),
        Evolution.NEW_YELLOW: lazy_gettext("新增黄灯"),
        Evolution.STILL_YELLOW: lazy_gettext("仍为黄灯"),
        Evolution.EASED: lazy_gettext("红灯转黄灯"),
        Evolution.RECOVERED: lazy_gettext("恢复绿灯"),
        Evolution.SILENT: lazy_gettext("亮灯后尚无月报"),
        Evolution.UNLIT: lazy_gettext("未亮灯"),
    },
    RuleKey: {
        RuleKey.BEHIND_SCHEDULE: lazy_gettext("低于序时进度"),
        RuleKey.LAGGING_AGAIN: lazy_gettext("连续低于序时"),
        RuleKey.BELOW_CITYWIDE: lazy_gettext("低于全市平均"),
        RuleKey.START_OVERDUE: lazy_gettext("应开未开"),
        RuleKey.MILESTONE_OVERDUE: lazy_gettext("节点逾期"),
        RuleKey.PROBLEM_OVERDUE: lazy_gettext("问题逾期"),
        RuleKey.REPORT_MISSING: lazy_gettext("未报送月报"),
    },
    Basis: {
        Basis.RATIO: lazy_gettext("按完成比例"),
        Basis.POINTS: lazy_gettext("按百分点"),
        Basis.MONTHS: lazy_gettext("按月数"),
    },
    Cohort: {
        Cohort.CONTINUING: lazy_gettext("续建项目"),
        Cohort.NEWLY_STARTED: lazy_gettext("新开工项目"),
        Cohort.NEW: lazy_gettext("未开工新建项目"),
    },
    Goal: {
        Goal.CITYWIDE: lazy_gettext("高出全市平均进度"),
        Goal.NEXT_FRONT: lazy_gettext("超过前一位领域"),
        Goal.SCHEDULE: lazy_gettext("达到序时进度"),
    },
    Standing: {
        Standing.NO_PLAN: lazy_gettext("没有年度计划投资"),
        Standing.NO_FRONTS: lazy_gettext("没有其他领域可比"),
        Standing.REACHED: lazy_gettext("已达到"),
        Standing.WITHIN_REACH: lazy_gettext("补齐可达到"),
        Standing.OUT_OF_REACH: lazy_gettext("全部补齐仍达不到"),
    },
    Category: {
        Category.CONTINUING: lazy_gettext("续建"),
        Category.NEW: lazy_gettext("新建"),
        Category.PREPARATORY: lazy_gettext("预备"),
    },
    ReportStatus: {
        ReportStatus.ON_TIME: lazy_gettext("按时"),
        ReportStatus.LATE: lazy_gettext("逾期"),
        ReportStatus.MISSING: lazy_gettext("未报"),
        ReportStatus.PENDING: lazy_gettext("待报"),
        ReportStatus.EXEMPT: lazy_gettext("免报"),
        ReportStatus.NOT_DUE: lazy_gettext("不需报"),
    },
    finding.Group: {
        finding.Group.LINES: lazy_gettext("子项目"),
        finding.Group.WORKS: lazy_gettext("重点工作"),
        finding.Group.KEY_PROJECTS: lazy_gettext("重点项目"),
        finding.Group.UNITS: lazy_gettext("单位"),
        finding.Group.PROBLEMS: lazy_gettext("问题"),
        finding.Group.NOTICES: lazy_gettext("督办单"),
    },
    GroupKind: {
        GroupKind.PROGRAMME: lazy_gettext("工程"),
        GroupKind.DEPARTMENT: lazy_gettext("部门"),
        GroupKind.DISTRICT: lazy_gettext("板块"),
    },
    Handed: {
        Handed.DUE: lazy_gettext("应报"),
        Handed.REPORTED: lazy_gettext("已报"),
        Handed.ON_TIME: lazy_gettext("按时"),
        Handed.LATE: lazy_gettext("逾期"),
        Handed.MISSING: lazy_gettext("未报"),
        Handed.PENDING: lazy_gettext("待报"),
        Handed.EXEMPT: lazy_gettext("免报"),
        Handed.NOT_DUE: lazy_gettext("不需报"),
    },
    Start: {
        Start.ALL: lazy_gettext("新建项目"),
        Start.DUE: lazy_gettext("应开工"),
        Start.STARTED: lazy_gettext("已开工"),
        Start.OVERDUE: lazy_gettext("应开未开"),
    },
    Turned: {
        Turned.WORSE: lazy_gettext("新亮或加重"),
        Turned.BETTER: lazy_gettext("恢复或减轻"),
    },
    Only: {
        Only.DOUBTS: lazy_gettext("有疑点"),
        Only.LATE: lazy_gettext("逾期"),
        Only.MENDED: lazy_gettext("退回后重报"),
        Only.CLEAN: lazy_gettext("无疑点"),
    },
    PeriodState: {
        PeriodState.UPCOMING: lazy_gettext("未开始"),
        PeriodState.OPEN: lazy_gettext("填报中（暂定数）"),
        PeriodState.CLOSED: lazy_gettext("已关闭"),
    },
    ReportState: {
        ReportState.SUBMITTED: lazy_gettext("已报送"),
        ReportState.RETURNED: lazy_gettext("已退回"),
        ReportState.ACCEPTED: lazy_gettext("已审核"),
    },
    Stage: {
        Stage.BLANK: lazy_gettext("未填"),
        Stage.DRAFT: lazy_gettext("草稿"),
        Stage.SUBMITTED: lazy_gettext("已报送"),
        Stage.RETURNED: lazy_gettext("已退回"),
        Stage.ACCEPTED: lazy_gettext("已审核"),
        Stage.EXEMPT: lazy_gettext("免报"),
        Stage.NOT_DUE: lazy_gettext("不需报"),
    },
    Group: {
        Group.RETURNED: lazy_gettext("退回待改"),
        Group.WAITING: lazy_gettext("待填报"),
        Group.DRAFTS: lazy_gettext("草稿，尚未报送"),
        Group.DONE: lazy_gettext("已报送"),
        Group.NOT_OWED: lazy_gettext("本月不用报"),
    },
    Cause: {
        Cause.RED_LIGHT: lazy_gettext("连续亮红灯"),
        Cause.FLAGGED: lazy_gettext("连续亮黄灯或红灯"),
        Cause.REPORT_MISSING: lazy_gettext("连续未报送月报"),
        Cause.PROBLEM_OVERDUE: lazy_gettext("问题逾期未销号"),
        Cause.MILESTONE_OVERDUE: lazy_gettext("重点工作节点逾期"),
        Cause.NOTICE_OVERDUE: lazy_gettext("上一级督办单逾期未回复"),
    },
    NoticeColour: {
        NoticeColour.BLUE: lazy_gettext("蓝色督办"),
        NoticeColour.YELLOW: lazy_gettext("黄色督办"),
        NoticeColour.RED: lazy_gettext("红色督办"),
    },
    NoticeGroup: {
        NoticeGroup.OPEN: lazy_gettext("未销号的督办单"),
        NoticeGroup.SETTLED: lazy_gettext("已办结的督办单"),
    },
    NoticeState: {
        NoticeState.ISSUED: lazy_gettext("已发出"),
        NoticeState.REPLIED: lazy_gettext("已回复待核实"),
        NoticeState.CLOSED_OUT: lazy_gettext("已销号"),
        NoticeState.WITHDRAWN: lazy_gettext("已撤回"),
    },
    ProposalState: {
        ProposalState.PROPOSED: lazy_gettext("待批"),
        ProposalState.APPROVED: lazy_gettext("已批准"),
        ProposalState.REJECTED: lazy_gettext("已退回"),
        ProposalState.WITHDRAWN: lazy_gettext("已撤回"),
    },
    ProblemState: {
        ProblemState.RAISED: lazy_gettext("已提出"),
        ProblemState.ASSIGNED: lazy_gettext("已交办"),
        ProblemState.IN_PROGRESS: lazy_gettext("办理中"),
        ProblemState.RESOLVED: lazy_gettext("已解决待销号"),
        ProblemState.CLOSED_OUT: lazy_gettext("已销号"),
    },
    ProblemGroup: {
        ProblemGroup.NEW: lazy_gettext("新提出"),
        ProblemGroup.HANDLING: lazy_gettext("办理中的问题"),
        ProblemGroup.CLOSED_OUT: lazy_gettext("已销号"),
    },
    ProblemCategory: {
        ProblemCategory.LAND: lazy_gettext("用地"),
        ProblemCategory.APPROVAL: lazy_gettext("审批"),
        ProblemCategory.FUNDING: lazy_gettext("资金"),
        ProblemCategory.DEMOLITION: lazy_gettext("征收拆迁"),
        ProblemCategory.CONSTRUCTION: lazy_gettext("施工组织"),
        ProblemCategory.UTILITIES: lazy_gettext("水电气等配套"),
        ProblemCategory.OTHER: lazy_gettext("其他"),
    },
    Difficulty: {
        Difficulty.UNIT: lazy_gettext("单位可自行解决"),
        Difficulty.SEVERAL_UNITS: lazy_gettext("需多单位协同"),
        Difficulty.CITY: lazy_gettext("需市级决策"),
    },
    Escalation: {
        Escalation.NONE: lazy_gettext("未逾期"),
        Escalation.UNIT: lazy_gettext("责任单位"),
        Escalation.OFFICE: lazy_gettext("督查室"),
        Escalation.LEADER: lazy_gettext("领导"),
    },
    MeetingState: {
        MeetingState.PLANNED: lazy_gettext("待召开"),
        MeetingState.HELD: lazy_gettext("已召开"),
    },
    ActionState: {
        ActionState.OPEN: lazy_gettext("办理中"),
        ActionState.DONE: lazy_gettext("已办结待销号"),
        ActionState.CLOSED_OUT: lazy_gettext("已销号"),
    },
    ActionGroup: {
        ActionGroup.WAITING: lazy_gettext("未销号"),
        ActionGroup.OPEN: lazy_gettext("办理中"),
        ActionGroup.DONE: lazy_gettext("已办结待销号"),
        ActionGroup.CLOSED_OUT: lazy_gettext("已销号"),
    },
    ActionSource: {
        ActionSource.MEETING: lazy_gettext("例会议定"),
        ActionSource.INSTRUCTION: lazy_gettext("领导批示"),
    },
    AgendaPart: {
        AgendaPart.ACTIONS: lazy_gettext("以前例会议定事项落实情况"),
        AgendaPart.INSTRUCTIONS: lazy_gettext("领导批示落实情况"),
        AgendaPart.RED_LIGHTS: lazy_gettext("红灯项目"),
        AgendaPart.PROBLEMS: lazy_gettext("未销号的问题"),
        AgendaPart.NOTICES: lazy_gettext("未销号的督办单"),
        AgendaPart.ADDED: lazy_gettext("其他议题"),
    },
    ToDoKind: {
        ToDoKind.SOLVE_PROBLEM: lazy_gettext("主办的问题"),
        ToDoKind.HELP_PROBLEM: lazy_gettext("协办的问题"),
        ToDoKind.ANSWER_NOTICE: lazy_gettext("待回复的督办单"),
        ToDoKind.DO_ACTION: lazy_gettext("承办的督办事项"),
        ToDoKind.ASSIGN_PROBLEM: lazy_gettext("待交办的问题"),
        ToDoKind.VERIFY_PROBLEM: lazy_gettext("待销号的问题"),
        ToDoKind.VERIFY_NOTICE: lazy_gettext("待核实的督办单"),
        ToDoKind.VERIFY_ACTION: lazy_gettext("待销号的督办事项"),
    },
    Role: {
        Role.REPORTER: lazy_gettext("填报员"),
        Role.OFFICE: lazy_gettext("督查室"),
        Role.LEADER: lazy_gettext("领导"),
        Role.ADMINISTRATOR: lazy_gettext("管理员"),
    },
}

#: Where a report came from, as it is stored; anything else that is stored is a file's name.
SOURCES: dict[str, LazyString] = {
    "网页表单": lazy_gettext("网页表单"),
    "网页表格": lazy_gettext("网页表格"),
    "接口": lazy_gettext("接口"),
}


def word(value: StrEnum) -> LazyString:
    """Return the word for a value of the domain in the page's language."""
    return WORDS[type(value)][value]
