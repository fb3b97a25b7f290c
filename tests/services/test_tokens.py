"""Tokens for programs: shown once, kept as a hash, bound to a unit, ended by time or by hand."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, at, line
from tracker.core.errors import NotFound, Refused
from tracker.services import audit
from tracker.services.tokens import (
    CreatedToken,
    create_token,
    list_tokens,
    note_use,
    revoke_token,
    token_of,
    use_is_noted,
)
from tracker.store.accounts import ApiToken
from tracker.store.audit import AuditEntry

NOW = at("2023-04-04", 9)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Return a desk with a roster, whose lead is 市科技局."""
    desk.roster([line("甲", lead="市科技局")])
    return desk


def make(office: Desk, unit: str = "市科技局", name: str = "每日取数", days: int = 30) -> CreatedToken:
    with office.writing() as session:
        return create_token(session, ACTOR, NOW, unit, name, days)


def test_the_secret_opens_until_it_expires(office: Desk) -> None:
    made = make(office)
    with office.looking() as session:
        info = token_of(session, made.secret, NOW)
        assert info == made.token
        assert (info.name, info.unit) == ("每日取数", "市科技局")
        assert token_of(session, made.secret, NOW + timedelta(days=30, seconds=-1)) is not None
        assert token_of(session, made.secret, NOW + timedelta(days=30)) is None


def test_only_the_hash_is_kept_and_nothing_of_it_told(office: Desk) -> None:
    made = make(office)
    assert made.secret.startswith("trk_")
    assert len(made.secret) >= 40
    with office.looking() as session:
        row = session.scalars(sa.select(ApiToken)).one()
        assert row.token_hash == hashlib.sha256(made.secret.encode()).hexdigest()
        told = repr([(e.before, e.after, e.object_id) for e in session.scalars(sa.select(AuditEntry))])
        assert made.secret not in told
        assert row.token_hash not in told
        assert row.token_hash not in repr(list_tokens(session))
    assert make(office, name="另一个").secret != made.secret


@pytest.mark.parametrize(
    "secret", ["", "trk_", "trk_wrong", "Bearer trk_x", "trk_" + "x" * 5000, "trk_\x00", "trk_\ud800"]
)
def test_what_is_no_secret_opens_nothing(office: Desk, secret: str) -> None:
    make(office)
    with office.looking() as session:
        assert token_of(session, secret, NOW) is None


def test_the_hash_itself_opens_nothing(office: Desk) -> None:
    made = make(office)
    with office.looking() as session:
        kept = session.scalars(sa.select(ApiToken.token_hash)).one()
        assert token_of(session, kept, NOW) is None
        assert token_of(session, f"trk_{kept}", NOW) is None
        assert token_of(session, made.secret.upper(), NOW) is None


def test_a_revoked_token_opens_nothing_and_stays_on_the_list(office: Desk) -> None:
    made, other = make(office), make(office, name="另一个")
    for _ in range(2):
        with office.writing() as session:
            assert revoke_token(session, ACTOR, NOW, made.token.id).revoked_at == NOW
    with office.looking() as session:
        assert token_of(session, made.secret, NOW) is None
        assert token_of(session, other.secret, NOW) is not None
        assert [(t.name, t.revoked_at is not None) for t in list_tokens(session)] == [
            ("另一个", False),
            ("每日取数", True),
        ]
        actions = session.scalars(
            sa.select(AuditEntry.action).where(AuditEntry.object_kind == "token").order_by(AuditEntry.id)
        ).all()
        assert actions == ["token.create", "token.create", "token.revoke"], "revoking again writes nothing"
        assert audit.first_broken(session) is None
    with office.writing() as session, pytest.raises(NotFound):
        revoke_token(session, ACTOR, NOW, 9999)


@pytest.mark.parametrize(
    ("unit", "name", "days", "reasons"),
    [
        ("没有的局", "取数", 30, ["没有这个单位"]),
        ("市科技局", "", 30, ["令牌名称须为"]),
        ("市科技局", "  ", 30, ["令牌名称须为"]),
        ("市科技局", "长" * 31, 30, ["令牌名称须为"]),
        ("市科技局", "取数", 0, ["有效期须为1至366天"]),
        ("市科技局", "取数", -1, ["有效期须为1至366天"]),
        ("市科技局", "取数", 367, ["有效期须为1至366天"]),
        ("", "", 999_999_999, ["没有这个单位", "令牌名称须为", "有效期须为"]),
    ],
)
def test_what_cannot_be_is_refused_with_every_reason(
    office: Desk, unit: str, name: str, days: int, reasons: list[str]
) -> None:
    with pytest.raises(Refused) as caught:
        make(office, unit, name, days)
    told = [problem.sentence() for problem in caught.value.problems]
    assert [reason in sentence for reason, sentence in zip(reasons, told, strict=True)] == [True] * len(told)
    with office.looking() as session:
        assert list_tokens(session) == ()


def test_the_longest_life_is_a_year_and_a_day(office: Desk) -> None:
    assert make(office, days=366).token.expires_at == NOW + timedelta(days=366)


def test_the_last_use_is_kept_now_and_then(office: Desk) -> None:
    made = make(office)
    assert not use_is_noted(made.token, NOW)
    with office.writing() as session:
        note_use(session, made.token.id, NOW)
    with office.looking() as session:
        (info,) = list_tokens(session)
    assert info.last_used_at == NOW
    assert use_is_noted(info, NOW + timedelta(minutes=59))
    assert not use_is_noted(info, NOW + timedelta(minutes=60))


def test_the_program_has_a_name_that_fits_beside_every_change(office: Desk) -> None:
    made = make(office, name="长" * 30)
    actor = made.token.actor("10.0.0.7")
    assert "市科技局" in actor.name
    assert len(actor.name) <= 100
    assert actor.address == "10.0.0.7"
