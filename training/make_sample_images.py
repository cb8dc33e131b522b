"""Writes validation images of the sample's task as PNG, in folders named by class.

Without options 1,000 go into sample-images/; `--all DIR` writes all 10,000.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from fashion_mnist import DEFAULT_FOLDER
from fashion_on_photographs import CLASSES, validation_set
from PIL import Image

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "sample-images"
PER_CLASS = 100


def write_images(data: Path, output: Path, per_class: int | None) -> tuple[int, int]:
    """Writes the first `per_class` images of every class (None: all); how many, and their bytes.

    A file's name is the item's index in the test set.
    """
    images, labels = validation_set(data)
    written: Counter[int] = Counter()
    size = 0
    for name in CLASSES:
        (output / name).mkdir(parents=True, exist_ok=True)
    for index, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
        if per_class is not None and written[label] >= per_class:
            continue
        path = output / CLASSES[label] / f"{index:05}.png"
        Image.fromarray(image.numpy()).save(path, optimize=True)
        written[label] += 1
        size += path.stat().st_size
    return written.total(), size


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--output", type=Path, default=SAMPLE_FOLDER)
    parser.add_argument("--all", type=Path, metavar="DIR", help="all 10,000 images, into DIR")
    options = parser.parse_args()
    output = options.all or options.output
    count, size = write_images(options.data, output, None if options.all else PER_CLASS)
    print(f"{count} images in {output}, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
