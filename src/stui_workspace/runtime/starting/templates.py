"""What `stui init` starts a workspace from."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_HEAD: Final = """\
# yaml-language-server: $schema={schema}
stui: 1
name: {name}
"""

_MINIMAL: Final = """\

# connections:
#   py: {kind: python}    # a Python of its own; no other software is needed
"""

_PYTHON: Final = """\

connections:
  py:
    kind: python    # a Python of its own; no other software is needed

buffers:
  scratch:
    title: Scratch
    connection: py
    language: python

layout:
  default: work
  work:
    row:
      - {tabs: [scratch], size: 3}
      - {panel: results, size: 2}
    narrow: {below: 100, tabs: [scratch, results]}
"""

_QUICKSTART: Final = """\

connections:        # what evaluates your code
  py:
    kind: python    # a Python of its own; no other software is needed

buffers:            # pads to write in; unsaved text comes back
  scratch:
    title: Scratch
    connection: py
    language: python
    source: |
      # Evaluate a line or all of it; the keys are at the bottom of the screen.
      import sys

      f"Python {sys.version_info.major}.{sys.version_info.minor}"
  notes:
    title: Notes
    kind: markdown
    source: |
      # Notes

      What is worth remembering.

snippets:           # code by name, to insert with Alt+I
  versions:
    title: Which Python is this?
    connection: py
    source: |
      sys.version

layout:             # ratios, not columns and rows: it fits every terminal
  default: work
  work:
    row:
      - {tabs: [scratch, notes], size: 3}
      - size: 2
        column:
          - {panel: results, size: 3}
          - {panel: connections, size: 1}
    narrow: {below: 100, tabs: [scratch, notes, results]}
"""


class Template(StrEnum):
    QUICKSTART = "quickstart"
    PYTHON = "python"
    MINIMAL = "minimal"


_BODIES: Final = {
    Template.QUICKSTART: _QUICKSTART,
    Template.PYTHON: _PYTHON,
    Template.MINIMAL: _MINIMAL,
}


def template_text(template: Template, name: str, schema: str) -> str:
    """The text of a new workspace file.

    Args:
        template: Where to begin.
        name: The name of the workspace, as YAML writes it.
        schema: What the editor reads: a path from the file, or an address.
    """
    return _HEAD.format(schema=schema, name=name) + _BODIES[template]
