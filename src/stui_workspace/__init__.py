"""Sessions for terminal workbenches, as plain YAML files.

Importing this package loads nothing but itself; each name is loaded at its first use (PEP 562).
"""

from __future__ import annotations

__version__ = "0.1.0.dev0"
