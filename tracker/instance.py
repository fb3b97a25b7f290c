"""Owns the instance on disk: creates it, opens its database, says when it is not there."""

from __future__ import annotations

import secrets
from contextlib import suppress

import sqlalchemy as sa

from tracker.core.errors import TrackerError
from tracker.settings import Settings
from tracker.store import schema
from tracker.store.engine import make_engine


class NotReady(TrackerError):
    """Raised when the database is missing or older or newer than the program."""


def initialise(settings: Settings) -> sa.Engine:
    """Create or migrate the instance; does nothing when it is up to date."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.briefings.mkdir(exist_ok=True)
    with suppress(FileExistsError), settings.secret_key_file.open("x", encoding="ascii") as file:
        settings.secret_key_file.chmod(0o600)
        file.write(secrets.token_hex(32))
    engine = make_engine(settings.database_url)
    schema.upgrade(engine)
    return engine


def open_instance(settings: Settings) -> sa.Engine:
    """Return the engine of an instance that is ready; raise NotReady with the way out otherwise."""
    if settings.database_file is not None and not settings.database_file.exists():
        raise NotReady(f"{settings.home} 中还没有实例，请先运行 tracker init。")
    engine = make_engine(settings.database_url)
    try:
        current = schema.current(engine)
    except sa.exc.OperationalError as error:
        raise NotReady(f"数据库连接不上，请检查 TRACKER_DATABASE_URL：{error.orig}") from error
    if current != schema.newest():
        raise NotReady(
            f"数据库结构版本是 {current or '空'}，程序需要 {schema.newest()}，请先运行 tracker init。"
        )
    return engine
