"""Owns the office's settings: known keys, their defaults and which front is the office's own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.office import OfficeSetting
from tracker.store.roster import Front, KeyProject, Programme, Subproject


@dataclass(frozen=True, slots=True)
class Office:
    """The settings of the supervision office.

    `own_front` is the front of a roster that names none. A report is late after `deadline_workday`
    workdays of the month after the period; the office means to close it after `closing_workday`. What is overdue
    by more than `office_after_days` is the office's business, by more than `leader_after_days` the leader's. A
    leader's instruction is due after `instruction_workdays` workdays.
    """

    name: str = "市委市政府督查室"
    city: str = "常州市"
    own_front: str = "创新现代化"
    deadline_workday: int = 3
    closing_workday: int = 8
    office_after_days: int = 7
    leader_after_days: int = 15
    instruction_workdays: int = 5
    notice: str = ""

    @property
    def full_name(self) -> str:
        """Return the name as it heads an official text: 常州市 and 市委市政府督查室 are 常州市委市政府督查室."""
        if self.name.startswith(self.city):
            return self.name
        name = self.name.removeprefix("市") if self.city.endswith("市") else self.name
        return f"{self.city}{name}"


_SETTINGS = sa.select(OfficeSetting.key, OfficeSetting.value)
_LINES_BY_FRONT = (
    sa.select(Front.name, sa.func.count(Subproject.id))
    .join(Programme, Programme.front_id == Front.id)
    .join(KeyProject, KeyProject.programme_id == Programme.id)
    .join(Subproject, Subproject.key_project_id == KeyProject.id)
    .where(Subproject.year == sa.bindparam("year"))
    .group_by(Front.name)
)
_HAS_LINES = (
    sa.select(Subproject.id)
    .join(KeyProject, KeyProject.id == Subproject.key_project_id)
    .join(Programme, Programme.id == KeyProject.programme_id)
    .join(Front, Front.id == Programme.front_id)
    .where(KeyProject.year == sa.bindparam("year"), Front.name == sa.bindparam("front"))
    .limit(1)
)


def office_of(session: Session) -> Office:
    """Return the office's settings, defaults where nothing is set."""
    stored: dict[str, Any] = dict(session.execute(_SETTINGS).all())
    known = {field.name for field in fields(Office)}
    return Office(**{key: value for key, value in stored.items() if key in known})


def set_office(session: Session, **values: str | int) -> None:
    """Store settings; an unknown key is an error of the program."""
    Office(**values)  # type: ignore[arg-type]
    for key, value in values.items():
        session.merge(OfficeSetting(key=key, value=value))


def own_front(session: Session, year: int) -> str:
    """Return the front whose figures are told: the set one, or the largest of a roster without it."""
    wanted = office_of(session).own_front
    # One line is enough to know; only a roster without the set front has to be counted.
    if session.scalar(_HAS_LINES, {"year": year, "front": wanted}) is not None:
        return wanted
    names = {name: int(count) for name, count in session.execute(_LINES_BY_FRONT, {"year": year})}
    if not names:
        return wanted
    return max(sorted(names), key=lambda name: names[name])
