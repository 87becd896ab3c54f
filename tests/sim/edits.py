"""Edits of a workspace file as people make them: in its text, each with a token of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from random import Random

from sim.documents import is_valid

Lines = list[str]
Edit = Callable[[Lines, str, Random], bool]
"""Changes the lines in place; False where there is nothing to do that to."""

_PLAIN = re.compile(r"^( *)([A-Za-z][\w-]*): ([\w.\-\" ]+?)(  # .*)?$")
_KEEP = ("stui", "kind", "tab_width", "url", "keep")


def edited(content: bytes, edit: Edit, word: str, chance: Random) -> bytes | None:
    """The content after an edit; None where it cannot be made, or would not be a workspace."""
    lines = content.decode().splitlines()
    if not edit(lines, word, chance):
        return None
    result = ("\n".join(lines) + "\n").encode()
    return result if result != content and is_valid(result) else None


def _body(lines: Lines, section: str) -> tuple[int, int] | None:
    """Where the lines of a section begin and end; it is made where it is missing."""
    heads = [at for at, line in enumerate(lines) if line.startswith(f"{section}:")]
    if not heads:
        lines.append(f"{section}:")
        return len(lines), len(lines)
    number = heads[0]
    if lines[number].rstrip() in (f"{section}: {{}}", f"{section}: []", f"{section}: null"):
        lines[number] = f"{section}:"
    if lines[number].partition(":")[2].partition("#")[0].strip():
        return None
    end = number + 1
    while end < len(lines) and (not lines[end] or lines[end][0] in " -#"):
        end += 1
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    return number + 1, end


def _entries(lines: Lines, section: str) -> list[tuple[int, int]]:
    """Where the entries of a section begin and end, comments above them left out."""
    body = _body(lines, section)
    if body is None:
        return []
    starts = [at for at in range(*body) if re.match(r" {2}[A-Za-z]", lines[at])]
    return list(itertools.pairwise([*starts, body[1]]))


def _inserted(section: str, made: Callable[[str], Lines]) -> Edit:
    def edit(lines: Lines, word: str, chance: Random) -> bool:
        body = _body(lines, section)
        if body is None:
            return False
        places = [start for start, _ in _entries(lines, section)] + [body[1]] * 3
        at = chance.choice(places)
        lines[at:at] = made(word)
        return True

    edit.__name__ = f"adds to {section}"
    return edit


def _last(section: str, made: Callable[[str], Lines]) -> Edit:
    def edit(lines: Lines, word: str, chance: Random) -> bool:
        body = _body(lines, section)
        if body is not None:
            lines[body[1] : body[1]] = made(word)
        return body is not None

    edit.__name__ = f"adds last to {section}"
    return edit


def _buffer(word: str) -> Lines:
    return [f"  b-{word}:", f"    title: {word}"]


def _connection(word: str) -> Lines:
    return [f"  c-{word}:", "    kind: python", f"    cwd: {word}"]


def _entry(word: str) -> Lines:
    return [f"  k_{word}: v {word}"]


def _items(lines: Lines) -> list[int]:
    """Where the items of lists are."""
    return [at for at, line in enumerate(lines) if re.match(r" +- ", line)]


def adds_an_item(lines: Lines, word: str, chance: Random) -> bool:
    """An item in a list."""
    found = _items(lines)
    if not found:
        return False
    at = chance.choice(found)
    indent = lines[at].partition("-")[0]
    lines.insert(at + chance.randrange(2), f"{indent}- {word}")
    return True


def changes_an_item(lines: Lines, word: str, chance: Random) -> bool:
    """Another text for an item."""
    found = _items(lines)
    if not found:
        return False
    at = chance.choice(found)
    indent = lines[at].partition("-")[0]
    lines[at] = f"{indent}- {word}"
    return True


def removes_an_item(lines: Lines, word: str, chance: Random) -> bool:
    """An item less."""
    found = _items(lines)
    if len(found) < 2:
        return False
    del lines[chance.choice(found)]
    return True


def adds_a_line(lines: Lines, word: str, chance: Random) -> bool:
    """A line of code, in a buffer's text."""
    found = [at for at, line in enumerate(lines) if line.startswith("      ")]
    if not found:
        return False
    at = chance.choice(found)
    lines.insert(at + chance.randrange(2), f'      x = "{word}"')
    return True


def adds_a_comment(lines: Lines, word: str, chance: Random) -> bool:
    """A comment above an entry."""
    found = [at for at, line in enumerate(lines) if re.match(r" {2}[A-Za-z]", line)]
    if not found:
        return False
    lines.insert(chance.choice(found), f"  # {word}")
    return True


