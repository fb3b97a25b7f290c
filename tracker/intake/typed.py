"""Owns reading a report as it was typed or sent by a program: texts by field become values, or findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from tracker.core.checks import Finding, Weight
from tracker.core.errors import Severity
from tracker.core.money import Unit, wan_text
from tracker.core.periods import Period
from tracker.core.said import MILESTONE, TEXTS, Said
from tracker.intake.cells import Cell, Fault, read_money, read_text
from tracker.intake.months import read_actual_start

#: Longer input is cut before anything looks at it; what is then too long for its field is refused there.
_LONGEST = 20_000
#: What a database, a workbook or a page cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", re.ASCII)


def read_typed(typed: Mapping[str, str], period: Period) -> tuple[Said, tuple[Finding, ...]]:
    """Return what was typed, and a refusal for each field that cannot be understood.

    Amounts are in 万元 unless they say otherwise ("3亿元"); full-width digits and separators are understood.
    A field that is not understood counts as not said, and an unknown field is left alone.
    """
    found: list[Finding] = []
    values: dict[str, object] = {}

    def take(name: str, read: Callable[[Cell], object]) -> None:
        text = _plain(typed.get(name, ""))
        value = read(text)
        if isinstance(value, Fault):
            if value.severity is Severity.ERROR:
                found.append(Finding(name, Weight.REFUSE, value.what, value.mend, text))
            value = value.value
        values[name] = value

    take("month_completed", lambda text: read_money(text, Unit.WAN))
    take("ytd_completed", lambda text: read_money(text, Unit.WAN))
    take("actual_start", lambda text: read_actual_start(text, period))
    for name in TEXTS:
        take(name, read_text)
        values[name] = values[name] or ""
    milestones = _milestones(typed, found)
    return Said(**values, milestones=milestones), tuple(found)  # type: ignore[arg-type]


def typed_of(said: Said) -> dict[str, str]:
    """Return the texts that stand for a report, as a form shows them; the inverse of `read_typed`."""
    texts = {
        "month_completed": "" if said.month_completed is None else wan_text(said.month_completed),
        "ytd_completed": "" if said.ytd_completed is None else wan_text(said.ytd_completed),
        "actual_start": "" if said.actual_start is None else str(said.actual_start),
        **{name: getattr(said, name) for name in TEXTS},
    }
    return texts | {f"{MILESTONE}{milestone}": day.isoformat() for milestone, day in said.milestones}


def printable(text: str) -> str:
    """Return a text with blanks for what a database, a workbook or a page cannot hold."""
    return _UNPRINTABLE.sub(" ", text)


def _plain(text: str) -> str:
    return printable(text[:_LONGEST])


def _milestones(typed: Mapping[str, str], found: list[Finding]) -> tuple[tuple[int, date], ...]:
    told: dict[int, date] = {}
    for name, text in typed.items():
        number = name.removeprefix(MILESTONE)
        if number == name or not re.fullmatch(r"\d{1,9}", number, re.ASCII) or not _plain(text).strip():
            continue
        day = _day(_plain(text).strip())
        if day is None:
            found.append(Finding(name, Weight.REFUSE, "节点完成日期看不懂", "请写成 2023-03-15 的样子", text))
        else:
            told[int(number)] = day
    return tuple(sorted(told.items()))


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return None if match is None else date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
