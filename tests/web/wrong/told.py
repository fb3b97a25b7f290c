"""Owns what a refusal tells: which sentence stands where, read off the page or out of the JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from tests.web.markup import parse
from tests.web.wrong.stage import Stage

#: Where a sentence stands that is about the request as a whole.
PAGE, FILE, MEANWHILE = "页面", "整份文件", "他人的报送"


class Way(StrEnum):
    """The four ways by which a report comes."""

    FORM = "form"
    GRID = "grid"
    WORKBOOK = "workbook"
    INTERFACE = "interface"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and where it stands; `asks` tells a doubt, which asks for an explanation, from a refusal."""

    where: str
    sentence: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and every sentence at its place."""

    status: int
    told: tuple[Told, ...]
    text: str


class Sending(Protocol):
    """Something wrong, on its way."""

    def send(self, stage: Stage) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong submission: what is sent, and the status, place, finding and remedy that it gets.

    `doubt` is the place and the sentence of what asked for the explanation that is missing.
    """

    name: str
    way: Way
    sent: Sending
    status: int
    where: str
    what: str
    mend: str
    doubt: tuple[str, str] = ("", "")
    joint: str = "。"

    @property
    def sentence(self) -> str:
        """Return finding and remedy as people read them; `joint` stands between them."""
        return f"{self.what}{self.joint}{self.mend}。"


def classed(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a class."""
    return (found for found in root.iter() if name in (found.get("class") or "").split())


def words(element: Element) -> str:
    """Return an element's text, spaces made single."""
    return " ".join("".join(element.itertext()).split())


def page_told(answer: TestResponse) -> Answer:
    """Return what a page of the departments tells; a field of the grid stands at its line: "A-1 ytd_completed"."""
    root = parse(answer.text)
    told = [*_notes(root), *_meanwhile(root), *_whole(root), *_listed(root)]
    return Answer(answer.status_code, tuple(told), answer.text)


def _notes(root: Element) -> Iterator[Told]:
    """Yield what is said at the fields; a note that its field does not name is said to nobody."""
    codes = {
        found.get("name", "").removeprefix("code"): found.get("value", "")
        for found in root.iter("input")
        if found.get("name", "").startswith("code.")
    }
    fields = {found.get("id", ""): found for found in root.iter() if found.tag in ("input", "textarea")}
    key = ""
    for row in root.iter("tr"):
        # What is said about a line as a whole stands in its row, or in the one below it.
        key = row.get("data-row") or key
        for notes in classed(row, "field-notes"):
            if notes.get("id") is None:
                yield from (Told(codes[f".{key}"], words(note)) for note in notes.iter("li"))
    for notes in classed(root, "field-notes"):
        name = notes.get("id", "").removesuffix("-notes")
        field = fields.get(name)
        if field is None or not name:
            continue
        for note in notes.iter("li"):
            asks = note.get("class") == "note-explain"
            described = notes.get("id") in (field.get("aria-describedby") or "").split()
            assert described, f"the note at {name} is not tied to its field"
            assert asks or field.get("aria-invalid") == "true", f"{name} is refused and not marked as wrong"
            column, dot, number = name.partition(".")
            where = f"{codes[dot + number]} {column}" if dot else name
            yield Told(where, words(note), asks)


def _meanwhile(root: Element) -> Iterator[Told]:
    for found in classed(root, "meanwhile"):
        head, advice = next(found.iter("h2")), next(found.iter("p"))
        yield Told(MEANWHILE, f"{words(head)}。{words(advice)}")


def _whole(root: Element) -> Iterator[Told]:
    """Yield what an error's page tells."""
    for card in classed(root, "error-card"):
        detail = [words(found) for found in classed(card, "error-detail")]
        paragraphs = [words(found) for found in card.iter("p")]
        head = detail[0] if detail else f"{words(next(card.iter('h1')))}。"
        # The last paragraph is the way home, the one before it the advice.
        yield Told(PAGE, head + paragraphs[-2])


def _listed(root: Element) -> Iterator[Told]:
    """Yield the list on top of a refused page, where whatever has no field of its own stands."""
    for listed in classed(root, "problem"):
        if listed.get("id") != "problems":
            continue
        lines = list(listed.iter("li")) or list(listed.iter("p"))
        for entry in lines:
            links = [link.get("href", "") for link in entry.iter("a")]
            assert all(link.startswith("#") for link in links)
            yield Told(PAGE, words(entry))
