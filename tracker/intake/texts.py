"""Owns how text from a cell is tidied for print and normalised for comparison."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Blanks that offices type or paste: spaces of every width, zero-width marks, the byte order mark.
_BLANKS = " \t\v\f\u00a0\u1680\u2000-\u200f\u2028\u2029\u202a-\u202f\u205f-\u2064\u3000\ufeff\u00ad"
_BLANK_RUN = re.compile(f"[{_BLANKS}]+")
_ANY_RUN = re.compile(f"[{_BLANKS}\r\n]+")
_UNTIDY = re.compile(f"[{_BLANKS}\r\n]|_x000D_")
_LINE_BREAK = re.compile(f"[{_BLANKS}]*(?:\r\n|\r|\n|_x000D_)+[{_BLANKS}\r\n]*")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")

#: Signs that differ between keyboards but never tell two names apart (after NFKC).
_SAME = str.maketrans(
    {
        "【": "(", "】": ")", "〔": "(", "〕": ")", "[": "(", "]": ")", "{": "(", "}": ")", "〖": "(", "〗": ")",
        "《": "(", "》": ")", "〈": "(", "〉": ")", "<": "(", ">": ")",
        "“": '"', "”": '"', "‘": '"', "’": '"', "'": '"', "「": '"', "」": '"', "『": '"', "』": '"', "`": '"',
        "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "─": "-", "━": "-", "~": "-",
        "•": "·", "・": "·", "‧": "·", "●": "·", "∙": "·",
        "、": ",", "。": ".",
    }
)  # fmt: skip


@lru_cache(maxsize=65_536)
def clean(text: str) -> str:
    """Return text with full-width forms made half-width and every run of blanks made one space."""
    return _ANY_RUN.sub(" ", unicodedata.normalize("NFKC", text)).strip()


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """Return what two spellings of one name share: no blanks, one kind of bracket, dash and quote."""
    bare = _ANY_RUN.sub("", unicodedata.normalize("NFKC", text))
    return re.sub("-+", "-", bare.translate(_SAME)).casefold()


def tidy_name(text: str) -> str:
    """Return a name for print: its brackets as written, a line break in it closed up.

    A break between Latin words stands for a space; one beside a Chinese character stands for nothing.
    """
    if not _UNTIDY.search(text):
        return text
    return _BLANK_RUN.sub(" ", _LINE_BREAK.sub(_joint, text)).strip(_STRIP)


def tidy_text(text: str) -> str:
    """Return running text for print: its lines kept, blanks at their ends and empty lines dropped."""
    if not _UNTIDY.search(text):
        return text
    lines = (_BLANK_RUN.sub(" ", line).strip(_STRIP) for line in re.split("\r\n|\r|\n|_x000D_", text))
    return "\n".join(line for line in lines if line)


_STRIP = " \r\n\t\u3000"


def _joint(match: re.Match[str]) -> str:
    before, after = (
        match.string[match.start() - 1 : match.start()],
        match.string[match.end() : match.end() + 1],
    )
    return "" if _WIDE.match(before) or _WIDE.match(after) else " "
