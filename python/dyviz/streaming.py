"""Runs the program over images and reads what it found."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .calling import Location, Progress, call, stats_arguments
from .errors import ProgramWarning
from .reading import Run, read
from .remote import locations, remote_feed


def run(
    model: Location | Sequence[Location],
    images: Location | Sequence[Location],
    *,
    variant: str | None = None,
    limit: int | None = None,
    threads: int | None = None,
    instruction_set: str | None = None,
    strict: bool = False,
    exact: bool = False,
    channels: bool = False,
    save: Location | None = None,
    output: Location | None = None,
    storage_options: Mapping[str, Any] | None = None,
    progress: bool = True,
    binary: Location | None = None,
) -> Run:
    """Streams images through a model's variants, as `dyviz stats` does, and gives what `dyviz.read` would.

    Args:
        model: the model file, or several, whose variants are then one model's.
        images: the folder of images, or what else `dyviz stats` takes; several come one after the other. Archives that
            fsspec knows (`s3://`, `gs://`, `https://`, ...) are streamed into the program: then one variant is run, in
            one pass over the images.
        variant: the one to run; by default all of them.
        limit: use the first images only.
        threads: workers; by default one for each processor. Numbers do not depend on it.
        instruction_set: the kernels, "portable", "avx2" or "avx512"; by default the widest of the machine.
        strict: end at the first image that cannot be read, instead of skipping it.
        exact: count every element at every site.
        channels: count what each channel does, too, in a second pass over the images.
        save: keep the saved run in this file.
        output: write the exports into this folder.
        storage_options: what fsspec's file system takes: keys, regions, headers.
        progress: show a bar for each pass.
        binary: the program; by default $DYVIZ, the one installed with this package, or `dyviz` on the path.

    What the program says of skipped images and the like comes as `ProgramWarning`s. Ctrl-C ends the program, which
    leaves nothing half written.

    Raises:
        ProgramError: with the program's message.
    """
    paths = locations(images)
    feed = remote_feed(paths, storage_options)
    options = {
        "variant": variant, "limit": limit, "threads": threads, "instruction-set": instruction_set, "output": output,
    }  # fmt: skip
    flags = {"strict": strict, "exact": exact, "channels": channels}
    with tempfile.TemporaryDirectory(prefix="dyviz-") as folder:
        kept = Path(folder) / "run.dyviz" if save is None else Path(save)
        arguments = ["stats", f"--save={os.fspath(kept)}", *stats_arguments(model, paths if feed is None else ["-"], options, flags)]
        with _bars(progress) as show:
            said = call(arguments, binary, show, feed)
        for line in said:
            warnings.warn(line, ProgramWarning, stacklevel=2)
        found = read(kept, binary=binary)
    if save is None:
        found.path = None
    return found


@contextmanager
def _bars(wanted: bool) -> Iterator[Any]:
    """What shows progress: a bar for each pass over the images."""
    if not wanted:
        yield None
        return
    from tqdm.auto import tqdm

    bar: tqdm[Any] | None = None

    def show(progress: Progress) -> None:
        nonlocal bar
        seen = progress.done + progress.skipped
        if bar is not None and (bar.desc.removesuffix(": ") != progress.variant or seen < bar.n):
            bar.close()
            bar = None
        if bar is None:
            bar = tqdm(total=progress.total, desc=progress.variant, unit=" images")
        if progress.skipped:
            bar.set_postfix(skipped=progress.skipped, refresh=False)
        bar.update(seen - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
