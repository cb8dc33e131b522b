"""Dynamic ReLU in all forms that people use becomes one activation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dynamic_relu_families as families
import dyviz
import pytest
import torch
from comparing import agree, images, preprocessing
from dyrelu import DyReLU
from dyviz.dynamic import REGISTERED
from torch import Tensor, nn


class Network(nn.Module):
    """Two convolutions with an activation behind each."""

    def __init__(self, make: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.stem, self.act1 = nn.Conv2d(3, 12, 3, padding=1, bias=False), make(12)
        self.norm = nn.BatchNorm2d(12)
        self.conv, self.act2 = nn.Conv2d(12, 16, 3, stride=2, groups=4), make(16)
        self.head = nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.act1(self.norm(self.stem(x)))
        return self.head(self.act2(self.conv(x)).mean((2, 3)))


class ContextNetwork(nn.Module):
    """The coefficients' context is computed before the block, from its input."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.context = nn.Conv2d(3, 8, 3), nn.Linear(8, 6)
        self.conv, self.depth_act = nn.Conv2d(8, 12, 1), families.Contextual(12, 6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x).relu()
        g = nn.functional.hardswish(self.context(x.mean((2, 3))))
        return self.depth_act(self.conv(x), g).mean((2, 3))


def randomised(module: nn.Module, seed: int = 0) -> nn.Module:
    """All parameters and statistics random, so that slopes and intercepts really move."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(0, 0.5, generator=generator)
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.running_mean.normal_(0, 0.3, generator=generator)
                part.running_var.uniform_(0.5, 1.5, generator=generator)
    return module.eval()


OWN = {
    f"own-{variant}-{count}-{'ab' if intercepts else 'a'}": (
        lambda c, v=variant, k=count, i=intercepts: DyReLU(c, functions=k, variant=v, reduction=4, intercepts=i)
    )
    for variant in "abc"
    for count, intercepts in ((1, True), (2, True), (2, False), (3, True))
}
FAMILIES: dict[str, tuple[Callable[[int], nn.Module], str, str]] = {
    "interleaved-a": (lambda c: families.Interleaved(c, shared=True), "blocked", "2*sigmoid-1"),
    "interleaved-b": (families.Interleaved, "interleaved", "2*sigmoid-1"),
    "interleaved-b-k1": (lambda c: families.Interleaved(c, k=1, reduction=8), "interleaved", "2*sigmoid-1"),
    "interleaved-b-k3": (lambda c: families.Interleaved(c, k=3), "interleaved", "2*sigmoid-1"),
    "interleaved-c": (lambda c: families.Interleaved(c, spatial=True), "interleaved", "2*sigmoid-1"),
    "head": (families.Head, "blocked", "2*hard_sigmoid-1"),
    "head-spatial": (lambda c: families.Head(c, use_spatial=True), "blocked", "2*hard_sigmoid-1"),
    "head-one": (lambda c: families.Head(c, two=False), "blocked", "2*hard_sigmoid-1"),
    "head-slopes": (lambda c: families.Head(c, use_bias=False), "blocked", "2*hard_sigmoid-1"),
    "detector": (families.Detector, "blocked", "2*hard_sigmoid-1"),
    "plain-a": (lambda c: families.Plain(c, shared=True), "blocked", "2*sigmoid-1"),
    "plain-b": (families.Plain, "interleaved", "2*sigmoid-1"),
    "plain-b-linear": (lambda c: families.Plain(c, convolutions=False), "interleaved", "2*sigmoid-1"),
} | {name: (make, "blocked", "2*sigmoid-1") for name, make in OWN.items()}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_is_one_activation(name: str, tmp_path: Path, program: Path) -> None:
    """With the hyper function inside; logits, outputs, slopes and intercepts agree."""
    make, order, gate = FAMILIES[name]
    file = agree(randomised(Network(make)), images(2, 12), tmp_path, program)
    nodes = file.nodes()
    assert len([one for one in nodes.values() if one["operator"] == "activation"]) == 2
    for act in (nodes["act1"], nodes["act2"]):
        assert (act["hyper"]["row_order"], act["hyper"]["gate"]) == (order, gate)
        spatial = name.startswith("own-c") or name in ("interleaved-c", "head-spatial")
        assert ("attention" in act) == spatial
    assert len(nodes) == 8, list(nodes)


def test_own_names_reach_the_file(tmp_path: Path) -> None:
    """The weights of the hyper function are called as in the checkpoint, and are the same numbers."""
    from comparing import exported

    network = randomised(Network(lambda c: DyReLU(c, variant="b")))
    file = exported(network, images(1, 12), tmp_path)
    hyper = file.nodes()["act1"]["hyper"]
    assert hyper["weight2"] == "network/act1.fc2.weight"
    assert torch.equal(file.tensors[hyper["weight2"]], network.act1.fc2.weight)
    assert torch.equal(file.tensors["network/act1.fc1.weight"], network.act1.fc1.weight)


def test_context_from_elsewhere_gives_the_coefficients(tmp_path: Path, program: Path) -> None:
    """The activation takes its coefficients from other nodes."""
    file = agree(randomised(ContextNetwork()), images(2, 10), tmp_path, program)
    act = file.nodes()["depth_act"]
    assert (act["coefficients"], act["functions"], len(act["inputs"])) == ("input", 2, 2)


@pytest.fixture
def registry() -> object:
    """Registrations of a test end with it."""
    before = dict(REGISTERED)
    yield
    REGISTERED.clear()
    REGISTERED.update(before)


@pytest.mark.usefixtures("registry")
def test_a_registered_class_is_one_activation(tmp_path: Path, program: Path) -> None:
    """One decorator brings a class that no family covers."""

    @dyviz.dynamic_relu(families.Registered)
    def coefficients(module: families.Registered, x: Tensor) -> tuple[Tensor, Tensor]:
        theta = module.theta(x)
        return theta[:, 0], theta[:, 1]

    file = agree(randomised(Network(families.Registered)), images(2, 12), tmp_path, program)
    act = file.nodes()["act1"]
    assert (act["operator"], act["functions"], act["sharing"]) == ("activation", 3, "channel")


@pytest.mark.usefixtures("registry")
def test_a_registered_function_with_wrong_rows_is_refused(tmp_path: Path) -> None:
    """It is held against the module's own forward."""

    @dyviz.dynamic_relu(families.Registered)
    def coefficients(module: families.Registered, x: Tensor) -> tuple[Tensor, Tensor]:
        theta = module.theta(x).reshape(len(x), -1, 2, 3)
        return theta[:, :, 0].transpose(1, 2), theta[:, :, 1].transpose(1, 2)

    with pytest.raises(dyviz.ExportError, match=r'"act1" \(Registered\).*differs.*order of the last layer'):
        dyviz.export(
            Network(families.Registered), tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing()
        )
    assert not list(tmp_path.iterdir())


