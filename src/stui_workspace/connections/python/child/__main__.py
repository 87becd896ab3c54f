"""Start the child. `sys.path` is never asked where our own modules are.

python -I <this file> ROOT [OUT_READ OUT_WRITE ERR_READ ERR_WRITE LIFELINE]
"""

from __future__ import annotations

import importlib
import os
import sys
import types


def main() -> None:
    """Live until stui is gone."""
    package = types.ModuleType("stui_child")
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120 (quick)
    sys.modules[package.__name__] = package
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # we may be another Python's guest there
    life = importlib.import_module("stui_child.life")
    sys.dont_write_bytecode = before
    life.Child([int(number) for number in sys.argv[2:]]).live(sys.argv[1])


if __name__ == "__main__":
    main()
