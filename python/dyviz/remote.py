"""Archives that fsspec knows (`s3://`, `gs://`, `https://`, ...) as a sequence for the program's standard input.

`docs/sources.md` describes the sequence. Nothing is written to disk, and what is held is one block: the program reads as
fast as it counts, and the pipe holds the sender up.
"""

from __future__ import annotations

import itertools
import os
import re
import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO
from urllib.parse import urlsplit, urlunsplit

from .calling import Location
from .errors import RemoteError
from .extras import needs

MARK = b"dyviz archives 1\n"
BLOCK = 1 << 20
"""Bytes that are read at once."""
MOST_WORDS = 4096
"""Bytes of a name or of a reason."""
MOST_EXPANDED = 100_000
"""Paths that one with braces becomes at the most."""
PATIENCE = 60
"""Seconds within which a server must answer, and go on."""

REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(://|::.*://)")
BRACES = re.compile(r"\{([^{}]*)\}")
ARCHIVE_ENDING = re.compile(r"\.(tar|tar\.gz|tgz|tar\.zst|tzst|tar\.xz|txz|zip)$", re.IGNORECASE)
WORDNET = re.compile(r"n[0-9]{8}")
RANGE = re.compile(r"(\d{1,12})\.\.(\d{1,12})")


def is_remote(location: Location) -> bool:
    """Whether it is fsspec's: a protocol and `://`, or several in a row (`simplecache::s3://...`)."""
    return isinstance(location, str) and REMOTE.match(location) is not None


def locations(images: Location | Sequence[Location]) -> list[str]:
    """All paths that are meant: those with braces as the program expands them, each once."""
    given = [images] if isinstance(images, (str, os.PathLike)) else list(images)
    expanded = [path for one in given for path in (_expanded(one) if is_remote(one) else [os.fspath(one)])]
    return list(dict.fromkeys(map(str, expanded)))


def remote_feed(paths: Sequence[str], options: Mapping[str, Any] | None) -> Callable[[BinaryIO], None] | None:
    """What sends the archives at these paths; None where they are on this machine.

    Raises:
        RemoteError: where some are and some are not, or one is named in a way that nobody knows.
    """
    if not are_remote(paths):
        if options:
            raise RemoteError(f"storage options go with images that fsspec finds, and {paths[0]} lies on this machine")
        return None
    with needs("remote", "what lies elsewhere"):
        import fsspec
    for path in paths:
        protocol = path.partition(":")[0]
        if protocol not in fsspec.available_protocols():
            raise RemoteError(f"{shown(path)}: expected a protocol that fsspec knows, but it is {protocol}")
    return lambda sink: send(paths, options or {}, sink)


def are_remote(paths: Sequence[str]) -> bool:
    """Whether all are fsspec's.

    Raises:
        RemoteError: where some are and some are not.
    """
    remote = [is_remote(path) for path in paths]
    if any(remote) and not all(remote):
        raise RemoteError(f"{paths[remote.index(False)]} lies on this machine and {paths[remote.index(True)]} elsewhere: expected images of one kind")
    return any(remote)


def _expanded(path: str) -> list[str]:
    """`a-{00..02}.tar` and `{a,b}.tar` as a shell expands them, with as many digits as the ends of a range have."""
    pieces = BRACES.split(path)
    choices = [[piece] if index % 2 == 0 else _choices(piece) for index, piece in enumerate(pieces)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MOST_EXPANDED:
        raise RemoteError(f"{path}: expected at most {MOST_EXPANDED:,} paths, but it becomes {count:,}")
    return ["".join(combination) for combination in itertools.product(*choices)]


def _choices(inner: str) -> list[str]:
    if (ends := RANGE.fullmatch(inner)) is None:
        return inner.split(",") if "," in inner else ["{" + inner + "}"]
    first, last = int(ends[1]), int(ends[2])
    if abs(last - first) >= MOST_EXPANDED:
        raise RemoteError(f"{{{inner}}}: expected a range of less than {MOST_EXPANDED:,} numbers")
    is_padded = any(len(end) > 1 and end.startswith("0") for end in ends.groups())
    width = max(map(len, ends.groups())) if is_padded else 1
    step = 1 if first <= last else -1
    return [str(number).zfill(width) for number in range(first, last + step, step)]


def check_classes(paths: Sequence[str]) -> None:
    """Refuses archives that are run apart where two names may stand for one class, which is decided over all of them.

    Raises:
        RemoteError: naming both.
    """
    known: dict[str, str] = {}
    for path in paths:
        stem = ARCHIVE_ENDING.sub("", urlsplit(path.split("::")[-1]).path.rpartition("/")[2])
        plain = unicodedata.normalize("NFC", stem.strip().lower())
        number = WORDNET.match(plain)
        for word in {plain, number[0] if number else plain}:
            if known.setdefault(word, stem) != stem:
                raise RemoteError(f"the archives' names {known[word]} and {stem} may stand for one class: name them in one run, without a cluster")


def shown(path: str) -> str:
    """A path for messages and as the archive's name: without what may be secret, a user, a password or a query."""
    *chain, last = path.split("::")
    parts = urlsplit(last)
    return "::".join([*chain, urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))])


