"""Headers, static files and health: what every answer carries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import make_app
from tracker.resources import static_dir
from tracker.web.headers import HEADERS, POLICY

STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def test_policy_is_strict_without_exceptions() -> None:
    directives = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert directives.pop("default-src") == "'none'"
    assert set(directives.values()) <= {"'self'", "'none'"}
    assert {"script-src", "style-src", "frame-ancestors", "base-uri", "form-action"} <= set(directives)


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/healthz", "/flags.csv", "/static/x/y.css"])
def test_every_answer_carries_the_headers(signed_out: FlaskClient, path: str) -> None:
    answer = signed_out.get(path)
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value]


def test_pages_are_not_kept(office: FlaskClient) -> None:
    for path in ("/", "/flags", "/login", "/nowhere"):
        assert office.get(path).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_a_year_below_their_version(office: FlaskClient) -> None:
    addresses = STATIC.findall(office.get("/").text)
    assert len(addresses) >= 6
    for address in addresses:
        answer = office.get(address, buffered=True)
        assert answer.status_code == 200, f"{address}: run `make setup` to build static/vendor"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    old = re.sub(r"/static/[^/]+/", "/static/000000000000/", addresses[0])
    assert office.get(old).status_code == 404


def test_static_serves_nothing_else(office: FlaskClient) -> None:
    version = STATIC.findall(office.get("/").text)[0].split("/")[2]
    assert office.get(f"/static/{version}/../tracker/app.py").status_code == 404
    assert office.get(f"/static/{version}/%2e%2e/pyproject.toml").status_code == 404


def test_own_styles_and_scripts_name_no_other_host() -> None:
    for file in [*static_dir().glob("css/*"), *static_dir().glob("js/*"), *static_dir().glob("img/*")]:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?:)?//[a-z]", text.replace("// ", "")), file
        assert "data:" not in text.replace("data: ", ""), file


def test_health_needs_no_account_and_shows_no_figures(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


def test_health_says_when_the_database_is_gone(tmp_path: Path) -> None:
    app: Flask = make_app(tmp_path / "home", with_year=False)
    app.extensions["tracker_engine"].dispose()
    for file in (tmp_path / "home").iterdir():
        if file.is_file():
            file.unlink()
    (tmp_path / "home" / "tracker.sqlite3").mkdir()
    assert app.test_client().get("/healthz").status_code == 503
