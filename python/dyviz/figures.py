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
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap, LogNorm
from matplotlib.figure import Figure

from .density import Density
from .errors import ReadError
from .figure_sheet import Sheet
from .reading import Run, Variant, read
from .site_choice import Choice, choose
from .whole import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    width = width if figure is None else figure.get_figwidth()
    sheet = Sheet(width, len(choice.panels), _upright(choice, width))
    with mpl.rc_context({"font.size": FONT_SIZE, "axes.linewidth": 0.5}):
        figure = figure or Figure(figsize=(width, sheet.height))
        panels = _panels(figure, sheet, found, choice)
        shades = _shades(figure, sheet, cmap)
        dots = sheet.side * dpi * min(1, figure.get_figheight() / sheet.height)
        for axes, index in zip(panels, choice.panels, strict=True):
            density = found.density(found.sites["node"].iloc[index])
            _lines(axes, density.half_range() or 1.0)
            _picture(axes, density, shades, dots)
        bars(figure.add_axes(sheet.bars, label="bars"), found, choice, sheet)
    return figure


def _upright(choice: Choice, width: float) -> bool:
    """Whether labels of bars would run into each other if they lay."""
    longest = max((len(label) for label, _ in choice.bars), default=0)
    return len(choice.bars) * longest * FONT_SIZE * 0.6 > (width - Sheet.LEFT) * 72


def _panels(figure: Figure, sheet: Sheet, variant: Variant, choice: Choice) -> list[Axes]:
    """Empty axes with titles, one for each panel of the choice."""
    panels = []
    for place, index in enumerate(choice.panels):
        axes = figure.add_axes(sheet.panel(place), label=f"scatter {place}")
        axes.set_title(choice.title(variant.summary["sites"][index]), pad=2)
        axes.tick_params(width=0.5, length=2, pad=1)
        if place % sheet.columns == 0:
            axes.set_ylabel("output y", labelpad=0)
        if place + sheet.columns >= len(choice.panels):
            axes.set_xlabel("input x", labelpad=0)
        panels.append(axes)
    return panels


def _shades(figure: Figure, sheet: Sheet, cmap: str | Colormap | None) -> ScalarMappable:
    """The colours of all densities, and beside them what they mean."""
    # The palest blues cannot be told from paper.
    colours = mpl.colormaps.get_cmap(cmap) if cmap else ListedColormap(mpl.colormaps["Blues"](np.linspace(0.25, 1, 256)))
    shades = ScalarMappable(LogNorm(FAINTEST, 1, clip=True), colours)
    bar = figure.colorbar(shades, cax=figure.add_axes(sheet.colours, label="density"))
    bar.set_label("pairs in a bin,\nof the fullest", labelpad=1)
    bar.ax.tick_params(which="both", width=0.5, length=2, pad=1)
    return shades


def _lines(axes: Axes, half: float) -> None:
    """The axes from -half to half, with y = x and y = -x."""
    for end in (half, -half):
        axes.plot([-half, half], [-end, end], color=LINES, linewidth=0.6)
    axes.set(xlim=(-half, half), ylim=(-half, half), aspect="equal", xticks=[-half, 0, half], yticks=[-half, 0, half])


def _picture(axes: Axes, density: Density, shades: ScalarMappable, dots: float) -> None:
    """The density, where there are pairs; no bin of it is smaller than one of the `dots` along the axes."""
    half = density.half_range()
    if half is None:
        return
    shown = shown_bins(density, half, dots)
    relative = np.ma.masked_equal(shown.counts / shown.counts.max(), 0)
    limits = axes.get_xlim(), axes.get_ylim()
    # "none": where files have vectors, a bin is a pixel of the embedded picture.
    axes.imshow(
        relative, extent=shown.extent, origin="lower", cmap=shades.cmap, norm=shades.norm, interpolation="none", zorder=0
    )
    axes.set(xlim=limits[0], ylim=limits[1])


def shown_bins(density: Density, half: float, dots: float) -> Density:
    """The bins inside [-half, half], 2, 4, 8 ... of them summed on each axis until none is smaller than a dot.

    Args:
        density: of one activation.
        half: a power of two.
        dots: along [-half, half].
    """
    cut = density
    factors = {}
    for axis in ("x", "y"):
        edges = getattr(cut, f"{axis}_edges")
        inside = np.flatnonzero((edges[:-1] >= -half) & (edges[1:] <= half))
        cut = cut.part(axis, int(inside[0]), int(inside[-1]) + 1)
        smallest = (edges[1] - edges[0]) / (2 * half) * dots
        factors[axis] = min(2 ** max(0, math.ceil(-math.log2(smallest))), inside.size)
    return cut.coarser(**factors)


def bars(axes: Axes, variant: Variant, choice: Choice, sheet: Sheet) -> None:
    """The slope difference of every block, or of every activation where names do not recur in blocks."""
    table = variant.slope_difference
    places = [place for place, (_, index) in enumerate(choice.bars) if index is not None]
    rows = table.iloc[[index for _, index in choice.bars if index is not None]]
    axes.bar(places, rows["mean"].to_numpy(), width=0.7, color=BARS, linewidth=0)
    axes.vlines(places, rows["p10"].to_numpy(), rows["p90"].to_numpy(), color="black", linewidth=0.6)
    axes.set_xticks(range(len(choice.bars)), [label for label, _ in choice.bars])
    axes.tick_params(axis="x", rotation=90 if sheet.upright else 0)
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
