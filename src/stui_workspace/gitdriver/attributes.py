"""Lines of a `.gitattributes` file, added and taken away so that no other byte of it changes."""

from __future__ import annotations

from typing import Final

from stui_workspace.gitdriver.settings import NAME
from stui_workspace.storage.project import FILE_NAMES

NOTE: Final = "# stui merges workspace files by meaning; each clone needs `stui git install` once"
ATTRIBUTES: Final = (f"merge={NAME}", f"diff={NAME}")
LINES: Final = (NOTE, *(f"{name} {' '.join(ATTRIBUTES)}" for name in FILE_NAMES))


def with_lines(content: bytes) -> bytes:
    r"""`content` with our lines at its end, in its own manner; as it is where nothing is missing.

    A line of somebody's own that says the same for a name counts as ours.

    >>> with_lines(b"*.py text").splitlines()[::2]
    [b'*.py text', b'.stui-workspace.yaml merge=stui diff=stui']
    """
    missing = [name for name in FILE_NAMES if not says_so(content, name)]
    if not missing:
        return content
    eol = _eol(content)
    gap = b"" if not content or content.endswith(b"\n") else eol
    note = [] if _has(content, NOTE) else [NOTE]
    lines = note + [line for line in LINES[1:] if line.split(" ")[0] in missing]
    return content + gap + b"".join(line.encode() + eol for line in lines)


def without_lines(content: bytes) -> bytes:
    """`content` without our lines; lines of somebody's own stay, even those that name stui."""
    ours = {line.encode() for line in LINES}
    return b"".join(line for line in content.splitlines(keepends=True) if line.strip() not in ours)


def says_so(content: bytes, name: str) -> bool:
    """Whether the last lines for exactly this name say what ours would."""
    said: dict[str, str] = {}
    for line in content.splitlines(keepends=True):
        words = line.decode("utf-8", "replace").split()
        if words[:1] == [name]:
            said |= {word.lstrip("-!").partition("=")[0]: word for word in words[1:]}
    return all(said.get(wanted.partition("=")[0]) == wanted for wanted in ATTRIBUTES)


def added(before: bytes, after: bytes) -> int:
    """How many lines there are more, or fewer: comments are not counted."""
    return abs(_count(after) - _count(before))


def _has(content: bytes, line: str) -> bool:
    return any(one.strip() == line.encode() for one in content.splitlines())


def _count(content: bytes) -> int:
    lines = (line.strip() for line in content.splitlines())
    return sum(1 for line in lines if line and not line.startswith(b"#"))


def _eol(content: bytes) -> bytes:
    first = content.find(b"\n")
    return b"\r\n" if first > 0 and content[first - 1 : first] == b"\r" else b"\n"
