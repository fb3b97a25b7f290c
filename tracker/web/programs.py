"""Owns who a program is: the unit whose token it shows with every request, and how often it may ask."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from threading import Lock

from flask import Flask, current_app, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, TooManyRequests, Unauthorized
from werkzeug.routing import RequestRedirect

from tracker.services.reporting import Reporter
from tracker.services.tokens import TokenInfo, note_use, token_of, use_is_noted
from tracker.web.database import present, read_session, write_session

#: Where the addresses of programs begin; everything below is answered in JSON.
PREFIX = "/api/v1"
#: Requests of one token in a minute: a unit's whole month, line by line, with room to spare.
PER_MINUTE = 300

_BRAKE = "tracker_brake"


class Brake:
    """Counts each token's requests minute by minute; every process counts on its own."""

    def __init__(self, most: int, window: timedelta = timedelta(minutes=1)) -> None:
        self.most, self.window = most, window
        self._counted: dict[int, tuple[datetime, int]] = {}
        self._lock = Lock()

    def wait(self, token_id: int, now: datetime) -> timedelta | None:
        """Count a request at `now`; return how long the token has to wait, None when it may go on."""
        with self._lock:
            begun, count = self._counted.get(token_id, (now, 0))
            if not timedelta(0) <= now - begun < self.window:
                begun, count = now, 0
            if count >= self.most:
                return begun + self.window - now
            self._counted[token_id] = begun, count + 1
            return None


def install(app: Flask, most: int = PER_MINUTE) -> None:
    """Give `app` its brake on programs that ask too often, and keep programs to the addresses as documented."""
    app.extensions[_BRAKE] = Brake(most)
    app.before_request(_no_detours)


def is_for_programs() -> bool:
    """Return whether the request's address is one of the interface, be there something or not."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def admit() -> None:
    """Let in whoever shows a valid token; raise 401 for everybody else, 429 for one who asks too often.

    The token stands in the Authorization header and nowhere else: addresses and cookies are kept in too
    many places.
    """
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        raise Unauthorized(www_authenticate=_challenge())
    token = token_of(read_session(), shown.token, present())
    if token is None:
        raise Unauthorized(www_authenticate=_challenge(error="invalid_token"))
    brake: Brake = current_app.extensions[_BRAKE]
    wait = brake.wait(token.id, present())
    if wait is not None:
        raise TooManyRequests(retry_after=math.ceil(wait.total_seconds()))
    g.program = token
    if not use_is_noted(token, present()):
        _note_use(token)


def program() -> TokenInfo:
    """Return the token of the program that asks; only behind `admit`."""
    token: TokenInfo = g.program
    return token


def program_reporter() -> Reporter:
    """Return the program as whoever reports: for its one unit, in its token's name."""
    token = program()
    return Reporter(token.actor(request.remote_addr or ""), frozenset({token.unit_id}))


def _no_detours() -> None:
    # A page with a doubled slash is sent to the right address; a program would get a page for it.
    if is_for_programs() and isinstance(request.routing_exception, RequestRedirect):
        raise NotFound


def _note_use(token: TokenInfo) -> None:
    try:
        with write_session() as session:
            note_use(session, token.id, present())
    except OperationalError:
        # Somebody writes for a long time; when a token was used is not worth refusing its question.
        current_app.logger.warning("last use of token %s not kept: the database is busy", token.id)


def _challenge(error: str | None = None) -> WWWAuthenticate:
    told: dict[str, str | None] = {"realm": "tracker"}
    return WWWAuthenticate("bearer", told | ({} if error is None else {"error": error}))
