"""What Python reads of a saved run and of exports is what the program wrote, value for value, in the documented types."""

from __future__ import annotations

import csv
import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from PIL import Image

import dyviz
from dyviz.tables import TEXT, WHOLE

TABLES = ["slope_difference", "coefficients", "sites", "channels", "scatter"]
NAMES = ["0.10", "NA", "null", "1e5", "007", "a,b", "True", 'of "two"']


def model_with_names(path: Path) -> None:
    """A network whose modules are called like something else; its last activation is a curve."""
    nodes: list[dict[str, Any]] = [{"name": "input", "operator": "input", "channels": 3, "height": 8, "width": 8}]
    for block, name in enumerate(NAMES):
        what: dict[str, Any] = {"functions": 2, "sharing": "all", "slopes": [1, 0]}
        if block + 1 == len(NAMES):
            what = {"curve": "hard_swish"}
        place = {"block": block, "site": name, "block_name": name}
        nodes.append({"name": name, "operator": "activation", "inputs": [nodes[-1]["name"]], **place, **what})
    normal = {"channels": 3, "resize": {"height": 8, "width": 8}, "mean": [0.5] * 3, "deviation": [0.5] * 3}
    variant = {"name": "v 1", "nodes": nodes, "output": nodes[-1]["name"], "preprocessing": normal}
    header = json.dumps({"__metadata__": {"dyviz": json.dumps({"format": 1, "variants": [variant]})}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header)


@pytest.fixture(scope="module", params=["sample", "names"])
def counted(request: pytest.FixtureRequest, program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `run.dyviz` and the exports of the same run, `out`."""
    folder = tmp_path_factory.mktemp(request.param)
    model, images = ROOT / "sample-weights/model.bin", ROOT / "sample-images"
    if request.param == "names":
        model, images = folder / "model.bin", folder / "images"
        model_with_names(model)
        images.mkdir()
        Image.fromarray(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).save(images / "1.png")
    options = ["--limit", "24", "--channels", "--save", folder / "run.dyviz", "--output", folder / "out"]
    subprocess.run([program, "stats", model, images, *options], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def both(counted: Path, program: Path) -> list[dyviz.Run]:
    """The saved run and the exports."""
    return [dyviz.read(counted / "run.dyviz", binary=program), dyviz.read(counted / "out")]


def naive(path: Path) -> dict[str, list[Any]]:
    """A table's columns by Python's csv: whole numbers as int, others as float, what is absent as None."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lists = {"channels"} if "positions" in rows[0] else set()
    kinds = {name: str if name in TEXT | lists else int if name in WHOLE else float for name in rows[0]}
    return {name: [kind(row[name]) if row[name] != "" else None for row in rows] for name, kind in kinds.items()}


def plain(frame: pd.DataFrame) -> dict[str, list[Any]]:
    return {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame.columns}


@pytest.mark.parametrize("table", TABLES)
def test_both_sources_are_the_csv_files(table: str, counted: Path, both: list[dyviz.Run]) -> None:
    folders = {json.loads(path.read_text())["variant"]: path.parent for path in (counted / "out").glob("*/summary.json")}
    assert set(both[0]) == set(both[1]) == set(folders)
    for name, folder in folders.items():
        written = naive(folder / f"{table}.csv")
        for run in both:
            assert plain(run[name].table(table)) == written
        pd.testing.assert_frame_equal(*(run[name].table(table) for run in both), check_exact=True)


@pytest.mark.parametrize("table", TABLES)
def test_types_are_those_of_the_columns(table: str, both: list[dyviz.Run]) -> None:
    for frame in (both[0].table(table), next(iter(both[1].values())).table(table)):
        for name, kind in frame.dtypes.items():
            text = name in TEXT
            assert str(kind) == ("string" if text else "Int64" if name in WHOLE else "float64"), name


def test_summaries_are_the_files(counted: Path, both: list[dyviz.Run]) -> None:
    for path in (counted / "out").glob("*/summary.json"):
        summary = json.loads(path.read_text())
        for run in both:
            assert run[summary["variant"]].summary == summary
            row = run.summary.set_index("variant").loc[summary["variant"]]
            assert row["images"] == summary["images"] and not row["exact"]
            assert summary["top1"] is None or row["top1"] == summary["top1"]


def test_densities_are_the_rows_of_the_scatter(counted: Path, both: list[dyviz.Run]) -> None:
    for name, variant in both[0].items():
        folder = next(p.parent for p in (counted / "out").glob("*/summary.json") if json.loads(p.read_text())["variant"] == name)
        rows = naive(folder / "scatter.csv")
        pairs: dict[str, dict[tuple[float, ...], int]] = {}
        for node, *bounds, count in zip(*(rows[n] for n in ("node", "x_min", "x_max", "y_min", "y_max", "count"))):
            pairs.setdefault(node, {})[tuple(bounds)] = count
        for density, other, record in zip(variant.densities(), both[1][name].densities(), variant.summary["sites"]):
            x, y = density.x_edges, density.y_edges
            found = {
                (x[j], x[j + 1], y[i], y[i + 1]): density.counts[i, j] for i, j in zip(*np.nonzero(density.counts))
            }
            assert found == pairs.get(density.node, {})
            assert density.total == record["elements"] - density.outside_range - density.not_finite
            np.testing.assert_array_equal(density.counts, other.counts)
            np.testing.assert_array_equal((x, y), (other.x_edges, other.y_edges))
            assert (density.block, density.site, density.share) == (other.block, other.site, other.share)


def test_a_site_is_found_by_its_node_or_place(both: list[dyviz.Run]) -> None:
    for variant in both[0].values():
        for place, row in enumerate(variant.sites.itertuples()):
            for name in (row.node, f"{row.block}.{row.site}", (row.block, row.site)):
                assert variant.index(name) == place
        with pytest.raises(dyviz.ReadError, match="no activation 99.A2; there are"):
            variant.density("99.A2")


def test_parquet_keeps_values_and_types(both: list[dyviz.Run], tmp_path: Path) -> None:
    (tmp_path / "what_if.parquet").write_text("of another run")
    paths = both[0].to_parquet(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert {path.stem for path in paths} == {*TABLES, "summary"}
    for table in TABLES:
        frame = both[0].table(table)
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{table}.parquet"), frame, check_exact=True)
        assert list(dict.fromkeys(frame["variant"])) == list(both[0])


def test_one_variants_folder_is_a_run_of_it(counted: Path, both: list[dyviz.Run]) -> None:
    for folder in (counted / "out").iterdir():
        run = dyviz.read(folder)
        (name,) = run
        pd.testing.assert_frame_equal(run.sites.drop(columns="variant"), both[0][name].sites)
    with pytest.raises(dyviz.ReadError, match="there is no variant other; there are"):
        both[0]["other"]


def test_what_was_not_asked_for_is_a_sentence(counted: Path, program: Path, tmp_path: Path) -> None:
    shutil.copytree(counted / "out", tmp_path / "out")
    for path in (tmp_path / "out").glob("*/channels.csv"):
        path.unlink()
    run = dyviz.read(tmp_path / "out")
    assert "channels" not in next(iter(run.values())).tables
    for part in (run, next(iter(run.values()))):
        with pytest.raises(dyviz.ReadError, match="has no table channels .*--channels.*; there are slope_difference"):
            part.channels  # noqa: B018


FILES = ["summary.json", "sites.csv", "slope_difference.csv", "coefficients.csv", "channels.csv", "scatter.csv"]
DAMAGES = ["gone", "empty", "cut", "cut at a line", "no text", "another run's"]
# Channels need not be there, and a summary of another run is right by itself.
HARMLESS = {("channels.csv", "gone"), ("summary.json", "another run's")}


@pytest.mark.parametrize(
    ("file", "damage"), [(file, damage) for file in FILES for damage in DAMAGES if (file, damage) not in HARMLESS]
)
def test_broken_exports_are_told_by_name(file: str, damage: str, counted: Path, tmp_path: Path) -> None:
    folders = sorted((counted / "out").iterdir())
    folder, other = tmp_path / "v", folders[-1]
    shutil.copytree(folders[0], folder)
    path = folder / file
    content = path.read_bytes()
    # Of a single variant, another table of its own.
    foreign = other / file if other != folders[0] else other / ("coefficients.csv" if file != "coefficients.csv" else "channels.csv")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {
                "empty": b"",
                "cut": content[: len(content) // 2].rstrip(b"\n"),
                "cut at a line": content[: content.rindex(b"\n", 0, -1) + 1],
                "no text": b"\xff\xfe" + content,
                "another run's": foreign.read_bytes(),
            }[damage]
        )
    with pytest.raises(dyviz.ReadError) as caught:
        next(iter(dyviz.read(folder).values())).scatter  # noqa: B018
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)
    if (file, damage) not in {("summary.json", "gone"), ("scatter.csv", "cut at a line"), ("scatter.csv", "another run's")}:
        assert file in str(caught.value)


def test_broken_saved_runs_are_told_by_name(counted: Path, program: Path, tmp_path: Path) -> None:
    whole = (counted / "run.dyviz").read_bytes()
    path = tmp_path / "run.dyviz"
    for content in (b"", whole[:5], whole[: len(whole) // 2], whole[:-1], b"{" * 100, whole.replace(b"xExponent", b"xExponant")):
        path.write_bytes(content)
        with pytest.raises(dyviz.ReadError, match=str(path)):
            dyviz.read(path, binary=program)
    for missing in (tmp_path / "none", tmp_path):
        with pytest.raises(dyviz.ReadError, match=f"{missing}: expected"):
            dyviz.read(missing, binary=program)
    with pytest.raises(dyviz.ReadError, match="a model is given with a folder of images"):
        dyviz.read(ROOT / "sample-weights/model.bin", binary=program)


def test_what_the_reader_takes_for_granted_is_checked_by_itself(counted: Path, tmp_path: Path) -> None:
    """The program refuses such files first; another version of it need not."""
    from dyviz.saved import SavedFile

    whole = (counted / "run.dyviz").read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8 : 8 + length])
    described = json.loads(header["__metadata__"]["dyviz-run"])

    def refused(change: Any, words: str) -> None:
        metadata, about = dict(header["__metadata__"]), json.loads(json.dumps(described))
        change(metadata, about)
        metadata.setdefault("dyviz-run", json.dumps(about))
        text = json.dumps({**header, "__metadata__": metadata}).encode()
        path = tmp_path / "run.dyviz"
        path.write_bytes(struct.pack("<Q", len(text)) + text + whole[8 + length :])
        with pytest.raises(dyviz.ReadError, match=f"{path}: {words}"):
            SavedFile(path)

    def described_as(**members: Any) -> Any:
        return lambda metadata, about: (metadata.pop("dyviz-run"), about.update(members))

    refused(described_as(format=2), "expected format 1 of saved runs, but it is 2")
    refused(described_as(runs=[{}]), "expected a saved run of dyviz, but a part of it is missing or misshapen")
    refused(described_as(runs=3), "expected a saved run of dyviz, but a part of it is missing or misshapen")
    refused(lambda metadata, about: metadata.update({"dyviz-run": "{"}), "expected a saved run of dyviz, but")
    key = next(a["key"] for a in described["runs"][0]["findings"] if "density" in a["question"])
    refused(lambda metadata, about: (metadata.pop("dyviz-run"), metadata.pop(key)), "expected a saved run of dyviz, but a part")


def test_tables_of_other_commands(program: Path, tmp_path: Path) -> None:
    """`channels` is a number in one table and a list in another."""
    model, images = ROOT / "sample-weights/model.bin", ROOT / "sample-images"
    chosen = ["--variant", "dyrelu-b", "--limit", "6"]
    commands = {
        "found": ["find", model, images, "--site", "5.A2", "--x=:-1", "--y=0.1:", *chosen],
        "extreme": ["find", model, images, "--site", "5.A2", "--extreme", "gain", *chosen],
        "ablated": ["ablate", model, images, "--change", "frozen", "--sites", "all", "--sites", "role", *chosen],
        "differences": ["diff", model, images, "--variants", "dyrelu-b", "relu", "--limit", "6"],
    }
    for name, arguments in commands.items():
        output = tmp_path / (name if name == "ablated" else name + ".csv")
        subprocess.run([program, *arguments, "--output", output], check=True, capture_output=True)
    paths = [*tmp_path.glob("*.csv"), *tmp_path.glob("*/*/*.csv")]
    assert len(paths) == 5
    for path in paths:
        columns = naive(path) if path.stat().st_size > path.read_bytes().index(b"\n") + 1 else {}
        frame = dyviz.read_table(path)
        assert plain(frame) == columns or not columns and frame.empty
    assert "Int64" == str(dyviz.read_table(tmp_path / "extreme.csv")["channel"].dtype)
    with pytest.raises(dyviz.ReadError, match="none.csv: expected a table that dyviz wrote, but it cannot be read: No such"):
        dyviz.read_table(tmp_path / "none.csv")
