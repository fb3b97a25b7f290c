"""Owns job runs: one row per job and slot, so that several nodes run each due job once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Words, choice


class RunState(StrEnum):
    """Where a job run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Base):
    """A claimed run; after `lease_until` another node may take over a run that never ended."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    slot: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    state: Mapped[RunState] = mapped_column(choice(RunState))
    claimed_by: Mapped[str] = mapped_column(sa.String(100))
    attempts: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[Words] = mapped_column(default="")
