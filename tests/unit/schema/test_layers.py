"""What wins where, and where each value came from."""

from __future__ import annotations

import pytest

from stui_workspace.errors import NotFoundError
from stui_workspace.model.values import Plain
from stui_workspace.schema import resolve

FILE: dict[str, Plain] = {
    "stui": 1,
    "name": "orders",
    "vars": {"host": "localhost", "port": 5555},
    "connections": {
        "image": {"kind": "stui", "url": "tcp://${host}:${port}", "setup": ["a", "b"]},
        "py": {"kind": "python"},
    },
    "environments": {
        "staging": {
            "vars": {"host": "stg"},
            "connections": {"image": {"guard": "confirm", "setup": ["c"]}},
        },
        "empty": None,
    },
    "buffers": {"notes": {"source": "text ${host}\n", "title": "Notes on ${host}"}, "pad": None},
    "layout": {"work": {"row": ["notes", "results"]}},
    "preferences": {"theme": "nord"},
}


def test_the_file_alone_is_filled_with_defaults() -> None:
    resolved = resolve(FILE)
    assert resolved.plain["connections"]["py"]["connect"] == "lazy"
    assert resolved.plain["connections"]["image"]["reconnect"]["base"] == "500ms"
    assert resolved.plain["buffers"]["pad"] == {"kind": "code"}
    assert resolved.plain["preferences"]["wrap"] is True
    assert resolved.plain["layout"] == {"work": {"row": ["notes", "results"]}}
    assert resolved.environments == ("staging", "empty")
    assert resolved.environment is None


def test_nothing_at_all_is_all_defaults() -> None:
    resolved = resolve({})
    assert resolved.plain["name"] == ""
    assert "connections" not in resolved.plain
    assert set(resolved.origins.values()) == {"default"}


def test_each_value_has_its_origin() -> None:
    resolved = resolve(
        FILE,
        {"preferences": {"wrap": False}, "connections": {"py": {"cwd": "tools"}}},
        {"preferences": {"theme": "gruvbox", "tab_width": 2}, "history": {"keep": 5}},
        environment="staging",
        variables={"port": "9"},
    )
    origin = resolved.origins
    assert origin["preferences", "theme"] == "workspace file"
    assert origin["preferences", "wrap"] == "overlay"
    assert origin["preferences", "tab_width"] == "user config"
    assert origin["preferences", "line_numbers"] == "default"
    assert origin["history", "keep"] == "user config"
    assert origin["connections", "py", "kind"] == "workspace file"
    assert origin["connections", "py", "cwd"] == "overlay"
    assert origin["connections", "image", "guard"] == "environment `staging`"
    assert origin["connections", "image", "setup"] == "environment `staging`"
    assert origin["connections", "image", "url"] == "workspace file"
    assert origin["vars", "host"] == "environment `staging`"
    assert origin["vars", "port"] == "command line"
    assert resolved.plain["connections"]["image"]["url"] == "tcp://stg:9"
    assert resolved.plain["connections"]["image"]["setup"] == ["c"]
    assert resolved.environment == "staging"


def test_variables_are_replaced_in_texts_but_not_in_code() -> None:
    notes = resolve(FILE).plain["buffers"]["notes"]
    assert notes == {"source": "text ${host}\n", "title": "Notes on localhost", "kind": "code"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${host}", "localhost"),
        ("${port}", "5555"),
        ("a${host}b${host}", "alocalhostblocalhost"),
        ("$${host}", "${host}"),
        ("${other} $host ${ host } ${", "${other} $host ${ host } ${"),
    ],
)
def test_a_variable_is_written_in_braces(text: str, expected: str) -> None:
    assert resolve({**FILE, "description": text}).plain["description"] == expected


def test_a_value_of_a_variable_is_not_looked_into() -> None:
    file = {**FILE, "vars": {"a": "${b}", "b": "c"}, "description": "${a}"}
    assert resolve(file).plain["description"] == "${b}"


def test_layouts_replace_each_other_as_a_whole() -> None:
    resolved = resolve(
        FILE, {"layout": {"work": {"tabs": ["notes"]}, "more": {"panel": "results"}}}
    )
    assert resolved.plain["layout"] == {"work": {"tabs": ["notes"]}, "more": {"panel": "results"}}
    assert resolved.origins["layout", "work"] == "overlay"


