"""Owns saying until when a month's reports are awaited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from tracker import clock
from tracker.core.figures import PeriodState
from tracker.services.periods import PeriodInfo
from tracker.web.filters import short_month


@dataclass(frozen=True, slots=True)
class Deadline:
    """The sentence, and whether it presses."""

    text: str
    urgent: bool


def deadline_words(info: PeriodInfo, now: datetime) -> Deadline:
    """Return until when reports come on time, in words a person counts with."""
    if info.state is PeriodState.CLOSED:
        return Deadline(gettext("本月已关闭，数字已定；如有差错请申请更正。"), False)
    if info.deadline is None:
        return Deadline(gettext("没有设报送期限，报送不记逾期。"), False)
    until = info.deadline.astimezone(clock.ZONE)
    at = gettext(
        "%(month)s%(day)s日 %(time)s 截止",
        month=short_month(until.month),
        day=until.day,
        time=f"{until:%H:%M}",
    )
    if now > until:
        return Deadline(gettext("%(deadline)s，现在报送记为逾期。", deadline=at), True)
    return Deadline(
        gettext("%(deadline)s，%(left)s。", deadline=at, left=_left(until, now)), _presses(until, now)
    )


def _left(until: datetime, now: datetime) -> str:
    days = (until.date() - now.astimezone(clock.ZONE).date()).days
    if days > 0:
        return str(ngettext("还有%(num)d天", "还有%(num)d天", days))
    hours = (until - now) // timedelta(hours=1)
    return str(ngettext("今天截止，还有%(num)d小时", "今天截止，还有%(num)d小时", hours))


def _presses(until: datetime, now: datetime) -> bool:
    return until - now < timedelta(days=2)
