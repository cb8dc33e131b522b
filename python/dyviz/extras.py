"""What the package's optional parts need, told in a sentence where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

EXPORT_MODULES = {"torch", "safetensors"}


@contextmanager
def needs_export(what: str) -> Iterator[None]:
    """Around an import for `what`: one that fails for want of the extra `export` says how to install it."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXPORT_MODULES:
            raise
        sentence = f"{what} needs the package {missing}, which is not installed: pip install 'dyviz[export]'"
        raise ModuleNotFoundError(sentence, name=error.name) from error
