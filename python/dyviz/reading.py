"""What the program found, as pandas frames and NumPy arrays: of a saved run, or of a folder of exports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .calling import call
from .density import Density, SparseCounts, edges
from .errors import ProgramError, ReadError
from .exported import OTHERS, read_scatter, read_summary, read_tables, variant_folders
from .saved import SavedFile
from .tables import column_types, read_table


def read(path: str | os.PathLike[str], *, binary: str | os.PathLike[str] | None = None) -> Run:
    """What is in a saved run (`--save RUN`) or a folder of exports (`--output DIR`, or one variant's folder in it).

    Both give the same numbers, bit for bit. The tables of a saved run are those that the program itself makes of it
    (`dyviz stats RUN --output ...`, into a temporary folder), because means, deviations and percentiles have one
    definition, and because the program checks the file whole; only densities are read off the file's arrays, which are
    counts. A folder of exports is read without the program, its `scatter.csv` when a density is first asked for.

    Args:
        path: the file or folder.
        binary: the program; by default as `dyviz.run` finds it.

    Raises:
        ReadError: naming the file, what was expected and what came.
        ProgramError: where the program that a saved run takes is not found.
    """
    path = Path(path)
    if path.is_dir():
        return _exports(path)
    if not path.exists():
        raise ReadError(f"{path}: expected a saved run or a folder that dyviz stats wrote, but there is none")
    with tempfile.TemporaryDirectory(prefix="dyviz-") as folder:
        try:
            call(["stats", f"--output={folder}", "--", os.fspath(path)], binary)
        except ProgramError as error:
            if error.status == 1:
                raise ReadError(str(error)) from None
            raise
        run = _exports(Path(folder))
    file = SavedFile(path)
    variants = [variant.with_densities(path, _saved_densities(file, variant)) for variant in run.values()]
    return Run(path, variants, run.marks, file.origin)


def _exports(path: Path) -> Run:
    variants = []
    for folder in variant_folders(path):
        summary = read_summary(folder)
        tables = read_tables(folder, summary)
        variants.append(Variant(summary, tables, _exported_densities(folder, tables["sites"]), folder))
    marks = read_table(path / "marks.csv") if (path / "marks.csv").exists() else None
    return Run(path, variants, marks)


def _exported_densities(folder: Path, sites: pd.DataFrame) -> Callable[[], list[SparseCounts]]:
    return lambda: read_scatter(folder, sites)


def _saved_densities(file: SavedFile, variant: Variant) -> Callable[[], list[SparseCounts]]:
    densities = file.densities.get(variant.name, {})
    if set(densities) != set(range(len(variant.sites))):
        raise ReadError(f"{file.path}: {variant.name} has not a density for each of its {len(variant.sites)} sites")
    return lambda: [densities[index] for index in range(len(variant.sites))]


class Variant:
    """What was found about one variant."""

    def __init__(
        self,
        summary: dict[str, Any],
        tables: dict[str, pd.DataFrame],
        densities: Callable[[], list[SparseCounts]],
        source: Path,
    ) -> None:
        self.summary = summary
        """`summary.json`: images, accuracy, claims, and a record for each site."""
        self.tables = tables
        """Every table but the scatter, by its name in `docs/exports.md`."""
        self._read = densities
        self._kept: list[SparseCounts] | None = None
        self._source = source

    def with_densities(self, source: Path, densities: Callable[[], list[SparseCounts]]) -> Variant:
        """The same tables with densities from elsewhere."""
        return Variant(self.summary, self.tables, densities, source)

    def __repr__(self) -> str:
        return f"<{self.name} of {self.summary['model']}: {self.summary['images']:,} images, {len(self.sites)} sites>"

    @property
    def name(self) -> str:
        """The variant's, as the model file has it."""
        return str(self.summary["variant"])

    @property
    def sites(self) -> pd.DataFrame:
        """Every measure, a row for each activation site."""
        return self.tables["sites"]

    @property
    def slope_difference(self) -> pd.DataFrame:
        """|a1 - a2|, the bars of Fig. 3: a row for each activation site."""
        return self.tables["slope_difference"]

    @property
    def coefficients(self) -> pd.DataFrame:
        """Slopes and intercepts over the images: a row for each site, channel and segment; no channel where all share one."""
        return self.tables["coefficients"]

    @property
    def channels(self) -> pd.DataFrame:
        """What each channel does: a row for each site and channel. Only where channels were asked for."""
        return self.table("channels")

    @property
    def scatter(self) -> pd.DataFrame:
        """The bins of every density that are not empty: a row for each, as in `scatter.csv`."""
        parts = []
        for row, counts in zip(self.sites.itertuples(index=False), self._counts(), strict=True):
            x, y = counts.lower_edges()
            width, height = (np.ldexp(1.0, exponent - 8) for exponent in (counts.x_exponent, counts.y_exponent))
            place = {"block": row.block, "site": row.site, "node": row.node}
            bounds = {"x_min": x, "x_max": x + width, "y_min": y, "y_max": y + height}
            parts.append(pd.DataFrame({**place, **bounds, "count": counts.counts}))
        frame = pd.concat(parts, ignore_index=True)
        return frame.astype(column_types(list(frame.columns)))

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name in `docs/exports.md`: `channels`, `what_if`, `scatter`, ...

        Raises:
            ReadError: where it was not asked for.
        """
        if name == "scatter":
            return self.scatter
        if name not in self.tables:
            asked = {"channels": "dyviz stats --channels counts it"}.get(name, "it was not asked for")
            there = ", ".join([*self.tables, "scatter"])
            raise ReadError(f"{self._source}: {self.name} has no table {name} ({asked}); there are {there}")
        return self.tables[name]

    def density(self, site: str | tuple[int, str]) -> Density:
        """One site's pairs (x, y) in 512 x 512 bins.

        Args:
            site: its node, or its block and name: `"blocks.4.depthwise.act"`, `"5.A2"` or `(5, "A2")`.
        """
        return self._density(self.index(site))

    def densities(self) -> Iterator[Density]:
        """Of all sites, in their order; one after the other, since each is 2 MB."""
        return (self._density(index) for index in range(len(self.sites)))

    def index(self, site: str | tuple[int, str]) -> int:
        """The row of a site in `sites` and `slope_difference`."""
        wished = f"{site[0]}.{site[1]}" if isinstance(site, tuple) else site
        names = self.sites["block"].astype(str) + "." + self.sites["site"]
        for candidates in (self.sites["node"], names):
            found = np.flatnonzero((candidates == wished).to_numpy(dtype=bool, na_value=False))
            if found.size:
                return int(found[0])
        raise ReadError(f"{self._source}: {self.name} has no activation {wished}; there are {', '.join(names[:4])}, ...")

    def _counts(self) -> list[SparseCounts]:
        if self._kept is None:
            kept = self._read()
            for record, counts in zip(self.summary["sites"], kept, strict=True):
                counted = record["elements"] - record["outside_range"] - record["not_finite"]
                if counts.total != counted:
                    raise ReadError(
                        f"{self._source}: {counts.total:,} pairs in the bins of {record['node']}, but its summary counts {counted:,}"
                    )
            self._kept = kept
        return self._kept

    def _density(self, index: int) -> Density:
        counts, record, row = self._counts()[index], self.summary["sites"][index], self.sites.iloc[index]
        return Density(
            int(row["block"]), row["site"], row["node"], counts.dense(), edges(counts.x_exponent), edges(counts.y_exponent),
            float(record["share"]), record["outside_range"], record["not_finite"],
        )  # fmt: skip


class Run(Mapping[str, Variant]):
    """What was found about some variants of one model over the same images: `run["dyrelu-b"].sites`.

    `run.sites` and the other tables have all variants below each other, with a column `variant` in front.
    """

    def __init__(
        self, path: Path | None, variants: list[Variant], marks: pd.DataFrame | None = None, origin: dict[str, Any] | None = None
    ) -> None:
        self.path = path
        """Where it was read; None where it was not kept."""
        self.marks = marks
        """What was marked on the screen; None where nothing was."""
        self.origin = origin
        """Program, model files and images with their SHA-256; None for exports, which do not tell."""
        self._variants = {variant.name: variant for variant in variants}

    def __getitem__(self, name: str) -> Variant:
        if name not in self._variants:
            raise ReadError(f"{self.path or 'the run'}: there is no variant {name}; there are {', '.join(self)}")
        return self._variants[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variants)

    def __len__(self) -> int:
        return len(self._variants)

    def __contains__(self, name: object) -> bool:
        return name in self._variants

    def __repr__(self) -> str:
        return f"<Run of {', '.join(map(repr, self._variants.values()))}>"

    @property
    def summary(self) -> pd.DataFrame:
        """A row for each variant: what was run, accuracies, and the claims of section 5.2 over all sites."""
        names = ["variant", "model", "exact", "instruction_set", "images", "skipped", "labelled", "top1", "top5"]
        records = [
            {name: one.summary.get(name) for name in names} | dict(one.summary.get("claims") or {}) for one in self.values()
        ]
        frame = pd.DataFrame(records)
        return frame.astype({**column_types(list(frame.columns)), "exact": "bool"})

    @property
    def sites(self) -> pd.DataFrame:
        """Every measure, a row for each variant and activation site."""
        return self.table("sites")

    @property
    def slope_difference(self) -> pd.DataFrame:
        """|a1 - a2|, a row for each variant and activation site."""
        return self.table("slope_difference")

    @property
    def coefficients(self) -> pd.DataFrame:
        """Slopes and intercepts over the images: a row for each variant, site, channel and segment."""
        return self.table("coefficients")

    @property
    def channels(self) -> pd.DataFrame:
        """What each channel does; only where channels were asked for."""
        return self.table("channels")

    @property
    def scatter(self) -> pd.DataFrame:
        """The bins of every density that are not empty."""
        return self.table("scatter")

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name in `docs/exports.md`, of all variants that have it."""
        having = [one for one in self.values() if name == "scatter" or name in one.tables]
        frames = {one.name: one.table(name) for one in having or list(self.values())[:1]}
        joined = pd.concat(frames, names=["variant", None]).reset_index("variant").reset_index(drop=True)
        return joined.astype({"variant": "string"})

    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes each table of all variants as `NAME.parquet` into a folder; the files that were written.

        Types stay: `Int64`, text, 64-bit floats, missing values as nulls. Each file appears whole or not at all; tables
        of an earlier run that this one does not have go.
        """
        from .parquet import write

        names = ["summary", "scatter", *dict.fromkeys(name for one in self.values() for name in one.tables)]
        frames = ((name, self.summary if name == "summary" else self.table(name)) for name in names)
        return write(frames, Path(folder), obsolete=set(OTHERS) - set(names))
