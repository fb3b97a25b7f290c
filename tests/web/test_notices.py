"""Notices over HTTP: from a proposal to the close-out by each role, stale pages, another unit's notice, refusals, the lists."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.handed_in import photograph
from tests.web.conftest import token_of
from tests.web.markup import parse, problems, text_of
from tests.web.reporting import Browser, Place
from tests.web.seed import ACTOR
from tracker import clock
from tracker.core.notice_ladder import NoticeColour, NoticeSubject, SubjectKind
from tracker.services.accounts import AccountInfo
from tracker.services.notice_issuing import Wording, issue_by_hand
from tracker.services.notice_list import NoticeFilter, notice_counts, notices_of_subject, open_notices
from tracker.store.accounts import Role
from tracker.store.audit import AuditEntry
from tracker.store.base import Base
from tracker.store.engine import reading
from tracker.store.notices import Notice, NoticeDismissal, NoticeState
from tracker.store.office import OfficeSetting
from tracker.store.periods import StateChange
from tracker.store.remarks import Remark, RemarkFile
from tracker.store.roster import Subproject, Unit

#: 市科技局's notice on its month, three weeks overdue on the day that the tests look at it.
SEEDED = 1
#: Everything that a step could have written.
TABLES: tuple[type[Base], ...] = (Notice, NoticeDismissal, StateChange, Remark, RemarkFile, OfficeSetting)
PROPOSED = "/notices/proposals/line/2"


@pytest.fixture
def office(place: Place) -> Browser:
    return place.browser("office")


@pytest.fixture
def unit(place: Place) -> Browser:
    """Return the browser of 市科技局, which leads A-1 and A-2."""
    return place.browser("reporter")


def picture(name: str = "现场.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(photograph()), name


def hidden(page: str, name: str, action: str = "") -> str:
    """Return the value of a hidden field, of the form that is sent to an address ending so."""
    for form in parse(page).iter("form"):
        for field in form.iter("input"):
            if field.get("name") == name and (form.get("action") or "").endswith(action):
                return field.get("value") or ""
    raise AssertionError(f"no field {name}")


def typed(page: str) -> dict[str, str]:
    """Return what stands in the form that issues a notice."""
    form = next(form for form in parse(page).iter("form") if form.get("class") == "card-body notice-form")
    told = {field.get("name") or "": field.get("value") or "" for field in form.iter("input")}
    told |= {field.get("name") or "": (field.text or "").lstrip("\n") for field in form.iter("textarea")}
    for select in form.iter("select"):
        chosen = [option for option in select.iter("option") if option.get("selected") is not None]
        told[select.get("name") or ""] = (chosen[0].get("value") or "") if chosen else ""
    return told


def send(browser: Browser, step: str, notice_id: int = SEEDED, **told: Any) -> TestResponse:
    """Send a form of a notice's page as it stands, or with an older `seen`."""
    page = browser.client.get(f"/notices/{notice_id}").text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    data = {"csrf_token": token_of(browser.client.get("/account").text), "seen": found[1] if found else "x"}
    return browser.client.post(f"/notices/{notice_id}/{step}", data=data | told)


def stands(place: Place) -> list[object]:
    """Return everything that a step could have written."""
    steps = [
        step for step in place.all(AuditEntry.action, AuditEntry.after) if not step[0].startswith("account.")
    ]
    return [*(place.all(*table.__table__.columns) for table in TABLES), steps]


def state(place: Place, notice_id: int) -> NoticeState:
    return dict(place.all(Notice.id, Notice.state))[notice_id]


def by_hand(place: Place, unit_name: str, code: str, colour: NoticeColour = NoticeColour.BLUE) -> int:
    """Issue a notice on a line; return its id."""
    with place.writing() as session:
        line_id = dict(place.all(Subproject.code, Subproject.id))[code]
        unit_id = dict(place.all(Unit.name, Unit.id))[unit_name]
        wording = Wording(unit_id, colour, ("用地未落实",), "请尽快落实用地", date(2023, 6, 9))
        issue_by_hand(session, ACTOR, NoticeSubject(SubjectKind.LINE, line_id), wording, place.now)
    return max(found for (found,) in place.all(Notice.id))


