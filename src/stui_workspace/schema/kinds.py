"""The kinds of files, and what the schema says about each."""

from __future__ import annotations

from enum import StrEnum

from stui_workspace.model.formats import FORMAT, SESSION_FORMAT
from stui_workspace.schema.parts import Parts, parts_of
from stui_workspace.schema.published import SchemaName, load_schema


class FileKind(StrEnum):
    """The kinds of files, each with its schema."""

    WORKSPACE = "workspace"
    OVERLAY = "overlay"
    CONFIG = "config"
    CREDENTIALS = "credentials"
    SESSION = "session"

    @property
    def format_key(self) -> str:
        """The key with the number of the format."""
        return "stui-session" if self is FileKind.SESSION else "stui"

    @property
    def known_format(self) -> int:
        """The number of the format that this stui writes."""
        return SESSION_FORMAT if self is FileKind.SESSION else FORMAT


def parts_for(kind: FileKind) -> Parts:
    """What the schema says about a whole file."""
    if kind is FileKind.SESSION:
        session = load_schema(SchemaName.SESSION)
        return parts_of(session, session)
    main = load_schema(SchemaName.WORKSPACE)
    if kind is FileKind.WORKSPACE:
        return parts_of(main, main)
    return parts_of(main, {"$ref": f"#/definitions/{kind.value}"})
