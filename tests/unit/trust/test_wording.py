"""Old against new in words: what a person decides by is shown, what may be a secret is not."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.connections import specs
from stui_workspace.model.values import ABSENT
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.trust import (
    Claim,
    Difference,
    changed_of,
    differences,
    projection_of,
    summary_of,
)
from stui_workspace.trust.projection import INERT

SPEC = ConnectionSpec("db", "stui", url="tcp://a:1", cwd="/p")


def told(old: ConnectionSpec, new: ConnectionSpec, **sources: Any) -> list[str]:
    before, after = sources.get("before", {}), sources.get("after", {})
    found = differences(projection_of(old, before), projection_of(new, after))
    return [one.text for one in changed_of(found)]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"url": "tcp://b:2"}, "url changed: tcp://a:1 -> tcp://b:2"),
        ({"url": None}, "url removed: tcp://a:1"),
        ({"url": "tcp://me:hunter2@b:2"}, "url changed: tcp://a:1 -> tcp://***@b:2"),
        ({"url": "tcp://x@y@b:2"}, "url changed: tcp://a:1 -> tcp://***@b:2"),
        (
            {"url": "tcp://b\u0430:2"},
            "url changed: tcp://a:1 -> tcp://b\u0430:2 (tcp://b\\u0430:2)",
        ),
        ({"url": "tcp://b\x1b[2J"}, "url changed: tcp://a:1 -> tcp://b␛[2J"),
        ({"credential": "keyring:a/b"}, "credential added: keyring:a/b"),
        ({"credential": "hunter2"}, "credential added: a secret that is written out"),
        ({"env": {"A": "hunter2"}}, "env.A added (value not shown)"),
        ({"command": ("/bin/sh", "-c", "hunter2")}, "command changed: /bin/sh, and its arguments"),
        ({"command": ("/bin/sh",)}, "command changed: /bin/sh, and its arguments"),
        ({"kernel": "python3"}, "kernel added: python3"),
        ({"hold": True}, "hold changed: false -> true"),
        ({"setup": ("a", "b")}, "setup changed: nothing -> a, b"),
        ({"identity": "x"}, "identity added: x"),
        ({"other": {"tls": False}}, "tls added: false"),
        ({"other": {"tls": {"verify": [False, "e"]}}}, 'tls added: {"verify": [false, "e"]}'),
        ({"other": {"health": {"pong": 2}}}, 'health added: {"pong": 2}'),
        ({"other": {"proxy": "http://me:hunter2@h:1"}}, "proxy added: http://***@h:1"),
        ({"other": {"proxy": ["http://me:hunter2@h"]}}, 'proxy added: ["http://***@h"]'),
        ({"other": {"a b": "\x1b[2J"}}, '["a b"] added: ␛[2J'),
    ],
)
def test_each_key(changes: dict[str, Any], text: str) -> None:
    (found,) = told(SPEC, replace(SPEC, **changes))
    if "command" in changes:
        text = text.replace("changed:", "added:")
    assert found.replace(", and its arguments", "") == text.replace(", and its arguments", "")


def test_within_an_unknown_key_the_place_is_told() -> None:
    old, new = (replace(SPEC, other={"tls": {"verify": one, "ca": "a"}}) for one in (True, False))
    assert told(old, new) == ["tls.verify changed: true -> false"]


def with_command(*words: str) -> ConnectionSpec:
    return replace(SPEC, command=words)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (
            ("/bin/a", "x", "y"),
            ("/bin/a", "x", "z"),
            "command changed (argument 2 of 2; not shown)",
        ),
        (
            ("/bin/a", "x", "y"),
            ("/bin/a", "1", "2"),
            "command changed (arguments 1, 2 of 2; not shown)",
        ),
        (("/bin/a", "x"), ("/bin/a",), "command changed (1 argument, now 0; not shown)"),
        (("/bin/a", "x"), ("/bin/b", "x"), "command changed: /bin/a -> /bin/b"),
        (("/bin/a", "x"), ("/bin/b", "y"), "command changed: /bin/a -> /bin/b, and its arguments"),
    ],
)
def test_programs_are_shown_and_arguments_counted(
    old: tuple[str, ...], new: tuple[str, ...], text: str
) -> None:
    assert told(with_command(*old), with_command(*new)) == [text]


def test_of_a_snippet_the_length_is_told() -> None:
    assert told(SPEC, SPEC, before={"a": "1\n2"}, after={"a": "1\n3\n4"}) == [
        "snippets.a changed (2 lines, now 3 lines)"
    ]


def test_the_most_telling_comes_first_and_the_line_stays_short() -> None:
    new = replace(SPEC, url="tcp://b:1", hold=True, identity="x", kernel="k", credential="vault:c")
    found = changed_of(differences(projection_of(SPEC), projection_of(new)))
    assert summary_of(found) == (
        "url changed: tcp://a:1 -> tcp://b:1; credential added: vault:c; and 3 more"
    )
    assert summary_of(()) == "something changed"


SECRET = "hunter2-correct-horse"  # noqa: S105 (no secret)


@given(specs(), specs(), st.data())
def test_arguments_and_values_of_variables_are_never_shown_and_all_is_one_safe_line(
    old: ConnectionSpec, new: ConnectionSpec, data: st.DataObject
) -> None:
    programs = st.sampled_from(["/bin/a", "/bin/b"])
    old, new = (
        replace(one, env={**one.env, "A": value}, command=(data.draw(programs), value))
        for one, value in ((old, SECRET), (new, f"x{SECRET}"))
    )
    found = changed_of(differences(projection_of(old), projection_of(new)))
    for one in found:
        for text in filter(None, (one.text, one.old, one.new, one.path)):
            assert SECRET not in text
            assert text.isprintable()


@given(specs(), specs())
def test_everything_that_differs_is_said(old: ConnectionSpec, new: ConnectionSpec) -> None:
    found = changed_of(differences(projection_of(old), projection_of(new)))
    keys = {one.name for one in fields(ConnectionSpec)} - INERT - {"name"}
    plain = projection_of(old), projection_of(new)
    differing = {key for key in keys - {"other"} if plain[0][key] != plain[1][key]}
    unknown = {
        key
        for key in old.other.keys() | new.other.keys()
        if key not in old.other or key not in new.other
    }
    said = {one.path.partition(".")[0].partition("[")[0] for one in found}
    assert said >= differing | unknown


def test_a_value_that_is_not_there_is_neither_old_nor_new() -> None:
    (one,) = changed_of([Difference(("url",), ABSENT, "tcp://a:1")])
    assert (one.old, one.new, one.is_hidden) == (None, "tcp://a:1", False)
    claim = Claim("/w", Path("/"), SPEC, {}, ())
    assert differences(claim.projection, claim.projection) == ()