def test_from_a_proposal_to_the_close_out(place: Place, office: Browser, unit: Browser) -> None:
    listed = text_of(office.get("/notices/proposals"))
    assert "平台二期" in listed
    assert "低于序时进度" in listed
    form = typed(office.get(PROPOSED))
    assert form["unit"] == str(dict(place.all(Unit.name, Unit.id))["市科技局"])
    assert form["colour"] == "blue"
    form |= {"text": "请市科技局牵头，六月底前补齐进度", "deadline": "2023-06-12"}
    assert office.post(PROPOSED, form).status_code == 303
    notice_id = max(found for (found,) in place.all(Notice.id))
    page = text_of(unit.get(f"/notices/{notice_id}"))
    assert "请市科技局牵头，六月底前补齐进度" in page
    assert "下一步：由市科技局在2023-06-12前回复" in page
    assert office.client.get(PROPOSED).status_code == 404, "nothing is left to propose"

    def sent(browser: Browser, step: str, **told: Any) -> None:
        place.now += timedelta(minutes=5)
        assert send(browser, step, notice_id, **told).status_code == 303

    sent(unit, "reply", text="已增派两个班组", evidence=picture())
    assert "下一步：由督查室核实" in text_of(unit.get(f"/notices/{notice_id}"))
    sent(office, "send-back", reason="没有写明完成时限", deadline="2023-06-20")
    assert "2023-06-20" in text_of(unit.get(f"/notices/{notice_id}"))
    sent(unit, "reply", text="六月二十日前补齐，责任人张三")
    sent(unit, "reply", text="补充监理日志")
    sent(office, "close-out", reason="已到现场核实属实")
    assert state(place, notice_id) is NoticeState.CLOSED_OUT
    assert [(before, after) for before, after in place.all(StateChange.before, StateChange.after)][-5:] == [
        ("", "issued"),
        ("issued", "replied"),
        ("replied", "issued"),
        ("issued", "replied"),
        ("replied", "closed_out"),
    ]
    story = text_of(place.browser("leader").get(f"/notices/{notice_id}"))
    order = (
        "签发督办单", "已增派两个班组", "退回重办", "没有写明完成时限（回复期限改为2023-06-20）",
        "六月二十日前补齐", "补充监理日志", "核实销号", "已到现场核实属实",
    )  # fmt: skip
    places = [story.index(words, story.index("办理过程")) for words in order]
    assert places == sorted(places), "the story is told in the order in which it happened"
    audit = text_of(office.get("/audit?family=notice"))
    for words in (
        "签发督办单",
        "回复督办单",
        "退回督办单的回复",
        "督办单销号",
        "A-2 督〔2023〕2号",
        "蓝色督办",
    ):
        assert words in audit
    files = place.all(RemarkFile.id)
    assert unit.client.get(f"/remarks/files/{files[-1][0]}", buffered=True).status_code == 200


def test_the_pages_stay_valid_with_every_form(place: Place, office: Browser, unit: Browser) -> None:
    def looked_at() -> None:
        for browser in (office, unit, place.browser("leader")):
            for language in ("zh", "en"):
                browser.get(f"/notices/{SEEDED}", **{"Accept-Language": language})

    looked_at()
    assert send(unit, "reply", text="已经逐项核实并整改").status_code == 303
    looked_at()
    assert send(office, "close-out", reason="已经核实属实").status_code == 303
    looked_at()


@pytest.mark.parametrize("step", ["", "/print"])
def test_another_units_notice_is_not_there(place: Place, unit: Browser, step: str) -> None:
    stranger = place.browser("stranger")
    assert stranger.client.get(f"/notices/{SEEDED}{step}").status_code == 404
    assert unit.client.get(f"/notices/{SEEDED}{step}").status_code == 200
    before = stands(place)
    answer = send(stranger, "reply", text="不是本单位的督办单", evidence=picture())
    assert answer.status_code == 404
    assert stands(place) == before


def test_reporters_read_their_own_units_notices_alone(place: Place, unit: Browser) -> None:
    other = by_hand(place, "市人社局", "B-1")
    number = dict(place.all(Notice.id, Notice.number))
    for path in ("/notices", "/notices?unit=市人社局"):
        mine = text_of(unit.get(path))
        assert number[other] not in mine
    assert number[SEEDED] in text_of(unit.get("/notices"))
    theirs = text_of(place.browser("stranger").get("/notices"))
    assert number[other] in theirs
    assert number[SEEDED] not in theirs
    for name in ("office", "leader"):
        every = text_of(place.browser(name).get("/notices"))
        assert number[other] in every
        assert number[SEEDED] in every
    with reading(place.engine) as session:
        line_id = dict(place.all(Subproject.code, Subproject.id))["B-1"]
        seen = {
            role: [
                one.id for one in notices_of_subject(session, False, line_id, place.now, account(role, units))
            ]
            for role, units in ((Role.REPORTER, (1,)), (Role.LEADER, ()))
        }
    assert seen == {Role.REPORTER: [], Role.LEADER: [other]}