def send(paths: Sequence[str], options: Mapping[str, Any], sink: BinaryIO) -> None:
    """Writes the archives at these paths as one sequence, and closes it.

    What cannot be read is told in the sequence, and the program ends with it. A program that has ended says itself why.
    """
    with suppress(BrokenPipeError):
        try:
            sink.write(MARK)
            if _send_all(paths, options, sink):
                _record(sink, b"e")
            sink.flush()
        finally:
            sink.close()


def _send_all(paths: Sequence[str], options: Mapping[str, Any], sink: BinaryIO) -> bool:
    for path in paths:
        _record(sink, b"n", shown(path).encode())
        try:
            for block in blocks(path, options):
                _record(sink, b"d", block)
        except BrokenPipeError:
            raise
        except Exception as error:  # Every file system of fsspec has exceptions of its own.
            _record(sink, b"f", _words(error).encode())
            return False
    return True


def _record(sink: BinaryIO, kind: bytes, content: bytes = b"") -> None:
    content = content if kind == b"d" else content[:MOST_WORDS]
    sink.write(kind + struct.pack("<I", len(content)) + content)


def _words(error: BaseException) -> str:
    """What went wrong, in one line."""
    told = " ".join(str(error).split())
    if (status := getattr(error, "status", None)) is not None:
        return f"the server answered {status} {getattr(error, 'message', '')}".strip()
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def blocks(path: str, options: Mapping[str, Any]) -> Iterator[bytes]:
    """The bytes of one file, block by block.

    Raises:
        Exception: of the file system, and EOFError where it gives fewer bytes than it has said.
    """
    from fsspec.core import url_to_fs

    files, inner = url_to_fs(path, **{**_defaults(path), **options})
    # Over HTTP one request for the whole file instead of one for each block.
    opening = {"block_size": 0} if "http" in _protocols(files) else {}
    seen = 0
    with files.open(inner, "rb", **opening) as file:
        size = getattr(file, "size", None)
        while block := file.read(BLOCK):
            seen += len(block)
            yield block
        if isinstance(size, int) and size != seen:
            raise EOFError(f"it ended after {seen:,} of {size:,} bytes")


def _protocols(files: Any) -> tuple[str, ...]:
    protocol = files.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _defaults(path: str) -> dict[str, Any]:
    """aiohttp gives a whole download five minutes, which a run may take longer for; here each step has its time."""
    if not path.startswith(("http://", "https://")):
        return {}
    from aiohttp import ClientTimeout

    return {"client_kwargs": {"timeout": ClientTimeout(total=None, sock_connect=PATIENCE, sock_read=PATIENCE)}}
