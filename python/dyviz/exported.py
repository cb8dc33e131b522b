"""Reads what the program exports: a folder for each variant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .density import BINS, SMALLEST_EXPONENT, SparseCounts
from .errors import ReadError
from .tables import read_table, words

FORMAT = 2
"""Of `summary.json`: it changes when a column or member changes its meaning or goes."""

ALWAYS = ("slope_difference", "coefficients", "sites")
"""Tables of every export."""

OTHERS = ("channels", "exemplars", "what_if", "changed_images")
"""Tables that are there where they were asked for."""


def variant_folders(path: Path) -> list[Path]:
    """The folders of an export's variants: the one named, or those in it.

    Raises:
        ReadError: where there is none.
    """
    if (path / "summary.json").is_file():
        return [path]
    try:
        folders = sorted(entry for entry in path.iterdir() if (entry / "summary.json").is_file())
    except OSError as error:
        raise ReadError(f"{path}: {words(error)}") from error
    if not folders:
        raise ReadError(
            f"{path}: expected a folder that dyviz stats wrote, but neither it nor a folder in it has a summary.json"
        )
    return folders


def read_summary(folder: Path) -> dict[str, Any]:
    """A variant's `summary.json`, with the members that this package reads checked."""
    path = folder / "summary.json"
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReadError(f"{path}: expected a summary that dyviz stats wrote, but {words(error)}") from error
    if not isinstance(summary, dict) or not isinstance(summary.get("format"), int):
        raise ReadError(f"{path}: expected a summary that dyviz stats wrote, but it has no format")
    if summary["format"] != FORMAT:
        raise ReadError(f"{path}: expected format {FORMAT}, but it is {summary['format']}")
    whole = {"images": int, "skipped": int, "labelled": int}
    _check(path, "it", summary, {"model": str, "variant": str, "exact": bool, "sites": list, **whole})
    site = {"block": int, "site": str, "node": str, "kind": str, "channels": int, "dynamic": bool}
    counts = {"elements": int, "outside_range": int, "not_finite": int, "share": (int, float)}
    for index, record in enumerate(summary["sites"]):
        _check(path, f"site {index}", record, {**site, **counts})
        for name in ("segments", "coefficients", "block_name"):
            if name not in record:
                raise ReadError(f"{path}: site {index} has no {name}")
    return summary


def _check(path: Path, what: str, record: Any, members: dict[str, Any]) -> None:
    if not isinstance(record, dict):
        raise ReadError(f"{path}: {what} is no object")
    for name, kind in members.items():
        value = record.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ReadError(f"{path}: {what} has no {name} that dyviz stats would write: {json.dumps(value)[:60]}")


def read_tables(folder: Path, summary: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """All tables but `scatter.csv`, by name; held to the summary, so that one that was cut off or is another run's is refused."""
    tables = {name: read_table(folder / f"{name}.csv") for name in ALWAYS}
    tables |= {name: read_table(folder / f"{name}.csv") for name in OTHERS if (folder / f"{name}.csv").exists()}
    expected = {name: list(_rows(name, summary["sites"])) for name in (*ALWAYS, "channels")}
    for name, blocks in expected.items():
        if name not in tables:
            continue
        path = folder / f"{name}.csv"
        missing = {"block", "site", "node"} - set(tables[name].columns)
        if missing:
            raise ReadError(f"{path}: it has no column {min(missing)}")
        if list(tables[name]["block"]) != blocks:
            raise ReadError(f"{path}: its rows are not those of the sites in {folder / 'summary.json'}")
    return tables


def _rows(table: str, sites: list[dict[str, Any]]) -> Iterator[int]:
    """The block of each row that a table has."""
    for site in sites:
        functions = {"channel": site["channels"], "all": 1, None: 0}.get(site["coefficients"], 0)
        rows = {"coefficients": functions * (site["segments"] or 0), "channels": site["channels"]}.get(table, 1)
        for _ in range(rows):
            yield site["block"]


def read_scatter(folder: Path, sites: pd.DataFrame) -> list[SparseCounts]:
    """`scatter.csv` as each site's bins, in the order of `sites`."""
    path = folder / "scatter.csv"
    rows = read_table(path)
    missing = {"block", "site", "node", "x_min", "x_max", "y_min", "y_max", "count"} - set(rows.columns)
    if missing:
        raise ReadError(f"{path}: it has no column {min(missing)}")
    groups = {key: group for key, group in rows.groupby("node", sort=False)}
    unknown = set(groups) - set(sites["node"])
    if unknown or sum(map(len, groups.values())) != len(rows):
        raise ReadError(f"{path}: a row is of {min(unknown, default='no activation')}, which {folder / 'sites.csv'} lacks")
    empty = SparseCounts(SMALLEST_EXPONENT, SMALLEST_EXPONENT, np.zeros(0, np.int64), np.zeros(0, np.int64))
    return [_sparse(path, node, groups[node]) if node in groups else empty for node in sites["node"]]


def _sparse(path: Path, node: str, rows: pd.DataFrame) -> SparseCounts:
    places, exponents = {}, {}
    for axis in "xy":
        lower, upper = (rows[f"{axis}_{end}"].to_numpy() for end in ("min", "max"))
        # A bin is 2^e / 256 wide.
        width = upper[0] - lower[0]
        fraction, exponent = np.frexp(width)
        place = np.floor(lower / width) + BINS // 2
        fits = fraction == 0.5 and bool(np.all((upper - lower == width) & (place >= 0) & (place < BINS)))
        if not fits or not np.all(lower == (place - BINS // 2) * width):
            raise ReadError(f"{path}: the bins of {node} are not those of one axis {axis} over [-2^e, 2^e)")
        places[axis], exponents[axis] = place.astype(np.int64), int(exponent) - 1 + 8
    bins = places["y"] * BINS + places["x"]
    if rows["count"].isna().any() or np.any(np.diff(bins) <= 0):
        raise ReadError(f"{path}: the bins of {node} are not in order, or one has no count")
    counts = rows["count"].to_numpy(dtype=np.int64)
    return SparseCounts(exponents["x"], exponents["y"], bins, counts)
