"""Owns measuring the records of an .xls workbook, and cutting its claims about itself down to what it holds."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass, field

from tracker.intake import limits
from tracker.intake.addresses import a1
from tracker.intake.sheetxml import Extent, TooLarge

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_BOUNDSHEET, _FILEPASS, _SST = 0x0085, 0x002F, 0x00FC
_DIMENSIONS, _MERGES = 0x0200, 0x00E5
_FORMULA, _BOOLERR, _LABELSST, _MULRK = 0x0006, 0x0205, 0x00FD, 0x00BD
#: NUMBER, LABEL, RK, RSTRING and the four above: the records that put a value into a cell.
_VALUES = frozenset((0x0203, 0x0204, 0x027E, 0x00D6, _FORMULA, _BOOLERR, _LABELSST, _MULRK))
_MACRO_SHEETS = (1, 6)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_RECORDS = 3_000_000

_HEAD, _TWO, _FOUR = struct.Struct("<HH"), struct.Struct("<HH"), struct.Struct("<I")


class Encrypted(Exception):
    """Raised for a workbook that asks for a password."""


class MacroSheet(Exception):
    """Raised for a workbook with a sheet of macros."""


@dataclass(slots=True)
class _Book:
    stream: bytearray
    records: int = 0
    #: Where records stand that only declare a size: the library would reserve room for whatever they say.
    claims: list[tuple[int, int]] = field(default_factory=list)

    def record(self, at: int) -> tuple[int, int, int]:
        """Return kind, start and end of the record at `at`; ValueError beyond the stream."""
        self.records += 1
        if self.records > _RECORDS:
            raise TooLarge("记录过多")
        if at + 4 > len(self.stream):
            raise ValueError("record beyond the stream")
        kind, length = _HEAD.unpack_from(self.stream, at)
        return kind, at + 4, at + 4 + length


def measure_book(stream: bytearray) -> dict[int, dict[tuple[int, int], str]]:
    """Return the faulty cells of each sheet, by its number; take declared sizes out of `stream`.

    Raises Encrypted, MacroSheet, TooLarge, or ValueError for records that make no workbook.
    """
    book = _Book(stream)
    starts, lengths, end = _globals(book)
    shared: Counter[int] = Counter()
    extents = []
    for start in starts:
        extent, sheet_end = _sheet(book, start, shared)
        if start < end:
            raise ValueError("sheets that overlap")
        end = sheet_end
        extents.append(extent)
    if sum(extent.dense for extent in extents) > limits.DENSE_CELLS:
        raise TooLarge("各工作表的单元格加起来过多")
    if (
        sum(count * lengths[index] for index, count in shared.items() if index < len(lengths))
        > limits.TEXT_BYTES
    ):
        raise TooLarge("文字过多")
    for at, length in book.claims:
        stream[at : at + length] = bytes(length)
    return {number: extent.faulty for number, extent in enumerate(extents) if extent.faulty}


def _globals(book: _Book) -> tuple[list[int], list[int], int]:
    """Return where each sheet's records start, the bytes of every shared text, and where the sheets may begin."""
    kind, _, at = book.record(0)
    if kind != _BOF:
        raise ValueError("no workbook")
    starts: list[int] = []
    lengths: list[int] = []
    while True:
        kind, start, at = book.record(at)
        if kind == _EOF:
            break
        if kind == _FILEPASS:
            raise Encrypted
        if kind == _BOUNDSHEET and at - start >= 6:
            if book.stream[start + 5] in _MACRO_SHEETS:
                raise MacroSheet
            starts.append(_FOUR.unpack_from(book.stream, start)[0])
        if kind == _SST:
            pieces, first = [bytes(book.stream[start:at])], start
            while at + 4 <= len(book.stream) and _HEAD.unpack_from(book.stream, at)[0] == _CONTINUE:
                _, start, at = book.record(at)
                pieces.append(bytes(book.stream[start:at]))
            lengths = _text_lengths(pieces)
            book.stream[first : first + 8] = struct.pack("<II", len(lengths), len(lengths))
    if not starts or len(starts) > limits.SHEETS:
        raise TooLarge(f"工作表有 {len(starts)} 张") if starts else ValueError("no sheets")
    return starts, lengths, at


def _sheet(book: _Book, at: int, shared: Counter[int]) -> tuple[Extent, int]:
    """Return the extent and the end of the sheet whose records start at `at`, as the library reads it."""
    extent, stream = Extent(), book.stream
    while True:
        kind, start, at = book.record(at)
        if kind == _EOF:
            return extent, at
        if kind in _VALUES and at - start >= 4 and at <= len(stream):
            row, column = _TWO.unpack_from(stream, start)
            if kind == _MULRK:
                column = max(column, _TWO.unpack_from(stream, at - 4)[1])
            extent.cells += 1
            extent.carry(row + 1, column + 1, a1(row, column))
            if kind == _LABELSST and at - start >= 10:
                shared[_FOUR.unpack_from(stream, start + 6)[0]] += 1
            elif kind in (_BOOLERR, _FORMULA) and (text := _error(bytes(stream[start:at]), kind)):
                extent.faulty[row, column] = text
        elif kind == _DIMENSIONS:
            book.claims.append((start, at - start))
        elif kind == _MERGES and at - start >= 2:
            _take_merges(extent, bytes(stream[start:at]))


def _error(record: bytes, kind: int) -> str | None:
    """Return the error that a cell shows, None when it shows a value."""
    if kind == _BOOLERR and len(record) >= 8 and record[7] == 1:
        return _ERRORS.get(record[6], "#N/A")
    if kind == _FORMULA and len(record) >= 14 and record[12:14] == b"\xff\xff" and record[6] == 2:
        return _ERRORS.get(record[8], "#N/A")
    return None


def _take_merges(extent: Extent, record: bytes) -> None:
    count = int.from_bytes(record[:2], "little")
    for top, bottom, left, right in struct.iter_unpack(
        "<HHHH", record[2 : 2 + min(count, (len(record) - 2) // 8) * 8]
    ):
        extent.merges += 1
        extent.merged_cells += (abs(bottom - top) + 1) * (abs(right - left) + 1)
    extent.check()


def _text_lengths(pieces: list[bytes]) -> list[int]:
    """Return the length in bytes of each shared text; a text may go on in the next piece, with a new flag byte."""
    lengths: list[int] = []
    piece, at = 0, 8
    while True:
        while piece < len(pieces) and at >= len(pieces[piece]):
            piece, at = piece + 1, at - len(pieces[piece])
        if piece >= len(pieces) or at + 3 > len(pieces[piece]):
            return lengths
        here = pieces[piece]
        signs, flags = int.from_bytes(here[at : at + 2], "little"), here[at + 2]
        at += 3
        trailing = 0
        if flags & 8:
            trailing += 4 * int.from_bytes(here[at : at + 2], "little")
            at += 2
        if flags & 4:
            trailing += int.from_bytes(here[at : at + 4], "little")
            at += 4
        lengths.append(2 * signs)
        width = 2 if flags & 1 else 1
        while signs * width > len(pieces[piece]) - at:
            signs -= max(0, len(pieces[piece]) - at) // width
            piece += 1
            if piece >= len(pieces) or not pieces[piece]:
                return lengths
            width, at = (2 if pieces[piece][0] & 1 else 1), 1
        at += signs * width + trailing
