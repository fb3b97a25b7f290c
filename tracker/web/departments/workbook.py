"""Owns the addresses of the offline workbook: downloaded, uploaded, looked through, handed in or given back marked."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from tracker.core.errors import Problem, Refused
from tracker.core.figures import PeriodState
from tracker.core.money import Unit, wan_grouped
from tracker.intake import limits
from tracker.intake.cells import read_money
from tracker.services import periods
from tracker.services.reporting import Conflict
from tracker.services.unit_workbook import unit_names, unit_workbook
from tracker.services.upload_preview import UploadPreview
from tracker.services.uploads import Overtaken, confirm_upload, keep_upload, marked_upload, preview_upload
from tracker.web.access import Desk
from tracker.web.database import present, read_session, write_session
from tracker.web.departments.deadline import deadline_words
from tracker.web.departments.labels import LABELS
from tracker.web.departments.reporter import REPORTERS, begun, month_of, reporter

desk = Desk("workbook", __name__, roles=REPORTERS)

FILE, SEEN, OVER = "workbook", "seen", "over"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONEY = ("month_completed", "ytd_completed")


@desk.get("/month/<period>/workbook")
def download(period: str) -> ResponseReturnValue:
    """Hand out the form of the reporter's units for a month."""
    month, who = month_of(period), reporter()
    content = unit_workbook(read_session(), who, month, present())
    names = "、".join(unit_names(read_session(), who))[:40]
    return _file(content, f"{month.year}年{month.month}月月报填报表（{names}）.xlsx")


@desk.get("/month/<period>/upload")
def choose(period: str) -> ResponseReturnValue:
    """Ask for a file."""
    return _choose(period)


@desk.post("/month/<period>/upload")
def take(period: str) -> ResponseReturnValue:
    """Keep a file and go on to what it would change; nothing is handed in yet."""
    month, handed_in = month_of(period), request.files.get(FILE)
    begun(month)
    if handed_in is None or not handed_in.filename:
        return _choose(period, (Problem("没有选择文件", "请选择填好的工作簿后再上传"),)), 422
    # One byte more than a workbook may have shows that it has too many.
    content = handed_in.stream.read(limits.FILE_BYTES + 1)
    try:
        with write_session() as session:
            upload = keep_upload(session, reporter(), month, handed_in.filename, content, present())
    except Refused as error:
        return _choose(period, error.problems), 422
    return redirect(url_for("workbook.preview", period=month, upload=upload), 303)


@desk.get("/month/<period>/upload/<int:upload>")
def preview(period: str, upload: int) -> ResponseReturnValue:
    """Show what the file would change."""
    return _preview(period, upload)


@desk.post("/month/<period>/upload/<int:upload>")
def confirm(period: str, upload: int) -> ResponseReturnValue:
    """Hand in what was looked through, all of it or nothing."""
    month = month_of(period)
    chosen = dict(filter(None, map(_chosen, request.form.getlist(OVER))))
    try:
        with write_session() as session:
            done = confirm_upload(
                session, reporter(), month, upload, request.form.get(SEEN, ""), chosen, present()
            )
    except (Overtaken, Conflict) as error:
        return _preview(period, upload, told=str(error)), 409
    except Refused as error:
        return _preview(period, upload, refused=error.problems), 422
    count = sum(not one.unchanged for one in done)
    if all(one.counted for one in done):
        flash(ngettext("已按工作簿报送%(num)d项。", "已按工作簿报送%(num)d项。", count))
    else:
        flash(
            ngettext(
                "已提交%(num)d项更正，督查室审核后计入。", "已提交%(num)d项更正，督查室审核后计入。", count
            )
        )
    return redirect(url_for("my_month.home", period=month), 303)


@desk.get("/month/<period>/upload/<int:upload>/marked")
def marked(period: str, upload: int) -> ResponseReturnValue:
    """Give the file back with its refused cells marked."""
    name, content = marked_upload(read_session(), reporter(), month_of(period), upload, present())
    return _file(content, name)


def _choose(period: str, problems: Iterable[Problem] = ()) -> str:
    info = periods.info_of(begun(month_of(period)))
    return render_template(
        "departments/upload.html",
        period=info.period,
        deadline=deadline_words(info, present()),
        problems=tuple(problems),
        most=limits.FILE_BYTES,
        field=FILE,
    )


def _preview(period: str, upload: int, told: str = "", refused: tuple[Problem, ...] = ()) -> str:
    month = month_of(period)
    found = preview_upload(read_session(), reporter(), month, upload, present())
    return render_template(
        "departments/upload_preview.html",
        period=month,
        upload=upload,
        page=found,
        closed=found.info.state is PeriodState.CLOSED,
        # What stands among the file's own problems already is not told twice.
        problems=tuple(dict.fromkeys((*found.problems, *refused))),
        told_first=told,
        label=lambda field: _label(found, field),
        labels=lambda fields: gettext("、").join(_label(found, field) for field in fields),
        shown=_shown,
        seen=SEEN,
        over=OVER,
    )


def _label(found: UploadPreview, field: str) -> str:
    if field in LABELS:
        return str(LABELS[field])
    return str(gettext("节点：%(name)s", name=found.milestones.get(field, "")))


def _shown(field: str, text: str) -> str:
    """Return a value as the page shows it: amounts with separators, everything else as it was written."""
    amount = read_money(text, Unit.WAN) if field in _MONEY else None
    return wan_grouped(amount) if isinstance(amount, int) else text


def _chosen(value: str) -> tuple[str, int] | None:
    code, _, number = value.rpartition("@")
    return (code, int(number)) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def _file(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), _XLSX, as_attachment=True, download_name=name, max_age=0)
