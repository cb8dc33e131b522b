"""The preprocessing of timm's networks is that of timm's own transform for evaluation, over all configurations that timm has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dyviz
import pytest
import torch
from dyviz import timm_models
from dyviz.command_line import main
from dyviz.model_file import ModelFile
from dyviz.preprocessing import INTERPOLATIONS, Preprocessing
from PIL import Image
from torch import Tensor, nn

timm = timm_models.import_timm()
KEYS = ("input_size", "test_input_size", "crop_pct", "test_crop_pct", "crop_mode", "interpolation", "mean", "std")


def configurations() -> list[dict[str, Any]]:
    """One network's of each kind that differs in what the transform asks for."""
    known = {name: timm.models.get_pretrained_cfg(name).to_dict() for name in timm.list_pretrained()}
    return list({tuple(str(one.get(key)) for key in KEYS): one for one in known.values()}.values())


def both(configuration: dict[str, Any], size: str) -> tuple[Preprocessing, str | None, Any]:
    """dyviz's preprocessing with its remark, and timm's transform."""
    module = nn.Identity()
    module.pretrained_cfg = configuration  # type: ignore[assignment]
    described, shape, told = timm_models.preprocessing(module, input_size=size)
    resolved = timm.data.resolve_data_config(pretrained_cfg=configuration, use_test_size=size == "test")
    assert shape == tuple(resolved["input_size"])
    described.describe(*shape)
    return described, told, timm.data.create_transform(**resolved)


def applied(given: Preprocessing, image: Image.Image) -> Tensor:
    """The steps as docs/model-format.md has them, with Pillow alone."""
    resize, crop = given.resize, given.crop
    width, height = image.size
    if "shorter_side" in resize:
        side = resize["shorter_side"]
        height, width = (int(side * height / width), side) if height > width else (side, int(side * width / height))
    else:
        height, width = resize["height"], resize["width"]
    kinds = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
    image = image.resize((width, height), kinds[resize.get("interpolation", "bilinear")])
    top, left = round((height - crop["height"]) / 2), round((width - crop["width"]) / 2)
    image = image.crop((left, top, left + crop["width"], top + crop["height"]))
    values = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(*image.size[::-1], 3).permute(2, 0, 1) / 255
    return (values - torch.tensor(given.mean)[:, None, None]) / torch.tensor(given.deviation)[:, None, None]


def noise(width: int, height: int) -> Image.Image:
    """A random image."""
    values = torch.randint(256, (height, width, 3), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    return Image.frombytes("RGB", (width, height), values.numpy().tobytes())


@pytest.mark.parametrize("size", timm_models.INPUT_SIZES)
def test_every_configuration_is_the_transforms(size: str) -> None:
    """Its sizes, crop, interpolation, means and deviations; what differs is said."""
    found = configurations()
    assert len(found) > 150 and {one["crop_mode"] for one in found} == {"center", "squash", "border"}
    for one in found:
        described, told, transform = both(one, size)
        resize, crop, *_, normalise = transform.transforms
        asked = resize.size if isinstance(resize.size, tuple) else (resize.size,)
        is_exact = type(resize).__name__ == "Resize"
        kept = {key: value for key, value in described.resize.items() if key != "interpolation"}
        assert tuple(kept.values()) == (asked if is_exact else (max(asked),)), one
        assert ("shorter_side" in kept) == (len(asked) == 1 or not is_exact)
        assert ("for square images only" in str(told)) == (not is_exact)
        assert (described.crop["height"], described.crop["width"]) == tuple(crop.size)
        assert described.resize.get("interpolation", "bilinear") == resize.interpolation.value
        assert resize.interpolation.value in INTERPOLATIONS
        for own, timms in ((described.mean, normalise.mean), (described.deviation, normalise.std)):
            assert torch.equal(torch.tensor(own), timms)


def test_the_transforms_numbers_come_out() -> None:
    """For images of three forms; for a square one also where timm adds borders."""
    shown = {}
    for one in configurations():
        sizes = one["crop_mode"], one["interpolation"], one["crop_pct"]
        if max(one["input_size"]) <= 300 or one["crop_mode"] == "border":
            shown.setdefault(sizes, one)
    assert len(shown) > 20
    for one in shown.values():
        described, told, transform = both(one, "train")
        for form in [(150, 150), (200, 130), (120, 190)]:
            if form[0] == form[1] or "square" not in str(told):
                image = noise(*form)
                assert float((applied(described, image) - transform(image)).abs().max()) < 1e-5, (one, form)


@pytest.mark.parametrize(
    ("name", "size", "resize", "crop"),
    [
        ("tf_efficientnetv2_b3", "train", 266, 240), ("tf_efficientnetv2_b3", "test", 333, 300),
        ("dm_nfnet_f0", "train", 213, 192), ("dm_nfnet_f0", "test", 284, 256),
    ],
)  # fmt: skip
def test_a_squash_is_cropped(name: str, size: str, resize: int, crop: int) -> None:
    """And which of timm's two sizes it is, is said."""
    described, told, _ = both(timm.models.get_pretrained_cfg(name).to_dict(), size)
    assert (described.resize["height"], described.resize["width"], described.crop["height"]) == (resize, resize, crop)
    assert f"the input has timm's {size} size, {crop} x {crop}; --input-size" in str(told)


def test_sizes_are_chosen_on_the_command_line(tmp_path: Path, program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same in both commands."""
    path = str(tmp_path / "m.bin")
    network = ["--timm", "resnetv2_18", "--no-pretrained", "--classes", "3", "--input-size"]
    assert main(["export", *network, "train", path]) == 0
    assert "timm's train size, 224 x 224; --input-size test takes the test size, 288 x 288" in capsys.readouterr().err
    assert main(["export", *network, "test", path]) == 0
    assert "input 3 x 288 x 288" in capsys.readouterr().out
    assert ModelFile.read(path).nodes()["input"]["height"] == 288
    assert main(["verify", *network, "test", "--binary", str(program), path]) == 0


def test_another_word_is_no_size() -> None:
    """An error that names both."""
    with pytest.raises(dyviz.ExportError, match="input_size is train or test, not 'largest'"):
        timm_models.preprocessing(nn.Identity(), input_size="largest")
