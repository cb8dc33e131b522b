"""Writes small networks with what PyTorch makes of them, for Swift's tests.

    python training/golden.py

Each `Tests/Golden/networks/NAME.model.bin` holds a few variants with random
weights; `NAME.expected.safetensors` beside it holds, computed in double
precision and stored in single:

    VARIANT/input             [H, W, C]
    VARIANT/logits            [classes]
    VARIANT/NODE/x, .../y     [H, W, C], input and output of every activation
    VARIANT/NODE/slopes       [K, channels or 1], and .../intercepts if there
                              are any, of every dynamic activation;
                              of a PReLU the slopes [2, channels or 1]
    VARIANT/NODE/attention    [H, W], of every DY-ReLU-C

Swift's tests allow single precision 1e-4 of a tap's largest magnitude. So that
they measure the programs and not the networks, a network for which PyTorch's
own single precision is off by a tenth of that is not written.
"""

from __future__ import annotations

from functools import partial

from golden_activations import activations
from golden_family import Family
from golden_maps import maps
from golden_networks import CLASSES, PREPROCESSING, Oddities, Pools, Rectifier
from golden_operators import operators
from mobilenetv2 import Activation, MobileNetV2
from model_file import mobilenet_variant
from torch import nn


def dynamic_family(variant: str) -> Family:
    """DY-ReLU-A, -B or -C: K = 1, 2, 3 with and without intercepts, and other options."""
    family = Family(f"dyrelu-{variant}")
    for functions in (1, 2, 3):
        for intercepts in (True, False):
            options = {"variant": variant, "functions": functions, "intercepts": intercepts}
            ending = "" if intercepts else "-slopes"
            family.small(f"k{functions}{ending}", Rectifier(options=options))
    options = {
        "variant": variant,
        "functions": 2,
        "reduction": 3,
        "alpha": [0.75, -0.25],
        "beta": [-0.125, 0.375],
        "lambda_a": 1.75,
        "lambda_b": 0.875,
        "temperature": 4.5,
        "gamma": 0.6,
    }
    after = {"alpha": [0.5], "beta": [0.25]}
    # The first draw for C is ill conditioned.
    draw = 2 if variant == "c" else 0
    family.small("options", Rectifier(options=options, after_projection=after), draw)
    return family


def static_family() -> Family:
    """ReLU, ReLU6 and LeakyReLU, with values beyond 6."""
    family = Family("static", scale=4)
    for name, kind in (("relu", nn.ReLU), ("relu6", nn.ReLU6), ("leaky", nn.LeakyReLU)):
        family.small(name, Rectifier(kind))
    return family


def whole_family() -> Family:
    """All of MobileNetV2, at the least width, and the oddities."""
    family = Family("whole", response=0.5)
    activation = Activation("dyrelu-b", reduction=128)
    network = MobileNetV2(CLASSES, width=0.1, activation=activation)
    describe = partial(mobilenet_variant, "mobilenetv2", network, 21, 27, PREPROCESSING)
    family.add("mobilenetv2", network, describe, (21, 27))
    oddities = Oddities()
    family.add("oddities", oddities, partial(oddities.describe, "oddities", 11, 9), (11, 9))
    return family


def pools_family() -> Family:
    """Poolings over windows, on two sizes."""
    family = Family("pools")
    for name, size in (("even", (12, 16)), ("odd", (13, 9))):
        pools = Pools()
        family.add(name, pools, partial(pools.describe, name, *size), size)
    return family


def main() -> None:
    """Writes all families."""
    for family in (*map(dynamic_family, "abc"), static_family(), whole_family(), pools_family()):
        family.write()
    for name, make in (("activations", activations), ("operators", operators), ("maps", maps)):
        family = Family(name)
        make(family)
        family.write()


if __name__ == "__main__":
    main()
