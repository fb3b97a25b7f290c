"""Owns the safety check of OLE files: .xls and .et of the old kind, and what else comes in that wrapping."""

from __future__ import annotations

import io
import struct

import olefile

from tracker.core.errors import Refused
from tracker.intake import limits
from tracker.intake.biff import Encrypted, MacroSheet, measure_book
from tracker.intake.limits import refusal
from tracker.intake.sheetxml import TooLarge

_OTHER_KINDS = (("worddocument", "Word 文档"), ("powerpoint document", "PowerPoint 演示文稿"))
_MACRO_STORAGES = {"_vba_project_cur", "vba", "macros"}


def check_compound(name: str, content: bytes) -> tuple[bytes, dict[int, dict[tuple[int, int], str]]]:
    """Return an OLE workbook that is safe to open and, by sheet number, its faulty cells; raise Refused if unsafe.

    The library reads the records that were checked here and no others: they get a wrapping of our own, for
    two readers of a damaged one may find two different streams in it.
    """
    stream = bytearray(_workbook_stream(name, content))
    try:
        faulty = measure_book(stream)
        return wrapped(bytes(stream)), faulty
    except Encrypted as error:
        raise refusal(name, "文件加了密码", limits.MEND_ENCRYPTED) from error
    except MacroSheet as error:
        raise refusal(name, "文件里有宏", limits.MEND_MACRO) from error
    except TooLarge as error:
        raise refusal(name, f"表格太大，{error}", limits.MEND_TOO_LARGE, cell=error.cell) from error
    except ValueError as error:
        raise refusal(name, "文件损坏，读不出来", limits.MEND_RESAVE) from error


def _workbook_stream(name: str, content: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            paths = [[part.lower() for part in path] for path in ole.listdir(streams=True, storages=True)]
            tops = {path[0] for path in paths}
            _check_kind(name, tops, {part for path in paths for part in path})
            stream: bytes = ole.openstream("Workbook" if "workbook" in tops else "Book").read()
            return stream
    except Refused:
        raise
    except Exception as error:
        # The parser of this old format fails in many ways on broken input; every one means the same.
        raise refusal(name, "文件损坏或没有传完整，读不出来", limits.MEND_RESAVE) from error


def _check_kind(name: str, tops: set[str], parts: set[str]) -> None:
    if "encryptedpackage" in parts:
        raise refusal(name, "文件加了密码", limits.MEND_ENCRYPTED)
    for stream, called in _OTHER_KINDS:
        if stream in tops:
            raise refusal(name, f"内容不是工作簿，是 {called}", limits.MEND_RESAVE)
    if not tops & {"workbook", "book"}:
        raise refusal(name, "内容不是工作簿，是别的 OLE 文件", limits.MEND_RESAVE)
    if parts & _MACRO_STORAGES:
        raise refusal(name, "文件里有宏", limits.MEND_MACRO)


_SECTOR = 4096
_FREE, _CHAIN_END, _TABLE, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def wrapped(stream: bytes) -> bytes:
    """Return a minimal OLE file whose one stream is the workbook: header, table, directory, content."""
    stream += bytes(-len(stream) % _SECTOR or _SECTOR)
    used = len(stream) // _SECTOR
    tables = 1
    while tables * (_SECTOR // 4) < tables + 2 + used:
        tables += 1
    first = tables + 1
    chain = [_TABLE] * tables + [_CHAIN_END] + list(range(first + 1, first + used)) + [_CHAIN_END] * 2
    chain += [_FREE] * (tables * (_SECTOR // 4) - len(chain))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 4, 0xFFFE, 12, 6,
        1, tables, tables, 0, _SECTOR, _CHAIN_END, 0, _CHAIN_END, 0,
    )  # fmt: skip
    places = struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    # The library insists that the root has a stream of its own, so one empty sector closes the file.
    root = _directory_entry("Root Entry", 5, 1, first + used, 0)
    book = _directory_entry("Workbook", 2, _NONE, first, len(stream))
    directory = (root + book).ljust(_SECTOR, b"\0")
    return (
        (header + places).ljust(_SECTOR, b"\0")
        + struct.pack(f"<{len(chain)}I", *chain)
        + directory
        + stream
        + bytes(_SECTOR)
    )


def _directory_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIQ", text, len(text) + 2, kind, 1, _NONE, _NONE, child, start, size
    )  # fmt: skip
