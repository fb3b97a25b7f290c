"""Owns which notices an address asks for, and whose."""

from __future__ import annotations

from tracker.core.notice_ladder import NoticeColour
from tracker.services.accounts import AccountInfo
from tracker.services.notice_list import NoticeFilter, NoticeGroup, NoticeSort, units_read
from tracker.store.notices import NoticeState
from tracker.web import arguments


def asked(account: AccountInfo) -> NoticeFilter:
    """Return what the address narrows the list to and how it orders it; a reporter reads the own units' alone."""
    return NoticeFilter(
        text=arguments.text("q"),
        group=arguments.chosen("list", NoticeGroup) or NoticeGroup.OPEN,
        colour=arguments.chosen("colour", NoticeColour),
        state=arguments.chosen("state", NoticeState),
        unit=arguments.text("unit"),
        overdue=arguments.flag("overdue"),
        units=units_read(account),
        sort=arguments.chosen("sort", NoticeSort) or NoticeSort.URGENCY,
        descending=arguments.flag("desc"),
    )
