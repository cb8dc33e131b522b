"""The fused units: what a batch needs is gone after it. Their numbers are checked by `fused.enable` itself."""

from __future__ import annotations

import gc
import weakref

import fused_units
import pytest
import torch
from dyrelu import DyReLU
from fused_library import Library
from mobilenetv2 import ConvUnit


@pytest.mark.parametrize("variant", ["a", "b", "c"])
def test_nothing_of_a_batch_is_kept_after_its_gradients(variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle through the graph would be out of the garbage collector's sight."""
    Library.compile()
    batches = []

    class Watched(fused_units._Batch):  # noqa: SLF001
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)
            batches.append(weakref.ref(self))

    monkeypatch.setattr(fused_units, "_Batch", Watched)
    unit = ConvUnit(8, 16, 1, DyReLU(16, 2, variant, 4)).train()
    y = fused_units.unit_forward(unit, torch.randn(3, 8, 6, 10, requires_grad=True))
    assert [one() is not None for one in batches] == [True]
    y.sum().backward()
    del y
    gc.collect()
    assert [one() for one in batches] == [None]
