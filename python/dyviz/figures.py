"""Fig. 3 of the paper with matplotlib, for those who want to restyle it.

`dyviz figure` draws it without Python; the numbers are the same.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Colormap, ListedColormap, LogNorm
from matplotlib.figure import Figure

from .density import Density
from .errors import ReadError
from .reading import Run, Variant, read
from .site_choice import Choice, choose
from .whole import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 5
"""Of scatters."""

PANEL = 0.66
"""Of a column's width, what a scatter takes beside its ticks; a little less than it does."""

FAINTEST = 2.0**-15
"""Of the fullest bin: what takes the lightest colour."""

LINES = "#c1121f"
BARS = "#4c78a8"
FONT_SIZE = 7
"""Points."""


def figure3(
    run: Run | Variant | str | os.PathLike[str],
    variant: str | None = None,
    *,
    site: str | None = None,
    blocks: str | Iterable[int] = "odd",
    width: float = 7.0,
    dpi: float = 300,
    cmap: str | Colormap | None = None,
    figure: Figure | None = None,
) -> Figure:
    """Outputs over inputs of some blocks, with y = x and y = -x, over the slope differences of all of them.

    Each scatter's axes run from -r to r, the smallest power of two that holds all but the outermost 0.1 % of the pairs on
    each axis. Colours are logarithmic and relative to the scatter's fullest bin. Bars are means over images and
    channels, their lines run from p10 to p90.

    Args:
        run: what `dyviz.read` or `dyviz.run` gave, one variant of it, or a path to read.
        variant: which one; by default the first.
        site: the activations' name in the blocks, as "A2", or a single one, as "5.A2" or its node; by default the one
            that says most about whether the network is dynamic: "A2", after the depthwise convolution, in MobileNetV2.
        blocks: which have a scatter: "odd" as in the paper, "all", or numbers.
        width: in inches; the height follows.
        dpi: the dots an inch that it will have as a picture: bins are summed, two or four to one, until none is smaller
            than a dot, so that none is lost. Files of vectors have the same bins.
        cmap: matplotlib's colours for the density.
        figure: one to draw into; by default a new one. `pyplot` knows only those that it made.

    Returns:
        The figure. Its axes are labelled "scatter 0", "scatter 1", ... and "bars" (`axes.get_label()`), the colours'
        own is "density".
    """
    found = _variant(run, variant)
    records = found.summary["sites"]
    try:
        choice = choose(records, site, blocks)
    except ReadError as error:
        raise ReadError(f"{found.name}: {error}") from None
    # A single scatter is no larger than three beside each other.
    columns = max(3, min(COLUMNS, len(choice.panels)))
    rows = max(1, math.ceil(len(choice.panels) / columns))
    with mpl.rc_context({"font.size": FONT_SIZE, "axes.linewidth": 0.5}):
        heights = (width / columns * 0.93 * rows + 0.2, max(0.22 * width, 1))
        if figure is None:
            figure = Figure(figsize=(width, sum(heights)))
        figure.set_layout_engine("constrained")
        upper, lower = figure.subfigures(2, 1, height_ratios=heights)
        finest = PANEL * figure.get_figwidth() / columns * dpi
        scatters(upper, found, choice, columns, cmap, finest)
        bars(lower.subplots(), found, choice, figure.get_figwidth())
    return figure


def scatters(
    figure: Any, variant: Variant, choice: Choice, columns: int, cmap: str | Colormap | None, finest: float
) -> None:
    """A density for each panel of the choice, and what its colours mean."""
    colours = mpl.colormaps["Blues"](np.linspace(0.25, 1, 256)) if cmap is None else None
    shades = ListedColormap(colours) if colours is not None else mpl.colormaps.get_cmap(cmap)
    norm = LogNorm(FAINTEST, 1, clip=True)
    rows = max(1, math.ceil(len(choice.panels) / columns))
    grid = figure.subplots(rows, columns, squeeze=False)
    records, picture = variant.summary["sites"], None
    for place, axes in enumerate(grid.flat):
        if place >= len(choice.panels):
            axes.remove()
            continue
        record = records[choice.panels[place]]
        axes.set_label(f"scatter {place}")
        axes.set_title(f"block {record['block']}" if choice.name else record["node"], pad=2)
        density = variant.density(variant.sites["node"].iloc[choice.panels[place]])
        picture = scatter(axes, density, shades, norm, finest) or picture
        if place % columns == 0:
            axes.set_ylabel("output y", labelpad=1)
        if place + columns >= len(choice.panels):
            axes.set_xlabel("input x", labelpad=1)
    if picture is not None:
        bar = figure.colorbar(picture, ax=grid.ravel().tolist()[: len(choice.panels)], aspect=40, pad=0.01)
        bar.ax.set_label("density")
        bar.set_label("pairs in a bin,\nof the fullest")
        bar.outline.set_linewidth(0.5)


def scatter(axes: Axes, density: Density, cmap: Colormap, norm: LogNorm, finest: float) -> Any:
    """One activation's density with y = x and y = -x; the picture, None where there are no pairs."""
    half = density.half_range()
    picture = None
    if half is not None:
        shown = shown_bins(density, half, finest)
        relative = np.ma.masked_equal(shown.counts / shown.counts.max(), 0)
        # "none": a bin is a pixel of the embedded picture where files have vectors.
        picture = axes.imshow(
            relative, extent=shown.extent, origin="lower", cmap=cmap, norm=norm, interpolation="none", aspect="auto"
        )
    reach = half or 1.0
    axes.plot([-reach, reach], [-reach, reach], [-reach, reach], [reach, -reach], color=LINES, linewidth=0.6)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.set_xticks([-reach, 0, reach])
    axes.set_yticks([-reach, 0, reach])
    axes.tick_params(width=0.5, length=2, pad=1)
    return picture


