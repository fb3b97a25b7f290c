"""Owns how it is told for how long something is overdue, and whom that has reached."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from tracker.core.deadlines import Escalation
from tracker.web.words import word


def overdue_words(days: int, reached: Escalation) -> str:
    """Return for how long something is overdue and whom that reached; empty for what is not."""
    if not days:
        return ""
    told = str(ngettext("逾期%(num)s天", "逾期%(num)s天", days))
    if reached in (Escalation.OFFICE, Escalation.LEADER):
        return str(gettext("%(overdue)s，已升级至%(who)s", overdue=told, who=word(reached)))
    return told
