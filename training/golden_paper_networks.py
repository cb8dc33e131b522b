"""Writes what PyTorch makes of the paper's networks, for Swift's tests.

    python training/golden_paper_networks.py [activations] [hyper-parameters] [networks] [keypoints]

Weights and images are drawn from their names (drawn_weights.py), so that
`Tests/Golden/paper-networks/NAME.json` holds nothing but the options of each
network and some of its outputs, computed in double precision: every
`every`-th one in the order of [H, W, C], and the largest magnitude of all.

As in golden.py, a network for which PyTorch's own single precision is off by
more than 1e-5 of the largest output is not written: of the gains that scale
the weights the first is taken with which it is not, and with which another
image gives another result.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from paper_activations import ACTIVATIONS, Activation
from drawn_weights import draw_weights, drawn_image
from keypoints import KeypointNetwork
from mobilenetv2 import MobileNetV2
from mobilenetv3 import MobileNetV3
from resnet import ResNet
from torch import Tensor, nn

FOLDER = Path(__file__).resolve().parent.parent / "Tests" / "Golden" / "paper-networks"
CONDITION = 1e-5
OUTPUTS = 128
"""About how many outputs of a network are kept."""
GAINS = (
    1.0, 0.95, 0.9, 1.05, 1.1, 0.925, 0.975, 0.85, 0.8, 0.75, 0.7, 1.2,
    1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.2, 2.4, 2.6, 2.7, 2.8, 2.85,
    2.9, 3.0, 1.21,
)
LARGEST = 1000.0
"""Outputs stay below."""
CHANGE = 0.03
"""Least change of the outputs with the image, relative to the largest."""


@dataclass(frozen=True)
class Case:
    """A network as `NetworkOptions` of the Swift side describes it."""

    network: str
    height: int
    width: int
    multiplier: float | None = None
    activation: str | None = None
    functions: int | None = None
    dynamic_functions: int | None = None
    reduction: int | None = None
    no_intercepts: bool | None = None
    positions: list[str] | None = None

    def choice(self) -> Activation | None:
        """The activation; None for the network's own."""
        if self.activation is None:
            return None
        return Activation(
            self.activation,
            functions=self.functions or 2,
            reduction=self.reduction or 8,
            intercepts=not self.no_intercepts,
            dynamic_functions=self.dynamic_functions,
        )

    def module(self) -> nn.Module:
        """The network, without weights to speak of."""
        choice = self.choice()
        name = self.network.removeprefix("keypoints-")
        if name.startswith("resnet-"):
            return ResNet(int(name.removeprefix("resnet-")), activation=choice or Activation("relu"))
        if name == "mobilenet-v2":
            usual = Activation("relu" if self.network != name else "relu6")
            network: MobileNetV2 | MobileNetV3 = MobileNetV2(
                1000, self.multiplier or 1, choice or usual
            )
            if self.positions is not None:
                keep_positions(network, self.positions)
        else:
            size = name.removeprefix("mobilenet-v3-")
            network = MobileNetV3(size, width=self.multiplier or 1, activation=choice)
        if self.network == name:
            return network
        return KeypointNetwork(network, activation=choice or Activation("relu"))


@dataclass(frozen=True)
class HyperParameterCase(Case):
    """A network with initial values and ranges of its own (equation (3), Table 9)."""

    alpha: tuple[float, ...] | None = None
    beta: tuple[float, ...] | None = None
    lambda_a: float | None = None
    lambda_b: float | None = None

    def choice(self) -> Activation | None:
        """The activation; None for the network's own."""
        usual = super().choice()
        if usual is None:
            return None
        own = {name: getattr(self, name) for name in ("alpha", "beta", "lambda_a", "lambda_b")}
        return replace(usual, **{name: value for name, value in own.items() if value is not None})


def keep_positions(network: MobileNetV2, positions: list[str]) -> None:
    """Leaves the activation at these positions alone; elsewhere are ReLU and, after the projection, nothing."""
    for block in network.blocks:
        for position, unit in (("A1", block.expand), ("A2", block.depthwise), ("A3", block.project)):
            if unit is not None and position not in positions:
                unit.act = None if position == "A3" else nn.ReLU()
    for position, unit in (("stem", network.stem), ("last", network.head)):
        if position not in positions:
            unit.act = nn.ReLU()


ALL = ["stem", "A1", "A2", "A3", "last", "hidden"]


def activation_cases() -> Iterator[Case]:
    """Every activation and form of Tables 5 to 8 in a narrow MobileNetV2."""

    def case(activation: str, **options: object) -> Case:
        options = {"positions": ALL} | options
        return Case("mobilenet-v2", 32, 32, 0.25, activation, **options)  # type: ignore[arg-type]

    for name in ACTIVATIONS:
        counts = (1, 2, 3) if name.startswith("dyrelu") else (2, 3) if name == "maxout" else (None,)
        for functions in counts:
            yield case(name, functions=functions)
    for dynamic_functions, functions in ((1, 2), (2, 2), (3, 3)):
        for no_intercepts in (True, None):
            yield case(
                "dyrelu-b",
                functions=functions,
                dynamic_functions=dynamic_functions,
                no_intercepts=no_intercepts,
            )
    for positions in (["A1"], ["A2"], ["A3"], ["A1", "A2"], ["A1", "A3"], ["A2", "A3"]):
        yield case("dyrelu-b", positions=positions)
    yield case("dyrelu-b", reduction=16)
    yield case("se+relu", reduction=4)
    yield case("dyrelu-b", positions=["A1", "A2", "A3"])
    for reduction in (64, 32, 4):
        yield case("dyrelu-b", reduction=reduction)


