"""Every number of the sample: its task, its network and how all of its variants are trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Items of Fashion-MNIST on patches of photographs (fashion_on_photographs.py)."""

    side: int = 64
    """Height and width of an image, pixels."""
    mean: float = 0.37
    """Of every colour, for normalising; colours are permuted at random, so they have one mean."""
    deviation: float = 0.25
    item_scale: float = 1.8
    """Pixels of an image for one pixel of an item, before `item_scales`."""
    item_scales: tuple[float, float] = (0.8, 1.25)
    item_turn: float = 20
    """Largest turn, degrees, either way."""
    item_shift: float = 1 / 8
    """Largest shift, share of the image's side, either way."""
    mixed_share: float = 0.5
    """Share of the images whose ground is mixed of two patches."""
    mixture: tuple[float, float] = (0.2, 0.8)
    """Share of the second patch in such a ground."""
    gain: tuple[float, float] = (0.6, 1.4)
    """Of each colour of the ground."""
    offset: tuple[float, float] = (-0.2, 0.2)
    """Of each colour of the ground, where the range of a colour is 1."""


@dataclass(frozen=True)
class Network:
    """MobileNetV2 with the paper's strides and activations (section 5 of the paper)."""

    width: float = 0.35
    functions: int = 2
    """K; one after the projection."""
    reduction: int = 8
    """R."""
    dropout: float = 0.1


@dataclass(frozen=True)
class Training:
    """One recipe for all variants."""

    variants: tuple[str, ...] = ("dyrelu-a", "dyrelu-b", "dyrelu-c", "relu")
    epochs: int = 10
    """Of the 60,000 training items."""
    batch: int = 128
    rate: float = 0.1
    """Highest rate of SGD with Nesterov momentum."""
    momentum: float = 0.9
    decay: float = 2e-5
    """Weight decay of convolutions and the classifier, the paper's; none on BatchNorm, biases and hyper functions."""
    smoothing: float = 0.1
    """Label smoothing."""
    warmup_share: float = 0.05
    """Share of the steps in which the rates rise from 0; then half a cosine to 0."""
    hyper_rate: float = 2e-3
    """Highest rate of AdamW, which trains the hyper functions: SGD moves them slowly."""


TASK, NETWORK, TRAINING = Task(), Network(), Training()