def shown_bins(density: Density, half: float, finest: float) -> Density:
    """The bins inside [-half, half], summed until they are at most `finest` on an axis; all bins of a shorter axis."""
    cut = density
    for axis in ("x", "y"):
        edges = getattr(cut, f"{axis}_edges")
        inside = np.flatnonzero((edges[:-1] >= -half) & (edges[1:] <= half))
        cut = cut.part(axis, int(inside[0]), int(inside[-1]) + 1)
    rows, columns = (2 ** max(0, math.ceil(math.log2(bins / finest))) for bins in cut.counts.shape)
    return cut.coarser(min(columns, cut.counts.shape[1]), min(rows, cut.counts.shape[0]))


def bars(axes: Axes, variant: Variant, choice: Choice, width: float) -> None:
    """The slope difference of every block, or of every activation where names do not recur in blocks; `width` in inches."""
    axes.set_label("bars")
    table = variant.slope_difference
    places = [place for place, (_, index) in enumerate(choice.bars) if index is not None]
    rows = table.iloc[[index for _, index in choice.bars if index is not None]]
    axes.bar(places, rows["mean"].to_numpy(), width=0.7, color=BARS, linewidth=0)
    axes.vlines(places, rows["p10"].to_numpy(), rows["p90"].to_numpy(), color="black", linewidth=0.6)
    axes.set_xticks(range(len(choice.bars)), [label for label, _ in choice.bars])
    if len(choice.bars) * max((len(label) for label, _ in choice.bars), default=0) * FONT_SIZE * 0.6 > width * 72 * 0.95:
        axes.tick_params(axis="x", rotation=90)
    axes.set_xlim(-0.6, max(len(choice.bars), 1) - 0.4)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"block ({choice.name})" if choice.name else "activation, by block")
    axes.set_ylabel("|a1 - a2|")
    axes.tick_params(width=0.5, length=2, pad=1)
    if rows["mean"].isna().all():
        axes.text(0.5, 0.5, "no slopes to compare", transform=axes.transAxes, ha="center", va="center")


def caption(
    run: Run | Variant | str | os.PathLike[str], variant: str | None = None, *, site: str | None = None,
    blocks: str | Iterable[int] = "odd",
) -> str:  # fmt: skip
    """What `figure3` with the same arguments shows and was counted on, in sentences made from the run's numbers."""
    found = _variant(run, variant)
    summary, records = found.summary, found.summary["sites"]
    choice = choose(records, site, blocks)
    shown = [records[index] for index in choice.panels]
    kinds = ", ".join(dict.fromkeys(record["kind"] for record in shown))
    where = ", ".join(str(record["block"]) if choice.name else record["node"] for record in shown)
    share = min((record["share"] for record in shown), default=1.0)
    counted = "every element is counted" if share == 1 else f"at least {share:.1%} of the positions are counted"
    lost = sum(record["outside_range"] + record["not_finite"] for record in shown)
    sentences = [
        f"Outputs y over inputs x of {choice.name or 'activations'} ({kinds}) in {'block' if choice.name else ''}"
        f"{'s' if choice.name and len(shown) != 1 else ''} {where}; {counted}.".replace("in  ", ": "),
        "Lines: y = x and y = -x. Colours: pairs in a bin on a logarithmic scale, relative to the fullest of each scatter.",
        "Bars: mean of |a1 - a2| over images and channels, lines from p10 to p90.",
    ]
    accuracy = f", top-1 {summary['top1']:.1%} of {summary['labelled']:,} labelled" if summary.get("top1") is not None else ""
    skipped = f", {summary['skipped']:,} skipped" if summary["skipped"] else ""
    beyond = f", {lost:,} pairs not shown (not finite, or beyond 2^20)" if lost else ""
    sentences.append(f"{found.name} of {summary['model']}: {summary['images']:,} images{skipped}{accuracy}{beyond}.")
    return " ".join(sentences)


def save(figure: Figure, path: str | os.PathLike[str], *, dpi: float = 300, description: str = "") -> None:
    """Writes a figure whole or not at all; text stays text in PDF and SVG, and equal figures give equal files.

    Args:
        figure: as `figure3` gives it.
        path: its ending says the format: .pdf, .svg, .png or another that matplotlib writes.
        dpi: dots an inch of a .png.
        description: goes into the file.
    """
    path = Path(path)
    ending = path.suffix.lower().removeprefix(".")
    known = figure.canvas.get_supported_filetypes()
    if ending not in known:
        raise ReadError(f"{path}: the ending of a figure's file is one of {', '.join('.' + name for name in sorted(known))}")
    about: dict[str, dict[str, Any]] = {
        "pdf": {"Subject": description, "CreationDate": None},
        "svg": {"Description": description, "Date": None},
        "png": {"Description": description},
    }
    style = {"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "dyviz"}
    with mpl.rc_context(style), whole(path) as beside:
        figure.savefig(beside, format=ending, dpi=dpi, metadata=about.get(ending))


def _variant(run: Run | Variant | str | os.PathLike[str], name: str | None) -> Variant:
    found = read(run) if isinstance(run, (str, os.PathLike)) else run
    if isinstance(found, Variant):
        return found
    return found[name] if name is not None else next(iter(found.values()))
