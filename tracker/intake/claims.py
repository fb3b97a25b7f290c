"""Owns columns with a meaning, and settling which column is which field of a layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.core.errors import Problem
from tracker.core.money import Unit
from tracker.intake.addresses import a1, letters
from tracker.intake.vocabulary import MONEY_FIELDS, Meaning


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of table is made of.

    `looked_for` says in words what a header must have. `identity` are the fields that name a line, `needs`
    alternatives of which a header must have one beside them. `aliases` name fields that mean one of several others, the best first: the first that no column
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


def settle(
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
                problems.append(
                    Problem(
                        what, "请核对选的年份、月份，或换成正确的文件", column.header, cell=column.address
                    )
                )
        for other in fitting[1:]:
            what = f"{letters(fitting[0].index)} 列“{fitting[0].header}”和 {letters(other.index)} 列“{other.header}”是同一项"
            problems.append(
                Problem(what, "请只留一列，或改写其中一列的表头", other.header, cell=other.address)
            )
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
    if (
        meaning.field not in ("month_completed", "ytd_completed")
        or meaning.month in (None, month)
        or month is None
    ):
        return None
    said = (
        f"{meaning.month}月"
        if meaning.field == "month_completed" or meaning.month == 1
        else f"1—{meaning.month}月"
    )
    return said, f"{month}月"
