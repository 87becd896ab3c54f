"""`stui explain`: explain the code of a diagnostic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.telling import put
from stui_workspace.errors import NotFoundError

_PACKAGE: Final = Path(__file__).parent.parent
_PLACES: Final = (
    _PACKAGE / "explanations",  # installed: the same pages, as the wheel carries them
    _PACKAGE.parent.parent.parent / "docs" / "reference" / "diagnostics",  # a checkout
)
_CODE: Final = re.compile(r"[A-Z][0-9]{3}\Z")


@click.command()
@click.argument("code", required=False, shell_complete=completing.codes)
def command(code: str | None) -> None:
    """Explain the code of a diagnostic.

    Prints what CODE means, an example, and what to do about it. Without CODE, lists all of them.

    Examples:
      stui explain S104
      stui explain
    """
    if code is None:
        for one in explained_codes():
            put(f"{one}  {_title(one)}")
        return
    page = _page(code.upper())
    if page is None:
        near = get_close_matches(code.upper(), list(explained_codes()), n=1, cutoff=0.7)
        hint = f"did you mean `{near[0]}`?" if near else "`stui explain` lists them"
        raise NotFoundError("diagnostic", code, hint)
    put(page.read_text(encoding="utf-8"))


def explained_codes() -> Iterator[str]:
    """Every code that has a page, in order."""
    for folder in _PLACES:
        if folder.is_dir():
            pages = sorted(page.stem for page in folder.glob("*.md"))
            yield from (name for name in pages if _CODE.match(name))
            return


def _page(code: str) -> Path | None:
    if not _CODE.match(code):
        return None
    pages = (folder / f"{code}.md" for folder in _PLACES)
    return next((page for page in pages if page.is_file()), None)


def _title(code: str) -> str:
    """The first line of the page without its marks and its code."""
    page = _page(code)
    first = "" if page is None else page.read_text(encoding="utf-8").split("\n", 1)[0]
    return re.sub(rf"^#+\s*(?:`?{code}`?\s*[:.—-]?\s*)?", "", first)
