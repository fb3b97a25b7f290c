"""Owns the monthly plan of a roster: twelve months, or twelve running sums, that add up to the year."""

from __future__ import annotations

from tracker.core.money import wan_grouped
from tracker.intake.tables import Table

MONTHS = tuple(range(1, 13))


def monthly_plans(table: Table, annual: list[int | None]) -> list[tuple[int, ...] | None]:
    """Return each row's twelve months in whole yuan, None where it has none.

    Adds a problem to a line whose months do not add up to its annual plan. A blank month beside filled ones
    plans nothing. Where the table has no annual plan at all, the months' sum is put into `annual`.
    """
    single = [month for month in MONTHS if table.has(f"plan_month_{month}")]
    running = [month for month in MONTHS if table.has(f"plan_cumulative_{month}")]
    nothing: list[tuple[int, ...] | None] = [None] * len(table.body)
    if len(running) > len(single):
        plans = _from_running(table, running)
    elif single:
        plans = list(zip(*(table.money(f"plan_month_{month}") for month in MONTHS), strict=True))
    else:
        return nothing
    has_annual = table.has("annual_plan")
    for row in table.lines:
        months = plans[row]
        if None in months:
            if not any(months):
                continue
            months = tuple(month or 0 for month in months)
        total = sum(months)  # type: ignore[arg-type]
        nothing[row] = months  # type: ignore[assignment]
        if not has_annual:
            annual[row] = total
        elif total != annual[row]:
            _report(table, row, total, annual[row])
    return nothing


def _report(table: Table, row: int, total: int, annual: int | None) -> None:
    if table.first + row + 1 in table.faulted:
        return
    said = "是空的" if annual is None else f"是 {wan_grouped(annual)} 万元"
    what = f"各月计划加起来是 {wan_grouped(total)} 万元，年度计划投资{said}"
    table.add(row, "annual_plan", what, "请核对十二个月的计划和年度计划")


def _from_running(table: Table, running: list[int]) -> list[tuple[int | None, ...]]:
    """Return months as differences of running sums "1—N月"; January may be headed "1月"."""
    names = {month: f"plan_cumulative_{month}" for month in running}
    if 1 not in names and table.has("plan_month_1"):
        names[1] = "plan_month_1"
    if len(names) < len(MONTHS):
        table.notes.append(f"工作表“{table.sheet.name}”的累计计划不是逐月的，没有作为推进计划读入。")
        return [(None,) * 12] * len(table.body)
    sums = list(zip(*(table.money(names[month]) for month in MONTHS), strict=True))
    plans: list[tuple[int | None, ...]] = []
    for row, line in enumerate(sums):
        months = [
            now if now is None else now - (before or 0) for before, now in zip((0, *line), line, strict=False)
        ]
        for month, amount in enumerate(months, start=1):
            if amount is not None and amount < 0:
                table.add(row, names[month], f"1—{month}月的累计计划比上月少", "请核对累计计划")
        plans.append(tuple(months))
    return plans
