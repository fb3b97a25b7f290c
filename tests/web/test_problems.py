"""Problems over HTTP: from raised to closed out by each role, stale pages, refusals that leave nothing, escalation, access."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.handed_in import photograph
from tests.web.conftest import token_of
from tests.web.markup import parse, problems, text_of
from tests.web.reporting import Browser, Place
from tests.web.seed import ACTOR, PASSWORD
from tracker import clock
from tracker.core.periods import Period
from tracker.core.rules import RuleKey
from tracker.services.accounts import add_account
from tracker.services.figures import figures_of
from tracker.services.problem_claims import seen_of
from tracker.services.problem_list import (
    ProblemFilter,
    ProblemInfo,
    problem_counts,
    problem_of,
    problems_of_subject,
)
from tracker.services.problems import open_problems
from tracker.store.accounts import Role
from tracker.store.audit import AuditEntry
from tracker.store.base import Base
from tracker.store.engine import reading
from tracker.store.frozen import thaw_briefing
from tracker.store.periods import StateChange
from tracker.store.problems import CoHandler, Difficulty, ProblemCategory, ProblemRow, ProblemState
from tracker.store.remarks import Remark, RemarkFile
from tracker.store.roster import Unit
from tracker.store.snapshots import Snapshot

#: 市科技局's problem on A-1, raised; 市人社局 has nothing to do with it until it is asked to help.
RAISED = 2
#: Everything that a step could have written.
TABLES: tuple[type[Base], ...] = (ProblemRow, CoHandler, StateChange, Remark, RemarkFile)


@pytest.fixture
def office(place: Place) -> Browser:
    return place.browser("office")


@pytest.fixture
def handler(place: Place) -> Browser:
    """Return the browser of 市科技局, which leads A-1."""
    return place.browser("reporter")


@pytest.fixture
def helper(place: Place) -> Browser:
    """Return the browser of 市人社局."""
    return place.browser("stranger")


def unit_id(place: Place, name: str) -> int:
    return int(dict(place.all(Unit.name, Unit.id))[name])


def problem(place: Place, problem_id: int = RAISED) -> ProblemInfo:
    with reading(place.engine) as session:
        return problem_of(session, problem_id, place.now)


def seen(browser: Browser, problem_id: int = RAISED) -> str:
    """Return what the forms of the page carry, as the browser has it now."""
    page = browser.client.get(f"/problems/{problem_id}").text
    fields = [field for field in parse(page).iter("input") if field.get("name") == "seen"]
    return fields[0].get("value", "") if fields else ""


def send(browser: Browser, step: str, problem_id: int = RAISED, /, **fields: Any) -> TestResponse:
    """Send a form of the problem's page, as the page is now unless `seen` is told."""
    told = {"seen": seen(browser, problem_id), **fields}
    token = token_of(browser.client.get("/account").text)
    return browser.client.post(
        f"/problems/{problem_id}/{step}",
        data={"csrf_token": token, **told},
        content_type="multipart/form-data",
    )


def assignment(place: Place, **changes: Any) -> dict[str, Any]:
    """Return a form of an assignment that is fine on 2 June 2023."""
    return {
        "form": "assign",
        "handler": str(unit_id(place, "市科技局")),
        "deadline": "2023-06-20",
        "category": "utilities",
        "difficulty": "several_units",
        "part.0.unit": str(unit_id(place, "市人社局")),
        "part.0.deadline": "2023-06-10",
        "part.1.unit": "",
        "part.1.deadline": "",
        "reason": "",
        **changes,
    }


