"""Differences by meaning: each kind, by its path."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import pytest

from stui_workspace.document import Limits, parse
from stui_workspace.merge.differing import Difference, Kind, differences
from stui_workspace.merge.policy import Policy
from stui_workspace.model.values import ABSENT

POLICY = Policy.from_mapping(
    {
        "/panels/**/children": {"kind": "keyed", "key": "id", "order": "strict", "tree": True},
        "/keys": {"kind": "keyed", "key": ["key", "when"]},
        "/tags": {"kind": "set"},
        "/whole": {"kind": "atomic"},
        "/hidden/*/deep": {"sensitive": True},
    }
)
NOTHING = "-"


def between(before: str, after: str, policy: Policy = POLICY) -> tuple[Difference, ...]:
    anything = Limits.anything()
    return differences(parse(before, anything), parse(after, anything), policy)


def told(before: str, after: str) -> list[tuple[str, str, object, object]]:
    """Each difference as kind, path and values; `-` for no value."""
    return [
        (str(one.kind), str(one.path), shown(one.before), shown(one.after))
        for one in between(before, after)
    ]


def shown(value: object) -> object:
    return NOTHING if value is ABSENT else value


class TestValues:
    def test_nothing(self) -> None:
        assert between("a: 1\n", "a: 1\n") == ()

    def test_a_map(self) -> None:
        assert told("a: 1\nb: 2\nc: {d: 3}\n", "a: 1\nb: 4\nc: {}\ne: null\n") == [
            ("changed", "/b", 2, 4),
            ("removed", "/c/d", 3, "-"),
            ("added", "/e", "-", None),
        ]

    def test_types_are_values(self) -> None:
        assert told("a: 1\n", "a: true\n") == [("changed", "/a", 1, True)]
        assert told("a: 1\n", "a: 1.0\n") == [("changed", "/a", 1, 1.0)]
        assert told("a: 1\n", "a: '1'\n") == [("changed", "/a", 1, "1")]

    def test_what_is_gone_stands_where_it_was(self) -> None:
        found = told("a: 1\nb: 2\nc: 3\n", "a: 2\nd: 4\nc: 4\n")
        assert [path for _, path, _, _ in found] == ["/a", "/b", "/d", "/c"]

    def test_another_kind_of_value(self) -> None:
        assert told("a: {b: 1}\n", "a: [1]\n") == [("changed", "/a", {"b": 1}, [1])]

    def test_a_tag_is_part_of_the_value(self) -> None:
        assert told("a: !x 1\n", "a: !y 1\n") == [("changed", "/a", "!x 1", "!y 1")]

    def test_a_place_that_is_decided_on_as_one(self) -> None:
        assert told("whole: {a: 1, b: 2}\n", "whole: {a: 1, b: 3}\n") == [
            ("changed", "/whole", {"a": 1, "b": 2}, {"a": 1, "b": 3})
        ]

    def test_keys_are_written_as_in_conflicts(self) -> None:
        assert [path for _, path, _, _ in told("{}", "a/b: {c: 1}\n'': 2\n")] == ["/a~1b", '/""']

    def test_a_file_that_is_not_there(self) -> None:
        document = parse("a: 1\nb: 2\n")
        for before, after, kind in (
            (None, document, Kind.ADDED),
            (document, None, Kind.REMOVED),
        ):
            found = differences(before, after, POLICY)
            assert [(one.kind, str(one.path)) for one in found] == [(kind, "/a"), (kind, "/b")]
        assert differences(None, None, POLICY) == ()

    def test_an_empty_file_has_nothing(self) -> None:
        assert told("# x\n", "a: 1\n") == [
            ("comment", "/#comment", "# x", "-"),
            ("added", "/a", "-", 1),
        ]

    def test_places_in_the_two_texts(self) -> None:
        _, one = between("a: 1\nbb: 2\n", "# x\na: 1\nbb: 3\n")
        assert (one.before_at, one.after_at) == (9, 13)


class TestLists:
    def test_items_are_known_by_their_id(self) -> None:
        before = "l:\n- {id: a, v: 1}\n- {id: b, v: 2}\n"
        after = "l:\n- {id: n, v: 0}\n- {id: a, v: 1}\n- {id: b, v: 3}\n"
        assert told(before, after) == [
            ("added", "/l/[id=n]", "-", {"id": "n", "v": 0}),
            ("changed", "/l/[id=b]/v", 2, 3),
        ]

    def test_items_are_known_by_the_keys_of_the_policy(self) -> None:
        before = "keys:\n- {key: x, when: e, do: 1}\n- {key: x, do: 1}\n"
        after = "keys:\n- {key: x, when: e, do: 2}\n- {key: x, do: 1}\n"
        assert told(before, after) == [("changed", "/keys/[key=x,when=e]/do", 1, 2)]

    def test_an_item_of_another_name_and_the_same_content(self) -> None:
        before = "l:\n- {id: a, v: 1}\n- {id: b, v: 2}\n"
        after = "l:\n- {id: c, v: 1}\n- {id: b, v: 2}\n"
        assert told(before, after) == [("changed", "/l/[id=a]/id", "a", "c")]

    def test_items_of_one_name(self) -> None:
        before = "l:\n- {id: a, v: 1}\n- {id: a, v: 2}\n"
        after = "l:\n- {id: a, v: 1}\n- {id: a, v: 3}\n"
        assert told(before, after) == [("changed", "/l/[id=a]/v", 2, 3)]

    def test_items_without_names_are_known_by_what_they_say(self) -> None:
        assert told("l: [a, b, c]\n", "l: [a, x, b, c]\n") == [("added", "/l/1", "-", "x")]
        assert told("l: [a, b, c]\n", "l: [a, c]\n") == [("removed", "/l/1", "b", "-")]
        assert told("l: [a, {k: 1}, c]\n", "l: [a, {k: 2}, c]\n") == [("changed", "/l/1/k", 1, 2)]

    def test_a_set_has_no_order(self) -> None:
        assert told("tags: [a, b]\n", "tags: [b, c, a]\n") == [("added", "/tags/1", "-", "c")]


class TestOrder:
    def test_as_few_as_possible_have_moved(self) -> None:
        assert told("a: 1\nb: 2\nc: 3\nd: 4\n", "d: 4\na: 1\nb: 2\nc: 3\n") == [
            ("moved", "/d#order", 3, 0)
        ]

    def test_an_item_that_moved_and_changed(self) -> None:
        before = "l:\n- {id: a, v: 1}\n- {id: b, v: 2}\n- {id: c, v: 3}\n"
        after = "l:\n- {id: c, v: 4}\n- {id: a, v: 1}\n- {id: b, v: 2}\n"
        assert told(before, after) == [
            ("moved", "/l/[id=c]#order", 2, 0),
            ("changed", "/l/[id=c]/v", 3, 4),
        ]

    def test_a_renamed_key(self) -> None:
        assert told("a: {x: 1}\nb: 2\n", "c: {x: 1}\nb: 2\n") == [("renamed", "/a", "a", "c")]

    def test_a_value_alone_is_too_little_to_know_a_key_by(self) -> None:
        assert [kind for kind, *_ in told("a: 1\n", "b: 1\n")] == ["removed", "added"]

    def test_into_another_list_of_a_tree(self) -> None:
        before = "panels:\n  children:\n  - {id: a, children: [{id: x, s: 1}]}\n  - {id: b}\n"
        after = "panels:\n  children:\n  - {id: a, children: []}\n"
        after += "  - {id: b, children: [{id: x, s: 2}]}\n"
        at = "/panels/children"
        assert told(before, after) == [
            ("added", f"{at}/[id=b]/children", "-", [{"id": "x", "s": 2}]),
            (
                "moved",
                f"{at}/[id=a]/children/[id=x]#parent",
                f"{at}/[id=a]/children",
                f"{at}/[id=b]/children",
            ),
            ("changed", f"{at}/[id=a]/children/[id=x]/s", 1, 2),
        ]

    def test_into_something_new(self) -> None:
        before = "panels:\n  children:\n  - {id: x, s: 1}\n"
        after = "panels:\n  children:\n  - {id: g, children: [{id: x, s: 2}]}\n"
        assert [(kind, path) for kind, path, _, _ in told(before, after)] == [
            ("added", "/panels/children/[id=g]"),
            ("moved", "/panels/children/[id=x]#parent"),
            ("changed", "/panels/children/[id=x]/s"),
        ]

    def test_what_goes_along_has_not_moved(self) -> None:
        inner = "{id: x, children: [{id: y}]}"
        before = f"panels:\n  children:\n  - {{id: a, children: [{inner}]}}\n  - {{id: b, children: []}}\n"
        after = f"panels:\n  children:\n  - {{id: a, children: []}}\n  - {{id: b, children: [{inner}]}}\n"
        found = told(before, after)
        assert [path for _, path, _, _ in found] == [
            "/panels/children/[id=a]/children/[id=x]#parent"
        ]


class TestComments:
    @pytest.mark.parametrize(
        ("before", "after", "found"),
        [
            pytest.param("# x\na: 1\n", "# y\na: 1\n", ("comment", "/a", "# x", "# y"), id="leading"),
            pytest.param("a: 1\n", "a: 1  # y\n", ("eol", "/a", "-", "# y"), id="end of line"),
            pytest.param("a:  # x\n  b: 1\n", "a:\n  b: 1\n", ("eol", "/a", "# x", "-"), id="of a key"),
            pytest.param(
                "a: 1\n\n# x\n\nb: 2\n", "a: 1\n\n# y\n\nb: 2\n", ("comment", "/b", "# x", "# y"),
                id="section note",
            ),
            pytest.param("a:\n  b: 1\n  # x\n", "a:\n  b: 1\n", ("comment", "/a", "# x", "-"), id="tail"),
            pytest.param("# x\n---\na: 1\n", "---\na: 1\n", ("comment", "/", "# x", "-"), id="header"),
            pytest.param(
                "a: [\n  b,  # x\n]\n", "a: [\n  b,  # y\n]\n", ("eol", "/a/0", "# x", "# y"),
                id="between brackets",
            ),
            pytest.param("a: |  # x\n  b\n", "a: |  # y\n  b\n", ("eol", "/a", "# x", "# y"), id="of a text"),
            pytest.param(
                "a: 1  # x\n      # y\nb: 1\n", "a: 1  # x\nb: 1\n", ("comment", "/a", "# y", "-"),
                id="going on",
            ),
        ],
    )  # fmt: skip
    def test_whose_it_is(self, before: str, after: str, found: tuple[str, str, str, str]) -> None:
        kind, path, old, new = found
        assert told(before, after) == [(kind, f"{path}#{kind}", old, new)]

    def test_one_that_goes_with_what_it_is_about(self) -> None:
        assert told("a: 1\n# x\nb: 2\n", "a: 1\n") == [("removed", "/b", 2, "-")]


class TestFormat:
    @pytest.mark.parametrize(
        ("before", "after", "found"),
        [
            pytest.param("a: 'b'\n", "a: b\n", ("/a", "'b'", "b"), id="quotes"),
            pytest.param("a: 0x10\n", "a: 16\n", ("/a", "0x10", "16"), id="spelling"),
            pytest.param("'a': b\n", "a: b\n", ("/a", "'a'", "a"), id="quotes of a key"),
            pytest.param("a: {b: 1}\n", "a:\n  b: 1\n", ("/a", "flow", "block"), id="brackets"),
            pytest.param("a: &x 1\nb: *x\n", "a: &x 1\nb: 1\n", ("/b", "*x", "1"), id="alias"),
        ],
    )
    def test_what_was_written(self, before: str, after: str, found: tuple[str, str, str]) -> None:
        assert told(before, after) == [("format", *found)]

    def test_white_space_in_one_place(self) -> None:
        found = told("a:\n  b: 1\nc: 1\n", "a:\n    b: 1\nc: 2\n")
        assert found == [("format", "/a", "-", "-"), ("changed", "/c", 1, 2)]

    @pytest.mark.parametrize(
        "after",
        ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n", "a:  1\nb: 2\n", "a: 1\nb: 2", "a: 1\nb: 2\n\n"],
    )
    def test_white_space_alone(self, after: str) -> None:
        assert told("a: 1\nb: 2\n", after) == [("format", "/", "-", "-")]


class TestSecrets:
    TOKEN = "ghp_" + "x" * 36

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            pytest.param("password: {0}\n", "password: {0}y\n", id="by its key"),
            pytest.param("a: {{token: {0}}}\n", "a: 1\n", id="inside of what changed"),
            pytest.param("a: 1\n", "b: [{{api_key: {0}}}]\n", id="inside of what is new"),
            pytest.param("a: 1\n", "a: see {0} there\n", id="by its form"),
            pytest.param("a: |\n  x\n", "a: |\n  x\n  {0}\n", id="in a text"),
            pytest.param("a: 1\n", "a: 1  # {0}\n", id="in a comment"),
            pytest.param("# password: {0}\na: 1\n", "a: 1\n", id="named in a comment"),
            pytest.param("password: '{0}'\n", "password: {0}\n", id="in another format"),
            pytest.param("hidden: {{a: {{deep: {0}}}}}\n", "hidden: {{a: {{deep: 2}}}}\n", id="policy"),
            pytest.param(
                "hidden: {{a: {{deep: {{x: {0}}}}}}}\n", "hidden: {{a: {{deep: {{x: 2}}}}}}\n",
                id="below what the policy says",
            ),
            pytest.param(
                "connections: {{i: {{credential: 'keyring:{0}'}}}}\n", "connections: {{i: {{}}}}\n",
                id="by the schema",
            ),
            pytest.param("a: tcp://u:{0}@h\n", "a: tcp://h\n", id="in an address"),
            pytest.param("password: !x {0}\n", "password: !y {0}\n", id="with a tag"),
        ],
    )  # fmt: skip
    def test_it_is_never_in_a_difference(self, before: str, after: str) -> None:
        found = between(before.format(self.TOKEN), after.format(self.TOKEN))
        assert found
        assert any(one.sensitive for one in found)
        assert self.TOKEN not in repr(found)

    def test_what_is_beside_it_is_shown(self) -> None:
        (one,) = between("b: 1\n", "b: 1\na: {kind: x, password: y}\n")
        assert one.after == {"kind": "x", "password": "(not shown)"}
