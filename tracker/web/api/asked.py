"""Owns reading what a program asks, strictly: what is unknown, repeated or of another type is refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from tracker.core.errors import NotFound, Problem
from tracker.core.periods import Period
from tracker.web.api.answers import Malformed

Choice = TypeVar("Choice", bound=StrEnum)

MONTH = r"^(199[0-9]|20[0-9]{2}|21[0-9]{2}|2200)-(0[1-9]|1[0-2])$"
#: What a code can be: control signs and half characters stand in none, and PostgreSQL cannot even look for them.
CODE = r"^[^\u0000-\u001f\u007f\ud800-\udfff]{1,40}$"
#: An Idempotency-Key: printable ASCII.
KEY = r"^[!-~]([ -~]{0,198}[!-~])?$"


def known_arguments(*names: str) -> None:
    """Refuse arguments in the address other than `names`, and any that stands there twice."""
    problems: list[Problem] = []
    for name, values in request.args.lists():
        if name not in names:
            # Only the name is told: a value could be a token that stands in the wrong place.
            problems.append(Problem(gettext("没有这个参数"), gettext("请对照接口文档"), field=name[:40]))
        elif len(values) > 1:
            problems.append(Problem(gettext("参数重复"), gettext("请只给一次"), field=name))
    if problems:
        raise Malformed(tuple(problems))


def month(text: str | None) -> Period:
    """Return the month written 2023-03."""
    if text is None or re.match(MONTH, text) is None or len(text) != 7:
        raise _malformed("month", gettext("月份看不懂"), gettext("请写成 2023-03 的样子"), text)
    return Period.parse(text)


def year(text: str | None) -> int:
    """Return the year written 2023."""
    if text is None or re.fullmatch("[0-9]{4}", text) is None or not 1990 <= int(text) <= 2200:
        raise _malformed("year", gettext("年份看不懂"), gettext("请写成 2023 的样子"), text)
    return int(text)


def flag(name: str) -> bool:
    """Return whether the argument says true; refuse anything but true and false."""
    text = request.args.get(name, "false")
    if text not in ("true", "false"):
        raise _malformed(name, gettext("既不是 true 也不是 false"), gettext("请写 true 或 false"), text)
    return text == "true"


def choice(name: str, choices: type[Choice]) -> Choice | None:
    """Return the member of `choices` that the argument names, None without it."""
    text = request.args.get(name)
    if text is None:
        return None
    if text not in list(choices):
        mend = gettext("只能是 %(known)s", known="、".join(choices))
        raise _malformed(name, gettext("没有这个选项"), mend, text)
    return choices(text)


def code(text: str) -> str:
    """Return a code as it stands in an address; raise NotFound for what can be none."""
    if re.fullmatch(CODE, text) is None:
        raise NotFound("本单位填报的项目或工作", text[:40])
    return text


def idempotency_key() -> str | None:
    """Return the request's Idempotency-Key, None without one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and re.fullmatch(KEY, key) is None:
        what = gettext("须为 1 至 200 个可见的 ASCII 字符")
        raise _malformed("Idempotency-Key", what, gettext("建议用 UUID"), None)
    return key


def json_body() -> Any:
    """Return the request's JSON; raise 415 for another type, 413 for too much, Malformed for what is no JSON."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType
    content = request.get_data(cache=False)
    # Of a body that does not say how long it is, Werkzeug reads as much as it may and forgets the rest.
    said = request.content_length or 0
    if said < len(content) and len(content) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except _Repeated as repeated:
        raise _malformed(str(repeated)[:40], gettext("字段重复"), gettext("请只写一次"), None) from None
    except (ValueError, RecursionError):
        # Too deep, too long a number, NaN, no UTF-8: all of it is no JSON that is taken here.
        raise _malformed(
            "", gettext("请求体不是有效的 JSON"), gettext("请检查括号、引号和编码"), None
        ) from None


class _Repeated(ValueError):
    """A field that stands twice in one object: which of them is meant, nobody can know."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Repeated(name)
        found[name] = value
    return found


def _refuse_constant(name: str) -> Callable[[], None]:
    raise ValueError(name)


def _malformed(field: str, what: str, mend: str, read: str | None) -> Malformed:
    return Malformed((Problem(what, mend, read, field=field),))
