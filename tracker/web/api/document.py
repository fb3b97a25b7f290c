"""Owns the OpenAPI document of the interface, and serves it to whoever asks."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response

from tracker.core.lights import Light
from tracker.web.access import Desk
from tracker.web.api.answers import answer
from tracker.web.api.figure_schemas import FIGURES
from tracker.web.api.pieces import CODE_TEXT, FLAG, MONTH_TEXT, Schema, one_of, ref
from tracker.web.api.report_schemas import REPORTS
from tracker.web.programs import PER_MINUTE, PREFIX

#: Counts up with every change that a program could notice.
VERSION = "1.0.0"

_ABOUT = f"""Read the roster, figures and lights of the city's key projects, and hand in your unit's reports.

Every request carries `Authorization: Bearer trk_…`, a token of one unit that the administrator gives out.
Money is in 万元 as exact text, percentages are text with two decimals, months are `2023-03`, sentences for
people are Chinese or follow Accept-Language. Unknown parameters and fields are refused by name: 400 when a
request cannot be read, 422 when what it says is refused. Every answer is JSON whatever Accept asks for. A
token may ask {PER_MINUTE} times a minute (each server process counts on its own).

To report: read `GET /reports?month=`, send `based_on` = the `revision` that you read. When somebody else
handed in meanwhile, the answer is 409 with what differs, and nothing is written. Suspicious figures must be
explained in `explanation`; try with `dry_run=true`. Send an Idempotency-Key: asking again with the same key
within seven days gives the same answer (`Idempotent-Replayed: true`) and does nothing again. Only answers of
requests that were carried out are kept; after a refusal the same key can be used for the mended request.
"""

_MONTH: Schema = {"name": "month", "in": "query", "required": True, "schema": MONTH_TEXT}
_MONTH_IN_PATH: Schema = {"name": "month", "in": "path", "required": True, "schema": MONTH_TEXT}
_CODE: Schema = {
    "name": "code",
    "in": "path",
    "required": True,
    "schema": CODE_TEXT,
    "description": "Code of a line or work that the unit reports.",
}
_DRY_RUN: Schema = {
    "name": "dry_run",
    "in": "query",
    "schema": {**FLAG, "default": False},
    "description": "Only look: findings and figures, nothing is written, no key is kept.",
}
_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!-~]([ -~]{0,198}[!-~])?$"},
    "description": "1 to 200 printable ASCII characters, a new one for every new request.",
}
_MEANINGS = {
    400: "The address, a header or the body cannot be read.",
    401: "No token, or one that is unknown, revoked or expired.",
    404: "No such month, front or year, or no line or work that this unit reports.",
    409: "The month takes no reports, or somebody else handed in since `based_on` (see `conflicts`).",
    413: "More than 1 MB.",
    415: "Not application/json in UTF-8.",
    422: "Refused by the rules, with every problem; or the Idempotency-Key was used for another request.",
    429: "Asked too often.",
    500: "Failed; nothing was written.",
}
_EXAMPLE = {
    "status": 422,
    "error": "Unprocessable Entity",
    "message": "没有写入任何数据，请按 problems 逐项修改（共 1 项）。",
    "problems": [
        {
            "code": "CX-01-1",
            "field": "month_completed",
            "what": "本月完成投资：金额不能是负数",
            "mend": "要冲减以前的数，请更正以前月份",
            "read": "-1",
        }
    ],
}
_HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 0}}},
}

desk = Desk("api_document", __name__, roles=None, url_prefix=PREFIX)


@desk.get("/openapi.json", provide_automatic_options=False)
def openapi() -> Response:
    """Tell programs what they can ask; this alone needs no token."""
    return answer(document())


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "tracker", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": _reading() | _reporting(),
        "components": {
            "schemas": FIGURES | REPORTS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "trk_…"}},
            "responses": {str(status): _refused(status) for status in _MEANINGS},
        },
    }


def _reading() -> dict[str, Any]:
    year = {"type": "integer", "minimum": 1990, "maximum": 2200}
    front = {"type": "string", "maxLength": 200}
    return {
        "/openapi.json": {
            "get": {
                "operationId": "document",
                "summary": "This document",
                "security": [],
                "responses": {"200": _ok({"type": "object"})},
            }
        },
        "/periods": {"get": _read("periods", "Every period, newest first", "Periods", [], missing=False)},
        "/roster": {
            "get": _read(
                "roster",
                "Lines and works of a year, as of its newest opened month; `own` where this unit reports",
                "Roster",
                [{"name": "year", "in": "query", "required": True, "schema": year, "example": 2023}],
            )
        },
        "/figures": {
            "get": _read(
                "figures",
                "Every figure of a month, the same as `tracker figures --json`",
                "Figures",
                [
                    _MONTH,
                    {
                        "name": "front",
                        "in": "query",
                        "schema": front,
                        "description": "Another front than the office's own.",
                    },
                    {
                        "name": "corrected",
                        "in": "query",
                        "schema": {**FLAG, "default": False},
                        "description": "A closed month as known today instead of as reported.",
                    },
                ],
            )
        },
        "/lights": {
            "get": _read(
                "lights",
                "Lines with their lights and reasons, all or those of one colour",
                "Lights",
                [_MONTH, {"name": "light", "in": "query", "schema": one_of(Light)}],
            )
        },
    }


def _reporting() -> dict[str, Any]:
    in_path = [_MONTH_IN_PATH, _CODE]
    return {
        "/reports": {
            "get": _read(
                "reports", "What this unit owes for a month, and where each stands", "Reports", [_MONTH]
            )
        },
        "/reports/{month}": {
            "post": _sent(
                "handInMany", "Hand in many reports, all or none", "Handings", "Many", [_MONTH_IN_PATH]
            ),
        },
        "/reports/{month}/{code}": {
            "get": _read("report", "One report with every revision, newest first", "ReportHistory", in_path),
            "put": _sent("handIn", "Hand in one report, whole", "Handing", "", in_path),
        },
    }


def _read(
    name: str, summary: str, schema: str, parameters: list[Schema], *, missing: bool = True
) -> dict[str, Any]:
    statuses = [status for status in (400, 401, 404, 429, 500) if missing or status != 404]
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": _ok(ref(schema))} | _refusals(statuses),
    }


def _sent(name: str, summary: str, schema: str, many: str, in_path: list[Schema]) -> dict[str, Any]:
    done = _ok({"anyOf": [ref(f"Done{many}"), ref(f"Look{many}")]}) | {
        "headers": {
            "Idempotent-Replayed": {
                "schema": {"type": "string", "const": "true"},
                "description": "There when this is the kept answer of before.",
            }
        }
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*in_path, _DRY_RUN, _KEY],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref(schema)}}},
        "responses": {"200": done} | _refusals(list(_MEANINGS)),
    }


def _ok(schema: Schema) -> dict[str, Any]:
    return {"description": "Done.", "content": {"application/json": {"schema": schema}}}


def _refusals(statuses: list[int]) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _refused(status: int) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": ref("Error")}
    if status == 422:
        content["example"] = _EXAMPLE
    told: dict[str, Any] = {
        "description": f"{HTTPStatus(status).phrase}: {_MEANINGS[status]}",
        "content": {"application/json": content},
    }
    return told | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
