"""Inputs that git, or a bad day, may hand to a merge."""

from __future__ import annotations

from collections.abc import Callable

from strategies.merging import policy
from stui_workspace.document import Limits, read
from stui_workspace.merge import merge3

SOUND = {
    "one": b"connections:\n- id: a\n  host: a.example\npreferences:\n  theme: dark\n",
    "two": b"connections:\n- id: a\n  host: b.example\npreferences:\n  theme: dark\n",
    "three": b"preferences:\n  theme: light\nconnections:\n- id: a\n  host: a.example\n- id: b\n",
}
"""Files with which nothing is wrong."""

HOSTILE = {
    "empty": b"",
    "blank": b"\n  \n\n",
    "comment only": b"# nothing\n",
    "mark only": b"\xef\xbb\xbf",
    "unclosed": b"preferences: {theme: dark\n",
    "bad indentation": b"a:\n   b: 1\n  c: 2\n",
    "tab": b"a:\n\tb: 1\n",
    "cut off": b'connections:\n- id: a\n  host: "a.exam',
    "binary": bytes(range(256)),
    "nul": b"a: \x00\n",
    "latin-1": "a: caf\u00e9\n".encode("latin-1"),
    "utf-16": "a: 1\n".encode("utf-16"),
    "lone returns": b"a: 1\rb: 2\r",
    "key twice": b"a: 1\na: 2\n",
    "list": b"- a\n- b\n",
    "scalar": b"just words\n",
    "two documents": b"a: 1\n---\nb: 2\n",
    "unknown anchor": b"a: *nowhere\n",
    "circle": b"a: &a [*a]\n",
    "markers": b"a:\n<<<<<<< ours\n  b: 1\n||||||| base\n  b: 0\n=======\n  b: 2\n>>>>>>> theirs\n",
    "deep flow": b"a: " + b"[" * 3000 + b"]" * 3000 + b"\n",
    "deep open": b"a: " + b"[" * 3000 + b"\n",
    "deep block": b"".join(b" " * n + b"k:\n" for n in range(400)),
    "laughs": b"a: &a [x, x]\n"
    + b"".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n".encode()
        for n in range(20)
    ),
    "long line": b"a: " + b"x" * 20_000 + b"\n",
    "odd keys": b"? [a, b]\n: 1\n? {c: d}\n: 2\n1: x\ntrue: y\nnull: z\n",
}
"""Files with which something is, or may be, wrong."""

LARGE: dict[str, Callable[[], bytes]] = {
    "one long value": lambda: b"a: " + b"x" * (1 << 20) + b"\n",
    "many items": lambda: (
        b"connections:\n"
        + b"".join(
            f"- id: c{n}\n  host: h{n}.example\n  port: 22\n".encode() for n in range(20_000)
        )
    ),
    "many broken lines": lambda: b"a: [\n" + b"  x,\n" * 200_000,
    "binary": lambda: bytes(range(256)) * 4096,
    "text without newline": lambda: b"word " * (1 << 18),
}
"""Files of about a mebibyte, made when needed."""

EVERYTHING = {**SOUND, **HOSTILE}


def is_readable(content: bytes) -> bool:
    """Whether it is YAML of a kind that is merged by meaning."""
    return read(content, Limits.anything()).document is not None


def wrong_answer(base: str, ours: str, theirs: str) -> str | None:
    """What is wrong with the merge of three of these texts, of which no two are alike.

    What can be read comes to what can be read. What cannot comes to one conflict, of the whole,
    and to the usable side byte for byte: ours, where both are.
    """
    three = EVERYTHING[base], EVERYTHING[ours], EVERYTHING[theirs]
    readable = [is_readable(content) for content in three]
    result = merge3(*three, policy=policy)
    names = f"{base}, {ours}, {theirs}"
    if all(readable):
        return None if is_readable(result.text) else f"{names}: the result cannot be read"
    usable = three[1:2] if readable[1] else three[2:] if readable[2] else three
    if [str(conflict.path) for conflict in result.conflicts] != ["/"]:
        return f"{names}: not one conflict of the whole"
    return None if result.text in usable else f"{names}: not the usable side"
