"""The members of an object of the description on their way to a check; see `rules`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

import torch

from .errors import ExportError

MAXIMUM_EXTENT = 65_536
MAXIMUM_TEXT = 1_024
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Control characters, line separators and marks that turn the direction of writing."""
MARKS = re.compile("m{31}")
"""Combining marks in a row, each written as an m: more than the Stream-Safe Text Format has (Unicode Standard Annex 15)."""
LARGEST_FLOAT = torch.finfo(torch.float32).max


class Fields:
    """Each key is taken once; one that nobody took is an error. None is the same as no key."""

    def __init__(self, value: Any, place: str) -> None:
        self.place = place
        if not isinstance(value, Mapping):
            self.fail(f"expected an object, but it is {value!r}")
        self.left = {key: one for key, one in value.items() if one is not None}

    def fail(self, problem: str) -> NoReturn:
        """Stops with the place and what is wrong."""
        raise ExportError(f"{self.place}: {problem}")

    def finish(self) -> None:
        """Refuses what is left."""
        if self.left:
            self.fail(f"unknown key {min(self.left)!r}")

    def take(self, key: str, wanted: str | None = None) -> Any:
        """The value, or None; an error if it is missing and something is wanted."""
        value = self.left.pop(key, None)
        if value is None and wanted is not None:
            self.fail(f"{key} is missing; expected {wanted}")
        return value

    def object(self, key: str) -> Fields | None:
        """An object under a key."""
        value = self.take(key)
        return None if value is None else Fields(value, f"{self.place}, {key}")

    def text(self, key: str, required: bool = True) -> str | None:
        """A string that the program can show."""
        value = self.take(key, "a string" if required else None)
        if value is not None:
            self.check_text(value, key)
        return value

    def texts(self, key: str) -> list[str]:
        """Strings, none by default."""
        values = self.take(key) or []
        for value in values:
            self.check_text(value, key)
        return list(values)

    def check_text(self, value: Any, key: str) -> None:
        """Not empty, not too long, without control characters."""
        if not isinstance(value, str):
            self.fail(f"{key}: expected a string, but it is {value!r}")
        if not value:
            self.fail(f"{key} is an empty string")
        if STEERING.search(value) or any("\ud800" <= one <= "\udfff" for one in value):
            self.fail(f"{key} holds control characters: {value!r}")
        if MARKS.search("".join("m" if unicodedata.combining(one) else " " for one in value)):
            self.fail(f"{key} has more than 30 combining marks in a row")
        if len(value.encode()) > MAXIMUM_TEXT:
            self.fail(f"{key} is longer than {MAXIMUM_TEXT} bytes: {value[:60]!r}...")

    def word(self, key: str, words: Collection[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.take(key) or default
        if value not in words:
            self.fail(f"{key}: expected {' or '.join(words)}, not {value!r}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.take(key)
        if value not in (None, True, False) or isinstance(value, (int, float)) and not isinstance(value, bool):
            self.fail(f"{key}: expected true or false, not {value!r}")
        return default if value is None else value

    def integer(self, key: str, low: int = 1, high: int = MAXIMUM_EXTENT, default: int | None = None) -> int:
        """An integer within bounds."""
        value = self.take(key, None if default is not None else f"an integer from {low} to {high}")
        value = default if value is None else value
        if type(value) is not int or not low <= value <= high:
            self.fail(f"{key}: expected an integer from {low} to {high}, not {value!r}")
        return value

    def integers(
        self, key: str, count: int | None, low: int = 1, high: int = MAXIMUM_EXTENT, default: list[int] | None = None
    ) -> list[int]:
        """As many integers within bounds; at least one where the count is free."""
        wanted = f"{'some' if count is None else count} integers from {low} to {high}"
        values = self.take(key, None if default is not None else wanted)
        values = default if values is None else values
        if not isinstance(values, (list, tuple)) or (len(values) != count if count is not None else not values):
            self.fail(f"{key}: expected {wanted}, not {values!r}")
        if any(type(one) is not int or not low <= one <= high for one in values):
            self.fail(f"{key}: expected {wanted}, not {list(values)!r}")
        return list(values)

    def number(self, key: str, default: float | None = None) -> float | None:
        """A number that is finite as a 32-bit float."""
        value = self.take(key)
        if value is None:
            return default
        if not _is_number(value):
            self.fail(f"{key}: expected a finite number, not {value!r}")
        return value

    def numbers(self, key: str, count: int, default: list[float] | None = None) -> list[float]:
        """As many of those."""
        values = self.take(key, None if default is not None else f"{count} numbers")
        values = default if values is None else values
        if not isinstance(values, (list, tuple)) or len(values) != count or not all(map(_is_number, values)):
            self.fail(f"{key}: expected {count} finite numbers, not {values!r}")
        return list(values)


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and math.isfinite(value) and abs(value) <= LARGEST_FLOAT
