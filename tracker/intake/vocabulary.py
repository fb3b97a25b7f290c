"""Owns the vocabulary of headers: which words above a column mean which field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tracker.core.money import Unit
from tracker.intake.months import arabic_months
from tracker.intake.texts import key

_YEAR = r"(?:(?P<year>20\d\d)年?度?|本年度?|今年|当年|全年|年度?)"
_DONE = r"(?:(?:已?(?:实际)?完成|实际)(?:总?投资)?|投资(?:实际)?完成)(?:额|数|量|情况|金额)?"
_SINCE_JANUARY = r"(?:年初(?:以来|至今|起)|今年(?:以来|至今))"
_SUM = r"(?:额|数|规模|概算|金额)?"
_TO = r"[-至到~]"
_M = r"(?P<month>\d{1,2})月份?"
_FROM_JANUARY = rf"(?:1月?份?{_TO}{_M}|(?P<quarter>一季度|1季度|上半年|前三季度|1{_TO}3季度|前3季度))"
_PLANNED = r"(?:计划|安排|目标)"

#: Field -> patterns that a header must match from end to end, after `key` and with its unit taken off.
#: The first field whose pattern matches is taken, so the narrower meaning stands first.
_PATTERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("number", ("序号?", "no\\.?", "行号")),
    ("code", ("(?:(?:子|重点)?项目)?(?:编码|代码|编号|code)",)),
    ("front", ("(?:所属)?(?:领域|战线)(?:名称)?",)),
    ("programme", ("(?:所属|专项|重点|六大)?工程(?:名称|类别)?",)),
    ("key_no", ("(?:重点项目(?:\\(工作\\))?|重点工作|项目)序号",)),
    ("key_project", (r"(?:所属)?重点(?:项目|工作)(?:\(?(?:工作|项目)\)?|及工作|和工作|,工作)?(?:名称)?", r"项目\(工作\)(?:名称)?")),
    ("subproject", ("子项目?(?:名称)?", "(?:单体|具体)项目(?:名称)?")),
    ("name", ("(?:建设|工程)?项目(?:名称)?", "名称")),
    ("kind", ("类[型别]", "项目类[型别]", r"项目/工作(?:类型)?")),
    ("category", (r"(?:建设|项目)?性质(?:\(.*\))?", "建设(?:类别|类型)", r"续建/新[建开]工?(?:类)?")),
    ("district", ("(?:所[属在])?(?:板块|属地|辖市区|辖市,区|辖市/区|区域|辖区)(?:名称)?", "所在(?:地|区|辖市区)", "建设地点")),
    ("lead", ("(?:市级?)?牵头(?:责任)?(?:部门|单位)(?:名称)?", "主管部门")),
    ("lead_or_responsible", ("责任部门", "项目责任(?:单位|部门)")),
    ("responsible", ("责任(?:单位|主体)(?:名称)?",)),
    ("unit_name", ("单位(?:名称)?", "地区")),
    ("completed_before_year", (
        rf"(?:截?[至止]|截止到?|到)?(?:上年|去年|上年度|(?P<year>20\d\d)年?度?)[底末](?:前|止)?(?:累计|已)?{_DONE}",
        rf"(?:以前年度|上年度?末?|往年|历年)(?:累计)?{_DONE}",
    )),
    ("total_investment", (
        f"(?:项目|计划|工程|合同)?总投资{_SUM}", f"(?:计划)?投资总额|(?:总)?概算{_SUM}", "合同(?:总)?(?:金?额|价)", f"项目总投资{_SUM}",
        f"总投资计划{_SUM}",
    )),
    ("target_reached", ("(?:工作|年度|重点)*目标(?:任务)?(?:完成|进展|落实)情况",)),
    ("plan_cumulative", (rf"1月?{_TO}{_M}(?:累计)?(?:{_PLANNED}(?:累计)?(?:完成)?(?:投资)?{_SUM})?",)),
    ("plan_month", (rf"{_M}(?:{_PLANNED}(?:完成)?(?:投资)?{_SUM})?", rf"{_M}投资{_PLANNED}{_SUM}")),
    ("plan_this_month", (rf"[本当]月{_PLANNED}(?:完成)?(?:投资)?{_SUM}", rf"[本当]月投资{_PLANNED}{_SUM}")),
    ("annual_plan", (
        rf"{_YEAR}(?:度)?{_PLANNED}(?:完成)?(?:总?投资)?{_SUM}(?:任务)?", rf"{_YEAR}(?:完成)?投资(?:{_PLANNED}|任务)(?:任务)?{_SUM}",
        rf"(?:完成)?投资{_PLANNED}{_SUM}", rf"{_PLANNED}(?:完成)?(?:投资)?{_SUM}",
    )),
    ("month_completed", (
        rf"[本当](?:月|期){_DONE}", "[本当]月投资额?", rf"(?:{_YEAR})?{_M}(?:份)?(?:当月)?{_DONE}",
        rf"{_DONE}[(][本当]月[)]",
    )),
    ("since_start", (
        rf"(?:自|从|项目)?开(?:工|建)(?:以来|至今|起)(?:至今)?(?:累计)?(?:{_DONE})?", rf"(?:项目)?(?:历年|总)累计(?:{_DONE})?",
        rf"项目累计{_DONE}",
    )),
    ("ytd_completed", (
        rf"(?:{_YEAR})?(?:度)?(?:实际)?累计(?:{_DONE}|投资额?)", rf"{_YEAR}(?:度)?{_DONE}(?:累计)?",
        rf"[自从]?{_SINCE_JANUARY}(?:累计)?(?:{_DONE})?", rf"[自从]年初(?:累计(?:{_DONE})?|{_DONE})", rf"{_YEAR}累计(?:额|数)?",
        rf"{_DONE}[(](?:{_YEAR}|{_SINCE_JANUARY})?累计[)]",
        rf"(?:{_YEAR})?{_FROM_JANUARY}(?:累计)?{_DONE}(?:累计)?", rf"(?:{_YEAR})?{_FROM_JANUARY}累计(?:投资额?)?",
        rf"(?:{_YEAR})?(?:截?[至止])?{_M}[底末]?(?:累计|止)(?:{_DONE})?", rf"(?:{_YEAR})?截[至止]{_M}[底末]?{_DONE}",
    )),
    ("completed", (f"(?!投资完成情况){_DONE}",)),
    ("planned_start", (r"(?:计划|拟|预计)(?:开工|开建|新开工)(?:时间|年月|月份|日期|节点)?", "开工计划(?:时间)?")),
    ("actual_start", ("实际开工(?:时间|日期|年月|月份|情况)?", "是否(?:已)?开工", "已开工(?:时间|年月|月份)?", "开工情况")),
    ("start", ("开工(?:时间|日期|年月|月份)",)),
    ("physical_progress", (
        "(?:目前|当前|本月|工程|项目|建设)*形象进[度展](?:情况)?(?:\\(.*\\))?",
        "(?:目前|当前|本月|项目|工程|工作|推进|建设)*(?:进展|推进)(?:情况)?", "工作进度",
    )),
    ("problem_text", ("(?:目前|项目)?(?:存在|主要|突出)*的?(?:主要|突出)?(?:问题|困难)(?:(?:及|和|与|,)(?:问题|困难|原因))?",)),
    ("help_needed", ("(?:需|需要|提请|请求|建议)(?:要)?(?:市级?|市领导|上级|领导|部门)?(?:帮助)?(?:协调|解决|支持)+的?(?:解决)?的?(?:事项|问题|困难)?",)),
    ("next_intention", ("下(?:个)?(?:月|步|一步|阶段|一阶段)(?:的)?(?:工作|推进)*(?:计划|打算|安排|措施|目标|思路)+",)),
    ("explanation", ("(?:有关|异常)?情况的?说明",)),
    ("correction_reason", ("(?:补报|更正|补报及更正)(?:的)?(?:原因|理由|说明)",)),
    ("last_month_completed", ("上月(?:已|实际)?完成(?:投资)?(?:额)?",)),
    ("row_mark", ("核对码",)),
    ("count", ("(?:重点)?项目(?:总)?(?:数|数量|个数)", "个数", "数量")),
    ("progress", ("(?:年度|累计|计划)?(?:投资|完成)*(?:进度|率|比例)", "完成进度", f"{_YEAR}?计划完成[率比]例?")),
    ("note", ("备注", "说明")),
)  # fmt: skip

_COMPILED = tuple((field, re.compile(pattern)) for field, patterns in _PATTERNS for pattern in patterns)

#: A unit at the end of a header: "总投资(亿元)", "总投资/万元", "项目数(个)".
_HEADER_UNIT = re.compile(r"[(/,:](?:单位|金额)?:?(亿元|万元|元|个|项|%|百分点)\)?$|(亿元|万元)$")
_CAPTION_UNIT = re.compile(r"(?:金额|货币|投资)?单位[:]?(?:人民币)?(亿元|万元|元)|[(](亿元|万元|元)[)]$")
_MONEY_UNITS = {"元": Unit.YUAN, "万元": Unit.WAN, "亿元": Unit.YI}
#: Shares and ranks stand beside the amounts they were worked out from; they are never amounts.
_RATIO = re.compile(r"排名|位次|比重|占比|占.*比|同比|环比|增幅|增长|差距|名次|剩余")
_QUARTER_END = {
    "一季度": 3,
    "1季度": 3,
    "上半年": 6,
    "前三季度": 9,
    "1-3季度": 9,
    "1至3季度": 9,
    "1到3季度": 9,
    "前3季度": 9,
}

MONEY_FIELDS = frozenset(
    {
        "total_investment", "completed_before_year", "annual_plan", "plan_month", "plan_cumulative", "plan_this_month",
        "month_completed", "since_start", "ytd_completed",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says: the field, the unit of money in it, the year and the last month it names."""

    field: str
    unit: Unit | None = None
    year: int | None = None
    month: int | None = None


