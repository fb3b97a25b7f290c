"""One line's page: plan and reality month by month, reasons, plan revisions, reports and corrections."""

from __future__ import annotations

import io
import json

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.web.conftest import make_app, sign_in
from tests.web.markup import parse, text_of
from tests.web.seed import ACTOR, HOSTILE, NOW, WAN
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.store.engine import make_engine, writing
from tracker.store.periods import PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.reports import Report, ReportRevision, ReportState
from tracker.store.roster import Subproject


@pytest.fixture(scope="module")
def lowered(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a browser at a year in which A-1's plan falls from 1,200 to 900 in April and February is open."""
    app = make_app(tmp_path_factory.mktemp("lowered"), with_year=True)
    engine = make_engine(app.extensions["tracker_settings"].database_url)
    with writing(engine) as session:
        line = session.scalars(sa.select(Subproject.id).where(Subproject.code == "A-1")).one()
        session.add(
            PlanRevision(
                subproject_id=line,
                number=2,
                effective_from=Period(2023, 4),
                annual_plan=900 * WAN,
                document_no="常督〔2023〕9号",
                reason="设计变更",
                made_by=ACTOR.name,
                made_at=NOW,
                **dict.fromkeys(MONTH_COLUMNS, 75 * WAN),
            )
        )
        february = session.scalars(sa.select(PeriodRow).where(PeriodRow.month == 2)).one()
        february.state = PeriodState.OPEN
    engine.dispose()
    client = app.test_client()
    assert sign_in(client, "office") == 302
    return client


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a browser at a year in which C-1's report for March, and all of B-9, came after the closing."""
    app = make_app(tmp_path_factory.mktemp("late"), with_year=True)
    engine = make_engine(app.extensions["tracker_settings"].database_url)
    with writing(engine) as session:
        line = session.scalars(sa.select(Subproject).where(Subproject.code == "C-1")).one()
        _add_report(session, line, 3, 15)
        place = {"key_project_id": line.key_project_id, "district_id": line.district_id, "position": 9}
        joined = Subproject(year=2023, code="B-9", name="后来列入", category=line.category, **place)
        session.add(joined)
        session.flush()
        session.add(
            PlanRevision(
                subproject_id=joined.id,
                number=1,
                effective_from=Period(2023, 1),
                annual_plan=120 * WAN,
                made_by=ACTOR.name,
                made_at=NOW,
                **dict.fromkeys(MONTH_COLUMNS, 10 * WAN),
            )
        )
        _add_report(session, joined, 1, 20)
    engine.dispose()
    client = app.test_client()
    assert sign_in(client, "office") == 302
    return client


def _add_report(session: Session, line: Subproject, month: int, amount: int) -> None:
    """Report `amount` in 万元 for a closed month, accepted."""
    period_id = session.scalars(sa.select(PeriodRow.id).where(PeriodRow.month == month)).one()
    counted = {"revisions": 1, "counted": 1, "counted_at": NOW, "settled": 1}
    report = Report(period_id=period_id, subproject_id=line.id, state=ReportState.ACCEPTED, **counted)
    session.add(report)
    session.flush()
    told = {
        "month_completed": amount * WAN,
        "correction_reason": "补报",
        "made_by": ACTOR.name,
        "made_at": NOW,
    }
    session.add(ReportRevision(report_id=report.id, number=1, **told))


def months(office: FlaskClient, path: str) -> list[list[str]]:
    root = parse(office.get(path).text)
    table = next(table for table in root.iter("table") if "本月计划" in "".join(table.itertext()))
    body = next(table.iter("tbody"))
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in body]


def test_plan_and_reality_over_twelve_months(office: FlaskClient) -> None:
    rows = months(office, "/projects/2023/A-2?month=2023-03")
    assert rows[2] == ["2023年3月", "200", "600", "110", "330", "13.75", "25.00", "已关闭"]
    assert rows[3][3:6] == ["—", "—", "—"]
    assert rows[11][2] == "2,400"


def test_correction_stands_beside_what_was_reported(office: FlaskClient) -> None:
    rows = months(office, "/projects/2023/A-1?month=2023-03")
    assert rows[2][4] == "390 更正后350"
    assert rows[1][4] == "250"
    text = text_of(office.get("/projects/2023/A-1?month=2023-03").text)
    # The closed month's own figures stay as they were reported.
    assert "累计完成投资 万元 390" in text
    assert "更正原因 重复计入设备款" in text
    assert "第2次报送 计入统计" in text
    assert "第1次报送 未计入" in text


def test_month_before_the_correction_shows_none_later(office: FlaskClient) -> None:
    rows = months(office, "/projects/2023/A-1?month=2023-02")
    assert rows[2][3:5] == ["—", "—"]


def test_plan_revision_beside_the_original(office: FlaskClient) -> None:
    page = office.get("/projects/2023/A-2?month=2023-04").text
    text = text_of(page)
    assert "常督〔2023〕8号" in text
    assert "2023-04-12" in text
    assert "按原计划的进度 17.50%" in text
    chart = next(e.get("data-chart") for e in parse(page).iter("div") if e.get("data-chart"))
    series = json.loads(chart or "")["series"]
    assert [one["style"] for one in series] == ["plan", "actual", "original"]
    assert series[0]["values"][11] == 1200
    assert series[2]["values"][11] == 2400
    assert "按原计划的进度" not in text_of(office.get("/projects/2023/A-2?month=2023-03").text)


