"""The models equal what the migrations build, on both databases, and migrating again changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.databases import Server, copied, dump, nothing
from tracker.store import schema
from tracker.store.engine import WRITES
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


def test_reports_of_before_know_what_they_fall_back_on(server: Server) -> None:
    """0002: an accepted report, and one frozen with its month, is settled; each counts since it was made."""
    with copied(server, nothing) as engine:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            command.upgrade(schema._config(connection), "0001")
            for statement in _REPORTS_OF_0001:
                connection.exec_driver_sql(statement)
        schema.upgrade(engine)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT counted, settled, counted_at IS NOT NULL FROM report ORDER BY id"
            ).all()
        assert [tuple(row) for row in rows] == [(1, None, True), (1, 1, True), (1, 1, True)]


def test_problems_of_before_know_whose_they_are(server: Server) -> None:
    """0003: what came with reports was raised by the unit that leads the line's project or the work."""
    with copied(server, nothing) as engine:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            command.upgrade(schema._config(connection), "0002")
            for statement in _PROBLEMS_OF_0002:
                connection.exec_driver_sql(statement)
        schema.upgrade(engine)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT text, unit_id, handler_id FROM problem ORDER BY id"
            ).all()
        assert [tuple(row) for row in rows] == [
            ("工程缺地", 1, None),
            ("工作缺人", 2, None),
            ("无人牵头", None, None),
        ]


def test_lines_of_before_know_what_got_better(server: Server) -> None:
    """0004: a frozen line is told as improved where its own figures say so, and stays written once."""
    with copied(server, nothing) as engine:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            command.upgrade(schema._config(connection), "0003")
            for statement in _LINES_OF_0003:
                connection.exec_driver_sql(statement)
        schema.upgrade(engine)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT light, improved FROM snapshot_line ORDER BY id").all()
        assert [(light, bool(improved)) for light, improved in rows] == [
            ("green", True),
            ("green", False),
            ("yellow", True),
            ("yellow", False),
            ("yellow", False),
            ("grey", False),
            ("green", False),
        ]
        with (
            pytest.raises(sa.exc.DBAPIError, match="written once"),
            engine.connect().execution_options(**{WRITES: True}) as connection,
        ):
            connection.exec_driver_sql("UPDATE snapshot_line SET completed = 1")


_MOMENT = "'2023-03-01 10:00:00+00:00'"
_REPORTS_OF_0001 = [
    "INSERT INTO plan_year (year) VALUES (2023)",
    "INSERT INTO front (id, name) VALUES (1, '创新')",
    "INSERT INTO programme (id, year, front_id, name, position) VALUES (1, 2023, 1, '甲', 1)",
    (
        "INSERT INTO key_project (id, year, programme_id, code, name, kind, target, position)"
        " VALUES (1, 2023, 1, 'K', '甲', 'project', '', 1)"
    ),
    (
        "INSERT INTO subproject (id, year, key_project_id, code, name, category, position)"
        " VALUES (1, 2023, 1, 'A', '甲', 'continuing', 1), (2, 2023, 1, 'B', '乙', 'continuing', 2)"
    ),
    "INSERT INTO period (id, year, month, state) VALUES (1, 2023, 1, 'closed'), (2, 2023, 2, 'open')",
    (
        "INSERT INTO report (id, period_id, subproject_id, state, revisions, counted)"
        " VALUES (1, 2, 1, 'submitted', 1, 1), (2, 2, 2, 'accepted', 1, 1), (3, 1, 1, 'submitted', 1, 1)"
    ),
    "INSERT INTO report_revision (id, report_id, number, target_reached, physical_progress, problem_text,"
    " help_needed, next_intention, explanation, correction_reason, late, source, made_by, made_at) VALUES "
    + ", ".join(
        f"({number}, {number}, 1, '', '', '', '', '', '', '', false, '', '甲', {_MOMENT})"
        for number in (1, 2, 3)
    ),
]
_PROBLEMS_OF_0002 = [
    *_REPORTS_OF_0001[:3],
    (
        "INSERT INTO unit (id, name, kind, position)"
        " VALUES (1, '市科技局', 'department', 1), (2, '市教育局', 'department', 2)"
    ),
    (
        "INSERT INTO key_project (id, year, programme_id, code, name, kind, target, position, lead_id) VALUES"
        " (1, 2023, 1, 'K1', '甲', 'project', '', 1, 1), (2, 2023, 1, 'K2', '乙', 'work', '', 2, 2),"
        " (3, 2023, 1, 'K3', '丙', 'project', '', 3, NULL)"
    ),
    (
        "INSERT INTO subproject (id, year, key_project_id, code, name, category, position)"
        " VALUES (1, 2023, 3, 'B', '乙', 'continuing', 1), (2, 2023, 1, 'A', '甲', 'continuing', 2)"
    ),
    "INSERT INTO problem (subproject_id, key_project_id, raised_in, text, help_needed, state, made_by, made_at) VALUES "
    + ", ".join(
        f"({place}, '2023-02', '{text}', '', 'raised', '甲', {_MOMENT})"
        for place, text in (("2, NULL", "工程缺地"), ("NULL, 2", "工作缺人"), ("1, NULL", "无人牵头"))
    ),
]
#: Lights of a month and of the month before, and how the month was reported.
_TURNED = (
    ("green", '"red"', "on_time"),
    ("green", '"grey"', "on_time"),
    ("yellow", '"red"', "late"),
    ("yellow", '"yellow"', "on_time"),
    ("yellow", '"red"', "missing"),
    ("grey", '"red"', "missing"),
    ("green", "null", "on_time"),
)
_LINES_OF_0003 = [
    *_REPORTS_OF_0001[:4],
    "INSERT INTO period (id, year, month, state) VALUES (1, 2023, 2, 'closed')",
    "INSERT INTO subproject (id, year, key_project_id, code, name, category, position) VALUES "
    + ", ".join(f"({n}, 2023, 1, 'A{n}', '甲{n}', 'continuing', {n})" for n in range(1, 8)),
    (
        "INSERT INTO snapshot (id, period_id, front_id, number, summary, rules, briefing, fingerprint, made_by,"
        f" made_at) VALUES (1, 1, 1, 1, '{{}}', '{{}}', '{{}}', 'x', '甲', {_MOMENT})"
    ),
    "INSERT INTO snapshot_line (snapshot_id, subproject_id, plan_revision, light, worsened, flagged_months,"
    " lagging_months, missing_months, completed, behind, figures) VALUES "
    + ", ".join(
        f"(1, {n}, 1, '{light}', false, 0, 0, 0, 0, 0,"
        f' \'{{"previous_light":{before},"status":"{status}"}}\')'
        for n, (light, before, status) in enumerate(_TURNED, 1)
    ),
]


def _fail(*_: object) -> None:
    raise RuntimeError("in mid-migration")


def _columns(engine: sa.Engine) -> dict[str, list[str]]:
    inspector = sa.inspect(engine)
    return {name: [c["name"] for c in inspector.get_columns(name)] for name in inspector.get_table_names()}
