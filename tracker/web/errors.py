"""Owns what a refused or failed request looks like: one designed page for all, JSON when asked."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from werkzeug.exceptions import HTTPException

from tracker.core.errors import TrackerError
from tracker.web.api.answers import refusal
from tracker.web.programs import is_for_programs

#: Per status: what happened, and what to do about it.
TEXTS: dict[int, tuple[LazyString, LazyString]] = {
    400: (lazy_gettext("请求无法识别"), lazy_gettext("页面可能已打开过久，请返回上一页刷新后重试。")),
    401: (lazy_gettext("请先登录"), lazy_gettext("登录后再试一次。")),
    403: (lazy_gettext("没有权限"), lazy_gettext("您的账号不能查看此页面；如有需要，请联系管理员。")),
    404: (lazy_gettext("没有找到"), lazy_gettext("请核对地址，或从导航重新进入。")),
    405: (lazy_gettext("不支持的操作"), lazy_gettext("此地址不能这样访问，请从导航重新进入。")),
    409: (lazy_gettext("当前状态不允许此操作"), lazy_gettext("情况可能刚刚有变化，请刷新页面后再看。")),
    413: (lazy_gettext("提交的内容过大"), lazy_gettext("请减少内容后重试。")),
    422: (lazy_gettext("内容未被接受"), lazy_gettext("没有写入任何数据，请按提示修改后重试。")),
    429: (lazy_gettext("尝试过于频繁"), lazy_gettext("请稍候几分钟再试。")),
    500: (lazy_gettext("系统出错"), lazy_gettext("错误已记录，请稍后再试；如持续出现，请联系管理员。")),
}


def install(app: Flask) -> None:
    """Answer every error of `app` in one way."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(TrackerError, _not_possible)
    app.register_error_handler(Exception, _failed)


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    response = refusal(error.code) if is_for_programs() else make_response(_page(error.code, ""))
    for name, value in error.get_headers():
        # 405 says what is allowed, 429 when to come back, 401 what a program has to show.
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def _not_possible(error: TrackerError) -> ResponseReturnValue:
    if is_for_programs():
        return refusal(error.status, error)
    return _page(error.status, str(error))


def _failed(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return refusal(500) if is_for_programs() else _page(500, "")


def _page(status: int, detail: str) -> ResponseReturnValue:
    title, advice = TEXTS.get(status) or TEXTS[400 if status < 500 else 500]
    if request.accept_mimetypes.best == "application/json":
        told = {"status": status, "error": HTTPStatus(status).phrase, "message": detail or str(title)}
        return jsonify(told), status
    # After a failure nothing more may be asked of the database, not even who is signed in.
    template = "errors/failed.html" if status >= 500 else "errors/refused.html"
    told = {"status": status, "title": title, "advice": advice, "detail": detail, "back": _back()}
    return render_template(template, **told), status


def _back() -> str | None:
    """Return the page that a refused form was sent from, when it is one of this host; what was typed stands there."""
    came_from = urlsplit(request.referrer or "")
    if request.method != "POST" or came_from.netloc != request.host or not came_from.path.startswith("/"):
        return None
    path = "/" + came_from.path.lstrip("/\\")
    return f"{path}?{came_from.query}" if came_from.query else path
