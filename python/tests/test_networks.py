"""Networks that many people use, with random weights: dyviz computes PyTorch's logits."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import torch
from comparing import agree, drawn, images, scrambled
from dyviz.timm_models import import_timm
from torch import nn

TIMM = [
    "mobilenetv2_035",
    "mobilenetv3_small_100",
    "mobilenetv3_large_100",
    "resnet18",
    "resnet50",
    "efficientnet_lite0",
    "mnasnet_100",
    "mobileone_s0",
    "ghostnet_100",
    "fbnetc_100",
    "regnety_002",
    "tf_mobilenetv3_small_100",
    "efficientnet_b0",
    "hardcorenas_a",
    "mixnet_s",
    "rexnet_100",
    "resnet18d",
    "densenet121",
    "repvgg_a0",
]
OWN_STATISTICS = [
    "skresnet18",
    "resnest14d",
    "gcresnext26ts",
    "convnext_atto",
    "convnextv2_atto",
    "poolformerv2_s12",
    "inception_next_atto",
    "mambaout_femto",
]
"""Normalisations by a map's own statistics, and softmax."""
TORCHVISION = ["shufflenet_v2_x0_5", "squeezenet1_1", "mobilenet_v2", "googlenet"]


def network(library: str, name: str) -> nn.Module:
    """A network with random weights."""
    timm = import_timm()
    torch.manual_seed(0)
    if library == "timm":
        return timm.create_model(name, pretrained=False, num_classes=100)
    import torchvision

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(torchvision.models, name)(num_classes=100)


@pytest.mark.parametrize("name", TIMM)
def test_timm_networks_agree(name: str, tmp_path: Path, program: Path) -> None:
    """Logits, and what each activation gives."""
    agree(scrambled(network("timm", name)), images(1, (96, 128)), tmp_path, program)


@pytest.mark.parametrize("name", OWN_STATISTICS)
def test_networks_with_statistics_of_their_own_agree(name: str, tmp_path: Path, program: Path) -> None:
    """With scales that matter: as they are initialised, layer scales and response normalisations do nothing."""
    agree(drawn(network("timm", name)), images(1, (96, 128)), tmp_path, program)


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvision_networks_agree(name: str, tmp_path: Path, program: Path) -> None:
    """Logits, and what each activation gives."""
    agree(scrambled(network("torchvision", name)), images(1, (96, 128)), tmp_path, program)


def test_a_flattened_map_goes_into_a_window(tmp_path: Path, program: Path) -> None:
    """AlexNet's first fully connected layer takes 6 x 6 positions."""
    file = agree(network("torchvision", "alexnet").eval(), images(1, 224), tmp_path, program)
    assert file.nodes()["classifier.1"]["kernel"] == [6, 6]


def test_names_come_from_the_modules(tmp_path: Path) -> None:
    """Blocks, sites, nodes and tensors of a ResNet."""
    from comparing import exported

    file = exported(scrambled(network("timm", "resnet18")), images(1, 64), tmp_path)
    nodes = file.nodes()
    assert {"conv1", "bn1", "act1", "layer1.0.conv1", "layer2.0.downsample.0", "fc"} <= set(nodes)
    assert nodes["layer1.0.conv1"]["weight"] == "network/layer1.0.conv1.weight"
    assert (nodes["act1"]["block"], nodes["act1"]["site"], nodes["act1"].get("block_name")) == (0, "act1", None)
    second = nodes["layer1.1.act2"]
    assert (second["block"], second["site"], second["block_name"]) == (2, "act2", "layer1.1")


def test_squeeze_and_excitation_is_one_activation(tmp_path: Path) -> None:
    """K = 1 with a slope from the hyper function, its gate as the network has it."""
    from comparing import exported

    for name, gate, inner, path in (
        ("mobilenetv3_small_100", "hard_sigmoid", None, "blocks.0.0.se"),
        ("efficientnet_b0", "sigmoid", "silu", "blocks.0.0.se"),
    ):
        node = exported(scrambled(network("timm", name)), images(1, 64), tmp_path).nodes()[path]
        hyper = node["hyper"]
        assert (node["functions"], hyper["slope_init"], hyper["slope_range"]) == (1, [0.0], 1.0)
        assert (hyper["gate"], hyper.get("inner"), hyper["intercepts"]) == (gate, inner, False)
