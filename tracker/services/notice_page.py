"""Owns what one notice's page shows: its story as one thread, and what whoever looks may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.services.accounts import AccountInfo
from tracker.services.notice_list import NoticeInfo, notice_of, units_read
from tracker.services.notice_steps import day_to_answer, seen_of
from tracker.services.stories import Event, story_of
from tracker.store.accounts import Role
from tracker.store.notices import NoticeState
from tracker.store.remarks import RemarkKind


@dataclass(frozen=True, slots=True)
class NoticeRights:
    """What an account may do about a notice as it stands."""

    reply: bool = False
    decide: bool = False
    withdraw: bool = False


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice with its story, oldest first; `seen` goes with every form of the page.

    `answer_by` is until when it would be answered if its reply were sent back today.
    """

    notice: NoticeInfo
    seen: str
    story: tuple[Event[NoticeState], ...]
    rights: NoticeRights
    answer_by: date


def notice_page(session: Session, notice_id: int, account: AccountInfo, now: datetime) -> NoticePage:
    """Return one notice's page for whoever looks; raise NotFound for one that the account may not read."""
    notice = notice_of(session, notice_id, now, units_read(account))
    return NoticePage(
        notice,
        seen_of(session, notice_id, notice.state),
        _story(session, notice),
        rights_of(notice, account),
        day_to_answer(session, notice.deadline, notice.colour, now),
    )


def rights_of(notice: NoticeInfo, account: AccountInfo) -> NoticeRights:
    """Return what the account may do about the notice as it stands."""
    if account.role is Role.OFFICE:
        return NoticeRights(decide=notice.state is NoticeState.REPLIED, withdraw=notice.is_open)
    if account.role is Role.REPORTER:
        return NoticeRights(reply=notice.is_open and notice.unit_id in account.unit_ids)
    return NoticeRights()


def _story(session: Session, notice: NoticeInfo) -> tuple[Event[NoticeState], ...]:
    began = Event(notice.made_by, notice.made_at, None, NoticeState.ISSUED)
    return story_of(session, RemarkKind.NOTICE, notice.id, NoticeState, began, (NoticeState.REPLIED,))
