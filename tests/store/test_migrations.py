"""The models equal what the migrations build, on both databases, and migrating again changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.databases import Server, copied, dump, nothing
from tracker.store import schema
from tracker.store.tables import Base


def test_models_equal_migrations(database: sa.Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, Base.metadata)
    assert not differences, (
        f"write a migration for what the models have and the database has not: {differences}"
    )


def test_every_check_of_the_models_is_in_the_database(database: sa.Engine) -> None:
    inspector = sa.inspect(database)
    missing = []
    for table in Base.metadata.sorted_tables:
        there = {check["name"] for check in inspector.get_check_constraints(table.name)}
        wanted = {str(rule.name) for rule in table.constraints if isinstance(rule, sa.CheckConstraint)}
        missing += [f"{table.name}: {name}" for name in sorted(wanted - there)]
    assert not missing, f"alembic compares no check constraints; write them into a migration: {missing}"


def test_an_empty_database_has_no_version_and_gets_the_newest(server: Server) -> None:
    with copied(server, nothing) as engine:
        assert schema.current(engine) is None
        schema.upgrade(engine)
        assert schema.current(engine) == schema.newest() is not None


def test_upgrading_again_changes_nothing(database: sa.Engine) -> None:
    before, tables = dump(database), _columns(database)
    schema.upgrade(database)
    assert (dump(database), _columns(database)) == (before, tables)


def test_a_migration_that_fails_leaves_nothing_behind(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both databases roll back tables like rows, so that an upgrade can simply be run again."""
    with copied(server, nothing) as engine:
        with monkeypatch.context() as patched:
            patched.setattr("alembic.operations.Operations.execute", _fail)
            with pytest.raises(RuntimeError, match="in mid-migration"):
                schema.upgrade(engine)
        assert sa.inspect(engine).get_table_names() == []
        schema.upgrade(engine)
        assert schema.current(engine) == schema.newest()


def _fail(*_: object) -> None:
    raise RuntimeError("in mid-migration")


def _columns(engine: sa.Engine) -> dict[str, list[str]]:
    inspector = sa.inspect(engine)
    return {name: [c["name"] for c in inspector.get_columns(name)] for name in inspector.get_table_names()}
