"""Owns finding a table's header in a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracker.core.errors import Problem
from tracker.core.money import Unit
from tracker.intake.claims import Column, Layout, settle
from tracker.intake.reading import Sheet
from tracker.intake.texts import clean, key, tidy_name
from tracker.intake.vocabulary import Meaning, caption_unit, is_ratio, meaning_of, split_unit
from tracker.intake.words import cohort_of

#: A header stands near the top; titles, captions and approvals above it take a few rows.
_SEARCH_ROWS = 60
_COHORT = re.compile(r"^(续建|结转|新开工|新建|计划新开工)(?:类)?(?:项目)?")


@dataclass(frozen=True, slots=True)
class Header:
    """A header found: its last row, its columns by field, the headers nobody needed, and its problems.

    `unknown` are those of the ignored that mean nothing here: row and column, and the header.
    """

    first_row: int
    last_row: int
    columns: dict[str, Column]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[tuple[int, int, str], ...] = ()


def find_header(sheet: Sheet, layout: Layout, year: int, month: int | None) -> Header | None:
    """Return the header of the table in `sheet`, None when there is none.

    The row, or pair of rows, that names the most fields wins. Where a pair names no more than its lower row
    alone, the upper one is a title or a caption, unless it groups columns under merged cells.
    """
    best: list[Column] = []
    best_rank = (0, 0)
    last = 0
    for row in range(min(len(sheet.rows), _SEARCH_ROWS)):
        for rows in (1, 2):
            columns = _columns_at(sheet, row, rows, layout)
            rank = (_score(columns, layout), 1 if rows == 1 else 2 * _groups_columns(sheet, row))
            if rank[0] and rank > best_rank:
                best, best_rank, last = columns, rank, row + rows - 1
    if not best:
        return None
    first = min(column.row for column in best)
    named = {column.index for column in best}
    others = [
        tidy_name(text) for c, text in enumerate(_joined(sheet, first, last)) if text and c not in named
    ]
    caption = _caption(sheet, last)
    best = [replace(column, unit=column.meaning.unit or caption) for column in best]
    settled, dropped, problems = settle(best, layout, year, month)
    return Header(
        first,
        last,
        settled,
        (*others, *dropped),
        tuple(replace(p, sheet=sheet.name) for p in problems),
        tuple(_unknown(sheet, first, last, layout, named)),
    )


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


def _groups_columns(sheet: Sheet, row: int) -> bool:
    """Return whether merged cells in a row stand over some of the columns below, not over all of them."""
    if row + 1 >= len(sheet.rows):
        return False
    below = sum(bool(value) for value in sheet.rows[row + 1])
    return any(1 < merge.right - merge.left + 1 < below for merge in sheet.merges if merge.top == row)


def _spread(sheet: Sheet, row: int, rows: int) -> list[str]:
    """Return the texts of an upper row, each spread over the columns that it is merged across.

    A sheet that lost its merges (a CSV, say) leaves blanks to the right of a group's name; they belong to it
    as long as the lower row goes on.
    """
    texts = [sheet.text_at(row, column) for column in range(len(sheet.rows[row]))]
    across = {
        merge.left: merge.right for merge in sheet.merges if merge.top == row and merge.right > merge.left
    }
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
        cohort = cohort_of(match[1])
        if not lower:
            upper, lower = "", _after_cohort(key(upper), match)
    if not upper or not lower:
        return cohort, _without_plans(meaning_of(upper or lower), upper or lower, layout)
    group, unit = split_unit(upper)
    for text in (group + lower, lower + group, lower):
        if meaning := meaning_of(text):
            break
    else:
        return cohort, None
    if (
        meaning.field in ("plan_month", "plan_cumulative")
        and re.search("完成|实际", group)
        and "计划" not in group
    ):
        done = "month_completed" if meaning.field == "plan_month" else "ytd_completed"
        meaning = replace(meaning, field=done)
    return cohort, replace(meaning, unit=meaning.unit or unit)


def _without_plans(meaning: Meaning | None, text: str, layout: Layout) -> Meaning | None:
    """Return "1-3月累计" as what was completed in a table that has no plans by month."""
    if meaning is None or meaning.field != "plan_cumulative" or meaning.field in layout.fields:
        return meaning
    completed = "累计" in key(text) and not re.search("计划|安排|目标", key(text))
    return replace(meaning, field="ytd_completed") if completed else meaning


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


def _unknown(
    sheet: Sheet, first: int, last: int, layout: Layout, named: set[int]
) -> Iterator[tuple[int, int, str]]:
    joined = _joined(sheet, first, last)
    for index, upper in enumerate(_spread(sheet, first, last - first + 1)):
        lower = sheet.text_at(last, index) if last > first else ""
        if index in named or not joined[index] or is_ratio(joined[index]):
            continue
        if _meaning_under(upper, lower, layout)[1] is None:
            yield last if lower else first, index, tidy_name(joined[index])


def _caption(sheet: Sheet, last: int) -> Unit:
    """Return the unit that a caption above the header sets, 万元 when none does."""
    unit = Unit.WAN
    for row in sheet.rows[: last + 1]:
        for value in row:
            if isinstance(value, str) and value and meaning_of(value) is None:
                unit = caption_unit(value) or unit
    return unit
