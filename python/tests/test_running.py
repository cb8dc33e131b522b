"""dyviz.run starts the program, shows how far it is, and ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

import dyviz
from dyviz.calling import Progress, call
from dyviz.errors import ProgramWarning

MODEL, IMAGES = ROOT / "sample-weights/model.bin", ROOT / "sample-images"


def stand_in(folder: Path, code: str) -> Path:
    """A program that does what the code does."""
    path = folder / "stand-in"
    path.write_text(f"#!{sys.executable}\nimport os, signal, sys, time\nerror = sys.stderr\n{code}\n")
    path.chmod(0o755)
    return path


def test_it_gives_what_the_program_writes(program: Path, tmp_path: Path) -> None:
    options = {"variant": "dyrelu-b", "limit": 12, "exact": True, "channels": True, "instruction_set": "portable"}
    found = dyviz.run(MODEL, IMAGES, **options, threads=1, progress=False, binary=program)
    arguments = ["--variant", "dyrelu-b", "--limit", "12", "--exact", "--channels", "--instruction-set", "portable"]
    subprocess.run([program, "stats", MODEL, IMAGES, *arguments, "--output", tmp_path], check=True, capture_output=True)
    written = dyviz.read(tmp_path)
    assert list(found) == ["dyrelu-b"] and found.path is None
    for table in ("sites", "slope_difference", "coefficients", "channels", "scatter"):
        pd.testing.assert_frame_equal(found.table(table), written.table(table), check_exact=True)
    assert found["dyrelu-b"].summary == written["dyrelu-b"].summary
    assert found["dyrelu-b"].summary["exact"] and found["dyrelu-b"].summary["instruction_set"] == "portable"


def test_what_is_saved_and_exported_stays(program: Path, tmp_path: Path) -> None:
    kept = {"save": tmp_path / "-run.dyviz", "output": tmp_path / "out"}
    found = dyviz.run([MODEL], IMAGES, variant="relu", limit=2, progress=False, binary=program, **kept)
    assert found.path == kept["save"]
    for path in kept.values():
        pd.testing.assert_frame_equal(dyviz.read(path, binary=program).scatter, found.scatter, check_exact=True)


def test_a_bar_for_each_pass(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dyviz.run(MODEL, IMAGES, variant="dyrelu-b", limit=40, binary=program)
    shown = capsys.readouterr().err
    assert "dyrelu-b: 100%" in shown and "40/40" in shown


def test_progress_comes_whole_and_in_order(program: Path) -> None:
    seen: list[Progress] = []
    with pytest.raises(dyviz.ProgramError, match="is needed"):
        call(["stats", str(MODEL), str(IMAGES)], program, seen.append)
    assert not seen


def test_lines_in_pieces(tmp_path: Path) -> None:
    """However the program's output is cut, progress is progress and the rest are lines."""
    text = "warning: a: b\n" + "".join(f"\r\x1b[Kv: 2: {n} of 30 images · {n}/s · 1 skipped" for n in (1, 20)) + "\r\x1b[Kskipped x: no image\n\r\x1b[Kw: 3 of 3 images · 0 skipped\r\x1b[K"
    code = f"data = {text.encode()!r}\nfor at in range(0, len(data), STEP):\n    os.write(2, data[at:at + STEP]); time.sleep(0.002)"
    expected = [Progress("v: 2", 1, 1, 30), Progress("v: 2", 20, 1, 30), Progress("w", 3, 0, 3)]
    for step in (1, 7, 1000):
        seen: list[Progress] = []
        lines = call([], stand_in(tmp_path, code.replace("STEP", str(step))), seen.append)
        assert lines == ["warning: a: b", "skipped x: no image"]
        assert list(dict.fromkeys(seen)) == expected


@pytest.mark.parametrize("progress", [True, False])
def test_what_is_said_is_a_warning(progress: bool, program: Path, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/0.jpg").write_bytes(sorted(IMAGES.glob("bag/*"))[0].read_bytes())
    (tmp_path / "images/1.jpg").write_bytes(b"no picture")
    with pytest.warns(ProgramWarning, match="skipped .*1.jpg: ") as caught:
        found = dyviz.run(MODEL, tmp_path / "images", variant="relu", progress=progress, binary=program)
    assert all(warning.filename == __file__ for warning in caught)
    assert list(found.summary["skipped"]) == [1]


def test_the_programs_message_is_the_exceptions(program: Path, tmp_path: Path) -> None:
    cases = {
        "no variant nix; there are dyrelu-a, dyrelu-b, dyrelu-c, relu": {"variant": "nix"},
        "--limit must be at least 1": {"limit": 0},
        "nix.bin: cannot be opened: No such file or directory": {"model": tmp_path / "nix.bin"},
        "nix: No such file or directory": {"images": tmp_path / "nix"},
    }
    for words, options in cases.items():
        with pytest.raises(dyviz.ProgramError) as caught:
            dyviz.run(**{"model": MODEL, "images": IMAGES, "binary": program, "progress": False} | options)
        assert str(caught.value).endswith(words) and "Usage" not in str(caught.value)
    with pytest.raises(dyviz.ProgramError, match="the program /nix is not found"):
        dyviz.run(MODEL, IMAGES, binary="/nix")
    (tmp_path / "text").write_text("no program")
    (tmp_path / "text").chmod(0o755)
    with pytest.raises(dyviz.ProgramError, match="text cannot be started: Exec format error"):
        dyviz.run(MODEL, IMAGES, binary=tmp_path / "text")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "dyviz was ended by signal 9"),
        ("sys.exit(143)", "dyviz was ended by signal 15"),
        ("sys.exit(1)", "dyviz ended with status 1"),
        ("error.write('Error: a\\nb\\nUsage: c\\n d\\n'); sys.exit(64)", "a\nb"),
    ],
)
def test_ends_of_the_program(code: str, words: str, tmp_path: Path) -> None:
    for on_progress in (None, lambda progress: None):
        with pytest.raises(dyviz.ProgramError) as caught:
            call([], stand_in(tmp_path, code), on_progress)
        assert str(caught.value) == words


@pytest.mark.parametrize("progress", [True, False])
def test_an_interruption_ends_the_program(progress: bool, program: Path, tmp_path: Path) -> None:
    kept = {"save": tmp_path / "run.dyviz", "output": tmp_path / "out"}
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    before = set(children.read_text().split())
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(100):
            dyviz.run(MODEL, IMAGES, threads=1, exact=True, progress=progress, binary=program, **kept)
    timer.join()
    assert set(children.read_text().split()) == before
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".dyviz")]


def test_an_error_in_between_ends_the_program(tmp_path: Path) -> None:
    path = stand_in(tmp_path, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\nos.write(2, b'\\r\\x1b[Kv: 1 of 3 images \\xc2\\xb7 0 skipped')\ntime.sleep(60)")

    def fail(progress: Progress) -> None:
        raise OverflowError(progress.done)

    start = time.monotonic()
    with pytest.raises(OverflowError):
        call([], path, fail)
    assert time.monotonic() - start < 30
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_no_warning_without_reason(program: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dyviz.run(MODEL, IMAGES, variant="relu", limit=1, progress=False, binary=program)
