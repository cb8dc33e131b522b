"""The call itself: what it takes, what it writes, and the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dyviz
import pytest
import torch
from comparing import images, preprocessing
from conftest import ROOT
from dyviz import timm_models
from dyviz.command_line import main
from dyviz.model_file import ModelFile
from safetensors import safe_open
from torch import nn


def small(seed: int = 0) -> nn.Module:
    """A network of two layers."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)).eval()


def resized(**resize: int | str) -> dyviz.Preprocessing:
    """A preprocessing that resizes and nothing else."""
    return dyviz.Preprocessing([0.5] * 3, [0.5] * 3, resize=resize)


def test_several_networks_share_a_file(tmp_path: Path, program: Path) -> None:
    """Each is a variant with weights of its own."""
    first, second, x, path = small(1), small(2), images(2, 8), tmp_path / "m.bin"
    dyviz.export({"b": first, "c": second}, path, x, preprocessing=preprocessing(), labels=["cat", "dog"])
    for name, module in (("b", first), ("c", second)):
        assert dyviz.verify(module, path, x, variant=name, binary=program).passed
    assert ModelFile.read(path).variants["c"]["labels"] == ["cat", "dog"]
    with pytest.raises(dyviz.VerificationError, match="holds the variants b, c"):
        dyviz.verify(first, path, x, binary=program)


def test_verify_finds_another_network(tmp_path: Path, program: Path) -> None:
    """It names how far each tap is off."""
    x, path = images(1, 8), tmp_path / "m.bin"
    dyviz.export(small(1), path, x, preprocessing=preprocessing(), variant="dyrelu-b")
    report = dyviz.verify(small(1), path, x, binary=program)
    assert [one.name for one in report.differences] == ["output", "1"]
    assert "equal within" in str(report)
    with pytest.raises(dyviz.VerificationError, match="does not compute what PyTorch does"):
        dyviz.verify(small(2), path, x, binary=program)


def test_verify_says_when_there_is_no_program(tmp_path: Path) -> None:
    """And how to name it."""
    dyviz.export(small(), tmp_path / "m.bin", images(1, 8), preprocessing=preprocessing())
    with pytest.raises(dyviz.VerificationError, match="no-such-program is not found.*DYVIZ"):
        dyviz.verify(small(), tmp_path / "m.bin", images(1, 8), binary="no-such-program")


