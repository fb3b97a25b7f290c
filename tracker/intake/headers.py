"""Owns finding a table's header in a sheet and settling which column is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker.core.errors import Problem
from tracker.core.money import Unit
from tracker.intake.addresses import a1, letters
from tracker.intake.cells import category_of
from tracker.intake.reading import Sheet
from tracker.intake.texts import clean, key, tidy_name
from tracker.intake.vocabulary import MONEY_FIELDS, Meaning, caption_unit, meaning_of, split_unit

#: A header stands near the top; titles, captions and approvals above it take a few rows.
_SEARCH_ROWS = 60
_COHORT = re.compile(r"^(续建|结转|新开工|新建|计划新开工)(?:类)?(?:项目)?")
COHORT_OF = {"continuing": "continuing", "new": "newly_started"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of table is made of.

    `looked_for` says in words what a header must have. `identity` are the fields that name a line, `needs` alternatives of which a header must have one beside
    them. `aliases` name fields that mean one of several others, the best first: the first that no column
    claims. A line with a `member` but without a `group` belongs to the group above it. A `wide` table gives
    each cohort its own columns.
    """

    called: str
    looked_for: str
    identity: tuple[str, ...]
    needs: frozenset[str]
    fields: frozenset[str]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group: str = ""
    member: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column with a meaning; `row` is the row of its header, `cohort` the group it stands under."""

    index: int
    row: int
    header: str
    meaning: Meaning
    unit: Unit
    cohort: str | None = None

    @property
    def field(self) -> str:
        """Return the field; the months of a plan and the two halves of a wide table are told apart."""
        name = self.meaning.field
        if name in ("plan_month", "plan_cumulative"):
            name = f"{name}_{self.meaning.month}"
        return f"{self.cohort}.{name}" if self.cohort else name

    @property
    def address(self) -> str:
        """Return the address of the header cell."""
        return a1(self.row, self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """A header found: its last row, its columns by field, the headers nobody needed, and its problems."""

    first_row: int
    last_row: int
    columns: dict[str, Column]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]


def find_header(sheet: Sheet, layout: Layout, year: int, month: int | None) -> Header | None:
    """Return the header of the table in `sheet`, None when there is none.

    The row, or pair of rows, that names the most fields wins; a pair only where it names more.
    """
    best: list[Column] = []
    last = 0
    for row in range(min(len(sheet.rows), _SEARCH_ROWS)):
        for rows in (1, 2):
            columns = _columns_at(sheet, row, rows, layout)
            if _score(columns, layout) > _score(best, layout):
                best, last = columns, row + rows - 1
    if not best:
        return None
    first = min(column.row for column in best)
    named = {column.index for column in best}
    others = [tidy_name(text) for c, text in enumerate(_joined(sheet, first, last)) if text and c not in named]
    caption = _caption(sheet, last)
    best = [replace(column, unit=column.meaning.unit or caption) for column in best]
    settled, dropped, problems = _settle(best, layout, year, month)
    return Header(first, last, settled, (*others, *dropped), tuple(replace(p, sheet=sheet.name) for p in problems))


def headers_read(sheet: Sheet) -> str:
    """Return the texts of the fullest of the first rows, to say what was read where no header was found."""
    rows = sheet.rows[:_SEARCH_ROWS]
    fullest = max(rows, key=lambda row: sum(isinstance(v, str) and bool(v.strip()) for v in row), default=[])
    return "、".join(clean(value) for value in fullest if isinstance(value, str) and value.strip())


def _score(columns: list[Column], layout: Layout) -> int:
    found = {column.field for column in columns}
    plain = {column.meaning.field for column in columns}
    plain |= {target for name in plain for target in layout.aliases.get(name, ())}
    if not plain & set(layout.identity) or not plain & layout.needs:
        return 0
    return len(found)


def _columns_at(sheet: Sheet, row: int, rows: int, layout: Layout) -> list[Column]:
    if rows == 2 and not _may_be_lower(sheet, row + 1):
        return []
    uppers = _spread(sheet, row, rows)
    found = []
    for index, upper in enumerate(uppers):
        lower = sheet.text_at(row + 1, index) if rows == 2 else ""
        at = row + 1 if lower and rows == 2 else row
        cohort, meaning = _meaning_under(upper, lower, layout)
        if meaning is not None and (meaning.field in layout.fields or meaning.field in layout.aliases):
            if cohort:
                meaning = replace(meaning, field=layout.aliases.get(meaning.field, (meaning.field,))[0])
            text = f"{upper}/{lower}" if upper and lower else upper or lower
            found.append(Column(index, at, tidy_name(text), meaning, Unit.WAN, cohort))
    return found


def _may_be_lower(sheet: Sheet, row: int) -> bool:
    """Return whether a row can be the lower half of a header: it holds texts only."""
    return row < len(sheet.rows) and all(isinstance(value, str) for value in sheet.rows[row])


def _spread(sheet: Sheet, row: int, rows: int) -> list[str]:
    """Return the texts of an upper row, each spread over the columns that it is merged across.

    A sheet that lost its merges (a CSV, say) leaves blanks to the right of a group's name; they belong to it
    as long as the lower row goes on.
    """
    texts = [sheet.text_at(row, column) for column in range(len(sheet.rows[row]))]
    across = {merge.left: merge.right for merge in sheet.merges if merge.top == row and merge.right > merge.left}
    for left, right in across.items():
        texts[left + 1 : right + 1] = [texts[left]] * (min(right + 1, len(texts)) - left - 1)
    if rows == 2 and not across:
        for column in range(1, len(texts)):
            if not texts[column] and sheet.text_at(row + 1, column) and sheet.text_at(row + 1, column - 1):
                texts[column] = texts[column - 1]
    return texts


def _meaning_under(upper: str, lower: str, layout: Layout) -> tuple[str | None, Meaning | None]:
    """Return the cohort and the meaning of a column from its header, alone or under its group's name."""
    cohort = None
    if layout.wide and (match := _COHORT.match(key(upper))):
        cohort = COHORT_OF[category_of(match[1]) or "new"]
        if not lower:
            upper, lower = "", _after_cohort(key(upper), match)
    if not upper or not lower:
        return cohort, meaning_of(upper or lower)
    group, unit = split_unit(upper)
    for text in (group + lower, lower + group, lower):
        if meaning := meaning_of(text):
            break
    else:
        return cohort, None
    if meaning.field in ("plan_month", "plan_cumulative") and re.search("完成|实际", group) and "计划" not in group:
        done = "month_completed" if meaning.field == "plan_month" else "ytd_completed"
        meaning = replace(meaning, field=done)
    return cohort, replace(meaning, unit=meaning.unit or unit)


