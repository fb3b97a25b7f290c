"""排名: fronts, programmes, departments, districts; both ranks and how they moved."""

from __future__ import annotations

import json
from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.web.markup import parse, text_of


def rows_of(office: FlaskClient, month: str, section: str) -> list[list[str]]:
    root = parse(office.get(f"/standings?month={month}").text)
    place = next(element for element in root.iter() if element.get("id") == section)
    table = next(place.iter("tbody"))
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table]


def test_fronts_with_the_own_one_marked(office: FlaskClient) -> None:
    rows = rows_of(office, "2023-03", "fronts")
    assert [row[2] for row in rows] == ["产业现代化", "创新现代化 本领域", "生态现代化"]
    assert rows[1][3:5] == ["19.74", "低于−3.47"]
    assert [row[6] for row in rows] == ["1", "3", "2"]
    # In February no other front was known: there is nothing to have moved from.
    assert {row[1] for row in rows} == {"—"}


def test_programmes_with_both_ranks(office: FlaskClient) -> None:
    rows = rows_of(office, "2023-03", "programmes")
    assert [row[2] for row in rows] == ["平台工程", "人才工程"]
    assert [(row[0], row[6]) for row in rows] == [("1", "1"), ("2", "2")]
    assert rows[0][11] == "2/3"


def test_january_has_no_movement(office: FlaskClient) -> None:
    text = text_of(office.get("/standings?month=2023-01").text)
    assert "没有上月排名可比" in text
    assert "升降与2023年2月相比" in text_of(office.get("/standings?month=2023-03").text)


def test_heads_tell_how_they_are_sorted(office: FlaskClient) -> None:
    root = parse(office.get("/standings").text)
    for table in (t for t in root.iter("table") if t.get("data-sortable") is not None):
        heads = [head.get("aria-sort") for head in table.iter("th") if head.get("scope") == "col"]
        assert heads.count("ascending") == 1
        assert set(heads) <= {"ascending", "none"}


def test_english(office: FlaskClient) -> None:
    assert "Rank by amount" in text_of(office.get("/standings", headers={"Accept-Language": "en"}).text)


def rank_data(office: FlaskClient, place: str, query: str = "") -> list[list[str]]:
    """Return the table of ranks by month beside a chart."""
    root = parse(office.get(f"/standings?month=2023-03{query}").text)
    table = next(table for table in root.iter("table") if table.get("data-ranks-of") == place)
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]


def test_ranks_month_by_month_by_rate_and_by_amount(office: FlaskClient) -> None:
    # By the year to date, in 万元: with C-1 against A-3 and the two of the other programme.
    assert rank_data(office, "programmes") == [
        ["工程", "1月", "2月", "3月"],
        ["平台工程", "1", "1", "1"],
        ["人才工程", "2", "2", "2"],
    ]
    assert rank_data(office, "departments", "&by=amount")[0] == ["部门", "1月", "2月", "3月"]


def test_a_month_without_other_fronts_is_a_gap(office: FlaskClient) -> None:
    assert rank_data(office, "fronts-continuing") == [
        ["领域", "1月", "2月", "3月"],
        ["产业现代化", "—", "—", "1"],
        ["创新现代化", "—", "—", "2"],
        ["生态现代化", "—", "—", "3"],
    ]


def test_charts_are_told_the_ranks_and_one_month_alone_draws_none(office: FlaskClient) -> None:
    root = parse(office.get("/standings?month=2023-03").text)
    charts = [json.loads(e.get("data-ranks") or "") for e in root.iter("div") if e.get("data-ranks")]
    assert [chart["places"] for chart in charts] == [2, 2, 2]
    assert charts[0]["series"][0]["values"] == [1, 1, 1]
    assert "只有一个月有名次" in text_of(office.get("/standings?month=2023-03").text)


def test_everything_is_handed_out_as_a_workbook(office: FlaskClient) -> None:
    answer = office.get("/standings.xlsx?month=2023-03")
    book = load_workbook(BytesIO(answer.data))
    assert len(book.sheetnames) == 10
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"平台工程", "市科技局", "武进区", "生态现代化", "各领域.xlsx"} <= cells


def test_an_empty_instance_has_no_workbook(at_empty: FlaskClient) -> None:
    assert at_empty.get("/standings.xlsx").status_code == 404
