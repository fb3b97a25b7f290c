"""A spreadsheet that computes the workbook again changes nothing, ties included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import xlsxwriter

from tests.briefing.conftest import opened
from tests.briefing.samples import SAMPLES
from tracker.briefing import rates
from tracker.core.progress import (
    amount_behind,
    difference,
    elapsed_time,
    is_lagging,
    needed_per_month,
    published,
)


@pytest.mark.parametrize("name", SAMPLES)
def test_libreoffice_computes_the_same_values(
    name: str, computed_samples: dict[str, tuple[Path, Path]]
) -> None:
    ours, theirs = (opened(path) for path in computed_samples[name])
    formulas = opened(computed_samples[name][0], formulas=True)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                cached, computed = (book[sheet.title][cell.coordinate].value for book in (ours, theirs))
                assert cached == computed, f"{sheet.title}!{cell.coordinate} {cell.value}"
                compared += cell.data_type == "f"
    assert compared > 60


def _amounts() -> list[tuple[int, int, int]]:
    """Return (completed, plan, scheduled twelfths): ties, neighbours of ties one yuan away, and any others."""
    draw = Random(5)
    found = []
    for number in range(4_000):
        plan = draw.choice([draw.randrange(1, 10**k) for k in (4, 7, 10, 11)])
        tie = 2 * draw.choice([draw.randrange(10_000), draw.randrange(30_000)]) + 1
        completed = draw.randrange(2 * plan)
        if number % 2:
            plan = max(1, plan // 20_000) * 20_000
            completed = max(0, plan * tie // 20_000 + draw.choice([0, 0, -1, 1]))
        scheduled = draw.choice(
            [plan * draw.randrange(1, 13), 12 * completed, 12 * completed + 1, 12 * completed + 13]
        )
        found.append((completed, plan, scheduled))
    return found


def test_libreoffice_rounds_and_compares_as_core_does(
    recalculate: Callable[[list[Path]], list[Path]], tmp_path: Path
) -> None:
    """Write the amounts with wrong cached values, so that an unread formula shows."""
    amounts = _amounts()
    file = tmp_path / "ties.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for row, (completed, plan, scheduled) in enumerate(amounts):
            at = row + 1
            sheet.write_row(row, 0, [completed / 10_000, plan / 10_000, scheduled / 120_000])
            formulas = (
                rates.progress(f"A{at}", f"B{at}"),
                rates.schedule(f"C{at}", f"B{at}"),
                rates.gap(f"D{at}", f"E{at}"),
                rates.behind(f"A{at}", f"C{at}"),
                rates.needed(f"B{at}", f"A{at}", 7),
                rates.lagging(f"A{at}", f"C{at}"),
            )
            for column, formula in enumerate(formulas, 3):
                sheet.write_formula(row, column, formula, None, -1)
        months = len(amounts)
        for month in range(1, 13):
            sheet.write_formula(months + month, 0, f"=ROUND({month}/12,4)", None, -1)
    values = list(opened(recalculate([file])[0]).worksheets[0].iter_rows(values_only=True))
    for (completed, plan, scheduled), told in zip(amounts, values, strict=False):
        progress, schedule = published(completed, plan), published(scheduled, 12 * plan)
        gap = difference(progress, schedule)
        assert progress is not None
        assert schedule is not None
        assert gap is not None
        needed = needed_per_month(plan, completed, 5)
        assert needed is not None
        assert told[3:9] == (
            progress / 10_000,
            schedule / 10_000,
            gap / 100,
            amount_behind(completed, scheduled) / 10_000,
            needed / 10_000,
            "是" if is_lagging(completed, scheduled) else "否",
        ), (completed, plan, scheduled)
    assert [row[0] for row in values[months + 1 :]] == [
        elapsed_time(month) / 10_000 for month in range(1, 13)
    ]
