"""Evidence over HTTP: handed in with a plain form, looked at under a policy of its own, shut to everybody else."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.handed_in import SECRET, loaded_pdf, painted, pdf, photograph, saved
from tests.web import seed
from tests.web.conftest import make_app, sign_in, token_of
from tests.web.markup import parse, problems
from tracker.core.periods import Period
from tracker.services.accounts import add_account
from tracker.services.closing import close_period
from tracker.services.evidence import EvidenceInfo, info_of
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import reading, writing
from tracker.store.reports import Evidence
from tracker.web.uploads import ROOM

A1 = "/month/2023-04/A-1/evidence"


@pytest.fixture
def own(tmp_path: Path) -> Flask:
    """Return an application over a year of its own, with a reporter of another unit."""
    app = make_app(tmp_path / "home", with_year=True)
    with writing(app.extensions["tracker_engine"]) as session:
        add_account(
            session,
            seed.ACTOR,
            seed.NOW,
            "other",
            "别家",
            Role.REPORTER,
            ("市人社局",),
            seed.PASSWORD,
            must_change=False,
        )
    return app


@pytest.fixture
def at_desk(own: Flask) -> Callable[[str], FlaskClient]:
    """Return username -> a browser that is signed in to it."""

    def opened(username: str) -> FlaskClient:
        client = own.test_client()
        assert sign_in(client, username) == 302
        return client

    return opened


def send(client: FlaskClient, *files: tuple[str, bytes], to: str = A1, token: bool = True) -> TestResponse:
    """Send the form as a browser without scripts would."""
    fields = {"evidence": [FileStorage(io.BytesIO(content), filename=name) for name, content in files]}
    return post(client, to, fields, token=token)


def post(
    client: FlaskClient, to: str, fields: dict[str, Any] | None = None, *, token: bool = True
) -> TestResponse:
    """Send a form of parts, with the token of a page that was seen before."""
    told = dict(fields or {})
    if token:
        told["csrf_token"] = token_of(client.get("/", follow_redirects=True).text)
    boundary, body = encode_multipart(told)
    return client.post(to, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def look(client: FlaskClient, evidence_id: int) -> TestResponse:
    return client.get(f"/evidence/{evidence_id}", buffered=True)


def rows(app: Flask) -> list[EvidenceInfo]:
    with reading(app.extensions["tracker_engine"]) as session:
        return [info_of(row) for row in session.scalars(sa.select(Evidence).order_by(Evidence.id))]


def kept_files(app: Flask) -> int:
    settings: Settings = app.extensions["tracker_settings"]
    return sum(path.is_file() for path in settings.attachments.rglob("*"))


def test_files_are_handed_in_looked_at_and_taken_away(
    own: Flask, at_desk: Callable[[str], FlaskClient]
) -> None:
    reporter = at_desk("reporter")
    answer = send(reporter, ("现场 照片.JPG", photograph()), ("批复.png", loaded_pdf()))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/month/2023-04/A-1#evidence")
    _, photo, paper = rows(own)
    assert (photo.file_name, paper.file_name) == ("现场 照片.jpg", "批复.pdf")
    assert photo.made_by == "reporter甲（reporter）"

    for role in ("reporter", "office", "leader"):
        seen = look(at_desk(role), photo.id)
        assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
        assert SECRET not in seen.data
        assert Image.open(io.BytesIO(seen.data)).size == (60, 40)
    seen = look(at_desk("office"), paper.id)
    assert seen.mimetype == "application/pdf"
    assert SECRET not in seen.data
    assert len(pikepdf.open(io.BytesIO(seen.data)).pages) == 1

    token = token_of(reporter.get("/", follow_redirects=True).text)
    answer = reporter.post(f"{A1}/{photo.id}/remove", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/month/2023-04/A-1#evidence")
    assert [row.removed_by for row in rows(own)] == ["", "reporter甲（reporter）", ""]
    assert look(at_desk("office"), photo.id).status_code == 200, "revisions refer to it"


def test_a_file_is_served_so_that_it_can_do_no_harm(
    own: Flask, at_desk: Callable[[str], FlaskClient]
) -> None:
    reporter = at_desk("reporter")
    send(reporter, ("现场.jpg", photograph(size=(80, 40))), ("批复'; X-Evil=1.pdf", pdf()))
    _, photo, paper = rows(own)
    for row, way, suffix in ((photo, "inline", ".jpg"), (paper, "attachment", ".pdf")):
        headers = look(reporter, row.id).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Content-Type"] == row.media_type.value
        told = headers["Content-Disposition"]
        assert told.startswith(f"{way}; filename=evidence-{row.id}{suffix}; filename*=UTF-8''%")
        assert told.isascii()
        assert "X-Evil=" not in told, "what the name holds stands encoded"
        assert not {"ETag", "Last-Modified"} & set(headers.keys())


def test_another_units_evidence_is_neither_seen_nor_touched(
    own: Flask, at_desk: Callable[[str], FlaskClient]
) -> None:
    other = at_desk("other")
    assert look(other, 1).status_code == 404
    assert look(other, 999).status_code == 404
    assert send(other, ("a.jpg", photograph())).status_code == 404
    token = token_of(other.get("/", follow_redirects=True).text)
    assert other.post(f"{A1}/1/remove", data={"csrf_token": token}).status_code == 404
    # Not through a line of its own either.
    own_line = "/month/2023-04/B-1/evidence"
    assert other.post(f"{own_line}/1/remove", data={"csrf_token": token}).status_code == 404
    assert send(other, ("a.jpg", photograph()), to=own_line).status_code == 303
    assert [row.removed_at for row in rows(own)] == [None, None]


@pytest.mark.parametrize("role", ["office", "leader", "administrator"])
def test_only_reporters_hand_in(app: Flask, as_role: Callable[[str], FlaskClient], role: str) -> None:
    client = as_role(role)
    assert send(client, ("a.jpg", photograph())).status_code == 403
    token = token_of(client.get("/", follow_redirects=True).text)
    assert client.post(f"{A1}/1/remove", data={"csrf_token": token}).status_code == 403
    assert len(rows(app)) == 1
    assert (look(client, 1).status_code == 403) == (role == "administrator")


def test_a_form_needs_its_token_and_a_stranger_is_sent_away(
    app: Flask, as_role: Callable[[str], FlaskClient]
) -> None:
    assert send(as_role("reporter"), ("a.jpg", photograph()), token=False).status_code == 400
    stranger = app.test_client()
    assert look(stranger, 1).status_code == 302
    token = token_of(stranger.get("/login").text)
    assert stranger.post(A1, data={"csrf_token": token}).status_code == 401
    assert len(rows(app)) == 1


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], ["没有选择文件"]),
        ([("a.jpg", b"")], ["a.jpg：文件是空的"]),
        ([("网页.jpg", b"<html><script>alert(1)</script>")], ["网页.jpg：内容不是图片或 PDF"]),
        (
            [("好.jpg", photograph()), ("图.svg", b"<svg onload='x'/>"), ("半.pdf", pdf()[:-100])],
            ["图.svg", "半.pdf：PDF 已损坏"],
        ),
        ([(f"{number}.jpg", photograph()) for number in range(11)], ["一次最多上传 10 个文件"]),
        ([("大.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 10 * 1024 * 1024)], ["大.png：文件太大，超过 10 MB"]),
    ],
    ids=["none", "empty", "html", "some bad", "eleven", "large"],
)
def test_what_is_refused_gets_its_sentences_and_nothing_is_kept(
    app: Flask, as_role: Callable[[str], FlaskClient], files: list[tuple[str, bytes]], told: list[str]
) -> None:
    before = kept_files(app)
    answer = send(as_role("reporter"), *files)
    assert answer.status_code == 422
    for words in told:
        assert words in answer.text
    assert "<script>alert" not in answer.text
    assert (len(rows(app)), kept_files(app)) == (1, before)


def test_the_eleventh_file_of_a_report_is_refused(own: Flask, at_desk: Callable[[str], FlaskClient]) -> None:
    reporter = at_desk("reporter")
    nine = [(f"{number}.png", saved(painted((20 + number, 9)), "PNG")) for number in range(9)]
    assert send(reporter, *nine).status_code == 303
    answer = send(reporter, ("十一.png", saved(painted((99, 9)), "PNG")))
    assert answer.status_code == 422
    assert "每份月报最多 10 个佐证材料，已有 10 个" in answer.text


def test_large_requests_are_taken_only_where_files_are_handed_in(
    own: Flask, at_desk: Callable[[str], FlaskClient]
) -> None:
    reporter, size = at_desk("reporter"), 3 * 1024 * 1024
    noise = Image.effect_noise((2600, 2000), 90)
    large = [(f"{number}.jpg", saved(noise.rotate(number), quality=95)) for number in (1, 2)]
    assert sum(len(content) for _, content in large) > size
    assert send(reporter, *large).status_code == 303
    # A form of another kind, and somebody who may not hand in, stay below a form's worth.
    assert send(reporter, ("a.jpg", b"0" * size), to=f"{A1}/1/remove").status_code == 413
    assert send(at_desk("office"), ("a.jpg", b"0" * size)).status_code == 413
    stranger = own.test_client()
    stranger.get("/login")
    assert send(stranger, ("a.jpg", b"0" * size)).status_code == 413


def test_there_is_a_limit_for_files_too(
    app: Flask, as_role: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = as_role("reporter")
    monkeypatch.setitem(ROOM, "evidence_changes.add", 5000)
    assert send(reporter, ("a.jpg", photograph() + b"\0" * 5000)).status_code == 413


@pytest.mark.parametrize(
    "to",
    [
        "/month/2023-13/A-1/evidence",
        "/month/x/A-1/evidence",
        "/month/2024-04/A-1/evidence",
        "/month/2023-04/Z-9/evidence",
        "/month/2023-04/P-1/evidence",
        "/month/2023-06/A-1/evidence",
    ],
)
def test_unknown_months_and_lines_are_not_found(
    app: Flask, as_role: Callable[[str], FlaskClient], to: str
) -> None:
    assert send(as_role("reporter"), ("a.jpg", photograph()), to=to).status_code == 404


def test_a_closed_month_is_shut(own: Flask, at_desk: Callable[[str], FlaskClient]) -> None:
    answer = send(at_desk("reporter"), ("a.jpg", photograph()), to="/month/2023-03/A-1/evidence")
    assert answer.status_code == 409
    assert "不接收" in answer.text
    with writing(own.extensions["tracker_engine"]) as session:
        close_period(session, seed.ACTOR, Period(2023, 4), seed.NOW)
    token = token_of((client := at_desk("reporter")).get("/", follow_redirects=True).text)
    assert client.post(f"{A1}/1/remove", data={"csrf_token": token}).status_code == 409
    assert look(client, 1).status_code == 200


def test_a_lost_file_is_said_to_be_lost(own: Flask, at_desk: Callable[[str], FlaskClient]) -> None:
    settings: Settings = own.extensions["tracker_settings"]
    for path in settings.attachments.rglob("*"):
        if path.is_file():
            path.unlink()
    answer = look(at_desk("office"), 1)
    assert answer.status_code == 404
    assert "现场.jpg" in answer.text


_PAGE = """<!DOCTYPE html><html lang="zh"><head><title>x</title></head><body><h1>x</h1>
{% from "components/evidence.html" import evidence %}{{ evidence(found, period, code, may_change) }}</body></html>"""


@pytest.mark.parametrize("may_change", [True, False])
def test_the_list_is_valid_html_with_a_form_for_whoever_may(app: Flask, may_change: bool) -> None:
    first = rows(app)[0]
    hostile = EvidenceInfo(
        2, '<b>"x".pdf', type(first.media_type).PDF, 2048, "0" * 64, "甲", seed.NOW, "乙", seed.NOW
    )
    with app.test_request_context("/"):
        html = render_template_string(
            _PAGE, found=(first, hostile), period=Period(2023, 4), code="A-1", may_change=may_change
        )
    assert problems(html) == []
    page = parse(html)
    (picture,) = page.iter("img")
    assert (picture.get("src"), picture.get("alt")) == ("/evidence/1", "佐证图片：现场.jpg")
    actions = [form.get("action") for form in page.iter("form")]
    assert actions == ([f"{A1}/1/remove", A1] if may_change else [])
    assert "已删去" in html


def test_a_full_list_offers_no_more_room(app: Flask) -> None:
    with app.test_request_context("/"):
        html = render_template_string(
            _PAGE, found=tuple(rows(app)) * 10, period=Period(2023, 4), code="A-1", may_change=True
        )
    assert f'action="{A1}"' not in html
