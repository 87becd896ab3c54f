"""Write docs/gallery.md from the scenes of the pictures, or say whether it is stale.

python tools/docs_gallery.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from scenes import SCENES

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "gallery.md"

_HEAD = """\
# Gallery

Every screen, as it is: the real program in a terminal, on the projects of `examples/`.
`make pictures` takes them anew.
"""


def page() -> str:
    """The page, as it should be."""
    return "\n".join([_HEAD, *_entries()]).rstrip() + "\n"


def _entries() -> Iterator[str]:
    for scene in SCENES:
        if scene.caption:
            title, _, rest = scene.caption.partition(". ")
            yield f"## {title.rstrip('.')}\n"
            if rest:
                yield f"{rest}.\n"
            yield f"![{title.rstrip('.')}](pictures/{scene.name}.png)\n"


def main(arguments: list[str]) -> int:
    """0 when the page is written, or with `--check` when it is not stale."""
    if arguments == ["--check"]:
        missing = [
            one.name for one in SCENES if not (DOCS / "pictures" / f"{one.name}.png").is_file()
        ]
        if missing:
            print(f"no picture of {', '.join(missing)}: run `make pictures`", file=sys.stderr)
        if not PAGE.is_file() or PAGE.read_text("utf-8") != page():
            print("docs/gallery.md is stale: run `make docs`", file=sys.stderr)
            return 1
        return 1 if missing else 0
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
