"""Owns what all tables share: the declarative base, column types and who-and-when columns."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

from tracker.core.periods import Period


class PeriodColumn(sa.types.TypeDecorator[Period]):
    """A month, stored as the text "2023-03" so that it sorts and reads as written."""

    impl = sa.String(7)
    cache_ok = True

    def process_bind_param(self, value: Period | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Period | None:
        return None if value is None else Period.parse(value)


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment with a time zone; kept in UTC, since SQLite keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(values: type[StrEnum]) -> sa.Enum:
    """Return a text column type that admits only the values of a StrEnum, on every database."""
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=24,
        values_callable=lambda enum: [member.value for member in enum],
        name=f"{values.__name__.lower()}_known",
    )


#: Names of constraints follow one pattern, so that a migration can name what it changes.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
Yuan = Annotated[int, mapped_column(sa.BigInteger)]
Name = Annotated[str, mapped_column(sa.String(200))]
Words = Annotated[str, mapped_column(sa.Text)]


class Base(DeclarativeBase):
    """Base of every table. Amounts are whole yuan."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {Period: PeriodColumn, datetime: Instant}
