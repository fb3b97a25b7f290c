"""Owns the formulas of rates, gaps and ranks: in whole yuan, so that a spreadsheet rounds as `core` does.

A cell in 万元 is a binary fraction, and so is the quotient of two; a tie such as 27.585 % could fall on
either side. Each amount is therefore taken back to whole yuan (or twelfths of one, for schedules) before it
is divided: a tie between whole numbers is then the nearest double to it, which ROUND takes up.
"""

from __future__ import annotations


def progress(completed: str, plan: str) -> str:
    """Return the formula of completed ÷ plan, published."""
    return f'=IF({plan}>0,ROUND(ROUND({completed}*10000,0)/ROUND({plan}*10000,0),4),"—")'


def schedule(scheduled: str, plan: str) -> str:
    """Return the formula of scheduled ÷ plan, published; scheduled amounts are whole twelfths of a yuan."""
    return f'=IF({plan}>0,ROUND(ROUND({scheduled}*120000,0)/ROUND({plan}*120000,0),4),"—")'


def gap(ours: str, theirs: str) -> str:
    """Return the formula of the difference of two published rates in percentage points."""
    return f'=IF(AND(ISNUMBER({ours}),ISNUMBER({theirs})),ROUND(({ours}-{theirs})*100,2),"—")'


def rank(cell: str, span: str) -> str:
    """Return the formula of a published figure's rank among `span`; what is undefined stays outside."""
    return f'=IF(ISNUMBER({cell}),RANK({cell},{span}),"—")'


def amount_rank(amount: str, amounts: str, plan: str, plans: str) -> str:
    """Return the formula of an amount's rank among those that have a plan."""
    return f'=IF({plan}>0,SUMPRODUCT(({plans}>0)*({amounts}>{amount}))+1,"—")'


def moved(before: str, now: str) -> str:
    """Return the formula of how many places a rank rose."""
    return f'=IF(AND(ISNUMBER({before}),ISNUMBER({now})),{before}-{now},"—")'


def share(part: str, whole: str) -> str:
    """Return the formula of one count's published share of another."""
    return f'=IF({whole}>0,ROUND({part}/{whole},4),"—")'


def behind(completed: str, scheduled: str) -> str:
    """Return the formula of the 万元 missing to reach the schedule, up to the next whole yuan."""
    return f"=MAX(0,ROUNDUP((ROUND({scheduled}*120000,0)-ROUND({completed}*120000,0))/12,0))/10000"


def needed(plan: str, completed: str, months: int) -> str:
    """Return the formula of the 万元 needed in each of the remaining `months`, up to the next whole yuan."""
    return f"=MAX(0,ROUNDUP((ROUND({plan}*10000,0)-ROUND({completed}*10000,0))/{months},0))/10000"


def lagging(completed: str, scheduled: str) -> str:
    """Return the formula of whether a line is below schedule, exactly compared."""
    return f'=IF(ROUND({completed}*120000,0)<ROUND({scheduled}*120000,0),"是","否")'
