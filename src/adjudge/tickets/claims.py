"""What a file is by its first bytes, where that is not what its name says."""

from __future__ import annotations

import re

from adjudge.findings import InputError

STDIN = "-"
ONLY_JSON = (
    "`-` is for JSON, as lines or as a list; put anything else into a file whose ending says what "
    "it is, such as tickets.csv, and name that file in place of `-`"
)
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
WORKBOOK = b"PK\x03\x04"
PARQUET = b"PAR1"

_EXPORT_AGAIN = "export it again, as CSV, JSON lines, a workbook (.xlsx) or Parquet"
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (WORKBOOK, "a zip archive", "if it is a workbook, let its name end in .xlsx; else unpack it"),
    (PARQUET, "a Parquet file", "let its name end in .parquet"),
    (
        b"\xd0\xcf\x11\xe0",
        "a workbook of the old kind (.xls), or one with a password",
        "open it and save it as .xlsx without a password, or as CSV",
    ),
    (b"%PDF", "a PDF document", _EXPORT_AGAIN),
    (b"BZh", "packed with bzip2", "unpack it, or pack it with gzip (.gz) or zstd (.zst)"),
    (b"\xfd7zXZ", "packed with xz", "unpack it, or pack it with gzip (.gz) or zstd (.zst)"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"SQLite format 3", "an SQLite database", _EXPORT_AGAIN),
)
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", re.IGNORECASE)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*[{\]])')
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0c\x1b")
HEAD_BYTES = 64


def check_text(path: str, ending: str, head: bytes) -> None:
    """Raise `InputError` where the first bytes of a text file are those of something else."""
    for magic, kind, help in _KINDS:
        if head.startswith(magic):
            raise _is(path, kind, help)
    if head.startswith((GZIP, ZSTD)):
        message, help = f"`{path}` is packed twice", "unpack it once, and run again"
        raise InputError.of("wrong-kind", message, help=help, where=path)
    if _WEB_PAGE.match(head):
        raise _is(path, "a web page", "it may be a log-in page: fetch the export again")
    if _XML.match(head):
        raise _is(path, "an XML document", _EXPORT_AGAIN)
    if _is_binary(head):
        raise _is(path, "not text", _EXPORT_AGAIN)
    if ending in (".csv", ".tsv") and _JSON.match(head):
        raise _is(path, "JSON", "let its name end in .json, or .jsonl for one object a line")


def _is_binary(head: bytes) -> bool:
    """Tell whether bytes are no text in any encoding; UTF-16 has a zero in every second place."""
    if without_mark(head) is not None or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe")):
        return False
    return len(head) >= 16 and len(head.translate(None, _CONTROL)) < len(head) * 0.8


def without_mark(head: bytes) -> str | None:
    """Return the form of UTF-16 that text without a byte-order mark is in, None for no UTF-16."""
    if len(head) < 8:
        return None
    if not any(head[1:8:2]) and all(head[0:8:2]):
        return "utf-16-le"
    return "utf-16-be" if not any(head[0:8:2]) and all(head[1:8:2]) else None


def check_binary(path: str, ending: str, head: bytes) -> None:
    """Raise `InputError` where a workbook or a Parquet file does not start like one."""
    magic, what = {
        ".xlsx": (WORKBOOK, "a workbook"),
        ".parquet": (PARQUET, "a Parquet file"),
    }[ending]
    if head.startswith(magic):
        return
    if not head:
        raise InputError.of("empty-file", f"`{path}` is empty", help=_EXPORT_AGAIN, where=path)
    for other, kind, help in _KINDS:
        if head.startswith(other):
            raise _is(path, kind, help)
    for other, kind in ((GZIP, "packed with gzip"), (ZSTD, "packed with zstd")):
        if head.startswith(other):
            raise _is(path, kind, f"unpack it: {what} is packed in itself")
    if _WEB_PAGE.match(head):
        raise _is(path, "a web page", "it may be a log-in page: fetch the export again")
    text = "JSON" if _JSON.match(head) else "text" if b"\0" not in head else None
    if text is None:
        raise _is(path, f"not {what}", _EXPORT_AGAIN)
    help = "let its name end in .json or .jsonl" if text == "JSON" else "let its name end in .csv"
    raise _is(path, text, help)


def _is(path: str, kind: str, help: str) -> InputError:
    if path == STDIN:
        message = f"standard input is {kind}"
        return InputError.of("wrong-kind", message, help=ONLY_JSON, where=path)
    said = "which is not what its name says"
    return InputError.of("wrong-kind", f"`{path}` is {kind}, {said}", help=help, where=path)