def picture(name: str = "现场.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(photograph()), name


def stands(place: Place) -> list[object]:
    """Return all of it; signing in is no step."""
    steps = [(action, after) for action, after in place.all(AuditEntry.action, AuditEntry.after)]
    return [place.all(*table.__table__.columns) for table in TABLES] + [
        [step for step in steps if not step[0].startswith("account.")]
    ]


def assign(place: Place, office: Browser, **changes: Any) -> None:
    answer = send(office, "assign", **assignment(place, **changes))
    assert answer.status_code == 303, text_of(answer.text)


def resolved(place: Place, office: Browser, handler: Browser, **changes: Any) -> None:
    assign(place, office, **changes)
    answer = send(handler, "resolve", text="已经增容，用电恢复", evidence=picture())
    assert answer.status_code == 303, text_of(answer.text)


def test_a_problem_from_raised_to_closed_out(
    place: Place, office: Browser, handler: Browser, helper: Browser
) -> None:
    assert "下一步：由督查室交办" in text_of(office.get(f"/problems/{RAISED}"))
    assign(place, office, reason="请抓紧协调")
    found = problem(place)
    assert (found.state, found.handler, str(found.deadline)) == (
        ProblemState.ASSIGNED,
        "市科技局",
        "2023-06-20",
    )
    assert [(part.unit, str(part.deadline)) for part in found.co_handlers] == [("市人社局", "2023-06-10")]
    assert (found.category, found.difficulty) == (ProblemCategory.UTILITIES, Difficulty.SEVERAL_UNITS)
    assert "下一步：由市科技局在2023-06-20前办结" in text_of(handler.get(f"/problems/{RAISED}"))

    assert send(helper, "remarks", text="已与供电公司对接", evidence=picture()).status_code == 303
    assert problem(place).state is ProblemState.IN_PROGRESS
    assert send(helper, "part", text="增容手续已经办完").status_code == 303
    (part,) = problem(place).co_handlers
    assert part.done_at == place.now

    answer = send(handler, "resolve", text="变压器已经投运", evidence=picture("变压器.jpg"))
    assert answer.status_code == 303
    assert problem(place).state is ProblemState.RESOLVED
    assert send(office, "send-back", reason="照片看不出编号").status_code == 303
    assert problem(place).state is ProblemState.IN_PROGRESS
    answer = send(handler, "resolve", text="变压器编号清晰可见", without_files="现场不许拍照，有验收单")
    assert answer.status_code == 303
    assert send(office, "close-out", reason="已经到现场核实").status_code == 303
    found = problem(place)
    assert (found.state, found.closed_out_in) == (ProblemState.CLOSED_OUT, Period(2023, 5))

    states = place.all(StateChange.before, StateChange.after)
    assert states[-7:] == [
        ("raised", "assigned"),
        ("assigned", "in_progress"),
        ("in_progress", "in_progress"),
        ("in_progress", "resolved"),
        ("resolved", "in_progress"),
        ("in_progress", "resolved"),
        ("resolved", "closed_out"),
    ]
    text = text_of(office.get(f"/problems/{RAISED}"))
    told = (
        "交办", "主办：市科技局，2023-06-20 前办结", "请抓紧协调", "开始办理", "已与供电公司对接",
        "市人社局办结协办事项", "增容手续已经办完", "变压器已经投运", "退回继续办理", "照片看不出编号",
        "未附佐证材料：现场不许拍照，有验收单", "变压器编号清晰可见", "已经到现场核实",
    )  # fmt: skip
    places = [text.index(words) for words in told]
    assert places == sorted(places), "the story is told in the order in which it happened"
    actions = [action for (action,) in place.all(AuditEntry.action) if action.startswith("problem.")]
    assert actions == [
        "problem.assign",
        "problem.begin",
        "problem.part_done",
        "problem.resolve",
        "problem.send_back",
        "problem.resolve",
        "problem.close_out",
    ]
    audit = text_of(office.get("/audit?family=problem"))
    assert "A-1 平台一期" in audit
    assert "水电气等配套" in audit


def test_the_pages_stay_valid_with_every_form(
    place: Place, office: Browser, handler: Browser, helper: Browser
) -> None:
    def looked_at() -> None:
        for browser in (office, handler, helper, place.browser("leader")):
            for language in ("zh", "en"):
                browser.get(f"/problems/{RAISED}", **{"Accept-Language": language})

    looked_at()
    assign(place, office)
    looked_at()
    assert send(handler, "resolve", text="已经解决问题", evidence=picture()).status_code == 303
    looked_at()
    assert send(office, "close-out").status_code == 303
    looked_at()
    for path in ("/problems?list=closed_out", "/problems.xlsx?list=closed_out"):
        assert handler.client.get(path, buffered=True).status_code == 200


def test_close_out_puts_the_light_out_from_the_open_month_on(
    place: Place, office: Browser, handler: Browser
) -> None:
    """The problem of A-2 is past its deadline since March: April is frozen with it, May is not."""

    def overdue(period: Period) -> bool:
        with reading(place.engine) as session:
            lines = figures_of(session, period, place.now).lines
        figures = next(figures for figures in lines if figures.line.code == "A-2")
        return any(reason.rule is RuleKey.PROBLEM_OVERDUE for reason in figures.reasons)

    assert overdue(Period(2023, 4))
    assert overdue(Period(2023, 5))
    assert send(handler, "resolve", 1, text="用地指标已经落实", evidence=picture()).status_code == 303
    assert overdue(Period(2023, 5)), "what nobody verified is not over"
    with reading(place.engine) as session:
        assert [entry.state for entry in open_problems(session, Period(2023, 5), "创新现代化")] == [
            "已解决待销号",
            "已提出",
        ]
    assert send(office, "close-out", 1).status_code == 303
    assert not overdue(Period(2023, 5))
    assert overdue(Period(2023, 4)), "a closed month never changes"
    with reading(place.engine) as session:
        assert [entry.code for entry in open_problems(session, Period(2023, 5), "创新现代化")] == ["A-1"]
        assert "A-2" in [entry.code for entry in open_problems(session, Period(2023, 4), "创新现代化")]


def test_closed_out_counts_for_the_month_of_the_day_when_none_is_open(
    place: Place, office: Browser, handler: Browser
) -> None:
    resolved(place, office, handler)
    place.close()
    # Ten days later nobody is signed in any more.
    assert send(place.browser("office"), "close-out").status_code == 303
    assert problem(place).closed_out_in == Period(2023, 6)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"handler": ""}, "没有选择主办单位"),
        ({"handler": "9999"}, "没有选择主办单位"),
        ({"deadline": ""}, "没有填办结期限"),
        ({"deadline": "2023-06-01", "part.0.deadline": ""}, "办结期限已经过去"),
        ({"deadline": "2026-01-01"}, "办结期限太远"),
        ({"deadline": "明天"}, "日期无法识别"),
        ({"category": ""}, "没有选择问题类别"),
        ({"difficulty": "impossible"}, "没有选择难度"),
        ({"part.0.deadline": "2023-06-21"}, "晚于问题的办结期限"),
        ({"part.0.deadline": "2023-06-01"}, "市人社局的协办期限已经过去"),
        ({"part.0.unit": "9999"}, "没有这个协办单位"),
        ({"part.0.unit": ""}, "填了协办期限，没有选协办单位"),
        ({"part.0.unit": "1"}, "既是主办又是协办"),
        ({"part.1.unit": "2"}, "同一个单位选了两次协办"),
        ({"reason": "长" * 2001}, "交办要求超过 2000 个字"),
    ],
)
def test_a_refused_assignment_leaves_nothing_and_keeps_what_was_typed(
    place: Place, office: Browser, changes: dict[str, str], sentence: str
) -> None:
    assert (unit_id(place, "市科技局"), unit_id(place, "市人社局")) == (1, 2)
    before = stands(place)
    answer = send(office, "assign", **assignment(place, **{"reason": "写了半天的要求", **changes}))
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert problems(answer.text) == []
    assert stands(place) == before
    if "reason" not in changes:
        assert "写了半天的要求" in answer.text


