"""How each operator of PyTorch is translated; importing this registers all of them."""

from . import activations, arithmetic, convolutions, joins, layout, pooling, reductions  # noqa: F401
