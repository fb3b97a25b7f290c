"""Owns what an import of reports leaves in the audit trail: each report that it changed, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.periods import Period
from tracker.core.said import field_name
from tracker.services import audit
from tracker.services.actors import Actor

#: Up to so many reports have an entry each; beyond, the import's own entry lists as many.
_MOST = 200
#: So much of a text is told in that list; the revisions keep the whole of it.
_LONGEST = 60
#: What is told of every change, and says nothing of a report.
_BESIDE = ("state", "revision", "source", "correction_reason")


@dataclass(frozen=True, slots=True)
class Changed:
    """A report that was there before the import: its line's or work's code, and its texts by field."""

    code: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def record_changes(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    period: Period,
    changed: Sequence[Changed],
    told: Mapping[str, Any],
) -> None:
    """Record what an import changed, and last the import itself with `told`, its file and its counts.

    Reports that an import created are counted only: before them there was nothing.
    """
    after = dict(told)
    if len(changed) > _MOST:
        after["changes"] = [*(_sentence(one) for one in changed[:_MOST]), _rest(len(changed) - _MOST)]
    else:
        for one in changed:
            audit.record(
                session,
                actor,
                now,
                action,
                "report",
                f"{period} {one.code}",
                before=dict(one.before),
                after=dict(one.after),
            )
    audit.record(session, actor, now, action, "period", period, after=after)


def _sentence(one: Changed) -> str:
    same = "审核通过" if one.after["state"] == "accepted" else "重新报送"
    return f"{one.code}：{'，'.join(_differences(one)) or same}"


def _differences(one: Changed) -> Iterator[str]:
    for name in dict.fromkeys((*one.before, *one.after)):
        was, text = one.before.get(name, ""), one.after.get(name, "")
        if name not in _BESIDE and was != text:
            yield f"{field_name(name)} {_short(was)} → {_short(text)}"


def _short(text: str) -> str:
    return (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") or "无"


def _rest(number: int) -> str:
    return f"另有 {number} 项，见各项月报的历次报送"
