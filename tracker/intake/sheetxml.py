"""Owns measuring a sheet's XML before the reading library lays it out in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from tracker.intake import limits
from tracker.intake.addresses import column_of
from tracker.intake.cells import NOT_CALCULATED

Chunks = Callable[[], Iterator[bytes]]

#: Up to this column and row, a cell written in the ordinary way cannot make a table too large.
_SURE_COLUMNS, _SURE_ROWS = 52, 39_999
_ORDINARY = rb' r="A?[A-Z][1-3]?[0-9]{1,4}"(?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*")*/?>'
_ORDINARY_MERGE = rb' ref="[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}"/>'
#: What is written in another way; several short patterns, for each is found by its first letters.
_ODD = (
    re.compile(rb"<c(?!" + _ORDINARY + rb")(?=[\s/>])"),
    re.compile(rb":c[\s/>]"),
    re.compile(rb"<mergeCell(?!" + _ORDINARY_MERGE + rb")(?=[\s/>])"),
    re.compile(rb":mergeCell[\s/>]"),
)
_ERROR = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"[^>]* t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>'
)
#: Libraries write a missing value as <v/>, <v /> or <v></v>, or leave it out; some indent the tags.
_NO_VALUE = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"((?:(?! t="str")[^>])*)>\s*(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)'
    rb"\s*(?:<v\s*/>|<v\s*>\s*</v>)?\s*</c>"
)
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')


class TooLarge(Exception):
    """Raised when a sheet passes a limit; `str()` says which, `cell` where."""

    def __init__(self, what: str, cell: str = "") -> None:
        super().__init__(what)
        self.cell = cell


@dataclass(slots=True)
class Extent:
    """How large a sheet is: elements, the last row and column that carry a value, shared texts, merges.

    `faulty` are the cells, row and column from 0, whose formulas failed or were saved without a value.
    """

    rows: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    shared: int = 0
    merges: int = 0
    merged_cells: int = 0
    faulty: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def dense(self) -> int:
        """Return how many cells the reading library lays out."""
        return self.last_row * self.last_column

    def check(self) -> None:
        """Raise TooLarge when a limit is passed."""
        if self.rows > limits.ROW_ELEMENTS:
            raise TooLarge(f"超过 {limits.ROW_ELEMENTS} 行（空行也算）")
        if self.cells > limits.CELLS:
            raise TooLarge(f"单元格超过 {limits.CELLS} 个")
        if self.merges > limits.MERGES or self.merged_cells > limits.MERGED_CELLS:
            raise TooLarge("合并单元格的范围过大")

    def carry(self, row: int, column: int, cell: str) -> None:
        """Take in a cell, counted from 1, that carries a value; raise TooLarge when it lies too far out."""
        if row > limits.VALUE_ROWS or column > limits.COLUMNS:
            raise TooLarge("内容离表格太远，请删去这个单元格", cell)
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)


def measure(chunks: Chunks) -> Extent:
    """Return a sheet's extent, never smaller than the true one; raise TooLarge or ValueError (broken XML).

    The ordinary writing of Excel, WPS and their libraries is measured with a few passes over the bytes. The
    first tag written in any other way sends the whole sheet through a real parser.
    """
    extent = Extent()
    for piece in _by_rows(chunks()):
        if any(odd.search(piece) for odd in _ODD):
            return measure_exactly(chunks)
        _take_in(extent, piece)
        extent.check()
    extent.last_row, extent.last_column = _SURE_ROWS, _SURE_COLUMNS
    return extent


def _by_rows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes in pieces that end before a row, or at least before a tag."""
    held = b""
    for chunk in chunks:
        held += chunk
        cut = held.rfind(b"<row")
        if cut <= 0:
            cut = held.rfind(b"<c ") if len(held) > 4 << 20 else 0
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
        elif len(held) > 16 << 20:
            raise TooLarge("一行的内容过大")
    yield held


def _take_in(extent: Extent, piece: bytes) -> None:
    extent.rows += piece.count(b"<row")
    extent.cells += piece.count(b"<c ")
    extent.shared += piece.count(b' t="s"')
    # Looking for one rare sign costs next to nothing; most pieces have neither an error nor a formula.
    if b"#" in piece:
        for letters, digits, text in _ERROR.findall(piece):
            extent.faulty[int(digits) - 1, column_of(letters.decode())] = text.decode("utf-8", "replace")
    if b"f" in piece and b"<f" in piece:
        for letters, digits, _ in _NO_VALUE.findall(piece):
            extent.faulty[int(digits) - 1, column_of(letters.decode())] = NOT_CALCULATED
    if b"m" in piece:
        for left, top, right, bottom in _MERGE.findall(piece):
            extent.merges += 1
            extent.merged_cells += _area(left.decode(), top.decode(), right.decode(), bottom.decode())


def _area(left: str, top: str, right: str, bottom: str) -> int:
    return (abs(column_of(right) - column_of(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


_REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")


class _Parser:
    """Reads a sheet's elements one by one, as the reading library does: a cell's own address counts."""

    def __init__(self) -> None:
        self.extent = Extent()
        self._at = (0, 0)
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._row = self._column = 0
        self._kind, self._reference = "", ""
        self._has_value = self._has_formula = False
        self._text: list[str] | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self.extent.rows += 1
                self._row = _number(attributes.get("r"), self._row + 1)
                self._column = 0
                self.extent.check()
            case "c":
                self._start_cell(attributes)
            case "v" | "is":
                self._has_value = True
                if self._kind == "e" or self._has_formula:
                    self._text = []
                    self.parser.CharacterDataHandler = self._text.append
            case "f":
                self._has_formula = True
            case "mergeCell":
                self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.extent.cells += 1
        if self.extent.cells > limits.CELLS:
            self.extent.check()
        self._reference = attributes.get("r", "")
        self._column += 1
        row = self._row
        if self._reference:
            if not (match := _REFERENCE.fullmatch(self._reference)):
                raise ValueError(self._reference)
            self._column, row = column_of(match[1].upper()) + 1, int(match[2])
        self._at = (row, self._column)
        self._kind = attributes.get("t", "")
        self.extent.shared += self._kind == "s"
        self._has_value = self._has_formula = False
        self._text = None

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] != "c":
            return
        row, column = self._at
        if self._has_value or self._has_formula:
            self.extent.carry(row, column, self._reference)
        self.parser.CharacterDataHandler = None
        text = "".join(self._text or ())
        if self._kind == "e" and text:
            self.extent.faulty[row - 1, column - 1] = text
        elif self._has_formula and not text and self._kind != "str":
            self.extent.faulty[row - 1, column - 1] = NOT_CALCULATED

    def _merge(self, reference: str) -> None:
        self.extent.merges += 1
        ends = [_REFERENCE.fullmatch(end) for end in reference.partition(":")[::2]]
        if ends[0] and ends[1]:
            self.extent.merged_cells += _area(ends[0][1].upper(), ends[0][2], ends[1][1].upper(), ends[1][2])
        self.extent.check()


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def measure_exactly(chunks: Chunks) -> Extent:
    """Return a sheet's extent with its true last row and column; raise as `measure` does."""
    reader = _Parser()
    try:
        for chunk in chunks():
            reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return reader.extent
