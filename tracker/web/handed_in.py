"""Owns the pictures and PDF that come with a form: each opened apart and made safe before anything else sees it."""

from __future__ import annotations

from flask import request

from tracker.core.errors import Problem, Refused
from tracker.intake.apart import opened_apart
from tracker.intake.attachments import FIELD, PDF_BYTES, Attachment

#: How many files one form may carry.
FILES = 10


def opened_files() -> list[Attachment]:
    """Return the files of the form's field `evidence` made safe, none where none was chosen.

    Raise Refused with what is wrong with each of them.
    """
    handed_in = [file for file in request.files.getlist(FIELD) if file.filename]
    if len(handed_in) > FILES:
        raise Refused((Problem(f"一次最多上传 {FILES} 个文件", "请分次上传或减少文件", field=FIELD),))
    opened: list[Attachment] = []
    problems: list[Problem] = []
    for one in handed_in:
        try:
            # One byte more than any file may have shows that it has too many.
            opened.append(opened_apart(one.filename or "", one.stream.read(PDF_BYTES + 1)))
        except Refused as error:
            problems += error.problems
    if problems:
        raise Refused(tuple(problems))
    return opened
