"""Every leaf of the schema says what it can do and how it merges."""

from __future__ import annotations

import pytest

from stui_workspace.model.paths import NodePath
from stui_workspace.schema import (
    FileKind,
    Leaf,
    LeafClass,
    class_of,
    classes,
    leaves,
    merge_policies,
)

EVERY_LEAF = [pytest.param(leaf, id=f"{kind}{leaf}") for kind in FileKind for leaf in leaves(kind)]
POLICIES = {"scalar", "atomic", "text", "set", "keyed", "counter", "max", "mru", "map"}

INERT_OF_A_CONNECTION = {"title", "color", "notes", "x-*"}


@pytest.mark.parametrize("leaf", EVERY_LEAF)
def test_a_leaf_has_a_class_and_a_policy(leaf: Leaf) -> None:
    assert leaf.leaf_class is not None
    assert leaf.merge is not None
    assert leaf.merge["kind"] in POLICIES


@pytest.mark.parametrize("leaf", EVERY_LEAF)
def test_a_leaf_is_described_with_an_example(leaf: Leaf) -> None:
    assert leaf.parts.get("title")
    assert str(leaf.parts.get("description")).endswith(".")
    assert leaf.parts.get("examples")


def test_only_what_changes_nothing_is_inert_in_a_connection() -> None:
    inert = {
        leaf.pattern[2]
        for leaf in leaves()
        if leaf.pattern[:2] == ("connections", "*") and leaf.leaf_class is LeafClass.INERT
    }
    assert inert == INERT_OF_A_CONNECTION


def test_an_environment_has_the_classes_of_the_file() -> None:
    prefix = "/environments/*"
    found = {key.removeprefix(prefix): one for key, one in classes().items() if prefix in key}
    assert len(found) > 50
    assert found.pop("/guard") is LeafClass.ENDPOINT  # of all its connections
    assert found == {key: one for key, one in classes().items() if key in found}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("connections", "py", "url"), LeafClass.ENDPOINT),
        (("connections", "py", "env", "TZ"), LeafClass.EXEC),
        (("connections", "py", "command", 3), LeafClass.EXEC),
        (("connections", "py", "credential"), LeafClass.SECRET),
        (("connections", "py", "unknown"), LeafClass.ENDPOINT),
        (("connections", "py", "x-a", "b"), LeafClass.INERT),
        (("buffers", "a", "file"), LeafClass.PATH),
        (("layout", "work", "row", 0, "size"), LeafClass.INERT),
        (("unknown",), LeafClass.ENDPOINT),
        ((), LeafClass.ENDPOINT),
    ],
)
def test_what_is_not_known_counts_as_an_endpoint(path: NodePath, expected: LeafClass) -> None:
    assert class_of(path) is expected


def test_what_a_connection_reaches_and_runs_is_one_unit() -> None:
    together = set(merge_policies()["/connections/*"]["together"])
    harmful = {
        leaf.pattern[2]
        for leaf in leaves()
        if leaf.pattern[:2] == ("connections", "*")
        and leaf.leaf_class in (LeafClass.EXEC, LeafClass.SECRET, LeafClass.PATH)
    }
    assert harmful | {"url", "identity"} == together


@pytest.mark.parametrize(
    ("pattern", "policy"),
    [
        ("/buffers/*/source", {"kind": "text"}),
        ("/buffers/*/connection", {"kind": "scalar", "ref": "/connections"}),
        ("/connections/*/credential", {"kind": "atomic", "sensitive": True}),
        ("/history/ignore", {"kind": "set"}),
        ("/environments/*/connections/*/url", {"kind": "scalar"}),
    ],
)
def test_policies_are_found_by_pattern(pattern: str, policy: dict[str, object]) -> None:
    assert merge_policies()[pattern] == policy
