"""The OpenAPI document: the application does what it says, tried with thousands of requests made from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig

from tests.databases import SqliteFiles
from tests.web.programs import PREFIX, Office, opened
from tracker.core.said import FIELDS
from tracker.store.audit import AuditEntry
from tracker.web.api.document import document
from tracker.web.programs import Brake

#: Requests made per operation and mode.
EXAMPLES = 25


@pytest.fixture(scope="module")
def office(sqlite_server: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(sqlite_server, tmp_path_factory.mktemp("document")) as found:
        # The clock stands still, and a minute holds more requests than a program could send.
        found.app.extensions["tracker_brake"] = Brake(10**9)
        found.known_secret = found.secret()
        yield found


def test_every_route_stands_in_the_document_with_its_methods(office: Office) -> None:
    told = {
        (PREFIX + path, method.upper()) for path, methods in document()["paths"].items() for method in methods
    }
    served = {
        (rule.rule.replace("<path:code>", "{code}").replace("<month>", "{month}"), method)
        for rule in office.app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == served


def test_every_field_of_a_report_stands_in_the_document() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("Said", "SaidRead"):
        assert set(schemas[name]["properties"]) == {*FIELDS, "milestones"}


def test_the_document_is_plain_json() -> None:
    assert json.loads(json.dumps(document())) == document()


def config(*modes: str) -> SchemathesisConfig:
    """Return how requests are made up: always the same, some as the document wants them, some not."""
    return SchemathesisConfig.from_dict(
        {
            "generation": {
                "deterministic": True,
                "max-examples": EXAMPLES,
                "database": "none",
                "mode": "all" if len(modes) > 1 else modes[0],
            },
            # What has the right shape can still be refused by the rules, or meet somebody else's revision.
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
        }
    )


def enum(*texts: str) -> dict[str, Any]:
    """Return the schema of these texts."""
    return {"type": "string", "enum": list(texts)}


def with_real_lines() -> dict[str, Any]:
    """Return the document as it would be if there were only lines and months that are there."""
    found: dict[str, Any] = json.loads(json.dumps(document()))
    months, codes = enum("2023-03", "2023-04"), enum("A-1", "A-2", "K-4", "B-1")
    for method in (method for methods in found["paths"].values() for method in methods.values()):
        for parameter in method.get("parameters", ()):
            if parameter["name"] in ("month", "code"):
                parameter["schema"] = months if parameter["name"] == "month" else codes
    found["components"]["schemas"]["Handings"]["properties"]["reports"]["items"]["properties"]["code"] = codes
    return found


def with_real_reports() -> dict[str, Any]:
    """Return that document with amounts and words that the rules take, and handed in rather than tried."""
    found = with_real_lines()
    for method in (method for methods in found["paths"].values() for method in methods.values()):
        for parameter in method.get("parameters", ()):
            if parameter["name"] in ("month", "dry_run"):
                parameter["schema"] = enum("2023-04") if parameter["name"] == "month" else {"const": False}
    schemas = found["components"]["schemas"]
    reports = schemas["Handings"]["properties"]["reports"]
    reports["maxItems"] = 1
    listed = reports["items"]["properties"]
    listed["code"] = enum("A-1", "A-2")
    for handing in (listed, schemas["Handing"]["properties"]):
        handing["based_on"] = {"type": "integer", "minimum": 1, "maximum": 3}
    del schemas["Handing"]["examples"], schemas["Handings"]["examples"]
    said = {"month_completed": enum("99.5", "151"), "problem_text": enum("", "用地未落实")}
    schemas["Said"]["properties"] |= said | {
        "explanation": enum("设备集中到货一次付清"),
        "milestones": {"const": {}},
    }
    schemas["Said"]["required"] = ["month_completed", "problem_text", "explanation"]
    return found


described = schemathesis.openapi.from_dict(document(), config=config("positive", "negative"))
real_lines = schemathesis.openapi.from_dict(with_real_lines(), config=config("positive", "negative"))
real_reports = schemathesis.openapi.from_dict(with_real_reports(), config=config("positive"))


class Relay:
    """Stands for the application while the tests are collected, before there is one."""

    app: Flask

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)


described.app = real_lines.app = real_reports.app = relay = Relay()


@pytest.fixture(scope="module")
def answering(office: Office) -> Office:
    """Let the application of the tests answer."""
    relay.app = office.app
    return office


@described.parametrize()
def test_the_interface_keeps_to_its_document(case: schemathesis.Case, answering: Office) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {answering.known_secret}"})


@real_lines.include(path_regex="^/reports/").parametrize()
def test_lines_that_are_there_keep_to_the_document(case: schemathesis.Case, answering: Office) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {answering.known_secret}"})


@real_reports.include(path_regex="^/reports/").parametrize()
def test_reports_that_are_taken_keep_to_the_document(case: schemathesis.Case, answering: Office) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {answering.known_secret}"})


def test_the_requests_above_reached_the_reports(answering: Office) -> None:
    """Otherwise everything made up was refused before the rules saw it, and nothing much was tried."""
    assert answering.all(AuditEntry.action).count("report.submit") >= 3
