"""Tables as Parquet files, for what reads those."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .whole import whole


def write(frames: Iterable[tuple[str, pd.DataFrame]], folder: Path, obsolete: Iterable[str] = ()) -> list[Path]:
    """Writes `NAME.parquet` for each table; the paths. Those of obsolete names go."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in frames:
        path = folder / f"{name}.parquet"
        with whole(path) as beside:
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), beside, compression="zstd")
        paths.append(path)
    for name in obsolete:
        (folder / f"{name}.parquet").unlink(missing_ok=True)
    return paths
