"""The figures of docs/reading-fig-3.md: from the program's exports and from the what-if comparison.

    dyviz stats sample-weights/model.bin sample-images --variant dyrelu-b --output out
    python training/reading_fig_3.py out

Exports are of the 1,000 sample images, training/what-if.csv of all 10,000 validation images.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
from collections.abc import Callable
from pathlib import Path

from run_table import Json, filled, markdown_table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reading-fig-3.md"
WHAT_IF = ROOT / "training/what-if.csv"
VARIANT, SITE = "dyrelu-b", "A2"
"""Fig. 3 is of DY-ReLU-B after the depthwise convolutions."""
MOST_MOVING = 6
"""Sites that the page names."""
CHANGES = {"frozen": "frozen at the mean", "no-intercepts": "no intercepts", "static": "static"}
PLACES = {
    "everywhere": "everywhere",
    "A1": "after all expansions (A1)",
    "A2": "after all depthwise convolutions (A2)",
    "A3": "after all projections (A3)",
    "stem": "after the stem",
    "last": "after the last convolution",
}


def read_rows(path: Path) -> list[dict[str, str]]:
    """A CSV's rows by its header."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def read_report(exports: Path, what_if: Path = WHAT_IF) -> Json:
    """What the figures are made of: the variant's summary, its coefficients, and the what-if rows."""
    folder = exports / VARIANT
    return {
        "summary": json.loads((folder / "summary.json").read_text()),
        "coefficients": read_rows(folder / "coefficients.csv"),
        "what-if": [row for row in read_rows(what_if) if row["variant"] == VARIANT],
    }


def over_images(report: Json, node: str) -> float:
    """How far a site's slopes move from image to image: root mean square of their deviations over all channels."""
    rows = [row for row in report["coefficients"] if row["node"] == node]
    return math.sqrt(statistics.fmean(float(row["slope_deviation"]) ** 2 for row in rows))


def blocks_table(report: Json) -> str:
    """The site of Fig. 3 in every block, with what freezing it alone costs."""
    frozen = {row["node"]: row for row in report["what-if"] if row["change"] == "frozen"}
    rows = []
    for site in report["summary"]["sites"]:
        if site["site"] != SITE:
            continue
        difference, half, cost = site["slope_difference"], site["output_at_half"], frozen[site["node"]]
        rows.append([
            site["block"],
            f"{difference['mean']:.3f}",
            f"{difference['deviation']:.3f}",
            f"{difference['p10']:.2f} … {difference['p90']:.2f}",
            f"{over_images(report, site['node']):.3f}",
            f"{half['p10']:.2f} … {half['p90']:.2f}",
            f"{float(cost['top1_difference']):+.2f}",
            f"{100 * int(cost['changed']) / int(cost['images']):.1f} %",
        ])  # fmt: skip
    heads = ["block", "\\|a1 - a2\\|", "deviation", "p10 … p90", "slopes over images", "f(0.5), p10 … p90"]
    return markdown_table([*heads, "frozen: top-1", "frozen: other class"], rows)


def changes_table(report: Json) -> str:
    """Top-1 with parts of Dynamic ReLU taken away, by kind of site."""
    (unchanged,) = [row for row in report["what-if"] if row["change"] == "none"]
    rows = [["nowhere", *[f"{float(unchanged['top1']):.2f} %"] * len(CHANGES)]]
    for where, name in PLACES.items():
        # Single sites have a node; stem and last are kinds of one site.
        single = where in ("stem", "last")
        own = [row for row in report["what-if"] if row["where"] == where and (single or not row["node"])]
        top1 = {row["change"]: f"{float(row['top1']):.2f} % ({float(row['top1_difference']):+.2f})" for row in own}
        rows.append([name, *(top1[change] for change in CHANGES)])
    return markdown_table(["where", *CHANGES.values()], rows)


def claims_list(report: Json) -> str:
    """The paper's two shares, and its fall of the slope difference, with the same numbers here."""
    claims = report["summary"]["claims"]
    sites = [site for site in report["summary"]["sites"] if site["site"] == SITE]
    third = len(sites) // 3
    means = [site["slope_difference"]["mean"] for site in sites]
    spreads = [site["slope_difference"]["deviation"] for site in sites]
    low, high = (statistics.fmean(part) for part in (means[:third], means[-third:]))
    spread_low, spread_high = (statistics.fmean(part) for part in (spreads[:third], spreads[-third:]))
    positive = [100 * site["positive_from_negative_share"] for site in sites]
    return (
        f"- functions with a slope below 0 or above 1: the paper 51 %, here"
        f" {100 * claims['slope_outside_unit_share']:.0f} %\n"
        f"- with an intercept above 0.05: the paper 37 %, here (of magnitude above 0.05)"
        f" {100 * claims['intercept_share']:.0f} %\n"
        f"- negative inputs with a positive output, after depthwise convolutions: {min(positive):.0f} to"
        f" {max(positive):.0f} % of them, by block\n"
        f"- \\|a1 - a2\\|, mean of the lowest {third} blocks and of the highest {third}: {low:.3f} and {high:.3f};"
        f" its deviation {spread_low:.3f} and {spread_high:.3f}\n"
    )


def moving_list(report: Json) -> str:
    """The sites whose slopes move most from image to image."""
    sites = report["summary"]["sites"]
    found = sorted(((over_images(report, site["node"]), site) for site in sites), key=lambda pair: -pair[0])
    texts = (f"`{site['node']}` ({site['site']}) {value:.2f}" for value, site in found[:MOST_MOVING])
    median = statistics.median(value for value, _ in found)
    return f"- {', '.join(texts)}; the median of all {len(sites)} sites is {median:.2f}\n"


FIGURES: dict[str, Callable[[Json], str]] = {
    "blocks": blocks_table,
    "changes": changes_table,
    "claims": claims_list,
    "moving": moving_list,
}
"""The page's blocks by name."""


def main() -> None:
    """Fills in the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exports", type=Path, help="the folder that dyviz stats wrote")
    options = parser.parse_args()
    PAGE.write_text(filled(PAGE.read_text(), read_report(options.exports), FIGURES))


if __name__ == "__main__":
    main()
