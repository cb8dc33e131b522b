"""dyviz's statistics once more, with PyTorch and NumPy, to hold its exports against.

    dyviz stats model.bin sample-images --output out
    python training/statistics_reference.py model.bin sample-images --compare out

Runs every image through the networks of a model file in fp32, keeps each
activation's coefficients, and counts inputs and outputs on the bins that
docs/exports.md defines. Only sites of which dyviz took every element are
compared: the depthwise ones, or all after `dyviz stats --exact`.

Both compute in fp32, but in another order, so values next to an edge of a bin
may fall on either side: the share of such pairs is printed and limited.
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from dyrelu import DyReLU
from model_reader import Network, load_model
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

BINS = 512
SMALLEST_EXPONENT = -4
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
HALF = 0.5


@dataclass
class Site:
    """What is collected of one activation."""

    node: dict
    largest: np.ndarray = field(default_factory=lambda: np.zeros(2))
    """Largest |x| and |y|."""
    slopes: list[np.ndarray] = field(default_factory=list)
    """[N, K, channels], float32."""
    intercepts: list[np.ndarray] = field(default_factory=list)
    counts: np.ndarray | None = None
    """[BINS (y), BINS (x)]."""
    negative: int = 0
    positive_from_negative: int = 0

    @property
    def exponents(self) -> list[int]:
        """The smallest e with |v| < 2^e, for x and y."""
        return [max(SMALLEST_EXPONENT, int(np.frexp(largest)[1])) for largest in self.largest]

    def count(self, x: np.ndarray, y: np.ndarray) -> None:
        """Adds pairs; all exponents are known by now."""
        bins = [
            np.floor(values.astype(np.float64) * 2.0 ** (8 - exponent)).astype(np.int64) + BINS // 2
            for values, exponent in zip((x, y), self.exponents, strict=True)
        ]
        flat = np.bincount(bins[1] * BINS + bins[0], minlength=BINS * BINS).reshape(BINS, BINS)
        self.counts = flat if self.counts is None else self.counts + flat
        self.negative += int((x < 0).sum())
        self.positive_from_negative += int(((x < 0) & (y > 0)).sum())


def coefficients(module: torch.nn.Module, node: dict, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and intercepts [N, K, channels] for inputs x."""
    if isinstance(module, DyReLU):
        slopes, intercepts, _ = module.coefficients(x)
        intercepts = torch.zeros_like(slopes) if intercepts is None else intercepts
        return slopes.numpy(), intercepts.numpy()
    shape = (len(x), node["functions"], 1)
    both = (np.array(node[name], np.float32)[None, :, None] for name in ("slopes", "intercepts"))
    slopes, intercepts = (np.broadcast_to(values, shape) for values in both)
    return slopes, intercepts


def read_images(paths: list[Path], preprocessing: dict) -> Tensor:
    """[N, C, H, W]; only padding and normalisation are done here."""
    if preprocessing.get("resize") or preprocessing.get("crop"):
        raise SystemExit("the model resizes or crops its images, which is not done here")
    mode = {1: "L", 3: "RGB"}[preprocessing["channels"]]
    top, left, bottom, right = preprocessing.get("padding") or (0, 0, 0, 0)
    images = []
    for path in paths:
        with Image.open(path) as image:
            pixels = torch.from_numpy(np.array(image.convert(mode), np.float32))
        pixels = pixels.reshape(image.height, image.width, -1).permute(2, 0, 1) / 255
        images.append(F.pad(pixels, (left, right, top, bottom)))
    mean, deviation = (torch.tensor(preprocessing[name]) for name in ("mean", "deviation"))
    return (torch.stack(images) - mean[:, None, None]) / deviation[:, None, None]


@torch.no_grad()
def collect(network: Network, images: Tensor, wanted: set[str]) -> list[Site]:
    """Runs the images through twice: first for the ranges, then for the counts."""
    modules = {node["name"]: module for node, module in network.steps}
    nodes = [n for n, _ in network.steps if n["operator"] == "activation" and n["name"] in wanted]
    sites = [Site(node) for node in nodes]
    for pass_index in range(2):
        for batch in images.split(50):
            values = network.values(batch)
            for site in sites:
                x, y = values[site.node["inputs"][0]], values[site.node["name"]]
                if pass_index == 0:
                    largest = [float(v.abs().max()) for v in (x, y)]
                    site.largest = np.maximum(site.largest, largest)
                    slopes, intercepts = coefficients(modules[site.node["name"]], site.node, x)
                    site.slopes.append(slopes)
                    site.intercepts.append(intercepts)
                else:
                    site.count(x.flatten().numpy(), y.flatten().numpy())
    return sites


