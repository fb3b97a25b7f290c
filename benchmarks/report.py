"""Owns the report: the tables on stdout and results.json."""

from __future__ import annotations

import json
import platform
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.measuring import Result
from benchmarks.others import Comparison

_VERDICTS = {True: "met", False: "MISSED", None: ""}


def print_results(results: Iterable[Result]) -> None:
    """Print every result with its floor, ratio, limit and verdict."""
    rows = [("what", "lines", "floor", "ours", "ratio", "limit", "verdict")]
    for result in results:
        limit = (
            "" if result.limit is None else f"{result.limit:g}" + ("" if result.floor else f" {result.unit}")
        )
        rows.append(
            (
                result.what,
                "" if result.size is None else f"{result.size:,}",
                "" if result.floor is None else _amount(result.floor, result.unit),
                _amount(result.ours, result.unit),
                "" if result.ratio is None else f"{result.ratio:.2f}",
                limit,
                _VERDICTS[result.met],
            )
        )
    _print_table(rows)


def print_comparisons(comparisons: Iterable[Comparison]) -> None:
    """Print what other tools take beside ours."""
    rows = [("other tool (CPU per call, measured elsewhere)", "theirs", "ours", "times ours", "what of ours")]
    for found in comparisons:
        told = (
            found.tool,
            _amount(found.theirs, "ms"),
            _amount(found.ours, "ms"),
            f"{found.times:.1f}",
            found.what,
        )
        rows.append(told)
    _print_table(rows)


def write_json(path: Path, results: Sequence[Result], comparisons: Sequence[Comparison]) -> None:
    """Write everything that was measured."""
    told = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "results": [
            {
                "what": result.what,
                "lines": result.size,
                "unit": result.unit,
                "floor": _rounded(result.floor),
                "ours": _rounded(result.ours),
                "ratio": _rounded(result.ratio),
                "limit": result.limit,
                "met": result.met,
            }
            for result in results
        ],
        "others": [
            {
                "tool": found.tool,
                "theirs_ms": found.theirs,
                "ours_ms": _rounded(found.ours),
                "what": found.what,
            }
            for found in comparisons
        ],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _amount(value: float, unit: str) -> str:
    return f"{value:,.1f} {unit}"


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) if column == 0 else " " * (width - _width(cell)) + cell
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
    print()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
