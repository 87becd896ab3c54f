"""The patterns of the schema, which mean the same to editors and to us.

In JSON Schema a pattern is one of JavaScript's. There `$` is the end of the text; in Python it is
also the place before a last line break. So every pattern that ends in `$` is compiled with `Z`,
after a backslash.
"""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, meaning what it means to an editor."""
    return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of the schema is found in a text."""
    return compiled(pattern).search(text) is not None
