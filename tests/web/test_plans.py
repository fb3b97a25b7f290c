"""Plan revisions on the web: a unit proposes for its own line, the office sees the effect and decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import make_app, sign_in, token_of
from tests.web.markup import parse, problems, text_of
from tests.web.seed import HOSTILE, NOW
from tracker.intake.typed_plans import MONTH_FIELDS

#: What a reporter of 市科技局 types for A-1, whose plan is 1200 万元, 100 each month.
TYPED = {
    "based_on": "1",
    "annual_plan": "600",
    "effective_from": "2023-04",
    "reason": "建设内容调整，投资减少",
    **dict.fromkeys(MONTH_FIELDS, "50"),
}
APPROVED = {"approved_on": "2023-05-03", "document_no": "常督〔2023〕12号"}
#: A-2's proposal, which the seed has made.
SEEDED = 1

Send = Callable[[str, str, dict[str, str]], TestResponse]


@pytest.fixture
def year(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application of this test's own."""
    return make_app(tmp_path_factory.mktemp("plans"), with_year=True)


@pytest.fixture
def client_of(year: Flask) -> Callable[[str], FlaskClient]:
    """Return role -> a browser signed in with it."""
    known: dict[str, FlaskClient] = {}

    def client(role: str) -> FlaskClient:
        if role not in known:
            known[role] = year.test_client()
            assert sign_in(known[role], role) == 302
        return known[role]

    return client


@pytest.fixture
def send(client_of: Callable[[str], FlaskClient]) -> Send:
    """Return a function that sends a form as somebody of a role."""

    def sent(role: str, path: str, data: dict[str, str]) -> TestResponse:
        client = client_of(role)
        token = token_of(client.get("/account").text)
        return client.post(path, data={"csrf_token": token} | data)

    return sent


def test_the_way_to_propose_begins_at_ones_own_line(client_of: Callable[[str], FlaskClient]) -> None:
    own, other = "/plans/propose/2023/A-1", "/plans/propose/2023/B-1"
    reporter = client_of("reporter")
    assert own in reporter.get("/projects/2023/A-1").text
    assert other not in reporter.get("/projects/2023/B-1").text
    for role in ("office", "leader"):
        assert own not in client_of(role).get("/projects/2023/A-1").text


@pytest.mark.parametrize("path", ["2023/B-1", "2023/K-4", "2023/P-1", "2023/X", "2022/A-1", "2023/A-1/x"])
def test_another_units_line_is_not_found(
    client_of: Callable[[str], FlaskClient], send: Send, path: str
) -> None:
    """B-1 is another unit's, K-4 a work, P-1 preparatory, the others are nothing at all."""
    answer = client_of("reporter").get(f"/plans/propose/{path}")
    assert answer.status_code == 404
    assert "人才公寓" not in answer.text
    assert send("reporter", f"/plans/propose/{path}", TYPED).status_code == 404


def test_the_form_begins_with_the_plan_there_is(client_of: Callable[[str], FlaskClient]) -> None:
    page = client_of("reporter").get("/plans/propose/2023/A-1").text
    assert problems(page) == []
    fields = {field.get("name"): field.get("value") for field in parse(page).iter("input")}
    assert (fields["annual_plan"], fields["month_07"], fields["based_on"]) == ("1200", "100", "1")
    months = [option.get("value") for option in parse(page).iter("option")]
    assert months[0] == "2023-04", "closed months are not to choose from"
    assert months[-1] == "2023-12"


