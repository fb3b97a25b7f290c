"""Owns target 6: the memory of real processes, serving the demonstration and importing the largest files."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

from benchmarks.instances import DECEMBER, Instance
from benchmarks.invented import YEAR
from benchmarks.measuring import Result
from benchmarks.serving import TRACKER, environment_of, served

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
    environment = environment_of(home)
    subprocess.run([TRACKER, "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
    roster = ["import", "roster", str(largest.roster_file), "--year", str(YEAR)]
    reports = ["import", "reports", str(largest.reports_file(DECEMBER)), "--month", str(DECEMBER)]
    for what, command in (("import of a roster", roster), ("import of reports", reports)):
        yield Result(
            f"{what}, peak memory", largest.size, None, _peak(command, environment), _IMPORTING, "MB"
        )


def _peak(command: list[str], environment: dict[str, str]) -> float:
    """Return the most memory that one run of the command line held, in MB."""
    launched = [sys.executable, "-c", _LAUNCHER, str(TRACKER), *command]
    done = subprocess.run(launched, env=environment, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1_024


def _serving(home: Path) -> Iterator[Result]:
    environment = environment_of(home)
    made = subprocess.run(
        [TRACKER, "demo", "--home", home, "--no-serve"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    with served(environment) as (server, address):
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
