"""Owns the addresses of evidence: a file as it is looked at, files handed in, and one taken away."""

from __future__ import annotations

from urllib.parse import quote

from flask import abort, redirect, send_file
from flask.typing import ResponseReturnValue

from tracker.core.errors import NotFound, Problem, Refused
from tracker.core.periods import Period
from tracker.intake.attachments import FIELD
from tracker.services.accounts import AccountInfo
from tracker.services.evidence import EvidenceInfo, readable_evidence
from tracker.services.evidence_changes import add_evidence, remove_evidence, require_change
from tracker.services.evidence_files import path_of
from tracker.services.remarks import RemarkFileInfo, readable_file
from tracker.store.accounts import Role
from tracker.web.access import READERS, Desk, acting, signed_in
from tracker.web.database import present, read_session, settings, write_session
from tracker.web.handed_in import opened_files

desk = Desk("evidence", __name__, roles=READERS)
changes_desk = Desk("evidence_changes", __name__, roles=frozenset({Role.REPORTER}))

#: Whatever a file holds, it loads nothing, runs nothing and belongs to no site.
_POLICY = "default-src 'none'; sandbox"


@desk.get("/evidence/<int:evidence_id>")
def file(evidence_id: int) -> ResponseReturnValue:
    """Hand out one file: a picture to be looked at, a PDF to be kept."""
    return _served(readable_evidence(read_session(), _account(), evidence_id))


@desk.get("/remarks/files/<int:file_id>")
def remark_file(file_id: int) -> ResponseReturnValue:
    """Hand out a file that came with a remark."""
    return _served(readable_file(read_session(), _account(), file_id))


def _served(found: EvidenceInfo | RemarkFileInfo) -> ResponseReturnValue:
    path = path_of(settings().attachments, found.sha256)
    if not path.is_file():
        raise NotFound("佐证材料的文件", found.file_name)
    response = send_file(path, found.media_type.value, conditional=False, etag=False)
    way = "inline" if found.is_picture else "attachment"
    plain = f"evidence-{found.id}{found.media_type.suffix}"
    response.headers["Content-Disposition"] = (
        f"{way}; filename={plain}; filename*=UTF-8''{quote(found.file_name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = _POLICY
    del response.headers["Last-Modified"]
    return response


@changes_desk.post("/month/<period>/<path:code>/evidence")
def add(period: str, code: str) -> ResponseReturnValue:
    """Take the files that were chosen, all of them or none."""
    month, units, now = _month(period), _account().unit_ids, present()
    require_change(read_session(), units, month, code, now)
    files = opened_files()
    if not files:
        raise Refused((Problem("没有选择文件", "请选择图片或 PDF 后再上传", field=FIELD),))
    with write_session() as session:
        add_evidence(session, acting(), units, month, code, files, settings().attachments, now)
    return _back(month, code)


@changes_desk.post("/month/<period>/<path:code>/evidence/<int:evidence_id>/remove")
def remove(period: str, code: str, evidence_id: int) -> ResponseReturnValue:
    """Take one file away."""
    month = _month(period)
    with write_session() as session:
        remove_evidence(session, acting(), _account().unit_ids, month, code, evidence_id, present())
    return _back(month, code)


def _back(month: Period, code: str) -> ResponseReturnValue:
    """Return to the report that the evidence is for."""
    return redirect(f"/month/{month}/{quote(code)}#evidence", 303)


def _month(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise NotFound("报告期", text[:20]) from error


def _account() -> AccountInfo:
    account = signed_in()
    if account is None:
        abort(401)
    return account