def test_a_proposal_is_on_both_lists(client_of: Callable[[str], FlaskClient], send: Send) -> None:
    answer = send("reporter", "/plans/propose/2023/A-1", TYPED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/plans/mine")
    mine = client_of("reporter").get("/plans/mine").text
    assert problems(mine) == []
    text = text_of(mine)
    assert "申请已提交，等待督查室审批。" in text
    assert "1月、2月、3月在执行月份之前" in text, "what is possible but odd is pointed out"
    assert "平台一期" in text
    queue = client_of("office").get("/plans").text
    assert problems(queue) == []
    assert "/plans/2" in queue
    assert "平台一期" in queue
    assert "已有一份待批" not in queue
    again = client_of("reporter").get("/plans/propose/2023/A-1").text
    assert "办结或撤回之后才能再提" in again
    assert problems(again) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"annual_plan": "约六百"}, "年度计划投资：金额不是数字（读到“约六百”）"),
        ({"annual_plan": "700"}, "各月合计 600 万元，与年度计划投资 700 万元相差 100 万元"),
        ({"month_04": ""}, "4月计划没有填"),
        ({"effective_from": "2023-03"}, "2023-03 及以前已关闭"),
        ({"reason": ""}, "没有填调整原因"),
        ({"approved_on": "2023-06-01"}, "批准日期 2023-06-01 在今天之后"),
    ],
)
def test_a_refusal_stands_above_what_was_typed(
    client_of: Callable[[str], FlaskClient], send: Send, said: dict[str, str], sentence: str
) -> None:
    answer = send("reporter", "/plans/propose/2023/A-1", TYPED | {"document_no": "留着"} | said)
    assert answer.status_code == 422
    assert problems(answer.text) == []
    assert sentence in text_of(answer.text)
    assert 'value="留着"' in answer.text, "what was typed is not lost"
    assert 'aria-invalid="true"' in answer.text
    assert "平台一期" not in client_of("reporter").get("/plans/mine").text


@pytest.mark.parametrize("told", ["7", "", "x", "²", "9" * 30])
def test_a_proposal_on_another_plan_is_told_and_kept(send: Send, told: str) -> None:
    answer = send("reporter", "/plans/propose/2023/A-1", TYPED | {"based_on": told})
    assert answer.status_code == 409
    assert "现在已有第 1 版：年度计划投资 1,200 万元" in text_of(answer.text)
    assert 'name="based_on" value="1"' in answer.text, "sent again, it rests on the newest plan"
    assert 'value="600"' in answer.text


def test_a_second_proposal_is_told_of_the_first(send: Send) -> None:
    assert send("reporter", "/plans/propose/2023/A-1", TYPED).status_code == 302
    answer = send("reporter", "/plans/propose/2023/A-1", TYPED)
    assert answer.status_code == 409
    assert "已有一份待批的计划调整申请" in answer.text


def test_a_proposal_can_be_taken_back(client_of: Callable[[str], FlaskClient], send: Send) -> None:
    answer = send("reporter", f"/plans/mine/{SEEDED}/withdraw", {})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/plans/mine")
    page = text_of(client_of("reporter").get("/plans/mine").text)
    assert "申请已撤回。" in page
    assert "已撤回" in page
    assert send("reporter", f"/plans/mine/{SEEDED}/withdraw", {}).status_code == 409
    assert send("reporter", "/plans/mine/999/withdraw", {}).status_code == 404


def test_the_effect_stands_side_by_side(client_of: Callable[[str], FlaskClient], send: Send) -> None:
    send("reporter", "/plans/propose/2023/A-1", TYPED)
    page = client_of("office").get("/plans/2").text
    assert problems(page) == []
    table = parse(page).find(".//table[@class='table cards-on-phone plan-effect']")
    assert table is not None
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")][1:]
    # Of 1200 and of 600 万元: 540 by April, where a third, then a half too, was planned.
    assert [row[:4] for row in rows] == [
        ["2023年4月", "现行计划", "41.67", "33.33"],
        ["2023年4月", "提出的计划", "83.33", "33.33"],
    ]
    assert "1月、2月、3月在执行月份之前" in text_of(page)


