"""Drives Debian's own Chromium: Playwright's browser builds cannot be had from a package registry."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.web.conftest import make_app
from tests.web.reporting import Place, build, copy_of
from tests.web.seed import PASSWORD


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Name the browser, and keep it from looking for anything outside this machine."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium here: apt-get install chromium fonts-wqy-microhei")
    quiet = [
        "--no-sandbox",  # Chromium's sandbox refuses to start as root, which CI is.
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the seeded year from a thread; return its address."""
    app = make_app(tmp_path_factory.mktemp("browser"), with_year=True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Watched:
    """A browser page, everything that it complained about and every other host that it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    other_hosts: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    """Return (width, language) -> a page of that width, signed in as the supervision office."""
    contexts: list[BrowserContext] = []

    def opened(width: int = 1440, language: str = "zh-CN") -> Watched:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, locale=language
        )
        contexts.append(context)
        found = Watched(context.new_page())
        found.page.on("console", lambda message: _note(found, message.type, message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(address) else found.other_hosts.append(request.url)
            ),
        )
        found.page.goto("/login")
        found.page.fill("[name=username]", "office")
        found.page.fill("[name=password]", PASSWORD)
        found.page.press("[name=password]", "Enter")
        found.page.wait_for_url(f"{address}/")
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def reporting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of the instance that tests which change something copy."""
    home = tmp_path_factory.mktemp("reporting")
    build(home)
    return home


@pytest.fixture
def place(reporting_home: Path, tmp_path: Path) -> Iterator[Place]:
    """Return an instance of the test's own, May open."""
    found = copy_of(reporting_home, tmp_path / "instance")
    yield found
    found.engine.dispose()


@pytest.fixture
def opened(browser: Browser, place: Place) -> Iterator[Callable[..., Watched]]:
    """Return (username, language, width) -> a page of the test's own instance, signed in, and its complaints."""
    server = make_server("127.0.0.1", 0, place.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    contexts: list[BrowserContext] = []

    def at(username: str, language: str = "zh-CN", width: int = 1440) -> Watched:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.server_port}",
            viewport={"width": width, "height": 900},
            locale=language,
        )
        contexts.append(context)
        seen = Watched(context.new_page())
        seen.page.on("console", lambda message: _note(seen, message.type, message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.goto("/login")
        seen.page.fill("[name=username]", username)
        seen.page.fill("[name=password]", PASSWORD)
        seen.page.press("[name=password]", "Enter")
        seen.page.wait_for_url(lambda url: "/login" not in url)
        return seen

    yield at
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def _note(watched: Watched, kind: str, text: str) -> None:
    if kind == "error":
        watched.complaints.append(text)
