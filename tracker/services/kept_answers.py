"""Owns the answers that are kept under idempotency keys: a program that asks again gets the answer, not the deed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import TrackerError
from tracker.store.accounts import IdempotentAnswer

#: After this a program has long stopped asking again; its key may then mean something new.
KEPT_FOR = timedelta(days=7)
#: Stands in the row until its own transaction knows the answer; nobody else ever sees it.
_UNDER_WAY = 0


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered: the HTTP status and the JSON body."""

    status: int
    body: dict[str, Any]


class KeyReused(TrackerError):
    """Raised when a key comes back with another request."""

    status = 422

    def __init__(self, key: str) -> None:
        super().__init__(f"Idempotency-Key“{key}”已用于另一个请求。请为每个新请求换一个新的键。")


def claim(session: Session, token_id: int, key: str, request_hash: str, now: datetime) -> KeptAnswer | None:
    """Return what the key was answered before; None claims it for this transaction, which must `keep` its answer.

    Of two requests at once the second waits here until the first is done: it then gets the answer, or,
    when the first was undone, its turn. Raise KeyReused when `request_hash` is not that of before.
    """
    session.execute(sa.delete(IdempotentAnswer).where(IdempotentAnswer.made_at < now - KEPT_FOR))
    try:
        with session.begin_nested():
            session.add(
                IdempotentAnswer(
                    token_id=token_id,
                    key=key,
                    request_hash=request_hash,
                    status=_UNDER_WAY,
                    body={},
                    made_at=now,
                )
            )
    except sa.exc.IntegrityError:
        known = session.get_one(IdempotentAnswer, (token_id, key))
        if known.request_hash != request_hash:
            raise KeyReused(key) from None
        return KeptAnswer(known.status, known.body)
    return None


def keep(session: Session, token_id: int, key: str, answer: KeptAnswer) -> None:
    """Keep the answer under the key that this transaction claimed.

    Only what was done is kept. A refusal undoes the whole transaction, its claim included: nothing
    was done that could be done twice, and what refused it, such as a month not yet open, may change.
    """
    row = session.get_one(IdempotentAnswer, (token_id, key))
    row.status, row.body = answer.status, answer.body
    session.flush()
