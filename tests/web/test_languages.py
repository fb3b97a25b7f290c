"""Two languages: every text has both, the browser's word counts, the switch is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
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
from tracker.web.api import handing_in
from tracker.web.departments import form, grid
from tracker.web.words import SOURCES, WORDS, word

PACKAGE = Path(tracker.__file__).parent
CATALOGUE = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\(\w+\)[sd]")
#: What marks a text in code and templates, and which of its arguments are texts.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext")),
    "ngettext": (1, 2),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
}


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_po(BytesIO(CATALOGUE.read_bytes()), locale="en")


@cache
def used() -> frozenset[tuple[str, ...]]:
    """Return every text of the pages: its context if it has one, and its form, or singular and plural."""
    found: set[tuple[str, ...]] = set()
    for folder, method in ((templates_dir(), "jinja2"), (PACKAGE / "web", "python")):
        for _file, _line, message, _comments, context in extract_from_dir(
            str(folder), [("**.html" if method == "jinja2" else "**.py", method)], keywords=KEYWORDS
        ):
            found.add((context or "", *forms(message)))
    return frozenset(found)


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the text alone, or its singular and its plural where it counts something."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def told(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return what a catalogue says for each text with its context, form by form."""
    return {(m.context or "", *forms(m.id)): forms(m.string) for m in catalogue if m.id}


def test_every_text_has_an_english_one(english: Catalog) -> None:
    known = told(english)
    missing = sorted(
        text for text in used() if len(known.get(text, ())) != len(text) - 1 or not all(known[text])
    )
    assert missing == [], f"add these to {CATALOGUE}"


def test_catalogue_holds_nothing_else_and_nothing_fuzzy(english: Catalog) -> None:
    assert sorted(set(told(english)) - used()) == []
    assert [m.id for m in english if m.id and m.fuzzy] == []


def test_placeholders_are_the_same(english: Catalog) -> None:
    for text, said in told(english).items():
        places = [sorted(PLACE.findall(one)) for one in (*text[1:], *said)]
        assert all(found == places[0] for found in places), text


def test_english_texts_are_english(english: Catalog) -> None:
    kept = {
        text: said
        for text, said in told(english).items()
        if CHINESE.search(" ".join(said).replace("万元", ""))
    }
    assert kept == {}


def test_compiled_catalogue_is_the_one_here(english: Catalog) -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.is_file(), "run `make setup`: it compiles the catalogue"
    fresh = BytesIO()
    write_mo(fresh, english)
    unchanged = compiled.read_bytes() == fresh.getvalue()
    assert unchanged, "run `make setup`: the catalogue has changed"


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


def test_ways_to_report_have_words() -> None:
    assert set(SOURCES) == {form.SOURCE, grid.SOURCE, handing_in.SOURCE}


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
