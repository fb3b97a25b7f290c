"""Owns reading reports out of a form that was sent, and the choices made where two people were at one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.core.said import FIELDS, MILESTONE
from tracker.intake.typed import printable
from tracker.services.reporting import Entry

#: Names of a form's fields beside those of the report; in a grid each carries its row.
CHOICE = "choice-"
THEIRS, MINE = "theirs", "mine"


@dataclass(frozen=True, slots=True)
class Sent:
    """A report as a form sent it. `seen` is the revision that `choices` were made about, 0 for none.

    `differs` names the fields that the person was asked about.
    """

    entry: Entry
    seen: int = 0
    differs: tuple[str, ...] = ()
    choices: Mapping[str, str] | None = None

    @property
    def undecided(self) -> bool:
        """Return whether a field that the person was asked about has no choice yet."""
        chosen = self.choices or {}
        return any(chosen.get(field) not in (THEIRS, MINE) for field in self.differs)

    def decided(self, theirs: Mapping[str, str], newest: int) -> Entry:
        """Return the entry with the choices applied; it then rests on the revision they were made about.

        A report that somebody handed in after that is left for `submit` to find.
        """
        if not self.seen or self.seen != newest or self.undecided:
            return self.entry
        chosen = self.choices or {}
        taken = {field: theirs.get(field, "") for field in self.differs if chosen.get(field) == THEIRS}
        return replace(self.entry, typed={**self.entry.typed, **taken}, based_on=newest)


def sent_report(form: Mapping[str, str], code: str, row: str = "") -> Sent:
    """Return the report of a form, or of one row of a grid, whose fields end with `row`."""
    told = (
        {name.removesuffix(row): text for name, text in form.items() if name.endswith(row)} if row else form
    )
    typed = {
        name: printable(text.replace("\r\n", "\n"))
        for name, text in told.items()
        if name in FIELDS or name.startswith(MILESTONE)
    }
    return Sent(
        Entry(code, typed, _number(told.get("based_on", ""))),
        _number(told.get("seen", "")),
        tuple(
            name for name in told.get("differs", "").split() if name in FIELDS or name.startswith(MILESTONE)
        ),
        {name.removeprefix(CHOICE): text for name, text in told.items() if name.startswith(CHOICE)},
    )


def sent_rows(form: Mapping[str, str]) -> dict[str, Sent]:
    """Return the rows of a grid by the number that their fields carry."""
    codes = {name.removeprefix("code."): text for name, text in form.items() if name.startswith("code.")}
    return {row: sent_report(form, code, f".{row}") for row, code in codes.items()}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
