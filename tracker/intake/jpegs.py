"""Owns the parts of a JPEG file: which of them carry the picture, and which only remarks about it."""

from __future__ import annotations

_START, _SCAN = 0xD8, 0xDA
#: EXIF and XMP (APP1), profiles and previews (APP2), Photoshop's remarks (APP13), makers' own parts, comments.
#: APP0 and Adobe's APP14 say how the picture's colours are to be decoded and stay.
_REMARKS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})


def without_remarks(content: bytes) -> bytes:
    """Return the same picture without EXIF, XMP, profile, comments and makers' parts, its pixels untouched.

    What is no JPEG, or cannot be followed up to its first scan, is returned as it came.
    """
    if len(content) < 4 or content[0] != 0xFF or content[1] != _START:
        return content
    kept, place = [content[:2]], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == _SCAN:
            return b"".join([*kept, content[place:]])
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if marker not in _REMARKS:
            kept.append(content[place:end])
        place = end
    return content
