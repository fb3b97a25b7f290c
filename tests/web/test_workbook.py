"""The offline workbook over HTTP: downloaded, uploaded, looked through, handed in; hostile files are turned away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
import xlwt  # type: ignore[import-untyped]
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook as Book
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.web import seed
from tests.web.conftest import make_app, sign_in, token_of
from tests.web.markup import problems
from tracker.core.periods import Period
from tracker.intake.limits import FILE_BYTES
from tracker.services.accounts import add_account
from tracker.services.reporting import Entry, Reporter, submit
from tracker.store.accounts import Account, Role
from tracker.store.engine import reading, writing
from tracker.store.reports import PendingUpload, ReportRevision
from tracker.store.roster import Unit

APRIL = "/month/2023-04"
UPLOAD = f"{APRIL}/upload"
HEADERS, FIRST = 4, 5


def _app(home: Path) -> Flask:
    """Return an application over a year of its own, with a second reporter of the same unit."""
    app = make_app(home, with_year=True)
    with writing(app.extensions["tracker_engine"]) as session:
        add_account(
            session,
            seed.ACTOR,
            seed.NOW,
            "second",
            "填报人乙",
            Role.REPORTER,
            ("市科技局",),
            seed.PASSWORD,
            must_change=False,
        )
    return app


@pytest.fixture
def own(tmp_path: Path) -> Flask:
    """Return an application in which a test hands something in."""
    return _app(tmp_path / "home")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application in which nothing is handed in."""
    return _app(tmp_path_factory.mktemp("shared"))


def at_desk(app: Flask, username: str = "reporter") -> FlaskClient:
    """Return a browser that is signed in."""
    client = app.test_client()
    assert sign_in(client, username) == 302
    return client


@pytest.fixture
def client(shared: Flask) -> FlaskClient:
    """Return the reporter's browser."""
    return at_desk(shared)


def form_of(client: FlaskClient, **told: object) -> bytes:
    """Download the form and fill in the row of A-1."""
    book = load_workbook(io.BytesIO(client.get(f"{APRIL}/workbook").data))
    sheet = book["月报"]
    row = next(row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, 1).value == "A-1")
    for place in range(1, sheet.max_column + 1):
        header = sheet.cell(HEADERS, place).value
        if header in told:
            sheet.cell(row, place).value = told[header]  # type: ignore[assignment]
    return saved(book)


