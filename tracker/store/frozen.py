"""Owns how core values are frozen as JSON text in snapshots, and thawed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, get_type_hints

import msgspec

from tracker.core.briefing import Briefing
from tracker.core.cohorts import Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.figures import LineFigures, MonthFigures, MonthSummary
from tracker.core.flag_list import Mark, mark_of
from tracker.core.lights import Light
from tracker.core.rules import RuleSet

# The field order of the dataclasses is the order in the text, so equal values give equal bytes.
_encode = msgspec.json.Encoder().encode
_decode_line = msgspec.json.Decoder(LineFigures).decode
_decode_summary = msgspec.json.Decoder(MonthSummary).decode
_decode_rules = msgspec.json.Decoder(RuleSet).decode


class _NamedLine(msgspec.Struct):
    """The part of a line that lists filter and sort by."""

    id: int
    code: str
    name: str
    programme: str
    lead: str
    district: str


class _JudgedLine(msgspec.Struct):
    """The part of a line's figures that lists filter and sort by; to thaw all of them takes twice as long."""

    line: _NamedLine
    cohort: Cohort
    status: ReportStatus
    light: Light
    previous_light: Light | None
    flagged_months: int
    progress: int | None
    behind: int
    needed_per_month: int | None


_decode_judged = msgspec.json.Decoder(_JudgedLine).decode

_hints = get_type_hints(Briefing)
_BESIDE = [field.name for field in fields(Briefing) if field.name != "figures"]
_Beside = msgspec.defstruct("_Beside", [(name, _hints[name]) for name in _BESIDE], frozen=True)


def freeze(value: LineFigures | MonthSummary | RuleSet) -> str:
    """Return the value as JSON text."""
    return _encode(value).decode()


def thaw_line(text: str) -> LineFigures:
    """Return the line's figures that were frozen."""
    return _decode_line(text)


def thaw_mark(text: str) -> Mark:
    """Return what lists filter and sort by of the line's figures that were frozen."""
    return mark_of(_decode_judged(text))


def thaw_summary(text: str) -> MonthSummary:
    """Return the month's summary that was frozen."""
    return _decode_summary(text)


def thaw_rules(text: str) -> RuleSet:
    """Return the rules that were frozen."""
    return _decode_rules(text)


def freeze_beside(briefing: Briefing) -> str:
    """Return everything of a briefing but its figures as JSON text."""
    return _encode({name: getattr(briefing, name) for name in _BESIDE}).decode()


def thaw_briefing(text: str, figures: MonthFigures) -> Briefing:
    """Return the briefing of `figures` with everything that was frozen beside them."""
    beside: Any = msgspec.json.decode(text, type=_Beside)
    return Briefing(figures=figures, **{name: getattr(beside, name) for name in _BESIDE})


def fingerprint(summary: MonthSummary, rules: RuleSet, lines: Iterable[LineFigures]) -> str:
    """Return the SHA-256 over every figure, so that a changed one cannot pass unnoticed."""
    digest = hashlib.sha256()
    for value in (summary, rules, *lines):
        digest.update(_encode(value))
        digest.update(b"\n")
    return digest.hexdigest()
