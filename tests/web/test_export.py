"""Tables as workbooks: what the page's filters admit, numbers as numbers, names as text, ready to print."""

from __future__ import annotations

import io

import openpyxl
import pytest
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet

from tests.web.markup import parse
from tests.web.seed import HOSTILE


def sheet(client: FlaskClient, query: str, language: str = "zh") -> Worksheet:
    answer = client.get(f"/projects.xlsx?{query}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert isinstance(found, Worksheet)
    return found


def rows(found: Worksheet) -> list[dict[str, object]]:
    head = [cell.value for cell in found[3]]
    return [dict(zip(head, values, strict=True)) for values in found.iter_rows(min_row=4, values_only=True)]


def test_the_lines_of_the_page_with_its_figures(office: FlaskClient) -> None:
    found = sheet(office, "month=2023-03&q=平台&sort=progress")
    assert found["A1"].value == "2023年3月项目进展"
    caption = str(found["A2"].value)
    assert "创新现代化" in caption
    assert "已关闭" in caption
    assert "名称、编码或单位：平台" in caption
    second, first = rows(found)
    assert (second["编码"], first["编码"]) == ("A-2", "A-1")
    assert (first["灯"], first["年度计划投资（万元）"]) == ("绿灯", 1200)
    assert first["累计完成投资（万元）"] == 390
    assert first["投资进度 (%)"] == 0.325
    assert second["较序时（百分点）"] == -11.25
    assert second["少完成（万元）"] == 270


def test_a_name_is_text_and_never_a_formula(office: FlaskClient) -> None:
    found = sheet(office, "month=2023-03")
    cell = next(cell for cell in found["C"] if cell.value == HOSTILE)
    assert cell.data_type == "s"


def test_it_is_set_up_to_be_printed_and_filtered(office: FlaskClient) -> None:
    found = sheet(office, "month=2023-03")
    assert found.page_setup.paperSize == 9
    assert found.page_setup.orientation == "landscape"
    assert found.print_title_rows == "$3:$3"
    assert found.auto_filter.ref == "A3:S9"
    assert found.freeze_panes == "D4"


def test_all_rows_are_handed_out_whatever_page_is_shown(office: FlaskClient) -> None:
    assert len(rows(sheet(office, "month=2023-03&page=7"))) == 6


def test_nothing_found_is_said(office: FlaskClient) -> None:
    assert sheet(office, "month=2023-03&q=没有这样的")["A4"].value == "没有符合条件的内容"


@pytest.mark.parametrize(
    ("query", "title", "name"),
    [("kind=works", "2023年重点工作", "重点项目4"), ("kind=preparatory", "2023年预备项目", "预备项目甲")],
)
def test_works_and_preparatory_lines(office: FlaskClient, query: str, title: str, name: str) -> None:
    found = sheet(office, query)
    assert found["A1"].value == title
    assert name in [cell.value for cell in found["B"]]


def test_in_english(office: FlaskClient) -> None:
    found = sheet(office, "month=2023-03", "en")
    assert found["A1"].value == "Progress of projects, Mar 2023"


def test_the_page_links_to_what_it_shows(office: FlaskClient) -> None:
    page = parse(office.get("/projects?month=2023-03&q=平台&page=2").text)
    (link,) = [a.get("href") for a in page.iter("a") if (a.get("href") or "").startswith("/projects.xlsx")]
    assert link == "/projects.xlsx?month=2023-03&q=%E5%B9%B3%E5%8F%B0"


def test_without_a_month_there_is_nothing_to_hand_out(at_empty: FlaskClient) -> None:
    assert at_empty.get("/projects.xlsx").status_code == 404


def book(client: FlaskClient, path: str) -> openpyxl.Workbook:
    answer = client.get(path)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def test_who_is_missing(office: FlaskClient) -> None:
    found = book(office, "/periods/2023-04/missing.xlsx").active
    assert isinstance(found, Worksheet)
    told = {row["单位"]: row for row in rows(found)}
    assert "C-1 未报项目" in str(told["新北区"]["未报和退回的项目（工作）"])
    assert len(told) < len(rows(book(office, "/periods/2023-04/missing.xlsx?all=1").active))  # type: ignore[arg-type]


def test_plan_changes_on_three_sheets(office: FlaskClient) -> None:
    found = book(office, "/plans.xlsx?month=2023-04")
    assert found.sheetnames == ["待批的申请", "2023年4月起执行的计划调整", "已办结的申请"]
    (change,) = rows(found["2023年4月起执行的计划调整"])
    assert (change["编码"], change["原年度计划（万元）"], change["调整后（万元）"]) == ("A-2", 2400, 1200)
    (waiting,) = rows(found["待批的申请"])
    assert waiting["调整原因"] == HOSTILE


@pytest.mark.parametrize(("kind", "sort"), [("works", "lead"), ("preparatory", "investment")])
def test_works_and_preparatory_lines_are_sorted_through_the_address(
    office: FlaskClient, kind: str, sort: str
) -> None:
    page = parse(office.get(f"/projects?kind={kind}&sort={sort}&desc=1").text)
    assert [head.get("aria-sort") for head in page.iter("th")].count("descending") == 1
    assert sheet(office, f"kind={kind}&sort={sort}&desc=1")["A4"].value


def test_a_lines_months_with_what_was_published_and_the_plan_beside_the_original(office: FlaskClient) -> None:
    corrected = rows(book(office, "/projects/2023/A-1/months.xlsx?month=2023-03").worksheets[0])[2]
    assert (corrected["完成累计（万元）"], corrected["公布时的完成累计（万元）"]) == (350, 390)
    found = book(office, "/projects/2023/A-2/months.xlsx?month=2023-04")
    assert found.sheetnames == ["平台二期逐月情况", "与原计划逐月对照"]
    april = rows(found.worksheets[1])[3]
    assert (april["相差（万元）"], april["累计相差（万元）"]) == (-100, -400)
    assert office.get("/projects/2023/X-9/months.xlsx").status_code == 404
