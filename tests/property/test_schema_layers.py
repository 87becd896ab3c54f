"""The strongest source that says something wins, whatever the others say."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.values import Plain
from stui_workspace.schema import resolve

PATHS = (
    ("preferences", "theme"),
    ("preferences", "tab_width"),
    ("history", "ignore"),
    ("restore", "policy"),
    ("autosave", "keep", "last"),
    ("connections", "a", "title"),
    ("connections", "a", "reconnect", "cap"),
    ("connections", "b", "url"),
    ("buffers", "a", "title"),
    ("vars", "v"),
)
OF_CONFIG = PATHS[:5]
VALUES = st.sampled_from(["one", "two", "${v}", "$${v}", 1, 2]) | st.lists(st.just("x"), max_size=2)

Flat = dict[tuple[str, ...], Any]


def flat(paths: tuple[tuple[str, ...], ...]) -> st.SearchStrategy[Flat]:
    return st.dictionaries(st.sampled_from(paths), VALUES)


def nested(values: Flat) -> dict[str, Plain]:
    """The values as a file would have them."""
    plain: dict[str, Any] = {}
    for path, value in values.items():
        inner = plain
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        inner[path[-1]] = value
    return plain


@given(flat(PATHS), flat(PATHS), flat(PATHS), flat(OF_CONFIG), st.none() | st.just("typed"))
def test_the_strongest_source_wins(
    file: Flat, environment: Flat, overlay: Flat, config: Flat, typed: str | None
) -> None:
    command: Flat = {}
    if typed is not None and any(("vars", "v") in one for one in (file, environment, overlay)):
        command = {("vars", "v"): typed}
    resolved = resolve(
        {**nested(file), "environments": {"e": nested(environment)}},
        nested(overlay),
        nested(config),
        environment="e",
        variables={path[1]: value for path, value in command.items()},
    )
    sources = {
        "command line": command,
        "overlay": overlay,
        "environment `e`": environment,
        "workspace file": file,
        "user config": config,
    }
    strongest = ChainMap(*sources.values())
    for path, value in strongest.items():
        origin = next(name for name, source in sources.items() if path in source)
        assert resolved.origins[path] == origin
        assert found_at(resolved.plain, path) == spoken(path, value, strongest)


def found_at(plain: Any, path: tuple[str, ...]) -> object:
    for step in path:
        plain = plain[step]
    return plain


def spoken(path: tuple[str, ...], value: Any, values: ChainMap[tuple[str, ...], Any]) -> object:
    """What a reader of the documentation would expect to see."""
    if not isinstance(value, str) or path[0] in ("vars", "history"):
        return value
    if value == "$${v}":
        return "${v}"
    if value == "${v}" and ("vars", "v") in values:
        return str(values["vars", "v"])
    return value


@given(flat(PATHS))
def test_a_file_laid_over_itself_changes_nothing(file: Flat) -> None:
    assert resolve(nested(file), nested(file)).plain == resolve(nested(file)).plain


@given(flat(PATHS), flat(PATHS))
def test_every_value_has_an_origin(file: Flat, overlay: Flat) -> None:
    resolved = resolve(nested(file), nested(overlay))
    assert set(resolved.origins) == set(ends(resolved.plain))


def ends(plain: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all scalars, lists and empty maps."""
    if isinstance(plain, dict) and plain:
        return [end for key, one in plain.items() for end in ends(one, (*path, key))]
    return [path]
