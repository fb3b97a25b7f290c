"""The workbook cell that an amount came from: kept with the revision, and really the one that holds the amount."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.factories import Desk, line, reports_file, work, workbook, yuan
from tests.services.month_desk import hand_in
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportRevision
from tracker.store.roster import KeyProject, Subproject


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Return a desk with two lines and a work."""
    desk.roster([line("甲", code="CX-1"), line("乙", code="CX-2"), work("招商", code="G-1")])
    return desk


def told(desk: Desk) -> dict[str, ReportRevision]:
    """Return every revision, the newest of each report last, by the name of its line or work."""
    with desk.looking() as session:
        rows = session.execute(
            sa.select(sa.func.coalesce(Subproject.name, KeyProject.name), ReportRevision)
            .select_from(ReportRevision)
            .join(Report, Report.id == ReportRevision.report_id)
            .outerjoin(Subproject, Subproject.id == Report.subproject_id)
            .outerjoin(KeyProject, KeyProject.id == Report.key_project_id)
            .order_by(ReportRevision.id)
        ).all()
        session.expunge_all()
    return dict(rows)


_TITLE = [["一季度进展"], ["单位：万元"]]


@pytest.mark.parametrize(
    ("header", "row", "cell"),
    [
        (["子项目", "形象进度", "本月完成投资"], ["甲", "开挖", 12.5], "进度!C4"),
        (["子项目", "1-1月累计完成投资"], ["甲", 12.5], "进度!B4"),
        (["1-1月累计完成投资", "子项目", "本月完成投资"], [12.5, "甲", 12.5], "进度!C4"),
        (["1-1月累计完成投资", "子项目", "本月完成投资"], [12.5, "甲", None], "进度!A4"),
    ],
    ids=["month", "year to date", "both", "a blank month"],
)
def test_an_import_keeps_where_the_amount_stood(
    office: Desk, tmp_path: Path, header: list[str], row: list[object], cell: str
) -> None:
    path = workbook(tmp_path / "月报.xlsx", [*_TITLE, header, row], "进度")
    office.reports("2023-01", path)
    revision = told(office)["甲"]
    assert (revision.source, revision.cell) == ("月报.xlsx", cell)
    sheet, _, address = cell.rpartition("!")
    assert yuan(load_workbook(path)[sheet][address].value) == revision.ytd_completed or (
        yuan(load_workbook(path)[sheet][address].value) == revision.month_completed
    )


def test_a_work_is_found_where_its_words_stand(office: Desk, tmp_path: Path) -> None:
    rows = [["子项目", "本月完成投资", "形象进度"], ["招商", None, "已签约三家"]]
    office.reports("2023-01", workbook(tmp_path / "月报.xlsx", rows, "工作"))
    assert told(office)["招商"].cell == "工作!C2"


def test_what_is_typed_has_no_cell(office: Desk) -> None:
    office.open("2023-01")
    hand_in(office, "2023-01", "CX-1", "30")
    assert told(office)["甲"].cell is None


def test_the_same_file_again_keeps_the_first_cell_and_another_one_brings_its_own(
    office: Desk, tmp_path: Path
) -> None:
    first = workbook(tmp_path / "甲.xlsx", [["子项目", "本月完成投资"], ["甲", 10], ["乙", 20]])
    moved = workbook(tmp_path / "乙.xlsx", [["子项目", "本月完成投资"], ["乙", 25], ["甲", 10]])
    office.reports("2023-01", first)
    office.reports("2023-01", moved)
    found = told(office)
    assert (found["甲"].source, found["甲"].cell) == ("甲.xlsx", "Sheet1!B2")
    assert (found["乙"].source, found["乙"].cell) == ("乙.xlsx", "Sheet1!B2")


def test_every_amount_of_the_reference_quarter_stands_in_its_cell(open_quarter: Desk) -> None:
    """The workbooks are as offices send them: titles, merged headers, subtotals, columns in any order."""
    with open_quarter.looking() as session:
        rows = session.execute(
            sa.select(ReportRevision, PeriodRow.month)
            .join(Report, Report.id == ReportRevision.report_id)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .where(Report.subproject_id.is_not(None), ReportRevision.number == 1)
        ).all()
        session.expunge_all()
    books = {month: load_workbook(reports_file(month), data_only=True) for month in (1, 2, 3)}
    assert len(rows) == 210
    for revision, month in rows:
        assert revision.source == reports_file(month).name
        sheet, _, address = (revision.cell or "").rpartition("!")
        assert yuan(books[month][sheet][address].value) == revision.month_completed, revision.cell
