"""The only reader of the time; everything else is handed `now`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

#: The office's time zone (domain.md, "Calendar").
ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment in the office's time zone."""
    return datetime.now(ZONE)