def test_a_changed_assignment_needs_a_reason_and_a_change(place: Place, office: Browser) -> None:
    assign(place, office)
    before = stands(place)
    for reason, changes, sentence in (
        ("", {"deadline": "2023-06-25"}, "请写明调整的原因"),
        ("领导要求提前办结", {}, "交办内容没有变化"),
    ):
        answer = send(office, "assign", **assignment(place, reason=reason, **changes))
        assert (answer.status_code, sentence in text_of(answer.text)) == (422, True)
        assert stands(place) == before
    assign(place, office, reason="供电公司排期推迟", deadline="2023-06-25")
    assert str(problem(place).deadline) == "2023-06-25"
    entry = place.all(AuditEntry.before, AuditEntry.after)[-1]
    assert entry == ({"deadline": "2023-06-20"}, {"deadline": "2023-06-25", "reason": "供电公司排期推迟"})


def test_another_handler_begins_anew_and_a_part_that_is_done_stays_done(
    place: Place, office: Browser, helper: Browser
) -> None:
    assign(place, office)
    assert send(helper, "part", text="协办的事已经办完").status_code == 303
    district = str(unit_id(place, "武进区"))
    assign(place, office, reason="改由属地牵头解决", handler=district)
    found = problem(place)
    assert (found.state, found.handler) == (ProblemState.ASSIGNED, "武进区")
    assert found.co_handlers[0].done_at is not None
    assign(
        place, office, reason="不再需要人社局", handler=district, **{"part.0.unit": "", "part.0.deadline": ""}
    )
    assert problem(place).co_handlers == ()
    assert helper.client.get(f"/problems/{RAISED}").status_code == 200
    assert send(helper, "remarks", text="还想再说一句").status_code == 404


