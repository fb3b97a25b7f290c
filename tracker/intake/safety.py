"""Owns the look at a file before any library opens it: what it is, and whether it is safe to open."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from tracker.core.errors import Refused
from tracker.intake import limits
from tracker.intake.compound import check_compound
from tracker.intake.limits import refusal
from tracker.intake.packages import check_package

_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"PK\x05\x06", "空的压缩包"),
    (b"\x09\x08", "太旧的 Excel 文件"),
)
_MARKUP = (
    ("urn:schemas-microsoft-com:office:spreadsheet", "“XML 表格”，不是工作簿"),
    ("<html", "网页"),
    ("<!doctype html", "网页"),
    ("<table", "网页"),
    ("mime-version:", "网页（单个文件网页 .mht）"),
    ("<?xml", "XML 文件"),
)
_WORKBOOK_SUFFIXES = (".xlsx", ".xls", ".et")


class Kind(StrEnum):
    """What a file is by its content, whatever its name says."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the look found: the kind, the bytes to open, a CSV's encoding.

    `faulty` are, by sheet number, the cells whose formulas failed.
    """

    kind: Kind
    content: bytes
    encoding: str = ""
    faulty: dict[int, dict[tuple[int, int], str]] = field(default_factory=dict)


def inspect(name: str, content: bytes) -> Findings:
    """Return what the file is; raise Refused when it is no workbook or CSV, or not safe to open."""
    if not content.strip(b"\0 \r\n\t"):
        raise refusal(name, "文件是空的", "请核对选的文件")
    if len(content) > limits.FILE_BYTES:
        raise refusal(name, limits.TOO_LARGE, limits.MEND_TOO_LARGE)
    if content.startswith(_ZIP):
        return Findings(Kind.XLSX, content, faulty=check_package(name, content))
    if content.startswith(_COMPOUND):
        checked, faulty = check_compound(name, content)
        return Findings(Kind.XLS, checked, faulty=faulty)
    for signature, called in _SIGNATURES:
        if content.startswith(signature):
            raise _not_a_workbook(name, called)
    return Findings(Kind.CSV, content, _text_encoding(name, content))


def _text_encoding(name: str, content: bytes) -> str:
    """Return the encoding of a CSV; raise Refused for markup, for binary content, and for text in a workbook's name."""
    encoding = next((e for e in _encodings(content) if _decodes(content, e)), None)
    if encoding is None:
        raise _not_a_workbook(name, "看不出种类的文件")
    head = content[:4096].decode(encoding, "replace").lstrip("\ufeff \r\n\t").lower()
    for mark, called in _MARKUP:
        if head.startswith(mark) or (mark in head and head.startswith("<")):
            raise _not_a_workbook(name, called)
    if PurePath(name).suffix.lower() in _WORKBOOK_SUFFIXES:
        raise _not_a_workbook(name, "文本")
    return encoding


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return () if b"\0" in content else ("utf-8-sig", "gb18030")


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    # Control characters mean that something binary happened to decode.
    return not any(ord(sign) < 32 and sign not in "\t\r\n\f\v\x1a" for sign in set(text))


def _not_a_workbook(name: str, called: str) -> Refused:
    suffix = PurePath(name).suffix.lower()
    expected = f" {suffix} " if suffix in _WORKBOOK_SUFFIXES else ""
    gap = " " if called[0].isascii() else ""
    return refusal(name, f"内容不是{expected}工作簿，是{gap}{called}", limits.MEND_RESAVE)
