"""Runs the command line."""

import sys

from .extras import needs

try:
    # Drawing needs no PyTorch, and exporting no matplotlib.
    if sys.argv[1:2] == ["figure"]:
        with needs("figure", "python -m dyviz figure"):
            from .figure_command import main
    elif sys.argv[1:2] == ["stats"]:
        with needs("read", "python -m dyviz stats"):
            from .stats_command import main
    else:
        with needs("export", "python -m dyviz"):
            from .command_line import main
except ModuleNotFoundError as error:
    sys.exit(f"dyviz: {error}")

sys.exit(main())
