"""Texts with numbers, compared as what another machine makes of them: the last digits may be others."""

import re

NUMBER = re.compile(r"-?\d[\d,]*(?:\.(\d+))?")
MOST_UNITS = 2
"""Units of its last digit that another instruction set, which rounds differently, may make of a number."""


def number_difference(before, after):
    """Which numbers of two texts differ by more than their last digits, in words; empty if none do."""
    numbers = [list(NUMBER.finditer(text)) for text in (before, after)]
    if len(numbers[0]) != len(numbers[1]):
        return f"{len(numbers[0])} numbers, not {len(numbers[1])}"
    for one, other in zip(*numbers):
        values = [float(number[0].replace(",", "")) for number in (one, other)]
        decimals = max(len(number[1] or "") for number in (one, other))
        # Half a unit for what a binary fraction is off.
        if abs(values[0] - values[1]) > (MOST_UNITS + 0.5) * 10.0**-decimals:
            return f"{one[0]}, not {other[0]}"
    return ""
