"""Reads what a saved run keeps as arrays (`docs/saved-runs.md`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from .density import BINS, SparseCounts
from .errors import ReadError
from .tables import words

DESCRIPTION = "dyviz-run"
FORMAT = 1


class SavedFile:
    """What a saved run is of, and the densities of its unchanged variants.

    The program, which checks the whole file, is asked first; what is checked here is what this reader takes for granted.
    """

    def __init__(self, path: Path) -> None:
        """Raises ReadError naming the file where it is no saved run."""
        self.path = path
        try:
            with safe_open(path, "np") as file:
                metadata = file.metadata() or {}
                self.description = self._described(metadata)
                self.origin: dict[str, Any] = self.description["origin"]
                self.densities = {
                    variant: self._densities(file, metadata, run) for variant, run in self._unchanged().items()
                }
        except ReadError:
            raise
        except (OSError, ValueError, SafetensorError) as error:
            raise ReadError(f"{path}: expected a saved run of dyviz, but {words(error)}") from error
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            problem = f"a part of it is missing or misshapen: {error!r}"
            raise ReadError(f"{path}: expected a saved run of dyviz, but {problem}") from error

    def _described(self, metadata: dict[str, str]) -> dict[str, Any]:
        if DESCRIPTION not in metadata:
            raise ValueError(f'its metadata has no "{DESCRIPTION}"')
        description = json.loads(metadata[DESCRIPTION])
        if description["format"] != FORMAT:
            raise ReadError(f"{self.path}: expected format {FORMAT} of saved runs, but it is {description['format']}")
        return dict(description)

    def _unchanged(self) -> dict[str, dict[str, Any]]:
        """Runs by their variants' names, what-ifs left out."""
        names = [variant["name"] for variant in self.description["variants"]]
        runs = [run for run in self.description["runs"] if not run["subject"]["changes"]]
        return {names[run["subject"]["variant"]]: run for run in runs}

    def _densities(self, file: Any, metadata: dict[str, str], run: dict[str, Any]) -> dict[int, SparseCounts]:
        """By the site's number."""
        found = {}
        for answer in run["findings"]:
            if (density := answer["question"].get("density")) is not None:
                grid = json.loads(metadata[answer["key"]])["grid"]
                bins, counts = (file.get_tensor(grid[name]).astype(np.int64) for name in ("bins", "counts"))
                rising = bool(np.all(np.diff(bins) > 0))
                if bins.shape != counts.shape or bins.ndim != 1 or not rising or not np.all(bins < BINS * BINS):
                    raise ValueError(f"the bins of {answer['key']} are no density")
                found[int(density["site"])] = SparseCounts(grid["xExponent"], grid["yExponent"], bins, counts)
        return found
