"""Owns the exceptions and the problems that people read: where, what was read, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TrackerError(Exception):
    """Base of everything a caller cannot continue from; `str()` of it is a sentence for people.

    `status` is the HTTP status that the web maps it to, once.
    """

    status = 400


class NotFound(TrackerError):
    """Raised when a named thing does not exist or is not visible to the actor."""

    status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"没有找到{kind}“{name}”。")


class WrongState(TrackerError):
    """Raised when a step does not fit the state, such as closing a closed period."""

    status = 409


class Refused(TrackerError):
    """Raised when input is refused as a whole: nothing was written. Carries every problem found."""

    status = 422

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.sentence() for problem in problems))


class Severity(StrEnum):
    """Whether a problem refuses the input or only has to be known."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about input: where it stands, what was read and what to do.

    `what` is the finding, `mend` what to do about it, both whole Chinese clauses without a full stop;
    `read` is the text as it stood in the cell. `cell` is an address such as "H7"; rows and sheets may be
    unknown for input that is no workbook. Input that is typed has `subject`, the code of the line or work,
    and `field`, the name of the field.
    """

    what: str
    mend: str = ""
    read: str | None = None
    file: str = ""
    sheet: str = ""
    cell: str = ""
    severity: Severity = Severity.ERROR
    subject: str = ""
    field: str = ""

    def where(self) -> str:
        """Return "file, sheet, cell" as far as they are known; of typed input, what it is about."""
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.cell:
            parts.append(f"{self.cell} 单元格")
        if self.subject and not self.file:
            parts.append(self.subject)
        return "，".join(parts)

    def sentence(self) -> str:
        """Return the whole finding on one line."""
        where = self.where()
        text = f"{where}：{self.what}" if where else self.what
        if self.read is not None:
            shown = self.read if len(self.read) <= 40 else f"{self.read[:40]}…"
            text += f"（读到“{shown}”）"
        text += f"。{self.mend}。" if self.mend else "。"
        return " ".join(text.split())
