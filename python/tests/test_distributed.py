"""Parts on a Dask cluster of several processes, merged: the file of one run, whatever becomes of a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

distributed = pytest.importorskip("distributed")

from dyviz.distributed import FAN_IN, stats
from dyviz.errors import ProgramError, RemoteError
from test_remote import NAMES, files, server, shards, write_archive  # noqa: F401 (fixtures)

MODEL, IMAGES = ROOT / "sample-weights/model.bin", ROOT / "sample-images"
OPTIONS: dict[str, Any] = {"variant": "dyrelu-b", "limit": 60, "instruction_set": "portable", "channels": True}


@pytest.fixture
def client(program: Path) -> Iterator[Any]:
    """Of a cluster of three processes."""
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster, distributed.Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def whole(program: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What one run writes."""
    path = tmp_path_factory.mktemp("whole") / "whole.run"
    arguments = ["--variant", "dyrelu-b", "--limit", "60", "--instruction-set", "portable", "--channels"]
    subprocess.run([program, "stats", MODEL, IMAGES, *arguments, "--save", path], check=True, capture_output=True)
    return path.read_bytes()


@pytest.mark.parametrize("parts", [1, FAN_IN + 1])
def test_the_file_is_that_of_one_run(client: Any, program: Path, whole: bytes, tmp_path: Path, parts: int) -> None:
    save, output = tmp_path / "a.run", tmp_path / "out"
    found = stats(client, MODEL, IMAGES, **OPTIONS, parts=parts, save=save, output=output, progress=False, binary=program)
    assert save.read_bytes() == whole
    assert found.path == save and list(found) == ["dyrelu-b"]
    assert (output / "dyrelu-b/summary.json").exists()


def test_a_worker_that_is_killed_costs_nothing_but_time(client: Any, program: Path, whole: bytes, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill() -> None:
        # Once it has something to lose.
        while not any(client.has_what().values()):
            time.sleep(0.02)
        loaded = next(worker for worker, keys in client.has_what().items() if keys)
        process = client.run(os.getpid, workers=[loaded])[loaded]
        os.kill(process, signal.SIGKILL)
        killed.append(process)

    killer = threading.Thread(target=kill)
    killer.start()
    save = tmp_path / "a.run"
    stats(client, MODEL, IMAGES, **OPTIONS, parts=12, save=save, progress=False, binary=program)
    killer.join(60)
    assert len(killed) == 1
    assert save.read_bytes() == whole


def test_what_the_program_says_is_raised(client: Any, program: Path) -> None:
    with pytest.raises(ProgramError, match="nowhere"):
        stats(client, MODEL, "/nowhere", parts=2, progress=False, binary=program)


def test_the_command_writes_the_files(client: Any, program: Path, whole: bytes, tmp_path: Path) -> None:
    arguments = ["--variant", "dyrelu-b", "--limit", "60", "--instruction-set", "portable", "--channels", "--parts", "4"]
    outcome = subprocess.run(
        [sys.executable, "-m", "dyviz", "stats", MODEL, IMAGES, "--dask", client.scheduler.address, *arguments,
         "--save", tmp_path / "a.run", "--output", tmp_path / "out", "--binary", program],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "python")},
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stderr
    assert (tmp_path / "a.run").read_bytes() == whole
    assert (tmp_path / "out/dyrelu-b/scatter.csv").exists()


@pytest.mark.parametrize("parts", [2, 5])
def test_archives_elsewhere_are_streamed_by_the_tasks(
    client: Any, server: str, shards: Path, program: Path, tmp_path: Path, parts: int
) -> None:
    names = [*NAMES[:2], "other.tar", "plain.tar"]
    pictures = [path.read_bytes() for path in sorted((IMAGES / "dress").glob("*"))[:4]]
    write_archive(shards / "other.tar", {"x/1.png": pictures[0], "dress/1.png": pictures[1], "notes.txt": b"text"})
    write_archive(shards / "plain.tar", {"x/1.png": pictures[2], "x/0.png": b"no picture", "y/0.png": pictures[3]})
    arguments = ["--variant", "dyrelu-b", "--instruction-set", "portable", "--save", tmp_path / "a.run", "--output", tmp_path / "a"]
    subprocess.run([program, "stats", MODEL, *(shards / name for name in names), *arguments], check=True, capture_output=True)
    stats(
        client, MODEL, [f"{server}/{name}" for name in names], variant="dyrelu-b", instruction_set="portable", parts=parts,
        save=tmp_path / "b.run", output=tmp_path / "b", progress=False, binary=program,
    )  # fmt: skip
    assert (tmp_path / "b.run").read_bytes() == (tmp_path / "a.run").read_bytes()
    assert files(tmp_path / "b") == files(tmp_path / "a")


def test_what_a_task_cannot_have_and_what_cannot_be_joined_is_told(client: Any, server: str, shards: Path, program: Path) -> None:
    options: dict[str, Any] = {"variant": "dyrelu-b", "progress": False, "binary": program}
    with pytest.raises(ProgramError, match=f"^{server}/none.tar: there is no such file"):
        stats(client, MODEL, [f"{server}/{name}" for name in (NAMES[0], "none.tar")], **options)
    with pytest.raises(ProgramError, match="of the class coat by a folder's name in one, and otherwise in another"):
        stats(client, MODEL, [f"{server}/{name}" for name in NAMES], parts=3, **options)
    with pytest.raises(RemoteError, match="names n01440764 and n01440764-b may stand for one class"):
        stats(client, MODEL, [f"{server}/n01440764.tar", f"{server}/n01440764-b.tar"], **options)
    with pytest.raises(RemoteError, match="--limit goes without a cluster"):
        stats(client, MODEL, f"{server}/{NAMES[0]}", limit=3, **options)
