"""Runs the program on a Dask cluster: a part of the images in each task, then a tree of merges.

The file at the end is, byte for byte, that of one run on one machine (docs/clusters.md). Models and images must have the
same paths on all workers, and so must the program, unless it is named. Of archives that lie elsewhere each task streams
its own, and the runs over them are joined in their order.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from .calling import Location, call, stats_arguments
from .errors import ProgramError, RemoteError
from .remote import are_remote, check_classes, locations, remote_feed

if TYPE_CHECKING:
    from distributed import Client, Future

    from .reading import Run

FAN_IN = 8
"""Parts that one task merges; the program holds one of them at a time."""


def stats(
    client: Client,
    model: Location | Sequence[Location],
    images: Location | Sequence[Location],
    *,
    parts: int | None = None,
    variant: str | None = None,
    limit: int | None = None,
    threads: int = 1,
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
    """Streams images through a model's variants on a cluster, and gives what `dyviz.run` would.

    Args:
        client: the cluster's.
        model: the model file, or several.
        images: the folder of images, or what else `dyviz stats` takes; archives that fsspec finds are streamed by the
            tasks, some archives by each, for one variant.
        parts: tasks; by default four for each of the cluster's threads. A worker that is lost costs its parts.
        variant: the one to run; by default all of them.
        limit: use the first images only.
        threads: workers of the program in each task. Dask gives a worker as many tasks as it has threads, so 1 fills it.
        instruction_set: the kernels; where machines differ, one that all of them have ("avx2").
        strict: end at the first image that cannot be read, instead of skipping it.
        exact: count every element at every site.
        channels: count what each channel does, too.
        save: keep the saved run in this file, on this machine.
        output: write the exports into this folder, on this machine.
        storage_options: what fsspec's file system takes; workers get it, too.
        progress: show a bar of tasks.
        binary: the program; by default $DYVIZ on each worker, the one installed there, or `dyviz` on the path.

    Raises:
        ProgramError: with the program's message, or where workers were lost again and again.
    """
    from .reading import read

    options = {"variant": variant, "limit": limit, "threads": threads, "instruction-set": instruction_set}
    flags = {"strict": strict, "exact": exact, "channels": channels}
    paths, named = locations(images), None if binary is None else os.fspath(binary)
    count = parts or 4 * max(sum(client.nthreads().values()), 1)
    is_joined = are_remote(paths)
    if is_joined:
        if limit is not None:
            raise RemoteError("the first N images of archives elsewhere are those of one task: --limit goes without a cluster")
        check_classes(paths)
        arguments = stats_arguments(model, ["-"], options, flags)
        pieces = _pieces(paths, count)
        calls = [partial(streamed, piece, storage_options, arguments, named) for piece in pieces]
    else:
        arguments = stats_arguments(model, paths, options, flags)
        calls = [partial(part, index, count, arguments, named) for index in range(count)]
    run = _gathered(_tasks(client, calls, partial(merge, binary=named, is_joined=is_joined)), progress)
    with tempfile.TemporaryDirectory(prefix="dyviz-") as folder:
        path = Path(folder) / "run.dyviz"
        path.write_bytes(run)
        if save is not None:
            # The program writes it, whole or not at all.
            call(["merge", "--whole", f"--save={os.fspath(save)}", "--", os.fspath(path)], binary)
        if output is not None:
            call(["stats", f"--output={os.fspath(output)}", "--", os.fspath(path)], binary)
        found = read(path, binary=binary)
    found.path = None if save is None else Path(save)
    return found


def _pieces(paths: Sequence[str], count: int) -> list[list[str]]:
    """At most so many pieces of about equal length, one behind the other; none is empty."""
    ends = [len(paths) * index // count for index in range(count + 1)]
    return [list(paths[start:end]) for start, end in zip(ends, ends[1:]) if end > start]


def _tasks(
    client: Client, calls: Sequence[Callable[[], bytes]], merging: Callable[[list[bytes]], bytes]
) -> list[Future]:
    """Futures of all tasks, that of the whole run last. Their names are what the scheduler's dashboard shows."""
    name = uuid4().hex
    parts = [
        client.submit(one, key=f"dyviz-part-{name}-{index}", pure=False) for index, one in enumerate(calls)
    ]
    tasks = list(parts)
    level = 0
    while len(parts) > 1:
        groups = [parts[start : start + FAN_IN] for start in range(0, len(parts), FAN_IN)]
        parts = [
            client.submit(merging, group, key=f"dyviz-merge-{name}-{level}-{index}", pure=False)
            for index, group in enumerate(groups)
        ]
        tasks += parts
        level += 1
    return tasks


def _gathered(tasks: list[Future], progress: bool) -> bytes:
    """What the last task gives, once all are done; the first failure ends the others."""
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    bar: Any = None
    if progress:
        from tqdm.auto import tqdm

        bar = tqdm(total=len(tasks), desc="parts and merges", unit=" tasks")
    try:
        for future in as_completed(tasks):
            if future.status == "error":
                raise future.exception()
            if bar is not None:
                bar.update()
        found: bytes = tasks[-1].result()
    except KilledWorker as error:
        raise ProgramError(f"workers were lost again and again: {error}") from error
    finally:
        for future in tasks:
            future.cancel()
        if bar is not None:
            bar.close()
    return found


def part(index: int, count: int, arguments: list[str], binary: str | None) -> bytes:
    """A task: one part of the run, as the program writes it."""
    with tempfile.TemporaryDirectory(prefix="dyviz-") as folder:
        path = Path(folder) / "part"
        call(["stats", f"--shard={index}/{count}", f"--save={path}", *arguments], binary)
        return path.read_bytes()


def streamed(
    paths: list[str], storage_options: Mapping[str, Any] | None, arguments: list[str], binary: str | None
) -> bytes:
    """A task: the run over some archives that lie elsewhere."""
    with tempfile.TemporaryDirectory(prefix="dyviz-") as folder:
        path = Path(folder) / "part"
        call(["stats", f"--save={path}", *arguments], binary, feed=remote_feed(paths, storage_options))
        return path.read_bytes()


def merge(parts: list[bytes], binary: str | None, is_joined: bool = False) -> bytes:
    """A task: several parts as one, or runs over archives that come one after the other."""
    if len(parts) == 1:
        return parts[0]
    with tempfile.TemporaryDirectory(prefix="dyviz-") as folder:
        paths = [Path(folder) / f"{index}.part" for index in range(len(parts))]
        for path, content in zip(paths, parts):
            path.write_bytes(content)
        merged = Path(folder) / "merged"
        call(["merge", *["--join"][:is_joined], f"--save={merged}", "--", *map(str, paths)], binary)
        return merged.read_bytes()
