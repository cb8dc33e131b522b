"""`python -m dyviz stats`: a run on a Dask cluster, or over images that lie elsewhere."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from .errors import ProgramError, ProgramWarning, ReadError
from .extras import needs
from .remote import is_remote
from .streaming import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs and writes the files; 0, or 1 after a message on standard error (64 for what the program calls misuse)."""
    options = vars(_parser().parse_args(arguments))
    options.pop("command")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", ProgramWarning)
            warnings.showwarning = _show
            _run(options)
    except (ReadError, ProgramError, OSError) as error:
        print(f"dyviz: {error}", file=sys.stderr)
        return 64 if getattr(error, "status", None) == 64 else 1
    return 0


def _run(options: dict[str, Any]) -> None:
    scheduler, paths, parts = options.pop("dask"), options.pop("paths"), options.pop("parts")
    # Images begin where something lies elsewhere; else they are the last path.
    first = next((index for index, path in enumerate(paths) if is_remote(path)), len(paths) - 1)
    models, images = paths[:first], paths[first:]
    if scheduler is None:
        run(models, images, progress=sys.stderr.isatty(), **options)
        return
    with needs("dask", "a Dask cluster"):
        from distributed import Client

        from .distributed import stats
    with Client(scheduler) as client:
        print(f"dashboard: {client.dashboard_link}", file=sys.stderr)
        options["threads"] = options["threads"] or 1
        stats(client, models, images, parts=parts, **options)


def _show(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    """What the program says as lines of their own; other warnings as Python has them."""
    is_own = issubclass(category, ProgramWarning)
    sys.stderr.write(f"{message}\n" if is_own else warnings.formatwarning(message, category, filename, lineno))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dyviz",
        description="Runs dyviz stats over archives that fsspec finds (s3://, gs://, https://), or in parts on a Dask cluster.",
    )
    command = parser.add_subparsers(required=True, dest="command").add_parser("stats", description=parser.description)
    command.add_argument(
        "paths", nargs="+", metavar="MODEL... IMAGES",
        help="model files, then the images: archives elsewhere, or a folder; with --dask as workers see them",
    )  # fmt: skip
    command.add_argument("--dask", metavar="ADDRESS", help="the scheduler, as tcp://host:8786; by default no cluster")
    command.add_argument("--parts", type=int, metavar="N", help="tasks; by default four for each of the cluster's threads")
    command.add_argument("--save", metavar="RUN", help="the file for the saved run, on this machine")
    command.add_argument("--output", metavar="DIR", help="the folder for exported files, on this machine")
    command.add_argument("--variant", help="the variant to run; by default all, which archives elsewhere do not allow")
    command.add_argument("--limit", type=int, metavar="N", help="use the first N images only")
    command.add_argument("--threads", type=int, metavar="N", help="of the program; by default all, in a task of a cluster 1")
    command.add_argument("--instruction-set", metavar="NAME", help="the kernels; one that all machines have, as avx2")
    for flag in ("strict", "exact", "channels"):
        command.add_argument(f"--{flag}", action="store_true", help="as of dyviz stats")
    command.add_argument("--binary", metavar="FILE", help="the program, as workers see it")
    return parser
