"""The fused training step leaves nothing behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import fused
import fused_units
import pytest
import torch
from dyrelu import DyReLU
from mobilenetv2 import ConvUnit
from recipe import TRAINING
from torch.nn import functional as F
from train import make_model


@pytest.fixture(autouse=True, scope="module")
def fused_forms() -> Iterator[None]:
    """Switched on, and off afterwards: other tests run the reference as it is written."""
    forward, elementwise = ConvUnit.forward, DyReLU.elementwise
    fused.enable()
    yield
    ConvUnit.forward, DyReLU.elementwise = forward, staticmethod(elementwise)


@pytest.mark.parametrize("variant", TRAINING.variants)
def test_a_step_keeps_nothing_of_its_batch(variant: str) -> None:
    """What the units share of one batch is gone with its gradients: kept, it holds the batch's maps, 50 MB a step."""
    torch.manual_seed(0)
    model = make_model(variant).to(memory_format=torch.channels_last).train()
    x = torch.randn(4, 3, 64, 64).contiguous(memory_format=torch.channels_last)
    loss = F.cross_entropy(model(x), torch.arange(4))
    assert count_batches() > 0
    loss.backward()
    del loss
    assert count_batches() == 0


def count_batches() -> int:
    """How many there are now."""
    gc.collect()
    return sum(type(one) is fused_units._Batch for one in gc.get_objects())
