"""Archives that lie elsewhere, streamed into the program: the files of the same archives on this machine, or an error."""

from __future__ import annotations

import functools
import http.server
import io
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_running import stand_in

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

import dyviz
from dyviz.calling import call
from dyviz.errors import ProgramWarning, RemoteError
from dyviz.remote import MARK, are_remote, is_remote, locations, send, shown

MODEL, IMAGES = ROOT / "sample-weights/model.bin", ROOT / "sample-images"
OPTIONS: dict[str, Any] = {"variant": "dyrelu-b", "instruction_set": "portable", "progress": False}
ARGUMENTS = ["--variant", "dyrelu-b", "--instruction-set", "portable"]


def write_archive(path: Path, members: dict[str, bytes]) -> None:
    """A tar of the kind that its name says, its members in this order."""
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three archives that are no single one: names that are in two of them, an archive named as a class, a broken image."""
    folder = tmp_path_factory.mktemp("shards")
    pictures = {name: [path.read_bytes() for path in sorted((IMAGES / name).glob("*"))[:6]] for name in ("bag", "coat")}
    write_archive(folder / "shard-00.tar", {f"bag/{9 - index}.png": one for index, one in enumerate(pictures["bag"])})
    write_archive(folder / "shard-01.tar.gz", {
        "coat/1.png": pictures["coat"][0], "bag/9.png": pictures["coat"][1], "broken.png": b"no picture", "notes.txt": b"text",
    })  # fmt: skip
    write_archive(folder / "coat.tar", {f"{index}.png": one for index, one in enumerate(pictures["coat"])})
    return folder


NAMES = ["shard-00.tar", "shard-01.tar.gz", "coat.tar"]


@pytest.fixture(scope="module")
def local(shards: Path, program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the program writes of the archives on this machine."""
    folder = tmp_path_factory.mktemp("local")
    arguments = [*ARGUMENTS, "--save", folder / "a.run", "--output", folder / "out"]
    subprocess.run([program, "stats", MODEL, *(shards / name for name in NAMES), *arguments], check=True, capture_output=True)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; `/broken/NAME` breaks the connection in the middle of one."""

    def do_GET(self) -> None:
        if not self.path.startswith("/broken/"):
            super().do_GET()
            return
        content = (Path(self.directory) / self.path.removeprefix("/broken/")).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content[: len(content) // 2])

    def do_HEAD(self) -> None:
        self.do_GET() if self.path.startswith("/broken/") else super().do_HEAD()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server(shards: Path) -> Iterator[str]:
    """The address of a server of the archives on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(shards))) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


@pytest.fixture
def memory(shards: Path) -> Iterator[str]:
    """The archives in fsspec's memory."""
    held = fsspec.filesystem("memory")
    for name in NAMES:
        held.pipe(f"/data/{name}", (shards / name).read_bytes())
    yield "memory://data"
    held.rm("/data", recursive=True)


def children() -> set[str]:
    """Processes that this one has started and that are still there, ended or not."""
    return {child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()}


