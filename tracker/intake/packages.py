"""Owns the safety check of zipped workbooks: their parts, their XML, and how much they unfold to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tracker.intake import limits
from tracker.intake.limits import refusal
from tracker.intake.sheetxml import Extent, TooLarge, measure, measure_exactly
from tracker.intake.zipped import Archive

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHARED = "xl/sharedstrings.xml"
_ENTITY_MARKS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_OVERLAP = 64
_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_SMALL_PART = 2 * 1024 * 1024
_OTHER_KINDS = (
    ("word/", "Word 文档"),
    ("ppt/", "PowerPoint 演示文稿"),
    ("content.xml", "ODS 表格或其他 OpenDocument 文件"),
    ("xl/workbook.bin", "二进制工作簿 .xlsb"),
)
_MACRO_PARTS = ("vbaproject", "xl/macrosheets/", "xl/vbadata", "activex/")
_SHARED_INDEX = re.compile(rb' t="s"(?: [a-z]+="[A-Za-z0-9]*")*><v>(\d{1,9})</v>')


def check_package(name: str, content: bytes) -> dict[int, dict[tuple[int, int], str]]:
    """Return the faulty cells of each sheet, by its number, of a zipped workbook; raise Refused when unsafe."""
    archive = Archive(name, content)
    _check_kind(archive)
    extents = _extents(archive)
    for path in archive.entries.keys() - {path for _, path, _ in extents}:
        for _ in _checked(archive, path):
            pass
    _check_sum(archive, extents)
    return {number: extent.faulty for number, (_, _, extent) in enumerate(extents) if extent.faulty}


def _check_kind(archive: Archive) -> None:
    paths = tuple(archive.entries)
    for start, called in _OTHER_KINDS:
        if any(path.startswith(start) for path in paths):
            raise refusal(archive.name, f"内容不是 .xlsx 工作簿，是 {called}", limits.MEND_RESAVE)
    if _WORKBOOK not in paths or _RELATIONS not in paths:
        raise refusal(archive.name, "内容不是 .xlsx 工作簿，是别的压缩文件", limits.MEND_RESAVE)
    kinds = b""
    if "[content_types].xml" in paths and archive.entries["[content_types].xml"].unpacked <= _SMALL_PART:
        kinds = archive.whole("[content_types].xml")
    if b"macroEnabled" in kinds or any(mark in path for path in paths for mark in _MACRO_PARTS):
        raise refusal(archive.name, "文件里有宏", limits.MEND_MACRO)


def _checked(archive: Archive, path: str) -> Iterator[bytes]:
    """Yield a part's bytes; raise Refused for a document type, an entity or an encoding other than UTF-8."""
    before = b""
    for number, chunk in enumerate(archive.chunks(path)):
        seen = before + chunk
        if b"!" in seen and any(mark in seen for mark in _ENTITY_MARKS):
            raise refusal(archive.name, "文件的 XML 里有 DTD 或实体定义，可能是攻击", limits.MEND_RESAVE)
        if number == 0 and path.endswith((".xml", ".rels")):
            said = _ENCODING.match(seen.removeprefix(b"\xef\xbb\xbf"))
            foreign = said and said[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
            if foreign or seen[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in seen[:4]:
                raise refusal(archive.name, "文件的 XML 不是 UTF-8 编码", limits.MEND_RESAVE)
        before = seen[-_OVERLAP:]
        yield chunk


def _extents(archive: Archive) -> list[tuple[str, str, Extent]]:
    """Return sheet name, part and extent of every sheet the workbook lists, in its order."""
    measured: dict[str, Extent] = {}
    extents = []
    for sheet, path in _sheets(archive):
        try:
            if path not in measured:
                measured[path] = measure(lambda path=path: _checked(archive, path))  # type: ignore[misc]
        except TooLarge as error:
            raise refusal(
                archive.name, f"表格太大，{error}", limits.MEND_TOO_LARGE, sheet=sheet, cell=error.cell
            ) from error
        except ValueError as error:
            raise refusal(archive.name, "文件损坏，读不出来", limits.MEND_RESAVE, sheet=sheet) from error
        extents.append((sheet, path, measured[path]))
    return extents


def _sheets(archive: Archive) -> list[tuple[str, str]]:
    for path in (_WORKBOOK, _RELATIONS):
        if archive.entries[path].unpacked > _SMALL_PART:
            raise refusal(archive.name, "工作表的目录过大，不是正常的表格", limits.MEND_RESAVE)
    try:
        book, relations = (fromstring(b"".join(_checked(archive, path))) for path in (_WORKBOOK, _RELATIONS))
    except (ParseError, ValueError, DefusedXmlException) as error:
        raise refusal(archive.name, "文件损坏，读不出来", limits.MEND_RESAVE) from error
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = [element for element in book.iter() if element.tag.rpartition("}")[2] == "sheet"]
    if not sheets or len(sheets) > limits.SHEETS:
        raise refusal(
            archive.name, f"工作表有 {len(sheets)} 张，应在 1 到 {limits.SHEETS} 张之间", limits.MEND_RESAVE
        )
    found = []
    for sheet in sheets:
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        target = targets.get(relation, "").replace("\\", "/").lower()
        path = target.lstrip("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"
        if path not in archive.entries:
            raise refusal(
                archive.name, "文件损坏，缺少工作表的内容", limits.MEND_RESAVE, sheet=sheet.get("name", "")
            )
        found.append((sheet.get("name", ""), path))
    return found


def _check_sum(archive: Archive, extents: list[tuple[str, str, Extent]]) -> None:
    """Refuse what is small sheet by sheet but large together, or large by repeating one long text."""
    dense = {path: extent.dense for _, path, extent in extents}
    paths = [path for _, path, _ in extents]
    for path in sorted(dense, key=lambda path: archive.entries[path].unpacked):
        if sum(map(dense.__getitem__, paths)) > limits.DENSE_CELLS:
            dense[path] = measure_exactly(lambda path=path: archive.chunks(path)).dense  # type: ignore[misc]
    if (
        sum(map(dense.__getitem__, paths)) > limits.DENSE_CELLS
        or sum(extent.cells for _, _, extent in extents) > limits.CELLS
    ):
        raise refusal(archive.name, "表格太大，各工作表的单元格加起来过多", limits.MEND_TOO_LARGE)
    if _SHARED in archive.entries and _shared_text(archive, extents) > limits.TEXT_BYTES:
        raise refusal(archive.name, "表格里的文字过多", limits.MEND_TOO_LARGE)


def _shared_text(archive: Archive, extents: list[tuple[str, str, Extent]]) -> int:
    """Return the bytes of text in all cells, or at least as many: each shared text as often as it is used."""
    lengths = _text_lengths(archive)
    uses = sum(extent.shared for _, _, extent in extents)
    worst = uses * max(lengths, default=0)
    if worst <= limits.TEXT_BYTES:
        return worst
    counts: Counter[int] = Counter()
    for _, path, _ in extents:
        counts.update(map(int, _SHARED_INDEX.findall(archive.whole(path))))
    if counts.total() != uses:
        return worst
    return sum(count * lengths[index] for index, count in counts.items() if index < len(lengths))


def _text_lengths(archive: Archive) -> list[int]:
    """Return the length of every shared text, its tags included; text before the first one counts as one."""
    lengths: list[int] = []
    held = b""
    for chunk in archive.chunks(_SHARED):
        *whole, held = re.split(rb"<si(?=[\s>/])", held + chunk)
        lengths += map(len, whole)
    lengths.append(len(held))
    # What stands before the first text is the root's tag, unless the texts are written with a prefix.
    return lengths[1:] if len(lengths) > 1 and lengths[0] < 4096 else lengths
