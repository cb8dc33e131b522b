"""Makes JPEG files that decode and compress like photographs.

    python photos.py FOLDER

Five folders named as classes with the same 200 pictures (hard links): 500x375
pixels, quality 90, about 45 kB. Each is a sky of smooth noise and ellipses
with sharp edges.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT, COUNT, FOLDERS, QUALITY = 500, 375, 200, 5, 90
FALLOFF, GRAIN = 1.5, 0.5
"""How fast amplitudes fall with frequency, and each pixel's own noise: they set the files' size."""


def picture(seed: int) -> Image.Image:
    """One picture; the same for the same seed."""
    random = np.random.default_rng(seed)
    rows = np.fft.fftfreq(HEIGHT)[:, None]
    columns = np.fft.rfftfreq(WIDTH)[None]
    falloff = np.maximum(np.hypot(rows, columns), 1 / WIDTH) ** -FALLOFF
    planes = []
    for _ in range(3):
        noise = np.fft.rfft2(random.standard_normal((HEIGHT, WIDTH))) * falloff
        plane = np.fft.irfft2(noise, s=(HEIGHT, WIDTH))
        planes.append(plane / plane.std())
    brightness, warmth, tint = planes
    mean = random.uniform(80, 170)
    red = mean + 45 * brightness + 12 * warmth
    green = mean + 45 * brightness + 6 * tint
    blue = mean + 45 * brightness - 12 * warmth
    colours = np.stack([red, green, blue], axis=2)
    image = Image.fromarray(colours.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = random.integers(0, WIDTH), random.integers(0, HEIGHT)
        wide, high = random.integers(10, 120, size=2)
        colour = tuple(int(value) for value in random.integers(20, 235, size=3))
        draw.ellipse((x - wide // 2, y - high // 2, x + wide // 2, y + high // 2), fill=colour)
    pixels = np.asarray(image, dtype=np.float32)
    pixels = pixels + GRAIN * random.standard_normal((HEIGHT, WIDTH, 1), dtype=np.float32)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def main() -> None:
    """Writes all files."""
    folder = Path(sys.argv[1])
    first = folder / "class0000"
    total = 0
    for index in range(COUNT):
        name = f"{index:04}.jpg"
        first.mkdir(parents=True, exist_ok=True)
        picture(index).save(first / name, quality=QUALITY)
        total += (first / name).stat().st_size
        for other in range(1, FOLDERS):
            path = folder / f"class{other:04}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            os.link(first / name, path)
    print(f"{COUNT} pictures of {WIDTH}x{HEIGHT}, {total / COUNT / 1000:.1f} kB on average")


if __name__ == "__main__":
    main()
