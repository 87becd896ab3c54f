"""What an evaluation puts out, as it is told and kept: late output and gaps are marked in place."""

from __future__ import annotations

from stui_workspace.connections.backend import Answer, Output
from stui_workspace.model.moments import CLOCK, moment_text
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.runtime.events import OutputArrived
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.transcript import Collected

GAP = "gap"
NOTE = "note"


class Listener:
    """Takes the output of one evaluation.

    Args:
        entry: Of the transcript; what it holds already comes first.
        memory: Who is told of what comes.
    """

    def __init__(self, entry: TranscriptEntry, memory: Memory) -> None:
        self.heard = entry.heard
        """The number of the last output that came."""
        self._number = entry.number
        self._memory = memory
        self._collected = Collected()
        self._is_at_start = True
        """Of a line."""
        self._is_late = False
        if entry.output:
            self._collected.add(Output("stdout", entry.output))
            self._is_at_start = entry.output.endswith("\n")

    def __call__(self, output: Output) -> None:
        """Tell of a piece of output, and keep it."""
        self.heard = max(self.heard, output.number)
        if output.stream in (GAP, NOTE):
            self._mark(output.stream, output.text)
            return
        if output.at is not None and not self._is_late:
            now = moment_text(self._memory.clock(), CLOCK)
            then = moment_text(output.at, CLOCK)
            self._mark(NOTE, f"put out at {then} while nobody was connected; came at {now}")
        elif output.at is None and self._is_late:
            self._mark(NOTE, "connected again")
        self._is_late = output.at is not None
        self._say(output)

    def close(self, answer: Answer) -> None:
        """Tell what the answer adds to the output: when it ended, and the error."""
        if answer.at is not None:
            then = moment_text(answer.at, CLOCK)
            self._mark(NOTE, f"it ended at {then}, while nobody was connected")
        if answer.error:
            error = answer.error
            text = error if error.endswith("\n") else f"{error}\n"
            self._memory.tell(OutputArrived(self._number, "stderr", text))

    @property
    def text(self) -> str:
        """All that was put out; of a great deal, its head and tail."""
        return self._collected.text

    def _mark(self, stream: str, words: str) -> None:
        start = "" if self._is_at_start else "\n"
        self._say(Output(stream, f"{start}[{words.strip()}]\n"))

    def _say(self, output: Output) -> None:
        if output.text:
            self._collected.add(output)
            self._is_at_start = output.text.endswith("\n")
            self._memory.tell(OutputArrived(self._number, output.stream, output.text))
