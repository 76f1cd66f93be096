"""What goes wrong around a run: nothing lost, nothing half-written, and a clear message."""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adjudge.batch.write import open_sink
from adjudge.batch.write_file import whole_bytes
from adjudge.findings import InputError
from adjudge.model.fact import VOCABULARY
from adjudge.reading.profile import shipped_profiles
from adjudge.tickets.export import open_export

ROOT = Path(__file__).parents[1]
CALL = [sys.executable, "-m", "adjudge.cli.main"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
LINE = b'{"id": "%d", "filed": "P1", "facts": {"request_type": "how_to"}}\n'
OLD = "what was there before\n"
NOBODY = 65_534

Run = subprocess.CompletedProcess[str]


def run(*words: object, **settings: object) -> Run:
    return subprocess.run(
        [*CALL, *map(str, words)],
        env=ENVIRONMENT,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
        **settings,  # type: ignore[call-overload]
    )


def refused(result: Run, *words: str) -> None:
    """A call that was unusable said so in so many words, and showed no traceback."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("error[") == 1
    for word in words:
        assert word in result.stderr


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.jsonl"
    entries = (
        {
            "id": str(number),
            "filed": "P1",
            "subject": hashlib.sha256(b"%d" % number).hexdigest(),  # a text that no packer shortens
            "facts": {"request_type": "how_to"},
        }
        for number in range(2_000)
    )
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    return path


@contextlib.contextmanager
def running(output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has begun to write, and waits for more on standard input."""
    words = [*CALL, "classify", "-", "--ruleset", "puppet", "--output", str(output)]
    process = subprocess.Popen(
        words, env=ENVIRONMENT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    try:
        for number in range(3_000):
            process.stdin.write(LINE % number)
        process.stdin.flush()
        part = output.with_name(f".{output.name}.part")
        wait_for(lambda: part.exists() and part.stat().st_size > 0)
        yield process
    finally:
        process.kill()
        with contextlib.suppress(OSError, ValueError):
            process.communicate()


def wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_a_killed_run_leaves_the_old_file_and_the_next_one_is_whole(
    folder: Path, export: Path, ending: str
) -> None:
    output = folder / f"out{ending}"
    output.write_text(OLD)
    with running(output) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
    assert output.read_text() == OLD
    assert run("classify", export, "--ruleset", "puppet", "--output", output).returncode == 0
    assert os.listdir(folder) == [output.name]
    data = output.read_bytes()
    text = gzip.decompress(data).decode() if ending.endswith(".gz") else data.decode()
    assert text.count("how_to") >= 2_000 or text.count("\n") >= 2_000


def test_an_interrupted_run_leaves_no_file_at_all(folder: Path) -> None:
    output = folder / "out.jsonl"
    with running(output) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert os.listdir(folder) == []


def test_two_runs_at_once_on_one_output_do_not_meet(folder: Path, export: Path) -> None:
    output = folder / "out.jsonl"
    with running(output) as first:
        second = run("classify", export, "--ruleset", "puppet", "--output", output)
        refused(second, "output-busy", "is being written by another run", "help:")
        _, messages = first.communicate(LINE % 9_999, timeout=60)
        assert first.returncode == 0, messages
    lines = output.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [*map(str, range(3_000)), "9999"]
    assert os.listdir(folder) == [output.name]


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".json.gz", ".tsv.zst", ".xlsx", ".parquet"])
def test_a_file_that_may_not_grow_leaves_the_old_one(
    folder: Path, export: Path, ending: str
) -> None:
    output = folder / f"out{ending}"
    output.write_text(OLD)
    limit = 4_096

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    refused(
        run("classify", export, "--ruleset", "puppet", "--output", output, preexec_fn=no_more),
        "output-unwritable",
        "file too large",
    )
    assert output.read_text() == OLD
    assert os.listdir(folder) == [output.name]


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx", ".parquet"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, export: Path, ending: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        output = disk / f"out{ending}"
        output.write_text(OLD)
        refused(
            run("classify", export, "--ruleset", "puppet", "--output", output),
            "output-unwritable",
            "no space left",
        )
        assert output.read_text() == OLD
        assert os.listdir(disk) == [output.name]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A table that is large enough to be decided by columns."""
    path = tmp_path / "large.csv"
    rows = "".join(f"{n},P1,how_to,{'x' * 40}\n" for n in range(30_000))
    path.write_text("id,filed,request_type,subject\n" + rows)
    return path


@pytest.mark.parametrize("ending", [".csv", ".tsv.gz"])
def test_a_large_table_that_does_not_fit_leaves_the_old_file(
    folder: Path, large: Path, ending: str
) -> None:
    output = folder / f"out{ending}"
    output.write_text(OLD)

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))

    refused(
        run("classify", large, "--ruleset", "puppet", "--output", output, preexec_fn=no_more),
        "output-unwritable",
    )
    assert output.read_text() == OLD
    assert os.listdir(folder) == [output.name]


def test_a_large_table_whose_run_is_killed_leaves_the_old_file(folder: Path, large: Path) -> None:
    output = folder / "out.csv"
    output.write_text(OLD)
    call = [*CALL, "classify", str(large), "--ruleset", "puppet", "--output", str(output)]
    process = subprocess.Popen(call, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    part = folder / ".out.csv.part"
    wait_for(lambda: part.exists() or process.poll() is not None)
    process.kill()
    if process.wait(60) == 0:
        pytest.skip("it was quicker than the signal")
    assert output.read_text() == OLD
    assert run(*call[3:]).returncode == 0
    assert os.listdir(folder) == [output.name]
    assert len(output.read_text().splitlines()) == 30_001


def test_a_full_device_and_a_full_standard_output_say_so(export: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    classify = ("classify", export, "--ruleset", "puppet")
    refused(run(*classify, "--output", "/dev/full"), "output-unwritable")
    for call in (classify, ("rules", "show", "puppet"), ("rules", "list"), ("--help",)):
        with open("/dev/full", "w") as full:
            result = subprocess.run(
                [*CALL, *map(str, call)],
                env=ENVIRONMENT,
                text=True,
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        refused(result, "standard output", "no space left")


def test_a_reader_that_has_enough_is_no_error(export: Path) -> None:
    words = " ".join([*CALL, "classify", str(export), "--ruleset", "puppet"])
    result = subprocess.run(
        f"{words} | head -n 1", shell=True, env=ENVIRONMENT, text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert json.loads(result.stdout)["id"] == "0"
    assert "Traceback" not in result.stderr
    assert "Exception" not in result.stderr


def test_a_fault_of_ours_is_no_gate_that_failed() -> None:
    code = "from adjudge.cli import main; main.main.invoke = lambda ctx: 1 / 0; main.run()"
    call = [sys.executable, "-c", code, "rules", "list"]
    result = subprocess.run(call, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert "ZeroDivisionError" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "rules list",
        "rules show puppet",
        "facts {}",
        "classify {} --ruleset puppet",
        "audit {} --ruleset puppet --fail-over 100",
    ],
)
def test_a_closed_pipe_is_neither_done_nor_a_gate_that_failed(words: str, export: Path) -> None:
    ends, writes = os.pipe()
    os.close(ends)
    with os.fdopen(writes, "wb") as pipe:
        result = subprocess.run(
            [*CALL, *words.format(export).split()], env=ENVIRONMENT, text=True, stdout=pipe,
            stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert result.returncode == 141, result.stderr
    assert "Traceback" not in result.stderr
    assert "error" not in result.stderr


def test_a_missing_folder_and_a_folder_for_a_file_say_so(tmp_path: Path, export: Path) -> None:
    call = ("classify", export, "--ruleset", "puppet", "--output")
    refused(run(*call, tmp_path / "none" / "out.csv"), "no such file", "does not exist")
    (tmp_path / "folder.csv").mkdir()
    refused(run(*call, tmp_path / "folder.csv"), "is a directory", "name a file")


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Act without the rights of the super-user, where the tests have them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_no_permission_says_so(tmp_path: Path, export: Path) -> None:
    for place in list(tmp_path.parents)[:2]:
        place.chmod(place.stat().st_mode | 0o055)
    tmp_path.chmod(0o555)
    output = tmp_path / "out.csv"
    output.write_text(OLD)
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    kept = tmp_path / "open" / "kept.csv"
    kept.write_text(OLD)
    kept.chmod(0o444)
    messages = []
    # Once before, so that everything is loaded that nobody may not read.
    with whole_bytes(str(tmp_path / "first.csv")):
        open_export(str(export), None, shipped_profiles(), VOCABULARY).close()
    export.chmod(0)
    with as_nobody():
        for path in (tmp_path / "new.csv", output, kept):
            with pytest.raises(InputError) as caught, whole_bytes(str(path)):
                raise AssertionError("it can be written")
            messages.append(str(caught.value))
        with pytest.raises(InputError) as caught:
            open_export(str(export), None, shipped_profiles(), VOCABULARY)
        messages.append(str(caught.value))
    tmp_path.chmod(0o755)
    assert all("permission denied" in message for message in messages)
    assert all("you may write" in message for message in messages[:3])
    assert output.read_text() == kept.read_text() == OLD
    assert os.listdir(tmp_path / "open") == ["kept.csv"]


def test_the_permissions_of_a_file_that_is_replaced_stay(folder: Path, export: Path) -> None:
    output = folder / "out.csv"
    output.write_text(OLD)
    output.chmod(0o640)
    assert run("classify", export, "--ruleset", "puppet", "--output", output).returncode == 0
    assert output.stat().st_mode & 0o777 == 0o640
    assert output.read_text() != OLD


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "real.csv").write_text(OLD)
    link = folder / "link.csv"
    link.symlink_to("real.csv")
    with whole_bytes(str(link)) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert (folder / "real.csv").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("t.csv", b"2,P1\n3,P"),
        ("t.jsonl", b'{"id": "2"}\n{"id": '),
        ("t.json", b" "),
    ],
)
def test_an_export_that_grows_while_it_is_read_is_refused(
    folder: Path, tmp_path: Path, name: str, more: bytes
) -> None:
    path = tmp_path / name
    rows = range(20_000)
    if name == "t.csv":
        path.write_bytes(b"id,filed\n" + b"".join(b"%d,P1\n" % number for number in rows))
    elif name == "t.jsonl":
        path.write_bytes(b"".join(b'{"id": "%d"}\n' % number for number in rows))
    else:
        path.write_text(json.dumps([{"id": str(number)} for number in rows]))
    output = folder / "out.csv"
    output.write_text(OLD)
    source = open_export(str(path), None, shipped_profiles(), VOCABULARY)

    def read_on() -> None:
        with open_sink(str(output), source):
            for number, _ in enumerate(source):
                if number == 5:
                    with path.open("ab") as file:
                        file.write(more)

    with pytest.raises(InputError, match="changed while it was read") as caught:
        read_on()
    assert "it had" in str(caught.value)
    assert output.read_text() == OLD
    assert os.listdir(folder) == [output.name]


def test_an_export_that_is_cut_half_way_leaves_the_old_file(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "t.jsonl.gz"
    data = gzip.compress(b"".join(LINE % number for number in range(5_000)), mtime=0)
    path.write_bytes(data[: len(data) // 2])
    output = folder / "out.csv"
    output.write_text(OLD)
    call = ("classify", path, "--ruleset", "puppet", "--output", output)
    refused(run(*call), "damaged or cut short")
    assert output.read_text() == OLD
    assert os.listdir(folder) == [output.name]


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_a_row_of_50_megabytes_is_a_row(tmp_path: Path, folder: Path, name: str) -> None:
    body = ("It is slow. " * 20 + "\n") * (50_000_000 // 241)
    path = tmp_path / name
    if name == "t.csv":
        path.write_text(f'id,filed,description\n1,P1,ok\n2,P2,"{body}"\n3,P3,ok\n')
    else:
        entries = [{"id": "1"}, {"id": "2", "filed": "P2", "description": body}, {"id": "3"}]
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    output = folder / "out.csv"
    result = run("classify", path, "--ruleset", "puppet", "--output", output)
    assert result.returncode == 0, result.stderr
    assert "3 rows = 3 decided + 0 rejected" in result.stderr
    assert "unread:   the end of the text of a ticket" in result.stderr
    csv.field_size_limit(1 << 30)
    with output.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert found[1]["description"] == body


def test_a_column_that_is_missing_half_way_is_said(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,filed,subject\n1,P1,a\n2,P1,b\n3,P2\n4,P2\n")
    output = folder / "out.csv"
    result = run("classify", path, "--ruleset", "puppet", "--output", output)
    assert result.returncode == 0
    assert "4 rows = 4 decided + 0 rejected" in result.stderr
    assert "row 4 and 1 more have fewer cells than the header" in result.stderr


def test_a_second_header_half_way_is_obeyed_and_said(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,subject,filed\n1,a,P1\nid,filed\n2,P2\nid,subject,filed\n3,c,P3\n")
    output = folder / "out.csv"
    result = run("classify", path, "--ruleset", "puppet", "--output", output)
    assert result.returncode == 0
    assert "5 rows = 3 decided + 2 rejected" in result.stderr
    with output.open(newline="") as file:
        found = [(row["id"], row["subject"], row["adjudge_filed"]) for row in csv.DictReader(file)]
    assert found == [("1", "a", "P1"), ("2", "", "P2"), ("3", "c", "P3")]
    rejects = Path(f"{output}.rejects.jsonl").read_text().splitlines()
    reasons = [json.loads(line)["reasons"][0] for line in rejects]
    assert "is a header again, without `subject`" in reasons[0]
    assert reasons[1] == "the row is the header again"


def test_results_never_replace_the_export(export: Path) -> None:
    before = export.read_bytes()
    call = ("classify", export, "--ruleset", "puppet")
    refused(run(*call, "--output", export), "is the export itself")
    refused(run(*call, "--rejects", export), "is the export itself")
    refused(
        run(*call, "--output", "x.jsonl", "--rejects", "./x.jsonl"), "the results and the rejects"
    )
    assert export.read_bytes() == before


def test_rejects_of_a_run_before_do_not_stay(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "t.csv"
    output = folder / "out.csv"
    call = ("classify", path, "--ruleset", "puppet", "--output", output)
    path.write_text("id,filed\n1,P1\n2,P9\n")
    run(*call)
    assert sorted(os.listdir(folder)) == ["out.csv", "out.csv.rejects.jsonl"]
    path.write_text("id,filed\n1,P1\n2,P2\n")
    run(*call)
    assert os.listdir(folder) == ["out.csv"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize(
    "words",
    [
        ("explain", "--ruleset", "puppet", "--fact", "environment=staging"),
        ("rules", "show", "puppet"),
        ("audit", "--ruleset", "puppet", "fixtures/demo/puppet.csv"),
    ],
)
def test_what_an_encoding_lacks_is_shown_as_an_escape(
    encoding: str, words: tuple[str, ...]
) -> None:
    shown = subprocess.run(
        [*CALL, *words],
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding},
        capture_output=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in shown.stderr, shown.stderr.decode(encoding)
    assert shown.returncode == 0, shown.stderr.decode(encoding)


@pytest.mark.parametrize(
    "words", ["rules show puppet", "classify {} --ruleset puppet", "audit {} --ruleset puppet"]
)
def test_a_closed_standard_output_is_said(words: str, export: Path) -> None:
    command = f'exec "$0" -m adjudge.cli.main {words.format(export)} >&-'
    said = subprocess.run(
        ["sh", "-c", command, sys.executable],
        env=ENVIRONMENT,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    refused(said, "standard output", "closed")


def test_json_on_standard_output_is_utf_8_in_any_encoding() -> None:
    call = [*CALL, "explain", "--ruleset", "puppet", "--fact", "environment=staging"]
    plain, other = (
        subprocess.run(
            [*call, "--format", "json", "--language", "sv"],
            env={**ENVIRONMENT, "PYTHONIOENCODING": encoding},
            capture_output=True,
            timeout=120,
            check=True,
        ).stdout
        for encoding in ("utf-8", "latin-1")
    )
    assert plain == other
    json.loads(other)