def account(role: Role, units: tuple[int, ...]) -> AccountInfo:
    return AccountInfo(1, "a", "a", role, (), False, False, 0, units)


def test_a_stale_page_changes_nothing(place: Place, office: Browser, unit: Browser) -> None:
    old = hidden(office.get(f"/notices/{SEEDED}"), "seen", "/withdraw")
    assert send(unit, "reply", text="已经逐项核实并整改").status_code == 303
    before = stands(place)
    answer = send(office, "withdraw", seen=old, withdrawal="签发的单位有误")
    assert answer.status_code == 409
    assert "您打开之后情况有变" in answer.text
    assert "签发的单位有误" in answer.text, "what was typed stays"
    assert problems(answer.text) == []
    assert stands(place) == before


def test_a_stale_proposal_is_not_issued(place: Place, office: Browser) -> None:
    form = typed(office.get(PROPOSED))
    listed = office.get("/notices/proposals")
    chosen = re.findall(r'name="proposal" value="(line:2=[^"]+)"', listed)
    assert office.post("/notices/proposals", {"proposal": chosen[0]}).status_code == 303
    before = stands(place)
    for path, told in ((PROPOSED, form), (f"{PROPOSED}/dismiss", form | {"reason": "已经另行约谈"})):
        answer = office.post(path, told)
        assert answer.status_code == 409
        assert "您打开之后情况有变" in answer.text
        assert problems(answer.text) == []
    answer = office.post("/notices/proposals", {"proposal": chosen[0]})
    assert answer.status_code == 409
    assert stands(place) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deadline": "2023-13-45"}, "日期无法识别"),
        ({"deadline": "2023-01-01"}, "回复期限不合适"),
        ({"colour": "red"}, "调整颜色的原因"),
        ({"colour": "pink"}, "没有选择颜色"),
        ({"unit": ""}, "没有选择被督办单位"),
        ({"grounds": " "}, "没有填督办事由"),
        ({"text": ""}, "督办要求"),
    ],
)
def test_a_refused_wording_comes_back_as_typed(
    place: Place, office: Browser, changes: dict[str, str], said: str
) -> None:
    form = typed(office.get(PROPOSED)) | {"text": "请写明这段要求", **changes}
    before = stands(place)
    answer = office.post(PROPOSED, form)
    assert answer.status_code == 422
    assert problems(answer.text) == []
    assert said in text_of(answer.text)
    assert typed(answer.text)["text"] == form["text"]
    assert stands(place) == before


@pytest.mark.parametrize(
    ("step", "told", "said"),
    [
        ("send-back", {"reason": ""}, "退回的原因"),
        ("send-back", {"reason": "没有写明时限", "deadline": "x"}, "日期无法识别"),
        ("close-out", {"reason": "好"}, "核实意见"),
        ("withdraw", {"withdrawal": ""}, "撤回的原因"),
    ],
)
def test_refused_decisions_leave_nothing(
    place: Place, office: Browser, unit: Browser, step: str, told: dict[str, str], said: str
) -> None:
    assert send(unit, "reply", text="已经逐项核实并整改").status_code == 303
    before = stands(place)
    answer = send(office, step, **told)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert problems(answer.text) == []
    assert stands(place) == before


def test_after_the_deadline_a_reply_is_sent_back_with_a_new_day(
    place: Place, office: Browser, unit: Browser
) -> None:
    assert send(unit, "reply", text="已经逐项核实并整改").status_code == 303
    page = office.get(f"/notices/{SEEDED}")
    filled = next(one for one in parse(page).iter("input") if one.get("id") == "decide-deadline").get("value")
    assert filled is not None
    assert date.fromisoformat(filled) > place.now.date()
    before = stands(place)
    answer = send(office, "send-back", reason="没有写明时限", deadline="2023-05-12")
    assert answer.status_code == 422
    assert "原回复期限已过" in text_of(answer.text)
    assert "没有写明时限" in answer.text
    assert stands(place) == before
    assert send(office, "send-back", reason="没有写明时限", deadline=filled).status_code == 303
    assert "份逾期未回复" not in text_of(office.get("/notices"))


