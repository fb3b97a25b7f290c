"""Owns making the files that people, and those who mean harm, hand in as evidence."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

#: What must be gone from everything that is kept.
SECRET = b"SECRET-4711"


def painted(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, (200, 20, 20))
    picture.paste((20, 20, 200), (size[0] // 2, 0, *size))
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return the picture as a file."""
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def photograph(orientation: int = 1, size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a JPEG as a phone makes it: with place, camera, remark and profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (31.0, 46.0, 12.3), 3: "E", 4: (119.0, 58.0, 4.5), 29: SECRET.decode()}
    )
    return saved(painted(size), exif=exif, comment=SECRET, icc_profile=b"ICC" + SECRET)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return one part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that unfolds to `width` x `height` pixels."""
    packer = zlib.compressobj(9)
    rows = packer.compress(b"\0" * ((width // 8 + 1) * height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    )


def pdf(pages: int = 1, **options: Any) -> bytes:
    """Return a plain PDF of so many pages; `options` are those of saving."""
    made = pikepdf.new()
    for number in range(pages):
        page = made.add_blank_page(page_size=(200, 200))
        page.Contents = Stream(made, b"0 0 1 rg 10 10 50 50 re f %% page %d" % number)
    return _written(made, **options)


def loaded_pdf() -> bytes:
    """Return a PDF with everything that can act, be opened or tell on its maker, and a seal that must stay visible."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    photo = Stream(made, photograph())
    photo.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=60,
        Height=40,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
        Metadata=Stream(made, b"<x:xmpmeta>" + SECRET),
    )
    page.Resources = Dictionary(XObject=Dictionary(Photo=made.make_indirect(photo)))
    page.Contents = Stream(made, b"q 60 0 0 40 0 0 cm /Photo Do Q")
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('SECRET-4711')"))
    page.obj.AA = Dictionary(O=script)
    page.obj.Metadata = Stream(made, SECRET)
    page.obj.PieceInfo = Dictionary(Editor=Dictionary(Private=String(SECRET.decode())))
    page.obj.Annots = Array([made.make_indirect(note) for note in _notes(made, script)])
    made.attachments["SECRET-4711.exe"] = b"MZ" + SECRET
    made.Root.OpenAction = script
    made.Root.AA = Dictionary(WC=script)
    made.Root.Names.JavaScript = Dictionary(Names=Array([String("a"), script]))
    made.Root.Metadata = Stream(made, b"<x:xmpmeta>" + SECRET)
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(made, SECRET))
    made.docinfo[Name.Author] = SECRET.decode()
    made.docinfo[Name.Title] = SECRET.decode()
    return _written(made, compress_streams=False) + b"\n<script>" + SECRET


def _notes(made: pikepdf.Pdf, script: Dictionary) -> list[Dictionary]:
    look = Stream(made, b"1 0 0 rg 0 0 40 40 re f")
    look.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 40, 40]))
    place = {"Type": Name.Annot, "Rect": Array([100, 100, 140, 140]), "F": 4}
    return [
        Dictionary(
            Subtype=Name.Stamp,
            AP=Dictionary(N=made.make_indirect(look)),
            Contents=String("SECRET-4711"),
            **place,
        ),
        Dictionary(
            Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("http://SECRET-4711.example")), **place
        ),
        Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("SECRET-4711.exe")), **place),
        Dictionary(Subtype=Name.Link, A=script, **place),
    ]


def packed_bomb(unfolded: int) -> bytes:
    """Return a small PDF whose table of contents unfolds to so many bytes."""
    packer = zlib.compressobj(9)
    rows = b"".join([*(packer.compress(b"\0" * 2**20) for _ in range(unfolded // 2**20)), packer.flush()])
    head = b"%PDF-1.5\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n"
    table = b"3 0 obj <</Type/XRef/Size 4/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>> stream\n" % len(
        rows
    )
    return head + table + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def _written(made: pikepdf.Pdf, **options: Any) -> bytes:
    written = io.BytesIO()
    made.save(written, **options)
    return written.getvalue()
