"""The benchmarks' networks come from this folder's modules; nothing else runs them before `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

SCRIPT = """
import sys, torch, networks
from pathlib import Path
network = networks.NETWORKS["resnet-18"]
torch.manual_seed(0)
model = network.make(networks.Activation("dyrelu-b")).eval()
variant = network.describe("dyrelu-b", model, networks.SIZE, networks.SIZE, networks.PREPROCESSING, networks.LABELS)
networks.write_model(Path(sys.argv[1]), [variant])
"""


def test_benchmark_networks_are_described_as_model_files(program: Path, tmp_path: Path) -> None:
    """ResNet-18 of the benchmarks is a file that the program reads."""
    model = tmp_path / "resnet-18.bin"
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(model)], cwd=ROOT / "Benchmarks", capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    told = subprocess.run([program, "info", str(model)], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "17 of them activations in 9 blocks" in told.stdout, told.stdout
