"""Owns reading and writing many rows at once, past the ORM, whose objects would cost more than the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.base import Base

#: Measured: one by one, rows cost twice as much, and so they do when thousands wait for the garbage collector.
_BATCH = 250


def rows_of(
    session: Session, statement: sa.Select[*tuple[Any, ...]], told: Mapping[str, object]
) -> Iterator[Any]:
    """Return the rows of a statement, to be gone through once; `told` are the values of its parameters."""
    return chain.from_iterable(session.connection().execute(statement, told).partitions(_BATCH))


def insert_rows(session: Session, table: type[Base], values: Iterable[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns; what the session still holds is written before them."""
    session.flush()
    waiting = iter(values)
    while batch := list(islice(waiting, _BATCH)):
        session.connection().execute(sa.insert(table), batch)
