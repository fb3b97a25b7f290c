"""Owns uploading a workbook as a browser does: the file, the page that shows what it would change, the confirmation."""

from __future__ import annotations

import io
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from tests.web.markup import parse
from tests.web.wrong.stage import Stage
from tests.web.wrong.told import FILE, PAGE, Answer, Told, classed, page_told, words


def uploaded(
    stage: Stage,
    month: str,
    name: str,
    content: bytes,
    places: Mapping[str, str] | None = None,
    chosen: str = "",
) -> Answer:
    """Upload a file and confirm it in spite of what the page says.

    `places` are the cells' names by address, `chosen` the report that is to be written over.
    """
    taken = stage.post(f"/month/{month}/upload", {"workbook": (io.BytesIO(content), name)})
    if taken.status_code != 303:
        return _refused_whole(taken, name)
    path = taken.headers["Location"]
    shown = stage.browser.get(path)
    assert shown.status_code == 200, shown.text
    page = parse(shown.text)
    confirmed = stage.post(path, {"seen": _seen(page), "over": chosen})
    told = listed(parse(confirmed.text), places or {}) if confirmed.status_code >= 400 else ()
    assert set(listed(page, places or {})) <= set(told), "the confirmation tells less than the page before it"
    return Answer(confirmed.status_code, told, confirmed.text)


def seen_in(page: str) -> str:
    """Return the fingerprint of what the page shows."""
    return _seen(parse(page))


def _seen(root: Element) -> str:
    return next(found.get("value", "") for found in root.iter("input") if found.get("name") == "seen")


def _refused_whole(answer: TestResponse, name: str) -> Answer:
    found = page_told(answer)
    told = (
        Told(FILE, told.sentence.removeprefix(f"{name}：")) if told.sentence.startswith(name) else told
        for told in found.told
    )
    return Answer(found.status, tuple(told), found.text)


def listed(root: Element, places: Mapping[str, str]) -> tuple[Told, ...]:
    """Return the rows of the list of problems, each at its cell, and what is told first."""
    told: list[Told] = []
    for table in classed(root, "upload-refused"):
        for row in (row for body in table.iter("tbody") for row in body.iter("tr")):
            # Beside the address stands what it is about.
            cell = (row[0].text or "").strip()
            what, _, mend = (words(found) for found in list(row)[1:])
            told.append(Told(places.get(cell, cell), f"{what}。{mend}。"))
    told += [Told(PAGE, words(first)) for first in classed(root, "problem") if first.tag == "p"]
    return tuple(told)
