"""Owns walking a zip archive without trusting it: what it says of itself must be what it is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.intake import limits
from tracker.intake.limits import refusal

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_CHUNK = 1 << 20
_PIECE = 1 << 16
_BROKEN = "文件损坏或没有传完整，压缩结构对不上"
_BOMB = "文件解压后过大，不是正常的表格"


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of an archive: where its bytes lie, and the size and checksum it claims."""

    path: str
    method: int
    start: int
    packed: int
    unpacked: int
    checksum: int


class Archive:
    """The parts of a zip file whose directory and bytes agree.

    Two readers that understand one archive differently can be shown two different files, so anything unusual
    is refused: entries that overlap or lie, more than one directory, parts of one name, zip64.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content
        self.entries: dict[str, Entry] = {}
        directory, count = self._directory()
        start = 0
        for entry, begins in sorted(self._listed(directory, count), key=lambda pair: pair[1]):
            if begins < start or entry.start + entry.packed > len(content) - _END.size - len(directory):
                raise refusal(name, _BROKEN, limits.MEND_RESAVE)
            start = entry.start + entry.packed
            if self.entries.setdefault(entry.path, entry) is not entry:
                raise refusal(name, "文件里有重名的部件", limits.MEND_RESAVE)
        if sum(entry.unpacked for entry in self.entries.values()) > limits.UNPACKED_BYTES:
            raise refusal(name, _BOMB, limits.MEND_TOO_LARGE)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the unpacked bytes of a part; raise Refused once they are not what the directory claims."""
        entry = self.entries[path]
        packed = memoryview(self._content)[entry.start : entry.start + entry.packed]
        total = checksum = 0
        for chunk in _inflated(packed) if entry.method == _DEFLATED else _slices(packed):
            total += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if total > entry.unpacked:
                raise refusal(self.name, _BOMB, limits.MEND_RESAVE)
            yield chunk
        if total != entry.unpacked or checksum != entry.checksum:
            raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)

    def whole(self, path: str) -> bytes:
        """Return a part's bytes at once; only for small parts."""
        return b"".join(self.chunks(path))

    def _directory(self) -> tuple[bytes, int]:
        end = len(self._content) - _END.size
        if end < 0 or self._content[end : end + 4] != b"PK\5\6":
            raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)
        _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(self._content, end)
        if size > limits.DIRECTORY_BYTES or count > limits.ENTRIES:
            raise refusal(self.name, "文件里的部件太多，不是正常的表格", limits.MEND_RESAVE)
        if disk or first_disk or here != count or comment or offset + size != end:
            raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)
        return self._content[offset:end], count

    def _listed(self, directory: bytes, count: int) -> Iterator[tuple[Entry, int]]:
        at = 0
        for _ in range(count):
            if at + _CENTRAL.size > len(directory):
                raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)
            fields = _CENTRAL.unpack_from(directory, at)
            (
                mark,
                _,
                _,
                flags,
                method,
                _,
                _,
                checksum,
                packed,
                unpacked,
                named,
                extra,
                comment,
                *_,
                begins,
            ) = fields
            raw = directory[at + _CENTRAL.size : at + _CENTRAL.size + named]
            at += _CENTRAL.size + named + extra + comment
            if mark != b"PK\1\2":
                raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)
            if flags & 1:
                raise refusal(self.name, "文件加了密码", limits.MEND_ENCRYPTED)
            start = self._data_start(begins, raw, method)
            path = (
                raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
                .replace("\\", "/")
                .lstrip("/")
                .lower()
            )
            if unpacked > limits.RATIO_FROM_BYTES and unpacked > packed * limits.RATIO:
                raise refusal(self.name, _BOMB, limits.MEND_RESAVE)
            yield Entry(path, method, start, packed, unpacked, checksum), begins
        if at != len(directory):
            raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)

    def _data_start(self, begins: int, raw_name: bytes, method: int) -> int:
        """Return where a part's bytes begin, after a local header that agrees with the directory."""
        if begins + _LOCAL.size > len(self._content):
            raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)
        mark, _, _, local_method, _, _, _, _, _, named, extra = _LOCAL.unpack_from(self._content, begins)
        local_name = self._content[begins + _LOCAL.size : begins + _LOCAL.size + named]
        agrees = mark == b"PK\3\4" and local_method == method and local_name == raw_name
        if not agrees or method not in (_STORED, _DEFLATED):
            raise refusal(self.name, _BROKEN, limits.MEND_RESAVE)
        return int(begins + _LOCAL.size + named + extra)


def _slices(packed: memoryview) -> Iterator[bytes]:
    for at in range(0, len(packed), _PIECE):
        yield bytes(packed[at : at + _PIECE])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    """Yield deflated bytes unpacked, a bounded piece at a time; broken or unfinished streams end early."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in _slices(packed):
            rest = piece
            while rest and not engine.eof:
                yield engine.decompress(rest, _CHUNK)
                rest = engine.unconsumed_tail
        yield engine.flush()
    except zlib.error:
        return
