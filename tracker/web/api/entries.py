"""Owns reading the reports that a program hands in: their shape is checked here, the rules judge what they say."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from flask_babel import gettext

from tracker.core.errors import Problem, Refused
from tracker.core.said import FIELDS, MILESTONE, TEXT_LENGTH, TEXTS
from tracker.services.reporting import Entry
from tracker.web.api.asked import CODE

#: So many reports come at once at most; the largest unit has a fraction of them.
MOST_REPORTS = 500
MOST_MILESTONES = 50
MOST_REVISIONS = 1_000_000
#: Plain amounts in 万元. What a person may type (separators, other units) a program need not.
AMOUNT = r"^(|-?[0-9]{1,12}(\.[0-9]{1,4})?)$"
START = r"^(|[0-9]{4}-(0[1-9]|1[0-2]))$"
DAY = r"^(|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))$"
MILESTONE_ID = r"^[1-9][0-9]{0,8}$"

_PATTERNS = {"month_completed": AMOUNT, "ytd_completed": AMOUNT, "actual_start": START}


def read_report(told: Any, code: str) -> Entry:
    """Return the report of an address' code; raise Refused with every field that is not as described."""
    problems: list[Problem] = []
    entry = _entry(told, code, ("based_on", "said"), problems)
    if entry is None or problems:
        raise Refused(tuple(problems))
    return entry


def read_reports(told: Any) -> list[Entry]:
    """Return the reports of a list, each with its code; raise Refused as above."""
    problems: list[Problem] = []
    entries: list[Entry] = []
    if _is_object(told, ("reports",), "", problems):
        reports = told["reports"]
        if not isinstance(reports, list) or not 1 <= len(reports) <= MOST_REPORTS:
            what = gettext("须为 1 至 %(most)s 份月报的列表", most=MOST_REPORTS)
            problems.append(Problem(what, gettext("请对照接口文档"), field="reports"))
        else:
            for number, report in enumerate(reports):
                entry = _coded(report, number, problems)
                entries += [] if entry is None else [entry]
    for code, count in Counter(entry.code for entry in entries).items():
        if count > 1:
            what, mend = gettext("同一个项目出现两次"), gettext("请只留一份")
            problems.append(Problem(what, mend, subject=code, field="code"))
    if problems:
        raise Refused(tuple(problems))
    return entries


def _coded(report: Any, number: int, problems: list[Problem]) -> Entry | None:
    code = report.get("code") if isinstance(report, dict) else None
    if not isinstance(code, str) or re.fullmatch(CODE, code) is None:
        what = gettext("第 %(number)s 份月报没有有效的编码", number=number + 1)
        problems.append(Problem(what, gettext("请写项目或工作的编码"), field="code"))
        return None
    return _entry(report, code, ("code", "based_on", "said"), problems)


def _entry(told: Any, code: str, names: tuple[str, ...], problems: list[Problem]) -> Entry | None:
    if not _is_object(told, names, code, problems):
        return None
    based_on, said = told["based_on"], told["said"]
    # JSON knows one kind of number, so 1.0 is 1; in Python true is one too, and here it is not.
    if isinstance(based_on, float) and based_on.is_integer():
        based_on = int(based_on)
    if not isinstance(based_on, int) or isinstance(based_on, bool) or not 0 <= based_on <= MOST_REVISIONS:
        what, mend = gettext("须为整数"), gettext("请写读取时的 revision，没有月报的写 0")
        problems.append(Problem(what, mend, subject=code, field="based_on"))
        based_on = 0
    return Entry(code, _typed(said, code, problems), based_on)


def _typed(said: Any, code: str, problems: list[Problem]) -> dict[str, str]:
    typed: dict[str, str] = {}
    if not isinstance(said, dict):
        what, mend = gettext("须为对象"), gettext("请对照接口文档")
        problems.append(Problem(what, mend, subject=code, field="said"))
        return typed
    for name, value in said.items():
        if name == "milestones":
            typed |= _milestones(value, code, problems)
        elif name.startswith(MILESTONE):
            what, mend = gettext("节点不写在这里"), gettext("请写在 milestones 里：编号对应完成日期")
            problems.append(Problem(what, mend, subject=code, field="milestones"))
        elif name not in FIELDS:
            problems.append(_unknown(name, code))
        elif not isinstance(value, str):
            what, mend = gettext("须为文本"), gettext('请加引号，如 "120.5"；没有的写 "" 或不写')
            problems.append(Problem(what, mend, subject=code, field=name))
        elif name in TEXTS and len(value) > TEXT_LENGTH:
            what = gettext("有 %(length)s 个字，最多 %(most)s 个字", length=len(value), most=TEXT_LENGTH)
            problems.append(Problem(what, gettext("请写得简短些"), subject=code, field=name))
        elif name in _PATTERNS and not _fits(_PATTERNS[name], value):
            known = "2023-03" if name == "actual_start" else "120.5"
            mend = gettext("请写成 %(known)s 的样子", known=known)
            problems.append(Problem(gettext("看不懂"), mend, value[:100], subject=code, field=name))
        else:
            typed[name] = value
    return typed


def _milestones(told: Any, code: str, problems: list[Problem]) -> dict[str, str]:
    if not isinstance(told, dict) or len(told) > MOST_MILESTONES:
        what, mend = gettext("须为对象：节点编号对应完成日期"), gettext("请对照接口文档")
        problems.append(Problem(what, mend, subject=code, field="milestones"))
        return {}
    days: dict[str, str] = {}
    for name, day in told.items():
        if not _fits(MILESTONE_ID, name):
            problems.append(_unknown(f"milestones.{name}", code))
        elif not isinstance(day, str) or not _fits(DAY, day):
            mend = gettext("请写成 %(known)s 的样子", known="2023-03-15")
            problems.append(Problem(gettext("日期看不懂"), mend, subject=code, field=f"milestones.{name}"))
        else:
            days[f"{MILESTONE}{name}"] = day
    return days


def _is_object(told: Any, names: tuple[str, ...], code: str, problems: list[Problem]) -> bool:
    """Return whether `told` is an object of exactly these fields; say what is not."""
    if not isinstance(told, dict):
        problems.append(Problem(gettext("须为 JSON 对象"), gettext("请对照接口文档"), subject=code))
        return False
    missing = [
        Problem(gettext("缺少这个字段"), gettext("请对照接口文档"), subject=code, field=name)
        for name in names
        if name not in told
    ]
    problems += [_unknown(name, code) for name in told if name not in names] + missing
    return not missing


def _unknown(name: str, code: str) -> Problem:
    return Problem(gettext("没有这个字段"), gettext("请对照接口文档"), subject=code, field=name[:60])


def _fits(pattern: str, text: str) -> bool:
    # "$" alone would let a line break pass at the end.
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text) is not None
