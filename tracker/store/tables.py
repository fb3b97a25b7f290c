"""Owns the list of all table modules: importing this module makes `Base.metadata` complete."""

from tracker.store import (
    accounts,
    audit,
    briefings,
    fronts,
    jobs,
    meetings,
    notices,
    office,
    periods,
    plans,
    problems,
    remarks,
    reports,
    roster,
    rules,
    snapshots,
)
from tracker.store.base import Base

#: Tables whose rows are written once; the migration guards them with triggers.
APPEND_ONLY = (
    "plan_revision",
    "report_revision",
    "front_total",
    "snapshot",
    "snapshot_line",
    "rule_version",
    "state_change",
    "audit_entry",
    "reminder",
    "remark",
    "remark_file",
    "instruction",
    "notice_dismissal",
)

__all__ = [
    "APPEND_ONLY",
    "Base",
    "accounts",
    "audit",
    "briefings",
    "fronts",
    "jobs",
    "meetings",
    "notices",
    "office",
    "periods",
    "plans",
    "problems",
    "remarks",
    "reports",
    "roster",
    "rules",
    "snapshots",
]
