"""Owns the briefing workbook as a whole: which sheets, in which order, into which file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from tracker.briefing import (
    changes,
    cohorts,
    detail,
    detail_sheet,
    explanation,
    flags,
    fronts,
    groups,
    notice,
    problems,
    reports,
    starts,
)
from tracker.briefing.book import Book
from tracker.core.briefing import Briefing
from tracker.core.sentences import briefing_title

#: Every sheet, in the order of the tabs.
SHEETS = (
    notice.SHEET,
    cohorts.SHEET,
    fronts.SHEET,
    *groups.SHEETS,
    flags.SHEET,
    starts.SHEET,
    reports.SHEET,
    problems.SHEET,
    changes.SHEET,
    detail.SHEET,
    explanation.SHEET,
)


def write_briefing(briefing: Briefing, target: Path | BinaryIO) -> None:
    """Write the briefing's workbook to `target`, a path or an open binary file.

    Equal briefings give equal bytes. Raises OSError when the file cannot be written.
    """
    compose(briefing, target).close()


def compose(briefing: Briefing, target: Path | BinaryIO) -> xlsxwriter.Workbook:
    """Return the workbook with every cell set; closing it writes the file."""
    figures = briefing.figures
    summary = figures.summary
    period, previous = summary.period, briefing.previous
    title = briefing_title(period)
    book = Book(target, SHEETS, title=title, author=briefing.office, created=briefing.cut_off)
    rows = detail.detail_of(figures)
    notice.write_notice(book, briefing)
    cohorts.write_cohorts(book, rows, figures, fronts.write_fronts(book, summary))
    for grouping in groups.groupings(summary, previous):
        groups.write_groups(book, rows, grouping, summary, previous)
    flags.write_flags(book, rows, figures)
    starts.write_starts(book, rows, figures)
    reports.write_reports(book, rows, figures)
    problems.write_problems(book, period, briefing.problems)
    changes.write_changes(book, rows, briefing)
    detail_sheet.write_detail(book, rows)
    explanation.write_explanation(book, briefing)
    book.finish()
    return book.workbook
