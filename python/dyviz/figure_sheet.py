"""Where the parts of a figure are."""

from __future__ import annotations

import math

COLUMNS = (3, 5)
"""Of scatters, at least and at most: a single one is no larger than three beside each other."""

COLUMN_WIDTH = 1.25
"""Inches, at least."""

Rectangle = tuple[float, float, float, float]
"""Left, bottom, width, height."""


class Sheet:
    """Where everything is, in inches and then in shares of the figure.

    matplotlib's own layouts differ in the last bits from one drawing to the next, and so would files.
    """

    LEFT, RIGHT, GAP = 0.45, 0.75, 0.3
    """Beside the scatters: y's ticks and name, the colours' meaning; ticks between two."""
    TITLE, TICKS, NAME = 0.17, 0.16, 0.16
    """Heights above and below them."""

    def __init__(self, width: float, panels: int, upright: bool) -> None:
        self.width = width
        self.columns = max(COLUMNS[0], min(COLUMNS[1], int(width / COLUMN_WIDTH), panels))
        self.shown = min(self.columns, panels)
        self.rows = math.ceil(panels / self.columns)
        self.side = (width - self.LEFT - self.RIGHT - self.GAP * (self.columns - 1)) / self.columns
        self.upright = upright
        self._foot = self.NAME + self.TICKS + (0.16 if upright else 0.02)
        self._bars = max(0.17 * width, 0.7)
        self._row = self.TITLE + self.side + self.TICKS
        self._scatters = self._foot + self._bars + 0.1 + self.NAME
        self.height = self._scatters + self.rows * self._row

    def panel(self, place: int) -> Rectangle:
        """Of a scatter."""
        row, column = divmod(place, self.columns)
        bottom = self._scatters + (self.rows - 1 - row) * self._row + self.TICKS
        return self._share(self.LEFT + column * (self.side + self.GAP), bottom, self.side, self.side)

    @property
    def colours(self) -> Rectangle:
        """Of what the colours mean."""
        left = self.LEFT + self.shown * (self.side + self.GAP) - self.GAP + 0.1
        return self._share(left, self._scatters + self.TICKS, 0.08, self.rows * self._row - self.TITLE - self.TICKS)

    @property
    def bars(self) -> Rectangle:
        """Of the bars."""
        return self._share(self.LEFT, self._foot, self.width - self.LEFT - 0.05, self._bars)

    def _share(self, left: float, bottom: float, width: float, height: float) -> Rectangle:
        return left / self.width, bottom / self.height, width / self.width, height / self.height
