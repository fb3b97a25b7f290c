"""Programs hand in reports: by the same rules, in the same audit trail, one or many, tried or done, and only once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.databases import Server, dump
from tests.web.programs import OTHER, Office, Program, opened
from tracker.services.audit import first_broken
from tracker.store.accounts import ApiToken, IdempotentAnswer
from tracker.store.audit import AuditEntry
from tracker.store.engine import reading, writing
from tracker.store.reports import ReportRevision
from tracker.web.api import handing_in


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Iterator[Office]:
    with opened(server, tmp_path) as found:
        yield found


def problems(answer: TestResponse) -> list[tuple[str, str]]:
    """Return code and field of every problem of a refusal."""
    assert answer.json is not None
    assert all(problem["what"] for problem in answer.json["problems"]), "every problem says what it is"
    return [(problem["code"], problem["field"]) for problem in answer.json["problems"]]


def written(office: Office) -> dict[str, Any]:
    """Return everything that stands in the database but for when tokens were used."""
    return dump(office.engine, without=("api_token",))


def test_a_report_counts_at_once_and_stands_in_the_audit_trail(office: Office) -> None:
    program = office.program()
    answer = program.put("A-1", "151.25", based_on=1, physical_progress="封顶")
    assert (answer.status_code, answer.json) == (
        200,
        {"code": "A-1", "name": "平台一期", "revision": 2, "counted": True, "unchanged": False},
    )
    figures = program.get("/figures?month=2023-04")["subprojects"]
    assert next(line for line in figures if line["code"] == "A-1")["month_completed"] == "151.25"
    who, where, after = office.all(AuditEntry.made_by, AuditEntry.address, AuditEntry.after)[-1]
    assert (who, where) == ("接口令牌1号“对接”（市科技局）", "127.0.0.1")
    assert (after["month_completed"], after["source"], after["revision"]) == ("151.25", "接口", "2")
    assert office.all(AuditEntry.action)[-1] == "report.submit"
    with reading(office.engine) as session:
        assert first_broken(session) is None


def test_a_work_reports_words_and_days(office: Office) -> None:
    program = office.program()
    (step,) = program.get("/reports/2023-04/K-4")["milestones"]
    day = {str(step["id"]): "2023-04-20"}
    assert program.put("K-4", target_reached="已出台两项", milestones=day).status_code == 200
    found = program.get("/reports/2023-04/K-4")
    assert found["newest"]["said"]["milestones"] == day
    assert found["milestones"][0]["done_on"] == "2023-04-20"
    answer = program.put("K-4", based_on=1, target_reached="已出台三项", milestones={"999": "2023-04-20"})
    assert (answer.status_code, problems(answer)) == (422, [("K-4", "milestones.999")])


def test_the_same_words_again_change_nothing(office: Office) -> None:
    program = office.program()
    assert program.put("A-1", "151", based_on=1).status_code == 200
    before = written(office)
    answer = program.put("A-1", "151", based_on=0)
    assert answer.json is not None
    assert (answer.json["revision"], answer.json["unchanged"]) == (2, True)
    assert written(office) == before


def test_who_was_faster_is_told_and_nothing_is_overwritten(office: Office) -> None:
    program, second = office.program(), office.program()
    assert program.put("A-1", "151", based_on=1).status_code == 200
    before = written(office)
    answer = second.put("A-1", "152", based_on=1, physical_progress="封顶")
    assert answer.status_code == 409
    assert answer.json is not None
    (found,) = answer.json["conflicts"]
    assert (found["code"], found["revision"]) == ("A-1", 2)
    assert found["made_by"] == "接口令牌1号“对接”（市科技局）"
    assert found["changes"] == [
        {"field": "month_completed", "theirs": "151", "yours": "152"},
        {"field": "physical_progress", "theirs": "", "yours": "封顶"},
    ]
    assert written(office) == before
    assert second.put("A-1", "152", based_on=2).status_code == 200


def test_the_rules_are_those_of_the_form(office: Office) -> None:
    program = office.program()
    before = written(office)
    answer = program.put("A-1", "-1", based_on=1, help_needed="请协调")
    assert answer.status_code == 422
    assert sorted(problems(answer)) == [("A-1", "month_completed"), ("A-1", "problem_text")]
    assert answer.json is not None
    whats = [problem["what"] for problem in answer.json["problems"]]
    assert "本月完成投资：金额不能是负数" in whats
    assert problems(program.put("A-1", "5000", based_on=1)) == [("A-1", "explanation")]
    assert written(office) == before
    assert program.put("A-1", "5000", based_on=1, explanation="设备集中到货").status_code == 200
    assert office.all(ReportRevision.doubts)[-1]


def test_a_closed_month_needs_a_reason_and_waits_for_the_office(office: Office) -> None:
    program = office.program()
    answer = program.put("A-2", "111", based_on=1, month="2023-03")
    assert (answer.status_code, problems(answer)) == (422, [("A-2", "correction_reason")])
    told = {"correction_reason": "漏计一张发票", "explanation": "四月累计随之变化"}
    answer = program.put("A-2", "111", based_on=1, month="2023-03", **told)
    assert answer.json is not None
    assert (answer.json["revision"], answer.json["counted"]) == (2, False)
    assert office.all(AuditEntry.action)[-1] == "report.correct"


def test_a_month_that_was_never_opened_takes_nothing(office: Office) -> None:
    for query in ("", "?dry_run=true"):
        assert office.program().put("A-1", "1", month="2023-09", query=query).status_code == 404


def test_a_trial_tells_findings_and_figures_and_writes_nothing(office: Office) -> None:
    program = office.program()
    program.get("/periods")
    before = dump(office.engine)
    answer = program.put("A-1", "5000", based_on=0, query="?dry_run=true", key="k")
    assert answer.status_code == 200
    told = answer.json
    assert told is not None
    assert (told["dry_run"], told["revision"], told["outdated"]) == (True, 1, True)
    assert [(finding["field"], finding["weight"]) for finding in told["findings"]][-1] == (
        "explanation",
        "refuse",
    )
    assert (told["amount"], told["planned"], told["figures"]["completed"]) == ("5000", "100", "5350")
    answer = program.put("A-1", "150", based_on=1, query="?dry_run=true")
    assert answer.json is not None
    assert (answer.json["findings"], answer.json["outdated"]) == ([], False)
    assert answer.json["figures"]["light"] == "green"
    reports = [{"code": code, "based_on": 1, "said": {"month_completed": "1"}} for code in ("A-1", "A-2")]
    answer = program.ask("POST", "/reports/2023-04?dry_run=true", json={"reports": reports})
    assert answer.json is not None
    assert [report["code"] for report in answer.json["reports"]] == ["A-1", "A-2"]
    assert dump(office.engine) == before


def many(*reports: tuple[str, int, str]) -> dict[str, Any]:
    """Return a list of reports: code, the revision it is based on, this month's amount."""
    return {
        "reports": [
            {"code": code, "based_on": based_on, "said": {"month_completed": amount}}
            for code, based_on, amount in reports
        ]
    }


