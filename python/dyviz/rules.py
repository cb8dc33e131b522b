"""What the program refuses in a file, so that it is never written: the rules of docs/model-format.md.

Weights that are not finite are no error: the program warns of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from .errors import ExportError
from .fields import MAXIMUM_TEXT, Fields
from .graph import TENSOR_KEYS, Json
from .node_rules import NodeRules
from .values import Shape

MAXIMUM_VARIANTS = 64
MAXIMUM_NODES = 10_000
MAXIMUM_TENSORS = 100_000
MAXIMUM_RANK = 8
MAXIMUM_HEADER = 25_000_000
MAXIMUM_FILE = 1 << 31
MAXIMUM_VALUES = 1 << 20
MAXIMUM_CHANNELS = 16
"""Of an input; images have 1 or 3, other inputs are prepared tensors alone."""
INTERPOLATIONS = ("bilinear", "bicubic")


def check(variants: Sequence[Json], tensors: Mapping[str, Tensor]) -> None:
    """Holds variants and tensors against the rules."""
    if not 1 <= len(variants) <= MAXIMUM_VARIANTS:
        raise ExportError(f"a model file holds 1 to {MAXIMUM_VARIANTS} networks, not {len(variants)}")
    names = [one.get("name") for one in variants]
    if len(set(names)) < len(names):
        raise ExportError(f"two variants have one name: {', '.join(map(str, names))}")
    if len(tensors) > MAXIMUM_TENSORS:
        raise ExportError(f"{len(tensors)} tensors; a model file holds at most {MAXIMUM_TENSORS}")
    for name, tensor in tensors.items():
        if not name or len(name.encode()) > MAXIMUM_TEXT or tensor.ndim > MAXIMUM_RANK:
            raise ExportError(f"tensor {name[:60]!r}: a name has at most {MAXIMUM_TEXT} bytes, a tensor {MAXIMUM_RANK} dimensions")
    if _values(variants) > MAXIMUM_VALUES - 10:
        raise ExportError(f"the description has more than {MAXIMUM_VALUES:,} values; fewer variants in one file may help")
    for variant in variants:
        _check_variant(Fields(variant, f'variant "{variant.get("name")}"'), tensors)


def _values(value: Any) -> int:
    """JSON values in a description."""
    if isinstance(value, Mapping):
        return 1 + sum(map(_values, value.values()))
    return 1 + sum(map(_values, value)) if isinstance(value, (list, tuple)) else 1


def check_name(name: Any) -> None:
    """A variant's name."""
    if not isinstance(name, str) or not name or "/" in name or name.startswith(".") or len(name.encode()) > 128:
        raise ExportError(f"a variant's name has 1 to 128 bytes, no / and no . in front, not {name!r}")
    Fields({}, "variant").check_text(name, "name")


def check_size(header: int, content: int) -> None:
    """Of the archive's header and of the whole."""
    if header > MAXIMUM_HEADER:
        raise ExportError(f"the file's description would have {header:,} bytes; at most {MAXIMUM_HEADER:,} are read")
    if content > MAXIMUM_FILE:
        raise ExportError(f"the file would have {content:,} bytes; at most {MAXIMUM_FILE:,} are read. half=True may help")


def _check_variant(fields: Fields, tensors: Mapping[str, Tensor]) -> None:
    check_name(fields.take("name", "a string"))
    nodes, output = fields.take("nodes", "an array"), fields.text("output")
    if len(nodes) > MAXIMUM_NODES:
        fields.fail(f"has {len(nodes)} nodes, but at most {MAXIMUM_NODES} are read")
    shapes: dict[str, Shape] = {}
    places: set[tuple[int, str]] = set()
    for node in nodes:
        rules = NodeRules(Fields(node, f'{fields.place}, node "{node.get("name")}"'), shapes, tensors, places)
        name = rules.name
        shapes[name] = rules.check()
    inputs = [node["name"] for node in nodes if node["operator"] == "input"]
    if len(inputs) != 1 or output not in shapes:
        fields.fail(f"has {len(inputs)} inputs, and its output is {output!r}; it needs one of each")
    _check_orders(fields, nodes)
    check_preprocessing(fields.object("preprocessing") or fields.fail("preprocessing is missing"), shapes[inputs[0]])
    _check_labels(fields, shapes[str(output)])
    fields.finish()


def _check_labels(fields: Fields, output: Shape) -> None:
    labels = fields.texts("labels")
    if labels and (len(labels), 1, 1) != output:
        fields.fail(f"{len(labels)} labels are given, but the network's output is {' x '.join(map(str, output))}")
    same = [unicodedata.normalize("NFC", label.removeprefix("\ufeff")) for label in labels]
    if "" in same:
        fields.fail("labels is an empty string")
    for place, label in enumerate(same):
        if same.index(label) < place:
            fields.fail(f'the classes {same.index(label)} and {place} are both called "{label}"; labels tell classes apart')


def _check_orders(fields: Fields, nodes: list[Json]) -> None:
    """A tensor has rows in one order wherever it is used."""
    orders: dict[str, Any] = {}
    for node in nodes:
        hyper = node.get("hyper", {})
        rows = None
        if hyper.get("row_order") == "interleaved":
            dynamic = hyper.get("dynamic_functions", node["functions"])
            rows = dynamic * (2 if hyper.get("intercepts", True) else 1)
        for key, name in [*node.items(), *hyper.items(), *node.get("attention", {}).items()]:
            if key in TENSOR_KEYS and isinstance(name, str):
                own = rows if key in ("weight2", "bias2") and rows != 1 else None
                if orders.setdefault(name, own) != own:
                    fields.fail(f'tensor "{name}" is in use with two row orders')


def check_preprocessing(fields: Fields, shape: Shape) -> None:
    """The steps from an image file to an input of this shape."""
    channels, height, width = shape
    own = fields.integer("channels", 1, MAXIMUM_CHANNELS)
    if own != channels:
        fields.fail(f"preprocessing gives {own} channels, but the example input has {channels}")
    top, left, bottom, right = fields.integers("padding", 4, 0, default=[0, 0, 0, 0])
    fields.numbers("mean", channels)
    deviation = fields.numbers("deviation", channels)
    if min(deviation) <= 0:
        fields.fail(f"deviations must be above 0, not {deviation}")
    resize, crop = fields.object("resize"), fields.object("crop")
    fields.finish()
    bare = height - top - bottom, width - left - right
    if min(bare) <= 0:
        fields.fail(f"the padding leaves nothing of the network's input, {height} x {width}")
    given = None
    if resize is not None:
        resize.word("interpolation", INTERPOLATIONS, INTERPOLATIONS[0])
        given = (resize.integer("shorter_side"),) if "shorter_side" in resize.left else _size(resize)
        resize.finish()
    if crop is not None:
        given = _size(crop)
        crop.finish()
    if given is not None and given != (bare if len(given) == 2 else (min(bare),)):
        size = " x ".join(map(str, given))
        fields.fail(f"preprocessing gives {size}, but the example input is {bare[0]} x {bare[1]} without padding")


def _size(fields: Fields) -> tuple[int, int]:
    if not {"height", "width"} <= set(fields.left):
        either = "shorter_side, or " if fields.place.endswith("resize") else ""
        fields.fail(f"takes {either}height and width, not {fields.left}")
    return fields.integer("height"), fields.integer("width")
