"""Finding things: by name, code or unit, best first, for everybody who sees figures and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.web.markup import parse, problems, text_of
from tests.web.seed import HOSTILE


def found(client: FlaskClient, words: str, **more: str) -> dict[str, list[str]]:
    """Return the names that the page lists, by the heading above them."""
    page = parse(client.get("/search", query_string={"q": words, "all": "1", **more}).text)
    listed: dict[str, list[str]] = {}
    for section in page.iter("section"):
        head, links = section.find(".//h2"), section.findall(".//li//a")
        if head is not None and links:
            listed[(head.text or "").strip()] = ["".join(link.itertext()) for link in links]
    return listed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("平台二", {"子项目": ["平台二期"]}),
        ("平台", {"子项目": ["平台一期", "平台二期", "未报项目", "预备项目甲"], "重点工作": [], "重点项目": ["重点项目1", "重点项目3"]}),
        ("ａ－２", {"子项目": ["平台二期"]}),
        (" 平 台　二期 ", {"子项目": ["平台二期"]}),
        ("二期 科技局", {"子项目": ["平台二期"]}),
        ("政策", {}),
        ("重点项目4", {"重点工作": ["重点项目4"]}),
        ("市人社局", {"子项目": [HOSTILE, "人才公寓", "实训中心"], "重点工作": ["重点项目4"], "重点项目": ["重点项目2"], "单位": ["市人社局"]}),
        ("%", {}),
        ("_", {}),
        ("\\", {}),
        ("预备", {"子项目": ["预备项目甲"]}),
    ],
)  # fmt: skip
def test_what_is_found(office: FlaskClient, words: str, expected: dict[str, list[str]]) -> None:
    listed = found(office, words)
    # What is said of problems has a test of its own.
    listed.pop("问题", None)
    assert listed == {group: names for group, names in expected.items() if names}


def test_the_code_itself_comes_before_its_beginnings_and_the_name_before_its_parts(
    office: FlaskClient,
) -> None:
    assert found(office, "重点项目1")["子项目"] == ["平台一期", "平台二期"]
    assert found(office, "重点项目")["重点项目"] == ["重点项目1", "重点项目3", "重点项目2"]


def test_a_code_goes_straight_to_its_page(office: FlaskClient) -> None:
    answer = office.get("/search?q=a-1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/projects/2023/A-1")
    assert office.get("/search?q=K-4").headers["Location"] == "/projects/2023/K-4"


def test_the_light_of_the_newest_settled_month_stands_beside_it(office: FlaskClient) -> None:
    text = text_of(office.get("/search?q=平台二").text)
    assert "灯为2023年3月的" in text
    assert "红灯 平台二期" in text
    assert "绿灯 平台二期" not in text


def test_the_light_of_an_open_month_is_computed(office: FlaskClient) -> None:
    assert "红灯 =1+1" in text_of(office.get("/search?q=人才&month=2023-03").text)
    assert "灰灯 =1+1" in text_of(office.get("/search?q=人才&month=2023-04").text)


def test_one_group_alone_and_back(office: FlaskClient) -> None:
    assert list(found(office, "平台", **{"in": "lines"})) == ["子项目"]
    assert "显示全部类别" in office.get("/search?q=平台&in=lines").text


def test_nothing_asked_and_nothing_found_are_designed(office: FlaskClient) -> None:
    assert "请输入名称、编码或单位" in text_of(office.get("/search").text)
    assert "没有找到“没有这样的”" in text_of(office.get("/search?q=没有这样的").text)


def test_a_unit_leads_to_its_lines(office: FlaskClient) -> None:
    page = parse(office.get("/search?q=武进区&in=units").text)
    (link,) = [a.get("href") for a in page.findall(".//li//a") if "武进区" in "".join(a.itertext())]
    assert link == "/projects?district=%E6%AD%A6%E8%BF%9B%E5%8C%BA"


@pytest.mark.parametrize("words", ['"><script>alert(1)</script>', HOSTILE, "\x00", "平台" * 80])
def test_hostile_words_are_only_words(office: FlaskClient, words: str) -> None:
    answer = office.get("/search", query_string={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert problems(answer.text) == []


@pytest.mark.parametrize("role", ["reporter", "office", "leader"])
def test_everybody_who_sees_figures_finds_from_every_page(
    as_role: Callable[[str], FlaskClient], role: str
) -> None:
    client = as_role(role)
    assert 'action="/search"' in client.get("/account").text
    assert found(client, "人才公寓")["子项目"] == ["人才公寓"]


def test_the_administrator_has_no_search_and_no_key_for_it(as_role: Callable[[str], FlaskClient]) -> None:
    page = as_role("administrator").get("/admin").text
    assert 'action="/search"' not in page
    assert "<kbd>/</kbd>" not in page
    assert "<kbd>?</kbd>" in page


def test_every_letter_is_used_once(as_role: Callable[[str], FlaskClient]) -> None:
    for role in ("reporter", "office", "leader", "administrator"):
        letters = [
            a.get("data-go") for a in parse(as_role(role).get("/account").text).iter("a") if a.get("data-go")
        ]
        assert letters
        assert len(set(letters)) == len(letters), "two places of the navigation share a letter after g"
        assert not set(letters) & {"j", "k"}


def test_problems_are_found_by_their_words(office: FlaskClient) -> None:
    assert found(office, "用地指标")["问题"] == ["用地指标未落实"]
    page = parse(office.get("/search?q=用地指标").text)
    assert [a.get("href") for a in page.findall(".//section//li//a")] == ["/problems/1"]
