"""Wrong submissions by form, grid, workbook and interface: each gets its sentence at its place, nothing is written."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from tests.databases import Server
from tests.web import markup
from tests.web.wrong import by_file, by_form, by_grid, by_interface, by_workbook
from tests.web.wrong.stage import MONTH, Stage
from tests.web.wrong.told import Answer, Way, Wrong
from tests.web.wrong.uploads import seen_in
from tracker.intake.written import write_value
from tracker.services.audit import first_broken
from tracker.store.engine import reading
from tracker.store.problems import ProblemRow
from tracker.store.reports import ReportRevision

CASES: tuple[Wrong, ...] = (
    *by_form.CASES,
    *by_grid.CASES,
    *by_workbook.CASES,
    *by_file.CASES,
    *by_interface.CASES,
)
#: All of them on SQLite, every fifth on PostgreSQL too: the rules are the same code there.
ON = [("sqlite", case) for case in CASES] + [("postgres", case) for case in CASES[::5]]
#: Text that would run, end an attribute, start a formula or a statement wherever it were not taken literally.
HOSTILE = "=1+1 <script>alert('x')</script>\" onclick=\"x & '; DROP TABLE report; -- ${7*7} {{7*7}} ../../etc"


@contextmanager
def opened(kind: str, request: pytest.FixtureRequest, home: Path) -> Iterator[Stage]:
    """Open a fresh month on a kind of database."""
    server: Server = request.getfixturevalue(f"{kind}_server")
    stage = Stage(server, home)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture(scope="module")
def stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Stage]]:
    """Return kind of database -> a month that stays as it is: everything that is sent to it is refused."""
    known: dict[str, Stage] = {}
    with ExitStack() as held:

        def of(kind: str) -> Stage:
            if kind not in known:
                home = tmp_path_factory.mktemp("stage")
                known[kind] = held.enter_context(opened(kind, request, home))
            return known[kind]

        yield of


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Return a month of the test's own."""
    with opened(request.param, request, tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("kind", "case"),
    ON,
    ids=[f"{kind}: {case.way.value}: {case.name}" for kind, case in ON],
)
def test_gets_its_sentence_at_its_place_and_nothing_is_written(
    stages: Callable[[str], Stage], kind: str, case: Wrong
) -> None:
    stage = stages(kind)
    answer = case.sent.send(stage)
    assert answer.status == case.status, answer.told
    at_place = [told.sentence for told in answer.told if told.where == case.where and not told.asks]
    assert case.sentence in at_place, answer.told
    assert case.what, "a refusal says what is wrong"
    assert case.mend, "a refusal says how to mend it"
    for told in answer.told:
        assert not told.sentence.endswith(("。。", "。—。")), f"nothing says how to mend this: {told}"
    _explains(case, answer)
    assert stage.written() == stage.standing, "something was written"


def _explains(case: Wrong, answer: Answer) -> None:
    """Hold a missing explanation to naming what it has to explain, beside the field that raised the doubt."""
    where, doubt = case.doubt
    if where:
        assert (where, doubt) in [(told.where, told.sentence) for told in answer.told if told.asks]
        what = doubt.partition("。")[0]
        missing = [told.sentence for told in answer.told if "有需要说明的情况：" in told.sentence]
        assert any(what in sentence for sentence in missing), missing


def test_there_are_enough_of_them_by_each_way() -> None:
    distinct = {(case.way, repr(case.sent)) for case in CASES}
    assert len(distinct) == len(CASES), "a wrong submission is tried twice"
    counts = Counter(way for way, _ in distinct)
    assert all(counts[way] >= 15 for way in Way), counts
    assert len(distinct) >= 60
    assert len({case.sentence for case in CASES}) >= 30
    names = Counter((case.way, case.name) for case in CASES)
    assert not [name for name, count in names.items() if count > 1], "two cases have one name"


def test_hostile_words_are_taken_literally(fresh: Stage) -> None:
    said = {"month_completed": "120", "problem_text": HOSTILE}
    by_form_ = fresh.post(f"/month/{MONTH}/A-1", {"based_on": "0", **said})
    assert by_form_.status_code == 303, by_form_.text
    cells = {f"{name}.0": text for name, text in said.items()}
    in_grid = fresh.post(f"/month/{MONTH}/grid", {"code.0": "A-3", "based_on.0": "2", **cells})
    assert in_grid.status_code == 303, in_grid.text
    _upload(fresh, [("编码", "本月完成投资", "存在问题"), ("A-4", 120, HOSTILE)])
    assert fresh.program.put("A-5", based_on=1, month=MONTH, **said).status_code == 200
    with reading(fresh.engine) as session:
        kept = session.scalars(
            sa.select(ReportRevision.problem_text).where(ReportRevision.problem_text != "")
        )
        assert kept.all() == [HOSTILE] * 4
        assert session.scalars(sa.select(ProblemRow.text)).all() == [HOSTILE] * 4
        assert first_broken(session) is None
    for path in (f"/month/{MONTH}/A-1", f"/month/{MONTH}/grid", f"/month/{MONTH}"):
        page = fresh.browser.get(path)
        assert page.status_code == 200
        assert markup.problems(page.text) == []
        assert "<script>alert" not in page.text
    assert HOSTILE.partition("{{")[0].strip() in markup.text_of(fresh.browser.get(f"/month/{MONTH}/A-1").text)


def _upload(stage: Stage, rows: list[tuple[object, ...]]) -> None:
    """Upload a table and confirm it; its texts are texts, whatever they begin with."""
    book, out = Workbook(), io.BytesIO()
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            write_value(book.worksheets[0].cell(number, column), value)
    book.save(out)
    out.seek(0)
    file = {"workbook": (out, "三月.xlsx")}
    path = stage.post(f"/month/{MONTH}/upload", file).headers["Location"]
    shown = stage.browser.get(path)
    assert markup.problems(shown.text) == []
    assert "<script>alert" not in shown.text
    confirmed = stage.post(path, {"seen": seen_in(shown.text)})
    assert confirmed.status_code == 303, confirmed.text


def test_null_characters_do_no_harm(fresh: Stage) -> None:
    answer = fresh.post(
        f"/month/{MONTH}/A-1",
        {"based_on": "0", "month_completed": "120", "physical_progress": "砌\x00筑"},
    )
    assert answer.status_code == 303, answer.text
    assert fresh.program.put("A-5", "71", 1, MONTH, next_intention="吊\x00装\ud800").status_code == 200
    texts = (ReportRevision.physical_progress, ReportRevision.next_intention)
    newest = sa.select(*texts).order_by(ReportRevision.id.desc()).limit(2)
    with reading(fresh.engine) as session:
        assert [tuple(row) for row in session.execute(newest)] == [("", "吊 装"), ("砌 筑", "")]
