"""Who may ask as a program: a valid token in its header and nothing else, not too often, and never overheard."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import Server
from tests.web.conftest import sign_in
from tests.web.programs import OTHER, PREFIX, Office, Program, opened
from tests.web.seed import ACTOR
from tracker.services.tokens import revoke_token
from tracker.store.accounts import ApiToken
from tracker.store.engine import writing
from tracker.web.api import views
from tracker.web.programs import Brake


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Iterator[Office]:
    with opened(server, tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    "shown",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer trk_" + "a" * 43,
        "Bearer trk_" + "a" * 5000,
        "Bearer a=b",
        "Bearer 令牌",
        "Basic dHJrOnRyaw==",
        "Token {secret}",
        "{secret}",
        "Bearer {secret}x",
        "Bearer  x{secret}",
    ],
)
def test_nothing_but_a_valid_token_opens(office: Office, shown: str | None) -> None:
    secret = office.secret()
    headers = (
        {} if shown is None else {"Authorization": shown.format(secret=secret).encode().decode("latin-1")}
    )
    answer = office.app.test_client().get(f"{PREFIX}/periods", headers=headers)
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=tracker")
    assert answer.json is not None
    assert answer.json["status"] == 401
    assert answer.json["problems"] == []
    assert "Bearer trk_" in answer.json["message"]


def test_the_scheme_is_read_in_any_case(office: Office) -> None:
    secret = office.secret()
    answer = office.app.test_client().get(f"{PREFIX}/periods", headers={"Authorization": f"bearer {secret}"})
    assert answer.status_code == 200


def test_a_token_in_the_address_or_in_a_cookie_opens_nothing(office: Office) -> None:
    secret = office.secret()
    client = office.app.test_client()
    client.set_cookie("Authorization", f"Bearer {secret}")
    client.set_cookie("token", secret)
    for query in (f"token={secret}", f"access_token={secret}", f"Authorization=Bearer%20{secret}"):
        answer = client.get(f"{PREFIX}/periods?{query}")
        assert answer.status_code == 401
        assert secret not in answer.text
    # Beside a valid one it is an unknown argument, and its value is not told again.
    answer = Program(office.app, secret).ask("GET", f"/periods?token={secret}")
    assert answer.status_code == 400
    assert secret not in answer.text


def test_a_revoked_token_opens_nothing_at_once(office: Office) -> None:
    program = office.program()
    program.get("/periods")
    with writing(office.engine) as session:
        revoke_token(session, ACTOR, office.now, session.scalars(sa.select(ApiToken.id)).one())
    answer = program.ask("GET", "/periods")
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    assert program.put("A-1", "151", based_on=1).status_code == 401


def test_a_token_ends_with_its_last_moment(office: Office) -> None:
    program = Program(office.app, office.secret(days=1))
    with office.at(office.now + timedelta(days=1, seconds=-1)):
        program.get("/periods")
    with office.at(office.now + timedelta(days=1)):
        assert program.ask("GET", "/periods").status_code == 401


def test_a_session_alone_opens_nothing_and_a_token_opens_no_page(office: Office) -> None:
    client = office.app.test_client()
    assert sign_in(client, "office") == 302
    assert client.get(f"{PREFIX}/periods").status_code == 401
    assert client.put(f"{PREFIX}/reports/2023-04/A-1", json={}).status_code == 401
    secret = office.secret()
    shown = {"Authorization": f"Bearer {secret}"}
    stranger = office.app.test_client()
    for path in ("/", "/flags", "/projects", "/admin", "/account", "/audit"):
        answer = stranger.get(path, headers=shown)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/login"), path


def test_a_session_beside_a_token_adds_nothing(office: Office) -> None:
    client = office.app.test_client()
    assert sign_in(client, "office") == 302
    shown = {"Authorization": f"Bearer {office.secret()}"}
    assert client.get(f"{PREFIX}/reports/2023-04/A-1", headers=shown).status_code == 200
    assert client.get(f"{PREFIX}/reports/2023-04/B-1", headers=shown).status_code == 404
    told = {"based_on": 1, "said": {"month_completed": "151"}}
    # No page's token is asked for: there is no cookie that a foreign page could make use of.
    answer = client.put(f"{PREFIX}/reports/2023-04/A-1", headers=shown, json=told)
    assert answer.status_code == 200, answer.text


def test_only_the_document_is_open(office: Office) -> None:
    answer = office.app.test_client().get(f"{PREFIX}/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json is not None
    assert answer.json["openapi"] == "3.1.0"


def test_asking_too_often_has_to_wait(office: Office) -> None:
    office.app.extensions["tracker_brake"] = Brake(2)
    program, other = office.program(), office.program(OTHER)
    program.get("/periods")
    with office.at(office.now + timedelta(seconds=20)):
        program.get("/periods")
        answer = program.ask("GET", "/periods")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "40")
        assert answer.json is not None
        assert answer.json["error"] == "Too Many Requests"
        other.get("/periods")
    with office.at(office.now + timedelta(seconds=60)):
        program.get("/periods")


def test_when_it_was_last_used_is_kept_once_an_hour(office: Office) -> None:
    program, begun = office.program(), office.now
    assert office.all(ApiToken.last_used_at) == [None]
    program.get("/periods")
    assert office.all(ApiToken.last_used_at) == [begun]
    with office.at(begun + timedelta(minutes=59)):
        program.get("/periods")
    assert office.all(ApiToken.last_used_at) == [begun]
    with office.at(begun + timedelta(minutes=60)):
        program.get("/periods")
    assert office.all(ApiToken.last_used_at) == [begun + timedelta(minutes=60)]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "", 404),
        ("GET", "/", 404),
        ("GET", "//periods", 404),
        ("POST", "/periods", 405),
        ("GET", "/reports/2023-04", 405),
        ("DELETE", "/reports/2023-04/A-1", 405),
        ("OPTIONS", "/periods", 405),
        ("OPTIONS", "/openapi.json", 405),
    ],
)
def test_no_such_address_is_said_in_json(office: Office, method: str, path: str, status: int) -> None:
    for program in (office.program(), Program(office.app, "")):
        answer = program.ask(method, path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text
        assert answer.json is not None
        assert answer.json.keys() == {"status", "error", "message", "problems"}
        assert ("Allow" in answer.headers) == (status == 405)


def test_a_failure_is_json_and_tells_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr(views, "known_periods", broken)
    office.app.testing = False
    program = office.program()
    with caplog.at_level(logging.DEBUG):
        answer = program.ask("GET", "/periods")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert "inner words" not in answer.text
    assert "inner words" in caplog.text, "the failure must be in the log"
    assert program.secret not in caplog.text


def test_nothing_of_a_request_is_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    program = office.program()
    with caplog.at_level(logging.DEBUG):
        program.put("A-1", "151", based_on=1, physical_progress="封顶完成")
        program.put("A-1", "x", based_on=1)
        program.ask("PUT", "/reports/2023-04/A-1", data="{", content_type="application/json")
    assert program.secret not in caplog.text
    assert "封顶完成" not in caplog.text
