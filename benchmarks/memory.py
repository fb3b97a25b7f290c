"""Owns target 6: the memory of real processes, serving the demonstration and importing the largest files."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import psutil

from benchmarks.instances import DECEMBER, Instance
from benchmarks.invented import YEAR
from benchmarks.measuring import Result

_TRACKER = Path(sys.executable).with_name("tracker")
_SERVING, _IMPORTING = 120.0, 200.0
_ACCOUNT = re.compile(r"^账号\s+(\S+)\s+密码\s+(\S+)", re.MULTILINE)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
#: Both workers have to see each kind of page, and a real office opens many.
_MOST_PAGES = 150
#: Runs a command in a process of its own and prints its peak; a child would inherit the benchmark's own peak.
_LAUNCHER = (
    "import resource, subprocess, sys; "
    "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
)


def results(folder: Path, largest: Instance) -> Iterator[Result]:
    """Measure a served demonstration whose every page was opened, then importing the largest instance's files."""
    yield from _serving(folder / "demo")
    home = folder / "imports"
    environment = _environment(home)
    subprocess.run([_TRACKER, "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
    roster = ["import", "roster", str(largest.roster_file), "--year", str(YEAR)]
    reports = ["import", "reports", str(largest.reports_file(DECEMBER)), "--month", str(DECEMBER)]
    for what, command in (("import of a roster", roster), ("import of reports", reports)):
        yield Result(
            f"{what}, peak memory", largest.size, None, _peak(command, environment), _IMPORTING, "MB"
        )


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "TRACKER_HOME": str(home), "TRACKER_INSECURE_COOKIES": "1", "PYTHONUTF8": "1"}


def _peak(command: list[str], environment: dict[str, str]) -> float:
    """Return the most memory that one run of the command line held, in MB."""
    launched = [sys.executable, "-c", _LAUNCHER, str(_TRACKER), *command]
    done = subprocess.run(launched, env=environment, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1_024


def _serving(home: Path) -> Iterator[Result]:
    environment = _environment(home)
    made = subprocess.run(
        [_TRACKER, "demo", "--home", home, "--no-serve"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    with _served(environment) as (server, address):
        for username, password in _ACCOUNT.findall(made.stdout):
            _open_every_page(address, username, password)
        processes = [server, *server.children(recursive=True)]
        shares = [process.memory_full_info().pss / 2**20 for process in processes]
        resident = [process.memory_info().rss / 2**20 for process in processes]
    yield Result("serving the demonstration, all processes", None, None, sum(shares), _SERVING, "MB")
    for index, size in enumerate(resident):
        called = f"worker {index}" if index else "master"
        yield Result(
            f"serving the demonstration, {called} alone, shared pages counted", None, None, size, None, "MB"
        )


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[tuple[psutil.Process, str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([_TRACKER, "serve", "--port", str(port)], env=environment) as server:
        try:
            _wait_for(port)
            yield psutil.Process(server.pid), f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("tracker serve does not answer")


def _open_every_page(address: str, username: str, password: str) -> None:
    """Sign in and follow every link within the site, as far as the account may."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    token = _TOKEN.search(_text(browser, f"{address}/login"))
    assert token is not None, "the form to sign in has no csrf_token"
    told = urllib.parse.urlencode({"username": username, "password": password, "csrf_token": token[1]})
    with browser.open(f"{address}/login", told.encode()) as answer:
        assert not answer.url.endswith("/login"), f"{username} cannot sign in"
    waiting, known = ["/"], {"/"}
    for path in waiting:
        for link in _LINK.findall(_text(browser, address + path)):
            if link not in known and len(known) < _MOST_PAGES:
                known.add(link)
                waiting.append(link)


def _text(browser: urllib.request.OpenerDirector, address: str) -> str:
    """Return a page's text, "" for a picture, a workbook or a page that the account may not open."""
    try:
        with browser.open(address) as answer:
            content: bytes = answer.read()
            return content.decode() if answer.headers.get_content_type() == "text/html" else ""
    except urllib.error.HTTPError:
        return ""