def test_a_row_order_that_the_user_states_is_held_against_the_module(tmp_path: Path) -> None:
    """The right one passes, the wrong one is an error that says so."""
    network = randomised(Network(families.Interleaved))
    options = {"preprocessing": preprocessing()}
    dyviz.export(network, tmp_path / "m.bin", images(1, 12), row_order="interleaved", **options)
    with pytest.raises(dyviz.ExportError, match="rows are not blocked; its own forward reads them interleaved"):
        dyviz.export(network, tmp_path / "m.bin", images(1, 12), row_order="blocked", **options)


def test_what_only_bears_the_name_is_an_error(tmp_path: Path) -> None:
    """A class called DyReLU whose forward is something else must be registered."""

    class MyDyReLU(families.Interleaved):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x) + 0.1 * x.abs()

    with pytest.raises(dyviz.ExportError, match=r'(?s)"act1" \(MyDyReLU\).*@dyviz.dynamic_relu\(MyDyReLU\)'):
        dyviz.export(Network(MyDyReLU), tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing())


def test_modules_are_left_as_they_were(tmp_path: Path) -> None:
    """Training modes, forwards, hooks, parameters and the random generator."""
    network = randomised(Network(families.Interleaved)).train()
    network.norm.eval()
    state = {key: value.clone() for key, value in network.state_dict().items()}
    generator = torch.random.get_rng_state()
    dyviz.export(network, tmp_path / "m.bin", images(1, 12), preprocessing=preprocessing())
    assert network.training and network.act1.training and not network.norm.training
    assert torch.equal(generator, torch.random.get_rng_state())
    assert all(torch.equal(state[key], value) for key, value in network.state_dict().items())
    for part in network.modules():
        assert not part._forward_pre_hooks and not part._forward_hooks and "forward" not in vars(part)
