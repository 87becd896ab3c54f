"""What of the items of a session may be shown: everything but secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stui_workspace.model.diagnostics import Span
from stui_workspace.model.values import Plain
from stui_workspace.runtime.taking_back.comparing import Clean
from stui_workspace.schema.leaks import blotted, is_leak, leaks_by_line
from stui_workspace.secrets.redacting import Redactor

HIDDEN: Final = "***"


def shown_by(redactor: Redactor) -> Clean:
    """How to show the value of an item: without what may be a secret, or was revealed here."""

    def text_shown(text: str, key: object) -> str:
        if is_leak(key, text):
            return HIDDEN
        spans = [*leaks_by_line(text), *(Span(*place) for place in redactor.places(text))]
        return blotted(text, spans, HIDDEN) if spans else text

    def shown(value: Plain, key: object) -> Plain:
        if isinstance(value, str):
            return text_shown(value, key)
        if isinstance(value, Mapping):
            return {one: shown(part, one) for one, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [shown(one, key) for one in value]
        return value

    return lambda _item, value: shown(value, None)
