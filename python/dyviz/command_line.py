"""`python -m dyviz export` and `python -m dyviz verify`."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch

from . import timm_models
from .errors import ExportError, Remark, VerificationError
from .exporting import export
from .verifying import TOLERANCE, verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0, or 1 after a message on standard error."""
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", Remark)
            warnings.showwarning = _show
            options.command(options)
    except (ExportError, VerificationError, OSError) as error:
        print(f"dyviz: {error}", file=sys.stderr)
        return 1
    return 0


def _show(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    """Remarks as lines of their own; other warnings as Python has them."""
    text = f"dyviz: {message}\n" if issubclass(category, Remark) else warnings.formatwarning(message, category, filename, lineno)
    sys.stderr.write(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dyviz", description="Writes networks of timm for dyviz, and checks them.",
        epilog="python -m dyviz figure draws Fig. 3 of a saved run or an export: python -m dyviz figure --help",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="command")
    exporting = commands.add_parser("export", help="write a model file", description="Writes a network as a model file.")
    exporting.set_defaults(command=_export)
    exporting.add_argument("--variant", help="the variant's name; by default the network's")
    exporting.add_argument("--labels", metavar="FILE", help="class names, one a line, in the order of the outputs")
    exporting.add_argument("--half", action="store_true", help="store weights as 16-bit floats")
    verifying = commands.add_parser(
        "verify", help="hold a model file against PyTorch", description="Runs dyviz and PyTorch on the same numbers."
    )
    verifying.set_defaults(command=_verify)
    verifying.add_argument("--variant", help="the variant to compare, if the file has several")
    verifying.add_argument("--binary", metavar="FILE", help="the program; by default $DYVIZ, else dyviz on the path")
    verifying.add_argument("--tolerance", type=float, default=TOLERANCE, help="share of the largest output (default %(default)g)")
    verifying.add_argument("--images", type=int, default=1, metavar="N", help="random images to compare (default 1)")
    for command in (exporting, verifying):
        command.add_argument("--timm", required=True, metavar="NAME", help="the network's name in timm")
        command.add_argument("--checkpoint", metavar="FILE", help="weights: .safetensors, or .pth of weights only")
        command.add_argument(
            "--pretrained", action=argparse.BooleanOptionalAction, default=None,
            help="timm's own weights (a download); by default unless --checkpoint is given",
        )  # fmt: skip
        command.add_argument("--classes", type=int, metavar="N", help="outputs; by default as in timm")
        command.add_argument("--size", type=int, metavar="PIXELS", help="input height and width; by default as in timm")
        command.add_argument(
            "--input-size", choices=timm_models.INPUT_SIZES, default="train",
            help="the size that timm's weights were trained with, or the one they are tested with (default %(default)s)",
        )  # fmt: skip
        command.add_argument("--output", metavar="NAME", help="which of several outputs; by default the first")
        command.add_argument("--seed", type=int, default=0, help="of random weights and numbers (default 0)")
        command.add_argument("model", metavar="MODEL", help="the model file")
    return parser


def _network(options: argparse.Namespace) -> torch.nn.Module:
    torch.manual_seed(options.seed)
    pretrained = options.checkpoint is None if options.pretrained is None else options.pretrained
    return timm_models.create(options.timm, pretrained, options.checkpoint, options.classes)


def _export(options: argparse.Namespace) -> None:
    module = _network(options)
    preprocessing, shape, told = timm_models.preprocessing(module, options.size, options.input_size)
    name = options.variant or options.timm
    export(
        module, options.model, torch.zeros(1, *shape),
        preprocessing=preprocessing, labels=options.labels or (), variant=name, half=options.half, output=options.output,
    )  # fmt: skip
    if told:
        print(f"dyviz: {told}", file=sys.stderr)
    print(f"{options.model}: {name}, input {shape[0]} x {shape[1]} x {shape[2]}, {Path(options.model).stat().st_size:,} bytes")


def _verify(options: argparse.Namespace) -> None:
    module = _network(options)
    _, shape, _ = timm_models.preprocessing(module, options.size, options.input_size)
    generator = torch.Generator().manual_seed(options.seed)
    images = torch.randn(options.images, *shape, generator=generator)
    report = verify(
        module, options.model, images,
        variant=options.variant, binary=options.binary, tolerance=options.tolerance, output=options.output,
    )  # fmt: skip
    print(report)
