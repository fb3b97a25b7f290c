"""亮灯规则: read by leaders, written by the office in people's units, previewed, then made a version."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.web.markup import parse, problems, text_of
from tests.web.office_desk import OfficeDesk, office_desk
from tests.web.seed import HOSTILE
from tracker.core.rule_checks import Preset, preset_rules
from tracker.core.rules import BASES, DEFAULT_RULES, Basis, Rule, RuleKey, Threshold
from tracker.store.rules import RuleVersion
from tracker.web.office.rule_form import read_rules, told_in, typed_of

MARCH_REDS = "红灯为3个，原为3个"


@pytest.fixture
def desk(office_home: Path, tmp_path: Path) -> OfficeDesk:
    """Return an instance of the test's own; April is open."""
    return office_desk(office_home, tmp_path / "instance")


def typed(preset: Preset = Preset.BUILT_IN, **changes: str) -> dict[str, str]:
    """Return the form as a browser sends it; "_" stands for the point in the names of `changes`."""
    told = typed_of(preset_rules(preset)) | {name.replace("__", "."): text for name, text in changes.items()}
    return {name: text for name, text in told.items() if text}


def look(desk: OfficeDesk, **query: str) -> TestResponse:
    return desk.get("/rules/change", filled="1", **query)


def publish(desk: OfficeDesk, fields: dict[str, str], **told: str) -> TestResponse:
    said = {"effective_from": "2023-04", "reason": "参照武汉市的规则", "based_on": "0"} | told
    return desk.post("/rules/change", "/rules", **(fields | said))


def versions(desk: OfficeDesk) -> list[int]:
    return desk.all(RuleVersion.version)


# ---- Reading ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/rules",
        "/rules/change",
        "/rules/change?preset=wuhan",
        "/rules/change?filled=1",
        "/rules/change?filled=1&behind_schedule.enabled=1&behind_schedule.red=%3Cscript%3E",
        "/rules/change?filled=1&behind_schedule.enabled=1&behind_schedule.red=50&look=2023-01",
    ],
)
def test_pages_are_valid(office: FlaskClient, path: str, language: str) -> None:
    answer = office.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert problems(answer.text) == []
    assert "<script>" not in answer.text


def test_leaders_read_and_change_nothing(as_role: Callable[[str], FlaskClient]) -> None:
    page = as_role("leader").get("/rules").text
    assert "低于80%" in text_of(page)
    assert "调整规则" not in text_of(page)
    assert as_role("leader").get("/rules/change").status_code == 403


def test_an_instance_without_months_has_rules(at_empty: FlaskClient) -> None:
    assert "内置的默认规则" in text_of(at_empty.get("/rules").text)
    page = at_empty.get("/rules/change", query_string={"filled": "1"} | typed(Preset.WUHAN))
    assert problems(page.text) == []
    assert "还没有可以预览的月份" in text_of(page.text)


# ---- The form ---------------------------------------------------------------------------------------

BOUNDS = st.none() | st.builds(Threshold, st.integers(0, 20_000), st.booleans())


@given(st.lists(st.tuples(BOUNDS, BOUNDS, st.booleans()), min_size=7, max_size=7), st.booleans())
def test_what_is_shown_is_read_back(
    bounds: list[tuple[Threshold | None, Threshold | None, bool]], points: bool
) -> None:
    rules: list[Rule] = []
    for key, (yellow, red, enabled) in zip(RuleKey, bounds, strict=True):
        basis = Basis.POINTS if points and Basis.POINTS in BASES[key] else BASES[key][0]
        months = basis is Basis.MONTHS
        few = [
            bound if bound is None or not months else Threshold(bound.value % 13, bound.inclusive)
            for bound in (yellow, red)
        ]
        rules.append(Rule(key, basis, few[0], few[1], enabled))
    told, unread = read_rules(told_in(typed_of(tuple(rules))))
    assert unread == ()
    assert told == tuple(rules)


@pytest.mark.parametrize("text", ["８０％", " 80.0 ", "80 %", "80.00"])
def test_numbers_as_people_type_them(text: str) -> None:
    told, unread = read_rules(told_in(typed(behind_schedule__red=text)))
    assert unread == ()
    assert told == DEFAULT_RULES


@pytest.mark.parametrize("text", ["八十", "-5", "80.123", "1e2", "80%%", "∞"])
def test_numbers_that_are_none_are_said_at_their_field(office: FlaskClient, text: str) -> None:
    answer = office.get("/rules/change", query_string={"filled": "1"} | typed(behind_schedule__red=text))
    page = parse(answer.text)
    field = page.find(".//input[@name='behind_schedule.red']")
    assert field is not None
    assert (field.get("value"), field.get("aria-invalid")) == (text, "true")
    assert "“低于序时进度”的红灯界限看不懂" in text_of(answer.text)
    assert page.find(".//section[@id='preview']") is None


def test_red_milder_than_yellow_is_refused_before_any_preview(office: FlaskClient) -> None:
    fields = typed(behind_schedule__yellow="50", behind_schedule__red="90")
    text = text_of(office.get("/rules/change", query_string={"filled": "1"} | fields).text)
    assert "“低于序时进度”的红灯比黄灯还容易亮" in text
    assert "发布这套规则" not in text


