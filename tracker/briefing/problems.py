"""Owns 问题清单: what holds projects up, who helps and until when."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.briefing.book import Book
from tracker.briefing.cells import count, day, label, month, name, text
from tracker.core.briefing import ProblemEntry
from tracker.core.periods import Period

SHEET = "问题清单"
_LABELS = (
    "序号",
    "编码",
    "项目",
    "牵头单位",
    "存在问题",
    "需协调事项",
    "类别",
    "协办单位",
    "提出月份",
    "解决期限",
)


def write_problems(book: Book, period: Period, problems: Sequence[ProblemEntry]) -> None:
    """Write the problems, the overdue ones first."""
    page = book.page(SHEET, [5, 9, 22, 13, 40, 30, 9, 18, 9, 11, 10, 7])
    overdue = sum(problem.overdue for problem in problems)
    title = f"{period.year}年{period.month}月问题清单"
    page.title(title, f"共{len(problems)}个问题，其中超过解决期限{overdue}个。")
    page.header([*_LABELS, "状态", "逾期"], freeze=3)
    for number, problem in enumerate(sorted(problems, key=lambda entry: not entry.overdue), 1):
        page.row(
            [
                count(number),
                name(problem.code),
                name(problem.name),
                name(problem.lead),
                text(problem.text),
                text(problem.help_needed),
                label(problem.category or "—"),
                text("、".join(problem.helpers)),
                month(problem.raised_in),
                day(problem.deadline),
                label(problem.state),
                label("逾期", "red") if problem.overdue else label("—"),
            ]
        )
    if not problems:
        page.empty("本月无未解决的问题")
