"""The base that follows from what machines claim, and that it follows only where it is sure."""

from __future__ import annotations

from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.sync.ancestry import Claim, claims_in, common_base, line_of


def rev(name: str) -> Revision:
    return revision_of(name.encode())


def claim(machine: str, name: str, *parents: str) -> Claim:
    return Claim(rev(name), frozenset(map(rev, parents)), machine)


def test_the_nearest_version_that_both_come_from() -> None:
    claims = [claim("a", "x", "old"), claim("a", "mine", "x"), claim("b", "yours", "x")]
    assert common_base(claims, rev("mine"), rev("yours")) == rev("x")


def test_swapping_the_sides_changes_nothing() -> None:
    claims = [claim("a", "mine", "x"), claim("b", "y", "x"), claim("b", "yours", "y")]
    assert common_base(claims, rev("yours"), rev("mine")) == rev("x")


def test_a_merge_is_made_from_both() -> None:
    claims = [
        claim("a", "mine", "x"),
        claim("b", "yours", "x"),
        claim("a", "merged", "mine", "yours"),
        claim("b", "later", "yours"),
    ]
    assert common_base(claims, rev("merged"), rev("later")) == rev("yours")


def test_two_nearest_ancestors_are_no_base() -> None:
    claims = [claim("a", "m1", "p", "q"), claim("b", "m2", "p", "q")]
    assert common_base(claims, rev("m1"), rev("m2")) is None


def test_one_machine_alone_proves_nothing() -> None:
    """It may have taken a version of the other machine for an edit of its own."""
    claims = [claim("a", "mine", "x"), claim("a", "yours", "mine")]
    assert common_base(claims, rev("mine"), rev("yours")) is None


def test_two_machines_that_contradict_each_other_prove_nothing() -> None:
    claims = [claim("a", "mine", "x"), claim("a", "yours", "mine"), claim("b", "yours", "x")]
    assert common_base(claims, rev("mine"), rev("yours")) is None


def test_a_version_that_nobody_claims_has_no_base() -> None:
    assert common_base([claim("a", "mine", "x")], rev("mine"), rev("yours")) is None


def test_a_circle_of_claims_ends() -> None:
    claims = [claim("a", "mine", "yours"), claim("b", "yours", "mine")]
    assert common_base(claims, rev("mine"), rev("yours")) is None


def test_what_is_written_is_read_again_and_anything_else_passed_over() -> None:
    one, other = claim("a", "mine", "x", "y"), claim("a", "root")
    junk = (
        b'{"revision": "../../etc", "parents": []}\n[]\n{"revision": 1}\nnull\n\xff\n' + b"[" * 9999
    )
    assert claims_in(line_of(one) + junk + b"\n" + line_of(other), "a") == (one, other)
