"""The other end: a stui whose screen is shown in a browser, by us or by whoever runs it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from stui_workspace.model.records import replace

if TYPE_CHECKING:
    from stui_workspace.runtime.services import Services

_DRIVER: Final = "TEXTUAL_DRIVER"
_WEB_DRIVER: Final = "textual.drivers.web_driver:WebDriver"
_OURS: Final = ("COLUMNS", "ROWS")


def environ_of(environ: Mapping[str, str], columns: int, rows: int) -> dict[str, str]:
    """The environment in which Textual draws for a browser of that size."""
    return {
        **environ,
        _DRIVER: _WEB_DRIVER,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": str(columns),
        "ROWS": str(rows),
    }


def is_in_browser(environ: Mapping[str, str]) -> bool:
    """Whether this program's screen is drawn in a browser, so that it has no terminal."""
    return environ.get(_DRIVER) == _WEB_DRIVER


def without_browser(services: Services) -> Services:
    """The services whose environment says nothing of a browser to the programs that we start."""
    environ = {
        name: text
        for name, text in services.environ.items()
        if not name.startswith("TEXTUAL") and name not in _OURS
    }
    return replace(services, environ=environ)
