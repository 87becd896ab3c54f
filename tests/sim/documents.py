"""The document that simulated people edit, and the tokens that their edits can be told by.

A token is a word such as `e0042` that stands in the document once: as a value, in a key, in a
comment, in a list or in a line of a text. So it can be told of every edit where it still is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stui_workspace.document import read

TOKEN = re.compile(rb"(?<![0-9A-Za-z])e[0-9]{4}(?![0-9A-Za-z])")

BASE = b"""\
# yaml-language-server: $schema=.stui/workspace.schema.json
stui: 1
name: orders
description: What we look at

buffers:
  scratch:
    title: Scratch
    # what to begin with
    source: |
      orders = load()
      len(orders)
  notes:
    title: Notes
    kind: markdown

connections:
  py:
    kind: python
    cwd: .
  image:
    kind: stui
    url: tcp://localhost:5555

preferences:
  theme: nord  # dark
  tab_width: 4
vars:
  host: localhost
  n0: zero
  n1: one
  n2: two
  n3: three
  n4: four
  n5: five
  n6: six
  n7: seven
  n8: eight
  n9: nine
history:
  keep: 20000
  ignore:
    - alpha
    - beta
    - gamma
x-notes:
  first: one
  second: two
"""


def token(number: int) -> str:
    """The token of the edit of that number."""
    return f"e{number:04d}"


@lru_cache(maxsize=4096)
def tokens_in(content: bytes) -> frozenset[str]:
    """The tokens that some bytes hold."""
    return frozenset(found.decode() for found in TOKEN.findall(content))


@lru_cache(maxsize=4096)
def is_valid(content: bytes) -> bool:
    """Whether it can be read as a workspace that says something."""
    document = read(content).document
    return document is not None and document.root is not None and b"stui:" in content
