"""Evidence is what its content says, is written anew before it is kept, and a hostile file gets a sentence."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from tests.handed_in import (
    SECRET,
    bomb,
    loaded_pdf,
    packed_bomb,
    painted,
    pdf,
    photograph,
    png_chunk,
    saved,
)
from tracker.core.errors import Refused
from tracker.intake import apart
from tracker.intake.apart import opened_apart
from tracker.intake.attachments import PICTURE_BYTES, MediaType, plain_name, shown_name
from tracker.intake.jpegs import without_remarks
from tracker.intake.pdfs import PAGES, clean_pdf
from tracker.intake.pictures import SCANS, SIDE, clean_picture


def picture_of(content: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(content))
    opened.load()
    return opened


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as error:
        opened_apart(name, content)
    (problem,) = error.value.problems
    assert problem.field == "evidence"
    assert problem.mend, "a refusal says what to do"
    return problem.sentence()


def test_a_photograph_loses_place_camera_remark_and_profile() -> None:
    content = photograph()
    assert content.count(SECRET) >= 4, "the photograph must carry what is to be removed"
    kept = opened_apart("现场.JPG", content)
    assert (kept.name, kept.media_type) == ("现场.jpg", MediaType.JPEG)
    assert SECRET not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()
    assert b"Exif" not in kept.content


@pytest.mark.parametrize(
    ("orientation", "size", "left_top"), [(1, (60, 40), "red"), (6, (40, 60), "red"), (3, (60, 40), "blue")]
)
def test_a_photograph_is_turned_upright_before_it_forgets_how_it_was_held(
    orientation: int, size: tuple[int, int], left_top: str
) -> None:
    kept = picture_of(clean_picture(photograph(orientation), MediaType.JPEG)[0])
    assert kept.size == size
    red, _, blue = kept.getpixel((5, 5))
    assert ("red" if red > blue else "blue") == left_top


def test_what_hangs_behind_a_picture_is_gone() -> None:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("payload.html", "<script>alert(1)</script>")
    tail = b"<html><script>alert(1)</script>" + SECRET + hidden.getvalue()
    plain = saved(painted(), "PNG")
    # A part of text inside, and a page and an archive behind the end.
    content = plain[:33] + png_chunk(b"tEXt", b"Comment\0" + SECRET + b"<script>") + plain[33:] + tail
    assert zipfile.is_zipfile(io.BytesIO(content)), "the file must be an archive as well"
    kept = opened_apart("a.png", content).content
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert SECRET not in kept
    assert b"<script" not in kept
    assert picture_of(kept).getpixel((5, 5)) == (200, 20, 20)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (saved(painted(mode="CMYK")), "JPEG"),
        (saved(painted(mode="L")), "JPEG"),
        (saved(painted(mode="P"), "PNG"), "PNG"),
        (saved(painted(mode="1"), "PNG"), "PNG"),
        (saved(painted(mode="LA"), "PNG"), "PNG"),
        (saved(painted(mode="RGBA"), "PNG"), "PNG"),
        (saved(painted(mode="P"), "PNG", transparency=0), "PNG"),
        (saved(painted(), "WEBP", exif=b"Exif\0\0" + SECRET, xmp=SECRET), "WEBP"),
        (saved(painted(), "PNG", save_all=True, append_images=[painted(mode="L").convert("RGB")] * 3), "PNG"),
        (
            saved(painted(), "WEBP", save_all=True, append_images=[painted().rotate(180)] * 3, duration=50),
            "WEBP",
        ),
    ],
    ids=[
        "cmyk",
        "grey jpeg",
        "palette",
        "black and white",
        "grey with alpha",
        "alpha",
        "clear palette",
        "webp",
        "moving png",
        "moving webp",
    ],
)
def test_pictures_of_every_make_are_kept_as_one_plain_frame(content: bytes, kind: str) -> None:
    kept, media_type = clean_picture(content, MediaType(f"image/{kind.lower()}"))
    shown = picture_of(kept)
    assert shown.format == kind == media_type.name
    assert shown.mode in ("L", "RGB", "RGBA")
    assert getattr(shown, "n_frames", 1) == 1
    assert shown.size == (60, 40)
    assert SECRET not in kept


def test_sixteen_bits_of_grey_stay_a_picture() -> None:
    deep = Image.new("I;16", (20, 10), 0x8000)
    kept = picture_of(clean_picture(saved(deep, "PNG"), MediaType.PNG)[0])
    assert (kept.mode, kept.getpixel((3, 3))) == ("L", 128)


def test_a_picture_is_scaled_down_and_a_heavy_drawing_becomes_a_photograph() -> None:
    kept, _ = clean_picture(saved(painted((5000, 1000))), MediaType.JPEG)
    assert picture_of(kept).size == (SIDE, 819)
    noise = Image.frombytes("L", (4000, 3000), os.urandom(12_000_000))
    kept, media_type = clean_picture(saved(noise, "PNG", compress_level=1), MediaType.PNG)
    assert media_type is MediaType.JPEG
    assert picture_of(kept).format == "JPEG"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.jpg", b"", "文件是空的"),
        ("网页.jpg", b"<!DOCTYPE html><script>alert(1)</script>", "内容不是图片或 PDF"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "内容不是图片或 PDF"),
        ("图.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "内容不是图片或 PDF"),
        ("动.gif", b"GIF89a" + b"\0" * 50, "内容不是图片或 PDF"),
        ("表.xlsx", b"PK\x03\x04" + b"\0" * 50, "内容不是图片或 PDF"),
        ("程序.pdf", b"MZ\x90\0" + b"\0" * 50, "内容不是图片或 PDF"),
        ("苹果.jpg", b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
        ("半张.jpg", saved(painted((600, 400)))[:2000], "图片已损坏或不完整"),
        ("半张.png", saved(painted((600, 400)), "PNG")[:-40], "图片已损坏或不完整"),
        ("头.jpg", b"\xff\xd8\xff\xe0", "图片已损坏或不完整"),
        ("头.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "图片已损坏或不完整"),
        ("弹.png", bomb(8000, 8000), "图片像素过多"),
        ("弹.png", bomb(60_000, 60_000), "图片像素过多"),
        ("层.jpg", photograph() + b"\xff\xda" * SCANS, "分层过多"),
        ("大.jpg", photograph() + b"\0" * PICTURE_BYTES, "超过 10 MB"),
        ("大.pdf", pdf() + b"\0" * 20 * 1024 * 1024, "超过 20 MB"),
        ("锁.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "设了密码"),
        ("限.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="")), "设了密码"),
        ("半份.pdf", pdf(3)[:-200], "PDF 已损坏或不完整"),
        ("头.pdf", b"%PDF-1.7\n", "PDF 已损坏或不完整"),
        ("厚.pdf", pdf(PAGES + 1), f"PDF 有 {PAGES + 1} 页"),
        ("无页.pdf", pdf(0), "PDF 已损坏或不完整"),
        ("弹.pdf", packed_bomb(2**30), "PDF 已损坏或不完整"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_name_and_a_reason(
    name: str, content: bytes, told: str
) -> None:
    started = time.perf_counter()
    sentence = refused(name, content)
    assert sentence.startswith(name)
    assert told in sentence
    assert time.perf_counter() - started < 20


def test_a_pdf_keeps_its_pages_and_nothing_that_acts_or_tells() -> None:
    content = loaded_pdf()
    assert content.count(SECRET) >= 10, "the file must carry what is to be removed"
    kept = clean_pdf(content)
    # The library unfolds everything, so that nothing hides in a packed stream.
    with pikepdf.open(io.BytesIO(kept)) as opened:
        plain = io.BytesIO()
        opened.save(
            plain,
            qdf=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        assert set(opened.Root.keys()) <= {"/Type", "/Pages", "/OCProperties"}
        assert "/Info" not in opened.trailer
        assert not opened.attachments
        (page,) = opened.pages
        assert "/Annots" not in page.obj
        assert len(page.get_images()) == 1
    for word in (
        SECRET,
        b"/JavaScript",
        b"/JS",
        b"/AA",
        b"/OpenAction",
        b"/Launch",
        b"/URI",
        b"/EmbeddedFiles",
        b"/Metadata",
        b"/XFA",
        b"Exif",
    ):
        assert word not in plain.getvalue(), word
    assert b"1 0 0 rg" in plain.getvalue(), "a seal is drawn into the page"


def test_the_photograph_in_a_pdf_shows_the_same_pixels() -> None:
    with pikepdf.open(io.BytesIO(clean_pdf(loaded_pdf()))) as opened:
        shown = pikepdf.PdfImage(next(iter(opened.pages[0].get_images().values()))).as_pil_image()
        assert shown.tobytes() == picture_of(photograph()).tobytes()


def test_a_script_that_hides_among_resources_is_gone_and_a_font_of_that_name_stays() -> None:
    made = pikepdf.new()
    page = made.add_blank_page()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(SECRET.decode()))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
    )
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(AA=made.make_indirect(font)),
        Properties=pikepdf.Dictionary(
            X=made.make_indirect(script), Y=pikepdf.Array([pikepdf.Dictionary(Z=script)])
        ),
    )
    written = io.BytesIO()
    made.save(written)
    with pikepdf.open(io.BytesIO(clean_pdf(written.getvalue()))) as opened:
        plain = io.BytesIO()
        opened.save(
            plain, qdf=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
        assert opened.pages[0].Resources.Font.AA.BaseFont == pikepdf.Name.Courier
    assert SECRET not in plain.getvalue()


@pytest.mark.parametrize("make", [photograph, loaded_pdf, lambda: saved(painted(), "WEBP")])
def test_the_same_file_is_kept_as_the_same_bytes(make: Callable[[], bytes]) -> None:
    content = make()
    first, again = opened_apart("a", content), opened_apart("b", content)
    assert first.content == again.content
    # What was kept can be handed in again, downloaded from the page.
    assert opened_apart("c", first.content).media_type is first.media_type


def test_a_file_that_kills_or_stalls_its_process_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.001)
    assert "处理时间过长" in refused("慢.png", saved(painted(), "PNG"))
    monkeypatch.undo()
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    assert "无法处理" in refused("坏.png", saved(painted(), "PNG"))


def test_remarks_leave_a_jpeg_only_up_to_its_first_scan() -> None:
    content = photograph()
    cleaned = without_remarks(content)
    assert b"Exif" not in cleaned
    assert picture_of(cleaned).tobytes() == picture_of(content).tobytes()
    for odd in (
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"no picture",
        content[:40],
        b"\xff\xd8" + b"\xff\xe1\0\0" * 3,
    ):
        assert without_remarks(odd) == odd


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("现场 照片.JPEG", "现场 照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        (r"C:\fakepath\工地.jpg", "工地.jpg"),
        ("批复.pdf", "批复.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "a Set-Cookie x.jpg"),
        ("\u202egpj.exe", "gpj.exe.jpg"),
        ("<b>.jpg", "b.jpg"),
        ("...", "附件.jpg"),
        ("", "附件.jpg"),
        (".jpg", "jpg.jpg"),
        ("长" * 300, "长" * 96 + ".jpg"),
        ("坏\udc80名.jpg", "坏 名.jpg"),
    ],
)
def test_names_are_cleaned(name: str, shown: str) -> None:
    assert shown_name(name, MediaType.JPEG) == shown
    assert "/" not in plain_name(name)


def test_a_pdf_called_a_picture_is_listed_as_what_it_is() -> None:
    kept = opened_apart("批复.png", pdf())
    assert (kept.name, kept.media_type) == ("批复.pdf", MediaType.PDF)
