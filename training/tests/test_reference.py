"""The PyTorch reference against the paper's special cases and against its own golden files."""

from __future__ import annotations

import pytest
import torch
from conftest import ROOT
from dyrelu import DyReLU
from model_reader import load_model
from safetensors.torch import load_file

NETWORKS = ROOT / "Tests/Golden/networks"


@pytest.mark.parametrize("variant", ["a", "b"])
@pytest.mark.parametrize("functions", [2, 3])
def test_without_residuals_dynamic_relu_is_relu(variant: str, functions: int) -> None:
    """Table 1: the static ReLU is the special case of a zeroed hyper function."""
    module = DyReLU(24, functions=functions, variant=variant)
    torch.nn.init.zeros_(module.fc2.weight)
    torch.nn.init.zeros_(module.fc2.bias)
    x = torch.randn(3, 24, 5, 7, generator=torch.Generator().manual_seed(0))
    assert torch.equal(module(x), x.relu())


def test_attention_stays_between_zero_and_one_with_the_mean_of_equation_4() -> None:
    """Far from the cut the attention's mean is gamma / (H W) = 1/3."""
    module = DyReLU(16, variant="c")
    x = torch.randn(2, 16, 9, 9, generator=torch.Generator().manual_seed(0))
    attention = module.spatial_attention(x)
    assert attention is not None
    assert 0 < attention.min() and attention.max() <= 1
    torch.testing.assert_close(attention.mean(dim=(1, 2, 3)), torch.full((2,), 1 / 3))


@pytest.mark.parametrize("path", sorted(NETWORKS.glob("*.model.bin")), ids=lambda path: path.name)
@torch.no_grad()
def test_golden_networks_hold(path) -> None:  # noqa: ANN001
    """The committed taps and logits are what the file's own networks give here."""
    expected = load_file(str(path).replace(".model.bin", ".expected.safetensors"))
    for name, network in load_model(path).items():
        own = {key[len(name) + 1 :]: value for key, value in expected.items() if key.startswith(name + "/")}
        values = network.values(own["input"].permute(2, 0, 1)[None])
        outputs = {key[:-2]: value for key, value in own.items() if key.endswith("/y")}
        assert outputs, name
        for node, value in outputs.items():
            difference = (values[node][0].permute(1, 2, 0) - value).abs().max()
            assert difference <= 1e-4 * max(1, value.abs().max()), f"{name} {node}"
        logits = next(reversed(values.values())).flatten()
        assert (logits - own["logits"]).abs().max() <= 1e-4 * max(1, own["logits"].abs().max()), name