def figures(site: Site) -> dict[str, float]:
    """The numbers that summary.json holds, by our own names."""
    slopes, intercepts = np.concatenate(site.slopes), np.concatenate(site.intercepts)
    found = {
        "slope<0|>1": float(((slopes < 0) | (slopes > 1)).any(axis=1).mean()),
        "|b|>0.05": float((np.abs(intercepts) > np.float32(0.05)).any(axis=1).mean()),
    }
    if site.negative:
        found["x<0,y>0"] = site.positive_from_negative / site.negative
    for k in range(slopes.shape[1]):
        for name, values in (("a", slopes), ("b", intercepts)):
            column = values[:, k].astype(np.float64)
            found[f"{name}{k + 1} mean"], found[f"{name}{k + 1} dev"] = column.mean(), column.std()
    if slopes.shape[1] > 1:
        difference = (slopes.max(axis=1) - slopes.min(axis=1)).astype(np.float64)
        found["|a1-a2| mean"], found["|a1-a2| dev"] = difference.mean(), difference.std()
        for percent in (10, 50, 90):
            found[f"|a1-a2| p{percent}"] = float(np.percentile(difference, percent))
    outputs = outputs_at_half(slopes, intercepts)
    found["f(0.5) mean"], found["f(0.5) dev"] = outputs.mean(), outputs.std()
    for percent in (10, 50, 90):
        found[f"f(0.5) p{percent}"] = float(np.percentile(outputs, percent))
    return found


