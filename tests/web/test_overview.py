"""总览: the month in one sentence, cohorts, lights, starts, what got worse; a closed month costs the same."""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.web.markup import parse, text_of


def test_newest_closed_month_comes_first(office: FlaskClient) -> None:
    text = text_of(office.get("/").text)
    assert "今年1—3月，4个续建项目投资进度" in text
    assert "已关闭" in text
    assert "应报6个，已报5个，未报1个" in text.replace(" ", "")


def test_open_month_is_named_and_marked_provisional(office: FlaskClient) -> None:
    page = office.get("/")
    assert "2023年4月填报中，数字为暂定数" in text_of(page.text)
    text = text_of(office.get("/?month=2023-04").text)
    assert "填报中（暂定数）" in text
    assert "待报2个" in text.replace(" ", "")


def figures_of(html: str, cohort: str) -> dict[str, list[str]]:
    """Return what stands in a cohort's card, by its label."""
    heads = [e for e in parse(html).iter() if e.get("aria-labelledby") == f"cohort-{cohort}"]
    return {said(row[0]): [said(cell) for cell in row[1:]] for part in heads[0].iter("dl") for row in part}


def said(element: Element) -> str:
    return "".join("".join(element.itertext()).split())


def test_cohorts_against_schedule_city_and_last_month(office: FlaskClient) -> None:
    found = figures_of(office.get("/").text, "continuing")
    # A-1 390, A-2 330, A-3 120 and C-1 60 of 4560; the city adds 3100 and 1700 of 10000 each. At the end of
    # February 620 of 4560 were completed, 13.60 %, against 16.67 %.
    assert found == {
        "投资进度": ["19.74%", "较上月高出+6.14"],
        "较序时百分点": ["低于−5.26", "较上月低于−2.19"],
        "较全市百分点": ["低于−3.47", ""],
        "全市排名": ["2/3", ""],
        "年度计划投资（万元）": ["4,560"],
        "累计完成投资（万元）": ["900"],
        "序时进度": ["25.00%"],
        "全市平均进度": ["23.21%"],
        "低于序时（个）": ["2与上月持平"],
        "已报/应报（个）": ["3/4"],
    }


def test_january_is_compared_with_nothing(office: FlaskClient) -> None:
    page = office.get("/?month=2023-01").text
    assert "较上月低于" not in text_of(page)
    assert "没有上月可比" in text_of(page)


def test_lights_lead_to_their_lists(office: FlaskClient) -> None:
    page = office.get("/").text
    assert 'href="/flags?month=2023-03&amp;light=red"' in page
    assert 'href="/projects?month=2023-03&amp;light=green"' in page


def test_starts_and_worsened(office: FlaskClient) -> None:
    text = text_of(office.get("/").text)
    assert "开工率（占应开工） 50.00%" in text
    assert "较上月新亮或加重" in text


def test_chart_carries_figures_and_texts(office: FlaskClient) -> None:
    charts = [element for element in parse(office.get("/").text).iter("div") if element.get("data-chart")]
    assert len(charts) == 2
    data = json.loads(charts[0].get("data-chart") or "")
    assert data["labels"] == ["1月", "2月", "3月"]
    assert data["series"][0]["texts"][2] == "19.74%"
    assert data["series"][2]["values"][:2] == [None, None]


def test_briefing_of_the_month(office: FlaskClient) -> None:
    assert "下载通报" in text_of(office.get("/").text)


@pytest.mark.parametrize("month", ["2023-07", "2022-12", "2023-3", "abc", "2023-13", "9999-99"])
def test_unknown_month_is_a_404_page(office: FlaskClient, month: str) -> None:
    answer = office.get("/", query_string={"month": month})
    assert answer.status_code == 404
    assert "没有找到报告期" in text_of(answer.text)


def test_english(office: FlaskClient) -> None:
    text = text_of(office.get("/", headers={"Accept-Language": "en-GB"}).text)
    assert "By the end of 2023-03" in text
    assert "Continuing projects" in text
    assert "Against schedule" in text


def test_closed_month_reads_no_more_lines_than_it_shows(app: Flask, office: FlaskClient) -> None:
    statements: list[str] = []
    engine: sa.Engine = app.extensions["tracker_engine"]

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert office.get("/?month=2023-03").status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(statements) < 24
    assert not [s for s in statements if "report_revision" in s or "plan_revision" in s]
    assert [s for s in statements if "snapshot_line.figures" in s and "LIMIT" not in s] == []
