"""Owns the instance on disk: creates it, opens its database, says when it is not there."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.core.errors import TrackerError
from tracker.secret_key import secret_key
from tracker.settings import Settings
from tracker.store import schema
from tracker.store.engine import make_engine


class NotReady(TrackerError):
    """Raised when the database is missing or older or newer than the program."""


def initialise(settings: Settings) -> sa.Engine:
    """Create or migrate the instance; does nothing when it is up to date."""
    # The instance holds password hashes and what units reported: it is nobody else's to read.
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.briefings.mkdir(mode=0o700, exist_ok=True)
    settings.attachments.mkdir(mode=0o700, exist_ok=True)
    secret_key(settings.secret_key_file)
    engine, _ = _reached(settings)
    schema.upgrade(engine)
    return engine


def open_instance(settings: Settings) -> sa.Engine:
    """Return the engine of an instance that is ready; raise NotReady with the way out otherwise."""
    if settings.database_file is not None and not settings.database_file.exists():
        raise NotReady(f"{settings.home} 中还没有实例，请先运行 tracker init。")
    engine, current = _reached(settings)
    if current != schema.newest():
        engine.dispose()
        raise NotReady(
            f"数据库结构版本是 {current or '空'}，程序需要 {schema.newest()}，请先运行 tracker init。"
        )
    return engine


def _reached(settings: Settings) -> tuple[sa.Engine, str | None]:
    """Return the engine and the database's revision.

    Raise NotReady when the database cannot be read, or belongs to a newer program.
    """
    try:
        engine = make_engine(settings.database_url)
        current = schema.current(engine)
    except sa.exc.DBAPIError as error:
        if settings.database_file is not None:
            reason = f"数据库文件 {settings.database_file} 读不出来，请从最近的备份恢复：{error.orig}"
        else:
            reason = f"数据库连接不上，请检查 TRACKER_DATABASE_URL：{error.orig}"
        raise NotReady(" ".join(reason.split())) from error
    except (sa.exc.ArgumentError, ImportError) as error:
        # The address is not repeated: it may carry a password.
        raise NotReady(
            "TRACKER_DATABASE_URL 不是能用的数据库地址，应以 sqlite:/// 或 postgresql:// 开头。"
        ) from error
    if not schema.is_known(current):
        engine.dispose()
        raise NotReady(f"数据库结构版本 {current} 比程序（{schema.newest()}）新，请升级程序后再打开。")
    return engine, current
