"""The program of a holder. It is run as a file, isolated, so that nothing else is imported for it.

python -I <this file>, with an order on standard input (see `order`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> int:
    """Hold a backend until it is not needed any more."""
    if hasattr(os, "fork"):
        if os.fork():
            os._exit(0)  # whoever started us waits for this one, and for nothing after it
        os.setsid()
    os.umask(0o077)
    sys.path.append(str(Path(__file__).resolve().parents[3]))  # where this package is, and the last
    from stui_workspace.connections.holding.keeping import keep

    return keep(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())
