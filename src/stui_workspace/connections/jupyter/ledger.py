"""The evaluations of one link: the one that somebody waits for, and those of links before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stui_workspace.connections.backend import Answer, Ending, OnOutput
from stui_workspace.connections.jupyter.evaluation import Evaluation
from stui_workspace.connections.jupyter.messages import Message

_UNCLAIMED_LIMIT: Final = 4
_ABOUT_EVALUATIONS: Final = frozenset(
    {"stream", "display_data", "update_display_data", "execute_result", "error", "execute_reply"}
)


class Ledger:
    """Evaluations by the ids of their requests.

    Args:
        session: Our name to the kernel, the same over all links.
        interrupt: Asks the kernel to stop what it evaluates.
        keeps: Whether messages may come that belong to evaluations of earlier links.
    """

    def __init__(self, session: str, interrupt: Callable[[], None], *, keeps: bool) -> None:
        self._session = session
        self._interrupt = interrupt
        self._keeps = keeps
        self._evaluations: dict[str, Evaluation] = {}
        self.current: Evaluation | None = None
        """The one that somebody waits for, or waited for last."""

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits for any."""
        return self.current is None or self.current.is_over.is_set()

    def claim(self, request_id: str, on_output: OnOutput) -> Evaluation:
        """The evaluation of that id; what was already said of it is passed on at once."""
        found = self._evaluations.pop(request_id, None)
        if found is None:
            found = Evaluation(self._interrupt, on_output)
        else:
            found.claim(on_output)
        self._evaluations = {request_id: found}  # the earlier ones are history now
        self.current = found
        return found

    def hear(self, message: Message) -> None:
        """Give a message to the evaluation that it belongs to, if that is one of ours."""
        evaluation = self._evaluations.get(message.parent.id)
        if evaluation is None and self._is_of_an_earlier_link(message):
            evaluation = Evaluation(self._interrupt)
            self._evaluations[message.parent.id] = evaluation
            if len(self._evaluations) > _UNCLAIMED_LIMIT:
                del self._evaluations[next(iter(self._evaluations))]
        if evaluation is not None:
            evaluation.hear(message)

    def lose(self, reason: str) -> None:
        """The link fell."""
        for evaluation in self._evaluations.values():
            evaluation.end(Answer(Ending.LOST, error=reason))

    def _is_of_an_earlier_link(self, message: Message) -> bool:
        parent = message.parent
        is_ours = self._keeps and self.is_idle and parent.session == self._session
        is_about_one = message.kind in _ABOUT_EVALUATIONS or parent.kind == "execute_request"
        return is_ours and is_about_one and parent.id != ""
