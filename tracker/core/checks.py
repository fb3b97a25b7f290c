"""Owns the checks of a report while it is typed: what is impossible, and what must be explained.

Impossible input is refused at its field; suspicious input is taken once it is explained, and the explanation
travels with it (domain.md, "The month" 2). Amounts are whole yuan throughout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.accumulation import Contradiction, Running, Statement, contradictions
from tracker.core.cohorts import Category
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH, TEXTS, Said, field_name

#: An explanation or a reason of fewer characters explains nothing.
LEAST_WORDS = 5
#: So many times the largest month so far looks like a slip of the unit of money.
UNLIKE_TIMES = 10
#: Words of physical progress that do not go together with a month without any investment.
BUSY_WORDS = ("在建", "施工", "建设中", "推进中", "浇筑", "吊装", "开挖", "封顶", "安装", "装修", "打桩")
#: What stands before such a word, or behind it, and says that the work is not going on (yet): "尚未进场施工", "施工许可".
_DENIED = re.compile(r"(?:未|停止|暂停|暂缓|没有|无法|不能)[^，。；、,;\s]{0,4}$")
_NO_WORK = "许可|图|招标|投标|合同|单位|方案|手续|准备|条件|暂停|停止|尚未|未开始"
_BUSY = re.compile(f"(?:{'|'.join(BUSY_WORDS)})(?!{_NO_WORK})")


class Weight(StrEnum):
    """What a finding asks for: another input, or an explanation."""

    REFUSE = "refuse"
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding at a field: what it is and how to mend it, both Chinese clauses without a full stop."""

    field: str
    weight: Weight
    what: str
    mend: str = ""
    read: str | None = None


@dataclass(frozen=True, slots=True)
class LastMonth:
    """What the counted report of the month before said."""

    physical_progress: str = ""
    next_intention: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a line or work before the report: its plan, its other months and its milestones.

    `before` is the year up to the month before, `after` the statements of later months, `best_month` the
    largest month so far; `started` whether a start was reported for an earlier month, or `start_reported`
    earlier for this one. `total_left` is what the total investment has left at the beginning of the year.
    `milestones` maps ids to due days. `today` is the day on which the report is made.
    """

    period: Period
    work: bool
    today: date
    category: Category | None = None
    annual_plan: int | None = None
    before: Running | None = None
    after: tuple[Statement, ...] = ()
    best_month: int = 0
    started: bool = False
    total_left: int | None = None
    last_month: LastMonth | None = None
    milestones: tuple[tuple[int, date], ...] = ()
    closed: bool = False

    @property
    def total_before(self) -> int:
        """Return the year to date up to the month before."""
        return self.before.total if self.before else 0


def check(said: Said, known: Known) -> tuple[Finding, ...]:
    """Return every finding about a report, in the order of the form.

    Where something must be explained and no explanation is given, its absence is a refusal of its own.
    """
    found = [*_texts(said), *_milestones(said, known)]
    if known.work:
        found += _work(said)
    else:
        found += [*_money(said, known), *_start(said, known)]
    found += _doubts(said, known)
    doubted = any(finding.weight is Weight.EXPLAIN for finding in found)
    if doubted and len(said.explanation.strip()) < LEAST_WORDS:
        found.append(
            Finding(
                "explanation",
                Weight.REFUSE,
                "有需要说明的情况",
                f"请在情况说明里写明原因（至少{LEAST_WORDS}个字）",
            )
        )
    if known.closed and len(said.correction_reason.strip()) < LEAST_WORDS:
        found.append(
            Finding(
                "correction_reason",
                Weight.REFUSE,
                "本月已关闭，补报或更正须写明原因",
                f"请写更正原因（至少{LEAST_WORDS}个字）",
            )
        )
    return tuple(found)


def doubts_of(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return the sentences that the explanation answers."""
    return tuple(finding.what for finding in findings if finding.weight is Weight.EXPLAIN)