def adds_a_remark(lines: Lines, word: str, chance: Random) -> bool:
    """A comment at the end of a line."""
    found = [at for at, line in enumerate(lines) if _PLAIN.match(line) and "#" not in line]
    if not found:
        return False
    lines[chance.choice(found)] += f"  # {word}"
    return True


def adds_at_the_top(lines: Lines, word: str, chance: Random) -> bool:
    """A key of the whole."""
    starts = [at for at, line in enumerate(lines) if re.match(r"[a-z]", line)]
    lines.insert(chance.choice([*starts[1:], len(lines)]), f"x-{word}: {word}")
    return True


def changes_a_value(lines: Lines, word: str, chance: Random) -> bool:
    """Another value where a word stands."""
    found = [(at, m) for at, line in enumerate(lines) if (m := _PLAIN.match(line))]
    found = [(at, m) for at, m in found if m[2] not in _KEEP]
    if not found:
        return False
    at, match = chance.choice(found)
    lines[at] = f"{match[1]}{match[2]}: w {word}{match[4] or ''}"
    return True


def renames(lines: Lines, word: str, chance: Random) -> bool:
    """Another name for an entry."""
    section = chance.choice(("buffers", "vars", "x-notes"))
    entries = _entries(lines, section)
    if not entries:
        return False
    at = chance.choice(entries)[0]
    lines[at] = re.sub(r"^( *)[\w-]+:", rf"\1r_{word}:", lines[at])
    return True


def removes(lines: Lines, word: str, chance: Random) -> bool:
    """An entry less."""
    section = chance.choice(("buffers", "vars", "x-notes", "connections"))
    entries = _entries(lines, section)
    if len(entries) < 2:
        return False
    start, end = chance.choice(entries)
    del lines[start:end]
    return True


def removes_a_comment(lines: Lines, word: str, chance: Random) -> bool:
    """A comment less."""
    found = [at for at, line in enumerate(lines) if line.strip().startswith("#")]
    if not found:
        return False
    del lines[chance.choice(found)]
    return True


def moves(lines: Lines, word: str, chance: Random) -> bool:
    """An entry elsewhere among its like."""
    section = chance.choice(("buffers", "vars", "x-notes"))
    entries = _entries(lines, section)
    if len(entries) < 2:
        return False
    (start, end), (first, _) = chance.sample(entries, 2)
    taken = lines[start:end]
    del lines[start:end]
    at = first if first < start else first - len(taken)
    lines[at:at] = taken
    return True


def removes_most(lines: Lines, word: str, chance: Random) -> bool:
    """Nearly everything."""
    starts = [at for at, line in enumerate(lines) if line.startswith(("buffers:", "vars:"))]
    if not starts or len(lines) < 8:
        return False
    del lines[chance.choice(starts) :]
    lines.append(f"x-{word}: {word}")
    return True


def changes(key: str) -> Edit:
    """The edit of one of the notes that the base has."""

    def edit(lines: Lines, word: str, chance: Random) -> bool:
        for at, line in enumerate(lines):
            if line.startswith(f"  {key}: "):
                lines[at] = f"  {key}: w {word}"
                return True
        return False

    edit.__name__ = f"changes {key}"
    return edit


def garbage(content: bytes, word: str, chance: Random) -> bytes:
    """What a person saves in the middle of a thought."""
    cut = chance.randrange(len(content) // 2, len(content)) if content else 0
    return content[:cut] + f"\n  {word}: [unfinished: {{\n".encode()


NOTES = tuple(f"n{number}" for number in range(10))

APART: tuple[Edit, ...] = (
    _last("buffers", _buffer),
    _last("connections", _connection),
    _inserted("vars", _entry),
    adds_at_the_top,
)
"""Edits that meet no other: each has keys of its own."""


def _any() -> Iterator[tuple[Edit, int]]:
    yield from ((one, 2) for one in APART)
    yield from ((one, 2) for one in (renames, adds_an_item, changes_an_item, removes_an_item))
    yield from ((_inserted("x-notes", _entry), 1), (_inserted("buffers", _buffer), 1))
    yield from ((one, 3) for one in (adds_a_comment, adds_a_remark, adds_a_line))
    yield from ((changes_a_value, 8), (removes, 3), (removes_a_comment, 1), (moves, 2))
    yield removes_most, 1


ANY: tuple[Edit, ...] = tuple(edit for edit, weight in _any() for _ in range(weight))
"""All edits, as often as people make them."""
