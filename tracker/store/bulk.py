"""Owns writing many rows of one table at once, past the ORM, which would sort them by what they leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.base import Base


def insert_rows(session: Session, table: type[Base], values: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns; what the session still holds is written before them."""
    if values:
        session.flush()
        session.connection().execute(sa.insert(table), values)
