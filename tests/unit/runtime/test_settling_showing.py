"""What of a conflict is shown: nothing that may be a secret, however it is written."""

from __future__ import annotations

import pytest

from stui_workspace.merge import Conflict, ItemKey, MergePath, Policy
from stui_workspace.merge.paths import MergeStep
from stui_workspace.runtime.settling import shown
from stui_workspace.runtime.settling.showing import HIDDEN

SECRET = "hunter2hunter2"  # noqa: S105 (what must not be shown)
TOKEN = "ghp_" + "a1B2" * 9
POLICY = Policy.from_mapping({"/doors/*/pin": {"kind": "atomic", "sensitive": True}})


def texts(
    text: str, *steps: MergeStep, aspect: str = "value", sensitive: bool = False
) -> str | None:
    conflict = Conflict(MergePath(steps, aspect), None, text, text, "both", sensitive)
    seen = shown(conflict, POLICY)
    assert seen.base is None
    assert seen.ours == seen.theirs
    assert not seen.is_hidden or seen.ours == HIDDEN
    return seen.ours


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (("connections", "a", "credential"), f"keyring:{SECRET}"),
        (("connections", "a", "x-password"), SECRET),
        (("environments", "e", "connections", "a", "credential"), SECRET),
        (("x-settings", "api_key"), SECRET),
        (("doors", ItemKey((("id", "front"),)), "pin"), SECRET),
        (("x-tokens", "token", 0), SECRET),
    ],
)
def test_a_place_of_secrets_is_hidden(steps: tuple[MergeStep, ...], text: str) -> None:
    assert texts(text, *steps) == HIDDEN


def test_what_the_merge_says_is_secret_is_hidden() -> None:
    assert texts(SECRET, "name", sensitive=True) == HIDDEN


@pytest.mark.parametrize(
    "text",
    [
        f"kind: stui\ncredential: {SECRET}\ntitle: a",
        f"kind: stui\n    credential: {SECRET}\n    title: a",
        f"    kind: stui\n    credential: >\n      {SECRET}\n      more\n    title: a",
        f"{{kind: stui, credential: {SECRET}, title: a}}",
        f"{{kind: stui, 'credential' : \"{SECRET}\\\n  x\", title: a}}",
        f"- {{pin: {SECRET}}}\n- kind: stui",
        f"kind: stui\npin: [{SECRET}, {SECRET}]",
        f"kind: stui\n# password: {SECRET}\ntitle: a",
        f"kind: stui\nurl: https://me:{SECRET}@example.net/",
        f"kind: stui\ntitle: {TOKEN}",
        f"kind: stui\n# {TOKEN}",
        f"&a credential: {SECRET}\nkind: stui",
        f"kind: stui\napi_key: !x {SECRET}",
    ],
)
def test_inside_of_more_only_the_secret_is_hidden(text: str) -> None:
    seen = texts(text, "connections", "a")
    assert seen is not None
    assert HIDDEN in seen
    assert SECRET not in seen
    assert TOKEN not in seen
    assert "kind: stui" in seen


@pytest.mark.parametrize(
    "text",
    [
        f"password: [{SECRET}",
        f"a: b: c\n  secret = {SECRET}",
        f"\x00 token: {SECRET}",
    ],
)
def test_what_cannot_be_read_is_hidden_where_it_looks_secret(text: str) -> None:
    assert texts(text) == HIDDEN


@pytest.mark.parametrize("text", [f"# {TOKEN}", f"# the password: {SECRET}"])
@pytest.mark.parametrize("aspect", ["comment", "eol"])
def test_comments_may_hold_secrets_too(text: str, aspect: str) -> None:
    seen = texts(text, "name", aspect=aspect)
    assert seen is not None
    assert SECRET not in seen
    assert TOKEN not in seen


@pytest.mark.parametrize(
    "text",
    [
        "nord",
        "[1, 2]",
        "kind: python\nurl: https://example.net/",
        "|\none\n  two",
        "# a comment",
        "",
        "*alias",
        "null",
        "[",
        "keys: {ctrl+k: token}",
    ],
)
def test_anything_else_is_shown_as_it_stands(text: str) -> None:
    assert texts(text, "name") == text


def test_deeper_lines_are_shown_from_the_margin() -> None:
    assert texts("kind: python\n    title: a\n    env:\n      A: b", "connections", "a") == (
        "kind: python\ntitle: a\nenv:\n  A: b"
    )