def test_many_come_whole_or_not_at_all(office: Office) -> None:
    program = office.program()
    before = written(office)
    wrong = many(("A-2", 1, "95"), ("A-1", 1, "-1"))
    answer = program.ask("POST", "/reports/2023-04", json=wrong)
    assert (answer.status_code, problems(answer)) == (422, [("A-1", "month_completed")])
    assert (
        program.ask("POST", "/reports/2023-04", json=many(("A-2", 1, "95"), ("B-1", 1, "1"))).status_code
        == 404
    )
    assert (
        program.ask("POST", "/reports/2023-04", json=many(("A-2", 1, "95"), ("A-1", 0, "1"))).status_code
        == 409
    )
    assert written(office) == before
    answer = program.ask("POST", "/reports/2023-04", json=many(("A-2", 1, "95"), ("A-1", 1, "149")))
    assert answer.json is not None
    assert [(done["code"], done["revision"]) for done in answer.json["reports"]] == [("A-2", 2), ("A-1", 2)]


SAID: dict[str, Any] = {"month_completed": "151"}
WRONG: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("no object", [], [("A-1", "")]),
    ("null", None, [("A-1", "")]),
    ("nothing", {}, [("A-1", "based_on"), ("A-1", "said")]),
    ("no based_on", {"said": SAID}, [("A-1", "based_on")]),
    ("unknown field", {"based_on": 1, "said": SAID, "state": "accepted"}, [("A-1", "state")]),
    ("based_on as text", {"based_on": "1", "said": SAID}, [("A-1", "based_on")]),
    ("based_on true", {"based_on": True, "said": SAID}, [("A-1", "based_on")]),
    ("based_on with a fraction", {"based_on": 1.5, "said": SAID}, [("A-1", "based_on")]),
    ("based_on below zero", {"based_on": -1, "said": SAID}, [("A-1", "based_on")]),
    ("based_on huge", {"based_on": 10**30, "said": SAID}, [("A-1", "based_on")]),
    ("said as text", {"based_on": 1, "said": "151"}, [("A-1", "said")]),
    ("said null", {"based_on": 1, "said": None}, [("A-1", "said")]),
    ("amount as number", {"based_on": 1, "said": {"month_completed": 151}}, [("A-1", "month_completed")]),
    ("amount null", {"based_on": 1, "said": {"month_completed": None}}, [("A-1", "month_completed")]),
    ("amount with unit", {"based_on": 1, "said": {"month_completed": "3亿元"}}, [("A-1", "month_completed")]),
    (
        "amount with commas",
        {"based_on": 1, "said": {"month_completed": "1,510"}},
        [("A-1", "month_completed")],
    ),
    (
        "amount with exponent",
        {"based_on": 1, "said": {"month_completed": "1e3"}},
        [("A-1", "month_completed")],
    ),
    (
        "amount full width",
        {"based_on": 1, "said": {"month_completed": "１５１"}},
        [("A-1", "month_completed")],
    ),
    (
        "amount too fine",
        {"based_on": 1, "said": {"month_completed": "1.23456"}},
        [("A-1", "month_completed")],
    ),
    (
        "amount and line end",
        {"based_on": 1, "said": {"month_completed": "151\n"}},
        [("A-1", "month_completed")],
    ),
    ("amount huge", {"based_on": 1, "said": {"month_completed": "9" * 12}}, [("A-1", "month_completed")]),
    ("start as year", {"based_on": 1, "said": SAID | {"actual_start": "2023"}}, [("A-1", "actual_start")]),
    (
        "start as day",
        {"based_on": 1, "said": SAID | {"actual_start": "2023-03-01"}},
        [("A-1", "actual_start")],
    ),
    ("start later", {"based_on": 1, "said": SAID | {"actual_start": "2023-05"}}, [("A-1", "actual_start")]),
    ("text as list", {"based_on": 1, "said": SAID | {"problem_text": ["a"]}}, [("A-1", "problem_text")]),
    (
        "text too long",
        {"based_on": 1, "said": SAID | {"problem_text": "长" * 2001}},
        [("A-1", "problem_text")],
    ),
    ("unknown word", {"based_on": 1, "said": SAID | {"late": "false"}}, [("A-1", "late")]),
    ("two unknown words", {"based_on": 1, "said": SAID | {"a": "", "b": ""}}, [("A-1", "a"), ("A-1", "b")]),
    ("half a character", {"based_on": 1, "said": SAID | {"\ud800": ""}}, [("A-1", "?")]),
    ("milestones as list", {"based_on": 1, "said": SAID | {"milestones": []}}, [("A-1", "milestones")]),
    (
        "milestone's name",
        {"based_on": 1, "said": SAID | {"milestones": {"x": ""}}},
        [("A-1", "milestones.x")],
    ),
    (
        "milestone's day",
        {"based_on": 1, "said": SAID | {"milestones": {"1": "2023-3-1"}}},
        [("A-1", "milestones.1")],
    ),
    (
        "no such day",
        {"based_on": 1, "said": SAID | {"milestones": {"1": "2023-02-30"}}},
        [("A-1", "milestones.1")],
    ),
    (
        "typed milestone",
        {"based_on": 1, "said": SAID | {"milestone_1": "2023-03-01"}},
        [("A-1", "milestones")],
    ),
    (
        "all at once",
        {"based_on": "", "said": {"x": 1, "month_completed": 1}, "y": 2},
        [("A-1", "y"), ("A-1", "based_on"), ("A-1", "x"), ("A-1", "month_completed")],
    ),
]


