"""排名: fronts, programmes, departments, districts; both ranks and how they moved."""

from __future__ import annotations

from flask.testing import FlaskClient

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
    for table in root.iter("table"):
        heads = [head.get("aria-sort") for head in table.iter("th") if head.get("scope") == "col"]
        assert heads.count("ascending") == 1
        assert set(heads) <= {"ascending", "none"}


def test_english(office: FlaskClient) -> None:
    assert "Rank by amount" in text_of(office.get("/standings", headers={"Accept-Language": "en"}).text)
