"""Owns 说明: what the words mean, the rules and checks behind the figures, how to compute them again."""

from __future__ import annotations

from tracker.briefing.book import Book, Page
from tracker.briefing.cells import Cell, label, text
from tracker.briefing.glossary import DEFINITIONS, RECOMPUTING
from tracker.core.briefing import Briefing
from tracker.core.reasons import rule_name, rule_text
from tracker.core.sentences import coverage_sentence, standing_sentence
from tracker.core.words import month_name

SHEET = "说明"


def write_explanation(book: Book, briefing: Briefing) -> None:
    """Write everything that a reader needs to trust the figures or to doubt them."""
    summary, rules = briefing.figures.summary, briefing.rules
    page = book.page(SHEET, [20, 11, 66], portrait=True)
    page.title("说明", "本表说明指标口径、数据来源与复核方法。")
    page.section("一、数据与版本")
    version = "内置默认规则。"
    if rules.version:
        version = f"第{rules.version}版，自{month_name(str(rules.effective_from))}起施行。"
    for term, value in (
        ("编发单位", briefing.office),
        ("报告期", month_name(str(summary.period))),
        ("数据截止", f"{standing_sentence(summary, briefing.cut_off)}。"),
        ("报送覆盖", f"{coverage_sentence(summary)}。"),
        ("亮灯规则", version),
        ("数据指纹", briefing.fingerprint),
    ):
        _entry(page, term, value)
    page.section("二、亮灯规则（一个项目的灯取各条中最重的）")
    for rule in rules.rules:
        _entry(page, rule_name(rule.key), f"{rule_text(rule)}。")
    page.section("三、复核结果")
    page.row([Cell("head", "核对项目"), Cell("head", "结果"), Cell("head", "核对数据")])
    for check in briefing.checks:
        result = label("✓ 通过", "green") if check.passed else label("✗ 不通过", "red")
        page.row([text(check.name), result, text(check.detail)])
    if not briefing.checks:
        page.empty("未附核对结果")
    page.section("四、指标口径")
    for term, meaning in DEFINITIONS:
        _entry(page, term, meaning)
    page.section("五、如何重新计算")
    for number, step in enumerate(RECOMPUTING, 1):
        _entry(page, f"第{number}条", step)
    if briefing.notes:
        page.section("六、备注")
        for number, note in enumerate(briefing.notes, 1):
            _entry(page, f"备注{number}", note)


def _entry(page: Page, term: str, meaning: str) -> None:
    """Write a term and its meaning over the two columns to its right."""
    page.pair(term, meaning)
