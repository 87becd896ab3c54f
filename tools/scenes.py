"""The pictures of the docs: how to come to each, and what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Scene:
    """What to do, and when the picture is there to be taken.

    A step is a key by its name, `=TEXT` to type, `?TEXT` to wait until it is on the screen,
    `again` to start the program anew once it has ended, `kill` to kill it and start it anew,
    `!OLD>NEW` to change the workspace file from outside, `&OLD>NEW` to leave a conflict copy of it.
    """

    name: str
    example: str
    size: tuple[int, int]
    steps: Sequence[str]
    caption: str = ""
    """What it shows, for the gallery; without one it is not in there."""
    theme: str = "stui-dark"
    is_merge: bool = False
    """Whether it is of the merge tool, on two changes of the workspace file, and not of the
    workbench."""
    is_open: bool = False
    """Whether others can look into what is kept, which the doctor finds."""
    is_web: bool = False
    """Whether it is of the workbench in a browser; its steps are keys and texts to wait for."""


EVALUATED: Final = ("?Numbers", "f6", "?170.0", "ctrl+o", "f6", "?'comes'")
MANY: Final = (
    *EVALUATED,
    "ctrl+end",
    *("=max(orders)", "f5", "?310", "ctrl+u", "=orders.reverse()", "f5", "~0.5", "ctrl+u"),
    *("=[n for n in orders if n > 100]", "f5", "?[310, 120]", "ctrl+u", "=sum(orderz)", "f5"),
    *("?NameError", "ctrl+u"),
)
"""With more inputs than two, of which one fails."""
COPIED: Final = (
    *EVALUATED,
    "!title: Words>title: Phrases",
    "?Phrases",
    "&title: Phrases>title: Sentences",
    "ctrl+q",
    "again",
    "?waits for you",
)
"""With a conflict copy that needs an answer."""
EDITED: Final = (
    *EVALUATED,
    "ctrl+home",
    "=# the prices of November",
    "enter",
    "~6.0",
    "ctrl+end",
    "=# and of October",
    "~6.0",
)
"""With text that is not saved, and two states of it that are kept."""
BACK: Final = (
    "?Numbers",
    "f6",
    "?170.0",
    "down",
    "f7",
    "?# 170",
    "ctrl+o",
    "f6",
    "?'comes'",
    "ctrl+q",
    "again",
    "?restored 5 of 5",
    "?online",
)
SCENES: Final = (
    Scene(
        "workbench",
        "quickstart",
        (110, 32),
        BACK,
        caption="The workbench, come back. Pads, unsaved text, results",
    ),
    Scene(
        "light",
        "quickstart",
        (110, 32),
        BACK,
        theme="stui-light",
        caption="The light theme. F12 goes to the other; no state is told by colour alone",
    ),
    Scene(
        "narrow",
        "quickstart",
        (80, 24),
        ("?Numbers", "f6", "?170.0", "down", "f7", "?# 170"),
        caption="In 80 by 24. Panels become tabs where a terminal is narrow",
    ),
    Scene(
        "wide",
        "team",
        (200, 50),
        ("?Scratch", "f6", "?170", "?online"),
        caption="In 200 by 50. Layouts are in ratios: one fits every terminal",
    ),
    Scene(
        "commands",
        "quickstart",
        (110, 32),
        (*EVALUATED, "ctrl+p", "=pan", "?Go to the next"),
        caption="Everything by name. Control with P, and a few letters of what you want",
    ),
    Scene(
        "receipt",
        "quickstart",
        (110, 32),
        (*EVALUATED, "ctrl+q", "again", "?restored 4 of 4", "f4", "?rebuild"),
        caption="The receipt. What came back, what did not, why, and what to do about it",
    ),
    Scene(
        "receipt-after-kill",
        "quickstart",
        (110, 32),
        (
            *EVALUATED,
            "~1.5",
            "kill",
            "?restored 4 of 4 after a crash",
            "f4",
            "?changed",
            "?rebuild",
        ),
        caption="The receipt after `kill -9`. What went with the backend, and what rebuilds it",
    ),
    Scene(
        "start",
        "quickstart",
        (110, 32),
        (
            *EVALUATED,
            "=# prices",
            "~1.5",
            "alt+m",
            "?Sessions ",
            "c",
            "~0.5",
            "enter",
            "?-copy",
            "escape",
            "ctrl+q",
            "again",
            "?which one",
        ),
        caption="The start screen. Asked only where there is a choice",
    ),
    Scene(
        "sessions",
        "quickstart",
        (110, 32),
        (*EVALUATED, "=# prices", "~1.5", "alt+m", "?Sessions ", "c", "~0.5", "enter", "?-copy"),
        caption="Sessions. Open, rename, clone, delete with undo; those of other projects, too",
    ),
    Scene(
        "timeline",
        "quickstart",
        (110, 32),
        (*EDITED, "alt+h", "?Timeline ", "end", "?lines"),
        caption="The timeline. Every state, what changed since, and the way back",
    ),
    Scene(
        "promote",
        "quickstart",
        (110, 32),
        (*EDITED, "alt+d", "?Promote "),
        caption="Promote. What the workspace file does not have yet, piece by piece",
    ),
    Scene(
        "history",
        "quickstart",
        (110, 32),
        (*MANY, "ctrl+r", "?History ", "=ord", "?orders"),
        caption="Search in everything that was evaluated. A few letters will do",
    ),
    Scene(
        "settings",
        "quickstart",
        (110, 32),
        (*EVALUATED, "ctrl+p", "=settings", "?Settings, and", "enter", "?Settings "),
        caption="Settings. Each with its value, who says so, and what that overrides",
    ),
    Scene(
        "doctor",
        "quickstart",
        (110, 32),
        (*EVALUATED, "ctrl+p", "=doctor", "?Doctor:", "enter", "?Doctor ", "?rights", "~3.0"),
        caption="The doctor. What is wrong around the workspace, and one key to mend it",
        is_open=True,
    ),
    Scene(
        "notices",
        "quickstart",
        (110, 32),
        (*EVALUATED, "!title: Words>title: Phrases", "?Phrases", "~1.0", "alt+v", "?Notices "),
        caption="Notices. What was said in passing can be read again",
    ),
    Scene(
        "consent",
        "team",
        (110, 32),
        ("?Scratch", "alt+left", "down", "c", "?a approve"),
        caption="Consent. What a connection would run or reach, before it does",
    ),
    Scene(
        "review",
        "quickstart",
        (80, 26),
        (
            "?Numbers",
            "alt+a",
            "?type an address",
            "=tcp://127.0.0.1:5557",
            "?✓ stui",
            "tab",
            "~0.5",
            "=image",
            "~0.5",
            "tab",
            "tab",
            "right",
            "right",
            "~0.5",
            "ctrl+s",
            "?image is kept",
            "!127.0.0.1:5557>127.0.0.1:6667",
            "~7.0",
            "alt+k",
            "?image",
            "~1.0",
            "down",
            "y",
            "?a approve",
        ),
        caption="What changed since you approved it. The old form beside the new one",
    ),
    Scene(
        "connections",
        "quickstart",
        (110, 32),
        (
            *EVALUATED,
            "alt+a",
            "?type an address",
            "=tcp://127.0.0.1:5557",
            "?✓ stui",
            "ctrl+s",
            "?reconnecting",
            "alt+k",
            "?Round trip",
            "down",
            "?nobody",
        ),
        caption="Connections. State, round trip, log, and the next try",
    ),
    Scene(
        "new-connection",
        "quickstart",
        (110, 32),
        (
            *EVALUATED,
            "alt+a",
            "?type an address",
            "=tcp://127.0.0.1:5557",
            "?✓ stui",
            "ctrl+t",
            "?approve",
            "~1.5",
            "a",
            "?nobody listens",
        ),
        caption="A new connection. Approved, tried, and only then saved",
    ),
    Scene(
        "arrange",
        "quickstart",
        (110, 32),
        (*EVALUATED, "ctrl+g", "?border", "shift+down", "~0.5"),
        caption="Arranging. Arrows move borders and panels",
    ),
    Scene(
        "broken-file",
        "quickstart",
        (110, 32),
        (*EVALUATED, "!panel: connections>panel: conections", "?did you mean"),
        caption="A file that breaks under the workbench. The session goes on as it was",
    ),
    Scene(
        "conflict-copy",
        "quickstart",
        (110, 32),
        COPIED,
        caption="A conflict copy that needs an answer. All others are merged without a word",
    ),
    Scene(
        "conflicts",
        "quickstart",
        (110, 32),
        (*COPIED, "alt+x", "?conflict 1 of"),
        caption="Conflicts. Each is one question, answered in the open session",
    ),
    Scene(
        "keys",
        "quickstart",
        (110, 32),
        ("?Numbers", "f1", "?Evaluate the whole pad"),
        caption="All keys",
    ),
    Scene(
        "merge",
        "team",
        (110, 32),
        ("t", "o", "?3 of 5"),
        is_merge=True,
        caption="A merge that git could not settle. One question at a time",
    ),
    Scene(
        "browser",
        "quickstart",
        (110, 32),
        ("?orders = [120", "F6", "?170.0", "?online"),
        is_web=True,
        caption="In a browser. `stui serve --web` gives one address, which opens it once",
    ),
    Scene("merge-narrow", "team", (80, 24), ("t", "?2 of 5", "p", "?taken"), is_merge=True),
    Scene("merge-wide", "team", (200, 50), ("o", "s", "b", "?4 of 5", "p", "?both"), is_merge=True),
)
OURS: Final = {
    "image_host: localhost": "image_host: 127.0.0.1",
    "keyring:orders/image ": "keyring:orders/engine",
    "mean([120, 80, 310])": "mean([120, 80, 310, 95])",
    "title: Engine": "title: Order engine",
    "'Orders'; load": "'Orders'; get; load",
    "evaluation_timeout: 30s": "evaluation_timeout: 45s",
    "guard: confirm}": "guard: confirm, title: Staging}",
}
THEIRS: Final = {
    "image_host: localhost": "image_host: orders.local",
    "keyring:orders/image ": "keyring:team/image   ",
    "from statistics import mean": "from statistics import mean, median",
    "mean([120, 80, 310])": "median([120, 80, 310])",
    "title: Engine": "title: Engine (live)",
    "kernel: python3\n": "kernel: python3.12\n",
    "evaluation_timeout: 30s": "evaluation_timeout: 60s",
}
"""What two people made of the workspace file, by what stood there."""
