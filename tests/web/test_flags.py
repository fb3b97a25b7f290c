"""红黄灯清单: red first, reasons with their numbers, filters in the address, export."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

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


def test_unknown_month(office: FlaskClient) -> None:
    assert office.get("/flags?month=2024-01").status_code == 404
    assert office.get("/flags.csv?month=2024-01").status_code == 404
