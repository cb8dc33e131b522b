"""`python -m dyviz stats`: a run on a Dask cluster."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from distributed import Client

from .distributed import stats
from .errors import ProgramError, ReadError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs and writes the files; 0, or 1 after a message on standard error."""
    options = vars(_parser().parse_args(arguments))
    options.pop("command")
    scheduler, paths = options.pop("dask"), options.pop("paths")
    try:
        with Client(scheduler) as client:
            print(f"dashboard: {client.dashboard_link}", file=sys.stderr)
            stats(client, paths[:-1], paths[-1], **options)
    except (ReadError, ProgramError, OSError) as error:
        print(f"dyviz: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dyviz", description="Runs dyviz stats in parts on a Dask cluster, and merges them."
    )
    command = parser.add_subparsers(required=True, dest="command").add_parser("stats", description=parser.description)
    command.add_argument("paths", nargs="+", metavar="MODEL... IMAGES", help="model files, then the folder of images, as workers see them")
    command.add_argument("--dask", required=True, metavar="ADDRESS", help="the scheduler, as tcp://host:8786")
    command.add_argument("--parts", type=int, metavar="N", help="tasks; by default four for each of the cluster's threads")
    command.add_argument("--save", metavar="RUN", help="the file for the saved run, on this machine")
    command.add_argument("--output", metavar="DIR", help="the folder for exported files, on this machine")
    command.add_argument("--variant", help="the variant to run; by default all")
    command.add_argument("--limit", type=int, metavar="N", help="use the first N images only")
    command.add_argument("--threads", type=int, default=1, metavar="N", help="of the program in each task (default 1)")
    command.add_argument("--instruction-set", metavar="NAME", help="the kernels; one that all machines have, as avx2")
    for flag in ("strict", "exact", "channels"):
        command.add_argument(f"--{flag}", action="store_true", help="as of dyviz stats")
    command.add_argument("--binary", metavar="FILE", help="the program, as workers see it")
    return parser
