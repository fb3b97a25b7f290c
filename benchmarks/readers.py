"""Owns target 8: what leaders wait for a closed month's pages, eight at a time, over HTTP from `tracker serve`."""

from __future__ import annotations

import http.client
import statistics
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from http.cookies import SimpleCookie

from benchmarks.instances import ACTOR, DECEMBER, NOW, Instance
from benchmarks.measuring import Result
from benchmarks.pages import token_of
from benchmarks.serving import environment_of, served
from tracker.services.accounts import add_account
from tracker.store.accounts import Role
from tracker.store.engine import writing

#: How many read at a time, how often each asks for a page in one pass, and how often the sizes take turns.
READERS, _ASKS, _PASSES = 8, 5, 6
#: With the most lines a page may take this many times what it takes with the fewest.
_FLAT = 2.0
_PAGES = (("overview page", "/"), ("red-flag list, its first page", "/flags"), ("standings", "/standings"))
NAME, PASSWORD = "reader", "eight-at-a-time-1"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is signed in at a server; each question opens a connection of its own."""

    host: str
    cookie: str

    def wait_for(self, path: str) -> float:
        """Return how long the answer took, in milliseconds."""
        began = time.perf_counter()
        status, _, _ = _ask(self.host, "GET", path, {"Cookie": self.cookie})
        assert status == 200, f"{path} answers {status}"
        return (time.perf_counter() - began) * 1_000


def add_reader(instance: Instance) -> None:
    """Give a leader an account."""
    with writing(instance.engine) as session:
        add_account(session, ACTOR, NOW, NAME, "领导", Role.LEADER, (), PASSWORD, must_change=False)


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure what a reader waits for with the fewest and the most lines; the servers take turns."""
    fewest, most = instances[0], instances[-1]
    with ExitStack() as stack:
        readers = {}
        for instance in (fewest, most):
            _, address = stack.enter_context(served(environment_of(instance.settings.home)))
            readers[instance.size] = [_sign_in(address) for _ in range(READERS)]
        pool = stack.enter_context(ThreadPoolExecutor(READERS))
        for what, path in _PAGES:
            waits: dict[int, list[float]] = {size: [] for size in readers}
            for _ in range(_PASSES):
                for size, all_readers in readers.items():
                    waits[size].append(_median_wait(pool, all_readers, f"{path}?month={DECEMBER}"))
            told = {size: min(found) for size, found in waits.items()}
            for size, wait in told.items():
                yield Result(f"{what}, {READERS} readers, wait", size, None, wait, None)
            yield Result(
                f"{what}, {READERS} readers: the most lines instead of the fewest",
                None,
                told[fewest.size],
                told[most.size],
                _FLAT,
            )


def _median_wait(pool: ThreadPoolExecutor, readers: Sequence[Reader], path: str) -> float:
    """Let every reader ask for the page again and again, all at a time; return the median wait."""

    def read(reader: Reader) -> list[float]:
        return [reader.wait_for(path) for _ in range(_ASKS)]

    return statistics.median(wait for waits in pool.map(read, readers) for wait in waits)


def _sign_in(address: str) -> Reader:
    """Sign in as a browser does and return who is signed in."""
    host = address.removeprefix("http://")
    _, cookie, page = _ask(host, "GET", "/login", {})
    told = {"username": NAME, "password": PASSWORD, "csrf_token": token_of(page)}
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    status, cookie, _ = _ask(host, "POST", "/login", form, urllib.parse.urlencode(told))
    assert status == 302, "signing in failed"
    return Reader(host, cookie)


def _ask(
    host: str, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, str, str]:
    """Return the answer's status, the cookies that it sets and its text."""
    connection = http.client.HTTPConnection(host, timeout=120)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        jar = SimpleCookie()
        for value in answer.headers.get_all("Set-Cookie", ()):
            jar.load(value)
        return answer.status, "; ".join(f"{name}={kept.value}" for name, kept in jar.items()), text
    finally:
        connection.close()
