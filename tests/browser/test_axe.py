"""Every page that a role may open, checked by axe: WCAG 2 to level AA and the practices that axe calls best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.seed import PASSWORD
from tests.web.test_access import PAGES
from tests.web.test_every_page import PAGES as VARIANTS
from tracker.store.accounts import Role

#: Only the script of the package is of use here: its report is longer than what a failing test has to say.
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.map((broken) => [
    broken.id, broken.help, broken.nodes.slice(0, 3).map((node) => node.target.join(" ") + " " + node.failureSummary)
  ]);
}"""
#: Answers that are put into a page that is there already.
PIECES = {"wall.board"}
#: The wall shows a thousand lines by twelve months on one screen; what its small cells lead to is linked by name too.
SMALL_TARGETS = ("/wall",)
SizedPage = Callable[[str, int, str], Page]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[SizedPage]:
    """Return (username, width, language) -> a page that is signed in; without a username it is not."""
    contexts: list[BrowserContext] = []

    def at(username: str, width: int, language: str) -> Page:
        # The policy that forbids foreign scripts is kept by every other test; axe is one.
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, locale=language, bypass_csp=True
        )
        contexts.append(context)
        page = context.new_page()
        if username:
            page.goto("/login")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield at
    for context in contexts:
        context.close()


def broken(page: Page, *, small_targets: bool = False) -> list[str]:
    """Return what axe finds on the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate(RUN)
    return [
        f"{name}: {words}\n    " + "\n    ".join(nodes)
        for name, words, nodes in found
        if not (small_targets and name == "target-size")
    ]


def _check(page: Page, paths: list[str]) -> None:
    """Fail with everything that axe finds on these pages; what is no page is passed over."""
    faults: list[str] = []
    for path in paths:
        answer = page.request.get(path)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page.goto(path)
        page.wait_for_load_state("networkidle")
        faults += [f"{path} {fault}" for fault in broken(page, small_targets=path.startswith(SMALL_TARGETS))]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-CN"), (390, "zh-CN"), (1440, "en")])
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_every_page_of_a_role(opened: SizedPage, role: Role, width: int, language: str) -> None:
    paths = [path for name, (path, roles) in PAGES.items() if role in roles and name not in PIECES]
    _check(opened(role.value, width, language), paths)


@pytest.mark.parametrize("width", [390, 1440])
def test_every_variant_of_a_page(opened: SizedPage, width: int) -> None:
    _check(opened("office", width, "zh-CN"), list(VARIANTS))


@pytest.mark.parametrize("width", [390, 1440])
def test_signing_in(opened: SizedPage, width: int) -> None:
    _check(opened("", width, "zh-CN"), ["/login"])


def test_the_help_on_keys(opened: SizedPage) -> None:
    page = opened("office", 1440, "zh-CN")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    assert broken(page) == []
