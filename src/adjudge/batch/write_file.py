"""Files that appear under their name only when everything is in them."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from adjudge.findings import InputError

STDOUT = "-"
_PRIVATE = 0o666  # as `open` makes files; the umask takes from it


@contextmanager
def whole_bytes(path: str | None) -> Iterator[IO[bytes]]:
    """Open a file for writing bytes, packed where it ends in `.gz` or `.zst`.

    The file appears under its name when the block ends: an interrupted run leaves the old file, or
    none. Meanwhile the bytes are in `.NAME.part` beside it, which the next run takes over where a
    run was killed. None and `-` are standard output; a device or a pipe is written to directly.
    Raises `InputError` where that fails, or where another run is writing the same file.
    """
    if path is None or path == STDOUT:
        with _to_stdout() as stream:
            yield stream
        return
    try:
        if is_special(path):
            with open(path, "wb") as device, _packed(device, path) as stream:
                yield stream
        else:
            with _whole(Path(os.path.realpath(path)), path) as raw, _packed(raw, path) as stream:
                yield stream
    except OSError as error:
        raise unwritable(path, error) from None


@contextmanager
def whole_file(path: str | None) -> Iterator[IO[str]]:
    """Open a file for writing text in UTF-8; see `whole_bytes`."""
    with whole_bytes(path) as raw, as_text(raw) as text:
        yield text


@contextmanager
def as_text(raw: IO[bytes]) -> Iterator[IO[str]]:
    """Write text in UTF-8 to a stream of bytes, which stays open."""
    text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    try:
        yield text
        text.flush()
    finally:
        # Or the stream would be closed with the text, and it is not ours.
        with contextlib.suppress(OSError, ValueError):
            text.detach()


def check_writable(path: str) -> None:
    """Raise `InputError` where a file could not be written, before there is what to write."""
    if path == STDOUT or is_special(path):
        return
    target = Path(os.path.realpath(path))
    try:
        _old_mode(target)
        if not stat.S_ISDIR(os.stat(target.parent).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: str, error: OSError) -> InputError:
    """Return the error for a file that cannot be written."""
    reason = (error.strerror or type(error).__name__).lower()
    if error.errno == errno.EBADF:
        reason = "it is closed"
    name = "standard output" if path == STDOUT else path
    message = f"`{name}` cannot be written: {reason}"
    help = {
        errno.ENOENT: "the folder does not exist: make it, or choose another",
        errno.EACCES: "choose a folder and a file that you may write to",
        errno.EPERM: "choose a folder and a file that you may write to",
        errno.ENOSPC: "make room, or choose another disk; what was there before is still there",
        errno.EDQUOT: "make room, or choose another disk; what was there before is still there",
        errno.EFBIG: "files may not be that large here; what was there before is still there",
        errno.EBADF: "open it: do not call adjudge with `>&-`",
        errno.EISDIR: "name a file, not a folder",
    }.get(error.errno or 0, "choose a folder that exists, that you may write to, and has room")
    return InputError.of("output-unwritable", message, help=help, where=name)


def remove_stale(path: str) -> None:
    """Remove what an earlier run wrote beside its results, where this one has nothing to write."""
    if path == STDOUT or is_special(path):
        return
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise unwritable(path, error) from None


def is_special(path: str) -> bool:
    """Say whether a path is a device or a pipe, which is written to as it is."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def _to_stdout() -> Iterator[IO[bytes]]:
    sys.stdout.flush()
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read it has enough. Python would try again, and complain, when it ends.
        _forget_stdout()
        raise
    except OSError as error:
        _forget_stdout()
        raise unwritable("standard output", error) from None


def _forget_stdout() -> None:
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


@contextmanager
def _whole(target: Path, path: str) -> Iterator[IO[bytes]]:
    mode = _old_mode(target)
    handle, part = _claimed(target, path)
    done = False
    try:
        with os.fdopen(handle, "wb") as raw:
            yield raw
            raw.flush()
            if mode is not None:
                os.chmod(part, mode)
            os.fsync(raw.fileno())
            os.replace(part, target)
            done = True
    finally:
        if not done:
            with contextlib.suppress(OSError):
                part.unlink()


def _old_mode(target: Path) -> int | None:
    """Return the permissions of the file that is to be replaced, None where there is none."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    effective = os.access in os.supports_effective_ids
    if not os.access(target, os.W_OK, effective_ids=effective):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(mode)


def _claimed(target: Path, path: str) -> tuple[int, Path]:
    """Return an empty file beside `target` that nobody else writes to."""
    part = target.with_name(f".{target.name}.part")
    while True:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _PRIVATE)
        try:
            if not _locked(handle, path):
                break
            if _is_at(handle, part):
                os.ftruncate(handle, 0)
                return handle, part
        except BaseException:
            os.close(handle)
            raise
        # Another run finished, and took the name away, between our two steps.
        os.close(handle)
    os.close(handle)
    # No locks here (some network drives): a name of its own keeps two runs apart.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    return handle, Path(name)


def _locked(handle: int, path: str) -> bool:
    """Lock a file; False where files cannot be locked. Raises `InputError` where it is locked."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"`{path}` is being written by another run"
        help = "wait until it is done, or write to another file"
        raise InputError.of("output-busy", message, help=help, where=path) from None
    except OSError:
        return False
    return True


def _is_at(handle: int, part: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(part))
    except FileNotFoundError:
        return False


@contextmanager
def _packed(raw: IO[bytes], path: str) -> Iterator[IO[bytes]]:
    name = path.lower()
    if name.endswith(".gz"):
        # No file name and no time in the header: the same input gives the same bytes.
        packer: IO[bytes] = gzip.GzipFile("", "wb", fileobj=raw, mtime=0)  # type: ignore[assignment]
    elif name.endswith(".zst"):
        import zstandard

        packer = zstandard.ZstdCompressor().stream_writer(raw, closefd=False)
    else:
        yield raw
        return
    try:
        yield packer
    except BaseException:
        with contextlib.suppress(OSError, ValueError):
            packer.close()
        raise
    packer.close()