def test_whoever_acts_on_a_stale_page_is_told_and_nothing_is_written(
    place: Place, office: Browser, handler: Browser
) -> None:
    old = seen(office)
    assign(place, office)
    before = stands(place)
    answer = send(
        office, "assign", seen=old, **assignment(place, deadline="2023-06-12", reason="提前到十二日")
    )
    assert answer.status_code == 409
    assert "您打开之后情况有变" in text_of(answer.text)
    assert "提前到十二日" in answer.text, "what was typed is kept"
    assert stands(place) == before
    old = seen(handler)
    assign(place, office, deadline="2023-06-12", reason="领导要求提前办结")
    before = stands(place)
    answer = send(handler, "resolve", seen=old, text="已经解决问题", evidence=picture())
    assert answer.status_code == 409
    assert stands(place) == before


@pytest.mark.parametrize(
    ("stage", "who", "step", "fields"),
    [
        ("raised", "office", "close-out", {}),
        ("raised", "office", "send-back", {"reason": "还没有办就退回"}),
        ("raised", "reporter", "resolve", {"text": "自己就解决了", "without_files": "没有必要拍照"}),
        ("raised", "reporter", "part", {"text": "自己就办完了"}),
        ("assigned", "office", "close-out", {}),
        ("assigned", "reporter", "part", {"text": "主办没有协办事项"}),
        ("assigned", "stranger", "resolve", {"text": "协办不能申请销号", "without_files": "没有材料可附"}),
        ("assigned", "reporter", "classification", {"category": "land"}),
        ("resolved", "office", "assign", {"reason": "已经解决还要改"}),
        ("resolved", "reporter", "resolve", {"text": "再申请一次销号", "without_files": "没有材料可附"}),
        ("resolved", "stranger", "part", {"text": "协办事项办完了"}),
        ("closed", "office", "close-out", {}),
        ("closed", "office", "send-back", {"reason": "销号以后又退回"}),
        ("closed", "office", "remarks", {"text": "销号以后又说话"}),
        ("closed", "office", "classification", {"category": "land"}),
    ],
)
def test_a_step_that_does_not_fit_the_state_writes_nothing(
    place: Place, office: Browser, handler: Browser, stage: str, who: str, step: str, fields: dict[str, str]
) -> None:
    if stage == "assigned":
        assign(place, office)
    elif stage != "raised":
        resolved(place, office, handler)
    if stage == "closed":
        assert send(office, "close-out").status_code == 303
    before = stands(place)
    with reading(place.engine) as session:
        current = seen_of(session, RAISED, problem(place).state)
    told = (assignment(place) | fields) if step == "assign" else fields
    answer = send(place.browser(who), step, seen=current, **told)
    assert (answer.status_code, problems(answer.text)) == (409, [])
    assert "您打开之后情况有变" not in answer.text, "it is the state that does not fit"
    assert stands(place) == before


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("resolve", {"text": "好了", "without_files": "没有材料可附"}, "请写明解决情况"),
        ("resolve", {"text": "已经解决问题"}, "没有佐证材料，也没有写明原因"),
        ("resolve", {"text": "已经解决问题", "without_files": "无"}, "没有佐证材料，也没有写明原因"),
        ("remarks", {"text": ""}, "请写明进展或意见"),
    ],
)
def test_words_that_say_nothing_are_refused_and_leave_nothing(
    place: Place, office: Browser, handler: Browser, step: str, fields: dict[str, str], sentence: str
) -> None:
    assign(place, office)
    before = stands(place)
    answer = send(handler, step, **fields)
    assert (answer.status_code, sentence in text_of(answer.text)) == (422, True)
    assert problems(answer.text) == []
    assert stands(place) == before