@pytest.fixture(scope="module")
def still(sqlite_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return an instance that stays as it is: everything that is sent to it is refused."""
    with opened(sqlite_server, tmp_path_factory.mktemp("still")) as found:
        yield found
        assert max(found.all(ReportRevision.number)) == 2, "something was written"


@pytest.mark.parametrize(("body", "found"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_wrong_shapes_are_refused_by_field(still: Office, body: Any, found: list[tuple[str, str]]) -> None:
    program = still.program()
    for query in ("", "?dry_run=true"):
        content = json.dumps(body)
        answer = program.ask(
            "PUT", f"/reports/2023-04/A-1{query}", data=content, content_type="application/json"
        )
        if answer.status_code == 200:
            # A trial answers what the rules refuse, and refuses only what has no shape.
            assert answer.json is not None
            assert [finding["field"] for finding in answer.json["findings"]] == [field for _, field in found]
            continue
        assert answer.status_code == 422, answer.text
        assert problems(answer) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ([], [("", "")]),
        ({}, [("", "reports")]),
        ({"reports": []}, [("", "reports")]),
        ({"reports": {}}, [("", "reports")]),
        ({"reports": [{}] * 501}, [("", "reports")]),
        ({"reports": ["A-1"]}, [("", "code")]),
        ({"reports": [{"based_on": 1, "said": SAID}]}, [("", "code")]),
        ({"reports": [{"code": "", "based_on": 1, "said": SAID}]}, [("", "code")]),
        ({"reports": [{"code": "\x00", "based_on": 1, "said": SAID}]}, [("", "code")]),
        ({"reports": [{"code": "\ud800", "based_on": 1, "said": SAID}]}, [("", "code")]),
        ({"reports": [{"code": 1, "based_on": 1, "said": SAID}]}, [("", "code")]),
        ({**many(("A-1", 1, "1")), "month": "2023-04"}, [("", "month")]),
        (many(("A-1", 1, "1"), ("A-1", 1, "2")), [("A-1", "code")]),
        (many(("A-1", 1, "x"), ("A-2", 1, "y")), [("A-1", "month_completed"), ("A-2", "month_completed")]),
    ],
)
def test_wrong_lists_are_refused_by_field(still: Office, body: Any, found: list[tuple[str, str]]) -> None:
    answer = still.program().ask("POST", "/reports/2023-04", json=body)
    assert (answer.status_code, problems(answer)) == (422, found)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{} {}",
        b'{"based_on": NaN, "said": {}}',
        b'{"based_on": -Infinity, "said": {}}',
        b'{"based_on": 1, "based_on": 2, "said": {}}',
        b'{"based_on": ' + b"9" * 5000 + b', "said": {}}',
        b"[" * 100_000,
        b'{"said":' * 20_000 + b"1" + b"}" * 20_000,
        '{"based_on": 1, "said": {"problem_text": "问题"}}'.encode("gb18030"),
        b"\xff\xfe{\x00}\x00",
        b"\x00",
    ],
    ids=lambda content: repr(content[:30]),
)
def test_what_is_no_json_is_refused(still: Office, content: bytes) -> None:
    answer = still.program().ask("PUT", "/reports/2023-04/A-1", data=content, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/json"), answer.text
    assert len(problems(answer)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=gbk"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_other_types_are_not_taken(still: Office, headers: dict[str, str]) -> None:
    told = json.dumps({"based_on": 1, "said": SAID})
    answer = still.program().ask("PUT", "/reports/2023-04/A-1", data=told, headers=headers)
    assert (answer.status_code, answer.mimetype) == (415, "application/json"), answer.text


def test_too_much_is_not_read(still: Office) -> None:
    told = {"based_on": 1, "said": {"problem_text": "x" * 1_100_000}}
    answer = still.program().ask("PUT", "/reports/2023-04/A-1", json=told)
    assert (answer.status_code, answer.mimetype) == (413, "application/json")


def test_too_much_is_not_read_when_nobody_says_how_much_comes(still: Office) -> None:
    """Werkzeug cuts such a body at the limit; what is left over could be a whole report and worse."""
    told = json.dumps({"based_on": 1, "said": SAID}).encode()
    answer = still.program().ask(
        "PUT",
        "/reports/2023-04/A-1",
        input_stream=BytesIO(told + b" " * 1_100_000 + b"and more"),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert (answer.status_code, answer.mimetype) == (413, "application/json")


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "键", "a\tb", " a"])
def test_a_strange_key_is_refused(still: Office, key: str) -> None:
    answer = still.program().ask(
        "PUT",
        "/reports/2023-04/A-1",
        json={"based_on": 1, "said": SAID},
        headers={"Idempotency-Key": key.encode().decode("latin-1")},
    )
    assert (answer.status_code, problems(answer)) == (400, [("", "Idempotency-Key")])


def test_the_same_key_answers_again_and_does_nothing_again(office: Office) -> None:
    program = office.program()
    first = program.put("A-1", "151", based_on=1, key="k1")
    assert "Idempotent-Replayed" not in first.headers
    # Somebody else carries on, and still the answer is that of before.
    assert program.put("A-1", "152", based_on=2).status_code == 200
    before = written(office)
    again = program.put("A-1", "151", based_on=1, key="k1")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert written(office) == before


def test_the_same_key_for_something_else_is_refused(office: Office) -> None:
    program = office.program()
    assert program.put("A-1", "151", based_on=1, key="k1").status_code == 200
    before = written(office)
    for answer in (
        program.put("A-1", "152", based_on=2, key="k1"),
        program.put("A-2", "151", based_on=1, key="k1"),
        program.ask("POST", "/reports/2023-04", "k1", json=many(("A-1", 1, "151"))),
    ):
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["message"] == "Idempotency-Key“k1”已用于另一个请求。请为每个新请求换一个新的键。"
    assert written(office) == before
    # Each token has keys of its own.
    assert office.program(OTHER).put("B-1", "101", based_on=1, key="k1").status_code == 200


def test_a_refusal_keeps_no_key(office: Office) -> None:
    program = office.program()
    assert program.put("A-1", "-1", based_on=1, key="k1").status_code == 422
    assert program.put("A-1", "1", based_on=0, key="k1").status_code == 409
    assert office.all(IdempotentAnswer.key) == []
    assert program.put("A-1", "151", based_on=1, key="k1").status_code == 200
    assert office.all(IdempotentAnswer.key, IdempotentAnswer.status) == [("k1", 200)]


def test_keys_are_kept_for_a_week(office: Office) -> None:
    program, begun = office.program(), office.now
    assert program.put("A-1", "151", based_on=1, key="old").status_code == 200
    with office.at(begun + timedelta(days=7)):
        assert program.put("A-1", "151", based_on=1, key="old").headers["Idempotent-Replayed"] == "true"
        assert program.put("A-1", "152", based_on=2, key="new").status_code == 200
    with office.at(begun + timedelta(days=7, seconds=1)):
        assert program.put("A-1", "151", based_on=1, key="old").status_code == 409
        assert program.put("A-1", "153", based_on=3, key="newer").status_code == 200
    assert sorted(office.all(IdempotentAnswer.key)) == ["new", "newer"]


def test_the_key_is_kept_with_the_report_or_not_at_all(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = office.program()
    before = written(office)

    def broken(*_args: object) -> None:
        raise RuntimeError("the answer cannot be kept")

    with monkeypatch.context() as patched:
        patched.setattr(handing_in.kept_answers, "keep", broken)
        office.app.testing = False
        assert program.put("A-1", "151", based_on=1, key="k1").status_code == 500
    assert written(office) == before
    assert program.put("A-1", "151", based_on=1, key="k1").status_code == 200


def at_once(program: Program, bodies: list[str], key: str | None) -> list[TestResponse]:
    """Send one report per body in as many threads that start together; return the answers."""
    start = threading.Barrier(len(bodies))
    answers: list[TestResponse | None] = [None] * len(bodies)

    def send(number: int, amount: str) -> None:
        start.wait()
        answers[number] = program.put("A-1", amount, based_on=1, key=key)

    threads = [threading.Thread(target=send, args=told) for told in enumerate(bodies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


def test_the_same_key_at_once_is_done_once(office: Office) -> None:
    program = office.program()
    program.get("/periods")
    answers = at_once(program, ["151"] * 4, "k1")
    assert [answer.status_code for answer in answers] == [200] * 4, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1
    assert sorted("Idempotent-Replayed" in answer.headers for answer in answers) == [False, True, True, True]
    assert office.all(sa.func.count(AuditEntry.id).filter(AuditEntry.action == "report.submit")) == [1]


def test_who_comes_while_the_first_is_at_it_waits_and_gets_its_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is held up between claiming its key and keeping its answer, so that the two surely meet."""
    program = office.program()
    program.get("/periods")
    claimed, go_on = threading.Event(), threading.Event()
    submit = handing_in.submit

    def slow(*args: Any) -> Any:
        claimed.set()
        assert go_on.wait(10)
        return submit(*args)

    monkeypatch.setattr(handing_in, "submit", slow)
    answers: dict[str, TestResponse] = {}

    def send(name: str) -> None:
        answers[name] = program.put("A-1", "151", based_on=1, key="k1")

    first = threading.Thread(target=send, args=("first",))
    second = threading.Thread(target=send, args=("second",))
    first.start()
    assert claimed.wait(10)
    second.start()
    second.join(0.5)
    assert second.is_alive(), "the second must wait for the first"
    go_on.set()
    first.join()
    second.join()
    assert "Idempotent-Replayed" not in answers["first"].headers
    assert answers["second"].headers["Idempotent-Replayed"] == "true"
    assert answers["first"].json == answers["second"].json


def test_two_reports_at_once_without_a_key_overwrite_nothing(office: Office) -> None:
    program = office.program()
    program.get("/periods")
    answers = at_once(program, ["151", "152"], None)
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_token_that_is_gone_gets_no_kept_answer(office: Office) -> None:
    program = office.program()
    assert program.put("A-1", "151", based_on=1, key="k1").status_code == 200
    with writing(office.engine) as session:
        session.execute(sa.update(ApiToken).values(revoked_at=office.now))
    assert program.put("A-1", "151", based_on=1, key="k1").status_code == 401
