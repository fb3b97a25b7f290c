"""Owns pictures that are handed in: decoded within limits, turned upright and written anew, so that only pixels stay."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from tracker.intake.attachments import PICTURE_BYTES, MediaType, Unfit

#: Cameras of phones make up to 50 million; decoded, that is 150 MB for a moment.
PIXELS = 52_000_000
#: What is kept is at most this wide and high.
SIDE = 4096
#: A progressive picture has about ten; thousands of them in a small file only cost time.
SCANS = 60
_SCAN = b"\xff\xda"
_QUALITY = 88
_FORMATS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG", MediaType.WEBP: "WEBP"}


def clean_picture(content: bytes, media_type: MediaType) -> tuple[bytes, MediaType]:
    """Return the picture as it is kept, and its kind; raise Unfit for what cannot be decoded within limits.

    Place, camera, remarks, colour profile, further frames and whatever hangs at the end are gone.
    """
    picture = _decoded(content, media_type)
    kept = _encoded(picture, media_type)
    if media_type is MediaType.PNG and len(kept) > PICTURE_BYTES:
        # A photograph that was saved as a drawing: nobody sees a difference but the disk.
        return _encoded(_on_white(picture), MediaType.JPEG), MediaType.JPEG
    return kept, media_type


def _decoded(content: bytes, media_type: MediaType) -> Image.Image:
    if media_type is MediaType.JPEG and content.count(_SCAN) > SCANS:
        raise Unfit("图片结构异常，分层过多", "请用图片软件打开后另存，再上传")
    try:
        with Image.open(io.BytesIO(content), formats=(_FORMATS[media_type],)) as opened:
            _check_pixels(opened)
            opened.load()
            picture = _in_plain_colours(_upright(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Unfit:
        raise
    except Exception as error:
        # The decoders raise many kinds of errors; whatever they cannot read, nobody can be shown.
        raise Unfit("图片已损坏或不完整", "请用图片软件打开后另存，再上传") from error
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    # Formats write profiles and remarks from here unasked.
    picture.info = {}
    return picture


def _upright(opened: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:
        # Many programs write broken remarks; the pixels are fine, only nobody says how the camera was held.
        return opened


def _check_pixels(opened: Image.Image) -> None:
    if opened.width * opened.height > PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Unfit:
    return Unfit(f"图片像素过多，超过 {PIXELS // 10_000} 万像素", "请缩小图片后再上传")


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """Return the picture in grey, RGB or RGBA: what every browser shows."""
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; a plain conversion would cut them off at 255.
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _encoded(picture: Image.Image, media_type: MediaType) -> bytes:
    written = io.BytesIO()
    if media_type is MediaType.PNG:
        picture.save(written, "PNG")
    elif media_type is MediaType.WEBP:
        picture.save(written, "WEBP", quality=_QUALITY)
    else:
        picture.save(written, "JPEG", quality=_QUALITY, progressive=True)
    return written.getvalue()
