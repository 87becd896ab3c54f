"""What fuzzing found: texts that one of the two parsers took for something else than the other."""

from __future__ import annotations

import pytest

from stui_workspace.document import Limits, read

ALIKE = [
    (b"a: b\n...\n...\n", {"a": "b"}),
    (b"a: b\n...\n# c\n...\n...", {"a": "b"}),
    (b"a: b\n... # c\r\n\r\n...\r\n", {"a": "b"}),
    (b"a: 1\nb: >-\n \n  \nc: 1\n", {"a": 1, "b": "", "c": 1}),
    (b"a:\n  b: |\n     \n  c: 1\n", {"a": {"b": "", "c": 1}}),
    (b"a: !t &b c", {"a": "c"}),
    (b"a: &b!c !t d", {"a": "d"}),
    (b"a: !<!x,y> b", {"a": "b"}),
    (b"a: [!t [b], !u {c: d}]", {"a": [["b"], {"c": "d"}]}),
]
REFUSED = [
    b"a: !!pyth!!str os.system x\n",
    b"run: !!!str ",
    b"%TAG !e! tag:example.org,2026:\n---\na: !e]!thing {b: 1}\n",
    b"a: !e]!thing b\n",
    b"a: b\n...\nc: d\n",
    b"a: b\n...\n...\nc: d\n",
    b"b: |\n   \n  c\n",
]


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize(("content", "says"), ALIKE)
def test_both_read_it(content: bytes, says: object, pure: bool) -> None:
    document = read(content, Limits.anything(), pure=pure).document
    assert document is not None
    assert document.plain() == says
    assert document.content == content


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("content", REFUSED)
def test_both_refuse_it(content: bytes, pure: bool) -> None:
    assert read(content, Limits.anything(), pure=pure).document is None
