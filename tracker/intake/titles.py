"""Owns noticing that a sheet's title or name speaks of another month or year than the one imported."""

from __future__ import annotations

import re

from tracker.core.errors import Problem, Severity
from tracker.intake.addresses import a1
from tracker.intake.months import arabic_months
from tracker.intake.reading import Sheet
from tracker.intake.texts import key

#: A row with more cells than this is no title.
_TITLE_CELLS = 3
_TITLE_SIGNS = 200
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_DATE = re.compile(r"20\d\d年\d{1,2}月\d{1,2}[日号]?")
_MONTH = re.compile(r"(?<!\d)(20\d\d)年度?(1月?份?[-至到])?(\d{1,2})月")
_BARE_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?![底末初前]|度?\d)")
_SHEET_MONTH = re.compile(r"(1月?份?[-至到])?(\d{1,2})月份?")
#: When the table was filled in or sent says nothing about what it covers.
_MADE = re.compile("填报|填表|报送|上报|制表|编制|印发|发布|打印|审核")
_MEND = "请核对是否选错了文件"

#: What a title names: a year, a month of it or 0, and whether it counts from January.
_Named = tuple[int, int, bool]


def contradicting_titles(file: str, sheet: Sheet, header: int, year: int, month: int | None) -> list[Problem]:
    """Return warnings for a title above row `header`, or the sheet's name, that names another time.

    Only what cannot be misread counts, and a title that names the right time speaks for all others.
    """
    titles = [(cell, text, said) for cell, text in _titles(sheet, header) if (said := _named(text, month))]
    name = _named(sheet.name, month) or _month_of_sheet(sheet.name, year, month)
    if any(said[:2] == (year, month or 0) for _, _, said in titles):
        return []
    same_year = any(said[0] == year for _, _, said in titles)
    found = [
        ("标题", cell, text, said)
        for cell, text, said in titles
        if said[0] != year or said[1] not in (0, month)
        if said[1] or not same_year
    ]
    if name and not found and (name[0] != year or name[1] not in (0, month)) and (name[1] or not same_year):
        found.append(("工作表名", "", sheet.name, name))
    problems = []
    for place, cell, text, said in found:
        asked = f"{year}年{month}月" if month and said[1] else f"{year}年"
        what = f"{place}写的是{_spoken(said)}，导入的是{asked}"
        problems.append(Problem(what, _MEND, text, file, sheet.name, cell, Severity.WARNING))
    return problems


def _titles(sheet: Sheet, header: int) -> list[tuple[str, str]]:
    found = []
    for number, row in enumerate(sheet.rows[:header]):
        texts = [(index, cell) for index, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
        if len(texts) <= _TITLE_CELLS:
            found += [(a1(number, index), text) for index, text in texts if len(text) <= _TITLE_SIGNS]
    return found


def _named(title: str, month: int | None) -> _Named | None:
    """Return the one time that a title names; a month only where a month is imported."""
    text = _DATE.sub("", arabic_months(key(title)))
    if _MADE.search(text) or len(set(_YEAR.findall(text))) != 1:
        return None
    if found := set(_MONTH.findall(text)):
        if len(found) > 1 or month is None:
            return None
        year, since, last = found.pop()
        return (int(year), int(last), bool(since)) if 1 <= int(last) <= 12 else None
    bare = _BARE_YEAR.search(text)
    return (int(bare[1]), 0, False) if bare else None


def _month_of_sheet(name: str, year: int, month: int | None) -> _Named | None:
    match = _SHEET_MONTH.fullmatch(arabic_months(key(name)))
    if match is None or month is None or not 1 <= int(match[2]) <= 12:
        return None
    return year, int(match[2]), bool(match[1])


def _spoken(said: _Named) -> str:
    year, month, since = said
    if not month:
        return f"{year}年"
    return f"{year}年1—{month}月" if since else f"{year}年{month}月"
