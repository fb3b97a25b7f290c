"""Owns how the fields of a report are called on the departments' pages, and what is said about filling them."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import LazyString, lazy_gettext

from tracker.core.said import MILESTONE
from tracker.services.owed import MilestoneInfo

LABELS: dict[str, LazyString] = {
    "month_completed": lazy_gettext("本月完成投资"),
    "ytd_completed": lazy_gettext("累计完成投资"),
    "actual_start": lazy_gettext("实际开工"),
    "target_reached": lazy_gettext("目标完成情况"),
    "physical_progress": lazy_gettext("形象进度"),
    "problem_text": lazy_gettext("存在问题"),
    "help_needed": lazy_gettext("需协调事项"),
    "next_intention": lazy_gettext("下月计划"),
    "explanation": lazy_gettext("情况说明"),
    "correction_reason": lazy_gettext("更正原因"),
}
HINTS: dict[str, LazyString] = {
    "month_completed": lazy_gettext("没有投资的填 0"),
    "ytd_completed": lazy_gettext("不填则自动累计"),
    "actual_start": lazy_gettext("写成 2023-02 的样子；还没有开工的留空"),
    "target_reached": lazy_gettext("对照目标，本月完成了什么"),
    "physical_progress": lazy_gettext("本月施工或推进到什么程度"),
    "problem_text": lazy_gettext("没有问题的留空；填写后列入问题清单"),
    "help_needed": lazy_gettext("需要哪个单位、协调什么"),
    "next_intention": lazy_gettext("下月要完成的工作"),
    "explanation": lazy_gettext("有异常的数字在这里说明原因，说明随月报一起送审"),
    "correction_reason": lazy_gettext("为什么更正，随更正一起送督查室审核"),
}


def label_of(field: str, milestones: Iterable[MilestoneInfo] = ()) -> str:
    """Return the name of a field; a milestone's day is called by the milestone."""
    if field.startswith(MILESTONE):
        names = {f"{MILESTONE}{step.id}": step.name for step in milestones}
        return names.get(field, str(lazy_gettext("节点")))
    return str(LABELS[field])
