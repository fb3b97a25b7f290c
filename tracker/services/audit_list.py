"""Owns reading the audit trail: newest first, filtered, a page or an export at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.services.audit_objects import labels_of, named_object
from tracker.store.audit import AuditEntry

#: Families of actions whose values are no figures of projects: all that whoever sees no figures is told.
WITHOUT_FIGURES = frozenset(
    {
        "account",
        "backup",
        "evidence",
        "exemption",
        "job",
        "milestone",
        "office",
        "period",
        "reminder",
        "reopening",
        "token",
        "unit",
    }
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; what is empty or None does not narrow the list.

    `family` is the first part of an action ("period" of "period.closed"); `about` is the id of an object or
    the code of a line or work; days are those of the office's time zone, both included; `text` is looked for
    in every column and in the values before and after.
    """

    person: str = ""
    family: str = ""
    about: str = ""
    first_day: date | None = None
    last_day: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry of the trail. `about` names the object for people where its id alone says nothing.

    `withheld` tells that the values are kept from whoever asked: `before` and `after` then hold none, and
    `fields` names what changed.
    """

    id: int
    made_at: datetime
    made_by: str
    address: str
    action: str
    kind: str
    object_id: str
    about: str
    before: dict[str, Any]
    after: dict[str, Any]
    fields: tuple[str, ...]
    withheld: bool
    hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries, newest first; `older` is what to ask for to get the next one, None at the end."""

    lines: tuple[AuditLine, ...]
    older: int | None


def audit_page(
    session: Session, wanted: AuditFilter, *, figures: bool, before: int | None = None, size: int = 100
) -> AuditPage:
    """Return up to `size` entries older than the entry `before`; without `figures` amounts are withheld."""
    statement = _selected(wanted, figures).limit(size + 1)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = session.scalars(statement).all()
    lines = _lines(session, rows[:size], figures)
    return AuditPage(lines, lines[-1].id if len(rows) > size else None)


def audit_lines(
    session: Session, wanted: AuditFilter, *, figures: bool, most: int
) -> Iterator[tuple[AuditLine, ...]]:
    """Yield the newest `most` entries a few hundred at a time, so that memory does not grow with them."""
    statement = _selected(wanted, figures).limit(most).execution_options(yield_per=500)
    for rows in session.scalars(statement).partitions():
        yield _lines(session, rows, figures)


def newest_entry(session: Session) -> tuple[int, str] | None:
    """Return id and hash of the newest entry, which stand for the whole trail before it; None without any."""
    row = session.execute(
        sa.select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def _selected(wanted: AuditFilter, figures: bool) -> sa.Select[AuditEntry]:
    statement = sa.select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.person:
        statement = statement.where(_holds(AuditEntry.made_by, wanted.person))
    if wanted.family:
        statement = statement.where(_family_is(wanted.family))
    if wanted.about:
        statement = statement.where(sa.or_(AuditEntry.object_id == wanted.about, *named_object(wanted.about)))
    if wanted.first_day is not None:
        statement = statement.where(AuditEntry.made_at >= _moment(wanted.first_day, time.min))
    if wanted.last_day is not None:
        statement = statement.where(AuditEntry.made_at <= _moment(wanted.last_day, time(23, 59, 59)))
    if wanted.text:
        statement = statement.where(_mentions(wanted.text, figures))
    return statement


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.ZONE)


def _family_is(family: str) -> sa.ColumnElement[bool]:
    return AuditEntry.action.startswith(f"{family}.", autoescape=True)


def _holds(column: sa.ColumnElement[Any] | Any, text: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = sa.cast(column, sa.Text).icontains(text, autoescape=True)
    return found


def _mentions(text: str, figures: bool) -> sa.ColumnElement[bool]:
    plain = (AuditEntry.made_by, AuditEntry.address, AuditEntry.action, AuditEntry.object_id)
    found = [_holds(column, text) for column in plain]
    # Values are kept as JSON, in which everything but ASCII stands escaped.
    escaped = json.dumps(text)[1:-1]
    values = sa.or_(_holds(AuditEntry.before, escaped), _holds(AuditEntry.after, escaped))
    if not figures:
        # Otherwise whoever may not see an amount could guess it and look whether it is found.
        values = sa.and_(values, sa.or_(*(_family_is(family) for family in sorted(WITHOUT_FIGURES))))
    return sa.or_(*found, values)


def _lines(session: Session, rows: Sequence[AuditEntry], figures: bool) -> tuple[AuditLine, ...]:
    labels = labels_of(session, [(row.object_kind, row.object_id) for row in rows])
    return tuple(
        _line(row, labels.get((row.object_kind, row.object_id), row.object_id), figures) for row in rows
    )


def _line(row: AuditEntry, about: str, figures: bool) -> AuditLine:
    before, after = row.before or {}, row.after or {}
    withheld = not figures and row.action.partition(".")[0] not in WITHOUT_FIGURES
    changed = tuple(
        name
        for name in dict.fromkeys((*before, *after))
        if name not in before or name not in after or before[name] != after[name]
    )
    return AuditLine(
        id=row.id,
        made_at=row.made_at,
        made_by=row.made_by,
        address=row.address,
        action=row.action,
        kind=row.object_kind,
        object_id=row.object_id,
        about=about,
        before={} if withheld else before,
        after={} if withheld else after,
        fields=changed,
        withheld=withheld and bool(changed),
        hash=row.hash,
    )
