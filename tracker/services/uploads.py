"""Owns uploaded workbooks: kept for a day, looked at, handed in whole or not at all, by their reporter alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.intake.form_stamp import Stamp, read_stamp
from tracker.intake.marked_apart import marked_copy_apart
from tracker.intake.reading import open_workbook
from tracker.intake.written import plain
from tracker.services import periods
from tracker.services.reporting import Reporter, Submitted, submit
from tracker.services.upload_preview import UploadPreview, preview_of
from tracker.store.reports import PendingUpload

KEPT_FOR = timedelta(days=1)
#: So many uploads of one account are kept; the oldest make room.
KEPT = 5
_NAME_SIGNS = 120


class Overtaken(WrongState):
    """Raised when a preview does not show any more what handing in would do; nothing was written."""


def keep_upload(
    session: Session, reporter: Reporter, period: Period, file_name: str, content: bytes, now: datetime
) -> int:
    """Keep a workbook until its reporter hands it in; return its id.

    Raise Refused when it cannot be opened or is the form of another month or of other units, NotFound and
    WrongState for a month that takes no reports.
    """
    if reporter.account_id is None:
        raise NotFound("账号", reporter.actor.name)
    row = periods.find(session, period)
    if row.state is PeriodState.UPCOMING:
        raise WrongState(f"{period} 还没有开始填报。")
    name = _shown(file_name)
    stamp = read_stamp(open_workbook(name, content))
    if stamp is not None:
        _refuse_foreign(stamp, reporter, period, name)
    _make_room(session, reporter.account_id, now)
    upload = PendingUpload(
        period_id=row.id, account_id=reporter.account_id, file_name=name, content=content, made_at=now
    )
    session.add(upload)
    session.flush()
    return upload.id


def preview_upload(
    session: Session, reporter: Reporter, period: Period, upload_id: int, now: datetime
) -> UploadPreview:
    """Return what the upload would change now; nothing is written.

    Raise NotFound for an upload that is another account's, another month's or older than a day, WrongState
    for one that was handed in.
    """
    upload = _own(session, reporter, period, upload_id, now)
    return preview_of(session, reporter, period, upload.file_name, upload.content, upload.made_at, now)


def marked_upload(
    session: Session, reporter: Reporter, period: Period, upload_id: int, now: datetime
) -> tuple[str, bytes]:
    """Return the uploaded workbook with its refused cells marked, and a name for it; raise as `preview_upload`."""
    upload = _own(session, reporter, period, upload_id, now)
    found = preview_of(session, reporter, period, upload.file_name, upload.content, upload.made_at, now)
    problems = [*found.problems, *(problem for row in found.conflicts for problem in row.problems)]
    stem = PurePath(upload.file_name).stem
    return f"{stem}（标出问题）.xlsx", marked_copy_apart(upload.content, upload.file_name, problems)


def confirm_upload(
    session: Session,
    reporter: Reporter,
    period: Period,
    upload_id: int,
    seen: str,
    chosen: Mapping[str, int],
    now: datetime,
) -> tuple[Submitted, ...]:
    """Hand in what the upload changes, all of it or nothing; its content is read again from what was kept.

    `seen` is the fingerprint of the preview that was looked at. `chosen` are rows to hand in although
    somebody reported meanwhile: the code, and the number of the revision that was looked at. Raise
    Overtaken when the preview would look different now, Refused with every problem, and as `preview_upload`.
    """
    upload = _own(session, reporter, period, upload_id, now, lock=True)
    found = preview_of(session, reporter, period, upload.file_name, upload.content, upload.made_at, now)
    if found.fingerprint != seen:
        raise Overtaken("您核对之后，情况又有变化。没有写入任何数据，请重新核对后再确认。")
    rows = [
        *found.changed,
        *(row for row in found.conflicts if chosen.get(row.code) == row.prospect.number),
    ]
    problems = (
        *found.problems,
        *(problem for row in rows if row.prospect.conflict for problem in row.problems),
    )
    if problems:
        raise Refused(problems)
    if not rows:
        raise Refused((_nothing(found),))
    entries = [replace(row.entry, based_on=row.prospect.number) for row in rows]
    done = submit(session, reporter, period, entries, now, upload.file_name)
    # What is handed in stays for a day without its content: a second click is told so.
    upload.content = b""
    session.flush()
    return done


def _nothing(found: UploadPreview) -> Problem:
    """Return why there is nothing to hand in."""
    if found.conflicts:
        what, mend = "没有选中要报送的项目", "别人已经报送的默认不覆盖，确要按文件报送的请先勾选"
    else:
        what, mend = "没有要报送的内容", "文件里的内容与已报的一致，或者都没有填；请填好后重新上传"
    return Problem(what, mend, file=found.file_name)


def _own(
    session: Session, reporter: Reporter, period: Period, upload_id: int, now: datetime, *, lock: bool = False
) -> PendingUpload:
    wanted = sa.select(PendingUpload).where(
        PendingUpload.id == upload_id,
        PendingUpload.account_id == reporter.account_id,
        PendingUpload.period_id == periods.find(session, period).id,
        PendingUpload.made_at > now - KEPT_FOR,
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    upload = session.scalar(wanted)
    if upload is None:
        raise NotFound("上传的文件", str(upload_id))
    if not upload.content:
        raise WrongState(f"“{upload.file_name}”已经报送过了，没有再次写入。")
    return upload


def _refuse_foreign(stamp: Stamp, reporter: Reporter, period: Period, name: str) -> None:
    if stamp.period != period:
        what = f"这是 {stamp.period} 的填报表，现在填报的是 {period}"
        raise Refused((Problem(what, "请下载本月的填报表，或到那个月去上传", file=name),))
    if not stamp.units & reporter.unit_ids:
        what = f"这是“{stamp.unit_names}”的填报表，不是本单位的"
        raise Refused((Problem(what, "请下载本单位的填报表", file=name),))


def _make_room(session: Session, account_id: int, now: datetime) -> None:
    session.execute(sa.delete(PendingUpload).where(PendingUpload.made_at <= now - KEPT_FOR))
    older = session.scalars(
        sa.select(PendingUpload.id)
        .where(PendingUpload.account_id == account_id)
        .order_by(PendingUpload.id.desc())
        .offset(KEPT - 1)
    ).all()
    session.execute(sa.delete(PendingUpload).where(PendingUpload.id.in_(older)))


def _shown(file_name: str) -> str:
    """Return a file's name as it is shown and kept: without folders, and short."""
    bare = " ".join(plain(file_name.replace("\\", "/").rpartition("/")[2]).split())
    stem, dot, suffix = bare.rpartition(".")
    if not dot or len(suffix) > 10:
        return bare[:_NAME_SIGNS] or "工作簿"
    return f"{stem[: _NAME_SIGNS - len(suffix) - 1] or '工作簿'}.{suffix}"
