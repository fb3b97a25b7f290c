"""红黄灯清单: red first, reasons with their numbers, filters in the address, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import product

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.web.markup import parse, text_of
from tests.web.seed import HOSTILE


def names(office: FlaskClient, query: str) -> list[str]:
    root = parse(office.get(f"/flags?{query}").text)
    return ["".join(link.itertext()) for link in root.findall(".//tbody/tr/th/a")]


def test_red_first_then_amount_behind(office: FlaskClient) -> None:
    assert names(office, "month=2023-03") == ["平台二期", "实训中心", HOSTILE]


def test_reasons_and_who_must_act(office: FlaskClient) -> None:
    text = text_of(office.get("/flags?month=2023-03").text)
    assert "连续3个月低于序时进度" in text
    assert "节点“主体封顶”应于2023-02-20前完成" in text
    assert "问题“用地指标未落实”应于2023-03-20前解决" in text
    assert "市科技局武进区" in text.replace(" ", "")
    assert "共3个，较序时共少完成480万元" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("light=grey", ["未报项目"]),
        ("light=yellow", []),
        ("light=green", ["平台二期", "实训中心", HOSTILE]),
        ("cohort=new", ["实训中心"]),
        ("programme=人才工程", ["实训中心", HOSTILE]),
        ("lead=市科技局", ["平台二期"]),
        ("district=武进区", ["平台二期", "实训中心", HOSTILE]),
        ("district=新北区", []),
        ("light=nonsense&cohort=nonsense", ["平台二期", "实训中心", HOSTILE]),
    ],
)
def test_filters(office: FlaskClient, query: str, expected: list[str]) -> None:
    assert names(office, f"month=2023-03&{query}") == expected


def test_empty_result_is_designed(office: FlaskClient) -> None:
    assert "没有符合条件的项目" in text_of(office.get("/flags?month=2023-03&district=天宁区").text)


def test_counts_do_not_depend_on_the_light_chosen(office: FlaskClient) -> None:
    assert "红灯 3" in text_of(office.get("/flags?month=2023-03&light=grey").text)


def test_plan_revision_turns_the_light_of_the_open_month(office: FlaskClient) -> None:
    assert "平台二期" in names(office, "month=2023-03&lead=市科技局")
    reasons = text_of(office.get("/flags?month=2023-04&lead=市科技局").text)
    assert "投资进度" not in reasons or "低于序时进度35.00%" not in reasons


def test_export_is_guarded_against_formulas(office: FlaskClient) -> None:
    answer = office.get("/flags.csv?month=2023-03")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=flags-2023-03.csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert all(not cell.startswith("=") for row in rows for cell in row)
    assert [row[2] for row in rows][3] == f"'{HOSTILE}"
    behind = rows[0].index("少完成（万元）")
    assert [row[behind] for row in rows[1:]] == ["270", "180", "30"]


def test_export_without_month(at_empty: FlaskClient) -> None:
    assert at_empty.get("/flags.csv").status_code == 404
    assert at_empty.get("/flags.xlsx").status_code == 404


def test_unknown_month(office: FlaskClient) -> None:
    assert office.get("/flags?month=2024-01").status_code == 404
    assert office.get("/flags.csv?month=2024-01").status_code == 404


# ---- Since last month, order, as corrected ----------------------------------------------------------


FILTERS = {
    "light": ("", "red", "grey"),
    "since": ("", "still_red", "recovered"),
    "worsened": ("", "1"),
    "lead": ("", "市科技局"),
}


@pytest.mark.parametrize("chosen", list(product(*FILTERS.values())), ids="-".join)
def test_the_band_leads_to_the_lines_that_it_counts(office: FlaskClient, chosen: tuple[str, ...]) -> None:
    asked = dict(zip(FILTERS, chosen, strict=True)) | {"month": "2023-03"}
    root = parse(office.get("/flags", query_string={key: said for key, said in asked.items() if said}).text)
    links = root.findall(".//nav[@class='flag-band card']/a")
    assert len(links) == 7
    for link in links:
        count = int("".join(link.find("strong").itertext()))  # type: ignore[union-attr]
        page = parse(office.get(link.get("href") or "").text)
        assert len(page.findall(".//tbody/tr")) == count, link.get("href")
        current = page.findall(".//nav[@class='flag-band card']/a[@aria-current]")
        assert [found.get("href") for found in current] == [link.get("href")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("since=still_red", ["平台二期", "实训中心"]),
        ("since=new_red", [HOSTILE]),
        ("since=silent", []),
        ("since=nonsense", ["平台二期", "实训中心", HOSTILE]),
        ("since=unlit", ["平台二期", "实训中心", HOSTILE]),
        ("sort=code", ["平台二期", HOSTILE, "实训中心"]),
        ("sort=code&desc=1", ["实训中心", HOSTILE, "平台二期"]),
        ("sort=behind", [HOSTILE, "实训中心", "平台二期"]),
        ("sort=progress", ["实训中心", "平台二期", HOSTILE]),
    ],
)
def test_moved_since_and_order(office: FlaskClient, query: str, expected: list[str]) -> None:
    assert names(office, f"month=2023-03&{query}") == expected


def test_a_line_says_since_when_and_what_it_needs(office: FlaskClient) -> None:
    text = text_of(office.get("/flags?month=2023-03&lead=市科技局").text)
    assert "始于2023年1月" in text
    # 2,400 planned, 330 done, nine months left; the best month was January's 120.
    assert "230.00 单月最高 120" in text


def test_a_heading_sorts_and_says_so(office: FlaskClient) -> None:
    root = parse(office.get("/flags?month=2023-03&sort=behind&desc=1").text)
    heads = {"".join(head.itertext()).split()[0]: head for head in root.findall(".//thead/tr/th")}
    assert heads["少完成"].get("aria-sort") == "descending"
    assert heads["灯"].get("aria-sort") == "none"
    assert "desc=1" not in (heads["少完成"].find("a").get("href") or "")  # type: ignore[union-attr]


def test_as_reported_and_as_corrected(office: FlaskClient) -> None:
    """A-1's March was corrected after the closing; April is open and has one reading only."""
    reported = office.get("/flags?month=2023-03").text
    assert "关闭后有更正" in text_of(reported)
    corrected = text_of(office.get("/flags?month=2023-03&corrected=1").text)
    assert "按更正后的数据" in corrected
    assert "关闭后有更正" not in corrected
    for month in ("2023-02", "2023-04"):
        text = text_of(office.get(f"/flags?month={month}&corrected=1").text)
        assert "按更正后的数据" not in text
        assert "关闭后有更正" not in text
    name = office.get("/flags.csv?month=2023-03&corrected=1").headers["Content-Disposition"]
    assert name == "attachment; filename=flags-2023-03-corrected.csv"


