"""docs/scale.md from what was measured."""

from __future__ import annotations

from typing import Any

from scale_paper import limits, paper

WHOLE = 1_000_000
"""Images of the run that the page is about."""

Found = dict[str, Any]


def number(value: float) -> str:
    """With groups of digits, and three figures where it is small."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def megabytes(count: float) -> str:
    """In units of 10^6 bytes."""
    return f"{number(count / 1e6)} MB"


def page(found: Found) -> str:
    """The whole page."""
    parts = [_head(found), _asked(found), _tenths(found), _files(found), _merging(found), limits(), paper(found)]
    return "\n".join(line for part in parts for line in [*part, ""]).rstrip() + "\n"


def _head(found: Found) -> list[str]:
    run, shards = found["run"], found["shards"]
    return [
        "# How far it goes",
        "",
        f"Written by `make scale`; do not edit. `dyviz stats` of the sample's DY-ReLU-B over {run['images']:,} generated images in {shards['count']:,} tar shards of at most {shards['most']:,} "
        f"({megabytes(shards['bytes'])}), by {found['threads']} threads. The images are 4,096 pictures of 64x64 pixels, JPEG and some PNG, again and again under names of their own: "
        "each is read and decoded for itself. \"Processor\" is processor time, which others that use the machine change less than the time that passes.",
        "",
        "|  |  |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in found["machine"].items()),
        f"| load before the run | {found['load']:.1f} processors |",
    ]


def _asked(found: Found) -> list[str]:
    run, tenths = found["run"], found["run"]["tenths"]
    flat = {unit: tenths[-1][unit] / tenths[0][unit] for unit in ("images/s", "images/processor s")}
    memory = tenths[-1]["resident"] / tenths[0]["resident"]
    rows = [
        ("images per second, last tenth : first tenth", "≥ 0.97", f"{flat['images/s']:.3f}", flat["images/s"] >= 0.97),
        ("images per processor second, likewise", "≥ 0.97", f"{flat['images/processor s']:.3f}",
         flat["images/processor s"] >= 0.97),
        ("memory at the end of the last tenth : of the first", "reported", f"{memory:.3f}", None),
        (f"processor time of the {run['checkpoints']} checkpoints that the run wrote at its usual times", "≤ 2 %",
         *checkpoints(found)),
        (f"{found['parts']['count']} parts of {found['parts']['images']:,} images, merged : the run over these, byte for byte",
         "equal", "equal" if found["parts"]["same"] else "different", found["parts"]["same"]),
    ]  # fmt: skip
    met = {True: "yes", False: "**no**", None: "–"}
    return [
        "| what | asked | measured | met |",
        "|---|---|---|---|",
        *(f"| {what} | {asked} | {measured} | {met[is_met]} |" for what, asked, measured, is_met in rows),
    ]


def checkpoints(found: Found) -> tuple[str, bool | None]:
    """The share of the long run's processor time that its checkpoints took, and whether it is small enough."""
    share = found["checkpoints"]["each"] * found["run"]["checkpoints"] / found["run"]["processor"]
    # Runs without them that came out slower say nothing about what one takes.
    return (f"{100 * share:.2f} %", share <= 0.02) if share > 0 else (f"{100 * share:.2f} %: below the noise", None)


def _tenths(found: Found) -> list[str]:
    run = found["run"]
    rows = [
        f"| {index} | {number(one['images/s'])} | {number(one['images/processor s'])} | {megabytes(one['resident'])} |"
        for index, one in enumerate(run["tenths"], 1)
    ]
    return [
        "## Over the run",
        "",
        f"Before its first image the program listed the {run['images']:,} images in {run['listing']:.1f} s ({run['listing processor']:.1f} s of processor time) and held {megabytes(run['resident before'])}; "
        f"at most {megabytes(run['peak'])} in the run, which took {run['seconds']:,.0f} s.",
        "",
        "| tenth | images/s | images/processor s | memory at its end |",
        "|---:|---:|---:|---:|",
        *rows,
    ]


def _files(found: Found) -> list[str]:
    run, shard, parts, saved = found["run"], found["shard"], found["parts"], found["checkpoints"]
    least, median, most = parts["sizes"]
    every = [one["checkpoints"] for one in saved["saving"]]
    each = f"takes {saved['each']:.2f} s" if saved["each"] > 0 else f"takes too little to be measured ({saved['each']:.2f} s)"
    return [
        "## Files and checkpoints",
        "",
        "| what | size |",
        "|---|---:|",
        f"| RUN of all {run['images']:,} images, one variant | {megabytes(run['bytes'])} |",
        f"| RUN of {shard['images']:,} images | {megabytes(shard['bytes'])} |",
        f"| PART of {parts['images'] // parts['count']:,} of {parts['images']:,} images | {megabytes(median)} ({megabytes(least)} to {megabytes(most)}) |",
        "",
        f"An image more makes the file {bytes_per_image(found):.0f} bytes longer: its path, a zero byte and its class. What is counted fills up beside that. A checkpoint of the run over {run['images']:,} images "
        f"{each} of processor time, from the difference between runs that were saved every second ({', '.join(map(str, every))} times) and runs that were not. "
        "At the usual times at least 30 s, and a hundred times as long as the last one took, lie between two.",
    ]


def bytes_per_image(found: Found) -> float:
    """By which a saved run grows."""
    return found["run"]["names"] / found["run"]["images"]


def _merging(found: Found) -> list[str]:
    few = found["parts of one shard"]
    parts = found["parts"]
    rows = [(few["images"], few["count"], few["merges"][-1])]
    rows += [(parts["images"], parts["count"], one) for one in parts["merges"]]
    return [
        "## Merging",
        "",
        f"The {parts['count']} parts of a run over {parts['images']:,} images took {parts['seconds']:,.0f} s, two at a time with one thread each; every one of them lists all images.",
        "",
        "| parts merged | of a run of | seconds | seconds for each part | processor | most memory |",
        "|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {one['parts']} of {count} | {images:,} images | {one['seconds']:.1f} | {one['seconds'] / one['parts']:.3f} | {one['processor']:.1f} s | {one['megabytes']:,.0f} MB |"
            for images, count, one in rows
        ),
    ]