def test_a_file_takes_the_place_of_a_source() -> None:
    resolved = resolve(FILE, {"buffers": {"notes": {"file": "own.md"}}})
    assert resolved.plain["buffers"]["notes"] == {
        "title": "Notes on localhost",
        "file": "own.md",
        "kind": "code",
    }
    assert ("buffers", "notes", "source") not in resolved.origins


def test_a_section_without_a_value_says_nothing() -> None:
    resolved = resolve(FILE, {"connections": None, "preferences": None})
    assert resolved.plain == resolve(FILE).plain


def test_keys_of_ones_own_are_carried_along() -> None:
    file: dict[str, Plain] = {**FILE, "x-a": {"b": [1], "c": None}}
    assert resolve(file).plain["x-a"] == {"b": [1], "c": None}
    assert resolve(file, {"x-a": {"d": 1}}).plain["x-a"] == {"d": 1}


def test_what_is_resolved_shares_nothing_with_the_files() -> None:
    resolved = resolve(FILE)
    resolved.plain["connections"]["image"]["setup"].append("d")
    resolved.plain["layout"]["work"]["row"].append("d")
    assert resolve(FILE).plain["connections"]["image"]["setup"] == ["a", "b"]
    assert resolve(FILE).plain["layout"]["work"]["row"] == ["notes", "results"]


def test_what_was_replaced_has_no_origin_left() -> None:
    file: dict[str, Plain] = {"extensions": {"a": {"b": {"c": {"d": 1}}, "e": 1}}}
    resolved = resolve(file, {"extensions": {"a": {"b": 2}}})
    origins = {path: one for path, one in resolved.origins.items() if path[0] == "extensions"}
    assert origins == {
        ("extensions", "a", "b"): "overlay",
        ("extensions", "a", "e"): "workspace file",
    }


def test_an_empty_environment_changes_nothing() -> None:
    assert resolve(FILE, environment="empty").plain == resolve(FILE).plain


@pytest.mark.parametrize(
    ("name", "next_step"),
    [("stagign", "did you mean `staging`?"), ("zzz", "there are: `staging`, `empty`")],
)
def test_an_unknown_environment_is_not_found(name: str, next_step: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        resolve(FILE, environment=name)
    assert (caught.value.what, caught.value.name) == ("environment", name)
    assert caught.value.next_step == next_step
    with pytest.raises(NotFoundError, match=name):
        resolve({}, environment=name)


def test_an_unknown_variable_is_not_found() -> None:
    with pytest.raises(NotFoundError) as caught:
        resolve(FILE, variables={"hots": "a"})
    assert (caught.value.what, caught.value.next_step) == ("variable", "did you mean `host`?")
    assert resolve(FILE, {"vars": {"own": "a"}}, variables={"own": "b"}).plain["vars"]["own"] == "b"


def test_a_configuration_has_no_say_in_the_format() -> None:
    assert resolve(FILE, None, {"stui": 1}).origins["stui",] == "workspace file"


@pytest.mark.parametrize(
    ("own", "of_all", "resolved"),
    [
        (None, "confirm", "confirm"),
        ("free", "confirm", "confirm"),
        ("confirm", "read-only", "read-only"),
        ("read-only", "confirm", "read-only"),
        ("confirm", "free", "confirm"),
        ("confirm", "nonsense", "confirm"),
    ],
)
def test_an_environment_guards_all_connections_at_least_so_much(
    own: Plain, of_all: Plain, resolved: str
) -> None:
    connection: dict[str, Plain] = {"kind": "python"}
    if own is not None:
        connection["guard"] = own
    file = {**FILE, "connections": {"py": connection}, "environments": {"live": {"guard": of_all}}}
    found = resolve(file, environment="live")
    assert found.plain["connections"]["py"]["guard"] == resolved
    assert "guard" not in found.plain
    assert resolve(file).plain["connections"]["py"]["guard"] == (own or "free")


def test_an_overlay_does_not_weaken_the_guard_of_an_environment() -> None:
    file = {**FILE, "environments": {"live": {"guard": "read-only"}}}
    overlay: dict[str, Plain] = {"connections": {"py": {"guard": "free"}}}
    found = resolve(file, overlay, environment="live")
    assert found.plain["connections"]["py"]["guard"] == "read-only"
    assert found.origins["connections", "py", "guard"] == "environment `live`"
