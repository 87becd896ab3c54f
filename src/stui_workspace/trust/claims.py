"""A claim: what a connection asks for, looked up once and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import ConnectionSpec, SnippetSpec
from stui_workspace.schema.addresses import address_of
from stui_workspace.schema.hosts import AddressError
from stui_workspace.schema.layers import copied
from stui_workspace.schema.web import ConnectionFile
from stui_workspace.trust.powers import Capability, Power, powers_of
from stui_workspace.trust.programs import Program, find_program, real_path
from stui_workspace.trust.projection import digest_of, projection_of
from stui_workspace.trust.refusals import refusals_of


@dataclass(frozen=True, slots=True)
class Claim:
    """A connection as it would be made on this machine.

    Powers and digest are worked out of the very spec that is handed to the transport, so what
    was approved cannot be something else than what is done.
    """

    file: str
    """The real path of the workspace file."""
    root: Path
    """The real path of the project."""
    spec: ConnectionSpec
    """With `cwd` as a real path, and `python` and `command` naming the file that is started."""
    sources: Mapping[str, str | None]
    """The text of each set-up snippet."""
    programs: tuple[Program, ...]

    @property
    def connection(self) -> str:
        return self.spec.name

    @property
    def powers(self) -> tuple[Power, ...]:
        return powers_of(self.spec, self.programs, self.root)

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset(power.capability for power in self.powers)

    @property
    def refusals(self) -> tuple[str, ...]:
        """What no consent can allow, each as one clause."""
        return refusals_of(self.spec, self.programs)

    @property
    def projection(self) -> dict[str, Plain]:
        return projection_of(self.spec, self.sources)

    @property
    def digest(self) -> str:
        return digest_of(self.projection)


def claim_of(
    file: Path,
    root: Path,
    spec: ConnectionSpec,
    snippets: Mapping[str, SnippetSpec],
    *,
    search_path: str,
) -> Claim:
    """What `spec` asks for. Follows links and looks for programs; opens nothing, starts nothing.

    Args:
        file: The workspace file that the connection is in.
        root: The folder of the project.
        spec: Effective: overlay, environment and variables applied.
        snippets: Those of the same workspace.
        search_path: The variable PATH, for a program that is named without a folder.
    """
    real = real_path(root)
    python = None if spec.python is None else find_program(spec.python, real, search_path)
    command = find_program(spec.command[0], real, search_path) if spec.command else None
    resolved = replace(
        spec,
        url=_canonical(spec.kind, spec.url),
        cwd=str(real_path(real / spec.cwd)),
        python=_started(python),
        command=(_started(command) or "", *spec.command[1:]) if spec.command else (),
        env=MappingProxyType(dict(spec.env)),
        other=MappingProxyType(copied(spec.other)),
    )
    found = {name: snippets[name].source if name in snippets else None for name in spec.setup}
    programs = tuple(one for one in (python, command) if one is not None)
    return Claim(str(real_path(file)), real, resolved, MappingProxyType(found), programs)


def _canonical(kind: str, url: str | None) -> str | None:
    """An address in its one form, so that nothing is asked for a capital letter in a host.

    One that is refused, or that a plugin reads, stays as it is.
    """
    try:
        address = None if url is None else address_of(kind, url)
    except AddressError:
        return url
    return url if address is None or isinstance(address, ConnectionFile) else address.url


def _started(program: Program | None) -> str | None:
    if program is None:
        return None
    return program.written if program.path is None else str(program.path)
