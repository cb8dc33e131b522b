"""How each operator of PyTorch is translated; importing this registers all of them."""

from . import activations, arithmetic, constants, convolutions, dynamic, joins, layout, pooling, reductions  # noqa: F401