def test_closed_months_stay_as_published_after_a_revision(office: FlaskClient) -> None:
    before = [row[5:7] for row in months(office, "/projects/2023/A-2?month=2023-03")[:3]]
    rows = months(office, "/projects/2023/A-2?month=2023-04")
    # 120, 220 and 330 of the 2,400 that were in force; 420 of the 1,200 in force from April on.
    assert [row[5:7] for row in rows[:3]] == before
    assert [row[5] for row in rows[:3]] == ["5.00", "9.17", "13.75"]
    assert rows[3][5:7] == ["35.00", "33.33"]


def test_open_month_follows_the_plan_in_force_in_it(lowered: FlaskClient) -> None:
    rows = months(lowered, "/projects/2023/A-1?month=2023-04")
    # February was opened again: 250 of the 1,200 that were in force then, not of the 900 from April on.
    assert rows[1][5:8] == ["20.83", "16.67", "填报中（暂定数）"]
    # The snapshots of January and March still tell 120 and 390 of 1,200; since corrected to 350.
    assert rows[0][5:7] == ["10.00", "8.33"]
    assert rows[2][5:7] == ["32.50 更正后29.17", "25.00"]
    # 500 of 900; four months at 75.
    assert rows[3][5:7] == ["55.56", "33.33"]


def test_correction_stands_beside_the_published_progress(office: FlaskClient) -> None:
    assert months(office, "/projects/2023/A-1?month=2023-03")[2][5] == "32.50 更正后29.17"


def test_what_was_published_as_missing_stays_missing_beside_what_came_later(late: FlaskClient) -> None:
    """C-1 had 60 of 360 in February and no report in March; 15 came after the closing."""
    rows = months(late, "/projects/2023/C-1?month=2023-03")
    assert rows[1][4:6] == ["60", "16.67"]
    assert rows[2][3:7] == ["15", "— 更正后75", "— 更正后20.83", "25.00"]


def test_a_line_that_joined_after_the_closing_was_published_by_nobody(late: FlaskClient) -> None:
    """B-9 was added in April; what it did in January was reported then."""
    assert months(late, "/projects/2023/B-9?month=2023-04")[0][3:7] == [
        "20",
        "— 更正后20",
        "— 更正后16.67",
        "8.33",
    ]


def test_the_workbook_tells_what_was_published_beside_what_is_known_today(late: FlaskClient) -> None:
    def row(code: str, number: int) -> list[object]:
        answer = late.get(f"/projects/2023/{code}/months.xlsx?month=2023-04")
        sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
        heads = [cell.value for cell in sheet[3]]
        assert heads[5:10] == [
            "投资进度 (%)",
            "序时进度 (%)",
            "公布时的完成累计（万元）",
            "更正后的投资进度 (%)",
            "报告期",
        ]
        return [cell.value for cell in sheet[3 + number]][4:9]

    assert row("C-1", 2) == [60, 0.1667, 0.1667, 60, "—"]
    assert row("C-1", 3) == [75, "—", 0.25, "—", 0.2083]
    assert row("A-1", 3) == [350, 0.325, 0.25, 390, 0.2917]
    # April is open: nothing has been published.
    assert row("A-1", 4) == [500, 0.4167, 0.3333, "—", "—"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/projects/2023/A-2?month=2023-04", "计划曲线和各月计划按第2版列示"),
        ("/projects/2023/A-2?month=2023-03", "计划曲线和各月计划按原计划列示"),
        ("/projects/2023/A-1?month=2023-03", None),
    ],
)
def test_page_says_which_plan_the_curve_follows(office: FlaskClient, path: str, told: str | None) -> None:
    text = text_of(office.get(path).text)
    assert ("计划曲线和各月计划" in text) is (told is not None)
    assert told is None or text.count(told) == 2


def test_problems_and_milestones(office: FlaskClient) -> None:
    text = text_of(office.get("/projects/2023/A-2").text)
    assert "用地指标未落实 已交办" in text
    assert "协办：市人社局" in text
    assert "2023-02-20 主体封顶 已逾期" in text
    assert "须由市科技局牵头落实，责任单位：武进区" in text


def test_missing_report_is_no_zero(office: FlaskClient) -> None:
    rows = months(office, "/projects/2023/C-1?month=2023-03")
    assert rows[2][3:6] == ["—", "—", "—"]
    assert "2023年3月月报未报送" in text_of(office.get("/projects/2023/C-1?month=2023-03").text)


def test_start_overdue(office: FlaskClient) -> None:
    text = text_of(office.get("/projects/2023/B-2?month=2023-03").text)
    assert "计划2023年2月开工，应开未开已2个月" in text
    assert "实际开工 2023年2月" in text_of(office.get("/projects/2023/B-1?month=2023-03").text)


def test_preparatory_line_has_no_figures(office: FlaskClient) -> None:
    assert "不计入任何指标" in text_of(office.get("/projects/2023/P-1").text)


def test_hostile_name_is_only_a_name(office: FlaskClient) -> None:
    root = parse(office.get("/projects/2023/A-3").text)
    assert "".join(root.findall(".//h1")[0].itertext()) == HOSTILE


@pytest.mark.parametrize(
    "path",
    [
        "/projects/2023/X-9",
        "/projects/2022/A-1",
        "/projects/2023/",
        "/projects/x/A-1",
        "/projects/999999999/A-1",
        "/projects/99999999999999999999/A-1",
        f"/projects/{'9' * 5000}/A-1",
    ],
    ids=lambda path: path[:40],
)
def test_unknown_line_is_a_404_page(office: FlaskClient, path: str) -> None:
    answer = office.get(path)
    assert answer.status_code == 404
    assert "没有找到" in text_of(answer.text)
