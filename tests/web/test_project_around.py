"""What stands around a line or work: who sees what, what changed between revisions, and the talk with the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.conftest import token_of
from tests.web.markup import parse, problems, text_of
from tests.web.reporting import Place
from tests.web.seed import NOW
from tracker.core.notice_ladder import NoticeColour
from tracker.core.periods import Period
from tracker.store.engine import writing
from tracker.store.meetings import Action, ActionState, Instruction
from tracker.store.notices import Notice, NoticeState
from tracker.store.remarks import Remark, RemarkKind
from tracker.store.roster import KeyProject, MilestoneRow, Subproject, Unit

LINE = "/projects/2023/A-1"
#: The comments that the instance begins with.
SEEDED = 1
SAID = "设备月底到场，请督查室帮助协调通关"


def section(client: FlaskClient, path: str, name: str) -> str:
    """Return the words of one section; "" where it is not there."""
    page = parse(client.get(path).text)
    found = [part for part in page.iter("section") if part.get("id") == name]
    return " ".join(" ".join(found[0].itertext()).split()) if found else ""


def say(place: Place, username: str, text: str, path: str = LINE) -> int:
    client = place.browser(username).client
    token = token_of(client.get("/account").text)
    return client.post(f"{path}/comments", data={"csrf_token": token, "text": text}).status_code


def said(place: Place) -> list[bool]:
    """Return for each comment that a test made whether the office speaks."""
    lines = [row for row in place.all(Remark.unit_id, Remark.kind) if row[1] is RemarkKind.LINE]
    return [unit_id is None for unit_id, _ in lines[SEEDED:]]


def test_a_unit_and_the_office_talk_and_leaders_read(place: Place) -> None:
    assert say(place, "reporter", SAID) == 303
    assert say(place, "office", "已与海关联系，请保持联系") == 303
    for reader in ("reporter", "office", "leader"):
        told = section(place.browser(reader).client, LINE, "comments")
        assert told.index(SAID) < told.index("已与海关联系")
    # The unit speaks in its own name, the office in its officer's.
    assert said(place) == [False, True]


def test_another_unit_sees_no_talk_and_takes_no_part(place: Place) -> None:
    say(place, "reporter", SAID)
    stranger = place.browser("stranger").client
    assert stranger.get(LINE).status_code == 200
    assert SAID not in stranger.get(LINE).text
    assert section(stranger, LINE, "comments") == section(stranger, LINE, "evidence") == ""
    assert say(place, "stranger", "我们也想说两句") == 404
    assert said(place) == [False]


def test_leaders_write_no_comment(place: Place) -> None:
    assert say(place, "leader", "请抓紧推进，月底前见效") == 403
    assert said(place) == []
    assert 'name="text"' not in section(place.browser("leader").client, LINE, "comments")


@pytest.mark.parametrize(("text", "told"), [("  ", "请写明留言"), ("好" * 2001, "超过 2000 个字")])
def test_a_refused_comment_comes_back_as_it_was_typed(place: Place, text: str, told: str) -> None:
    client = place.browser().client
    token = token_of(client.get("/account").text)
    answer = client.post(f"{LINE}/comments", data={"csrf_token": token, "text": text})
    assert answer.status_code == 422
    assert told in answer.text
    assert (text.strip() or "写留言") in answer.text
    assert problems(answer.text) == []
    assert said(place) == []


@pytest.mark.parametrize("path", ["/projects/2023/P-1", "/projects/2023/X-9", "/projects/2022/A-1"])
def test_nobody_talks_about_what_nobody_reports(place: Place, path: str) -> None:
    assert say(place, "office", SAID, path) == 404


def test_evidence_stands_by_month_for_whoever_may_see_it(as_role: Callable[[str], FlaskClient]) -> None:
    for role in ("office", "leader", "reporter"):
        told = section(as_role(role), LINE, "evidence")
        assert "2023年4月 1" in told
        assert "现场.jpg" in told


def test_a_revision_says_what_it_changed(office: FlaskClient) -> None:
    told = section(office, LINE, "reports")
    assert "2023年3月 第2次报送 计入统计" in told
    assert "与第1次报送相比： 本月完成投资 140 → 100" in told
    assert "更正原因 — → 重复计入设备款" in told


def test_the_plan_beside_the_original_one(office: FlaskClient) -> None:
    told = section(office, "/projects/2023/A-2?month=2023-04", "plans")
    assert "2023年4月 200 100 减少 −100 800 400 减少 −400" in told
    assert "与原计划逐月对照" not in section(office, "/projects/2023/A-2?month=2023-03", "plans")


def test_milestones_on_the_line_of_the_year(office: FlaskClient) -> None:
    page = parse(office.get("/projects/2023/A-2").text)
    drawing = next(
        part
        for part in page.iter("{http://www.w3.org/2000/svg}svg")
        if part.get("class", "").startswith("time-line")
    )
    assert drawing.get("aria-hidden") == "true"
    assert section(office, "/projects/2023/A-2", "milestones").endswith("2023-02-20 主体封顶 已逾期")


def test_a_work_has_its_page(office: FlaskClient) -> None:
    text = text_of(office.get("/projects/2023/K-4").text)
    assert "出台三项政策" in text
    assert "印发文件" in text
    assert "市人社局" in text
    assert problems(office.get("/projects/2023/K-4").text) == []
    works = parse(office.get("/projects?kind=works").text)
    assert "/projects/2023/K-4" in [link.get("href") for link in works.iter("a")]


def test_a_key_project_of_lines_has_none(office: FlaskClient) -> None:
    assert office.get("/projects/2023/K-1").status_code == 404


def _chased(place: Place) -> None:
    """Let A-1 have a notice to its unit and one to another, a leader's instruction and a decision of a meeting."""
    with writing(place.engine) as session:
        line = session.scalars(sa.select(Subproject).where(Subproject.code == "A-1")).one()
        lead = session.get_one(KeyProject, line.key_project_id).lead_id or 0
        other = session.scalars(sa.select(Unit.id).where(Unit.id != lead).order_by(Unit.id)).first() or 0
        made = {"made_by": "测试", "made_at": NOW, "deadline": date(2023, 5, 1), "subproject_id": line.id}
        for number, unit_id in (("督〔2023〕91号", lead), ("督〔2023〕92号", other)):
            session.add(
                Notice(
                    number=number,
                    colour=NoticeColour.BLUE,
                    state=NoticeState.ISSUED,
                    unit_id=unit_id,
                    period=Period(2023, 4),
                    grounds=["进度落后"],
                    text="请说明原因",
                    **made,
                )
            )
        told = Instruction(
            subproject_id=line.id, text="请市科技局尽快解决设备问题", made_by="领导甲", made_at=NOW
        )
        session.add(told)
        session.flush()
        session.add(
            Action(instruction_id=told.id, unit_id=lead, text=told.text, state=ActionState.OPEN, **made)
        )
        session.add(MilestoneRow(name="设备到场", due_on=date(2023, 6, 1), subproject_id=line.id))


def test_what_follows_from_a_light_as_far_as_the_reader_may_see(place: Place) -> None:
    _chased(place)
    for reader in ("office", "leader"):
        told = section(place.browser(reader).client, LINE, "follow-up")
        assert "督〔2023〕91号" in told
        assert "督〔2023〕92号" in told
        assert "请市科技局尽快解决设备问题" in told
    own = section(place.browser().client, LINE, "follow-up")
    assert "督〔2023〕91号" in own
    assert "督〔2023〕92号" not in own
    assert "请市科技局尽快解决设备问题" in own
    strange = section(place.browser("stranger").client, LINE, "follow-up")
    assert "督〔2023〕91号" not in strange
    assert "请市科技局" not in strange