def test_a_preset_fills_the_form(office: FlaskClient) -> None:
    page = parse(office.get("/rules/change?preset=yinchuan").text)
    basis = page.find(".//select[@name='behind_schedule.basis']/option[@selected]")
    assert basis is not None
    assert basis.get("value") == "points"
    value = {name: page.find(f".//input[@name='behind_schedule.{name}']") for name in ("yellow", "red")}
    assert {name: field.get("value") for name, field in value.items() if field is not None} == {
        "yellow": "10",
        "red": "30",
    }


# ---- Preview and publishing -------------------------------------------------------------------------


def test_a_preview_says_what_a_past_month_would_have_been(desk: OfficeDesk) -> None:
    text = text_of(look(desk, **typed()).text)
    assert f"2023年3月{MARCH_REDS}" in text
    assert "这个月没有项目的灯会变" in text
    answer = look(desk, look="2023-01", **typed(Preset.YINCHUAN))
    text = text_of(answer.text)
    # 5 to 8.33 points behind in January: no light in Yinchuan.
    assert "按这套规则，2023年1月红灯为0个，原为3个" in text
    links = parse(answer.text).findall(".//section[@id='preview']//tbody/tr/th/a")
    assert any("/projects/2023/A-2?month=2023-01" in (link.get("href") or "") for link in links)
    assert versions(desk) == []


def test_links_to_other_months_keep_the_rules(desk: OfficeDesk) -> None:
    root = parse(look(desk, **typed(Preset.YINCHUAN)).text)
    (link,) = [
        found.get("href") or ""
        for found in root.findall(".//section[@id='preview']//th/a")
        if "look=2023-01" in (found.get("href") or "")
    ]
    assert "按这套规则，2023年1月红灯为0个，原为3个" in text_of(desk.get(link.partition("#")[0]).text)


def test_what_was_previewed_becomes_a_version(desk: OfficeDesk) -> None:
    page = parse(look(desk, **typed(Preset.WUHAN)).text)
    form = page.find(".//form[@method='post'][@action='/rules/change']")
    assert form is not None
    fields = {field.get("name") or "": field.get("value") or "" for field in form.iter("input")}
    answer = desk.client.post(
        "/rules/change", data=fields | {"effective_from": "2023-04", "reason": f"参照武汉{HOSTILE}"}
    )
    assert answer.status_code == 303
    assert versions(desk) == [1]
    text = text_of(desk.get("/rules").text)
    assert "规则第1版 · 自2023年4月起" in text
    assert "低于100%亮黄灯，低于80%亮红灯 → 低于80%亮黄灯，低于60%亮红灯" in text
    assert problems(desk.get("/rules").text) == []
    trail = text_of(desk.get("/audit", family="rules").text)
    assert "发布亮灯规则" in trail
    assert "低于80%亮黄灯" in trail


def test_closed_months_and_reports_of_them_stay(desk: OfficeDesk) -> None:
    before = desk.get("/flags.csv", month="2023-03").text
    assert publish(desk, typed(Preset.WUHAN)).status_code == 303
    assert desk.get("/flags.csv", month="2023-03").text == before


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"effective_from": "2023-03"}, "2023-03 已关闭，公布的数字和灯不能再变"),
        ({"effective_from": "x"}, "没有选择从哪个月起执行"),
        ({"reason": ""}, "请写明调整规则的原因"),
        ({"behind_schedule.red": "x"}, "红灯界限看不懂"),
        ({"behind_schedule.red": "90"}, "红灯比黄灯还容易亮"),
    ],
)
def test_refused_with_what_was_typed_and_nothing_written(
    desk: OfficeDesk, told: dict[str, str], message: str
) -> None:
    answer = publish(desk, typed(Preset.WUHAN) | told, **{k: v for k, v in told.items() if "." not in k})
    assert answer.status_code == 422
    assert message in text_of(answer.text)
    assert problems(answer.text) == []
    field = parse(answer.text).find(".//input[@name='behind_schedule.yellow']")
    assert field is not None
    assert field.get("value") == "80"
    if "behind_schedule.red" not in told and "reason" not in told:
        assert "参照武汉市的规则" in answer.text
    assert versions(desk) == []


def test_of_two_officers_the_second_is_told(desk: OfficeDesk) -> None:
    assert publish(desk, typed(Preset.WUHAN)).status_code == 303
    answer = publish(desk, typed(Preset.YINCHUAN), reason="参照银川市的规则")
    assert answer.status_code == 409
    text = text_of(answer.text)
    assert "发布了第1版规则，本次没有保存" in text
    page = parse(answer.text)
    value = page.find(".//input[@name='behind_schedule.yellow']")
    newest = page.find(".//input[@name='based_on']")
    assert value is not None
    assert newest is not None
    assert (value.get("value"), newest.get("value")) == ("10", "1")
    assert versions(desk) == [1]


def test_the_workbook_names_the_version_that_it_was_judged_by(desk: OfficeDesk) -> None:
    publish(desk, typed(Preset.WUHAN))
    for month, version in (("2023-03", "内置的默认规则"), ("2023-04", "规则第1版")):
        book = load_workbook(io.BytesIO(desk.get("/flags.xlsx", month=month).data))
        texts = [str(row[0]) for row in book.worksheets[0].iter_rows(max_col=1, values_only=True)]
        assert any(f"依据{version}；" in text for text in texts)
