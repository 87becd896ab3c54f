"""Every screen of the program in a state worth looking at, on sessions that are always the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from looks import sessions
from looks.stages import Size, Stage, after_crashes, at_a_merge, before_a_session, on_bench

SIZES: Final[dict[str, Size]] = {"80x24": (80, 24), "120x36": (120, 36)}
BOTH: Final = tuple(SIZES)
SMALL: Final = ("80x24",)
_BENCH: Final = on_bench()


@dataclass(frozen=True)
class Scene:
    """How to come to a screen.

    A step is a key by its name, `=TEXT` to type, `!NAME` for an action of the workbench, `@KEY` to
    mark a thing of a list, `~TEXT` to wait until it is on the screen.
    """

    name: str
    steps: tuple[str, ...] = ()
    stage: Stage = _BENCH
    sizes: tuple[str, ...] = BOTH
    """Cards look alike in a large terminal; one picture of them is enough."""


_CONFLICTS: Final = on_bench(sessions.in_conflict)
_LINKS: Final = on_bench(sessions.with_links)
_DOWN: Final = on_bench(sessions.with_outbox)
_FORM: Final = ("alt+a", "=tcp://127.0.0.1:5557")
_KEPT: Final = on_bench(sessions.with_kept)
_PAST: Final = on_bench(sessions.with_past)
_PROMOTING: Final = on_bench(sessions.with_hunks)
_RESTORED: Final = on_bench(sessions.restored)
_SAID: Final = on_bench(sessions.with_settings)
_SEARCHED: Final = on_bench(sessions.with_history)
SCENES: Final = (
    Scene("workbench"),
    Scene("evaluated", ("f5", "f6")),
    Scene("arranging", ("ctrl+g",)),
    Scene("zoomed", ("f10",), sizes=SMALL),
    Scene("commands", ("ctrl+p",)),
    Scene("commands-narrowed", ("ctrl+p", "=theme"), sizes=SMALL),
    Scene("help", ("f1",)),
    Scene("rename", ("f2",), sizes=SMALL),
    Scene("welcome", (), on_bench(sessions.of_nothing)),
    Scene("beginning", ("ctrl+f",), on_bench(sessions.of_nothing), SMALL),
    Scene("broken-file", (), on_bench(sessions.broken)),
    Scene("problems", ("!problems",), on_bench(sessions.broken), SMALL),
    Scene("start", ("~2 sessions have",), before_a_session),
    Scene("after-crashes", (), after_crashes, SMALL),
    Scene("receipt", ("f4",), _RESTORED),
    Scene("receipt-failed", ("f4", "@buffer/notes"), _RESTORED, SMALL),
    Scene("receipt-new-life", ("f4", "@connection/py"), _RESTORED),
    Scene("receipt-empty", ("f4",), sizes=SMALL),
    Scene("sessions", ("alt+m", "~Pads"), _KEPT),
    Scene("sessions-narrowed", ("alt+m", "~Pads", "/", "=refac", "~1 d ago"), _KEPT, SMALL),
    Scene("sessions-statistics", ("alt+m", "~Pads", "s", "~All 3"), _KEPT, SMALL),
    Scene("sessions-prune", ("alt+m", "~Pads", "p", "enter", "~main-3  saved"), _KEPT, SMALL),
    Scene("sessions-rename", ("alt+m", "~Pads", "r"), _KEPT, SMALL),
    Scene("timeline", ("alt+h", "~nothing differs"), _PAST, SMALL),
    Scene("timeline-difference", ("alt+h", "~nothing differs", "end", "~From then"), _PAST),
    Scene(
        "timeline-marked", ("alt+h", "~nothing differs", "end", "m", "up", "~From"), _PAST, SMALL
    ),
    Scene(
        "timeline-bring-back", ("alt+h", "~nothing differs", "end", "~From", "enter"), _PAST, SMALL
    ),
    Scene("timeline-shrunk", ("alt+h", "~lost most"), on_bench(sessions.with_lost_past), SMALL),
    Scene("conflicts", ("alt+x",), _CONFLICTS),
    Scene("conflicts-taken", ("alt+x", "o", "p"), _CONFLICTS, SMALL),
    Scene("conflicts-settled", ("alt+x", "o", "o", "o"), _CONFLICTS, SMALL),
    Scene("merges", ("alt+x", "m", "down"), _CONFLICTS, SMALL),
    Scene("merges-empty", ("alt+x",), sizes=SMALL),
    Scene("promote", ("alt+d", "@buffers.scratch.source", "space"), _PROMOTING),
    Scene("promote-refused", ("alt+d", "@buffers.pad-2"), _PROMOTING, SMALL),
    Scene("promote-empty", ("alt+d",), sizes=SMALL),
    Scene("promote-edit", ("alt+d", "@buffers.scratch.source", "e"), _PROMOTING, SMALL),
    Scene("freeze", ("!freeze",), sizes=SMALL),
    Scene("history", ("ctrl+r", "~inputs", "~customer"), _SEARCHED),
    Scene(
        "history-narrowed",
        ("ctrl+r", "~customer", "=cst", "alt+e", "~failed only"),
        _SEARCHED,
        SMALL,
    ),
    Scene("history-empty", ("ctrl+r", "~Nothing was evaluated"), sizes=SMALL),
    Scene("history-forget", ("ctrl+r", "~customer", "alt+x"), _SEARCHED, SMALL),
    Scene("settings", ("!settings",), _SAID, SMALL),
    Scene("settings-changed", ("!settings", "@preferences.tab_width"), _SAID),
    Scene("settings-where", ("!settings", "@history.per", "enter"), _SAID, SMALL),
    Scene("settings-value", ("!settings", "@preferences.tab_width", "o"), _SAID, SMALL),
    Scene("doctor", ("!doctor", "~2 to mend"), on_bench(sessions.Ailing.new)),
    Scene("doctor-well", ("!doctor", "~nothing is wrong")),
    Scene("notices", ("alt+v",), on_bench(sessions.Telling.new)),
    Scene("notices-empty", ("alt+v",), sizes=SMALL),
    Scene("connections", ("alt+k",), _LINKS, SMALL),
    Scene("connections-online", ("alt+k", "@py"), _LINKS, SMALL),
    Scene("connections-slow", ("alt+k", "@slow"), _LINKS, SMALL),
    Scene("connections-reconnecting", ("alt+k", "@image"), _LINKS),
    Scene("connections-needs-you", ("alt+k", "@stage"), _LINKS, SMALL),
    Scene("new-connection", ("alt+a",), sizes=SMALL),
    Scene("new-connection-wrong", (*_FORM, "=77"), sizes=SMALL),
    Scene("new-connection-tried", (*_FORM, "enter"), on_bench(sessions.trying), SMALL),
    Scene("consent", ("alt+k", "@stage", "y")),
    Scene("review", ("alt+k", "@stage", "y"), on_bench(sessions.to_review), SMALL),
    Scene("guard", ("f5",), on_bench(sessions.guarded), SMALL),
    Scene("outbox", ("alt+q",), _DOWN),
    Scene("waiting", (), _DOWN, SMALL),
    Scene("merge-tool", (), at_a_merge),
    Scene("merge-tool-taken", ("o", "p"), at_a_merge, SMALL),
    Scene("merge-tool-leaving", ("o", "q"), at_a_merge, SMALL),
)
