"""Several processes: the same bytes as one, and one clear end where a process is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from adjudge.batch import pool
from adjudge.findings import Finding, InputError, InternalError

LINE = (
    '{{"id": "{0}", "filed": "L{1}", "subject": "Dashboard {0}", "description": '
    '"The dashboard is down in production for {0} of our users. There is no workaround.", '
    '"language": "en"}}\n'
)
ROWS = pool.ALONE + 500


def lines(first: int, last: int) -> bytes:
    return "".join(LINE.format(number, number % 5) for number in range(first, last)).encode()


def square(number: int) -> int:
    return number * number


def refuse_seven(number: int) -> int:
    if number == 7:
        raise InputError([Finding("seven", "seven is not taken")])
    return number


def contradict(number: int) -> int:
    raise InternalError("they differ")


def fail(number: int) -> int:
    raise KeyError(number)


def end(number: int) -> int:
    if number == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def even(number: int) -> int | None:
    return None if number % 2 else number


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ALONE", 2)
    monkeypatch.setattr(pool, "_CHUNK", 5)


def run(work: object, items: Iterator[int] | range, jobs: int = 2) -> list[tuple[int, int | None]]:
    return list(pool.in_order(work, items, even, lambda each: 1, jobs))  # type: ignore[arg-type]


@pytest.mark.usefixtures("at_once")
def test_results_come_in_the_order_of_the_items() -> None:
    expected = [(number, None if number % 2 else number**2) for number in range(203)]
    assert run(square, range(203), 3) == expected
    assert run(square, range(203), 1) == expected
    assert run(square, range(0)) == []


def where(number: int) -> int:
    return os.getpid()


@pytest.mark.usefixtures("at_once")
def test_few_items_are_worked_on_here_and_all_of_many_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {worked for _, worked in run(where, range(2))} == {os.getpid(), None}
    assert os.getpid() not in {worked for _, worked in run(where, range(3))}
    monkeypatch.setattr(pool, "ALONE", 1_000)
    monkeypatch.setattr(pool, "_ALONE_SIZE", 2)  # two heavy ones are many, too
    assert os.getpid() not in {worked for _, worked in run(where, range(4))}


@pytest.mark.usefixtures("at_once")
def test_items_are_taken_only_some_way_ahead() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in count():
            taken = number
            yield number

    results = pool.in_order(square, items(), even, lambda each: 1, 2)
    assert [item for item, _ in islice(results, 100)] == list(range(100))
    assert taken <= 100 + 2 * pool._AHEAD * pool._CHUNK
    results.close()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("at_once")
def test_heavy_items_travel_in_small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_CHUNK_SIZE", 10)
    chunks = pool._chunks(range(12), even, lambda each: each)
    assert [[item for item, _ in chunk] for chunk in chunks] == [
        [0, 1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10],
        [11],
    ]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("work", "error", "message"),
    [
        (contradict, InternalError, "they differ"),
        (fail, KeyError, "4"),
        (end, InputError, "by signal 9"),
    ],
)
def test_an_error_elsewhere_is_raised_here(
    work: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(work, iter([1, 1, 4, 6, 8]) if work is not end else range(1, 200))


def test_findings_travel() -> None:
    import pickle

    error = InputError([Finding("seven", "seven is not taken", help="take eight")])
    again = pickle.loads(pickle.dumps(error))
    assert (again.findings, str(again)) == (error.findings, str(error))


def adjudge(*words: str, **more: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "adjudge.cli.main", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, **more
    )  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_several_processes_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    told = []
    for jobs in ("1", "2"):
        output = tmp_path / f"{jobs}.{ending}"
        process = adjudge(
            *("classify", "-", "--ruleset", "zenput", "--output", str(output), "--jobs", jobs)
        )
        _, said = process.communicate(lines(0, ROWS))
        assert process.returncode == 0, said.decode()
        rejects = Path(f"{output}.rejects.jsonl")
        counts = said[said.index(b"rows = ") :].replace(f"{jobs}.{ending}".encode(), b"")
        told.append((output.read_bytes(), rejects.read_bytes(), counts))
    assert told[0] == told[1]
    assert told[0][0].count(b"zenput") == ROWS // 5 * 3  # L0 and L4 are no levels


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [
        int(each) for each in listed if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]


def fed(output: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Start a run on standard input that waits for more; return it, and its processes."""
    process = adjudge(
        *("classify", "-", "--ruleset", "zenput", "--output", str(output), "--jobs", "2")
    )
    assert process.stdin is not None
    process.stdin.write(lines(0, pool.ALONE + 300))
    process.stdin.flush()
    limit = time.monotonic() + 60
    while len(found := workers(process)) < 2:
        assert time.monotonic() < limit
        assert process.poll() is None
        time.sleep(0.05)
    return process, found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids: list[int]) -> bool:
    limit = time.monotonic() + 30
    while any(map(alive, pids)):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@linux
def test_a_killed_process_ends_the_run_with_one_message(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("old")
    process, found = fed(output)
    os.kill(found[0], signal.SIGKILL)
    _, said = process.communicate(lines(pool.ALONE + 300, pool.ALONE + 5_000))
    assert process.returncode == 2
    text = said.decode()
    assert text.count("error[") == 1
    assert "ended before its work was done, by signal 9" in text
    assert "Traceback" not in text
    assert output.read_text() == "old"
    assert gone(found)


@linux
def test_an_interrupted_run_ends_its_processes(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    process, found = fed(output)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert not output.exists()
    assert gone(found)


@linux
def test_processes_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    process, found = fed(tmp_path / "out.csv")
    process.kill()
    process.communicate()
    assert gone(found)


@pytest.mark.parametrize("command", ["audit", "facts"])
def test_other_commands_say_the_same(tmp_path: Path, command: str) -> None:
    export = tmp_path / "tickets.jsonl"
    export.write_bytes(lines(0, ROWS))
    told = []
    for jobs in ("1", "2"):
        words = [command, str(export), "--ruleset", "zenput", "--jobs", jobs]
        output = tmp_path / "audit.json"
        if command == "audit":
            words += ["--all-levels", "--output", str(output)]
        found, said = adjudge(*words).communicate()
        told.append((found, said, output.read_bytes() if command == "audit" else b""))
    assert told[0] == told[1]
    assert sum(map(len, told[0])) > ROWS