def hyper_parameter_cases() -> Iterator[Case]:
    """Table 9 and beyond it, in the same network."""

    def case(activation: str = "dyrelu-b", **options: object) -> Case:
        options = {"positions": ALL} | options
        return HyperParameterCase("mobilenet-v2", 32, 32, 0.25, activation, **options)  # type: ignore[arg-type]

    for alpha in ((1.5, 0), (0.5, 0), (1, -0.5), (1, 0.5), (1, 1)):
        yield case(alpha=alpha)
    yield case(alpha=(0, 0), positions=["A2"])  # Everywhere, nothing of the image would reach the logits.
    for beta in ((-0.1, 0), (0.1, 0), (0, -0.1), (0, 0.1)):
        yield case(beta=beta)
    for lambda_a in (0.5, 2, 3):
        yield case(lambda_a=lambda_a)
    for lambda_b in (0, 1.5):
        yield case(lambda_b=lambda_b)
    alpha, beta = (1.25, 0.25, -0.5), (0.1, -0.2, 0.3)
    for activation in ("dyrelu-a", "dyrelu-c"):
        yield case(activation, functions=3, alpha=alpha, beta=beta, lambda_a=0.5, lambda_b=1)
    for no_intercepts in (True, None):
        yield case(
            functions=3,
            dynamic_functions=2,
            no_intercepts=no_intercepts,
            alpha=alpha,
            beta=beta,
            lambda_a=0.5,
        )


def network_cases() -> Iterator[Case]:
    """Every network, with its own activations and with Dynamic ReLU."""
    for multiplier in (0.35, 0.5, 0.75, 1.0):
        for activation in (None, "dyrelu-b"):
            positions = None if activation is None else ALL
            yield Case("mobilenet-v2", 64, 64, multiplier, activation, positions=positions)
    yield Case("mobilenet-v2", 64, 48, 0.35, "dyrelu-c", positions=ALL)
    for network in ("mobilenet-v3-large", "mobilenet-v3-small", *map("resnet-{}".format, (10, 18, 34, 50))):
        for activation in (None, "dyrelu-b"):
            positions = None if activation is None else ALL
            yield Case(network, 64, 64, activation=activation, positions=positions)
    yield Case("resnet-10", 32, 32, activation="maxout", functions=2, positions=ALL)
    yield Case("mobilenet-v3-small", 32, 32, 0.5, "maxout", functions=2, positions=ALL)


def keypoint_cases() -> Iterator[Case]:
    """The keypoint networks of Table 10, and Dynamic ReLU-B."""
    for network, multiplier in (
        ("keypoints-mobilenet-v2", 1.0),
        ("keypoints-mobilenet-v2", 0.5),
        ("keypoints-mobilenet-v3-large", None),
        ("keypoints-mobilenet-v3-small", None),
    ):
        for activation in (None, "dyrelu-c"):
            positions = None if activation is None else ALL
            yield Case(network, 64, 48, multiplier, activation, positions=positions)
    yield Case("keypoints-mobilenet-v2", 64, 48, 0.5, "dyrelu-b", positions=ALL)


@torch.no_grad()
def outputs(case: Case) -> dict[str, object]:
    """The case with its outputs."""
    model = case.module().eval()
    image, other = (drawn_image(case.height, case.width, name) for name in ("input", "other"))
    tried = []
    for gain in GAINS:
        draw_weights(model, gain)
        twin = deepcopy(model).double()
        exact: Tensor = twin(image.double())[0]
        largest = float(exact.abs().max())
        error = float((model(image)[0].double() - exact).abs().max()) / largest
        change = float((twin(other.double())[0] - exact).abs().max()) / largest
        tried.append(f"{gain}: largest {largest:.3g}, error {error:.1e}, change {change:.1e}")
        if error <= CONDITION and change >= CHANGE and largest < LARGEST:
            print(f"{case.network} {case.activation} {case.functions} {tried[-1]}")
            return asdict(case) | {"gain": gain, "largest": largest} | kept(exact)
    raise SystemExit(f"{case} is ill conditioned: {tried}")


def kept(values: Tensor) -> dict[str, object]:
    """About `OUTPUTS` of a network's outputs, logits or heat maps [C, H, W]."""
    flat = (values.permute(1, 2, 0) if values.ndim == 3 else values).flatten()
    every = max(len(flat) // OUTPUTS, 1)
    while math.gcd(every, len(values)) > 1:  # so that every heat map is looked at
        every -= 1
    return {"every": every, "outputs": [float(f"{value:.9g}") for value in flat[::every].tolist()]}


def main() -> None:
    """Writes all files, or those named."""
    torch.set_num_threads(1)  # The maps are too small to share.
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, cases in (
        ("activations", activation_cases()),
        ("hyper-parameters", hyper_parameter_cases()),
        ("networks", network_cases()),
        ("keypoints", keypoint_cases()),
    ):
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        lines = ",\n".join(json.dumps(outputs(case)) for case in cases)
        (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