def test_a_file_that_is_none_is_refused_and_the_words_stay(
    place: Place, office: Browser, handler: Browser
) -> None:
    assign(place, office)
    before = stands(place)
    broken = (io.BytesIO(b"MZ not a picture"), "现场.jpg")
    answer = send(handler, "remarks", text="今天的进展写得很长", evidence=broken)
    assert answer.status_code == 422
    assert "今天的进展写得很长" in answer.text
    assert stands(place) == before


def test_sending_back_needs_a_reason(place: Place, office: Browser, handler: Browser) -> None:
    resolved(place, office, handler)
    before = stands(place)
    answer = send(office, "send-back", reason="")
    assert (answer.status_code, "请写明退回的原因" in text_of(answer.text)) == (422, True)
    assert stands(place) == before


def test_an_uninvolved_unit_reads_the_words_but_no_file_and_finds_no_form(
    place: Place, office: Browser, handler: Browser
) -> None:
    assign(place, office, **{"part.0.unit": "", "part.0.deadline": ""})
    assert send(handler, "remarks", text="变压器已经到货", evidence=picture()).status_code == 303
    (file_id,) = place.all(sa.func.max(RemarkFile.id))[0]
    stranger = place.browser("stranger")
    page = stranger.get(f"/problems/{RAISED}")
    assert "变压器已经到货" in page
    assert "现场.jpg" not in page
    assert "seen" not in [field.get("name") for field in parse(page).iter("input")]
    assert stranger.client.get(f"/remarks/files/{file_id}").status_code == 404
    assert "现场.jpg" in handler.get(f"/problems/{RAISED}")
    assert "现场.jpg" in place.browser("leader").get(f"/problems/{RAISED}")


def test_a_unit_raises_and_sorts_its_own_problem_between_reports(
    place: Place, office: Browser, handler: Browser
) -> None:
    choices = text_of(handler.get("/problems/new"))
    assert "平台一期" in choices
    assert "人才公寓" not in choices, "another unit's line is nothing to choose"
    told = {"year": "2023", "code": "A-2", "text": "图纸审查没有通过", "help_needed": "请协调审图"}
    answer = handler.post("/problems/new", told)
    assert answer.status_code == 303
    problem_id = int(answer.headers["Location"].rpartition("/")[2])
    found = problem(place, problem_id)
    assert (found.subject.code, found.unit, found.raised_in, found.category) == (
        "A-2",
        "市科技局",
        Period(2023, 5),
        None,
    )
    sorted_in = send(handler, "classification", problem_id, category="approval", difficulty="city")
    assert sorted_in.status_code == 303
    found = problem(place, problem_id)
    assert (found.category, found.difficulty) == (ProblemCategory.APPROVAL, Difficulty.CITY)
    before = stands(place)
    same = handler.post("/problems/new", told)
    assert (same.status_code, "这个问题已经提出，还没有销号" in same.text) == (422, True)
    foreign = handler.post("/problems/new", told | {"code": "B-1"})
    assert (foreign.status_code, "没有本单位的这个项目或工作" in foreign.text) == (422, True)
    short = handler.post("/problems/new", told | {"text": "缺"})
    assert (short.status_code, "请写明存在的问题" in short.text) == (422, True)
    assert stands(place) == before
    assert "请协调审图" in text_of(office.get(f"/problems/{problem_id}"))


