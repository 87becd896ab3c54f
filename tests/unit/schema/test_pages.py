"""Every code has a page that shows it, and every page has a code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.runtime.loading import check_content
from stui_workspace.schema import FileKind

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "reference" / "diagnostics"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.stem != "index")
CODE = re.compile(r'"([YSTR]\d{3})"')
EXAMPLE = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITHOUT_EXAMPLE = {"Y101", "Y102", "Y111", "Y112", "Y113", "Y114", "Y117", "S118"}
"""What cannot be shown on a page: bytes that are no text, and sizes."""

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def codes_of_the_program() -> set[str]:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "schema").glob("*.json")]
    return {code for one in sources for code in CODE.findall(one.read_text(encoding="utf-8"))}


def codes_in(text: str) -> set[str]:
    """What the program says about a text."""
    found = check_content(text.encode(), Path("w.yaml"), FileKind.WORKSPACE)
    return {one.code for one in found.problems.diagnostics}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {page.stem for page in PAGES} == codes_of_the_program()


@pages
def test_a_page_is_listed_under_its_own_name(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    heading = re.match(r"# ([YSTR]\d{3}): (.+)\n\n(Error|Warning)\.\n", text)
    assert heading is not None
    assert heading[1] == page.stem
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert f"| [{page.stem}]({page.name}) | {heading[2]} | {heading[3].lower()} |" in index


@pages
def test_the_first_example_shows_the_problem_and_the_last_is_good(page: Path) -> None:
    examples = EXAMPLE.findall(page.read_text(encoding="utf-8"))
    assert bool(examples) == (page.stem not in WITHOUT_EXAMPLE)
    if examples:
        assert len(examples) > 1
        assert codes_in(examples[0]) == {page.stem}
        assert codes_in(examples[-1]) == set()


def test_the_page_of_the_format_is_fresh() -> None:
    command = [sys.executable, str(ROOT / "tools" / "docs_format.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
