"""The session file: items as YAML that people can read, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stui_workspace.document import Limits, parse, to_yaml
from stui_workspace.errors import EditError, InvalidDocumentError, VersionError
from stui_workspace.model.formats import SESSION_FORMAT
from stui_workspace.model.session import Items, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION, items_of

FORMAT_KEY = "stui-session"
BESIDE_KEY = "beside"
"""What a copy beside the workspace says of itself: `storage.sessions.beside`."""

HEADER = """\
# What this machine remembers of a workbench. stui writes this file while a session is open;
# close the session before you change it by hand. Nothing here is needed to open the workspace.
"""

SESSION_LIMITS = Limits(
    file_bytes=256 << 20,
    warn_bytes=None,
    scalar_length=128 << 20,
    key_length=4096,
    nodes=1_000_000,
)
"""A session file is our own, and a buffer may be large."""


class DamagedError(Exception):
    """The file is no session; the message says why, in one clause."""


def session_yaml(state: SessionState) -> str:
    """The text of the session file.

    Half a character (a lone surrogate, as broken output has them) becomes U+FFFD: no YAML can hold
    it, and it must not keep the rest from being saved.
    """
    return yaml_of(plain_of(items_of(state)), HEADER)


def yaml_of(plain: Plain, header: str) -> str:
    """A document below its header, with U+FFFD for half a character."""
    try:
        return header + to_yaml(plain)
    except EditError:
        return header + to_yaml(_whole_characters(plain))


def _whole_characters(value: Plain) -> Plain:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {str(_whole_characters(key)): _whole_characters(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_whole_characters(one) for one in value]
    return value


def plain_of(items: Items) -> dict[str, Plain]:
    """The document of a session file: items of one kind gathered under one key."""
    plain: dict[str, Plain] = {FORMAT_KEY: SESSION_FORMAT}
    for key in ("meta", "layout", "preferences"):
        if key in items:
            plain[key] = items[key]
    for key, prefix in (("buffers", BUFFER), ("connections", CONNECTION)):
        gathered = {n.removeprefix(prefix): v for n, v in items.items() if n.startswith(prefix)}
        if gathered:
            plain[key] = gathered
    plain |= {key: items[key] for key in ("transcript", "outbox") if key in items}
    return plain


def items_in(plain: Plain) -> dict[str, Plain]:
    """The items of a session file's document; what has no place is an item of its own key."""
    if not isinstance(plain, Mapping):
        return {}
    items: dict[str, Plain] = {}
    prefixes = {"buffers": BUFFER, "connections": CONNECTION}
    for key, value in plain.items():
        if key in prefixes and isinstance(value, Mapping):
            items |= {prefixes[key] + name: one for name, one in value.items()}
        elif key not in (FORMAT_KEY, BESIDE_KEY):
            items[key] = value
    return items


def read_items(content: bytes) -> dict[str, Plain]:
    """The items in the bytes of a session file.

    Raises:
        DamagedError: They are no session.
        VersionError: They are of a newer format.
    """
    return items_in(read_plain(content, SESSION_LIMITS))


def read_plain(content: bytes, limits: Limits) -> Mapping[str, Plain]:
    """The document in the bytes of a session file.

    Raises:
        DamagedError: They are no session.
        VersionError: They are of a newer format.
    """
    try:
        plain = parse(content, limits).plain()
    except InvalidDocumentError as error:
        raise DamagedError("the file is not YAML any more") from error
    return of_a_session(plain)


def of_a_session(plain: Plain) -> Mapping[str, Plain]:
    """The document itself, if it is one of a session.

    Raises:
        DamagedError: It is none.
        VersionError: It is of a newer format.
    """
    if not isinstance(plain, Mapping) or FORMAT_KEY not in plain:
        raise DamagedError(f"the file has no key `{FORMAT_KEY}`")
    version = plain[FORMAT_KEY]
    if isinstance(version, int) and version > SESSION_FORMAT:
        raise VersionError(version, SESSION_FORMAT)
    return plain
