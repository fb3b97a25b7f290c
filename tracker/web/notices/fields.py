"""Owns the fields of the forms that word a notice: what was typed, as the services take it, and what stands there."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from tracker.core.errors import Problem, Refused
from tracker.core.notice_ladder import NoticeColour
from tracker.services.notice_issuing import Wording
from tracker.services.notice_proposals import ProposedNotice
from tracker.web import posted


def typed_texts() -> dict[str, str]:
    """Return the texts of the form that was sent, so that it can be shown again."""
    return {name: posted.text(name) for name in list(request.form)[:60] if name != "csrf_token"}


def wording() -> Wording:
    """Return the notice that was typed, a ground a line; raise Refused for a day that is none."""
    told, deadline = posted.text("deadline"), posted.day("deadline")
    if told and deadline is None:
        raise Refused((Problem("日期无法识别", "请按 2023-04-20 的样子填写", told[:20], field="deadline"),))
    try:
        colour = NoticeColour(posted.text("colour"))
    except ValueError:
        colour = None
    return Wording(
        unit_id=posted.whole("unit"),
        colour=colour,
        grounds=tuple(line for line in posted.text("grounds").splitlines() if line.strip()),
        text=posted.text("text"),
        deadline=deadline,
        colour_reason=posted.text("colour_reason"),
    )


def typed_of(wanted: Wording) -> Mapping[str, str]:
    """Return a wording as the fields of the form show it."""
    return {
        "unit": "" if wanted.unit_id is None else str(wanted.unit_id),
        "colour": "" if wanted.colour is None else wanted.colour.value,
        "grounds": "\n".join(wanted.grounds),
        "text": wanted.text,
        "deadline": "" if wanted.deadline is None else wanted.deadline.isoformat(),
    }


def typed_of_proposal(proposal: ProposedNotice) -> Mapping[str, str]:
    """Return a proposal as the fields of the form show it."""
    return typed_of(
        Wording(proposal.unit_id, proposal.colour, proposal.grounds, proposal.text, proposal.deadline.day)
    )
