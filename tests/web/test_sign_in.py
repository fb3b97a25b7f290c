"""The brake on guessing as browsers meet it: shared by processes, short, and passed by known browsers."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.clocks import Clock, another, app_by, changing, looking
from tests.web.conftest import sign_in, token_of
from tests.web.seed import ACTOR, NOW, PASSWORD
from tracker.services.account_changes import disable_account, enable_account, end_sessions
from tracker.services.sign_in import PER_NAME, Source, begin_attempt
from tracker.store.accounts import Account
from tracker.store.audit import AuditEntry


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own_app(tmp_path: Path, clock: Clock) -> Flask:
    """Return an application whose accounts a test may change and whose clock it sets."""
    return app_by(clock, tmp_path, with_year=False)


def attempt(
    client: FlaskClient, password: str, address: str = "127.0.0.1", name: str = "office"
) -> TestResponse:
    """Send the form from an address."""
    told = {"username": name, "password": password, "csrf_token": token_of(client.get("/login").text)}
    return client.post("/login", data=told, environ_base={"REMOTE_ADDR": address})


def guess_everywhere(app: Flask) -> None:
    """Guess the office's password from many addresses until its name is braked; only the service is asked."""
    with changing(app) as session:
        for number in range(PER_NAME[0].failures):
            source, now = Source(f"10.0.0.{number}"), app.extensions["tracker_now"]()
            assert begin_attempt(session, "office", source, now) is None


def test_all_processes_count_together(own_app: Flask, clock: Clock, tmp_path: Path) -> None:
    other = another(clock, tmp_path)
    for number in range(10):
        app = own_app if number % 2 else other
        assert sign_in(app.test_client(), "office", "wrong-horse-1") == 422
    assert sign_in(own_app.test_client(), "office") == 429
    assert sign_in(other.test_client(), "office") == 429


def test_the_answer_says_when_to_come_back_and_then_it_opens(own_app: Flask, clock: Clock) -> None:
    for _ in range(10):
        sign_in(own_app.test_client(), "office", "wrong-horse-1")
    clock.forward(minutes=3)
    answer = attempt(own_app.test_client(), PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "120")
    clock.forward(minutes=2)
    assert sign_in(own_app.test_client(), "office") == 302


def test_waiting_impatiently_does_not_shut_the_address(own_app: Flask) -> None:
    for _ in range(10):
        sign_in(own_app.test_client(), "office", "wrong-horse-1")
    for _ in range(60):
        assert sign_in(own_app.test_client(), "office") == 429
    assert sign_in(own_app.test_client(), "leader") == 302, "colleagues behind the same address go on"


def test_a_browser_that_signed_in_before_passes_the_brake_on_the_name(own_app: Flask) -> None:
    known = own_app.test_client()
    assert sign_in(known, "office") == 302
    known.post("/logout", data={"csrf_token": token_of(known.get("/flags").text)})
    guess_everywhere(own_app)
    assert attempt(own_app.test_client(), PASSWORD, "10.0.9.9").status_code == 429
    assert attempt(known, PASSWORD, "10.0.9.9").status_code == 302


def test_a_known_browser_has_its_own_brake(own_app: Flask) -> None:
    known = own_app.test_client()
    sign_in(known, "office")
    known.post("/logout", data={"csrf_token": token_of(known.get("/flags").text)})
    statuses = [attempt(known, "wrong-horse-1", f"10.0.0.{number}").status_code for number in range(11)]
    assert statuses == [422] * 10 + [429], "changing the address helps nothing"
    assert sign_in(own_app.test_client(), "office") == 302, "and holds up no other browser"


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("tracker_device_2", path="/login")
    assert found is not None, "the office's browser carries no cookie of a known device"
    assert (found.http_only, found.same_site) == (True, "Lax")
    return found.value


def test_the_cookie_opens_nothing_and_cannot_be_made_up(own_app: Flask) -> None:
    known = own_app.test_client()
    sign_in(known, "office")
    kept = cookie_of(known)
    guess_everywhere(own_app)
    # The signature's first letter: the last one has bits that decoding drops, so another last letter may read the same.
    said, _, signature = kept.rpartition(".")
    forged = f"{said}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    for value in (forged, "", "x", "W10.x", kept.partition(".")[0]):
        stranger = own_app.test_client()
        stranger.set_cookie("tracker_device_2", value, path="/login")
        assert attempt(stranger, PASSWORD, "10.0.9.9").status_code == 429, value
    copied = own_app.test_client()
    copied.set_cookie("tracker_device_2", kept, path="/login")
    assert copied.get("/flags").status_code == 302, "without the password it is worth nothing"
    # Another account's cookie is no use either.
    other = own_app.test_client()
    sign_in(other, "leader")
    theirs = other.get_cookie("tracker_device_3", path="/login")
    assert theirs is not None
    swapped = own_app.test_client()
    swapped.set_cookie("tracker_device_2", theirs.value, path="/login")
    assert attempt(swapped, PASSWORD, "10.0.9.9").status_code == 429


def test_ending_all_sessions_makes_every_browser_a_stranger(own_app: Flask) -> None:
    known = own_app.test_client()
    sign_in(known, "office")
    with changing(own_app) as session:
        end_sessions(session, ACTOR, NOW, "office")
    guess_everywhere(own_app)
    assert attempt(known, PASSWORD, "10.0.9.9").status_code == 429


def test_a_browser_not_used_for_half_a_year_is_a_stranger(own_app: Flask, clock: Clock) -> None:
    known = own_app.test_client()
    sign_in(known, "office")
    clock.forward(days=181)
    kept = cookie_of(known)
    guess_everywhere(own_app)
    back = own_app.test_client()
    back.set_cookie("tracker_device_2", kept, path="/login")
    assert attempt(back, PASSWORD, "10.0.9.9").status_code == 429


def test_signing_in_is_kept_and_in_the_trail(own_app: Flask, clock: Clock) -> None:
    clock.forward(hours=1)
    assert attempt(own_app.test_client(), PASSWORD, "10.0.0.8").status_code == 302
    with looking(own_app) as session:
        last = session.scalars(sa.select(Account.last_sign_in_at).where(Account.username == "office")).one()
        told = sa.select(AuditEntry.action, AuditEntry.object_id, AuditEntry.address)
        entry = session.execute(told.order_by(AuditEntry.id.desc())).first()
    assert last == clock.moment
    assert entry == ("account.sign_in", "office", "10.0.0.8")


@pytest.mark.parametrize("name", ["\x00", "office\x00", "\ud800", "x" * 200, "' OR '1'='1"])
def test_names_that_are_none_are_wrong_like_any_other(own_app: Flask, name: str) -> None:
    client = own_app.test_client()
    token = token_of(client.get("/login").text)
    body = f"csrf_token={token}&password={PASSWORD}&username=".encode()
    body += b"%ED%A0%80" if name == "\ud800" else name.replace("\x00", "%00").encode()
    answer = client.post("/login", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422


def test_who_was_disabled_comes_back_with_the_same_password(own_app: Flask) -> None:
    with changing(own_app) as session:
        disable_account(session, ACTOR, NOW, "office")
    assert sign_in(own_app.test_client(), "office") == 422
    with changing(own_app) as session:
        enable_account(session, ACTOR, NOW, "office")
    assert sign_in(own_app.test_client(), "office") == 302
