"""How often inputs x and outputs y of an activation were seen together: the scatter of Fig. 3 as an array."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 512
"""Along an axis."""

SMALLEST_EXPONENT = -4
"""An axis that saw nothing but zeros covers [-2^-4, 2^-4)."""


class SparseCounts(NamedTuple):
    """The bins that are not empty, as saved runs keep them."""

    x_exponent: int
    """x is in [-2^e, 2^e)."""
    y_exponent: int
    bins: NDArray[np.int64]
    """512 y + x, rising."""
    counts: NDArray[np.int64]
    """One for each of them, at least 1."""

    @property
    def total(self) -> int:
        """Pairs in all bins."""
        return int(self.counts.sum())

    def dense(self) -> NDArray[np.int64]:
        """[512, 512]: a row for each bin of y, a column for each of x."""
        counts = np.zeros(BINS * BINS, dtype=np.int64)
        counts[self.bins] = self.counts
        return counts.reshape(BINS, BINS)

    def lower_edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x_min and y_min of each bin that is not empty."""
        rows, columns = np.divmod(self.bins, BINS)
        return edges(self.x_exponent)[columns], edges(self.y_exponent)[rows]


def edges(exponent: int) -> NDArray[np.float64]:
    """The 513 edges of an axis over [-2^exponent, 2^exponent): exact binary fractions."""
    return np.ldexp(np.arange(-BINS // 2, BINS // 2 + 1, dtype=np.float64), exponent - 8)


@dataclass(frozen=True, eq=False)
class Density:
    """Pairs (x, y) of one activation, counted in bins."""

    block: int
    site: str
    node: str
    counts: NDArray[np.int64] = field(repr=False)
    """[y, x]: `counts[i, j]` pairs have y_edges[i] <= y < y_edges[i + 1] and x_edges[j] <= x < x_edges[j + 1]."""
    x_edges: NDArray[np.float64] = field(repr=False)
    """One more than columns."""
    y_edges: NDArray[np.float64] = field(repr=False)
    """One more than rows."""
    share: float
    """Of each image's positions, those that were counted, 0 to 1; counts are not scaled up."""
    outside_range: int
    """Pairs beyond 2^20, in no bin."""
    not_finite: int
    """Pairs with a NaN or an infinity, in no bin."""

    @property
    def total(self) -> int:
        """Pairs in all bins."""
        return int(self.counts.sum())

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top: what matplotlib's `imshow(counts, extent=..., origin="lower")` takes."""
        return float(self.x_edges[0]), float(self.x_edges[-1]), float(self.y_edges[0]), float(self.y_edges[-1])

    def coarser(self, x: int, y: int) -> Density:
        """The same pairs in bins x times as wide and y times as high; both divide the numbers of bins."""
        rows, columns = self.counts.shape
        if x < 1 or y < 1 or columns % x or rows % y:
            raise ValueError(f"{columns} x {rows} bins cannot be joined {x} by {y}")
        counts = self.counts.reshape(rows // y, y, columns // x, x).sum(axis=(1, 3))
        return replace(self, counts=counts, x_edges=self.x_edges[::x], y_edges=self.y_edges[::y])

    def part(self, axis: str, first: int, last: int) -> Density:
        """The bins first..<last of the axis "x" or "y"; what lies beyond is left out."""
        if axis == "x":
            return replace(self, counts=self.counts[:, first:last], x_edges=self.x_edges[first : last + 1])
        return replace(self, counts=self.counts[first:last], y_edges=self.y_edges[first : last + 1])

    def half_range(self, share: float = 0.999) -> float | None:
        """The smallest power of two r for which [-r, r] holds all but the outermost 1 - `share` of the pairs on each axis.

        The tails are cut evenly, in whole bins, as on the program's screen; None without pairs.
        """
        if self.total == 0:
            return None
        cut = int(self.total * min(max(1 - share, 0), 0.999) / 2)
        ends: list[float] = []
        for counts, axis in ((self.counts.sum(axis=0), self.x_edges), (self.counts.sum(axis=1), self.y_edges)):
            first = int(np.argmax(np.cumsum(counts) > cut))
            last = len(counts) - 1 - int(np.argmax(np.cumsum(counts[::-1]) > cut))
            ends += [abs(float(axis[first])), abs(float(axis[last + 1]))]
        fraction, exponent = math.frexp(max(ends))
        return math.ldexp(1, exponent - 1 if fraction == 0.5 else exponent)
