"""Runs the command line."""

import sys

from .extras import needs_export

try:
    with needs_export("python -m dyviz"):
        from .command_line import main
except ModuleNotFoundError as error:
    sys.exit(f"dyviz: {error}")

sys.exit(main())
