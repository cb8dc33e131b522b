"""The program's tables as pandas frames: columns have the types that `docs/exports.md` says, whatever their values look like."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import ReadError

TEXT = frozenset(
    "site node block_name kind function order name change image path label before after coefficients_of positions"
    " quantity node_a node_b variant model instruction_set".split()
)
"""Columns of names. A block may be called 0.10, a site NA: both are text."""

WHOLE = frozenset(
    "block channel segment channels functions images count slope_outside_unit large_intercept negative_inputs"
    " positive_from_negative output_at_half_functions pairs not_finite sites step labelled changed right_now wrong_now rank"
    " position keypoint skipped".split()
)
"""Columns of whole numbers; pandas' `Int64`, so that a missing one is missing and the others stay whole."""


EXACT: dict[str, Any] = {} if tuple(map(int, pd.__version__.split(".")[:2])) >= (3, 1) else {"float_precision": "round_trip"}
"""pandas before 3.1 reads some decimals as a neighbour of the 64-bit float that was written, unless told otherwise."""


def column_types(columns: list[str]) -> dict[str, str]:
    """pandas' types: `string`, `Int64` and, for everything else, `float64`, in which a missing number is NaN."""
    # `dyviz find` lists channels with counts, as text.
    text = TEXT | ({"channels"} if "positions" in columns else set())
    return {name: "string" if name in text else "Int64" if name in WHOLE else "float64" for name in columns}


def read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    """One CSV file of the program: of `dyviz stats`, `ablate`, `find`, `diff`, `functions` or `keypoints`.

    Numbers are the very 64-bit floats that were written, names are text, and what is absent is missing.

    Raises:
        ReadError: naming the file, what was expected and what came.
    """
    path = Path(path)
    try:
        _check_end(path)
        with path.open(encoding="utf-8", newline="") as file:
            columns = list(pd.read_csv(file, nrows=0).columns)
            file.seek(0)
            return pd.read_csv(
                file, dtype=column_types(columns), keep_default_na=False, na_values=[""], lineterminator="\n",
                **EXACT,
            )  # fmt: skip
    except (OSError, ValueError) as error:  # Among them pandas' own and those of UTF-8.
        raise ReadError(f"{path}: expected a table that dyviz wrote, but {words(error)}") from error


def _check_end(path: Path) -> None:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            raise ValueError("it is empty")
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            raise ValueError("its last line has no end: is it cut off?")


def words(error: BaseException) -> str:
    """What an error says, on one line and without the path that the sentence around it names."""
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__