def test_what_was_settled_this_month_is_named_with_its_notice(
    place: Place, office: Browser, unit: Browser
) -> None:
    assert "本月已督办" not in text_of(office.get("/notices/proposals"))
    form = typed(office.get(PROPOSED))
    assert office.post(PROPOSED, form).status_code == 303
    notice_id = max(found for (found,) in place.all(Notice.id))
    assert send(unit, "reply", notice_id, text="已增派两个班组").status_code == 303
    assert send(office, "close-out", notice_id, reason="已到现场核实属实").status_code == 303
    page = office.get("/notices/proposals")
    assert problems(page) == []
    told = text_of(page)
    assert "1个事项本月已督办并办结，不再建议" in told
    assert "平台二期" in told
    assert f'href="/notices/{notice_id}"' in page


def test_the_summary_of_the_list_keeps_its_sentences_apart(
    place: Place, office: Browser, unit: Browser
) -> None:
    notice_id = by_hand(place, "市科技局", "A-2")
    assert send(unit, "reply", notice_id, text="已增派两个班组").status_code == 303
    page = text_of(office.get("/notices", **{"Accept-Language": "en"}))
    assert "1 is overdue without a reply. 1 was answered" in page
    assert "Blue notice 2. 1 is" in page


def test_how_many_grounds_are_left_out_is_said(place: Place, office: Browser) -> None:
    with place.writing() as session:
        unit_id = dict(place.all(Unit.name, Unit.id))["市科技局"]
        grounds = ("截至三月未报送", "甲", "乙", "丙", "丁")
        wording = Wording(unit_id, NoticeColour.RED, grounds, "请立即补报", date(2023, 6, 9))
        issue_by_hand(session, ACTOR, None, wording, place.now)
    page = office.get("/notices")
    assert "另有3条" in text_of(page)
    assert "丁" not in [one.text for one in parse(page).iter("li")]


def test_a_refused_reply_leaves_nothing(place: Place, unit: Browser) -> None:
    before = stands(place)
    for told in (
        {"text": "短"},
        {"text": "附件打不开的回复", "evidence": (io.BytesIO(b"not a picture"), "x.jpg")},
    ):
        answer = send(unit, "reply", **told)
        assert answer.status_code == 422
        assert told["text"] in answer.text
        assert problems(answer.text) == []
    assert stands(place) == before


def test_several_are_issued_at_once_and_some_put_aside(place: Place, office: Browser) -> None:
    values = re.findall(r'name="proposal" value="([^"]+)"', office.get("/notices/proposals"))
    assert len(values) > 2
    told = office.client.post(
        "/notices/proposals",
        data={"csrf_token": token_of(office.client.get("/account").text), "proposal": values[:2]},
    )
    assert told.status_code == 303
    assert "已签发2份督办单：督〔2023〕2号、督〔2023〕3号。" in text_of(office.get("/notices/proposals"))
    key, _, seen = values[2].partition("=")
    path = "/notices/proposals/" + key.replace(":", "/")
    before = stands(place)
    answer = office.post(f"{path}/dismiss", {"seen": seen, "reason": ""})
    assert answer.status_code == 422
    assert stands(place) == before
    assert office.post(f"{path}/dismiss", {"seen": seen, "reason": "已由分管领导约谈"}).status_code == 303
    page = office.get("/notices/proposals")
    assert values[2] not in page
    assert "已由分管领导约谈" in page
    assert office.post("/notices/proposals", {}).status_code == 422


def test_issued_by_hand_on_a_line_a_problem_and_a_month(place: Place, office: Browser) -> None:
    begun = typed(office.get("/notices/new?year=2023&code=A-2"))
    assert "A-2 平台二期" in begun["grounds"], "what is known against it is at hand"
    for told, subject in (
        ({"year": "2023", "code": "A-2"}, "平台二期"),
        ({"year": "2023", "code": "K-4"}, "重点项目4"),
        ({"problem": "1"}, "平台二期"),
        ({"unit": str(dict(place.all(Unit.name, Unit.id))["武进区"])}, "武进区"),
    ):
        form = begun | {"grounds": "资金未到位", "text": "请尽快落实资金", "deadline": "2023-06-12"} | told
        if "problem" in told:
            form.pop("year"), form.pop("code")
        if "unit" in told:
            form.pop("year"), form.pop("code")
        answer = office.post("/notices/new", form)
        assert answer.status_code == 303, text_of(answer.text)
        newest = max(found for (found,) in place.all(Notice.id))
        assert subject in text_of(office.get(f"/notices/{newest}"))
    before = stands(place)
    answer = office.post("/notices/new", begun | {"grounds": "资金未到位", "deadline": "2023-06-12"})
    assert answer.status_code == 409
    assert "已有未销号的蓝色督办单" in answer.text
    assert office.client.get("/notices/new?year=2023&code=nowhere").status_code == 404
    assert office.client.get("/notices/new?problem=999").status_code == 404
    assert stands(place) == before


