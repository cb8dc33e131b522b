"""Names of classes in the forms that people have them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dyviz
import numpy as np
import pytest
import torch
from comparing import images, preprocessing
from dyviz.labels import cleaned
from dyviz.model_file import ModelFile
from test_export import small

TAKEN: dict[str, Any] = {
    "list": ["cat", "dog"],
    "tuple": ("cat", "dog"),
    "generator": (one for one in ["cat", "dog"]),
    "lines": ["cat\n", "dog\r\n"],
    "array": np.array(["cat", "dog"]),
    "array of objects": np.array(["cat", "dog"], dtype=object),
    "array's own": [np.str_("cat"), np.str_("dog")],
    "by number": {1: "dog", 0: "cat"},
    "by number as text": {"1": "dog", "0": "cat"},
    "by NumPy's number": {np.int64(1): "dog", np.int64(0): "cat"},
    "class_to_idx": {"cat": 0, "dog": 1},
    "views": {0: "cat", 1: "dog"}.values(),
}


@pytest.mark.parametrize("name", TAKEN)
def test_names_are_taken_in_the_order_of_the_outputs(name: str, tmp_path: Path) -> None:
    """Without line ends."""
    dyviz.export(small(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing(), labels=TAKEN[name])
    assert ModelFile.read(tmp_path / "m.bin").variants["network"]["labels"] == ["cat", "dog"]


@pytest.mark.parametrize("text", ["cat\ndog\n", "cat\r\ndog", "\ufeffcat\ndog\n\n"])
@pytest.mark.parametrize("kind", [Path, str])
def test_a_path_is_a_file_of_names(text: str, kind: type, tmp_path: Path) -> None:
    """One a line."""
    (tmp_path / "names.txt").write_text(text, encoding="utf-8", newline="")
    assert cleaned(kind(tmp_path / "names.txt")) == ["cat", "dog"]


def test_numbers_are_names_too() -> None:
    """Of digits; folders of ImageFolder may be called so."""
    assert cleaned(range(3)) == cleaned(torch.arange(3)) == ["0", "1", "2"]
    assert cleaned({str(one): place for place, one in enumerate(sorted(map(str, range(12))))})[:4] == ["0", "1", "10", "11"]
    assert cleaned(None) == cleaned([]) == []


REFUSED: dict[str, tuple[Any, str]] = {
    "empty": (["cat", ""], "labels is an empty string"),
    "empty line": (["cat", "\n"], "labels is an empty string"),
    "line within": (["cat\ntabby", "dog"], "labels holds control characters"),
    "hole": ({0: "cat", 2: "dog"}, r"none for 1 \(0 to 2\)"),
    "from 1": ({1: "cat", 2: "dog"}, "none for 0"),
    "twice a number": ({0: "cat", "0": "dog"}, "none for 1"),
    "other keys": ({"n01": "cat", "n02": "dog"}, "'n01' is no number of an output"),
    "pairs": ({"0": ["n01", "cat"], "1": ["n02", "dog"]}, r"name of class 0 is \['n01', 'cat'\], which is no text"),
    "bytes": ([b"cat", b"dog"], "name of class 0 is b'cat'"),
    "no name": (["cat", None], "name of class 1 is None"),
    "no whole number": ([0.5, 1.5], "name of class 0 is 0.5"),
    "set": ({"cat", "dog"}, "not set, which has no order"),
    "number": (2, "not int"),
    "too few": (["cat"], "1 labels are given, but the network's output is 2 x 1 x 1"),
    "too many": (list("abc"), "3 labels are given"),
    "no file": ("no/such/file.txt", "'no/such/file.txt' cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_of_names_is_an_error(name: str, tmp_path: Path) -> None:
    """At export, with what is wrong."""
    labels, message = REFUSED[name]
    with pytest.raises(dyviz.ExportError, match=message):
        dyviz.export(small(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing(), labels=labels)
    assert not list(tmp_path.iterdir())


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    """Of a file, and of lines that someone else read from one."""
    path = tmp_path / "labels.txt"
    path.write_bytes("\ufeffcat\r\ndog\r\n".encode())
    assert cleaned(path) == cleaned(path.read_text(encoding="utf-8").splitlines()) == ["cat", "dog"]


@pytest.mark.parametrize("names", [["crane", "crane"], ["\ufeffcrane", "crane"], ["caf\u00e9", "cafe\u0301"]])
def test_equal_names_are_refused(names: list[str]) -> None:
    """ImageNet's own names have some; images in a folder of that name would count as either class."""
    with pytest.raises(dyviz.ExportError, match="is the name of the classes 0, 1"):
        cleaned(names)
    assert cleaned(["crane", "crate"]) == ["crane", "crate"]
