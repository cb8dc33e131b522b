"""The benchmarks' networks come from this folder's modules; nothing else runs them before `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT

sys.path.append(str(ROOT / "Benchmarks"))

import decoders  # noqa: E402
import profile_sample  # noqa: E402
import rows  # noqa: E402
import run  # noqa: E402
from peers import FULL, RESNET, SMALL, SUBJECT, V3  # noqa: E402
from tools import Failure  # noqa: E402

SCRIPT = """
import sys, torch, networks
from dataclasses import replace
from pathlib import Path
name, folder = sys.argv[1], Path(sys.argv[2])
networks.SIZE = 64
preprocessing = replace(networks.PREPROCESSING, crop={"height": 64, "width": 64})
network = networks.NETWORKS[name]
model = networks.random_model(network, "dyrelu-b")
variant = network.describe("dyrelu-b", model, 64, 64, preprocessing, networks.LABELS)
networks.write_model(folder / "model.bin", [variant])
image = torch.randn(1, 3, 64, 64)
image[0].permute(1, 2, 0).contiguous().numpy().tofile(folder / "image.f32")
networks.fastest_form()
with torch.no_grad():
    print(*model(image)[0].tolist())
"""


@pytest.mark.parametrize(("name", "sites"), [("resnet-18", "17 of them activations in 9 blocks"),
                                             ("mobilenetv3-large", "47 of them activations in 17 blocks")])
def test_benchmark_networks_are_described_as_model_files(program: Path, tmp_path: Path, name: str, sites: str) -> None:
    """A network of the benchmarks is a file that the program reads, with the logits of PyTorch's fastest form."""
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT, name, str(tmp_path)], cwd=ROOT / "Benchmarks", capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    model = str(tmp_path / "model.bin")
    told = subprocess.run([program, "info", model], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert sites in told.stdout, told.stdout
    ran = subprocess.run([program, "bench", model, "--logits", str(tmp_path / "image.f32")], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    expected, found = (np.array([float(word) for word in text.split()]) for text in (made.stdout, ran.stdout))
    assert len(found) == 1000 and np.std(expected) > 0.1
    assert np.abs(found - expected).max() < run.TOLERANCE * np.abs(expected).max()


def measured() -> SimpleNamespace:
    """Three rounds, in which everything without statistics runs at 100, 200 and 400 images per second."""
    rates = {}
    for kind in ("dyviz", "plain", "avx512", "files"):
        for name in [(SMALL, f"dyrelu-{letter}") for letter in "abc"] + [(n, "dyrelu-b") for n in (FULL, RESNET, V3)]:
            rates[kind, name] = [100.0, 200.0, 400.0]
    rates["plain", (SMALL, "relu6")] = [100.0, 250.0, 800.0]
    others = ("one thread", "limit share", "hook script", "libjpeg-turbo alone", "avx2", "portable", "memory 200", "memory 1000")
    for kind in (*others, *(f"taps {taps}" for taps in ("default", "depthwise", "exact", "lattice"))):
        rates[kind, SUBJECT] = [50.0, 50.0, 50.0]
    peers = {name: ("openvino, batch 1", [50.0, 100.0, 200.0]) for name in run.COMPARED}
    return SimpleNamespace(
        rates=rates, peers=peers, notes={"hook script": "2 workers, batch 4"}, of=lambda kind, name=SUBJECT: rates[kind, name]
    )


def test_ratios_are_taken_round_by_round() -> None:
    """The median of the ratios, not the ratio of medians, and the bound beside it."""
    found = {row.what: row for row in rows.rows(measured())}
    row = found["DY-ReLU-B : ReLU6"]
    assert row.values == [1.0, 0.8, 0.5] and row.median == 0.8 and not row.met
    assert row.line() == "| DY-ReLU-B : ReLU6 | ≥ 0.88 | 0.80 | 0.50 … 1.00 | **no** |"
    row = found["the same for x1.0 (openvino, batch 1)"]
    assert row.values == [2.0] * 3 and row.met


def test_every_compared_network_and_each_kind_of_row_is_asked_for() -> None:
    """One row for each network that the other engines run, in an order in which `the same` has its meaning."""
    found = [row.what for row in rows.rows(measured())]
    assert len(set(found)) == len(found)
    assert sum("(openvino, batch 1)" in what for what in found) == len(run.COMPARED)
    first = next(index for index, what in enumerate(found) if what.startswith("DY-ReLU-B : best other engine's DY-ReLU-B"))
    assert found[first + 1].startswith("the same for x1.0")
    assert found[found.index("resident memory end to end, 1,000 images") + 1].startswith("the same at 1,000")
    assert any("(2 workers, batch 4)" in what for what in found)


class Peers:
    """Engines that are off by one hundredth of the largest logit."""

    folder = Path()

    def __init__(self) -> None:
        self.left_out: dict[str, str] = {}
        self.engines = {name: SimpleNamespace(check=lambda *_: 0.01) for name in ("openvino", "ncnn")}

    def configurations(self, _: object) -> dict[str, list[dict[str, int]]]:
        return {name: [{"batch": 1}] for name in self.engines}

    def leave_out(self, engine: str, reason: str) -> None:
        self.left_out[engine] = reason


def test_a_further_engine_that_differs_is_left_out_and_any_other_ends_the_run() -> None:
    """The reason says what was expected and what came."""
    peers, results = Peers(), SimpleNamespace(errors={})
    run.check_engine(peers, results, SUBJECT, "ncnn")
    assert "differs from PyTorch by 1.0e-02 of the largest logit, expected 1e-04 at most" in peers.left_out["ncnn"]
    with pytest.raises(Failure, match="openvino, batch 1 differs from PyTorch"):
        run.check_engine(peers, results, SUBJECT, "openvino")
    assert not results.errors


def test_the_decoders_alone_decode_the_whole_picture(tmp_path: Path) -> None:
    """The pixels are those that Pillow finds, give or take its decoder's rounding; what is no JPEG is told by name."""
    ramp = np.stack(np.broadcast_arrays(np.arange(0, 250, 5)[:, None], np.arange(90)[None], 128), axis=2)
    path = tmp_path / "ramp.jpg"
    Image.fromarray(ramp.astype(np.uint8)).save(path, quality=95)
    decoder = decoders.Decoder()
    assert decoder.decode(path) == (90, 50)
    pixels = np.array(decoder.pixels).reshape(50, 90, 3).astype(int)
    assert np.abs(pixels - np.array(Image.open(path)).astype(int)).max() <= 2
    assert decoders.rate([path] * 6, 2) > 0
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(SystemExit, match="text.jpg: "):
        decoder.decode(tmp_path / "text.jpg")


PERF = """    250000
	           4f10a8 $s7Kernels4multiply (/usr/bin/dyviz)
	           4f0000 [unknown] (/usr/bin/dyviz)
	           4e0000 $s9Inference3run (/usr/bin/dyviz)

    250000
	           4f10b0 $s7Kernels4multiply (/usr/bin/dyviz)
	           4e0010 $s9Inference3run (/usr/bin/dyviz)

    500000
	    7f7727fc38a8 [unknown] (/usr/lib/libz.so.1.2)

    250000

    250000
	           4f10b4 $s7Kernels4multiply (/usr/bin/dyviz)
	           4d0010 operator new (/usr/bin/dyviz)
"""


def test_samples_of_perf_are_counted_by_function_and_caller() -> None:
    """Frames without a name are passed over on the way to the caller; samples without a frame are kept in the sum."""
    costs = profile_sample.Costs()
    for period, frames in profile_sample.samples(PERF.splitlines()):
        costs.add(period, frames)
    assert costs.own == {
        "$s7Kernels4multiply": 750_000, "[unknown] in libz.so.1.2": 500_000, "[unknown]": 250_000
    }
    assert costs.caller("$s7Kernels4multiply") == "$s9Inference3run"
