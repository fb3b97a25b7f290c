"""项目: all lines, searchable and sorted through the address; works and preparatory lines beside them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.markup import parse, text_of
from tests.web.seed import HOSTILE
from tracker.web.paging import paged


def names(office: FlaskClient, query: str) -> list[str]:
    root = parse(office.get(f"/projects?month=2023-03&{query}").text)
    return ["".join(link.itertext()) for link in root.findall(".//tbody/tr/th/a")]


def test_all_counted_lines_in_the_rosters_order(office: FlaskClient) -> None:
    assert names(office, "") == ["平台一期", "平台二期", "未报项目", HOSTILE, "人才公寓", "实训中心"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=平台", ["平台一期", "平台二期"]),
        ("q=a-3", [HOSTILE]),
        ("q=市科技局", ["平台一期", "平台二期"]),
        ("light=green", ["平台一期", "人才公寓"]),
        ("cohort=newly_started", ["人才公寓"]),
        ("programme=平台工程", ["平台一期", "平台二期", "未报项目"]),
        ("district=新北区", ["平台一期", "未报项目", "人才公寓"]),
        ("q=平台&sort=progress", ["平台二期", "平台一期"]),
        ("q=平台&sort=progress&desc=1", ["平台一期", "平台二期"]),
        ("q=平台&sort=nonsense", ["平台一期", "平台二期"]),
    ],
)
def test_search_filters_and_order(office: FlaskClient, query: str, expected: list[str]) -> None:
    assert names(office, query) == expected


@pytest.mark.parametrize("order", ["name", "lead", "light", "plan", "completed", "progress", "gap", "behind"])
def test_every_order_shows_every_line(office: FlaskClient, order: str) -> None:
    assert len(names(office, f"sort={order}")) == 6
    root = parse(office.get(f"/projects?sort={order}&desc=1").text)
    assert [h.get("aria-sort") for h in root.iter("th")].count("descending") == 1


def test_missing_report_is_said(office: FlaskClient) -> None:
    assert "60 未报" in text_of(office.get("/projects?month=2023-03&q=未报").text)


def test_works(office: FlaskClient) -> None:
    text = text_of(office.get("/projects?kind=works").text)
    assert "重点项目4" in text
    assert "出台三项政策" in text
    assert "0/1" in text
    assert "共0项工作" in text_of(office.get("/projects?kind=works&q=没有").text)


def test_preparatory(office: FlaskClient) -> None:
    text = text_of(office.get("/projects?kind=preparatory").text)
    assert "预备项目甲" in text
    assert "不计入任何指标" in text


@pytest.mark.parametrize(
    ("asked", "number", "first"),
    [("", 1, 1), ("2", 2, 11), ("9", 3, 21), ("0", 1, 1), ("-1", 1, 1), ("x", 1, 1)],
)
def test_pages_of_a_long_list(app: Flask, asked: str, number: int, first: int) -> None:
    with app.test_request_context("/projects", query_string={"page": asked}):
        page = paged(range(25), 10)
    assert (page.number, page.pages, page.total, page.first) == (number, 3, 25, first)
