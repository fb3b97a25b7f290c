"""Owns the ladder of supervision notices as the office has set it, and changing it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.notice_ladder import (
    CAUSE_NAMES,
    COLOUR_NAMES,
    DEFAULT_LADDER,
    Ladder,
    NoticeColour,
    ladder_from_json,
    ladder_problems,
    ladder_to_json,
)
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.reasons_given import required_reason
from tracker.store.office import OfficeSetting

#: Under which key it stands among the office's settings.
KEY = "notice_ladder"


def ladder_of(session: Session) -> Ladder:
    """Return the ladder that holds: the office's own, else the built-in one."""
    row = session.get(OfficeSetting, KEY)
    return DEFAULT_LADDER if row is None else ladder_from_json(row.value)


def mark_of_ladder(ladder: Ladder) -> str:
    """Return what stands for a ladder as it was looked at."""
    return hashlib.sha256(json.dumps(ladder_to_json(ladder), sort_keys=True).encode()).hexdigest()[:16]


def change_ladder(
    session: Session, actor: Actor, ladder: Ladder, seen: str, reason: str, now: datetime
) -> None:
    """Set the ladder, with a reason; notices that were issued stay as they are.

    `seen` is the mark of the ladder that was looked at. Raise WrongState when somebody changed it since, Refused with
    every problem of the new one, without a reason, and when nothing changes.
    """
    audit.claim_trail(session)
    before = ladder_of(session)
    if seen != mark_of_ladder(before):
        raise WrongState("您打开之后，督办级别已被别人修改。没有改动任何内容，请重新打开后再改。")
    problems = list(ladder_problems(ladder))
    told = ""
    try:
        told = required_reason(reason, "调整的原因")
    except Refused as refusal:
        problems += refusal.problems
    if not problems and ladder_to_json(ladder) == ladder_to_json(before):
        problems.append(Problem("督办级别没有变化", "请修改后再保存"))
    if problems:
        raise Refused(tuple(problems))
    session.merge(OfficeSetting(key=KEY, value=ladder_to_json(ladder)))
    session.flush()
    audit.record(
        session,
        actor,
        now,
        "notice.ladder",
        "office",
        KEY,
        before={"ladder": ladder_sentences(before)},
        after={"ladder": ladder_sentences(ladder), "reason": told},
    )


def ladder_sentences(ladder: Ladder) -> list[str]:
    """Return the ladder in words, one clause per colour and one for the numbers."""
    turn = "逐级升级，不越级" if ladder.in_turn else "按事实直接提出，可以越级"
    return [*(_sentence(ladder, colour) for colour in NoticeColour), turn, f"发文代字：{ladder.prefix}"]


def _sentence(ladder: Ladder, colour: NoticeColour) -> str:
    steps = "，".join(
        f"{CAUSE_NAMES[step.cause]}满{step.at_least}{'个月' if step.cause.in_months else '天'}"
        for step in ladder.steps
        if step.colour is colour
    )
    return f"{COLOUR_NAMES[colour]}：{steps or '不提出'}；{ladder.days_to_answer(colour)}个工作日内回复"
