"""Owns PDF files that are handed in: only what is printed on their pages is carried into a new file."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from tracker.intake.attachments import Unfit
from tracker.intake.jpegs import without_remarks

PAGES = 200
OBJECTS = 50_000
#: What one packed stream may unfold to while the file is read; they pack a thousand to one.
_UNFOLDED = 64 * 1024 * 1024
#: How deep a dictionary may stand in another; qpdf itself reads no deeper than 499.
_DEPTH = 200

#: A page keeps what is needed to print it: no actions, notes, thumbnails, private data or XMP.
_PAGE_KEYS = frozenset(
    {
        "/Type", "/Parent", "/Resources", "/Contents", "/Group", "/Rotate", "/UserUnit",
        "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
    }
)  # fmt: skip
#: Whatever has one of these loses it, wherever it stands. Shorter names are left alone: fonts may be called so.
_UNWANTED = frozenset(
    {
        "/OpenAction", "/JavaScript", "/EmbeddedFiles", "/RichMediaContent", "/AcroForm", "/Annots", "/XFA",
        "/Metadata", "/PieceInfo", "/LastModified",
    }
)  # fmt: skip
#: In a stream's own dictionary these name files, other documents and other looks.
_UNWANTED_IN_STREAMS = _UNWANTED | {"/F", "/FFilter", "/FDecodeParms", "/AF", "/Ref", "/OPI", "/Alternates"}
_ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/Movie",
        "/Sound", "/RichMediaExecute", "/Thread", "/Named", "/Hide", "/SetOCGState",
    }
)  # fmt: skip

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_UNFOLDED,
    run_length_max_memory=_UNFOLDED,
    png_max_memory=_UNFOLDED,
    tiff_max_memory=_UNFOLDED,
    dct_max_memory=_UNFOLDED,
    max_stream_filters=4,
    doc_max_warnings=100,
)


def clean_pdf(content: bytes) -> bytes:
    """Return the PDF as it is kept; raise Unfit for one that is locked, damaged, without pages or too long.

    Stamps, seals and filled-in fields are drawn into the pages; scripts, actions, links, attached files,
    remarks and layers of editing programs are gone.
    """
    try:
        with Pdf.open(io.BytesIO(content), attempt_recovery=False, conversion_mode="explicit") as opened:
            return _written_anew(opened)
    except pikepdf.PasswordError as error:
        raise _locked() from error
    except Unfit:
        raise
    except Exception as error:
        # A hostile file brings forth any kind of error; whatever cannot be read through is not kept.
        raise Unfit("PDF 已损坏或不完整", "请用 PDF 软件打开后另存（或打印为 PDF），再上传") from error


def _locked() -> Unfit:
    return Unfit("PDF 设了密码或权限限制", "请取消密码和限制后再上传")


def _written_anew(opened: Pdf) -> bytes:
    if opened.is_encrypted:
        raise _locked()
    if len(opened.objects) > OBJECTS:
        raise Unfit("PDF 结构异常，内部对象过多", "请打印为 PDF 后再上传")
    count = len(opened.pages)
    if count > PAGES:
        raise Unfit(f"PDF 有 {count} 页，超过 {PAGES} 页", "请只保留有关的页面后再上传")
    opened.flatten_annotations("screen")
    for page in opened.pages:
        for key in set(page.obj.keys()) - _PAGE_KEYS:
            del page.obj[key]
    kept = Pdf.new()
    kept.add_pages_from(opened, forms="strip", layers="preserve", outlines="ignore")
    for item in kept.objects:
        _strip(item, 0)
    written = io.BytesIO()
    # Nothing is unfolded for writing; the same pages always give the same bytes.
    kept.save(
        written,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return written.getvalue()


def _strip(item: Object, depth: int) -> None:
    """Remove what is unwanted from an object and from what stands directly in it."""
    if depth > _DEPTH:
        raise ValueError("nested too deep")
    if isinstance(item, Array):
        for part in item:
            _strip_direct(part, depth)
    elif isinstance(item, (Dictionary, Stream)):
        unwanted = _UNWANTED_IN_STREAMS if isinstance(item, Stream) else _UNWANTED
        acts = _acts(item)
        for key in list(item.keys()):
            if acts or key in unwanted:
                del item[key]
            else:
                _strip_direct(item[key], depth)
        if isinstance(item, Stream):
            _strip_photograph(item)


def _acts(item: Object) -> bool:
    """Return whether the dictionary is an action or holds a file."""
    return str(item.get(Name.S)) in _ACTIONS or isinstance(item.get(Name.EF), Dictionary)


def _strip_direct(part: object, depth: int) -> None:
    # What is only referred to has its own turn.
    if isinstance(part, (Array, Dictionary, Stream)) and not part.is_indirect:
        _strip(part, depth + 1)


def _strip_photograph(item: Stream) -> None:
    """Remove place and camera from a photograph that a page shows."""
    filters = item.get(Name.Filter)
    if filters == Name.DCTDecode or (isinstance(filters, Array) and list(filters) == [Name.DCTDecode]):
        raw = item.read_raw_bytes()
        cleaned = without_remarks(raw)
        if cleaned != raw:
            parameters = item.get(Name.DecodeParms)
            fitting = parameters if isinstance(parameters, (Dictionary, Array)) else None
            item.write(cleaned, filter=Name.DCTDecode, decode_parms=fitting)
