"""Owns the applications that the tests of the pages call, and whoever is signed in to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.seed import NOW, PASSWORD, seed_accounts, seed_year
from tracker.app import create_app
from tracker.instance import initialise
from tracker.settings import Settings
from tracker.store.engine import writing

if TYPE_CHECKING:
    from tests.web.reporting import Place

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_app(home: Path, *, with_year: bool) -> Flask:
    """Return an application over a fresh instance."""
    settings = Settings.at(home, insecure_cookies=True)
    engine = initialise(settings)
    with writing(engine) as session:
        seed_accounts(session)
        if with_year:
            seed_year(session, settings)
    engine.dispose()
    app = create_app(settings, now=lambda: NOW)
    app.testing = True
    return app


def token_of(html: str) -> str:
    """Return the token that a form on the page carries."""
    match = _TOKEN.search(html)
    assert match is not None, "the page has no form with a csrf_token"
    return match[1]


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, next_: str = "") -> int:
    """Fill in the form as a browser would; return the status of the answer."""
    token = token_of(client.get("/login").text)
    told = {"username": username, "password": password, "csrf_token": token}
    return client.post("/login", data=told, query_string={"next": next_} if next_ else None).status_code


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return the application over the seeded year; tests only look."""
    return make_app(tmp_path_factory.mktemp("year"), with_year=True)


@pytest.fixture(scope="session")
def empty_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return the application over an instance with accounts and nothing else."""
    return make_app(tmp_path_factory.mktemp("empty"), with_year=False)


@pytest.fixture
def signed_out(app: Flask) -> FlaskClient:
    """Return a browser that has not signed in."""
    return app.test_client()


@pytest.fixture(scope="session")
def as_role(app: Flask) -> Callable[[str], FlaskClient]:
    """Return role -> a browser that is signed in with it."""
    known: dict[str, FlaskClient] = {}

    def client_for(role: str) -> FlaskClient:
        if role not in known:
            known[role] = app.test_client()
            assert sign_in(known[role], role) == 302
        return known[role]

    return client_for


@pytest.fixture
def office(as_role: Callable[[str], FlaskClient]) -> FlaskClient:
    """Return a browser of the supervision office."""
    return as_role("office")


@pytest.fixture
def at_empty(empty_app: Flask) -> FlaskClient:
    """Return a browser of the office at the empty instance."""
    client = empty_app.test_client()
    assert sign_in(client, "office") == 302
    return client


@pytest.fixture(scope="session")
def reporting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of the instance that tests of reporting copy."""
    from tests.web.reporting import build

    home = tmp_path_factory.mktemp("reporting")
    build(home)
    return home


@pytest.fixture
def place(reporting_home: Path, tmp_path: Path) -> Iterator[Place]:
    """Return an instance of the test's own, May open."""
    from tests.web.reporting import copy_of

    found = copy_of(reporting_home, tmp_path / "instance")
    yield found
    found.engine.dispose()


@pytest.fixture(scope="session")
def office_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of the instance that tests of the office copy."""
    from tests.web.office_desk import build

    home = tmp_path_factory.mktemp("office") / "instance"
    build(home)
    return home
