"""Owns the fields of a report's form: which are asked, what stands in them, and what is said at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask_babel import LazyString

from tracker.core.checks import Finding, Weight
from tracker.core.cohorts import Category
from tracker.core.errors import Problem
from tracker.core.said import FIELDS, MILESTONE, TEXTS
from tracker.intake.typed import typed_of
from tracker.services.owed import MilestoneInfo, OwedReport
from tracker.web.departments.labels import HINTS, LABELS, label_of

#: Amounts first, then the words.
_LINE = (
    "month_completed",
    "ytd_completed",
    "physical_progress",
    "problem_text",
    "help_needed",
    "next_intention",
)
_WORK = ("target_reached", "physical_progress", "problem_text", "help_needed", "next_intention")
#: A problem and the help it needs last until they are solved; everything else of last month is old.
_LASTING = frozenset({"problem_text", "help_needed"})
_MONEY = frozenset({"month_completed", "ytd_completed"})


@dataclass(frozen=True, slots=True)
class Note:
    """Something said at a field: a refusal, or what asks for an explanation."""

    field: str
    weight: Weight
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form. `last` is what the month before said; `lasting` lets it be taken over."""

    name: str
    label: LazyString
    hint: LazyString
    value: str
    last: str
    notes: tuple[Note, ...]

    @property
    def money(self) -> bool:
        """Return whether the field takes an amount in 万元."""
        return self.name in _MONEY

    @property
    def long(self) -> bool:
        """Return whether the field takes running text."""
        return self.name in TEXTS

    @property
    def lasting(self) -> bool:
        """Return whether last month's words may still hold."""
        return self.name in _LASTING and bool(self.last)

    @property
    def refused(self) -> bool:
        """Return whether what stands in the field is not accepted."""
        return any(note.weight is Weight.REFUSE for note in self.notes)

    @property
    def doubted(self) -> bool:
        """Return whether what stands in the field asks for an explanation."""
        return any(note.weight is Weight.EXPLAIN for note in self.notes)


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone on the form: its day can be typed unless an earlier month reached it."""

    info: MilestoneInfo
    name: str
    value: str
    open: bool
    notes: tuple[Note, ...]


def fields_of(
    report: OwedReport, typed: Mapping[str, str], notes: Iterable[Note], *, correction: bool
) -> tuple[Field, ...]:
    """Return the fields that the form asks, in order; one with words in it is never left out."""
    at = notes_by_field(notes)
    last = {} if report.last is None else typed_of(report.last)
    theirs = {} if report.newest is None else typed_of(report.newest.said)
    asked = set(_WORK if report.about.work else _LINE) | {"explanation"}
    if correction:
        asked.add("correction_reason")
    if _may_start(report):
        asked.add("actual_start")
    kept = {name for name in FIELDS if name != "correction_reason" and (typed.get(name) or theirs.get(name))}
    return tuple(
        Field(name, LABELS[name], HINTS[name], typed.get(name, ""), last.get(name, ""), at.get(name, ()))
        for name in FIELDS
        if name in asked | kept
    )


def steps_of(report: OwedReport, typed: Mapping[str, str], notes: Iterable[Note]) -> tuple[Step, ...]:
    """Return the milestones of the form by due day."""
    at = notes_by_field(notes)
    said = {} if report.newest is None else dict(report.newest.said.milestones)
    found: list[Step] = []
    for info in report.milestones:
        name = f"{MILESTONE}{info.id}"
        value = typed.get(name, "")
        is_open = info.done_on is None or bool(value) or info.id in said
        found.append(Step(info, name, value, is_open, at.get(name, ())))
    return tuple(found)


def notes_of(findings: Iterable[Finding], problems: Iterable[Problem] = ()) -> tuple[Note, ...]:
    """Return what is said at the fields: every finding, and whatever else refused the report."""
    notes = [Note(found.field, found.weight, _sentence(found.what, found.mend)) for found in findings]
    refused = {note.field for note in notes if note.weight is Weight.REFUSE}
    return (
        *notes,
        *(
            Note(problem.field, Weight.REFUSE, _sentence(problem.what, problem.mend))
            for problem in problems
            if problem.field not in refused
        ),
    )


def notes_by_field(notes: Iterable[Note]) -> dict[str, tuple[Note, ...]]:
    """Return the notes of each field."""
    found: dict[str, tuple[Note, ...]] = {}
    for note in notes:
        found[note.field] = (*found.get(note.field, ()), note)
    return found


def summary_of(problems: Iterable[Problem], report: OwedReport) -> tuple[tuple[str, str], ...]:
    """Return the field and the sentence of every problem, for the list on top of a refused form."""
    return tuple((problem.field, _about(problem, report)) for problem in problems)


def _about(problem: Problem, report: OwedReport) -> str:
    text = replace(problem, subject="").sentence()
    if not problem.field.startswith(MILESTONE):
        return text
    return f"{label_of(problem.field, report.milestones)}：{text.removeprefix('节点：')}"


def _sentence(what: str, mend: str) -> str:
    return f"{what}。{mend}。" if mend else f"{what}。"


def _may_start(report: OwedReport) -> bool:
    return report.figures is not None and report.figures.line.category is Category.NEW
