"""What docs/scale.md says on paper: where counters end, and what larger runs would take."""

from __future__ import annotations

from typing import Any

LIST = {"ImageNet": 1_281_167, "ImageNet-21k": 14_197_122, "a billion": 1_000_000_000}
MACHINES = (1, 16, 256)
PAIRS = 96 * 112 * 112
"""Of an image at the largest depthwise site of MobileNetV2 at 224 pixels."""
FILE = 1 << 31
"""The largest saved run that is read (`SafetensorsArchive.maximumFileSize`)."""
MEMORY = 24 << 30
"""Bytes of memory of the machines."""


def limits() -> list[str]:
    """The counters, their widths and the images at which each is full."""
    rows = [
        ("images of a site", "refused from 2^31 on, for the sums below", 1 << 31),
        ("a channel's sum of slopes or intercepts", "64 bits in units of 2^-24, values below 256; full at 2^63 / 2^32", 1 << 31),
        ("the same, of values below 2 (a DY-ReLU's slopes)", "2^63 / 2^25", 1 << 38),
        ("a channel's sum of their squares", "192 bits; refused from 2^120 on, squares below 2^64", 1 << 56),
        ("values of a distribution (\\|a1 - a2\\|, f(0.5))", "128 bits, squares below 2^66; an image adds one for each channel (1,280)",
         (1 << 61) // 1280),
        ("pairs of a site", f"64 bits; refused from 2^48 on; {PAIRS:,} of an image (96 x 112 x 112)", (1 << 48) // PAIRS),
        ("pairs in one bin of a density", "32 bits, swept into 64 after 2^31 pairs; refused from 2^56 on, all pairs in one bin",
         (1 << 56) // PAIRS),
        ("images of a class (`--channels`)", "refused from 2^31 on, for sums of 64 bits of values below 256", 1 << 31),
        ("summed cross-entropy (`ablate`)", "64 bits in units of 2^-24; refused from 2^32 on; ln 1000 of an image",
         int((1 << 32) / 6.9078)),
        ("images, top-1 and top-5", "refused from 2^48 on", 1 << 48),
    ]  # fmt: skip
    return [
        "## Where counters end",
        "",
        "Counts are whole numbers, sums are fixed-point integers: nothing is rounded as they grow, and each has an end. What would go beyond is refused by name when it is merged or read; none of them wraps unseen.",
        "",
        "| what | how it is kept | images at the least |",
        "|---|---|---:|",
        *(f"| {what} | {how} | {_short(images)} |" for what, how, images in rows),
    ]


def _short(count: float) -> str:
    """Three figures and a word."""
    for size, word in ((1e15, "· 10^15"), (1e12, "· 10^12"), (1e9, "billion"), (1e6, "million")):
        if count >= size:
            return f"{count / size:.3g} {word}"
    return f"{count:,.0f}"


class Costs:
    """What a run costs for each image, and whatever its size, from what was measured."""

    def __init__(self, found: dict[str, Any]) -> None:
        run, shard, parts = found["run"], found["shard"], found["parts"]
        more = max(run["images"] - shard["images"], 1)
        self.rate = run["images"] / (run["seconds"] - run["listing"])
        self.listing = max(run["listing"] - shard["listing"], 0) / more
        self.memory = max(run["peak"] - shard["peak"], 0) / more
        self.base = shard["peak"] - self.memory * shard["images"]
        self.bytes = run["names"] / run["images"]
        self.file = run["bytes"] - run["names"]
        few, all_parts = found["parts of one shard"]["merges"][-1], parts["merges"][-1]
        self.merge = few["seconds"] / few["parts"]
        self.merge_names = max(all_parts["seconds"] - self.merge * all_parts["parts"], 0) / parts["images"]

    def row(self, name: str, images: int, machines: int) -> str:
        """A line of the table; what breaks is marked."""
        counting = images / self.rate / machines
        # Parts of an hour; one machine alone needs none.
        parts = 1 if machines == 1 else max(machines, round(images / self.rate / 3600))
        listing = self.listing * images * max(parts / machines, 1)
        merging = self.merge * parts + self.merge_names * images if parts > 1 else 0
        memory = self.base + self.memory * images
        file = self.file + self.bytes * images
        cells = [
            name, f"{machines:,}", f"{parts:,}", _time(counting), _time(listing), _time(merging),
            _limited(memory, MEMORY), _limited(file, FILE),
        ]  # fmt: skip
        return "| " + " | ".join(cells) + " |"


def _time(seconds: float) -> str:
    for size, word in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {word}"
    return f"{seconds:.2g} s" if seconds else "–"


def _limited(count: float, most: float) -> str:
    text = f"{count / 1e9:.3g} GB"
    return f"**{text}**" if count > most else text


def paper(found: dict[str, Any]) -> list[str]:
    """Larger runs by these figures, and what breaks first."""
    costs = Costs(found)
    rows = [costs.row(name, images, machines) for name, images in LIST.items() for machines in MACHINES]
    files, lists = (FILE - costs.file) / costs.bytes, (MEMORY - costs.base) / max(costs.memory, 1e-9)
    return [
        "## On paper",
        "",
        f"Computed from the figures above, not measured: machines like this one, its {costs.rate:,.0f} images/s of the sample's network (other networks and larger images change the time of counting alone; docs/benchmarks.md has "
        f"rates for photographs at 224 pixels), {1e6 * costs.listing:.1f} s of listing, {costs.memory:.0f} MB of memory and {costs.bytes:.0f} MB of file for each million images, {costs.merge:.2f} s of merging for each part and "
        f"{1e6 * costs.merge_names:.1f} s for each million names. Parts are an hour each, merged one after the other on one machine. Bold is what does not go: more than the 24 GiB of this machine, or a file of more than 2 GiB.",
        "",
        "| images | machines | parts | counting | listing on each | merging | memory of a machine | RUN |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *rows,
        "",
        f"What breaks first is the list of images, not a counter: a saved run is refused beyond 2 GiB, which names of this length reach at {_short(files)} images (a part of it holds its own names alone, so parts go further than their merged run), and a "
        f"machine of 24 GiB holds the list of {_short(lists)}. A billion images therefore are runs of their own over pieces of the list that stay below that; the sums and counts would hold them all. "
        f"The first counter to end is that of the pairs of a large depthwise site that is counted whole, after {_short((1 << 48) // PAIRS)} images.",
    ]
