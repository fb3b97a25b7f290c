"""Who may open what: every route belongs to a desk, and every desk keeps to its roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tracker.store.accounts import Role
from tracker.web.access import OPEN_ENDPOINTS, READERS, Desk

READER_PAGES = (
    "/",
    "/flags",
    "/flags.csv",
    "/standings",
    "/projects",
    "/projects/2023/A-1",
    "/briefings",
    "/briefings/1/download",
)


def test_every_route_has_declared_roles(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        desk = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        assert isinstance(desk, Desk), f"{rule} belongs to no Desk: register it on a tracker.web.access.Desk"


def test_open_desks_are_known(app: Flask) -> None:
    open_desks = {
        name for name, desk in app.blueprints.items() if isinstance(desk, Desk) and desk.roles is None
    }
    assert open_desks == {"auth", "health"}, "a desk without roles is open to everybody: say so here"


@pytest.mark.parametrize("path", [*READER_PAGES, "/admin"])
def test_signed_out_is_sent_to_sign_in(signed_out: FlaskClient, path: str) -> None:
    answer = signed_out.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")
    assert "创新现代化" not in answer.text


def test_what_was_wanted_is_remembered(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/flags?light=red")
    assert answer.headers["Location"] == "/login?next=/flags?light%3Dred"


def test_signed_out_program_gets_401(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/flags", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["status"] == 401
    assert signed_out.post("/flags").status_code in (400, 405)


@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize("path", READER_PAGES)
def test_readers_read_and_the_administrator_does_not(
    as_role: Callable[[str], FlaskClient], role: str, path: str
) -> None:
    answer = as_role(role).get(path, buffered=True)
    if Role(role) in READERS:
        assert answer.status_code == 200
    elif path == "/":
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin")
    else:
        assert answer.status_code == 403
        assert "万元" not in answer.text


@pytest.mark.parametrize("role", [role.value for role in READERS])
def test_administration_is_the_administrators(as_role: Callable[[str], FlaskClient], role: str) -> None:
    assert as_role(role).get("/admin").status_code == 403
    assert as_role("administrator").get("/admin").status_code == 200


@pytest.mark.parametrize("path", [*READER_PAGES, "/admin", "/healthz"])
def test_reading_pages_take_no_other_method(as_role: Callable[[str], FlaskClient], path: str) -> None:
    client = as_role("administrator" if path == "/admin" else "office")
    # Without a token the request is refused before its method is looked at.
    assert client.post(path).status_code == 405
    assert client.delete(path).status_code == 405
