"""Writes Tests/Golden/images: small image files, their pixels as Pillow decodes them and inputs as torchvision makes them.

    sources/NAME.{jpg,png,webp}   the files
    pixels/NAME.rgb, NAME.l       convert("RGB") and convert("L"), bytes, rows from the top, channels last
    inputs/NAME.f32               after the preprocessing, little-endian floats, channels last
    golden.json                   sizes and preprocessings; large results as FNV-1a hashes

Only Pillow and torchvision say what is right here; nothing is computed by this file.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "Tests" / "Golden" / "images"


def import_transforms():
    """torchvision.transforms, also from a wheel whose compiled operators do not fit the installed torch: images need none."""
    register = torch.library.register_fake
    torch.library.register_fake = lambda *_, **__: lambda function: function
    try:
        from torchvision import transforms
    finally:
        torch.library.register_fake = register
    return transforms


transforms = import_transforms()


def picture(height: int, width: int, seed: int) -> np.ndarray:
    """A picture [height, width, 3] with gradients, edges and grain, so that every filter has something to do."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    red = 255 * x / max(1, width - 1)
    green = 127 + 120 * np.sin(x / 5 + y / 9)
    blue = np.where((x // 7 + y // 5) % 2 == 0, 230, 20)
    grain = generator.normal(0, 12, (height, width, 3))
    return np.clip(np.stack([red, green, blue], -1) + grain, 0, 255).astype(np.uint8)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def packed_rows(samples: np.ndarray, depth: int) -> bytes:
    """Unfiltered PNG rows of samples [height, width, channels]."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            rows += b"\0" + row.astype(">u2").tobytes()
        elif depth == 8:
            rows += b"\0" + row.astype(np.uint8).tobytes()
        else:
            bits = (row[:, None] >> np.arange(depth - 1, -1, -1)) & 1
            rows += b"\0" + np.packbits(bits.astype(np.uint8).reshape(-1)).tobytes()
    return rows


ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(samples: np.ndarray, depth: int, color_type: int, chunks: bytes = b"", interlaced: bool = False) -> bytes:
    """A PNG file of samples [height, width, channels], for the kinds that Pillow does not write."""
    height, width = samples.shape[:2]
    if interlaced:
        passes = [samples[top::down, left::across] for top, left, down, across in ADAM7]
        rows = b"".join(packed_rows(part, depth) for part in passes if part.size)
    else:
        rows = packed_rows(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    content = chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + content


def saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def jpeg_files() -> dict[str, bytes]:
    image = Image.fromarray(picture(47, 61, 1))
    tall = Image.fromarray(picture(64, 33, 2))
    exif = Image.Exif()
    exif[0x0112] = 6  # "rotate by 90 degrees", which convert() does not do
    return {
        "420.jpg": saved(image, "JPEG", quality=85, subsampling="4:2:0"),
        "422.jpg": saved(tall, "JPEG", quality=70, subsampling="4:2:2"),
        "444.jpg": saved(image, "JPEG", quality=92, subsampling="4:4:4"),
        "grey.jpg": saved(image.convert("L"), "JPEG", quality=80),
        "progressive.jpg": saved(tall, "JPEG", quality=75, progressive=True),
        "restart.jpg": saved(image, "JPEG", quality=75, restart_marker_blocks=2),
        "rgb.jpg": saved(image, "JPEG", quality=85, keep_rgb=True),
        "cmyk.jpg": saved(image.convert("CMYK"), "JPEG", quality=85),
        "oriented.jpg": saved(tall, "JPEG", quality=60, exif=exif),
        "one.jpg": saved(Image.fromarray(picture(1, 1, 3)), "JPEG", quality=90),
    }


def png_files() -> dict[str, bytes]:
    color = picture(29, 37, 4)
    generator = np.random.default_rng(5)
    alpha = generator.integers(0, 256, (29, 37, 1), dtype=np.uint8)
    deep = generator.integers(0, 65536, (19, 23, 3))
    deep[:6] //= 256  # 16-bit greys below 256, which Pillow does not cut
    small = generator.integers(0, 16, (11, 13, 1))
    palette = chunk(b"PLTE", generator.integers(0, 256, 3 * 13, dtype=np.uint8).tobytes())
    transparent = chunk(b"tRNS", bytes(range(0, 130, 10)))
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    image = Image.fromarray(color)
    return {
        "grey.png": saved(image.convert("L"), "PNG"),
        "rgb.png": saved(image, "PNG"),
        "rgba.png": saved(Image.fromarray(np.concatenate([color, alpha], -1)), "PNG"),
        "grey-alpha.png": saved(Image.fromarray(np.concatenate([color[..., :1], alpha], -1)), "PNG"),
        "palette.png": saved(image.quantize(200), "PNG"),
        # Indices 13, 14 and 15 lie beyond this palette.
        "palette-4bit.png": png(small, 4, 3, palette + transparent),
        "palette-2bit.png": png(small % 4, 2, 3, palette),
        "1bit.png": saved(image.convert("1"), "PNG"),
        "grey-2bit.png": png(small % 4, 2, 0),
        "grey-4bit.png": png(small, 4, 0),
        "grey-16bit.png": png(deep[..., :1], 16, 0),
        "rgb-16bit.png": png(deep, 16, 2),
        "grey-alpha-16bit.png": png(deep[..., :2], 16, 4),
        "rgba-16bit.png": png(np.concatenate([deep, deep[..., :1]], -1), 16, 6),
        "interlaced.png": png(color, 8, 2, interlaced=True),
        "interlaced-grey-16bit.png": png(deep[..., :1], 16, 0, interlaced=True),
        "interlaced-palette.png": png(small, 4, 3, palette, interlaced=True),
        "gamma.png": png(color[:9, :7], 8, 2, gamma),
        "transparent-color.png": png(color[:9, :7], 8, 2, chunk(b"tRNS", struct.pack(">HHH", *color[0, 0].tolist()))),
    }


def webp_files() -> dict[str, bytes]:
    color = picture(45, 58, 6)
    alpha = np.linspace(0, 255, 45 * 58).reshape(45, 58, 1).astype(np.uint8)
    image, faded = Image.fromarray(color), Image.fromarray(np.concatenate([color, alpha], -1))
    return {
        "lossy.webp": saved(image, "WEBP", quality=75),
        "lossless.webp": saved(image.resize((30, 21)), "WEBP", lossless=True),
        "lossy-alpha.webp": saved(faded, "WEBP", quality=60),
        "lossless-alpha.webp": saved(faded.resize((30, 21)), "WEBP", lossless=True, exact=True),
        # Pillow gives the first frame.
        "animated.webp": animated([image, image.rotate(180)], quality=70),
        # Its first frame covers a part of the canvas: what is transparent all around is left out.
        "animated-part.webp": animated([framed(color, 7, 5), framed(color, 2, 3)], lossless=True),
    }


def framed(color: np.ndarray, rows: int, columns: int) -> Image.Image:
    """A picture whose outer rows and columns are transparent."""
    result = np.zeros((*color.shape[:2], 4), np.uint8)
    inside = (slice(rows, -rows - 1), slice(columns, -columns - 2))
    result[inside] = np.concatenate([color[inside], np.full_like(color[inside][..., :1], 255)], -1)
    return Image.fromarray(result)


def animated(frames: list[Image.Image], **options) -> bytes:
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], duration=100, **options)
    return buffer.getvalue()


def preprocessing(
    channels=3, resize=None, crop=None, padding=(0, 0, 0, 0), mean=None, deviation=None, interpolation=None
) -> dict:
    """The description as a model file holds it."""
    extent = lambda size: size and {"height": size[0], "width": size[1]}
    target = {"shorter_side": resize} if isinstance(resize, int) else extent(resize)
    return {
        "channels": channels,
        "resize": target | {"interpolation": interpolation} if interpolation else target,
        "crop": extent(crop),
        "padding": list(padding),
        "mean": mean or [0.485, 0.456, 0.406][:channels],
        "deviation": deviation or [0.229, 0.224, 0.225][:channels],
    }


def bicubic(**options) -> dict:
    return preprocessing(interpolation="bicubic", **options)


CONFIGURATIONS = {
    "down-landscape": ("420.jpg", preprocessing(resize=24, crop=(20, 20))),
    "down-portrait": ("422.jpg", preprocessing(resize=21, crop=(18, 19))),
    "up-landscape": ("rgb.png", preprocessing(resize=41, crop=(33, 40))),
    "up-portrait": ("progressive.jpg", preprocessing(resize=45, crop=(32, 28))),
    "far-down": ("444.jpg", preprocessing(resize=5, crop=(5, 5))),
    "exact-mixed": ("palette.png", preprocessing(resize=(40, 17))),
    "exact-one-axis": ("rgba.png", preprocessing(resize=(29, 20))),
    "exact-other-axis": ("rgba.png", preprocessing(resize=(20, 37), crop=(16, 30))),
    "same-size": ("interlaced.png", preprocessing(resize=29, crop=(29, 37))),
    "crop-larger": ("grey-4bit.png", preprocessing(channels=1, crop=(18, 20))),
    "crop-larger-one-axis": ("rgb-16bit.png", preprocessing(crop=(24, 10))),
    "crop-odd": ("lossless.webp", preprocessing(crop=(16, 25))),
    "sample": ("sample.png", preprocessing(channels=1, padding=(2, 2, 2, 2), mean=[0.286], deviation=[0.353])),
    "grey-as-color": ("grey.jpg", preprocessing(resize=20, crop=(18, 18), padding=(1, 2, 3, 4))),
    "color-as-grey": ("lossy-alpha.webp", preprocessing(channels=1, resize=22, crop=(22, 24))),
    # Pillow filters down the columns first where more than twice as many rows as columns go.
    "columns-first": ("422.jpg", preprocessing(resize=(20, 30), crop=(17, 29))),
    "columns-first-grey": ("422.jpg", preprocessing(channels=1, resize=(31, 50), crop=(31, 44))),
    "one-pixel": ("one.jpg", preprocessing(resize=7, crop=(9, 6))),
    "cubic-down": ("420.jpg", bicubic(resize=25, crop=(21, 23))),
    "cubic-down-grey": ("grey.jpg", bicubic(channels=1, resize=23, crop=(19, 23))),
    "cubic-far-down": ("444.jpg", bicubic(resize=5, crop=(5, 5))),
    "cubic-up": ("rgb.png", bicubic(resize=41, crop=(33, 40))),
    "cubic-up-grey": ("grey-4bit.png", bicubic(channels=1, resize=35, crop=(35, 37))),
    # Black, white and nothing else: the negative weights overshoot at every edge.
    "cubic-edges-up": ("1bit.png", bicubic(resize=(59, 83))),
    "cubic-edges-down": ("1bit.png", bicubic(channels=1, resize=(23, 31), padding=(1, 0, 2, 3))),
    "cubic-mixed": ("palette.png", bicubic(resize=(40, 17))),
    "cubic-one-axis": ("rgba.png", bicubic(resize=(29, 21))),
    "cubic-other-axis": ("rgba.png", bicubic(resize=(47, 37), crop=(41, 30))),
    "cubic-columns-first": ("422.jpg", bicubic(resize=(21, 31), crop=(17, 29))),
    "cubic-two-pixels": ("interlaced-palette.png", bicubic(resize=(2, 3))),
    "cubic-one-pixel": ("one.jpg", bicubic(resize=7, crop=(9, 6))),
}


def apply(image: Image.Image, options: dict) -> np.ndarray:
    """torchvision's result, [height, width, channels]."""
    steps = []
    if resize := options["resize"]:
        size = resize.get("shorter_side") or (resize["height"], resize["width"])
        steps.append(transforms.Resize(size, transforms.InterpolationMode(resize.get("interpolation", "bilinear"))))
    if crop := options["crop"]:
        steps.append(transforms.CenterCrop((crop["height"], crop["width"])))
    top, left, bottom, right = options["padding"]
    if any(options["padding"]):
        steps.append(transforms.Pad((left, top, right, bottom)))
    steps += [transforms.ToTensor(), transforms.Normalize(options["mean"], options["deviation"])]
    image = image.convert("RGB" if options["channels"] == 3 else "L")
    return transforms.Compose(steps)(image).permute(1, 2, 0).contiguous().numpy()


def hashed(content: bytes) -> str:
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in content:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def main() -> None:
    for name in ("sources", "pixels", "inputs"):
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
        for old in (FOLDER / name).iterdir():
            old.unlink()
    files = jpeg_files() | png_files() | webp_files()
    files["sample.png"] = saved(Image.fromarray(picture(28, 28, 7)).convert("L"), "PNG")
    manifest: dict = {"images": [], "inputs": [], "large": []}
    for name, content in files.items():
        (FOLDER / "sources" / name).write_bytes(content)
        image = Image.open(io.BytesIO(content))
        manifest["images"].append({"file": name, "height": image.height, "width": image.width})
        for mode, suffix in (("RGB", "rgb"), ("L", "l")):
            (FOLDER / "pixels" / f"{name}.{suffix}").write_bytes(image.convert(mode).tobytes())
    for name, (file, options) in CONFIGURATIONS.items():
        result = apply(Image.open(FOLDER / "sources" / file), options)
        (FOLDER / "inputs" / f"{name}.f32").write_bytes(result.astype("<f4").tobytes())
        height, width, _ = result.shape
        manifest["inputs"].append(
            {"name": name, "file": file, "height": height, "width": width, "preprocessing": options}
        )
    large = saved(Image.fromarray(picture(375, 500, 8)).resize((500, 375)), "JPEG", quality=40)
    (FOLDER / "sources" / "large.jpg").write_bytes(large)
    image = Image.open(io.BytesIO(large))
    for options in (preprocessing(resize=256, crop=(224, 224)), bicubic(resize=235, crop=(224, 224))):
        manifest["large"].append(
            {
                "file": "large.jpg", "height": 224, "width": 224, "preprocessing": options,
                "pixels_hash": hashed(image.convert("RGB").tobytes()),
                "input_hash": hashed(apply(image, options).astype("<f4").tobytes()),
            }
        )
    (FOLDER / "golden.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
