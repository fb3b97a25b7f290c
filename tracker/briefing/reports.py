"""Owns 未报送清单: which reports came, which did not and why; what is missing is never shown as zero."""

from __future__ import annotations

from tracker.briefing.book import Book
from tracker.briefing.cells import count, label, name, text
from tracker.briefing.detail import Detail, cohort_word, quoted
from tracker.briefing.flags import who_acts
from tracker.core.coverage import ReportStatus
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.sentences import coverage_sentence
from tracker.core.words import status_name

SHEET = "未报送清单"

#: What is listed, in this order; reports on time need no line.
_WORDS = {
    ReportStatus.MISSING: "未报送",
    ReportStatus.PENDING: "尚未到截止时间，待报送",
    ReportStatus.LATE: "已报送，晚于截止时间",
    ReportStatus.EXEMPT: "经同意免报",
    ReportStatus.NOT_DUE: "本月不需报送",
}


def write_reports(book: Book, detail: Detail, figures: MonthFigures) -> None:
    """Write the counts of every status and the list of those that did not come on time."""
    period = figures.summary.period
    page = book.page(SHEET, [10, 10, 24, 22, 10, 10, 26, 11, 40])
    page.title(f"{period.year}年{period.month}月月报报送情况", f"{coverage_sentence(figures.summary)}。")
    statuses = list(ReportStatus)
    page.header(["报送情况", *(status_name(status) for status in statuses), "合计"])
    counted = [sum(line.status is status for line in figures.lines) for status in statuses]
    page.row(
        [
            label("项目数（个）"),
            *(
                count(number, f"={detail.count(('status', quoted(status_name(status))))}")
                for status, number in zip(statuses, counted, strict=True)
            ),
            count(len(figures.lines), f"=SUM(B{page.next + 1}:G{page.next + 1})"),
        ]
    )
    page.section("未按时报送的项目")
    page.header(["报送情况", "编码", "项目", "工程", "类别", "板块", "责任单位", "连续未报月数", "说明"])
    came = not any(line.status in (ReportStatus.MISSING, ReportStatus.PENDING) for line in figures.lines)
    if came:
        page.empty("本月无未报送")
    order = list(_WORDS)
    listed = sorted(
        (line for line in figures.lines if line.status in _WORDS),
        key=lambda line: (order.index(line.status), -line.missing_months, line.line.code),
    )
    for line in listed:
        page.row(
            [
                label(status_name(line.status), "strong" if line.status is ReportStatus.MISSING else ""),
                name(line.line.code),
                name(line.line.name),
                name(line.line.programme),
                label(cohort_word(line.cohort)),
                name(line.line.district),
                text(who_acts(line)),
                count(line.missing_months or None),
                text(_why(line)),
            ]
        )


def _why(figures: LineFigures) -> str:
    if figures.status is ReportStatus.EXEMPT:
        return f"{_WORDS[figures.status]}：{figures.line.exempt_reason}"
    return _WORDS[figures.status]
