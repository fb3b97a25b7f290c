"""Owns the run: builds the instances, lets every subject measure, reports; exits 1 when a target is missed."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import briefing, closing, figures, imports, instances, memory, pages, readers, saving, wall
from benchmarks.measuring import Result, missed
from benchmarks.others import comparisons
from benchmarks.report import print_comparisons, print_results, write_json

_RESULTS = Path(__file__).with_name("results.json")


def main() -> int:
    """Measure everything and return the exit status."""
    began = time.monotonic()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="tracker-benchmarks-") as folder:
        for result in _measured(Path(folder)):
            results.append(result)
            print(f"{time.monotonic() - began:5.0f} s  {result.what}", file=sys.stderr)
    others = list(comparisons(results))
    print_results(results)
    print_comparisons(others)
    write_json(_RESULTS, results, others)
    failed = missed(results)
    if failed:
        print(f"{len(failed)} of {sum(result.met is not None for result in results)} targets missed.")
    return 1 if failed else 0


def _measured(folder: Path) -> Iterator[Result]:
    """Take the instances through their year, measuring each thing where it happens."""
    loaded = [instances.load(size, folder / str(size)) for size in instances.SIZES]
    yield from imports.race(loaded)
    for instance in loaded:
        instances.add_december(instance)
    yield from figures.race_when_open(loaded)
    for instance in loaded:
        instances.close_earlier(instance)
    yield from figures.race(loaded)
    yield from saving.race(loaded)
    yield from closing.race(loaded)
    yield from briefing.race(loaded)
    for instance in loaded:
        instances.close_december(instance)
        readers.add_reader(instance)
    yield from pages.race(loaded)
    yield from readers.race(loaded)
    yield from wall.results(loaded[1])
    yield from memory.results(folder, loaded[-1])


if __name__ == "__main__":
    sys.exit(main())
