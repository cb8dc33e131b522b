"""Makes tar shards of small pictures, as many as are asked for.

    python shards.py FOLDER --images 1000000

The pictures are a pool of 4,096 encoded ones of 64x64 pixels, 15 of 16 JPEG (about 1.5 kB) and the others PNG, whose
content differs; they come again and again under names of their own, so that each image of the list is read and decoded
for itself. 10,000 lie in a shard. Equal arguments give equal shards.
"""

from __future__ import annotations

import argparse
import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

SIZE, POOL, PER_SHARD, QUALITY, SEED = 64, 4096, 10_000, 80, 16
PNG_EVERY, PNG_LEVELS = 16, 24
CLASSES = ("ankle-boot", "bag", "coat", "dress", "pullover", "sandal", "shirt", "sneaker", "t-shirt-top", "trouser")
"""Folders, named as the sample's classes."""


def picture(random: np.random.Generator) -> np.ndarray:
    """Smooth noise in the colours of one hue, with an ellipse of another brightness: [height, width, 3]."""
    rows, columns = np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None]
    falloff = np.maximum(np.hypot(rows, columns), 1 / SIZE) ** -1.8
    noise = np.fft.irfft2(np.fft.rfft2(random.standard_normal((SIZE, SIZE))) * falloff, s=(SIZE, SIZE))
    y, x = np.mgrid[:SIZE, :SIZE] / SIZE - random.uniform(0.3, 0.7, (2, 1, 1))
    inside = (x / random.uniform(0.1, 0.4)) ** 2 + (y / random.uniform(0.1, 0.4)) ** 2 < 1
    brightness = random.uniform(70, 180) + 30 * noise / noise.std() + random.uniform(-60, 60) * inside
    colours = brightness[..., None] * random.uniform(0.7, 1.1, 3)
    return np.clip(colours, 0, 255).astype(np.uint8)


def pool() -> list[tuple[str, bytes]]:
    """The encoded pictures with the endings of their names."""
    random = np.random.default_rng(SEED)
    made = []
    for number in range(POOL):
        pixels, encoded = picture(random), io.BytesIO()
        if number % PNG_EVERY == 0:
            coarse = pixels // (256 // PNG_LEVELS) * (256 // PNG_LEVELS)
            Image.fromarray(coarse).save(encoded, "PNG", optimize=True)
        else:
            Image.fromarray(pixels).save(encoded, "JPEG", quality=QUALITY)
        made.append(("png" if number % PNG_EVERY == 0 else "jpg", encoded.getvalue()))
    return made


def write_shard(path: Path, numbers: range, pictures: list[tuple[str, bytes]]) -> None:
    """One tar; the file is there whole or not at all."""
    beside = path.with_suffix(".tmp")
    with beside.open("wb") as file:
        for number in numbers:
            ending, content = pictures[number % POOL]
            member = tarfile.TarInfo(f"{CLASSES[number // 7 % len(CLASSES)]}/{number:09}.{ending}")
            member.size = len(content)
            file.write(member.tobuf(tarfile.USTAR_FORMAT))
            file.write(content + bytes(-len(content) % tarfile.BLOCKSIZE))
        file.write(bytes(2 * tarfile.BLOCKSIZE))
    beside.replace(path)


def make(folder: Path, images: int) -> list[Path]:
    """The shards of so many images; those that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures: list[tuple[str, bytes]] = []
    paths = []
    for number, start in enumerate(range(0, images, PER_SHARD)):
        numbers = range(start, min(start + PER_SHARD, images))
        # The last shard of fewer images is another file than that of more.
        name = f"shard-{number:06}" + ("" if len(numbers) == PER_SHARD else f"-of-{len(numbers)}")
        paths.append(folder / f"{name}.tar")
        if not paths[-1].exists():
            pictures = pictures or pool()
            write_shard(paths[-1], numbers, pictures)
    return paths


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=1_000_000)
    options = parser.parse_args()
    paths = make(options.folder, options.images)
    print(f"{options.images:,} images in {len(paths)} shards, {sum(path.stat().st_size for path in paths):,} bytes")


if __name__ == "__main__":
    main()