def refusals_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that refuse the report."""
    return tuple(finding for finding in findings if finding.weight is Weight.REFUSE)


def _texts(said: Said) -> Iterator[Finding]:
    for name in TEXTS:
        length = len(getattr(said, name))
        if length > TEXT_LENGTH:
            what = f"{field_name(name)}有 {length} 个字，最多 {TEXT_LENGTH} 个字"
            yield Finding(name, Weight.REFUSE, what, "请写得简短些，详细材料可作为佐证上传")
    if said.help_needed and not said.problem_text:
        yield Finding(
            "problem_text", Weight.REFUSE, "填了需协调事项，但没有填存在问题", "请先写明存在什么问题"
        )


def _milestones(said: Said, known: Known) -> Iterator[Finding]:
    due = dict(known.milestones)
    latest = min(known.today, known.period.last_day)
    for milestone, day in said.milestones:
        field = f"milestone_{milestone}"
        if milestone not in due:
            yield Finding(field, Weight.REFUSE, "这里没有这个节点", "请刷新页面或重新下载填报表后再填")
        elif day > latest:
            what = f"节点完成日期 {day.isoformat()} 晚于 {latest.isoformat()}"
            yield Finding(field, Weight.REFUSE, what, "只填本报告期内已经完成的节点", day.isoformat())
        elif day.year < known.period.year - 5:
            yield Finding(
                field, Weight.REFUSE, f"节点完成日期 {day.isoformat()} 过早", "请核对年份", day.isoformat()
            )


def _work(said: Said) -> Iterator[Finding]:
    for name in ("month_completed", "ytd_completed"):
        if getattr(said, name):
            yield Finding(
                name, Weight.REFUSE, "这是一项工作，没有投资额", "请删去金额，填写目标完成情况或形象进度"
            )
    if said.actual_start is not None:
        yield Finding("actual_start", Weight.REFUSE, "这是一项工作，没有开工时间", "请删去实际开工")
    if not (said.target_reached or said.physical_progress or said.milestones):
        yield Finding(
            "target_reached", Weight.REFUSE, "什么也没有填", "请填写目标完成情况、形象进度或完成的节点"
        )


def _money(said: Said, known: Known) -> Iterator[Finding]:
    if not said.has_money:
        yield Finding("month_completed", Weight.REFUSE, "没有填完成投资", "没有投资的请填 0")
        return
    for name in ("month_completed", "ytd_completed"):
        amount = getattr(said, name)
        if amount is not None and amount < 0:
            yield Finding(
                name, Weight.REFUSE, "金额不能是负数", "要冲减以前的数，请更正以前月份", wan_grouped(amount)
            )
    month = known.period.month
    mine: Statement = (month, said.month_completed, said.ytd_completed)
    for wrong in contradictions((mine, *known.after), known.before):
        if wrong.month == month:
            yield _contradiction(said, wrong)
        else:
            what = (
                f"{wrong.month}月已报累计 {wan_grouped(wrong.stated)} 万元，"
                f"与本次之后应为的 {wan_grouped(wrong.expected)} 万元不符"
            )
            yield Finding("month_completed", Weight.EXPLAIN, what, f"请说明，并一并更正{wrong.month}月")


def _contradiction(said: Said, wrong: Contradiction) -> Finding:
    stated, expected = wan_grouped(wrong.stated), wan_grouped(wrong.expected)
    if wrong.falls and said.month_completed is None:
        what = f"累计完成投资 {stated} 万元，低于此前已报累计 {expected} 万元"
        return Finding("ytd_completed", Weight.EXPLAIN, what, "累计一般不减少；确需冲减的请说明原因")
    what = f"累计完成投资 {stated} 万元，与各月之和 {expected} 万元不符"
    return Finding("ytd_completed", Weight.REFUSE, what, "请核对本月完成投资和累计完成投资，或只填其中一项")


def _start(said: Said, known: Known) -> Iterator[Finding]:
    start = said.actual_start
    if start is None:
        return
    if start > known.period:
        what = f"实际开工 {start} 晚于报告期 {known.period}"
        yield Finding("actual_start", Weight.REFUSE, what, "还没有开工的请留空", str(start))
    elif known.category is Category.NEW and start.year < known.period.year:
        what = f"新建项目的实际开工早于{known.period.year}年"
        yield Finding(
            "actual_start", Weight.REFUSE, what, "上年已开工的项目应列为续建，请联系督查室", str(start)
        )


def _doubts(said: Said, known: Known) -> Iterator[Finding]:
    if not known.work:
        yield from _amount_doubts(said, known)
    last = known.last_month
    if last is None:
        return
    for name in ("physical_progress", "next_intention"):
        text = getattr(said, name)
        if text and text == getattr(last, name):
            what = f"{field_name(name)}与上月一字不差"
            yield Finding(name, Weight.EXPLAIN, what, "请按本月情况填写；确无变化的请说明")


def _amount_doubts(said: Said, known: Known) -> Iterator[Finding]:
    before = known.total_before
    amount = said.month_completed
    if amount is None:
        amount = None if said.ytd_completed is None else said.ytd_completed - before
    if amount is None or amount < 0:
        return
    if amount > 0:
        yield from _large(said, known, amount)
        if known.category is Category.NEW and not known.started and said.actual_start is None:
            what = "新建项目已有完成投资，但没有实际开工时间，按未开工统计"
            yield Finding("actual_start", Weight.EXPLAIN, what, "已开工的请填写实际开工")
    elif _busy(said.physical_progress):
        what = "本月完成投资为 0，但形象进度写的是正在施工"
        yield Finding("month_completed", Weight.EXPLAIN, what, "请核对金额；确无投资的请说明")


def _busy(progress: str) -> bool:
    """Return whether the words say that work is going on."""
    return any(not _DENIED.search(progress[: found.start()]) for found in _BUSY.finditer(progress))


def _large(said: Said, known: Known, amount: int) -> Iterator[Finding]:
    before, plan = known.total_before, known.annual_plan
    field = "month_completed" if said.month_completed is not None else "ytd_completed"
    if plan is not None and amount > max(plan - before, 0):
        left = wan_grouped(max(plan - before, 0))
        what = f"本月完成投资 {wan_grouped(amount)} 万元，超过年度计划剩余的 {left} 万元"
        yield Finding(field, Weight.EXPLAIN, what, "请核对金额和单位（万元）")
    if known.total_left is not None and before + amount > known.total_left:
        what = "自开工以来的累计完成投资超过总投资"
        yield Finding(field, Weight.EXPLAIN, what, "请核对金额；总投资有变化的请联系督查室")
    # Of one month before, the same amount is likely; of several, it is likely their sum.
    if amount == before > known.best_month and said.month_completed is not None:
        what = f"本月完成投资与此前累计相同，都是 {wan_grouped(amount)} 万元"
        yield Finding(field, Weight.EXPLAIN, what, "请核对是否把累计数填到了本月")
    if known.best_month and amount >= UNLIKE_TIMES * known.best_month:
        what = f"本月完成投资是此前单月最高 {wan_grouped(known.best_month)} 万元的 {amount // known.best_month} 倍"
        yield Finding(field, Weight.EXPLAIN, what, "请核对单位是否为万元")
