"""Builds briefings to write: the reference month, a month with everything odd in it, and the empty ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from random import Random

from tests.reference import RULES, month_facts, quarter
from tracker.core.briefing import Briefing, Check, Correction, PlanChange, ProblemEntry, checks_of
from tracker.core.figures import MonthFigures, MonthSummary, PeriodState
from tracker.core.lights import Light
from tracker.core.lines import Line
from tracker.core.month import month_figures
from tracker.core.periods import Period
from tracker.core.rules import RuleSet

CUT_OFF = date(2023, 4, 6)

#: Names that a spreadsheet would take for a formula, a link, a rule or a control character.
HOSTILE = (
    "=1+1",
    "+SUM(A1)",
    "@x",
    "-5",
    "x*y?~",
    "https://x.example",
    "a\x00b\x0b_x0041_",
    "\ud800坏",
    "'单引号",
)


def briefing(figures: MonthFigures, previous: MonthSummary | None = None) -> Briefing:
    """Return a plain briefing of `figures`."""
    return Briefing(
        figures=figures,
        previous=previous,
        rules=RULES,
        cut_off=CUT_OFF,
        fingerprint="a3f1" * 16,
        office="市政府督查室",
        checks=checks_of(figures),
    )


@cache
def reference() -> Briefing:
    """Return the briefing of the reference month."""
    months = quarter()
    return briefing(months[2], months[1].summary)


def odd_lines() -> list[Line]:
    """Return the reference lines with odd amounts, gaps, exemptions and names; the same ones every time."""
    draw = Random(3)
    found = []
    for number, line in enumerate(month_facts(3).lines):
        plan = draw.choice([line.annual_plan, line.annual_plan + draw.randrange(9_999), 70_001, 12_345])
        plan = 0 if number % 17 == 3 else plan
        statements: tuple[tuple[int, int | None, int | None], ...] = tuple(
            (month, draw.choice([0, draw.randrange(plan // 4 + 1)]), None) for month in (1, 2, 3)
        )
        late: bool | None = number % 13 == 5
        if number % 7 == 1:
            statements, late = statements[:2], None
        elif number % 7 == 2:
            statements = ((3, None, plan // 3),)
        elif number % 11 == 4 or number % 19 == 6:
            statements, late = (), None
        hostile = HOSTILE[number] if number < len(HOSTILE) else ""
        found.append(
            replace(
                line,
                name=hostile or line.name,
                programme={0: "=工程", 1: "A*", 2: "a*", 3: "工程>5", 4: ""}.get(number % 9, line.programme),
                district="" if number == 9 else line.district,
                annual_plan=plan,
                monthly_plan=None if number % 3 == 0 else (plan // 12,) * 12,
                original_annual_plan=plan + (10_000 if number % 10 == 0 else 0),
                plan_revision=2 if number % 10 == 0 else 1,
                planned_start=None if number == 1 else line.planned_start,
                statements=statements,
                submitted_late=late,
                due=number % 19 != 6,
                exempt_reason="=停建，经同意免报" if number % 11 == 4 else "",
                responsible=("市发改委", "=HYPERLINK(1)") if number % 2 else (),
            )
        )
    return found


@cache
def odd() -> Briefing:
    """Return a briefing that has something of everything."""
    facts = replace(month_facts(3), lines=odd_lines(), programmes=("空工程",))
    plain = briefing(month_figures(facts), quarter()[1].summary)
    line = plain.figures.lines[5].line
    return replace(
        plain,
        rules=RuleSet(3, Period(2023, 2), RULES.rules),
        corrections=(
            Correction(
                Period(2023, 2), line.code, line.name, line.lead, 12_345_678, 12_000_000, "=重复计算", CUT_OFF
            ),
            Correction(Period(2023, 2), "W-1", "人才政策", line.lead, None, None, "漏报一项", CUT_OFF),
        ),
        plan_changes=(
            PlanChange(
                line.code, "=cmd()", line.lead, 2, Period(2023, 3), CUT_OFF, "常政办发〔2023〕15号",
                100_000_000, 80_000_001, Light.RED, Light.GREEN,
            ),
            PlanChange(
                "X2", "乙", line.lead, 3, Period(2023, 3), None, "", 100_000_000, 80_000_000, Light.RED, Light.YELLOW
            ),
        ),
        problems=(
            ProblemEntry("C", "丁", "戊", "短", "", (), Period(2023, 3), None, "待协办", False),
            ProblemEntry(
                line.code, line.name, line.lead, "-用地指标尚未落实，三户未签约；" * 9, "@请协调", ("市资规局",),
                Period(2023, 2), date(2023, 3, 15), "协办中", True,
            ),
        ),
        checks=(*plain.checks, Check("假的核对", False, "1≠2")),
        notes=("=本月有一条备注",),
    )  # fmt: skip


@cache
def without_lines() -> Briefing:
    """Return a first month in which nothing is known yet, not even another front."""
    facts = replace(month_facts(1), lines=[], front_totals=[], programmes=(), departments=(), districts=())
    return replace(briefing(month_figures(facts)), checks=())


@cache
def december() -> Briefing:
    """Return a closed December of a front of another name, alone, with one line that has no plan."""
    lines = [
        replace(
            line,
            front="“Q&A”现代化",
            annual_plan=0 if number == 0 else line.annual_plan,
            monthly_plan=None,
            district="唯一的板块",
        )
        for number, line in enumerate(month_facts(3).lines[:9])
    ]
    facts = replace(
        month_facts(3),
        period=Period(2023, 12),
        state=PeriodState.CLOSED,
        front="“Q&A”现代化",
        lines=lines,
        front_totals=[],
        programmes=(),
        departments=(),
        districts=(),
    )
    return briefing(month_figures(facts))


@cache
def nothing_reported() -> Briefing:
    """Return a month after its deadline without any report."""
    lines = [
        replace(line, statements=(), submitted_late=None, actual_start=None) for line in month_facts(2).lines
    ]
    return briefing(month_figures(replace(month_facts(2), lines=lines)))


@cache
def many(count: int) -> Briefing:
    """Return a month of `count` lines led by many units."""
    base = month_facts(3).lines
    lines = [
        replace(
            base[i % 70], id=i, code=f"{base[i % 70].code}-{i}", lead=f"单位{i % 80}", lead_is_district=False
        )
        for i in range(count)
    ]
    return briefing(month_figures(replace(month_facts(3), lines=lines)))


SAMPLES = {
    "reference": reference,
    "odd": odd,
    "without_lines": without_lines,
    "december": december,
    "nothing_reported": nothing_reported,
}