def test_what_the_effect_shows_comes_true(client_of: Callable[[str], FlaskClient], send: Send) -> None:
    send("reporter", "/plans/propose/2023/A-1", TYPED)
    answer = send("office", "/plans/2/approve", APPROVED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/plans/2")
    page = text_of(client_of("office").get("/plans/2").text)
    assert "已批准，第2版计划自2023-04起执行。" in page
    assert "批准后的影响" not in page
    line = text_of(client_of("leader").get("/projects/2023/A-1?month=2023-04").text)
    assert "83.33%" in line
    assert "常督〔2023〕12号" in line
    closed = text_of(client_of("leader").get("/projects/2023/A-1?month=2023-03").text)
    assert "投资进度 32.50%" in closed, "a closed month never changes"
    listed = text_of(client_of("leader").get("/plans?month=2023-04").text)
    assert "2023年4月起执行的计划调整" in listed
    assert "平台一期 第2版" in listed
    mine = text_of(client_of("reporter").get("/plans/mine").text)
    assert "第2版，常督〔2023〕12号" in mine


def test_a_light_that_a_revision_turned_off_is_listed(
    client_of: Callable[[str], FlaskClient], send: Send
) -> None:
    """A-2 is at 420 of 1200 万元 and yellow or red; against 420 it has done all of it."""
    send("reporter", f"/plans/mine/{SEEDED}/withdraw", {})
    less = {
        "based_on": "2",
        "annual_plan": "420",
        "effective_from": "2023-04",
        "reason": "二期缓建，投资核减",
    }
    assert send("reporter", "/plans/propose/2023/A-2", less).status_code == 302
    before = text_of(client_of("office").get("/plans/2").text)
    assert send("office", "/plans/2/approve", APPROVED).status_code == 302
    page = text_of(client_of("office").get("/plans?month=2023-04").text)
    assert ("熄灯" in before) == ("其中熄灯0项" not in page), "what was foretold is what is listed"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"approved_on": ""}, "没有填批准日期"),
        ({"document_no": ""}, "没有填批准文号"),
        ({"approved_on": "2023-05-05"}, "批准日期 2023-05-05 在今天之后"),
        ({"approved_on": "x"}, "批准日期看不懂"),
    ],
)
def test_approval_without_day_or_document_is_refused(send: Send, said: dict[str, str], sentence: str) -> None:
    answer = send("office", f"/plans/{SEEDED}/approve", APPROVED | said)
    assert answer.status_code == 422
    assert problems(answer.text) == []
    assert sentence in text_of(answer.text)
    assert send("office", f"/plans/{SEEDED}/approve", APPROVED).status_code == 302, "nothing was written"


def test_turned_down_the_unit_reads_why(client_of: Callable[[str], FlaskClient], send: Send) -> None:
    refused = send("office", f"/plans/{SEEDED}/reject", {"decision_reason": "不行"})
    assert refused.status_code == 422
    assert "退回原因过于简单" in text_of(refused.text)
    answer = send("office", f"/plans/{SEEDED}/reject", {"decision_reason": "缺少批准文件，请补充后再报"})
    assert answer.status_code == 302
    assert "缺少批准文件，请补充后再报" in client_of("reporter").get("/plans/mine").text
    assert send("office", f"/plans/{SEEDED}/reject", {"decision_reason": "缺少批准文件"}).status_code == 409
    assert send("office", f"/plans/{SEEDED}/approve", APPROVED).status_code == 409
    assert send("office", "/plans/999/approve", APPROVED).status_code == 404


def test_a_leader_reads_and_has_no_buttons(client_of: Callable[[str], FlaskClient], send: Send) -> None:
    leader = client_of("leader")
    page = leader.get(f"/plans/{SEEDED}").text
    assert problems(page) == []
    assert "批准后的影响" in page
    forms = [form.get("action") for form in parse(page).iter("form") if form.get("method") == "post"]
    assert forms == ["/logout"], "nothing to decide here"
    assert send("leader", f"/plans/{SEEDED}/approve", APPROVED).status_code == 403
    assert leader.get("/plans/999").status_code == 404


@pytest.mark.parametrize("role", ["reporter", "administrator"])
def test_nobody_else_sees_the_queue(client_of: Callable[[str], FlaskClient], role: str) -> None:
    for path in ("/plans", f"/plans/{SEEDED}"):
        assert client_of(role).get(path).status_code == 403


def test_what_people_wrote_is_escaped(client_of: Callable[[str], FlaskClient]) -> None:
    for role, path in (("office", "/plans"), ("office", f"/plans/{SEEDED}"), ("reporter", "/plans/mine")):
        page = client_of(role).get(path).text
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


def test_an_approval_that_came_too_late_says_so_before(
    year: Flask, client_of: Callable[[str], FlaskClient]
) -> None:
    from tests.web.seed import ACTOR
    from tracker.core.periods import Period
    from tracker.services.closing import close_period
    from tracker.web.database import write_session

    with year.test_request_context("/"), write_session() as session:
        close_period(session, ACTOR, Period(2023, 4), NOW)
    page = client_of("office").get(f"/plans/{SEEDED}").text
    assert problems(page) == []
    assert "现在不能批准： 2023-04 及以前已关闭，计划不能从 2023-04 起调整。请退回申请" in text_of(page)
    assert "没有开放的月份可以比较" in page


def test_without_any_month_the_pages_hold(at_empty: FlaskClient) -> None:
    page = at_empty.get("/plans").text
    assert problems(page) == []
    assert "没有待批的申请" in page
