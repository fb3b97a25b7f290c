"""Owns what one notice's page shows: its story as one thread, and what whoever looks may do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.accounts import AccountInfo
from tracker.services.notice_list import NoticeInfo, notice_of, units_read
from tracker.services.notice_steps import KIND, seen_of
from tracker.services.remarks import RemarkFileInfo, RemarkInfo, remarks_of
from tracker.store.accounts import Role
from tracker.store.notices import NoticeState
from tracker.store.periods import StateChange
from tracker.store.remarks import RemarkKind


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """Something that happened to a notice: a step, a word, or the reply that is both.

    `after` is None for a word alone; `before` is None where the notice was issued. `note` is what the step says of
    itself, `unit` the unit that speaks, empty for the office.
    """

    made_by: str
    made_at: datetime
    before: NoticeState | None = None
    after: NoticeState | None = None
    note: str = ""
    unit: str = ""
    text: str = ""
    files: tuple[RemarkFileInfo, ...] = ()
    remark_id: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeRights:
    """What an account may do about a notice as it stands."""

    reply: bool = False
    decide: bool = False
    withdraw: bool = False


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice with its story, oldest first; `seen` goes with every form of the page."""

    notice: NoticeInfo
    seen: str
    story: tuple[NoticeEvent, ...]
    rights: NoticeRights


def notice_page(session: Session, notice_id: int, account: AccountInfo, now: datetime) -> NoticePage:
    """Return one notice's page for whoever looks; raise NotFound for one that the account may not read."""
    notice = notice_of(session, notice_id, now, units_read(account))
    return NoticePage(
        notice,
        seen_of(session, notice_id, notice.state),
        _story(session, notice),
        rights_of(notice, account),
    )


def rights_of(notice: NoticeInfo, account: AccountInfo) -> NoticeRights:
    """Return what the account may do about the notice as it stands."""
    if account.role is Role.OFFICE:
        return NoticeRights(decide=notice.state is NoticeState.REPLIED, withdraw=notice.is_open)
    if account.role is Role.REPORTER:
        return NoticeRights(reply=notice.is_open and notice.unit_id in account.unit_ids)
    return NoticeRights()


def _story(session: Session, notice: NoticeInfo) -> tuple[NoticeEvent, ...]:
    rows = session.scalars(
        sa.select(StateChange)
        .where(StateChange.kind == KIND, StateChange.object_id == notice.id)
        .order_by(StateChange.id)
    )
    steps = [
        NoticeEvent(
            row.made_by,
            row.made_at,
            NoticeState(row.before) if row.before else None,
            NoticeState(row.after),
            row.reason,
        )
        for row in rows
    ]
    if not steps or steps[0].before is not None:
        steps.insert(0, NoticeEvent(notice.made_by, notice.made_at, None, NoticeState.ISSUED))
    return tuple(_together(steps, remarks_of(session, RemarkKind.NOTICE, [notice.id]).get(notice.id, ())))


def _together(steps: list[NoticeEvent], remarks: Iterable[RemarkInfo]) -> list[NoticeEvent]:
    """Return steps and words in the order of their moments; the reply's word stands in its step."""
    story = list(steps)
    for told in remarks:
        # One form sends the reply and its word at the same moment, in the name of the same person.
        place = next(
            (
                number
                for number, event in enumerate(story)
                if event.remark_id is None
                and event.after is NoticeState.REPLIED
                and (event.made_at, event.made_by) == (told.made_at, told.made_by)
            ),
            None,
        )
        said: dict[str, Any] = {
            "unit": told.unit,
            "text": told.text,
            "files": told.files,
            "remark_id": told.id,
        }
        if place is None:
            story.append(replace(NoticeEvent(told.made_by, told.made_at), **said))
        else:
            story[place] = replace(story[place], **said)
    return sorted(story, key=lambda event: event.made_at)
