"""Owns target 5: what pages cost beside an empty page of the same layout, application and session."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import jinja2
from flask import Flask, render_template
from flask.testing import FlaskClient

from benchmarks.instances import ACTOR, DECEMBER, NOW, Instance
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from tracker.app import create_app
from tracker.services.accounts import add_account
from tracker.store.accounts import Role
from tracker.store.engine import writing
from tracker.web.access import READERS, Desk

#: A closed month's page may cost this much more with 10,000 lines than with 61.
_FLAT = 1.15
_EMPTY = """{% extends "base.html" %}
{% block title %}空白{% endblock %}
{% block content %}{% endblock %}"""
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure the overview, then the other pages; December is closed."""
    clients = {instance.size: signed_in(instance) for instance in instances}
    empty = {size: _get(client, "/empty") for size, client in clients.items()}
    overview = Race(
        "overview page",
        ours={size: _get(client, "/") for size, client in clients.items()},
        floor=empty,
        limit=3.0,
        linear=False,
    )
    smallest, *others = overview.results()
    yield smallest
    # What the page costs is bounded at a real roster's size; for larger ones, that it stays there.
    yield from (replace(result, limit=None) for result in others)
    yield Result(
        "overview page: the most lines instead of the fewest", None, smallest.ours, others[-1].ours, _FLAT
    )
    for what, path in (
        ("list of projects, a page of 100", "/projects"),
        ("red-flag list, a page of 100", "/flags"),
        ("standings", "/standings"),
        ("wall, all lines", "/wall"),
    ):
        lists = {size: _get(client, path) for size, client in clients.items()}
        yield from Race(what, ours=lists, floor=empty, linear=False).results()


def signed_in(instance: Instance) -> FlaskClient:
    """Return a client that a supervision officer has signed in with."""
    with writing(instance.engine) as session:
        account = add_account(session, ACTOR, NOW, "office", "督查室", Role.OFFICE, (), must_change=False)
    app = create_app(instance.settings, now=lambda: NOW)
    _add_empty_page(app)
    return signed_in_as(app, "office", account.password or "")


def signed_in_as(app: Flask, username: str, password: str) -> FlaskClient:
    """Return a client in which this account has signed in."""
    client = app.test_client()
    told = {"username": username, "password": password, "csrf_token": token_of(client.get("/login").text)}
    assert client.post("/login", data=told).status_code == 302, "signing in failed"
    return client


def token_of(html: str) -> str:
    """Return the token that a form on the page carries."""
    token = _TOKEN.search(html)
    assert token is not None, "the page has no form with a csrf_token"
    return token[1]


def _add_empty_page(app: Flask) -> None:
    desk = Desk("benchmark", __name__, roles=READERS)
    desk.add_url_rule("/empty", view_func=lambda: render_template("empty.html"), endpoint="empty")
    app.register_blueprint(desk)
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = jinja2.ChoiceLoader(
        [app.jinja_env.loader, jinja2.DictLoader({"empty.html": _EMPTY})]
    )


def _get(client: FlaskClient, path: str) -> Contestant:
    address = f"{path}?month={DECEMBER}"

    def turn(watch: Stopwatch) -> None:
        with watch:
            answer = client.get(address)
        assert answer.status_code == 200, f"{address} answers {answer.status}"

    return turn
