"""Owns the schemas of reports, those that are read and those that are sent, and of errors."""

from __future__ import annotations

from tracker.core.coverage import ReportStatus
from tracker.core.said import TEXT_LENGTH, TEXTS
from tracker.store.reports import ReportState
from tracker.web.api.entries import (
    AMOUNT,
    DAY,
    MILESTONE_ID,
    MOST_MILESTONES,
    MOST_REPORTS,
    MOST_REVISIONS,
    START,
)
from tracker.web.api.pieces import (
    CODE_TEXT,
    COUNT,
    DATE,
    FLAG,
    MOMENT,
    MONTH_TEXT,
    NUMBER,
    TEXT,
    TEXTS_LISTED,
    WAN,
    Schema,
    listed,
    nullable,
    one_of,
    ref,
    shape,
)

_SAID: dict[str, Schema] = {
    "month_completed": {"type": "string", "pattern": AMOUNT, "description": "This month's investment, 万元."},
    "ytd_completed": {"type": "string", "pattern": AMOUNT, "description": "Year to date, 万元."},
    "actual_start": {"type": "string", "pattern": START, "description": "Month of the actual start."},
} | {name: {"type": "string", "maxLength": TEXT_LENGTH} for name in TEXTS}
_STEPS: Schema = {
    "type": "object",
    "patternProperties": {MILESTONE_ID: {"type": "string", "pattern": DAY}},
    "additionalProperties": False,
    "maxProperties": MOST_MILESTONES,
    "description": "The day on which each milestone was reached, by the milestone's id.",
}
_BASED_ON: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": MOST_REVISIONS,
    "description": "The revision that was read before, 0 for none; another one standing there is a conflict.",
}
_SAID_EXAMPLE = {"month_completed": "120.5", "physical_progress": "主体结构完成至五层"}

_REVISION: dict[str, Schema] = {
    "revision": {"type": "integer", "minimum": 1},
    "said": ref("SaidRead"),
    "late": FLAG,
    "made_by": TEXT,
    "made_at": MOMENT,
    "source": TEXT,
    "doubts": TEXTS_LISTED,
}
_REPORT: dict[str, Schema] = {
    "code": TEXT,
    "name": TEXT,
    "kind": {"type": "string", "enum": ["line", "work"]},
    "key_project": TEXT,
    "programme": TEXT,
    "lead": TEXT,
    "district": TEXT,
    "target": TEXT,
    "status": one_of(ReportStatus),
    "exempt_reason": TEXT,
    "state": nullable(one_of(ReportState)),
    "revision": COUNT,
    "counted": nullable(COUNT),
    "returned_reason": TEXT,
    "reopened": FLAG,
    "newest": nullable(ref("Revision")),
    "last_month": nullable(ref("SaidRead")),
    "planned": nullable(WAN),
    "figures": nullable(ref("Line")),
    "milestones": listed(shape({"id": NUMBER, "name": TEXT, "due_on": DATE, "done_on": nullable(DATE)})),
    "problems": TEXTS_LISTED,
}
_READ: dict[str, Schema] = {
    "SaidRead": shape(_SAID | {"milestones": _STEPS}),
    "Revision": shape(_REVISION),
    "Report": shape(_REPORT),
    "Reports": shape({"period": ref("Period"), "reports": listed(ref("Report"))}),
    "ReportHistory": shape(_REPORT | {"revisions": listed(ref("Revision"))}),
}

_SENT: dict[str, Schema] = {
    "Said": shape(
        _SAID | {"milestones": _STEPS},
        required=(),
        description="The whole report: a field that is left out, or empty, is not said.",
    ),
    "Handing": shape(
        {"based_on": _BASED_ON, "said": ref("Said")}, examples=[{"based_on": 0, "said": _SAID_EXAMPLE}]
    ),
    "Handings": shape(
        {
            "reports": listed(
                shape({"code": CODE_TEXT, "based_on": _BASED_ON, "said": ref("Said")}),
                minItems=1,
                maxItems=MOST_REPORTS,
                description="Each code stands here once.",
            )
        },
        examples=[{"reports": [{"code": "CX-01-1", "based_on": 0, "said": _SAID_EXAMPLE}]}],
    ),
}

_DONE = shape({"code": TEXT, "name": TEXT, "revision": COUNT, "counted": FLAG, "unchanged": FLAG})
_LOOK = shape(
    {
        "code": TEXT,
        "dry_run": {"const": True},
        "revision": COUNT,
        "outdated": FLAG,
        "findings": listed(
            shape(
                {
                    "field": TEXT,
                    "weight": {"type": "string", "enum": ["refuse", "explain"]},
                    "what": TEXT,
                    "mend": TEXT,
                    "read": nullable(TEXT),
                }
            )
        ),
        "amount": nullable(WAN),
        "planned": nullable(WAN),
        "figures": nullable(ref("Line")),
    }
)
_ANSWERED: dict[str, Schema] = {
    "Done": _DONE,
    "Look": _LOOK,
    "DoneMany": shape({"period": MONTH_TEXT, "reports": listed(ref("Done"))}),
    "LookMany": shape({"period": MONTH_TEXT, "dry_run": {"const": True}, "reports": listed(ref("Look"))}),
    "Error": shape(
        {
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "error": TEXT,
            "message": TEXT,
            "problems": listed(
                shape(
                    {"code": TEXT, "field": TEXT, "what": TEXT, "mend": TEXT, "read": nullable(TEXT)},
                    description="`code` and `field` are empty where the whole request is meant.",
                )
            ),
            "conflicts": listed(
                shape(
                    {
                        "code": TEXT,
                        "name": TEXT,
                        "made_by": TEXT,
                        "made_at": MOMENT,
                        "revision": COUNT,
                        "changes": listed(shape({"field": TEXT, "theirs": TEXT, "yours": TEXT})),
                    }
                ),
                description="With 409: what somebody else handed in since `based_on`.",
            ),
        },
        required=("status", "error", "message", "problems"),
    ),
}

REPORTS = _READ | _SENT | _ANSWERED
