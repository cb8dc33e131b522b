"""Writes test images of Fashion-MNIST as PNG, in folders named by class.

Without options 1,000 go into sample-images/; `--all DIR` writes all 10,000.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from fashion_mnist import CLASSES, DEFAULT_FOLDER, load
from PIL import Image

SAMPLE_FOLDER = Path(__file__).resolve().parent.parent / "sample-images"
PER_CLASS = 100


def write_images(data: Path, output: Path, per_class: int | None) -> int:
    """Writes the first `per_class` images of every class (None: all); how many.

    A file's name is the image's index in the test set. The images stay as they
    are, 28 x 28 grey: padding is the model's preprocessing.
    """
    images, labels = load(data, "t10k")
    written: Counter[int] = Counter()
    for name in CLASSES:
        (output / name).mkdir(parents=True, exist_ok=True)
    for index, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
        if per_class is not None and written[label] >= per_class:
            continue
        path = output / CLASSES[label] / f"{index:05}.png"
        Image.fromarray(image.numpy()).save(path, optimize=True)
        written[label] += 1
    return written.total()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--output", type=Path, default=SAMPLE_FOLDER)
    parser.add_argument("--all", type=Path, metavar="DIR", help="all test images, into DIR")
    options = parser.parse_args()
    output = options.all or options.output
    count = write_images(options.data, output, None if options.all else PER_CLASS)
    print(f"{count} images in {output}")


if __name__ == "__main__":
    main()
