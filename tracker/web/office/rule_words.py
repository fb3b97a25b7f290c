"""Owns the words of the rules on pages: what each looks at, and at which bound it gives which light."""

from __future__ import annotations

from flask_babel import LazyString, gettext, lazy_gettext

from tracker.core.rule_checks import Preset
from tracker.core.rules import Basis, Rule, RuleKey, Threshold
from tracker.web.filters import DASH
from tracker.web.office.rule_form import bound_text

#: What each rule looks at.
SUBJECTS: dict[RuleKey, LazyString] = {
    RuleKey.BEHIND_SCHEDULE: lazy_gettext(
        "投资进度比序时进度：按比例看完成了序时的百分之几，按百分点看落后多少"
    ),
    RuleKey.LAGGING_AGAIN: lazy_gettext("连续低于序时进度的月数"),
    RuleKey.BELOW_CITYWIDE: lazy_gettext("投资进度低于本类项目全市平均进度的百分点"),
    RuleKey.START_OVERDUE: lazy_gettext("计划开工月份结束仍未开工的月数（计划当月计1个月）"),
    RuleKey.MILESTONE_OVERDUE: lazy_gettext("节点超过应完成日期的月数"),
    RuleKey.PROBLEM_OVERDUE: lazy_gettext("问题超过解决期限的月数"),
    RuleKey.REPORT_MISSING: lazy_gettext("截止后连续未报送月报的月数（不到界限亮灰灯）"),
}
PRESETS: dict[Preset, LazyString] = {
    Preset.BUILT_IN: lazy_gettext("内置的默认规则"),
    Preset.YINCHUAN: lazy_gettext("银川市：落后10至30个百分点亮黄灯，超过30个百分点亮红灯"),
    Preset.WUHAN: lazy_gettext("武汉市：低于序时的80%亮黄灯，低于60%亮红灯"),
}


#: How a bound reads, by basis and by whether it includes its own number.
_BOUNDS: dict[tuple[Basis, bool], LazyString] = {
    (Basis.RATIO, False): lazy_gettext("低于%(number)s%%"),
    (Basis.RATIO, True): lazy_gettext("不高于%(number)s%%"),
    (Basis.POINTS, False): lazy_gettext("超过%(number)s个百分点"),
    (Basis.POINTS, True): lazy_gettext("达到%(number)s个百分点"),
    (Basis.MONTHS, False): lazy_gettext("超过%(number)s个月"),
    (Basis.MONTHS, True): lazy_gettext("达到%(number)s个月"),
}


def bound_words(bound: Threshold | None, basis: Basis) -> str:
    """Return a bound in words, a dash where the colour is not given."""
    if bound is None:
        return DASH
    if basis is not Basis.RATIO and bound.value == 0 and not bound.inclusive:
        return str(gettext("一旦出现"))
    return str(_BOUNDS[basis, bound.inclusive]) % {"number": bound_text(bound, basis)}


def rule_words(rule: Rule) -> str:
    """Return a rule's bounds as one clause."""
    if not rule.enabled:
        return str(gettext("停用"))
    told = []
    if rule.yellow is not None:
        told.append(gettext("%(bound)s亮黄灯", bound=bound_words(rule.yellow, rule.basis)))
    if rule.red is not None:
        told.append(gettext("%(bound)s亮红灯", bound=bound_words(rule.red, rule.basis)))
    return str(gettext("，")).join(told) or str(gettext("不亮黄灯或红灯"))
