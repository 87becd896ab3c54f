"""Taking the echo of what was sent out of what comes back.

`5` sent to one REPL comes back as `5` because it echoes, and from another because that is its
value. Which of the two a REPL is shows only where something else follows in the same answer; until
it has shown, nothing is taken away.
"""

from __future__ import annotations

from typing import Final

from stui_workspace.connections.prompts.escapes import bare, place_in

_ROOM: Final = 1024
"""Characters of control sequences in an echo, and of blank lines after it."""


class Echoes:
    """What a REPL does with the lines that it is sent."""

    def __init__(self) -> None:
        self._has_echoed: bool | None = None
        """None as long as it has not shown."""
        self._expected = ""
        self._held = ""
        """The beginning of what was expected."""
        self._doubtful = ""
        """What may be an echo, or a value."""
        self._blank = ""
        """What followed it, and does not decide that."""

    @property
    def is_holding(self) -> bool:
        """Whether it keeps text back that could go on as an echo."""
        return bool(self._held)

    def sent(self, line: str) -> None:
        """A line was sent."""
        self._held = self._doubtful = self._blank = ""
        may_come = self._has_echoed is not False and (self._has_echoed or line.strip())
        self._expected = f"{line}\n" if may_come else ""

    def feed(self, text: str) -> str:
        """What of `text` is no echo, as far as that can be said already."""
        if not self._expected:
            return text
        self._held += text
        seen = bare(self._held)
        if len(seen) < len(self._expected):
            if self._expected.startswith(seen) and len(self._held) < len(seen) + _ROOM:
                return ""
        elif seen.startswith(self._expected):
            place = place_in(self._held, len(self._expected))
            if not self._has_echoed:
                self._doubtful = self._held[:place]
            rest = self._held[place:]
            self._expected = self._held = ""
            return rest
        self._has_echoed = False
        return self.give_up()

    def give_up(self) -> str:
        """What was held: it does not go on as an echo."""
        held, self._held, self._expected = self._held, "", ""
        return held

    def pass_on(self, output: str) -> str:
        """`output`, with what was kept back before it; what came first was an echo then."""
        if not self._doubtful:
            return output
        self._blank += output
        if not self._blank.strip() and len(self._blank) < _ROOM:
            return ""
        self._has_echoed = True
        output, self._doubtful, self._blank = self._blank, "", ""
        return output

    def rest(self) -> str:
        """What was kept back, where nothing followed: it was no echo, or cannot be told from it."""
        rest = self._doubtful + self._blank + self._held
        self._expected = self._held = self._doubtful = self._blank = ""
        return rest
