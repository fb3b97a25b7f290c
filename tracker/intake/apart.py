"""Owns opening handed-in files in a process of its own: whatever a hostile one brings down, it is not the server.

Run as `python -m tracker.intake.apart MEDIA_TYPE` it reads a file and writes a line about it and what is kept of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import BinaryIO

from tracker.intake.attachments import Attachment, MediaType, Unfit, media_type_of, refusal, shown_name

#: Honest files take a second or two, the largest six, and 600 MB at the very most. A server's worker waits a minute.
SECONDS = 20
MEMORY_BYTES = 1536 * 1024 * 1024
_MEND = "请用图片或 PDF 软件打开后另存，再上传"


def opened_apart(name: str, content: bytes) -> Attachment:
    """Return the file as it may be kept; raise Refused with the sentence for whoever handed it in."""
    try:
        kind, kept = _kept(content)
    except Unfit as error:
        raise refusal(name, error.what, error.mend) from error
    return Attachment(shown_name(name, kind), kind, kept)


def _kept(content: bytes) -> tuple[MediaType, bytes]:
    """Return the kind and the content that another process makes of `content`; raise Unfit."""
    command = [sys.executable, "-P", "-m", "tracker.intake.apart", media_type_of(content).value]
    try:
        # Nothing of the command comes from outside.
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unfit("文件结构异常，处理时间过长", _MEND) from error
    if done.returncode != 0:
        raise Unfit("文件结构异常，无法处理", _MEND)
    head, _, kept = done.stdout.partition(b"\n")
    told = json.loads(head)
    if "what" in told:
        raise Unfit(told["what"], told["mend"])
    return MediaType(told["kind"]), kept


def _cleaned(kind: MediaType, content: bytes) -> tuple[MediaType, bytes]:
    # Only the library that is needed is loaded.
    if kind is MediaType.PDF:
        from tracker.intake.pdfs import clean_pdf  # noqa: PLC0415

        return kind, clean_pdf(content)
    from tracker.intake.pictures import clean_picture  # noqa: PLC0415

    kept, kind = clean_picture(content, kind)
    return kind, kept


def _serve(kind: MediaType, source: BinaryIO, target: BinaryIO) -> None:
    try:
        kind, kept = _cleaned(kind, source.read())
    except Unfit as error:
        target.write(json.dumps({"what": error.what, "mend": error.mend}).encode() + b"\n")
    else:
        target.write(json.dumps({"kind": kind.value}).encode() + b"\n" + kept)
    target.flush()


def limit_process() -> None:
    """Bound the memory and the time of this process."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_process()
    _serve(MediaType(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
