"""Owns the schemas of what every unit reads alike: periods, roster, figures and lights."""

from __future__ import annotations

from tracker.core.cohorts import Category, Cohort
from tracker.core.coverage import ReportStatus
from tracker.core.figures import PeriodState
from tracker.core.lights import Light
from tracker.core.rules import RuleKey
from tracker.web.api.pieces import (
    COUNT,
    FLAG,
    MOMENT,
    MONTH_TEXT,
    NUMBER,
    PERCENT,
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
from tracker.web.api.shapes import LIGHT_FIELDS


def _sums() -> dict[str, Schema]:
    return {
        "count": COUNT,
        "annual_plan": WAN,
        "completed": WAN,
        "progress": PERCENT,
        "schedule": PERCENT,
        "vs_schedule": PERCENT,
        "lagging": COUNT,
        "coverage": shape({"due": COUNT, "reported": COUNT}),
    }


_LINE: dict[str, Schema] = {
    "code": TEXT,
    "name": TEXT,
    "programme": TEXT,
    "key_project": TEXT,
    "lead": TEXT,
    "district": TEXT,
    "cohort": one_of(Cohort),
    "category": one_of(Category),
    "status": one_of(ReportStatus),
    "annual_plan": WAN,
    "month_completed": nullable(WAN),
    "completed": WAN,
    "progress": PERCENT,
    "schedule": PERCENT,
    "vs_schedule": PERCENT,
    "original_progress": PERCENT,
    "lagging": nullable(FLAG),
    "behind": WAN,
    "needed_per_month": nullable(WAN),
    "best_month": WAN,
    "planned_start": nullable(MONTH_TEXT),
    "actual_start": nullable(MONTH_TEXT),
    "start_overdue_months": COUNT,
    "light": one_of(Light),
    "months_in_a_row": COUNT,
    "reasons": listed(shape({"rule": one_of(RuleKey), "light": one_of(Light), "text": TEXT})),
}

_PLACE: dict[str, Schema] = {"code": TEXT, "name": TEXT, "programme": TEXT, "lead": TEXT}

FIGURES: dict[str, Schema] = {
    "Period": shape(
        {
            "period": MONTH_TEXT,
            "state": one_of(PeriodState),
            "opened_at": nullable(MOMENT),
            "deadline": nullable(MOMENT),
            "closed_at": nullable(MOMENT),
        }
    ),
    "Periods": shape({"periods": listed(ref("Period"))}),
    "Roster": shape(
        {
            "year": NUMBER,
            "as_of": MONTH_TEXT,
            "lines": listed(
                shape(
                    _PLACE
                    | {
                        "front": TEXT,
                        "key_project": TEXT,
                        "responsible": TEXTS_LISTED,
                        "district": TEXT,
                        "category": one_of(Category),
                        "planned_start": nullable(MONTH_TEXT),
                        "annual_plan": WAN,
                        "own": FLAG,
                    }
                )
            ),
            "works": listed(shape(_PLACE | {"responsible": TEXTS_LISTED, "target": TEXT, "own": FLAG})),
        }
    ),
    "Cohort": shape(
        _sums()
        | {
            "planned_progress": PERCENT,
            "elapsed_time": PERCENT,
            "citywide": PERCENT,
            "vs_citywide": PERCENT,
            "rank": nullable(COUNT),
            "of": COUNT,
        }
    ),
    "Group": shape({"name": TEXT, **_sums(), "rank": nullable(COUNT), "amount_rank": nullable(COUNT)}),
    "Line": shape(_LINE),
    "Figures": shape(
        {
            "period": MONTH_TEXT,
            "state": one_of(PeriodState),
            "front": TEXT,
            "rules_version": NUMBER,
            "sentence": TEXT,
            "coverage": shape(
                dict.fromkeys(
                    ("due", "reported", "on_time", "late", "missing", "pending", "exempt", "not_due"), COUNT
                )
            ),
            "cohorts": shape({cohort.value: ref("Cohort") for cohort in Cohort}, required=()),
            "new": shape(
                {
                    "count": COUNT,
                    "started": COUNT,
                    "due_to_start": COUNT,
                    "start_overdue": COUNT,
                    "lagging": COUNT,
                    "start_rate_of_due": PERCENT,
                    "start_rate_of_year": PERCENT,
                    "quarters": listed(
                        shape(
                            {
                                "quarter": nullable(COUNT),
                                "count": COUNT,
                                "due_to_start": COUNT,
                                "started": COUNT,
                            }
                        )
                    ),
                }
            ),
            "lights": shape({light.value: COUNT for light in Light}, required=()),
            "fronts": listed(
                shape(
                    {
                        "name": TEXT,
                        "cohort": one_of(Cohort),
                        "count": COUNT,
                        "annual_plan": WAN,
                        "completed": WAN,
                        "progress": PERCENT,
                        "rank": nullable(COUNT),
                        "own": FLAG,
                    }
                )
            ),
            "programmes": listed(ref("Group")),
            "departments": listed(ref("Group")),
            "districts": listed(ref("Group")),
            "subprojects": listed(ref("Line")),
        }
    ),
    "Lights": shape(
        {
            "period": MONTH_TEXT,
            "state": one_of(PeriodState),
            "front": TEXT,
            "lights": listed(shape({name: _LINE[name] for name in LIGHT_FIELDS})),
        }
    ),
}
