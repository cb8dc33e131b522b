"""What a variant's dynamics are worth: the networks of a model file with parts of Dynamic ReLU taken away.

    python training/what_if.py sample-weights/model.bin --variant dyrelu-b --output what-if.csv

Three changes, each at one activation, at all activations of a kind (A1, A2, A3, stem, last) and everywhere:

    frozen          every coefficient at its mean over the same images, as the unchanged network gives it there
    no-intercepts   every intercept 0
    static          slopes and intercepts at their initial values: with those of the sample ReLU for K = 2, x for K = 1

Variant C's attention is left as it is. A row of the CSV holds top-1 in percent and its difference to the unchanged
network's, the mean of |logit - logit of the unchanged network| over images and classes, and how many images changed
their class.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from dyrelu import DyReLU
from fashion_mnist import DEFAULT_FOLDER
from fashion_on_photographs import normalise, validation_set
from model_reader import Network, load_model
from site_changes import continued, maximum_in_place, mean_coefficients, replacements
from torch import Tensor
from train import keep_memory

CHANGES = ("frozen", "no-intercepts", "static")
BATCH = 100
"""Images that run at once; every map of theirs is kept."""
EVERYWHERE = "everywhere"
COLUMNS = (
    "variant",
    "where",
    "node",
    "change",
    "images",
    "top1",
    "top1_difference",
    "mean_abs_logit_change",
    "changed",
)


@dataclass(frozen=True)
class Place:
    """Where a change is made."""

    where: str
    """A kind of site, or `EVERYWHERE`."""
    nodes: tuple[str, ...]


@dataclass
class Tally:
    """What is counted of one network over the batches."""

    images: int = 0
    right: int = 0
    changed: int = 0
    """Images with another class than the unchanged network's."""
    total_change: float = 0
    """Sum of |logit - logit of the unchanged network| over images and classes."""
    classes: int = 0

    def add(self, logits: Tensor, unchanged: Tensor, wanted: Tensor) -> None:
        """Logits [N, classes] of both networks, and the right classes [N]."""
        best = logits.argmax(1)
        self.images += len(logits)
        self.right += int((best == wanted).sum())
        self.changed += int((best != unchanged.argmax(1)).sum())
        self.total_change += float((logits.double() - unchanged.double()).abs().sum())
        self.classes = logits.shape[1]

    def figures(self, unchanged: Tally) -> list[object]:
        """The columns from `images` on."""
        top1, before = (100 * one.right / one.images for one in (self, unchanged))
        mean_change = self.total_change / (self.images * self.classes)
        return [self.images, f"{top1:.4f}", f"{top1 - before:.4f}", f"{mean_change:.6f}", self.changed]


@dataclass
class Comparison:
    """Every network that is compared with the unchanged one."""

    unchanged: Tally = field(default_factory=Tally)
    changed: dict[tuple[Place, str], Tally] = field(default_factory=dict)
    """By place and change."""

    def rows(self, variant: str) -> Iterator[list[object]]:
        """The CSV's rows."""
        yield [variant, "", "", "none", *self.unchanged.figures(self.unchanged)]
        for (place, change), tally in self.changed.items():
            node = place.nodes[0] if len(place.nodes) == 1 else ""
            yield [variant, place.where, node, change, *tally.figures(self.unchanged)]


def dynamic_nodes(network: Network) -> dict[str, str]:
    """The kind of site of every Dynamic ReLU, by node, in the network's order."""
    return {node["name"]: node["site"] for node, module in network.steps if isinstance(module, DyReLU)}


def places(network: Network, single: Sequence[str]) -> list[Place]:
    """Everywhere, every kind, and every node of the kinds `single`; none twice."""
    nodes = dynamic_nodes(network)
    if not nodes:
        return []
    kinds = dict.fromkeys(nodes.values())
    found = [Place(EVERYWHERE, tuple(nodes))]
    found += [Place(kind, tuple(name for name, site in nodes.items() if site == kind)) for kind in kinds]
    chosen = {kind.lower() for kind in single}
    found += [Place(site, (name,)) for name, site in nodes.items() if site.lower() in chosen]
    return list(dict.fromkeys(found))


@torch.no_grad()
def compare(
    network: Network, batches: Sequence[Tensor], labels: Sequence[Tensor], where: list[Place], changes: Sequence[str]
) -> Comparison:
    """Every change at every place, over batches [N, C, H, W] and their classes [N]."""
    means = mean_coefficients(network, batches) if where and "frozen" in changes else {}
    found = Comparison(changed={(place, change): Tally() for place in where for change in changes})
    for batch, wanted in zip(batches, labels, strict=True):
        known = network.values(batch)
        unchanged = known[network.description["output"]].flatten(1)
        found.unchanged.add(unchanged, unchanged, wanted)
        for (place, change), tally in found.changed.items():
            replaced = replacements(network, place.nodes, change, means)
            tally.add(continued(network, known, replaced), unchanged, wanted)
    return found


def print_table(variant: str, found: Comparison) -> None:
    """Top-1 in percent, a row for each place, a column for each change."""
    changes = list(dict.fromkeys(change for _, change in found.changed))
    top1 = 100 * found.unchanged.right / found.unchanged.images
    print(f"{variant}: top-1 {top1:.2f} % of {found.unchanged.images} images; with changes:")
    for place in dict.fromkeys(place for place, _ in found.changed):
        shares = [100 * found.changed[place, change].right / found.unchanged.images for change in changes]
        name = place.nodes[0] if len(place.nodes) == 1 else f"all {len(place.nodes)}"
        texts = (f"{change} {share:.2f} ({share - top1:+.2f})" for change, share in zip(changes, shares, strict=True))
        print(f"  {place.where:<10}  {name:<24}", "  ".join(texts), flush=True)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--variant", nargs="+", help="the variants; by default all")
    parser.add_argument("--images", type=int, help="only the first validation images; by default all 10,000")
    parser.add_argument("--sites", nargs="*", default=["a1", "a2", "a3"], choices=["a1", "a2", "a3"], metavar="KIND",
                        help="the kinds (a1 a2 a3) whose sites are changed one by one; by default all")  # fmt: skip
    parser.add_argument("--changes", nargs="+", default=CHANGES, choices=CHANGES)
    parser.add_argument("--output", type=Path, help="the CSV")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Prints a table for each variant and writes the CSV."""
    options = parse()
    keep_memory()
    DyReLU.elementwise = staticmethod(maximum_in_place)
    torch.set_num_threads(options.threads)
    images, labels = validation_set(options.data, options.images)
    batches, wanted = normalise(images).split(BATCH), labels.split(BATCH)
    rows: list[list[object]] = []
    for name, network in load_model(options.model).items():
        if options.variant and name not in options.variant:
            continue
        found = compare(network, batches, wanted, places(network, options.sites), options.changes)
        print_table(name, found)
        rows += found.rows(name)
    if options.output:
        with options.output.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main()