def outputs_at_half(slopes: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
    """What each function, [N, K, channels], makes of x = 0.5: [N, channels]."""
    return (slopes * np.float32(HALF) + intercepts).max(axis=1).astype(np.float64)


def exported_figures(entry: dict) -> dict[str, float]:
    """The same numbers as dyviz wrote them."""
    found = {
        "slope<0|>1": entry["slope_outside_unit_share"],
        "|b|>0.05": entry["intercept_share"],
        "x<0,y>0": entry["positive_from_negative_share"],
    }
    for letter, key in (("a", "slopes"), ("b", "intercepts")):
        for k, moments in enumerate(entry[key]):
            found[f"{letter}{k + 1} mean"] = moments["mean"]
            found[f"{letter}{k + 1} dev"] = moments["deviation"]
    if difference := entry["slope_difference"]:
        found["|a1-a2| mean"], found["|a1-a2| dev"] = difference["mean"], difference["deviation"]
        found |= {f"|a1-a2| p{p}": difference[f"p{p}"] for p in (10, 50, 90)}
    if output := entry["output_at_half"]:
        found["f(0.5) mean"], found["f(0.5) dev"] = output["mean"], output["deviation"]
        found |= {f"f(0.5) p{p}": output[f"p{p}"] for p in (10, 50, 90)}
    return {name: value for name, value in found.items() if value is not None}


def tolerance(name: str, site: Site) -> float:
    """What two right answers may differ by."""
    if name.startswith("f(0.5) p"):
        largest = np.abs(outputs_at_half(np.concatenate(site.slopes), np.concatenate(site.intercepts))).max()
        return 2.0 ** (max(SMALLEST_EXPONENT, int(np.frexp(largest)[1])) - 11) + 1e-5
    if name.startswith("|a1-a2| p"):
        largest = (np.concatenate(site.slopes).max(axis=1) - np.concatenate(site.slopes).min(axis=1)).max()
        return 2.0 ** (max(SMALLEST_EXPONENT, int(np.frexp(largest)[1])) - 12) + 1e-5
    if name in ("slope<0|>1", "|b|>0.05", "x<0,y>0"):
        return 1e-3  # functions and pairs next to a limit
    return 1e-5


def read_scatter(path: Path) -> dict[str, dict[tuple[float, float, float], int]]:
    """By node: pairs by (x_min, y_min), with the bins' widths checked for being one width per axis."""
    tables: dict[str, dict] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            table = tables.setdefault(row["node"], {"bins": {}, "widths": set()})
            x, y = float(row["x_min"]), float(row["y_min"])
            table["bins"][x, y] = int(row["count"])
            table["widths"].add((float(row["x_max"]) - x, float(row["y_max"]) - y))
    return tables


def as_grid(table: dict) -> tuple[np.ndarray, list[int]]:
    """Counts [BINS (y), BINS (x)] and the axes' exponents."""
    (widths,) = table["widths"]
    grid = np.zeros((BINS, BINS), np.int64)
    for (x, y), count in table["bins"].items():
        grid[int(y / widths[1]) + BINS // 2, int(x / widths[0]) + BINS // 2] = count
    return grid, [int(np.frexp(width)[1]) - 1 + 8 for width in widths]


def coarsened(grid: np.ndarray, exponents: list[int], target: list[int]) -> np.ndarray:
    """The counts on axes doubled until they have the exponents `target`."""
    for axis, (exponent, wanted) in zip((1, 0), zip(exponents, target, strict=True), strict=True):
        for _ in range(wanted - exponent):
            moved = np.moveaxis(grid, axis, 0)
            pairs = moved[0::2] + moved[1::2]
            grid = np.moveaxis(np.concatenate([0 * pairs, pairs, 0 * pairs]), 0, axis)
            start = (grid.shape[axis] - BINS) // 2
            grid = np.take(grid, range(start, start + BINS), axis=axis)
    return grid


def compare(site: Site, entry: dict, table: dict, images: int, limit: float) -> list[str]:
    """Prints one line; gives what is wrong."""
    grid, exponents = as_grid(table)
    target = [max(pair) for pair in zip(exponents, site.exponents, strict=True)]
    ours = coarsened(site.counts, site.exponents, target)
    theirs = coarsened(grid, exponents, target)
    different = int((ours != theirs).sum())
    moved = np.abs(ours - theirs).sum() / 2 / ours.sum()
    wrong = []
    if ours.sum() != theirs.sum() or entry["elements"] != ours.sum() or entry["images"] != images:
        wrong.append(f"{ours.sum()} pairs of {images} images here, {entry['elements']} of {entry['images']}")
    if moved > limit:
        wrong.append(f"{moved:.2e} of the pairs in other bins")
    expected, found = figures(site), exported_figures(entry)
    if expected.keys() != found.keys():
        wrong.append(f"there: {sorted(found)}, here: {sorted(expected)}")
    worst = {}
    for name in expected.keys() & found.keys():
        error = abs(expected[name] - found[name])
        kind = name.split()[0] if " p" not in name else name.split()[0] + " p"
        worst[kind] = max(worst.get(kind, 0.0), error)
        if error > tolerance(name, site):
            wrong.append(f"{name} is {found[name]}, here {expected[name]}")
    print(
        f"{entry['block']:>2} {entry['site']:<5} {ours.sum():>12,} pairs, {(ours > 0).sum():>6} bins,"
        f" {different:>5} differ, {moved:.1e} moved; largest errors: "
        + ", ".join(f"{name} {worst[name]:.1e}" for name in sorted(worst)),
        flush=True,
    )
    return [f"{entry['node']}: {problem}" for problem in wrong]


def print_reference(site: Site) -> None:
    """One site's numbers, for reading."""
    node = site.node
    numbers = ", ".join(f"{name} {value:.4f}" for name, value in figures(site).items())
    print(f"{node['block']:>2} {node['site']:<5} {site.counts.sum():>12,} pairs; {numbers}", flush=True)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("images", type=Path, help="a folder, searched recursively")
    parser.add_argument("--variant", nargs="+", help="the variants; by default all")
    parser.add_argument("--limit", type=int, help="only the first images in the order of paths")
    parser.add_argument("--compare", type=Path, help="the folder that dyviz stats wrote")
    parser.add_argument("--moved", type=float, default=1e-4, help="largest share of pairs in other bins")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Exits with 1 when the exports do not agree."""
    options = parse()
    torch.set_num_threads(options.threads)
    found = [path for path in options.images.rglob("*") if path.suffix.lower() in SUFFIXES]
    found.sort(key=lambda path: str(path.relative_to(options.images)).encode())
    paths = found[: options.limit]
    wrong: list[str] = []
    for name, network in load_model(options.model).items():
        if options.variant and name not in options.variant:
            continue
        images = read_images(paths, network.description["preprocessing"])
        activations = [n for n in network.description["nodes"] if n["operator"] == "activation"]
        print(f"{name}: {len(paths)} images", flush=True)
        if options.compare is None:
            for site in collect(network, images, {n["name"] for n in activations if n["site"] == "A2"}):
                print_reference(site)
            continue
        summary = json.loads((options.compare / name / "summary.json").read_text())
        tables = read_scatter(options.compare / name / "scatter.csv")
        entries = {entry["node"]: entry for entry in summary["sites"] if entry["share"] == 1}
        for site in collect(network, images, set(entries)):
            node = site.node["name"]
            wrong += [
                f"{name}, {problem}"
                for problem in compare(site, entries[node], tables[node], len(paths), options.moved)
            ]
    print("\n".join(wrong) if wrong else "no disagreement")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
