"""Owns what a program is answered: JSON in UTF-8 for every status, refusals with all their problems."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_babel import LazyString, gettext, lazy_gettext

from tracker.core.errors import NotFound, Problem, Refused, TrackerError
from tracker.core.said import MILESTONE
from tracker.services.reporting import Conflict, ConflictOn
from tracker.web.api.shapes import moment

#: Per status: what happened and what to do about it, where nothing more is known.
TEXTS: dict[int, LazyString] = {
    400: lazy_gettext("请求的写法不对，请对照 /api/v1/openapi.json。"),
    401: lazy_gettext("请在 Authorization 请求头里给出有效的令牌：Bearer trk_…；令牌由管理员发放。"),
    403: lazy_gettext("没有权限。"),
    404: lazy_gettext("没有这个地址，请对照 /api/v1/openapi.json。"),
    405: lazy_gettext("此地址不支持这个方法，支持的方法见 Allow。"),
    409: lazy_gettext("当前状态不允许此操作，请重新读取后再试。"),
    413: lazy_gettext("请求体不得超过 1 MB，请分批报送。"),
    415: lazy_gettext("请求体须为 application/json（UTF-8，不压缩）。"),
    422: lazy_gettext("内容未被接受，没有写入任何数据。"),
    429: lazy_gettext("请求过于频繁，请按 Retry-After 的秒数等待。"),
    500: lazy_gettext("系统出错，错误已记录，请稍后再试。"),
}


class Malformed(Refused):
    """Raised when a request cannot be read as the document describes it; nothing was looked at."""

    status = 400


def answer(told: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """Return `told` as JSON; header names are given with underscores."""
    # A program may have sent half a character; it gets a question mark back.
    text = json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    response = Response(text, status, mimetype="application/json")
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def refusal(status: int, error: Exception | None = None) -> Response:
    """Return the answer to a refused or failed request, with everything that `error` knows."""
    told: dict[str, Any] = {
        "status": status,
        "error": HTTPStatus(status).phrase,
        "message": _message(status, error),
        "problems": [],
    }
    if isinstance(error, Refused):
        told["problems"] = [_problem(problem) for problem in error.problems]
    if isinstance(error, Conflict):
        told["conflicts"] = [_conflict(found) for found in error.conflicts]
    return answer(told, status)


def field_of(field: str) -> str:
    """Return a field's name as the interface writes it: a milestone's day is `milestones.12`."""
    return f"milestones.{field.removeprefix(MILESTONE)}" if field.startswith(MILESTONE) else field


def _message(status: int, error: Exception | None) -> str:
    if isinstance(error, Malformed):
        return str(
            gettext("请求看不懂，请按 problems 逐项修改（共 %(count)s 项）。", count=len(error.problems))
        )
    if isinstance(error, Refused):
        count = len(error.problems)
        return str(gettext("没有写入任何数据，请按 problems 逐项修改（共 %(count)s 项）。", count=count))
    if isinstance(error, NotFound):
        return f"{error}{gettext('请核对月份和编码。')}"
    if isinstance(error, TrackerError):
        return str(error)
    return str(TEXTS.get(status) or TEXTS[400 if status < 500 else 500])


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.subject,
        "field": field_of(problem.field),
        "what": problem.what,
        "mend": problem.mend,
        "read": None if problem.read is None else problem.read[:200],
    }


def _conflict(found: ConflictOn) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "made_by": found.made_by,
        "made_at": moment(found.made_at),
        "revision": found.number,
        "changes": [
            {"field": field_of(change.field), "theirs": change.theirs, "yours": change.yours}
            for change in found.changes
        ],
    }
