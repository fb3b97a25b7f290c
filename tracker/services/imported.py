"""Owns what an import answers: what it changed, what it left alone, what has to be known."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def refuse_if_any(errors: list[Problem]) -> None:
    """Raise Refused with every error, so that people mend the file once and not row by row."""
    if errors:
        raise Refused(tuple(errors))


def in_file(problem: Problem, file: str) -> Problem:
    """Return the problem with the file named."""
    return problem if problem.file else replace(problem, file=file)
