"""What the library promises changes only on purpose: its names, signatures and fields."""

from __future__ import annotations

import difflib
import inspect
from pathlib import Path

import stui_workspace.api
from support.public_api import FROZEN, described

WHAT_TO_DO = """\
The public library changed:

{difference}
Others build on it. A name, a parameter or a field that goes, or means something else, needs a new
major version; a new one needs a line in CHANGELOG.md. If it is meant:

    PYTHONPATH=tests .venv/bin/python -m support.public_api
"""


def test_the_library_is_what_was_promised() -> None:
    before, now = FROZEN.read_text(encoding="utf-8").splitlines(), described().splitlines()
    difference = "\n".join(difflib.unified_diff(before, now, "promised", "now", n=0, lineterm=""))
    assert not difference, WHAT_TO_DO.format(difference=difference)


def test_every_public_thing_says_what_it_is() -> None:
    for name in stui_workspace.__all__:
        found = getattr(stui_workspace, name)
        if inspect.isfunction(found):
            text = inspect.getdoc(found) or ""
            assert text.split("\n")[0].rstrip().endswith((".", ";", ",")) or "\n" in text, name
        elif inspect.isclass(found) and found.__module__ != "typing":
            assert inspect.getdoc(found), name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(stui_workspace, "dumps")
    assert not hasattr(stui_workspace.api, "dumps")
    assert set(stui_workspace.__all__) == set(dir(stui_workspace))


def test_the_packages_of_like_names_are_no_functions() -> None:
    """`merge` and `watch` are packages, whoever imports what first; functions say of what."""
    import stui_workspace.merge
    import stui_workspace.watch

    assert inspect.ismodule(stui_workspace.merge)
    assert inspect.ismodule(stui_workspace.watch)
    assert not {"merge", "watch", "diff"} & set(stui_workspace.__all__)
    assert inspect.isfunction(stui_workspace.merge_texts)


def test_it_is_typed() -> None:
    assert Path(inspect.getfile(stui_workspace)).with_name("py.typed").is_file()