def command(program: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`python -m dyviz stats` over images elsewhere."""
    return subprocess.run(
        [sys.executable, "-m", "dyviz", "stats", str(MODEL), *map(str, arguments), *ARGUMENTS, "--binary", str(program)],
        capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT / "python")},
    )  # fmt: skip


@pytest.mark.parametrize("progress", [True, False])
def test_archives_in_memory_give_the_files_of_local_ones(progress: bool, memory: str, local: Path, program: Path, tmp_path: Path) -> None:
    paths = [f"{memory}/{name}" for name in NAMES]
    with pytest.warns(ProgramWarning, match="memory://data/shard-01.tar.gz:broken.png") as caught:
        found = dyviz.run(
            MODEL, paths, **{**OPTIONS, "progress": progress}, save=tmp_path / "a.run", output=tmp_path / "out", binary=program
        )
    assert (tmp_path / "a.run").read_bytes() == (local / "a.run").read_bytes()
    assert files(tmp_path / "out") == files(local / "out")
    assert found["dyrelu-b"].summary["images"] == 14 and not [one for one in caught if " images" in str(one.message)]


def test_the_command_reads_http_and_expands_braces(server: str, shards: Path, program: Path, tmp_path: Path) -> None:
    for number in range(3):
        write_archive(shards / f"part-{number:06}.tar", {f"bag/{number}.png": sorted((IMAGES / "bag").glob("*"))[number].read_bytes()})
    outcome = command(program, server + "/part-{000000..000002}.tar", "--save", tmp_path / "a.run", "--output", tmp_path / "a")
    assert outcome.returncode == 0, outcome.stderr
    subprocess.run(
        [program, "stats", MODEL, shards / "part-{000000..000002}.tar", *ARGUMENTS, "--save", tmp_path / "b.run", "--output", tmp_path / "b"],
        check=True, capture_output=True,
    )  # fmt: skip
    assert (tmp_path / "a.run").read_bytes() == (tmp_path / "b.run").read_bytes()
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_what_a_server_does_not_give_ends_the_run(server: str, program: Path, tmp_path: Path) -> None:
    whole = f"{server}/shard-00.tar"
    cases = {
        f"{server}/none.tar": f"{server}/none.tar: there is no such file",
        f"{server}/broken/shard-00.tar": f"{server}/broken/shard-00.tar: ClientPayloadError",
        f"{server}/broken/coat.tar": f"{server}/broken/coat.tar: ClientPayloadError",
        "http://127.0.0.1:9/x.tar": "http://127.0.0.1:9/x.tar: ",
    }
    for path, words in cases.items():
        outcome = command(program, whole, path, whole.replace("shard-00", "coat"), "--save", tmp_path / "a.run", "--output", tmp_path / "out")
        assert outcome.returncode == 1 and outcome.stderr.startswith(f"dyviz: {words}"), outcome.stderr
        assert "Traceback" not in outcome.stderr
        assert not list(tmp_path.iterdir())


def test_an_error_leaves_no_process_and_no_file(server: str, memory: str, program: Path, tmp_path: Path) -> None:
    before = children()
    for path in (f"{server}/none.tar", f"{server}/broken/coat.tar", f"{memory}/none.tar"):
        with pytest.raises(dyviz.ProgramError, match=f"^{path}: ") as caught:
            dyviz.run(MODEL, [f"{memory}/shard-00.tar", path], **OPTIONS, save=tmp_path / "a.run", binary=program)
        assert caught.value.status == 1
    assert children() == before and not list(tmp_path.iterdir())


def test_a_file_that_is_cut_off_is_told_as_on_this_machine(memory: str, shards: Path, program: Path, tmp_path: Path) -> None:
    """The file itself ends early: nothing went wrong on the way."""
    content = (shards / "shard-00.tar").read_bytes()[:3000]
    fsspec.filesystem("memory").pipe("/data/cut.tar", content)
    (tmp_path / "cut.tar").write_bytes(content)
    for path in (f"{memory}/cut.tar", tmp_path / "cut.tar"):
        with pytest.raises(dyviz.ProgramError, match="cut.tar"):
            dyviz.run(MODEL, path, **OPTIONS, strict=True, binary=program)


def test_nothing_is_sent_that_nobody_takes(tmp_path: Path) -> None:
    """Backpressure: a program that stops reading stops the reading of the archives."""
    asked = []

    class Endless(io.RawIOBase):
        size = None

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            asked.append(len(buffer))
            return len(buffer)

    class Files(fsspec.AbstractFileSystem):
        protocol = "endless"

        def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
            return Endless()

        def open(self, path: str, mode: str = "rb", **_: Any) -> Any:
            return Endless()

    fsspec.register_implementation("endless", Files, clobber=True)
    path = stand_in(tmp_path, "sys.stdin.buffer.read(3 << 20); time.sleep(1); sys.exit(3)")
    with pytest.raises(dyviz.ProgramError, match="status 3"):
        call([], path, feed=lambda sink: send(["endless://x"], {}, sink))
    assert 3 << 20 <= sum(asked) < 8 << 20


def test_a_program_that_ends_says_why(server: str, memory: str, program: Path) -> None:
    for images in (f"{server}/shard-00.tar", f"{memory}/shard-00.tar"):
        with pytest.raises(dyviz.ProgramError, match="no variant nix"):
            dyviz.run(MODEL, images, **{**OPTIONS, "variant": "nix"}, binary=program)
        with pytest.raises(dyviz.ProgramError, match="4 variants: choose one"):
            dyviz.run(MODEL, images, progress=False, binary=program)


def test_a_sender_that_is_gone_is_no_end(shards: Path, program: Path, tmp_path: Path) -> None:
    """A sequence that breaks off anywhere is an error, as its archives may end at any block."""
    sink = io.BytesIO()
    sink.close = lambda: None  # type: ignore[method-assign]
    send([(shards / "coat.tar").as_uri()], {}, sink)
    sent = sink.getvalue()
    run = [program, "stats", MODEL, "-", *ARGUMENTS, "--save", tmp_path / "a.run"]
    for length in (len(MARK), len(MARK) + 3, len(sent) // 2, len(sent) - 6, len(sent) - 5, len(sent) - 1):
        outcome = subprocess.run(run, input=sent[:length], capture_output=True)
        assert outcome.returncode == 1 and b"ended in the middle" in outcome.stderr, (length, outcome.stderr)
        assert not (tmp_path / "a.run").exists()
    assert subprocess.run(run, input=sent, capture_output=True).returncode == 0


def test_an_interruption_ends_the_program(program: Path, tmp_path: Path, memory: str) -> None:
    before = children()
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        while True:
            dyviz.run(MODEL, f"{memory}/shard-00.tar", **OPTIONS, save=tmp_path / "a.run", binary=program)
    timer.join()
    time.sleep(0.1)
    assert children() == before


def test_paths_expand_as_the_program_expands_them() -> None:
    assert locations("s3://b/x-{08..11}.tar") == [f"s3://b/x-{number}.tar" for number in ("08", "09", "10", "11")]
    assert locations("s3://b/{x,y}-{2..1}{z}.tar") == [f"s3://b/{name}{{z}}.tar" for name in ("x-2", "x-1", "y-2", "y-1")]
    assert locations(["a-{1..2}.tar", Path("b"), "b"]) == ["a-{1..2}.tar", "b"]
    with pytest.raises(RemoteError, match="at most 100,000 paths"):
        locations("s3://b/{1..400}{1..400}")


def test_which_paths_lie_elsewhere() -> None:
    assert all(map(is_remote, ("https://h/x.tar", "simplecache::s3://b/x.tar", "memory://x")))
    assert not any(map(is_remote, ("images", "c:/images", "-", "a::b/c", Path("https:/x"))))
    with pytest.raises(RemoteError, match="images lies on this machine"):
        are_remote(["https://h/x.tar", "images"])
    with pytest.raises(RemoteError, match="nix://x.tar: expected a protocol that fsspec knows, but it is nix"):
        dyviz.run(MODEL, "nix://x.tar", **OPTIONS)


def test_what_is_secret_is_not_told() -> None:
    assert shown("https://user:word@host:8080/a/x.tar?token=secret#y") == "https://host:8080/a/x.tar"
    assert shown("filecache::s3://bucket/x.tar") == "filecache::s3://bucket/x.tar"
