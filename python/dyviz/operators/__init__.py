"""How each operator of PyTorch is translated; importing this registers all of them."""

from . import (  # noqa: F401
    activations, arithmetic, constants, convolutions, dynamic, joins, layout, padding, pointwise, pooling, reductions, sampling, softmax,
)  # fmt: skip