# ---- The workbook -----------------------------------------------------------------------------------


def sheet_of(client: FlaskClient, query: str, language: str = "zh") -> Worksheet:
    answer = client.get(f"/flags.xlsx?{query}", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_the_workbook_is_ready_to_print(office: FlaskClient) -> None:
    sheet = sheet_of(office, "month=2023-03&light=red")
    assert sheet["A1"].value == "2023年3月重点项目红黄灯清单"
    caption = sheet["A2"].value
    assert "单位：万元" in caption
    assert "应报6个，已报5个，未报1个" in caption
    assert "灯：红灯" in caption
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "E4"
    assert sheet.auto_filter.ref == "A3:Q6"
    assert sheet["B4"].value == "红灯"
    assert sheet["B4"].fill.fgColor.rgb != sheet["C4"].fill.fgColor.rgb
    assert sheet["C4"].border.left.style == "thin"
    foot = [str(sheet.cell(row, 1).value) for row in range(8, sheet.max_row + 1)]
    assert any(text.startswith("统计口径：") for text in foot)
    assert any("审核：" in text and "制表日期：2023-05-04" in text for text in foot)


def test_the_workbook_says_what_the_page_says_and_no_text_is_a_formula(office: FlaskClient) -> None:
    sheet = sheet_of(office, "month=2023-03")
    head = [cell.value for cell in sheet[3]]
    rows = [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(4, 6)]
    assert [row["子项目"].value.split("\n")[0] for row in rows] == ["平台二期", "实训中心", HOSTILE]
    assert {row["子项目"].data_type for row in rows} == {"s"}
    assert [row["少完成"].value for row in rows] == [270, 180, 30]
    assert [row["连续月数"].value for row in rows] == [3, 3, 2]
    assert rows[0]["牵头和责任单位"].value == "牵头：市科技局\n责任：武进区"
    assert rows[0]["亮灯原因"].alignment.wrap_text
    total = {name: cell.value for name, cell in zip(head, sheet[7], strict=True)}
    assert total["灯"] == "合计"
    assert total["亮灯原因"] == "红灯3个"
    assert total["少完成"] == "=SUBTOTAL(109,O$4:O$6)"


def test_the_workbook_of_an_empty_list_and_in_english(office: FlaskClient) -> None:
    sheet = sheet_of(office, "month=2023-03&district=天宁区", "en")
    assert sheet.title == "Red-flag list"
    assert sheet["A1"].value == "Key projects: red-flag list, Mar 2023"
    assert sheet.max_row < 9


@pytest.mark.parametrize("role", ["reporter", "administrator"])
def test_others_do_not_get_the_list(as_role: Callable[[str], FlaskClient], role: str) -> None:
    for path in ("/flags", "/flags.csv", "/flags.xlsx"):
        assert as_role(role).get(path).status_code == 403
