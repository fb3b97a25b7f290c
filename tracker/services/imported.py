"""Owns what an import answers: what it changed, what it left alone, what has to be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.errors import Problem, Refused


@dataclass(frozen=True, slots=True)
class Imported:
    """The outcome of one import. `changes` are sentences, one per changed thing, for people to read."""

    file: str
    what: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the outcome in one sentence."""
        return (
            f"{self.file}：{self.what}新增 {self.created} 项，变更 {self.changed} 项，"
            f"无变化 {self.unchanged} 项。"
        )


def refuse_if_any(read: Sequence[Problem], found: Sequence[Problem] = ()) -> None:
    """Raise Refused with every error, so that people mend the file once and not round by round.

    `read` are the errors of reading, `found` those of comparing with what is known; where a cell could
    not be read, what else follows from it is left out.
    """
    unread = {(problem.sheet, problem.cell) for problem in read if problem.cell}
    errors = [*read, *(problem for problem in found if (problem.sheet, problem.cell) not in unread)]
    if errors:
        raise Refused(tuple(sorted(errors, key=_place)))


def _place(problem: Problem) -> tuple[str, int, int, str]:
    """Return where a problem stands, so that people go through their sheet from top to bottom."""
    letters = problem.cell.rstrip("0123456789")
    return problem.sheet, int(problem.cell[len(letters) :] or 0), len(letters), letters