def test_half_stores_matrices_in_16_bits(tmp_path: Path) -> None:
    """Vectors stay as they are."""
    path = tmp_path / "m.bin"
    dyviz.export(small(), path, images(1, 8), preprocessing=preprocessing(), half=True)
    with safe_open(path, framework="pt") as archive:
        assert archive.get_tensor("network/0.weight").dtype == torch.float16
        assert archive.get_tensor("network/0.bias").dtype == torch.float32
    assert path.stat().st_mode & 0o444


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"preprocessing": None}, "preprocessing is missing.*dyviz.Preprocessing"),
        ({"preprocessing": dyviz.Preprocessing([0.5], [0.5])}, "gives 1 channels, but the example input has 3"),
        ({"preprocessing": dyviz.Preprocessing([0.5] * 3, [0.5] * 3, crop={"height": 9, "width": 9})}, "8 x 8"),
        ({"preprocessing": resized(shorter_side=8, interpolation="lanczos")}, "bilinear or bicubic, not 'lanczos'"),
        ({"preprocessing": resized(interpolation="bicubic")}, "takes shorter_side, or height and width"),
        ({"preprocessing": resized(shorter_side=9, interpolation="bicubic")}, "8 x 8"),
        ({"labels": ["one"]}, "1 labels.*2 x 1 x 1"),
        ({"variant": "a/b"}, "variant's name"),
        ({"example_input": torch.zeros(1, 3, 8, 8, dtype=torch.float64)}, "float32"),
        ({"example_input": torch.zeros(3, 8, 8)}, r"\[N, C, H, W\]"),
        ({"example_input": torch.zeros(1, 5, 8, 8)}, "gives 3 channels, but the example input has 5"),
        ({"example_input": torch.zeros(1, 17, 8, 8)}, "has 17 channels; at most 16 are read"),
        ({"module": small().half()}, r"0.weight is torch.float16; call .float\(\)"),
        ({"row_order": "sideways"}, "row_order"),
        ({"module": nn.Bilinear(2, 2, 2)}, "cannot trace|2 inputs|missing"),
    ],
)
def test_what_does_not_fit_is_an_error(change: dict[str, object], message: str, tmp_path: Path) -> None:
    """Before anything is written."""
    options = {"module": small(), "path": tmp_path / "m.bin", "example_input": images(1, 8)}
    options["preprocessing"] = preprocessing()
    with pytest.raises(dyviz.ExportError, match=f"(?s){message}"):
        dyviz.export(**(options | change))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_the_command_line_exports_and_verifies(
    tmp_path: Path, program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network of timm with a checkpoint, in a process of its own."""
    path, weights, labels = tmp_path / "m.bin", tmp_path / "weights.pth", tmp_path / "labels.txt"
    from dyviz.timm_models import create

    torch.manual_seed(3)
    torch.save({"state_dict": create("mobilenetv2_035", False, None, 7).state_dict()}, weights)
    labels.write_text("\n".join("abcdefg") + "\n")
    network = ["--timm", "mobilenetv2_035", "--checkpoint", str(weights), "--classes", "7", "--size", "64", str(path)]
    command = [sys.executable, "-m", "dyviz", "export", "--labels", str(labels), *network]
    finished = subprocess.run(command, cwd=ROOT / "python", capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "mobilenetv2_035, input 3 x 64 x 64" in finished.stdout and "resizes" not in finished.stderr
    described = ModelFile.read(path).variants["mobilenetv2_035"]
    assert described["preprocessing"]["resize"] == {"shorter_side": 73, "interpolation": "bicubic"}
    assert main(["verify", "--binary", str(program), "--images", "2", *network]) == 0
    assert "equal within" in capsys.readouterr().out


@pytest.mark.parametrize("size", [{"shorter_side": 8}, {"height": 8, "width": 8}])
@pytest.mark.parametrize("interpolation", dyviz.preprocessing.INTERPOLATIONS)
def test_the_file_holds_the_interpolation(
    size: dict[str, int], interpolation: str, tmp_path: Path, program: Path
) -> None:
    """And the program takes it."""
    path, x = tmp_path / "m.bin", images(1, 8)
    resize = size | {"interpolation": interpolation}
    dyviz.export(small(), path, x, preprocessing=resized(**resize))
    assert ModelFile.read(path).variants["network"]["preprocessing"]["resize"] == resize
    told = subprocess.run([program, "info", path], capture_output=True, text=True, check=True).stdout
    assert f"8 {interpolation}, mean" in told


@pytest.mark.parametrize(
    ("timm", "resize", "remark"),
    [
        ({"interpolation": "bicubic"}, {"shorter_side": 256, "interpolation": "bicubic"}, None),
        ({"interpolation": "bilinear"}, {"shorter_side": 256}, None),
        ({}, {"shorter_side": 256, "interpolation": "bicubic"}, None),
        ({"interpolation": "lanczos"}, {"shorter_side": 256}, "timm resizes lanczos; dyviz resizes bilinear"),
        (
            {"interpolation": "bicubic", "crop_mode": "squash"},
            {"height": 256, "width": 256, "interpolation": "bicubic"}, None,
        ),
    ],
)  # fmt: skip
def test_the_interpolation_is_timms(timm: dict[str, str], resize: dict[str, object], remark: str | None) -> None:
    """Where dyviz knows it; otherwise there is a remark. The crop takes no interpolation."""
    module = nn.Identity()
    common = {"input_size": (3, 224, 224), "crop_pct": 0.875, "mean": (0.5,) * 3, "std": (0.5,) * 3}
    module.pretrained_cfg = common | timm  # type: ignore[assignment]
    described, _, told = timm_models.preprocessing(module, None)
    assert described.resize == resize and described.crop == {"height": 224, "width": 224}
    assert told is None if remark is None else remark in str(told)


def test_the_command_line_reports_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line each, with exit status 1."""
    (tmp_path / "weights.pth").write_bytes(b"no weights")
    checkpoint = ["--checkpoint", str(tmp_path / "weights.pth")]
    for options, message in ((["--timm", "no_such_net"], "no model no_such_net"),
                             (["--timm", "mobilenetv2_035", *checkpoint], "no file of weights alone")):  # fmt: skip
        assert main(["export", *options, str(tmp_path / "m.bin")]) == 1
        assert message in capsys.readouterr().err


def test_the_package_needs_nothing_but_torch_and_safetensors(tmp_path: Path, program: Path) -> None:
    """A network is exported and verified where nothing else can be imported."""
    code = """
import sys, warnings
for name in ("numpy", "timm", "torchvision", "PIL"):
    sys.modules[name] = None
warnings.simplefilter("ignore")
import dyviz, torch
network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.SiLU())
image = torch.randn(1, 3, 8, 8)
dyviz.export(network, sys.argv[1], image, preprocessing=dyviz.Preprocessing(mean=[0.5] * 3, deviation=[0.5] * 3))
assert dyviz.verify(network, sys.argv[1], image, binary=sys.argv[2]).passed
"""
    arguments = [sys.executable, "-c", code, str(tmp_path / "model.bin"), str(program)]
    finished = subprocess.run(arguments, cwd=ROOT / "python", capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
