"""The published schemas: files are checked by the very bytes that editors read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
"""One schema of draft-07, or a part of one, as JSON has it."""

BASE: Final = "https://stui-workspace.github.io/schema/v1/"
"""Where the schemas are published; nothing here ever asks for it."""

_PACKAGED: Final = Path(__file__).parent / "published"
_CHECKOUT: Final = Path(__file__).parents[3] / "schema"


class SchemaName(StrEnum):
    """The published files."""

    WORKSPACE = "stui-workspace.v1.schema.json"
    OVERLAY = "stui-workspace-local.v1.schema.json"
    CONFIG = "stui-config.v1.schema.json"
    CREDENTIALS = "stui-credentials.v1.schema.json"
    SESSION = "stui-session.v1.schema.json"

    @property
    def copy_name(self) -> str:
        """What a copy beside a workspace file is called; copies refer to each other by it."""
        return _COPY_NAMES[self]

    @property
    def url(self) -> str:
        """The address of the schema, which is its `$id`."""
        return BASE + self.copy_name


_COPY_NAMES: Final = {
    SchemaName.WORKSPACE: "workspace.schema.json",
    SchemaName.OVERLAY: "workspace-local.schema.json",
    SchemaName.CONFIG: "config.schema.json",
    SchemaName.CREDENTIALS: "credentials.schema.json",
    SchemaName.SESSION: "session.schema.json",
}


def schema_bytes(name: SchemaName) -> bytes:
    """The published bytes: from the installed package or, in a checkout, from its folder."""
    packaged = _PACKAGED / name.value
    return (packaged if packaged.exists() else _CHECKOUT / name.value).read_bytes()


@cache
def load_schema(name: SchemaName) -> Schema:
    """The schema as JSON has it. Callers must not change it."""
    loaded: Schema = json.loads(schema_bytes(name))
    return loaded
