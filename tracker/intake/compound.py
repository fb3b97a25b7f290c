"""Owns the safety check of OLE files: .xls and .et of the old kind, and what else comes in that wrapping."""

from __future__ import annotations

import io

import olefile

from tracker.core.errors import Refused
from tracker.intake import limits
from tracker.intake.biff import Encrypted, MacroSheet, measure_book
from tracker.intake.limits import refusal
from tracker.intake.sheetxml import TooLarge

_OTHER_KINDS = (("worddocument", "Word 文档"), ("powerpoint document", "PowerPoint 演示文稿"))
_MACRO_STORAGES = {"_vba_project_cur", "vba", "macros"}


def check_compound(name: str, content: bytes) -> dict[int, dict[tuple[int, int], str]]:
    """Return the faulty cells of each sheet, by its number, of an OLE workbook; raise Refused when unsafe."""
    stream = _workbook_stream(name, content)
    try:
        return measure_book(stream)
    except Encrypted as error:
        raise refusal(name, "文件加了密码", limits.MEND_PASSWORD) from error
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
        raise refusal(name, "文件加了密码", limits.MEND_PASSWORD)
    for stream, called in _OTHER_KINDS:
        if stream in tops:
            raise refusal(name, f"内容不是工作簿，是{called}", limits.MEND_RESAVE)
    if not tops & {"workbook", "book"}:
        raise refusal(name, "内容不是工作簿，是别的 OLE 文件", limits.MEND_RESAVE)
    if parts & _MACRO_STORAGES:
        raise refusal(name, "文件里有宏", limits.MEND_MACRO)