def test_the_office_raises_one_on_any_line_or_work(place: Place, office: Browser) -> None:
    assert "人才公寓" in office.get("/problems/new?q=人才公寓")
    for code in ("B-1", "K-4"):
        told = {"year": "2023", "code": code, "text": "现场检查发现停工", "category": "construction"}
        answer = office.post("/problems/new", told)
        assert answer.status_code == 303
        problem_id = int(answer.headers["Location"].rpartition("/")[2])
        found = problem(place, problem_id)
        assert (found.subject.code, found.unit, found.category) == (code, "", ProblemCategory.CONSTRUCTION)
        assert "督查室" in office.get(answer.headers["Location"])
        with reading(place.engine) as session:
            about = found.subject
            assert [one.id for one in problems_of_subject(session, about.work, about.id, place.now)] == [
                problem_id
            ]


def test_the_lists_count_filter_and_sort(place: Place, office: Browser) -> None:
    def texts(query: str, browser: Browser = office) -> list[str]:
        page = browser.get(f"/problems?{query}")
        links = parse(page).iter("a")
        return [
            "".join(link.itertext())
            for link in links
            if (link.get("href") or "").removeprefix("/problems/").isdecimal()
        ]

    assert texts("") == ["用地指标未落实"]
    assert len(texts("list=new")) == 1
    assert texts("list=closed_out") == []
    assert texts("unit=市人社局") == ["用地指标未落实"]
    assert texts("unit=新北区") == []
    assert texts("overdue=1&q=A-2") == ["用地指标未落实"]
    assert texts("list=new&overdue=1") == []
    assert texts("category=land") == []
    assert texts("state=resolved") == []
    assign(place, office)
    assert texts("")[0] == "用地指标未落实", "what is overdue stands first"
    assert texts("sort=deadline&desc=1")[1] == "用地指标未落实"
    assert len(texts("difficulty=several_units")) == 1
    mine = place.browser("district")
    assert texts("", mine) == ["用地指标未落实"]
    assert len(texts("whose=all", mine)) == 2
    with reading(place.engine) as session:
        counts = problem_counts(session, place.now)
        own = problem_counts(session, place.now, ProblemFilter(units=frozenset({unit_id(place, "武进区")})))
    assert (counts.new, counts.handling, counts.closed_out, counts.overdue) == (0, 2, 0, 1)
    assert own.handling == 1


def test_what_is_overdue_climbs_to_the_office_and_then_to_the_leader(
    place: Place, office: Browser, helper: Browser
) -> None:
    assign(place, office)
    part = datetime(2023, 6, 10, 12, tzinfo=clock.ZONE)

    def told(moment: datetime) -> str:
        place.now = moment
        return text_of(place.browser("office").get("/problems?q=A-1"))

    assert "逾期" not in told(part).partition("本清单共")[2]
    assert "逾期1天" in told(part + timedelta(days=1)), "a part has a deadline of its own"
    assert "已升级至督查室" in told(part + timedelta(days=8))
    assert "逾期16天，已升级至领导" in told(part + timedelta(days=16))
    assert "立即办结，期限2023-06-20已过" in text_of(place.browser("reporter").get(f"/problems/{RAISED}"))
    assert send(place.browser("stranger"), "part", text="协办的事已经办完").status_code == 303
    assert "升级" not in told(part + timedelta(days=16)).partition("本清单共")[2]


def test_the_workbook_has_what_the_list_shows(place: Place, office: Browser) -> None:
    assign(place, office)
    answer = office.client.get("/problems.xlsx?q=A-1", buffered=True)
    (sheet,) = load_workbook(io.BytesIO(answer.data)).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    (row,) = [row for row in rows if "A-1" in row]
    assert {"市科技局", "水电气等配套", "需多单位协同", "已交办", "市人社局 2023-06-10"} <= set(row)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert cells == [], "a text that begins with = is a text"


