"""The page: a terminal of textual-serve, and nothing from anywhere else."""

from __future__ import annotations

from html import escape
from typing import Final

from stui_workspace.model.printable import printable_line

CSS: Final = """\
@font-face {
  font-family: "Roboto Mono";
  font-weight: 100 700;
  src: url("static/fonts/RobotoMono-VariableFont_wght.ttf");
}
@font-face {
  font-family: "Roboto Mono";
  font-style: italic;
  font-weight: 100 700;
  src: url("static/fonts/RobotoMono-Italic-VariableFont_wght.ttf");
}
html, body { margin: 0; background: #16181d; overflow: hidden; }
.ended { display: none; }
body.-closed .ended {
  display: flex; gap: 2ch; position: absolute; inset: 0; z-index: 10;
  align-items: center; justify-content: center;
  background: #16181de6; color: #e6e6e6; font: 16px "Roboto Mono", monospace;
}
.ended a { color: inherit; }
"""

SCRIPT: Final = """\
// The keyboard is the terminal's from the start, without a click into it.
addEventListener("load", () => setTimeout(() => {
  document.querySelector(".xterm-helper-textarea")?.focus();
}));
"""

_HTML: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>stui: {title}</title>
<link rel="stylesheet" href="static/css/xterm.css">
<link rel="stylesheet" href="page.css">
<script src="static/js/textual.js"></script>
<script src="page.js"></script>
</head>
<body>
<div id="terminal" class="textual-terminal" data-session-websocket-url="{socket}"
 data-font-size="{size}"></div>
<div class="ended" role="alert">It has ended, and is kept. <a href="./">Open it again</a></div>
</body>
</html>
"""
_LONGEST_TITLE: Final = 200
_USUAL: Final = 15  # pixels
_SIZES: Final = range(6, 73)


def html_of(title: str, socket: str, size: str | None) -> str:
    """The page.

    Args:
        title: What is shown in the tab of the browser.
        socket: The address of the websocket.
        size: Of the letters, in pixels, as somebody wrote it into the address.
    """
    is_size = size is not None and size.isascii() and size.isdecimal() and int(size[:3]) in _SIZES
    return _HTML.format(
        title=escape(printable_line(title, _LONGEST_TITLE)),
        socket=escape(socket),
        size=size if is_size else _USUAL,
    )


def headers_for(host: str) -> dict[str, str]:
    """What every answer says: keep it to yourself, and load nothing from elsewhere.

    Args:
        host: What this server was called, which was checked.
    """
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws://{host}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
