"""Owns target 2: the briefing against XlsxWriter writing the same cells, looks, charts and settings."""

from __future__ import annotations

import copy
import inspect
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from benchmarks.instances import DECEMBER, NOW, Instance
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from tracker.briefing import write_briefing
from tracker.core.briefing import Briefing
from tracker.services.briefings import briefing_of
from tracker.store.engine import reading


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure December's briefing, from its facts to the bytes of the workbook."""
    briefings = {instance.size: _briefing(instance) for instance in instances}
    return Race(
        "briefing workbook",
        ours={size: _ours(briefing) for size, briefing in briefings.items()},
        floor={size: _floor(briefing) for size, briefing in briefings.items()},
        limit=1.5,
    ).results()


def _briefing(instance: Instance) -> Briefing:
    with reading(instance.engine) as session:
        return briefing_of(session, DECEMBER, NOW)


def _ours(briefing: Briefing) -> Contestant:
    def turn(watch: Stopwatch) -> None:
        target = io.BytesIO()
        with watch:
            write_briefing(briefing, target)

    return turn


def _floor(briefing: Briefing) -> Contestant:
    recording = _recorded(briefing)
    assert recording.replayed().getvalue() == recording.content, "the floor must write the very same workbook"

    def turn(watch: Stopwatch) -> None:
        prepared = recording.prepared(io.BytesIO())
        with watch:
            for method, arguments, options in prepared:
                method(*arguments, **options)

    return turn


@dataclass(slots=True)
class _Call:
    """A call of one of XlsxWriter's methods; `on` and `made` number the objects that calls gave back."""

    on: int
    method: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    made: int | None


@dataclass(slots=True)
class _Recording:
    """Every call that the briefing made to XlsxWriter, and the workbook that came of them."""

    options: dict[str, Any] = field(default_factory=dict)
    calls: list[_Call] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    kept: list[object] = field(default_factory=list)
    content: bytes = b""

    def number(self, thing: object) -> int:
        """Return the number of an object of XlsxWriter's."""
        if id(thing) not in self.numbers:
            self.numbers[id(thing)] = len(self.kept)
            self.kept.append(thing)
        return self.numbers[id(thing)]

    def prepared(
        self, target: io.BytesIO
    ) -> list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]:
        """Return the calls on a new workbook, the last one closing it; what makes objects is done already."""
        things: dict[int, Any] = {0: xlsxwriter.Workbook(target, copy.deepcopy(self.options))}
        left = []
        for call in self.calls:
            arguments = tuple(_fresh(argument, things) for argument in call.arguments)
            options = {name: _fresh(option, things) for name, option in call.options.items()}
            method = getattr(things[call.on], call.method)
            if call.made is None:
                left.append((method, arguments, options))
            else:
                things[call.made] = method(*arguments, **options)
        return left

    def replayed(self) -> io.BytesIO:
        """Return the workbook written again."""
        target = io.BytesIO()
        for method, arguments, options in self.prepared(target):
            method(*arguments, **options)
        return target


@dataclass(frozen=True, slots=True)
class _Made:
    """Stands in a recorded call for an object that an earlier call made."""

    number: int


def _fresh(value: Any, things: dict[int, Any]) -> Any:
    """Return an argument for a new workbook; XlsxWriter writes into the lists and dicts that it is given."""
    if isinstance(value, _Made):
        return things[value.number]
    return copy.deepcopy(value) if isinstance(value, (dict, list)) else value


def _recorded(briefing: Briefing) -> _Recording:
    recording = _Recording()
    target = io.BytesIO()
    with _patched(recording):
        write_briefing(briefing, target)
    recording.content = target.getvalue()
    recording.kept.clear()
    return recording


@contextmanager
def _patched(recording: _Recording) -> Iterator[None]:
    """Record every outermost call of a public method while the context lasts."""
    inside = False

    def recorder(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def method(this: object, *arguments: Any, **options: Any) -> Any:
            nonlocal inside
            if inside:
                return original(this, *arguments, **options)
            inside = True
            try:
                told = tuple(_told(argument) for argument in arguments)
                named = {key: _told(option) for key, option in options.items()}
                result = original(this, *arguments, **options)
            finally:
                inside = False
            if name == "__init__":
                recording.options = told[1]
                recording.number(this)
                return None
            made = recording.number(result) if isinstance(result, (Worksheet, Format, Chart)) else None
            recording.calls.append(_Call(recording.number(this), name, told, named, made))
            return result

        return method

    def _told(value: Any) -> Any:
        if isinstance(value, (Worksheet, Format, Chart)):
            return _Made(recording.number(value))
        return copy.deepcopy(value) if isinstance(value, (dict, list)) else value

    with ExitStack() as stack:
        for kind in (Workbook, Worksheet, Format, Chart):
            for name, original in vars(kind).items():
                public = not name.startswith("_") or (kind is Workbook and name == "__init__")
                if public and inspect.isfunction(original):
                    stack.enter_context(mock.patch.object(kind, name, recorder(name, original)))
        yield