def _after_cohort(word: str, match: re.Match[str]) -> str:
    """Return what follows the cohort in a one-row wide header: 续建项目数 is the number, not "数"."""
    rest = word[match.end() :]
    return rest if meaning_of(rest) else word[match.end(1) :].removeprefix("类")


def _joined(sheet: Sheet, first: int, last: int) -> list[str]:
    if first == last:
        return [sheet.text_at(first, column) for column in range(len(sheet.rows[first]))]
    uppers = _spread(sheet, first, 2)
    lowers = [sheet.text_at(last, column) for column in range(len(uppers))]
    return [f"{u}/{low}" if u and low else u or low for u, low in zip(uppers, lowers, strict=True)]


def _caption(sheet: Sheet, last: int) -> Unit:
    """Return the unit that a caption above the header sets, 万元 when none does."""
    unit = Unit.WAN
    for row in sheet.rows[: last + 1]:
        for value in row:
            if isinstance(value, str) and value and meaning_of(value) is None:
                unit = caption_unit(value) or unit
    return unit


def _settle(
    columns: list[Column], layout: Layout, year: int, month: int | None
) -> tuple[dict[str, Column], list[str], list[Problem]]:
    """Return one column per field, the headers left out, and a problem for each claim that cannot stand."""
    settled: dict[str, Column] = {}
    dropped: list[str] = []
    problems: list[Problem] = []
    for name, claims in _claims(columns, layout).items():
        fitting = [column for column in claims if _contradiction(column, year, month) is None]
        for column in claims:
            said = _contradiction(column, year, month)
            if said and fitting:
                dropped.append(column.header)
            elif said:
                what = f"表头“{column.header}”写的是{said[0]}，导入的是{said[1]}"
                problems.append(Problem(what, "请核对选的年份、月份，或换成正确的文件", column.header, cell=column.address))
        for other in fitting[1:]:
            what = f"{letters(fitting[0].index)} 列“{fitting[0].header}”和 {letters(other.index)} 列“{other.header}”是同一项"
            problems.append(Problem(what, "请只留一列，或改写其中一列的表头", other.header, cell=other.address))
        if fitting:
            settled[name] = fitting[0]
    return settled, dropped, problems


def _claims(columns: list[Column], layout: Layout) -> dict[str, list[Column]]:
    claims: dict[str, list[Column]] = {}
    for column in columns:
        if column.meaning.field not in layout.aliases:
            claims.setdefault(column.field, []).append(column)
    for name, targets in layout.aliases.items():
        for column in columns:
            free = [target for target in targets if target not in claims]
            if column.meaning.field == name and free:
                claims[free[0]] = [column]
    return claims


def _contradiction(column: Column, year: int, month: int | None) -> tuple[str, str] | None:
    """Return what a header says and what is imported where the two differ."""
    meaning = column.meaning
    if meaning.field not in MONEY_FIELDS:
        return None
    wanted = year - 1 if meaning.field == "completed_before_year" else year
    if meaning.year is not None and meaning.year != wanted:
        return f"{meaning.year}年", f"{wanted}年" if wanted == year else f"至{wanted}年底"
    if meaning.field not in ("month_completed", "ytd_completed") or meaning.month in (None, month) or month is None:
        return None
    said = f"{meaning.month}月" if meaning.field == "month_completed" or meaning.month == 1 else f"1—{meaning.month}月"
    return said, f"{month}月"
