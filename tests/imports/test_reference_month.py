"""The reference workbooks are what their script writes from the tables, and read back as those tables."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.reference import table
from tracker.core.money import yuan_from_text
from tracker.core.periods import Period
from tracker.intake.reading import open_path
from tracker.intake.reports import read_reports
from tracker.intake.roster import read_roster
from tracker.resources import imports_dir

FOLDER = imports_dir() / "2023-q1"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(imports_dir() / "write_reference_month.py"))


def test_the_workbooks_are_what_the_script_writes(script: dict[str, Any], tmp_path: Path) -> None:
    written = script["write_all"](tmp_path)
    assert {path.name for path in written} == {path.name for path in FOLDER.glob("*.xlsx")}
    for path in written:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), (
            f"{path.name} is out of date: run imports/write_reference_month.py and commit what it writes."
        )


def test_the_roster_reads_back_as_its_table(script: dict[str, Any]) -> None:
    reading = read_roster(open_path(FOLDER / script["ROSTER"]), 2023)
    assert reading.problems == ()
    rows = {row.code: row for row in reading.rows if row.kind == "project"}
    for line in table("lines.csv"):
        row = rows[line["code"]]
        assert (row.subproject, row.key_project, row.programme) == (
            line["name"], line["key_project"], line["programme"],
        )  # fmt: skip
        assert (row.lead, row.district, row.category) == (line["lead"], line["district"], line["category"])
        assert row.annual_plan == yuan_from_text(line["annual_plan"])
        assert row.total_investment == yuan_from_text(line["total_investment"])
        assert row.completed_before_year == yuan_from_text(line["completed_before_year"])
        assert row.monthly_plan == tuple(yuan_from_text(line[f"plan_{month:02d}"]) for month in range(1, 13))
        assert str(row.planned_start or "") == line["planned_start"]
    works = [row.key_project for row in reading.rows if row.kind == "work"]
    assert works == [work["key_project"] for work in table("works.csv") if work["kind"] == "work"]


@pytest.mark.parametrize("month", [1, 2, 3])
def test_the_reports_read_back_as_their_table(script: dict[str, Any], month: int) -> None:
    period = Period(2023, month)
    reading = read_reports(open_path(FOLDER / script["reports_name"](month)), period)
    assert reading.problems == ()
    rows = {row.code: row for row in reading.rows}
    told = [row for row in table("monthly.csv") if row["month"] == str(period)]
    assert len(rows) == len(told) == 70
    for report in told:
        row = rows[report["code"]]
        assert row.month_completed == yuan_from_text(report["completed"])
        assert str(row.actual_start or "") == report["actual_start"]
