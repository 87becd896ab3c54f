"""From several files to one workspace: what wins where, and where each value came from.

From the strongest: command line, overlay, selected environment, workspace file, user config,
defaults. The shell's environment variables are not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stui_workspace.errors import NotFoundError
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import did_you_mean
from stui_workspace.schema.kinds import FileKind, parts_for
from stui_workspace.schema.parts import Parts
from stui_workspace.schema.variables import is_replaced_at, replaced

DEFAULT: Final = "default"
OWN: Final = "x-"
"""How the keys begin that are people's own: kept, and never interpreted."""

_NOTHING: Final[Mapping[str, Plain]] = {}
_GUARDS: Final = ("free", "confirm", "read-only")
"""From the weakest."""
_OF_ENVIRONMENTS: Final = frozenset(("environments",))


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source says."""

    origin: str
    """For people: "overlay", "environment `staging`", "workspace file"."""
    plain: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The effective values, and where each came from."""

    plain: dict[str, Any]
    origins: Mapping[NodePath, str] = field(default_factory=dict)
    """The origin of each scalar, list and empty map, by its path."""
    environments: tuple[str, ...] = ()
    """The names of those that the workspace file has."""
    environment: str | None = None
    """The selected one."""


def resolve(
    file: Mapping[str, Plain],
    overlay: Mapping[str, Plain] | None = None,
    config: Mapping[str, Plain] | None = None,
    *,
    environment: str | None = None,
    variables: Mapping[str, str] = _NOTHING,  # type: ignore[assignment]
) -> Resolved:
    """The workspace that the files describe together, variables replaced and defaults filled in.

    Maps are laid over each other key by key; lists, and layouts as a whole, replace each other.
    A key without a value says nothing.

    Raises:
        NotFoundError: The file has no such environment, or no file has such a variable.
    """
    environments = _map(file.get("environments"))
    merged = _Merged()
    for layer in _layers(file, overlay, config, environment):
        merged.add(layer.plain, layer.origin)
    known = _map(merged.plain.get("vars"))
    for name in variables:
        if name not in known:
            hint = did_you_mean(name, known) or "variables are defined under `vars`"
            raise NotFoundError("variable", name, hint)
    if variables:
        merged.add({"vars": variables}, "command line")
    if environment is not None:
        merged.guard(_map(environments[environment]).get("guard"), f"environment `{environment}`")
    plain = _with_variables(merged.plain, _map(merged.plain.get("vars")))
    origins = dict(merged.origins)
    _fill(plain, parts_for(FileKind.WORKSPACE), (), origins)
    return Resolved(plain, origins, tuple(environments), environment)


def _layers(
    file: Mapping[str, Plain],
    overlay: Mapping[str, Plain] | None,
    config: Mapping[str, Plain] | None,
    environment: str | None,
) -> Iterator[Layer]:
    """What is said, the weakest first."""
    yield Layer("user config", {key: value for key, value in _map(config).items() if key != "stui"})
    shared = {key: value for key, value in file.items() if key not in _OF_ENVIRONMENTS}
    yield Layer("workspace file", shared)
    if environment is not None:
        environments = _map(file.get("environments"))
        if environment not in environments:
            raise _no_environment(environment, environments)
        said = _map(environments[environment])
        said = {key: value for key, value in said.items() if key != "guard"}  # of all connections
        yield Layer(f"environment `{environment}`", said)
    own = {key: value for key, value in _map(overlay).items() if key not in _OF_ENVIRONMENTS}
    yield Layer("overlay", own)


def _no_environment(name: str, known: Mapping[str, Plain]) -> NotFoundError:
    if not known:
        return NotFoundError("environment", name, "the workspace file has no environments")
    listed = ", ".join(f"`{one}`" for one in known)
    return NotFoundError("environment", name, did_you_mean(name, known) or f"there are: {listed}")


