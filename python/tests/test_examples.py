"""The network that docs/from-pytorch.md follows."""

from __future__ import annotations

import sys
from pathlib import Path

from comparing import agree, images, scrambled
from conftest import ROOT

sys.path.insert(0, str(ROOT / "python" / "examples"))

from shuffle_dynet import ShuffleDyNet  # noqa: E402


def test_the_example_is_found_whole(tmp_path: Path, program: Path) -> None:
    """Every activation is one site of the kind and place that the page shows."""
    file = agree(scrambled(ShuffleDyNet()), images(2, 64), tmp_path, program)
    (variant,) = file.variants.values()
    sites = {node["name"]: node for node in variant["nodes"] if node["operator"] == "activation"}
    assert len(sites) == 21
    spatial, gate = sites["stages.0.2.spatial.2"], sites["stages.0.2.gate"]
    assert (spatial["block"], spatial["block_name"], spatial["site"]) == (3, "stages.0.2", "spatial.2")
    assert spatial["hyper"]["gate"] == "2*sigmoid-1" and spatial["functions"] == 2
    assert gate["hyper"]["inner"] == "silu" and gate["functions"] == 1
    assert sites["stem.2"]["negative_slope"].endswith("stem.2.weight")
    assert sites["head.1"]["curve"] == "gelu"
