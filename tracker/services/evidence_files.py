"""Owns the files of evidence in the instance: each under the hash of its content, written once and whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.remarks import RemarkFile
from tracker.store.reports import Evidence


def path_of(folder: Path, sha256: str) -> Path:
    """Return where the content with this hash lies below the instance's folder of attachments."""
    return folder / sha256[:2] / sha256


def keep(folder: Path, content: bytes) -> str:
    """Write the content, readable by nobody else, and return its hash; what lies there already stays."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(folder, sha256)
    if path.is_file() and hash_of(path) == sha256:
        return sha256
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only the owner may read what mkstemp makes. Beside its final name first: nobody meets half a file.
    handle, unfinished = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    _settle(path.parent)
    return sha256


def hash_of(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def evidence_findings(session: Session, folder: Path) -> list[str]:
    """Return a sentence for every piece of evidence whose file is lost or no longer what was handed in."""
    found: list[str] = []
    known: dict[str, str] = {}
    handed_in = [
        *session.execute(sa.select(Evidence.id, Evidence.file_name, Evidence.sha256).order_by(Evidence.id)),
        *session.execute(
            sa.select(RemarkFile.id, RemarkFile.file_name, RemarkFile.sha256).order_by(RemarkFile.id)
        ),
    ]
    for row in handed_in:
        if row.sha256 not in known:
            known[row.sha256] = _fault(path_of(folder, row.sha256), row.sha256)
        if known[row.sha256]:
            found.append(
                f"佐证材料{known[row.sha256]}：{row.file_name}（编号 {row.id}）。"
                f"请从备份恢复 {path_of(folder, row.sha256)}。"
            )
    return found


def _fault(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "的文件不见了"
    return "" if hash_of(path) == sha256 else "的文件被改动过"


def _settle(folder: Path) -> None:
    """Let the folder's own entry reach the disk too, where a system can open folders."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