def test_a_leader_and_an_administrator_only_look_or_not_even_that(place: Place) -> None:
    leader = place.browser("leader")
    assert send(leader, "remarks", text="我也来说两句话").status_code == 403
    assert send(leader, "assign", **assignment(place)).status_code == 403
    with place.writing() as session:
        add_account(
            session, ACTOR, place.now, "second", "另一位", Role.ADMINISTRATOR, (), PASSWORD, must_change=False
        )
    assert place.browser("second").client.get("/problems").status_code == 403


def test_the_briefing_tells_the_category_and_reads_those_frozen_before_it_did(
    place: Place, office: Browser
) -> None:
    assign(place, office)
    with reading(place.engine) as session:
        (entry,) = [
            entry for entry in open_problems(session, Period(2023, 5), "创新现代化") if entry.code == "A-1"
        ]
        assert (entry.category, entry.state, entry.helpers) == ("水电气等配套", "已交办", ("市人社局",))
        frozen = session.scalars(sa.select(Snapshot.briefing).order_by(Snapshot.id.desc())).first() or ""
        figures = figures_of(session, Period(2023, 4), place.now)
    assert frozen.count('"category":""') >= 1
    before = thaw_briefing(frozen.replace(',"category":""', ""), figures)
    assert before.problems == thaw_briefing(frozen, figures).problems


def test_a_report_touched_again_brings_no_closed_out_problem_back(
    place: Place, office: Browser, handler: Browser
) -> None:
    """May's report tells a problem, the office has it closed out in May, and the report is handed in once more."""

    def hand_in(amount: str, based_on: str, text: str = "供电容量还是不足") -> None:
        told = {"month_completed": amount, "problem_text": text, "physical_progress": "主体结构完成"}
        answer = handler.post("/month/2023-05/A-1", {**told, "based_on": based_on})
        assert answer.status_code in (302, 303), text_of(answer.text)

    def states() -> list[ProblemState]:
        rows = place.all(ProblemRow.text, ProblemRow.state)
        return [state for text, state in rows if text == "供电容量还是不足"]

    hand_in("100", "0")
    (problem_id,) = [
        row[0] for row in place.all(ProblemRow.id, ProblemRow.text) if row[1] == "供电容量还是不足"
    ]
    assert problem(place, problem_id).unit == "市科技局"
    assert send(office, "assign", problem_id, **assignment(place)).status_code == 303
    assert send(handler, "resolve", problem_id, text="已经增容完成", evidence=picture()).status_code == 303
    assert send(office, "close-out", problem_id).status_code == 303
    hand_in("101", "1")
    assert states() == [ProblemState.CLOSED_OUT]


def test_a_report_worded_anew_keeps_what_somebody_took_up(
    place: Place, office: Browser, handler: Browser
) -> None:
    def hand_in(text: str, based_on: str) -> None:
        told = {"month_completed": "100", "problem_text": text, "physical_progress": "主体结构完成"}
        answer = handler.post("/month/2023-05/A-1", {**told, "based_on": based_on})
        assert answer.status_code in (302, 303), text_of(answer.text)

    def texts() -> set[str]:
        return {text for (text,) in place.all(ProblemRow.text) if text.startswith("设备")}

    hand_in("设备没有到货", "0")
    hand_in("设备没有到齐", "1")
    assert texts() == {"设备没有到齐"}, "nobody took it up: it is worded anew"
    (problem_id,) = [row[0] for row in place.all(ProblemRow.id, ProblemRow.text) if row[1] == "设备没有到齐"]
    assert send(office, "remarks", problem_id, text="请说明供货合同约定").status_code == 303
    hand_in("设备到货又推迟", "2")
    assert texts() == {"设备没有到齐", "设备到货又推迟"}


def test_the_office_is_told_of_parts_that_nobody_finished(
    place: Place, office: Browser, handler: Browser
) -> None:
    resolved(place, office, handler)
    assert problem(place).co_handlers[0].done_at is None
    assert "市人社局还没有报告协办事项办结" in text_of(office.get(f"/problems/{RAISED}"))
    send(office, "close-out", reason="已经到现场核实")
    assert "未报告办结" in text_of(office.get(f"/problems/{RAISED}"))
