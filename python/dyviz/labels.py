"""Names of the classes, as people have them."""

from __future__ import annotations

import operator
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any

from .errors import ExportError

EXPECTED = "labels: names in the order of the outputs, a dictionary by the outputs' numbers, or a file of one name a line"


def cleaned(labels: Any) -> list[str]:
    """A list of names, without the ends of lines.

    Args:
        labels: names in order; names by number, `{0: "tench"}`, or numbers by name, as torchvision's `class_to_idx`; or the
            path of a text file with one name a line.

    Raises:
        ExportError: if names are missing, empty, equal, or no text.
    """
    if labels is None:
        return []
    if isinstance(labels, (str, os.PathLike)):
        labels = _lines(labels)
    elif hasattr(labels, "tolist"):
        labels = labels.tolist()
    if isinstance(labels, Mapping):
        labels = _ordered(labels)
    if isinstance(labels, (Set, bytes)) or not isinstance(labels, Iterable):
        raise ExportError(f"{EXPECTED}; not {type(labels).__name__}, which has no order")
    names = [_name(place, one) for place, one in enumerate(labels)]
    same = [unicodedata.normalize("NFC", name) for name in names]
    twice = [name for name, count in Counter(same).items() if count > 1]
    if twice:
        places = ", ".join(str(place) for place, name in enumerate(same) if name == twice[0])
        raise ExportError(
            f"labels: {twice[0]!r} is the name of the classes {places}; names must tell classes apart, as WordNet's numbers "
            '("n02012849 crane") do')
    return names


def _lines(path: str | os.PathLike[str]) -> list[str]:
    """Of a file; empty lines at its end are none."""
    try:
        return Path(path).read_text(encoding="utf-8-sig").rstrip().splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ExportError(f"{EXPECTED}; {os.fspath(path)!r} cannot be read: {error}") from error


def _ordered(labels: Mapping[Any, Any]) -> list[Any]:
    """The names in the order of their numbers, which are the keys or, of text that is no numbers, the values."""
    numbers, names = [_integer(key) for key in labels], list(labels.values())
    inverse = [None if isinstance(one, str) else _integer(one) for one in names]
    if sorted(map(str, inverse)) == sorted(map(str, range(len(names)))):
        numbers, names = inverse, list(labels)
    if None in numbers:
        wrong = list(labels)[numbers.index(None)]
        raise ExportError(f"{EXPECTED}; {wrong!r} is no number of an output")
    missing = sorted(set(range(len(numbers))) - set(numbers))
    if missing:
        held = f"0 to {max(one for one in numbers if one is not None)}"
        raise ExportError(f"labels: a dictionary has a name for each output from 0, but there is none for {missing[0]} ({held})")
    return [name for _, name in sorted(zip(numbers, names), key=lambda pair: pair[0])]


def _integer(key: Any) -> int | None:
    """A key as a number: 0, "0", or another library's."""
    if isinstance(key, str):
        return int(key) if key.isascii() and key.isdigit() else None
    try:
        return None if isinstance(key, bool) else operator.index(key)
    except TypeError:
        return None


def _name(place: int, label: Any) -> str:
    """One label: text, or a number, which digits have as their names."""
    if not isinstance(label, str) and _integer(label) is None:
        raise ExportError(f"labels: the name of class {place} is {label!r}, which is no text")
    # A text editor may have put a byte-order mark in front of the first.
    return str(label).removeprefix("\ufeff").rstrip("\r\n")
