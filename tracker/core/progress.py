"""Owns progress: exact money in, published percentages out.

A published percentage is an `int` in hundredths of a percent (2758 is 27.58 %), so that every difference
in percentage points is an exact subtraction of what was printed (domain.md, arithmetic 3). A scheduled
amount is an `int` in twelfths of a yuan, because elapsed time divides an annual plan by twelve.
"""

from __future__ import annotations

from collections.abc import Sequence

#: 100.00 % in hundredths of a percent.
WHOLE = 10_000


def published(part: int, whole: int) -> int | None:
    """Return part ÷ whole in hundredths of a percent, rounded half-up once; None when `whole` is zero."""
    if whole <= 0:
        return None
    return (2 * part * WHOLE + whole) // (2 * whole)


def elapsed_time(month: int) -> int:
    """Return the published share of the year that has gone by at the end of `month` (1 to 12)."""
    return (2 * month * WHOLE + 12) // 24


def difference(ours: int | None, theirs: int | None) -> int | None:
    """Return the gap in hundredths of a percentage point; None when either side is undefined."""
    return None if ours is None or theirs is None else ours - theirs


def percent_text(hundredths: int | None) -> str | None:
    """Return "27.58" for 2758 and "-0.05" for -5; None stays None."""
    if hundredths is None:
        return None
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def scheduled_twelfths(annual_plan: int, monthly_plan: Sequence[int] | None, month: int) -> int:
    """Return what should be done by the end of `month`, in twelfths of a yuan.

    The monthly plan decides where there is one, elapsed time otherwise (glossary: 序时进度).
    """
    if monthly_plan is None:
        return annual_plan * month
    return 12 * sum(monthly_plan[:month])


def is_lagging(completed: int, scheduled: int) -> bool:
    """Return whether `completed` yuan fall short of `scheduled` twelfths of a yuan, exactly compared."""
    return 12 * completed < scheduled


def amount_behind(completed: int, scheduled: int) -> int:
    """Return the whole yuan missing to reach `scheduled` twelfths of a yuan, rounded up; 0 when none."""
    return max(0, -((12 * completed - scheduled) // 12))


def needed_per_month(annual_plan: int, completed: int, month: int) -> int | None:
    """Return the yuan per remaining month that meet the annual plan, rounded up; None after December."""
    remaining = 12 - month
    if remaining == 0:
        return None
    return max(0, -((completed - annual_plan) // remaining))
