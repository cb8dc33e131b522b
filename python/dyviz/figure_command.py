"""`python -m dyviz figure`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .errors import ProgramError, ReadError
from .figures import caption, figure3, save
from .reading import read


def main(arguments: Sequence[str] | None = None) -> int:
    """Draws a figure and prints its caption; 0, or 1 after a message on standard error."""
    options = _parser().parse_args(arguments)
    try:
        run = read(options.run, binary=options.binary)
        shown = {"site": options.site, "blocks": options.blocks}
        words = caption(run, options.variant, **shown)
        figure = figure3(run, options.variant, **shown, width=options.width / 25.4, dpi=options.dpi)
        save(figure, options.output, dpi=options.dpi, description=words)
    except (ReadError, ProgramError, OSError) as error:
        print(f"dyviz: {error}", file=sys.stderr)
        return 1
    print(words)
    return 0


def _blocks(text: str) -> str | list[int]:
    if text in ("odd", "all"):
        return text
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"odd, all or numbers such as 1,5,9, not {text!r}") from None


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e5:
        raise argparse.ArgumentTypeError(f"a number above 0, not {text}")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dyviz", description="Draws Fig. 3 of the paper with matplotlib, and prints what it shows."
    )
    command = parser.add_subparsers(required=True, metavar="command").add_parser(
        "figure", help="draw Fig. 3", description=parser.description
    )
    command.add_argument("run", metavar="RUN|DIR", help="a saved run, or a folder that dyviz stats wrote")
    command.add_argument("--output", required=True, metavar="FILE", help="the figure: .pdf, .svg or .png")
    command.add_argument("--variant", help="the variant; by default the first")
    command.add_argument("--site", help="the activation in each block (A2), or one (5.A2, or its node)")
    command.add_argument("--blocks", type=_blocks, default="odd", help="odd, all or 1,5,9: those with a scatter (default odd)")
    command.add_argument("--width", type=_positive, default=178, metavar="MM", help="in millimetres (default 178)")
    command.add_argument("--dpi", type=_positive, default=300, help="dots an inch of .png (default 300)")
    command.add_argument("--binary", metavar="FILE", help="the program; by default $DYVIZ, else as installed or on the path")
    return parser
