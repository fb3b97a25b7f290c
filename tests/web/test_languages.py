"""Two languages: every text has both, the browser's word counts, the switch is remembered."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import tracker
from tests.web.markup import text_of
from tracker.core import words
from tracker.core.cohorts import Category, Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.lights import Light
from tracker.resources import templates_dir
from tracker.services.problems import STATE_WORDS
from tracker.web.words import WORDS, word

PACKAGE = Path(tracker.__file__).parent
CATALOGUE = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_po(BytesIO(CATALOGUE.read_bytes()), locale="en")


@cache
def used() -> frozenset[str]:
    keywords = {"_": None, "gettext": None, "lazy_gettext": None}
    found: set[str] = set()
    for folder, method in ((templates_dir(), "jinja2"), (PACKAGE / "web", "python")):
        for _file, _line, message, *_rest in extract_from_dir(
            str(folder), [("**.html" if method == "jinja2" else "**.py", method)], keywords=keywords
        ):
            found.add(message if isinstance(message, str) else message[0])
    return frozenset(found)


def test_every_text_has_an_english_one(english: Catalog) -> None:
    missing = sorted(text for text in used() if not (message := english.get(text)) or not message.string)
    assert missing == [], f"add these to {CATALOGUE}"


def test_catalogue_holds_nothing_else_and_nothing_fuzzy(english: Catalog) -> None:
    assert sorted(str(m.id) for m in english if m.id and m.id not in used()) == []
    assert [m.id for m in english if m.id and m.fuzzy] == []


def test_placeholders_are_the_same(english: Catalog) -> None:
    for message in english:
        if message.id:
            places = [sorted(re.findall(r"%\(\w+\)s", str(t))) for t in (message.id, message.string)]
            assert places[0] == places[1], message.id


def test_english_texts_are_english(english: Catalog) -> None:
    kept = {m.id: m.string for m in english if m.id and CHINESE.search(str(m.string).replace("万元", ""))}
    assert kept == {}


def test_compiled_catalogue_is_the_one_here(english: Catalog) -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.is_file(), "run `make setup`: it compiles the catalogue"
    with compiled.open("rb") as file:
        told = {m.id: m.string for m in read_mo(file) if m.id}
    assert told == {m.id: m.string for m in english if m.id}, "run `make setup`: the catalogue has changed"


def test_no_template_speaks_outside_the_catalogue() -> None:
    for file in templates_dir().rglob("*.html"):
        text = re.sub(r"{#.*?#}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"'[^']*'", "", text)
        left = CHINESE.sub("", text.replace("中文", ""))
        assert len(left) == len(text.replace("中文", "")), f"{file} has Chinese text outside _('…')"


def test_words_agree_with_the_briefings() -> None:
    for light in Light:
        assert str(word(light)) == words.light_name(light)
    for cohort in Cohort:
        assert str(word(cohort)) == words.cohort_name(cohort)
    for category in Category:
        assert str(word(category)) == words.category_name(category)
    for status in ReportStatus:
        assert str(word(status)) == words.status_name(status)
    for state, text in STATE_WORDS.items():
        assert str(word(state)) == text
    for kind, known in WORDS.items():
        assert set(known) == set(kind)


def test_browsers_language(office: FlaskClient) -> None:
    assert 'lang="zh-Hans"' in office.get("/flags", headers={"Accept-Language": "fr"}).text
    assert 'lang="zh-Hans"' in office.get("/flags", headers={"Accept-Language": "zh-TW,en;q=0.5"}).text
    assert '<html lang="en">' in office.get("/flags", headers={"Accept-Language": "en-US"}).text


def test_switch_is_remembered(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/login?lang=en")
    assert "Sign in" in text_of(answer.text)
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Sign in" in text_of(signed_out.get("/login").text)
    assert "登录" in text_of(signed_out.get("/login?lang=zh").text)
    assert "登录" in text_of(signed_out.get("/login?lang=xx", headers={"Accept-Language": "en"}).text)


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/%5Cevil.example", "/evil.example?lang=en"),
        ("/%5C/%5Cevil.example", "/evil.example?lang=en"),
        ("/%2F/evil.example", "/evil.example?lang=en"),
        ("/projects/2023/A%5C1", "/projects/2023/A%5C1?lang=en"),
        ("/projects/2023/甲%3F%23", "/projects/2023/%E7%94%B2%3F%23?lang=en"),
    ],
)
def test_switch_never_leads_away(office: FlaskClient, path: str, link: str) -> None:
    answer = office.get(path, follow_redirects=True)
    assert answer.status_code == 404
    assert f'href="{link}"' in answer.text


def test_switch_keeps_the_view(office: FlaskClient) -> None:
    assert (
        'href="/flags?month=2023-03&amp;light=red&amp;lang=en"'
        in office.get("/flags?month=2023-03&light=red").text
    )