class _Merged:
    """Layers laid over each other, with the origin of everything."""

    def __init__(self) -> None:
        self.plain: dict[str, Any] = {}
        self.origins: dict[NodePath, str] = {}

    def add(self, layer: Mapping[str, Plain], origin: str) -> None:
        """Lay one more over what is there."""
        self._lay(self.plain, layer, (), origin)

    def guard(self, guard: Plain, origin: str) -> None:
        """Guard every connection at least so much; one that is guarded more stays as it is."""
        if guard not in _GUARDS:
            return
        for name, connection in _map(self.plain.get("connections")).items():
            own = _map(connection).get("guard")
            if own in _GUARDS and _GUARDS.index(own) >= _GUARDS.index(guard):
                continue
            connections: dict[str, Any] = self.plain["connections"]
            connections[name] = {**_map(connection), "guard": guard}
            self.origins["connections", name, "guard"] = origin

    def _lay(
        self, under: dict[str, Any], over: Mapping[str, Plain], path: NodePath, origin: str
    ) -> None:
        for key in over:
            if key in _EXCLUSIVE and path[:1] == ("buffers",) and len(path) == len(_BUFFER):
                self._forget(under, _EXCLUSIVE[key], path)
        for key, value in over.items():
            place = (*path, key)
            if value is None and not _is_own(place):
                if _is_named_thing(place) and key not in under:
                    under[key] = {}
                    self.origins[place] = origin
            elif isinstance(value, Mapping) and not _is_whole(place):
                self._lay_map(under, value, place, origin)
            else:
                self._forget(under, key, path)
                under[key] = copied(value)
                self.origins[place] = origin

    def _lay_map(
        self, under: dict[str, Any], over: Mapping[str, Plain], path: NodePath, origin: str
    ) -> None:
        key = str(path[-1])
        if not isinstance(under.get(key), dict):
            self._forget(under, key, path[:-1])
            under[key] = {}
        if over:
            self.origins.pop(path, None)
            self._lay(under[key], over, path, origin)
        if not under[key]:
            self.origins.setdefault(path, origin)

    def _forget(self, under: dict[str, Any], key: str, path: NodePath) -> None:
        if key in under:
            self._drop((*path, key), under.pop(key))

    def _drop(self, path: NodePath, value: Any) -> None:
        self.origins.pop(path, None)
        if isinstance(value, dict):
            for key, below in value.items():
                self._drop((*path, key), below)


_BUFFER: Final = ("buffers", "<name>")
_EXCLUSIVE: Final = {"source": "file", "file": "source"}
"""Of a buffer: a layer that says one of the two takes the other away."""


def _is_own(path: NodePath) -> bool:
    return any(isinstance(step, str) and step.startswith(OWN) for step in path)


def _is_named_thing(path: NodePath) -> bool:
    return len(path) == 2 and path[0] in ("buffers", "extensions")  # noqa: PLR2004


def _is_whole(path: NodePath) -> bool:
    """Whether the map at `path` is replaced as a whole."""
    return _is_own(path) or (len(path) == 2 and path[0] == "layout")  # noqa: PLR2004


def _map(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, Mapping) else _NOTHING


def copied(value: Plain) -> Any:
    """The value with dicts and lists of its own."""
    if isinstance(value, Mapping):
        return {key: copied(below) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [copied(below) for below in value]
    return value


def _with_variables(value: Any, variables: Mapping[str, Plain], path: NodePath = ()) -> Any:
    if isinstance(value, dict):
        return {key: _with_variables(one, variables, (*path, key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_variables(one, variables, (*path, n)) for n, one in enumerate(value)]
    if isinstance(value, str) and is_replaced_at(path):
        return replaced(value, variables)
    return value


def _fill(
    plain: dict[str, Any], parts: Parts, path: NodePath, origins: dict[NodePath, str]
) -> None:
    """Add the defaults of keys that are not there."""
    if path == ("layout",):
        return  # a layout says itself what is in it
    for key in parts.names:
        below, place = parts.key(key), (*path, key)
        default = below.get("default")
        if key not in plain and default is not None:
            plain[key] = copied(default)
            if default != {}:
                origins[place] = DEFAULT
        if isinstance(plain.get(key), dict):
            _fill_inside(plain, below, place, origins)
    for key, value in plain.items():
        if key not in parts.names and isinstance(value, dict) and parts.wildcard.schemas:
            _fill(value, parts.key(key), (*path, key), origins)


def _fill_inside(
    plain: dict[str, Any], parts: Parts, path: NodePath, origins: dict[NodePath, str]
) -> None:
    """Add the defaults of a map; one that nobody wrote and that stays empty is no value."""
    key = str(path[-1])
    _fill(plain[key], parts, path, origins)
    if plain[key]:
        origins.pop(path, None)
    elif path not in origins:
        del plain[key]
