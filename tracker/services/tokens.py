"""Owns tokens for programs: a secret shown once, bound to one unit, that expires and can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.store.accounts import ApiToken
from tracker.store.roster import Unit

#: What every secret begins with, so that one that leaked into a file or a log is recognised.
PREFIX = "trk_"
#: A token lives at most a year and a day: whoever runs the program has to come back.
MAX_DAYS = 366
NAME_LENGTH = 30
#: How exactly the last use is kept; a program that asks often does not write each time.
_USE_KEPT_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as pages, the command line and the interface see it; never with its secret or its hash."""

    id: int
    name: str
    unit_id: int
    unit: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    def actor(self, address: str = "") -> Actor:
        """Return the program as every change names it; must fit beside every change, as a person must."""
        return Actor(f"接口令牌{self.id}号“{self.name}”（{self.unit[:40]}）", address)

    def usable(self, now: datetime) -> bool:
        """Return whether the token opens anything at `now`."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A new token with its secret, which is told this once."""

    token: TokenInfo
    secret: str


def create_token(
    session: Session, actor: Actor, now: datetime, unit: str, name: str, days: int
) -> CreatedToken:
    """Make a token for `unit` that expires after `days`; only the SHA-256 of its secret is kept.

    Raise Refused with every reason for an unknown unit, a name that is missing or long, or a life of less
    than a day or more than MAX_DAYS.
    """
    problems: list[Problem] = []
    row = session.scalar(sa.select(Unit).where(Unit.name == unit.strip()))
    if row is None:
        problems.append(Problem("没有这个单位", "请先导入项目清单或核对单位名称", read=unit, field="unit"))
    label = name.strip()
    if not 1 <= len(label) <= NAME_LENGTH:
        mend = "请写明用途，如“财政系统每日取数”"
        problems.append(Problem(f"令牌名称须为1至{NAME_LENGTH}个字", mend, field="name"))
    if not 1 <= days <= MAX_DAYS:
        problems.append(Problem(f"有效期须为1至{MAX_DAYS}天", read=str(days), field="days"))
    if row is None or problems:
        raise Refused(tuple(problems))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        unit_id=row.id,
        name=label,
        token_hash=_hash(secret),
        expires_at=now + timedelta(days=days),
        made_by=actor.name,
        made_at=now,
    )
    session.add(token)
    session.flush()
    info = _info(token, row.name)
    after = {"unit": info.unit, "name": info.name, "expires_at": info.expires_at.isoformat()}
    audit.record(session, actor, now, "token.create", "token", token.id, after=after)
    return CreatedToken(info, secret)


def list_tokens(session: Session) -> tuple[TokenInfo, ...]:
    """Return every token, the newest first; revoked and expired ones stay on the list."""
    found = session.execute(
        sa.select(ApiToken, Unit.name).join(Unit, Unit.id == ApiToken.unit_id).order_by(ApiToken.id.desc())
    )
    return tuple(_info(row, unit) for row, unit in found)


def revoke_token(session: Session, actor: Actor, now: datetime, token_id: int) -> TokenInfo:
    """End a token at once; does nothing to one that was revoked before. Raise NotFound for an unknown one."""
    row = session.get(ApiToken, token_id)
    if row is None:
        raise NotFound("令牌", str(token_id))
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        after = {"revoked": True}
        audit.record(
            session, actor, now, "token.revoke", "token", row.id, before={"revoked": False}, after=after
        )
    return _info(row, session.scalars(sa.select(Unit.name).where(Unit.id == row.unit_id)).one())


def token_of(session: Session, secret: str, now: datetime) -> TokenInfo | None:
    """Return the token that `secret` opens at `now`; None for an unknown, revoked or expired one.

    The look-up is by hash, so that how long it takes tells nothing about any secret.
    """
    if not secret.startswith(PREFIX) or len(secret) > 200:
        return None
    found = session.execute(
        sa.select(ApiToken, Unit.name)
        .join(Unit, Unit.id == ApiToken.unit_id)
        .where(ApiToken.token_hash == _hash(secret))
    ).first()
    if found is None:
        return None
    info = _info(*found)
    return info if info.usable(now) else None


def use_is_noted(info: TokenInfo, now: datetime) -> bool:
    """Return whether the last use that is kept is recent enough for `note_use` to have nothing to write."""
    return info.last_used_at is not None and now - info.last_used_at < _USE_KEPT_EVERY


def note_use(session: Session, token_id: int, now: datetime) -> None:
    """Keep when the token was last used."""
    session.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def _hash(secret: str) -> str:
    # 256 random bits need no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _info(row: ApiToken, unit: str) -> TokenInfo:
    return TokenInfo(
        id=row.id,
        name=row.name,
        unit_id=row.unit_id,
        unit=unit,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