def saved(book: Book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client: FlaskClient, content: bytes, name: str = "四月.xlsx", to: str = UPLOAD) -> TestResponse:
    """Send a file as a browser does."""
    token = token_of(client.get(UPLOAD).text)
    told = {"csrf_token": token, "workbook": FileStorage(io.BytesIO(content), filename=name)}
    boundary, body = encode_multipart(told)
    return client.post(to, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def confirm(client: FlaskClient, address: str, page: str | None = None, **fields: str) -> TestResponse:
    """Send the form of a preview as it was seen."""
    page = client.get(address).text if page is None else page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    return client.post(address, data={"csrf_token": token_of(page), "seen": seen} | fields)


def newest(app: Flask) -> ReportRevision:
    with reading(app.extensions["tracker_engine"]) as session:
        found = session.scalars(sa.select(ReportRevision).order_by(ReportRevision.id.desc())).first()
        assert found is not None
        session.expunge(found)
    return found


def kept(app: Flask) -> list[int]:
    """Return the ids of the uploads that are kept."""
    with reading(app.extensions["tracker_engine"]) as session:
        return sorted(session.scalars(sa.select(PendingUpload.id)))


def test_the_form_is_downloaded_under_a_name_of_its_own(client: FlaskClient) -> None:
    answer = client.get(f"{APRIL}/workbook")
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "2023年4月月报填报表（市科技局）.xlsx" in unquote(answer.headers["Content-Disposition"])
    assert load_workbook(io.BytesIO(answer.data)).sheetnames[0] == "月报"


def test_a_draft_that_the_file_would_end_is_named_before(own: Flask) -> None:
    client = at_desk(own)
    file = form_of(client, 本月完成投资="160")
    token = token_of(client.get(UPLOAD).text)
    draft = {"csrf_token": token, "based_on": "2", "problem_text": "草稿里的问题", "month_completed": "160"}
    assert client.post(f"{APRIL}/A-1/draft", data=draft).status_code == 200
    page = client.get(send(client, file).headers["Location"])
    assert problems(page.text) == []
    assert "您在网页上的草稿与文件不同：存在问题。按文件报送后，草稿会删去。" in page.text


def test_a_file_is_looked_through_and_handed_in(own: Flask) -> None:
    client = at_desk(own)
    answer = send(client, form_of(client, 本月完成投资="１６０．５", 形象进度="<script>alert(1)</script>"))
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = client.get(address)
    assert problems(page.text) == []
    assert "160.5" in page.text
    assert '<del><span class="visually-hidden">原来：</span>150</del>' in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert newest(own).month_completed != 1_605_000, "a preview writes nothing"
    answer = confirm(client, address, page.text)
    assert (answer.status_code, answer.headers["Location"]) == (303, APRIL)
    assert "已按工作簿报送1项" in client.get(APRIL).text
    told = newest(own)
    assert (told.month_completed, told.source, told.made_by) == (
        1_605_000,
        "四月.xlsx",
        "reporter甲（reporter）",
    )
    again = confirm(client, address, page.text)
    assert again.status_code == 409
    assert "已经报送过了" in again.text


def test_nobody_else_sees_confirms_or_gets_an_upload(client: FlaskClient, shared: Flask) -> None:
    second = at_desk(shared, "second")
    address = send(client, form_of(client, 本月完成投资=160)).headers["Location"]
    page = client.get(address).text
    for answer in (
        second.get(address),
        second.get(f"{address}/marked"),
        confirm(
            second,
            address,
            client.get(address).text.replace(token_of(page), token_of(second.get(UPLOAD).text)),
        ),
        client.get(address.replace("2023-04", "2023-03")),
    ):
        assert answer.status_code == 404
    before = newest(shared).id
    assert client.post(address, data={"seen": "x"}).status_code == 400, "a form without its token"
    assert newest(shared).id == before


def test_refused_cells_are_listed_and_given_back_marked(client: FlaskClient) -> None:
    address = send(client, form_of(client, 本月完成投资="约三百"), "四月 <b>.xlsx").headers["Location"]
    page = client.get(address)
    assert problems(page.text) == []
    assert "有1处不能接受" in page.text
    assert "金额不是数字" in page.text
    assert "四月 &lt;b&gt;.xlsx" in page.text
    assert "确认报送" not in page.text
    answer = confirm(client, address, page.text)
    assert answer.status_code == 422
    assert answer.text.count("金额不是数字") == 1
    copy = client.get(f"{address}/marked")
    assert "四月 <b>（标出问题）.xlsx" in unquote(copy.headers["Content-Disposition"])
    assert load_workbook(io.BytesIO(copy.data)).sheetnames[:2] == ["核对结果", "月报"]
    # A form sent there is one for a line of that name, which is not there.
    token = token_of(page.text)
    assert client.post(f"{address}/marked", data={"csrf_token": token}).status_code == 404
    assert client.post(f"{APRIL}/workbook", data={"csrf_token": token}).status_code == 404


def test_two_people_at_one_line(own: Flask) -> None:
    client = at_desk(own)
    address = send(client, form_of(client, 本月完成投资=160)).headers["Location"]
    page = client.get(address).text
    with writing(own.extensions["tracker_engine"]) as session:
        unit = session.scalars(sa.select(Unit.id).where(Unit.name == "市科技局")).one()
        account = session.scalars(sa.select(Account.id).where(Account.username == "second")).one()
        entry = Entry("A-1", {"month_completed": "170"}, 1)
        submit(
            session,
            Reporter(seed.ACTOR, frozenset((unit,)), account),
            Period(2023, 4),
            [entry],
            seed.NOW,
            "网页",
        )
    answer = confirm(client, address, page)
    assert answer.status_code == 409
    assert "情况又有变化" in answer.text
    assert "默认不覆盖" in answer.text
    assert problems(answer.text) == []
    assert newest(own).month_completed == 1_700_000
    assert confirm(client, address, answer.text).status_code == 422
    assert confirm(client, address, answer.text, over="A-1@2").status_code == 303
    assert newest(own).month_completed == 1_600_000


def test_the_page_that_asks_for_a_file(client: FlaskClient, shared: Flask) -> None:
    before = kept(shared)
    assert problems(client.get(UPLOAD).text) == []
    token = token_of(client.get(UPLOAD).text)
    answer = client.post(UPLOAD, data={"csrf_token": token}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "没有选择文件" in answer.text
    assert problems(answer.text) == []
    assert client.get("/month/2023-09/upload").status_code == 404
    assert client.get("/month/2023-13/workbook").status_code == 404
    assert kept(shared) == before


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def _with_parts(**parts: bytes) -> bytes:
    """Return a real workbook with further parts in it."""
    out = io.BytesIO(saved(Book()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "macro": ("宏.xlsx", lambda: _with_parts(**{"xl/vbaProject.bin": b"x"}), "文件里有宏"),
    "bomb": (
        "大.xlsx",
        lambda: _with_parts(**{"xl/worksheets/sheet9.xml": b" " * (80 * 1024 * 1024)}),
        "大.xlsx：",
    ),
    "other zip": ("月报.xlsx", lambda: _zip(**{"a.txt": b"x"}), "是别的压缩文件"),
    "pdf": ("月报.xlsx", lambda: b"%PDF-1.7", "PDF 文件"),
    "page": ("月报.xls", lambda: b"<html><table></table></html>", "网页"),
    "text": ("月报.xlsx", "编码,本月完成投资".encode, "文本"),
    "empty": ("月报.xlsx", lambda: b"", "文件是空的"),
    "entity": (
        "月报.xlsx",
        lambda: _with_parts(**{"xl/x.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}),
        "实体",
    ),
    "just too large": ("月报.xlsx", lambda: b"PK\x03\x04" + b"0" * FILE_BYTES, "文件太大"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_workbook_is_turned_away(client: FlaskClient, shared: Flask, kind: str) -> None:
    name, content, says = HOSTILE[kind]
    before = kept(shared)
    answer = send(client, content(), name)
    assert answer.status_code == 422, answer.text
    assert says in answer.text
    assert problems(answer.text) == []
    assert kept(shared) == before


def test_what_is_larger_than_a_workbook_may_be_is_not_read(client: FlaskClient, shared: Flask) -> None:
    before = kept(shared)
    assert send(client, b"PK\x03\x04" + b"0" * (31 * 1024 * 1024)).status_code == 413
    assert kept(shared) == before


def test_old_workbooks_and_csv_are_taken(client: FlaskClient) -> None:
    rows = (("编码", "子项目", "本月完成投资"), ("A-1", "平台一期", 160))
    out, book = io.BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("表")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    book.save(out)
    text = "\r\n".join(",".join(map(str, row)) for row in rows)
    for name, content in (("月报.xls", out.getvalue()), ("月报.csv", text.encode("gb18030"))):
        page = client.get(send(client, content, name).headers["Location"])
        assert "不是从本系统下载的填报表" in page.text
        assert "确认报送1项" in page.text
        assert problems(page.text) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_hold_in_both_languages(client: FlaskClient, language: str) -> None:
    address = send(client, form_of(client, 本月完成投资=160, 存在问题="用地未落实\n需补偿")).headers[
        "Location"
    ]
    for path in (UPLOAD, address):
        page = client.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert problems(page.text) == []


def test_a_closed_month_takes_corrections(own: Flask) -> None:
    client = at_desk(own)
    march = "/month/2023-03/upload"
    table = "编码,本月完成投资,更正原因\nA-1,101,{}\n"
    address = send(client, table.format("").encode(), "三月.csv", march).headers["Location"]
    page = client.get(address)
    assert "本月已关闭，补报或更正须写明原因" in page.text
    address = send(client, table.format("设备款重复计入").encode(), "三月.csv", march).headers["Location"]
    assert confirm(client, address).status_code == 303
    assert "已提交1项更正" in client.get("/month/2023-03").text
    assert newest(own).correction_reason == "设备款重复计入"
