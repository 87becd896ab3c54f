"""What no consent can allow: a person could not see what they agree to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.addresses import address_of, check_channel
from stui_workspace.schema.leaks import has_user
from stui_workspace.trust.powers import is_reference, shown
from stui_workspace.trust.programs import Program

_LOADER_PREFIXES = ("LD_", "DYLD_", "__XPC_DYLD_", "_RLD", "PYTHON")
_LOADER_NAMES = frozenset(
    (
        *("GCONV_PATH", "GLIBC_TUNABLES", "OPENSSL_CONF", "OPENSSL_MODULES"),
        *("BASH_ENV", "BASHOPTS", "SHELLOPTS", "PROMPT_COMMAND", "PS4", "ZDOTDIR"),
        *("NODE_OPTIONS", "NODE_PATH", "PERL5OPT", "PERL5LIB", "PERL5DB", "RUBYOPT", "RUBYLIB"),
        *("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"),
        *("LUA_INIT", "LUA_PATH", "LUA_CPATH", "R_PROFILE", "R_ENVIRON", "JULIA_LOAD_PATH"),
        *("DOTNET_STARTUP_HOOKS", "CORECLR_PROFILER", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF"),
        *("PHPRC", "PHP_INI_SCAN_DIR", "TCLLIBPATH", "ERL_FLAGS", "ELIXIR_ERL_OPTIONS"),
    )
)


def refusals_of(spec: ConnectionSpec, programs: Sequence[Program]) -> tuple[str, ...]:
    """Why the connection is refused whatever was granted, each as one clause; usually empty."""
    return (
        *_odd_variables(spec),
        *_odd_texts(spec),
        *_no_programs(programs),
        *_open_secrets(spec),
        *_odd_addresses(spec),
    )


def loads_code(variable: str) -> bool:
    """Whether a loader or an interpreter takes code from where this variable says.

    With it, a program that was approved runs something that was never shown.
    """
    name = variable.upper()  # Windows does not tell them apart
    return name.startswith(_LOADER_PREFIXES) or name in _LOADER_NAMES


def _odd_variables(spec: ConnectionSpec) -> Iterator[str]:
    for name in sorted(spec.env):
        if loads_code(name):
            yield f"`env.{shown(name)}` decides which code is loaded"
        elif not name or "=" in name:
            yield f"`env.{shown(name)}` is no name of a variable"


def _odd_texts(spec: ConnectionSpec) -> Iterator[str]:
    texts = {
        "cwd": (spec.cwd,),
        "python": (spec.python or "",),
        "command": spec.command,
        "env": (*spec.env.keys(), *spec.env.values()),
    }
    for key, values in texts.items():
        if not all(_can_be_handed_over(value) for value in values):
            yield f"`{key}` holds a character that no system takes"


def _no_programs(programs: Sequence[Program]) -> Iterator[str]:
    for program in programs:
        if program.path is None:
            yield f"no folder of PATH outside the project has a program `{shown(program.written)}`"


def _open_secrets(spec: ConnectionSpec) -> Iterator[str]:
    if spec.url is not None and has_user(spec.url):
        yield "`url` says who comes; that belongs into a secret"
    if spec.credential is not None and not is_reference(spec.credential):
        yield "`credential` is not a reference to a secret"


def _odd_addresses(spec: ConnectionSpec) -> Iterator[str]:
    if spec.url is None or has_user(spec.url):
        return
    try:
        check_channel(spec.kind, address_of(spec.kind, spec.url))
    except UsageError as error:
        yield f"`url` is refused: {error.reason}"


def _can_be_handed_over(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False
