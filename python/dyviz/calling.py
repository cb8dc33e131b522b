"""Runs the program: its messages become exceptions and warnings, its progress calls a function."""

from __future__ import annotations

import os
import re
import subprocess
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Thread
from typing import BinaryIO, NamedTuple

from .errors import ProgramError, VerificationError
from .program import find_binary

Location = str | os.PathLike[str]

NEW_LINE = b"\r\x1b[K"
"""Stands before a line of progress, which takes the place of the last one."""

PROGRESS = re.compile(r"(?P<name>.*): (?P<done>\d+)( of (?P<total>\d+))? images( · [^·]*/s)? · (?P<skipped>\d+) skipped")

PATIENCE = 10
"""Seconds for the program to take away what it has half written once it is told to end."""


class Progress(NamedTuple):
    """How far the program is with a variant."""

    variant: str
    done: int
    """Images through the network."""
    skipped: int
    total: int | None
    """None where the images come one after the other and nobody knows how many."""


def stats_arguments(
    models: Location | Sequence[Location], images: Sequence[Location], options: Mapping[str, object],
    flags: Mapping[str, bool],
) -> list[str]:
    """What `dyviz stats` is told of a run: options that are not None, flags that are set, then the paths."""
    paths = [models] if isinstance(models, (str, os.PathLike)) else list(models)
    given = [f"--{name}={value}" for name, value in options.items() if value is not None]
    return [*given, *(f"--{name}" for name, on in flags.items() if on), "--", *map(os.fspath, [*paths, *images])]


def call(
    arguments: Sequence[str],
    binary: Location | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    feed: Callable[[BinaryIO], None] | None = None,
) -> list[str]:
    """Runs the program to its end; what it says on standard error without failing.

    The program tells its progress to terminals alone, so that standard error is one where progress is wanted. `feed`
    writes its standard input, in a thread of its own, and closes it. An exception while it runs, Ctrl-C among them,
    ends it.

    Raises:
        ProgramError: with its message, or where it is not found.
    """
    try:
        command = [find_binary(binary), *arguments]
    except VerificationError as error:
        raise ProgramError(str(error)) from None
    reading, writing = os.pipe() if on_progress is None else os.openpty()
    try:
        if on_progress is not None:
            tty.setraw(writing)
        try:
            stdin = subprocess.DEVNULL if feed is None else subprocess.PIPE
            process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=writing)
        except OSError as error:
            raise ProgramError(f"{command[0]} cannot be started: {error.strerror}") from error
        finally:
            os.close(writing)
        try:
            if feed is not None and process.stdin is not None:
                # A daemon: a server that does not answer must not keep anybody from going.
                Thread(target=feed, args=(process.stdin,), daemon=True).start()
            lines = list(_lines(reading, on_progress))
            status = process.wait()
        except BaseException:
            _end(process)
            raise
    finally:
        os.close(reading)
    if status != 0:
        raise ProgramError(_message(lines, status), status)
    return lines


def _lines(descriptor: int, on_progress: Callable[[Progress], None] | None) -> Iterator[str]:
    """Whole lines that are no progress, which is handed on at once."""
    rest = b""
    while chunk := _read(descriptor):
        *whole, rest = re.split(rb"(?:\n|(?=\r\x1b\[K))", rest + chunk)
        for piece in [*whole, rest]:
            found = PROGRESS.fullmatch(_text(piece)) if piece.startswith(NEW_LINE) else None
            if found and on_progress:
                total = None if found["total"] is None else int(found["total"])
                on_progress(Progress(found["name"], int(found["done"]), int(found["skipped"]), total))
            elif piece is not rest and _text(piece):
                yield _text(piece)
    if _text(rest) and not PROGRESS.fullmatch(_text(rest)):
        yield _text(rest)


def _text(piece: bytes) -> str:
    return piece.removeprefix(NEW_LINE).decode(errors="replace")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # A terminal whose last writer has gone.
        return b""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except BaseException:
        process.kill()
        process.wait()
        raise


def _message(lines: Sequence[str], status: int) -> str:
    """What went wrong, without the lines on how the program is called."""
    if status < 0:
        return f"dyviz was ended by signal {-status}"
    if 128 < status < 160:
        return f"dyviz was ended by signal {status - 128}"
    kept = list(lines)
    for index, line in enumerate(lines):
        if line.startswith("Usage:"):
            kept = kept[:index]
            break
    told = "\n".join(kept).removeprefix("Error: ")
    return told or f"dyviz ended with status {status}"
