"""Exports read as docs/exports.md says: names stay what they are."""

from __future__ import annotations

import csv
import json
import re
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

NAMES = ["0.10", "NA", "null", "1e5", "007", "a,b", "True"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def exported(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the program writes of a network whose modules have names that look like something else."""
    folder = tmp_path_factory.mktemp("exports")
    nodes: list[dict[str, Any]] = [{"name": "input", "operator": "input", "channels": 3, "height": 8, "width": 8}]
    for block, name in enumerate(NAMES):
        relu = {"functions": 2, "sharing": "all", "slopes": [1, 0]}
        place = {"block": block, "site": name, "block_name": name}
        nodes.append({"name": name, "operator": "activation", "inputs": [nodes[-1]["name"]], **place, **relu})
    normal = {"channels": 3, "resize": {"height": 8, "width": 8}, "mean": [0.5] * 3, "deviation": [0.5] * 3}
    variant = {"name": "v", "nodes": nodes, "output": nodes[-1]["name"], "preprocessing": normal}
    description = json.dumps({"format": 1, "variants": [variant]})
    header = json.dumps({"__metadata__": {"dyviz": description}}).encode()
    (folder / "model.bin").write_bytes(struct.pack("<Q", len(header)) + header)
    (folder / "images").mkdir()
    Image.fromarray(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).save(folder / "images/1.png")
    command = [program, "stats", folder / "model.bin", folder / "images", "--output", folder, "--channels"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "v"


@pytest.mark.parametrize("table", ["slope_difference", "sites", "coefficients", "channels", "scatter"])
def test_names_are_read_as_they_are(table: str, exported: Path) -> None:
    """By Python's csv, and by pandas where it is there, in the way of the documentation."""
    with (exported / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows and {row["node"] for row in rows} == {row["site"] for row in rows} == set(NAMES)
    if "block_name" in rows[0]:
        assert [row["block_name"] for row in rows] == [row["node"] for row in rows]
    pandas = pytest.importorskip("pandas")
    code = re.search(r"```python\n(import pandas.*?)\nslopes =", (ROOT / "docs/exports.md").read_text(), re.DOTALL)
    assert code
    documented: dict[str, Any] = {}
    exec(code[1], documented)
    frame = documented["read"](exported / f"{table}.csv")
    for column in {"site", "node", "block_name"} & set(frame.columns):
        assert list(frame[column]) == [row[column] for row in rows]
    assert all(pandas.api.types.is_numeric_dtype(frame[name]) for name in frame.columns if name.endswith("_mean"))
