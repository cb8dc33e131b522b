"""The decoders alone: JPEG files to RGB with libjpeg-turbo, and nothing else.

    python decoders.py IMAGES --limit N --processes P

What no program that starts from the files can be faster than on the same
processors. The library is the system's own, the one that dyviz is linked with;
every file is read and decoded whole, into memory that is used again. Prints
images per second; the processes are up before the time counts.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import sys
import threading
import time
from ctypes import byref, c_char_p, c_int, c_ubyte, c_ulong, c_void_p
from multiprocessing.synchronize import Barrier
from pathlib import Path

LIBRARY = "libturbojpeg.so.0"
RGB = 0
"""TJPF_RGB."""
PATIENCE = 120
"""Seconds after which a process that does not come is given up."""


class Decoder:
    """libjpeg-turbo's decoder, with its default settings."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(LIBRARY)
        self.library.tjInitDecompress.restype = c_void_p
        self.library.tjGetErrorStr2.argtypes = [c_void_p]
        self.library.tjGetErrorStr2.restype = c_char_p
        sizes = [ctypes.POINTER(c_int)] * 4
        self.library.tjDecompressHeader3.argtypes = [c_void_p, c_char_p, c_ulong, *sizes]
        numbers = [c_int] * 5
        self.library.tjDecompress2.argtypes = [c_void_p, c_char_p, c_ulong, c_void_p, *numbers]
        self.handle = self.library.tjInitDecompress()
        self.pixels = (c_ubyte * 0)()

    def decode(self, path: Path) -> tuple[int, int]:
        """Reads and decodes one file into `pixels`; its width and height."""
        data = path.read_bytes()
        width, height, sampling, space = c_int(), c_int(), c_int(), c_int()
        found = (byref(width), byref(height), byref(sampling), byref(space))
        self.check(self.library.tjDecompressHeader3(self.handle, data, len(data), *found), path)
        size = 3 * width.value * height.value
        if len(self.pixels) < size:
            self.pixels = (c_ubyte * size)()
        shape = (width.value, 0, height.value, RGB, 0)
        status = self.library.tjDecompress2(self.handle, data, len(data), self.pixels, *shape)
        self.check(status, path)
        return width.value, height.value

    def check(self, status: int, path: Path) -> None:
        """Ends the process where the library reports an error."""
        if status != 0:
            sys.exit(f"{path}: {self.library.tjGetErrorStr2(self.handle).decode()}")


def work(paths: list[Path], start: Barrier, end: Barrier) -> None:
    """One process: its share of the files, after a first one that warms up."""
    try:
        decoder = Decoder()
        decoder.decode(paths[0])
        start.wait(PATIENCE)
        for path in paths:
            decoder.decode(path)
        end.wait(PATIENCE)
    except BaseException:
        # Nobody waits for a process that has ended.
        start.abort()
        end.abort()
        raise


def rate(paths: list[Path], processes: int) -> float:
    """Images per second of all processes together."""
    start, end = (multiprocessing.Barrier(processes + 1) for _ in range(2))
    workers = [
        multiprocessing.Process(target=work, args=(paths[index::processes], start, end), daemon=True)
        for index in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait(PATIENCE)
    begun = time.perf_counter()
    end.wait(PATIENCE)
    elapsed = time.perf_counter() - begun
    for worker in workers:
        worker.join()
    return len(paths) / elapsed


def main() -> None:
    """Runs once."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("images", type=Path)
    arguments.add_argument("--limit", type=int, default=1000)
    arguments.add_argument("--processes", type=int, default=2)
    options = arguments.parse_args()
    paths = sorted(options.images.rglob("*.jpg"))[: options.limit]
    if len(paths) < options.processes:
        sys.exit(f"{options.images}: {len(paths)} JPEG files, expected one or more for each process")
    try:
        print(rate(paths, options.processes))
    except threading.BrokenBarrierError:
        sys.exit(f"{options.images}: a decoding process ended early (see above)")


if __name__ == "__main__":
    main()
