"""An instance opens only with the database that this program knows, and says in a sentence why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import Server, address, copied, dump, nothing
from tracker.core.errors import TrackerError
from tracker.instance import NotReady, initialise, open_instance
from tracker.settings import Settings
from tracker.store import schema


def settings_for(engine: sa.Engine, home: Path) -> Settings:
    return Settings.at(home, database_url=address(engine))


def set_version(engine: sa.Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_initialising_twice_changes_nothing(server: Server, tmp_path: Path) -> None:
    with copied(server, nothing) as engine:
        settings = settings_for(engine, tmp_path / "实例 一")
        initialise(settings).dispose()
        key, before = settings.secret_key_file.read_text(), dump(engine)
        initialise(settings).dispose()
        assert settings.secret_key_file.read_text() == key
        assert len(key) >= 32
        assert settings.secret_key_file.stat().st_mode & 0o777 == 0o600
        assert dump(engine) == before
        open_instance(settings).dispose()


def test_a_home_with_blanks_and_chinese_signs_holds_its_sqlite_file(tmp_path: Path) -> None:
    settings = Settings.at(tmp_path / "督查 系统（2023）100%")
    initialise(settings).dispose()
    assert settings.database_file is not None
    assert settings.database_file.is_file()
    open_instance(settings).dispose()


def test_a_missing_instance_is_told_how_to_be_made_and_is_not_made(tmp_path: Path) -> None:
    settings = Settings.at(tmp_path / "nowhere")
    with pytest.raises(NotReady, match="tracker init"):
        open_instance(settings)
    assert not settings.home.exists()


def test_an_empty_or_older_database_asks_for_init(server: Server, tmp_path: Path) -> None:
    with copied(server, nothing) as engine:
        settings = settings_for(engine, tmp_path)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE something (id INTEGER)"))
        with pytest.raises(NotReady, match="tracker init"):
            open_instance(settings)


def test_a_newer_database_asks_for_a_newer_program(server: Server, tmp_path: Path) -> None:
    """`tracker init` cannot help here, so it must neither be named nor end in a traceback."""
    with copied(server, schema.upgrade) as engine:
        settings = settings_for(engine, tmp_path)
        set_version(engine, "9999")
        for attempt in (open_instance, initialise):
            with pytest.raises(NotReady, match=r"9999.*升级程序") as refusal:
                attempt(settings)
            assert "tracker init" not in str(refusal.value)
        assert schema.current(engine) == "9999"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/nothing",
        "no address at all",
        "oracle://127.0.0.1/nothing",
        "mystery://127.0.0.1/nothing",
    ],
)
def test_an_address_that_leads_nowhere_is_a_sentence(tmp_path: Path, url: str) -> None:
    settings = Settings.at(tmp_path, database_url=url)
    for attempt in (open_instance, initialise):
        with pytest.raises(TrackerError, match="TRACKER_DATABASE_URL"):
            attempt(settings)


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tracker.sqlite3").write_text("not a database, but long enough to be looked at " * 40)
    for attempt in (open_instance, initialise):
        with pytest.raises(NotReady, match="数据库"):
            attempt(Settings.at(tmp_path))


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    plain = Settings.from_env({"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": ""})
    assert plain.database_file == tmp_path / "tracker.sqlite3"
    assert plain.briefings == tmp_path / "briefings"
    assert not plain.insecure_cookies
    other = Settings.from_env(
        {
            "TRACKER_HOME": str(tmp_path),
            "TRACKER_DATABASE_URL": "postgresql://h/db",
            "TRACKER_INSECURE_COOKIES": "1",
        }
    )
    assert other.database_file is None
    assert other.insecure_cookies
    assert Settings.from_env({}).home == Path("instance").resolve()
