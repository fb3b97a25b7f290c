"""Owns what may be handed in as evidence: pictures and PDF by their content, written anew before they are kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from tracker.core.errors import Problem, Refused

#: The form field that a refusal belongs to.
FIELD = "evidence"
PICTURE_BYTES = 10 * 1024 * 1024
PDF_BYTES = 20 * 1024 * 1024
NAME_LENGTH = 100
MEND_KIND = "请上传 JPG、PNG、WebP 图片或 PDF"

_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypavif")
_SUFFIXES = (".jpg", ".jpeg", ".jfif", ".png", ".webp", ".pdf")


class MediaType(StrEnum):
    """What evidence can be."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"

    @property
    def suffix(self) -> str:
        """Return the ending of a file's name."""
        return _ENDINGS[self]


_ENDINGS = {MediaType.JPEG: ".jpg", MediaType.PNG: ".png", MediaType.WEBP: ".webp", MediaType.PDF: ".pdf"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is safe to keep and to serve: `content` was written by us, `name` is fit to be shown."""

    name: str
    media_type: MediaType
    content: bytes


class Unfit(Exception):
    """Raised when a file's content cannot be kept: what is wrong and how to mend it, whatever it is called."""

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


def refusal(name: str, what: str, mend: str) -> Refused:
    """Return the refusal of the file `name` for one reason."""
    return Refused((Problem(what, mend, file=plain_name(name), field=FIELD),))


def media_type_of(content: bytes) -> MediaType:
    """Return what the content is, whatever its name says; raise Unfit when it is empty, too large or else."""
    if not content:
        raise Unfit("文件是空的", "请核对选的文件")
    found = _signed(content)
    if found is None:
        if content[4:12] in _HEIC:
            mend = "请在手机相机设置里选“兼容性最佳”，或另存为 JPG 后再上传"
            raise Unfit("HEIC 格式的照片不能直接显示", mend)
        raise Unfit("内容不是图片或 PDF", MEND_KIND)
    limit = PDF_BYTES if found is MediaType.PDF else PICTURE_BYTES
    if len(content) > limit:
        mend = "请分成几个文件或压缩后再上传" if found is MediaType.PDF else "请缩小图片后再上传"
        raise Unfit(f"文件太大，超过 {limit // 1024 // 1024} MB", mend)
    return found


def _signed(content: bytes) -> MediaType | None:
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return MediaType.WEBP
    return MediaType.PDF if content.startswith(b"%PDF-") else None


def plain_name(name: str) -> str:
    """Return the name without folders, control and direction signs, in one line."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    # Categories C* hold control signs, those that turn the direction of writing, and lone surrogates.
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in last)
    kept = "".join(sign for sign in shown if sign not in '\\/:*?"<>|')
    return " ".join(kept.split()).strip(". ")


def shown_name(name: str, media_type: MediaType) -> str:
    """Return the name under which the file is listed and handed out: at most 100 signs, ending as its kind does."""
    stem = plain_name(name)
    for suffix in _SUFFIXES:
        if stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)].rstrip(". ")
            break
    ending = media_type.suffix
    return (stem[: NAME_LENGTH - len(ending)].rstrip(". ") or "附件") + ending
