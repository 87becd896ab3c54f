"""The addresses of a file, checked as they will be used: with the variables of each environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.paths import NodePath
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain
from stui_workspace.schema.addresses import KINDS, Address, address_of, check_channel
from stui_workspace.schema.findings import Finding, quoted
from stui_workspace.schema.hosts import AddressError
from stui_workspace.schema.variables import replaced, used_in

MOST_ADDRESSES: Final = 5000
"""As many are looked at; connections times environments could be more than anybody waits for."""

_Section = Mapping[str, Plain]
_NONE: Final[_Section] = {}


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an address is used with."""

    kind: str
    variables: tuple[_Section, ...]
    """By layer, the weakest first."""
    environment: str | None
    """None for no environment at all."""

    def values(self, names: Iterable[str]) -> dict[str, Plain]:
        """Those of the variables that are asked for, and defined."""
        found = {}
        for name in names:
            for layer in self.variables:
                if name in layer:
                    found[name] = layer[name]
        return found


class Addresses:
    """What is wrong with the addresses of one file.

    Args:
        plain: The file.
        base: The workspace file that it lies over, if it is an overlay.
    """

    def __init__(self, plain: Plain, base: Plain = None) -> None:
        self._plain = _map(plain)
        self._base = _map(base)
        self._left = MOST_ADDRESSES

    def at(self, path: NodePath, value: Plain) -> Iterator[Finding]:
        """What is wrong with the address at `path`, at most once; nothing where none stands."""
        if path[-1:] != ("url",) or not isinstance(value, str) or not value:
            return
        match path:
            case ("connections", str(name), "url"):
                scenes = self._scenes(name)
            case ("environments", str(environment), "connections", str(name), "url"):
                scenes = self._scene(name, environment)
            case _:
                return
        names = frozenset(used_in(value))
        seen: set[tuple[str, str]] = set()
        for scene in scenes:
            self._left -= 1
            if self._left < 0:
                return
            values = scene.values(names)
            if len(values) < len(names):
                continue  # said by R106
            used = scene.kind, replaced(value, values)
            if used not in seen and (finding := _finding(path, scene, used[1])) is not None:
                yield finding
                return
            seen.add(used)

    def _scenes(self, name: str) -> Iterator[_Scene]:
        """Where the address of a connection counts: everywhere but where another replaces it."""
        yield from self._scene(name, None)
        for environment in (*_map(self._base.get("environments")), *self._environments()):
            if self._base or "url" not in _connection(self._environment(environment), name):
                yield from self._scene(name, environment)

    def _scene(self, name: str, environment: str | None) -> Iterator[_Scene]:
        chosen = _NONE if environment is None else self._environment(environment)
        layers = (self._base, chosen, self._plain) if self._base else (self._plain, chosen)
        kinds = [_connection(layer, name).get("kind") for layer in layers]
        kind = next((one for one in reversed(kinds) if one is not None), None)
        if isinstance(kind, str) and kind in KINDS:
            variables = tuple(_map(layer.get("vars")) for layer in layers)
            yield _Scene(kind, variables, environment)

    def _environments(self) -> _Section:
        return _map(self._plain.get("environments"))

    def _environment(self, name: str) -> _Section:
        found = _map(self._base.get("environments")).get(name)
        return _map(found) or _map(self._environments().get(name))


def _finding(path: NodePath, scene: _Scene, url: str) -> Finding | None:
    where = ""
    if scene.environment is not None:
        where = f" in the environment `{printable_line(scene.environment, 40)}`"
    try:
        address: Address | None = address_of(scene.kind, url)
    except AddressError as error:
        message = f"{quoted(path)} is no address{where}: {error.rule}"
        return Finding("S123", message, path, error.next_step)
    try:
        check_channel(scene.kind, address)
    except AddressError as error:
        message = f"{quoted(path)} is not used{where}: {error.rule}"
        return Finding("S124", message, path, error.next_step, Severity.WARNING)
    return None


def _connection(layer: _Section, name: str) -> _Section:
    return _map(_map(layer.get("connections")).get(name))


def _map(value: Plain) -> _Section:
    return value if isinstance(value, Mapping) else _NONE
