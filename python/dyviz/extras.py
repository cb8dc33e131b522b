"""What the package's optional parts need, told in a sentence where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

EXTRAS = {
    "export": {"torch", "safetensors"},
    "read": {"numpy", "pandas", "pyarrow", "safetensors", "tqdm"},
    "dask": {"distributed", "numpy", "pandas", "safetensors", "tqdm"},
    "remote": {"fsspec", "aiohttp"},
    "figure": {"numpy", "pandas", "safetensors", "matplotlib"},
}
"""The modules that come with each, as `pyproject.toml` asks for them."""


@contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Around an import for `what`: one that fails for want of an extra says how to install it."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRAS[extra]:
            raise
        sentence = f"{what} needs the package {missing}, which is not installed: pip install 'dyviz[{extra}]'"
        raise ModuleNotFoundError(sentence, name=error.name) from error
