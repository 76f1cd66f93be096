"""Bytes of an export as text: files and standard input, unpacked and decoded as they are read."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from adjudge.findings import InputError, no_such_file
from adjudge.tickets.claims import GZIP, HEAD_BYTES, STDIN, ZSTD, check_text, without_mark
from adjudge.tickets.zstd import DamagedZstd, Unzstd

PACKINGS = (".gz", ".zst")
_MARKS = (  # the longer one first: a mark of UTF-32 begins like one of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Counted(io.RawIOBase):
    """A byte stream that counts what was read of it; standard input stays open when it closes."""

    def __init__(self, source: BinaryIO, size_bytes: int | None) -> None:
        self.count = 0
        self.text: io.TextIOWrapper | None = None
        self.size_bytes = size_bytes
        self._source = source
        self._state = None if size_bytes is None else _state(source)
        # A pipe gives what it has at once; waiting for a full buffer would stall a slow writer.
        self._fill = getattr(source, "readinto1", None) or source.readinto  # type: ignore[attr-defined]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        read: int | None = self._fill(buffer)
        self.count += read or 0
        return read

    @property
    def file(self) -> BinaryIO:
        """The file itself, for readers that need to go to and fro in it."""
        return self._source

    def check_unchanged(self, path: str) -> None:
        """Raise `InputError` where the file is not what it was when it was opened.

        What was read of a file that grows may end in the middle of a row.
        """
        if self._state is None or self._source.closed or _state(self._source) == self._state:
            return
        now, before = _state(self._source)[0], self._state[0]
        what = f"it had {before:,} bytes and has {now:,}" if now != before else "it was written to"
        raise InputError.of(
            "export-changed",
            f"`{path}` changed while it was read: {what}",
            help="wait until it is complete and run again, or work on a copy of it",
            where=path,
        )

    def close(self) -> None:
        if not self.closed and self._source is not getattr(sys.stdin, "buffer", None):
            self._source.close()
        super().close()


def _state(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def is_directory(path: str) -> InputError:
    """Return the error for a folder that is given as an export."""
    message = f"`{path}` is a directory"
    return InputError.of("not-a-file", message, help="name one file of it", where=path)


def open_bytes(path: str) -> Counted:
    """Open an export by path, or standard input for `-`; raise `InputError` where that fails."""
    if path == STDIN:
        return Counted(sys.stdin.buffer, None)
    try:
        if os.path.isdir(path):
            raise is_directory(path)
        file = open(path, "rb", buffering=0)  # noqa: SIM115 (closed with the export)
        status = os.fstat(file.fileno())
    except FileNotFoundError:
        raise no_such_file(path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError.of(
            "file-unreadable", f"`{path}` cannot be read: {reason.lower()}", where=path
        ) from None
    return Counted(file, status.st_size if stat.S_ISREG(status.st_mode) else None)


def bare_name(path: str) -> str:
    """Return a path in lower case without the ending that says how it is packed."""
    name = path.lower()
    return next((name.removesuffix(each) for each in PACKINGS if name.endswith(each)), name)


def open_text(path: str, counted: Counted, encoding: str | None) -> io.TextIOWrapper:
    """Return the export's text, unpacked, with its line ends as they are.

    Without `encoding`, a byte-order mark decides; else the text is UTF-8, and where bytes are not,
    those are Windows-1252. Raises `InputError` for an unknown encoding and for a file that is not
    what its name says.
    """
    with translated(path):
        buffered = _unpacked(path, io.BufferedReader(counted))
        head = _head(buffered, waits=path == STDIN)
        check_text(path, os.path.splitext(bare_name(path))[1], head)
        errors = "strict"
        if encoding is None:
            encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
            encoding = encoding or without_mark(head)
        if encoding is None:
            codecs.register_error("adjudge.windows-1252", _windows_1252)
            encoding, errors = "utf-8-sig", "adjudge.windows-1252"
        try:
            return io.TextIOWrapper(buffered, encoding, errors, newline="")
        except (LookupError, ValueError):
            help = "for example utf-8, utf-16, windows-1252 or latin-1"
            message = f"there is no text encoding `{encoding}`"
            raise InputError.of("unknown-encoding", message, help=help, where=path) from None


def _unpacked(path: str, buffered: io.BufferedReader) -> io.BufferedReader:
    """Return the bytes of a packed file as they were; any file by its first bytes."""
    head = buffered.peek(4)[:4]
    if head.startswith(GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=buffered))
    if head.startswith(ZSTD):
        return io.BufferedReader(Unzstd(buffered))
    for ending, packer in ((".gz", "gzip"), (".zst", "zstd")):
        if path.lower().endswith(ending) and head:
            message = f"`{path}` is not packed with {packer}, as its name says"
            help = f"take the {ending} off its name, if it is a plain file"
            raise InputError.of(f"not-{packer}", message, help=help, where=path)
    return buffered


def _head(buffered: io.BufferedReader, *, waits: bool) -> bytes:
    """Return the first bytes; of a pipe those that are there, as it may never send more."""
    return buffered.peek(4 if waits else HEAD_BYTES)[:HEAD_BYTES]


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    # Windows-1252 leaves five bytes open; as control characters they are kept, as browsers do.
    taken = error.object[error.start : error.end]
    text = "".join(
        bytes((byte,)).decode("cp1252", "ignore") or bytes((byte,)).decode("latin-1")
        for byte in taken
    )
    return text, error.end


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Turn what goes wrong while bytes are read into an `InputError` that names the file."""
    try:
        yield
    except UnicodeError as error:
        name = getattr(error, "encoding", "the encoding")
        reason = getattr(error, "reason", None) or str(error)
        raise InputError.of(
            "wrong-encoding",
            f"`{path}` is not {name}: {reason}",
            help="leave the encoding out to have it recognised, or name the right one",
            where=path,
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        packer = "zstd" if path.lower().endswith(".zst") else "gzip"
        raise InputError.of(
            f"damaged-{packer}",
            f"`{path}` is damaged or cut short: {str(error).lower()}",
            help="fetch or export it again",
            where=path,
        ) from None
    except DamagedZstd as error:
        raise InputError.of(
            "damaged-zstd",
            f"`{path}` is damaged: {str(error).lower()}",
            help="fetch or export it again",
            where=path,
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError.of(
            "file-unreadable", f"`{path}` cannot be read: {reason.lower()}", where=path
        ) from None