def split_unit(header: str) -> tuple[str, Unit | None]:
    """Return the key of a header without the unit at its end, and that unit where it is one of money."""
    word = key(header)
    if (found := _HEADER_UNIT.search(word)) and found.start() > 0:
        return word[: found.start()], _MONEY_UNITS.get(found[1] or found[2])
    return word, None


def is_ratio(header: str) -> bool:
    """Return whether a header names a share, a rank or what is left: nothing that is reported."""
    return bool(_RATIO.search(key(header)))


@lru_cache(maxsize=4096)
def meaning_of(header: str) -> Meaning | None:
    """Return what a header means, None when it is no word of ours."""
    if _CAPTION_UNIT.match(key(header)):
        return None
    word, unit = split_unit(header)
    word = arabic_months(word)
    if not word or len(word) > 40 or _RATIO.search(word):
        return None
    for field, pattern in _COMPILED:
        if match := pattern.fullmatch(word):
            return _meaning(field, unit, match)
    return None


def _meaning(field: str, unit: Unit | None, match: re.Match[str]) -> Meaning | None:
    named = match.groupdict()
    month = int(named["month"]) if named.get("month") else _QUARTER_END.get(named.get("quarter") or "")
    if month is not None and not 1 <= month <= 12:
        return None
    return Meaning(field, unit, int(named["year"]) if named.get("year") else None, month)


@lru_cache(maxsize=4096)
def caption_unit(text: str) -> Unit | None:
    """Return the unit that a caption such as "单位：亿元" sets for the table below it."""
    match = _CAPTION_UNIT.search(key(text))
    return _MONEY_UNITS[match[1] or match[2]] if match else None