def test_filters_counts_sorting_and_the_workbook(place: Place, office: Browser) -> None:
    by_hand(place, "市人社局", "B-1", NoticeColour.RED)
    rows = (
        ("", ["督〔2023〕1号", "督〔2023〕2号"]),
        ("?colour=red", ["督〔2023〕2号"]),
        ("?unit=市科技局", ["督〔2023〕1号"]),
        ("?overdue=1", ["督〔2023〕1号"]),
        ("?state=replied", []),
        ("?q=用地未落实", ["督〔2023〕2号"]),
        ("?sort=number&desc=1", ["督〔2023〕2号", "督〔2023〕1号"]),
        ("?list=settled", []),
    )
    for query, wanted in rows:
        body = parse(office.get(f"/notices{query}")).find(".//tbody")
        found = [] if body is None else [head.find("a").text for head in body.iter("th")]  # type: ignore[union-attr]
        assert found == wanted, query
    page = text_of(office.get("/notices"))
    assert "逾期21天，已升级至领导" in page
    assert "其中1份逾期未回复" in page
    answer = office.client.get("/notices.xlsx?colour=red", buffered=True)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any(row[0] == "督〔2023〕2号" and row[2] == "市人社局" for row in told)
    assert not any(row[0] == "督〔2023〕1号" for row in told)
    with reading(place.engine) as session:
        assert [one.number for one in open_notices(session, place.now)] == ["督〔2023〕1号", "督〔2023〕2号"]
        counts = notice_counts(session, place.now, NoticeFilter(colour=NoticeColour.RED))
    assert (counts.open, counts.overdue) == (1, 0)


def test_the_official_form(place: Place, unit: Browser) -> None:
    page = text_of(unit.get(f"/notices/{SEEDED}/print", **{"Accept-Language": "en"}))
    for words in (
        "常州市委市政府督查室", "督〔2023〕1号", "蓝色督办", "关于2023年3月有关工作的督办单", "市科技局：",
        "一、督办事由", "二、督办要求", "请于2023年5月12日前", "2023年5月4日", "办理情况回执", "（印章）",
    ):  # fmt: skip
        assert words in page, words


def test_the_ladder_is_previewed_and_set(place: Place, office: Browser) -> None:
    page = office.get("/notices/ladder")
    form = next(one for one in parse(page).iter("form") if (one.get("action") or "").endswith("/ladder"))
    told = {
        field.get("name") or "": field.get("value") or ""
        for field in form.iter("input")
        if field.get("type") != "checkbox" or field.get("checked") is not None
    }
    before = stands(place)
    told |= {"red_light.blue": "", "red_light.yellow": "", "red_light.red": "1", "action": "preview"}
    told.pop("in_turn")
    answer = office.post("/notices/ladder", told)
    assert answer.status_code == 200
    assert "按这个级别，现在会建议" in text_of(answer.text)
    assert problems(answer.text) == []
    told["action"] = "save"
    for changes, status, said in (
        ({"reason": ""}, 422, "调整的原因"),
        ({"reason": "从严督办", "red_light.red": "many"}, 422, "须为整数，或留空"),
        ({"reason": "从严督办", "workdays.red": ""}, 422, "红色督办单的回复期限"),
        ({"reason": "从严督办", "seen": "x"}, 409, "已被别人修改"),
    ):
        answer = office.post("/notices/ladder", told | changes)
        assert answer.status_code in (status, 422)
        assert said in text_of(answer.text)
        assert problems(answer.text) == []
    assert stands(place) == before
    assert office.post("/notices/ladder", told | {"reason": "从严督办要求"}).status_code == 303
    assert "红色督办" in text_of(office.get(PROPOSED))
    office.get("/notices/ladder?from=default")


def test_an_unanswered_notice_climbs_and_the_unit_answers_the_sharper_one(
    place: Place, office: Browser
) -> None:
    unit_id = dict(place.all(Unit.name, Unit.id))["市科技局"]
    path = f"/notices/proposals/unit/{unit_id}"
    form = typed(office.get(path))
    assert form["colour"] == "yellow"
    assert "蓝色督办单督〔2023〕1号逾期21天未回复" in form["grounds"]
    assert office.post(path, form).status_code == 303
    page = text_of(place.browser("reporter").get(f"/notices/{SEEDED}"))
    assert "已由督〔2023〕2号接续" in page
    assert "提交回复" not in page
    place.now = datetime(2023, 6, 12, 9, tzinfo=clock.ZONE) + timedelta(days=1)
    late = place.browser("office")
    assert typed(late.get(path))["colour"] == "red"
