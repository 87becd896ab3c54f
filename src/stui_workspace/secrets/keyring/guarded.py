"""A keyring behind a guard: one call at a time, each with a limit, and typed outcomes only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring.breaker import CLOSED
from stui_workspace.secrets.keyring.items import (
    Foreign,
    Item,
    Items,
    Read,
    item_of,
    sealed,
    unsealed,
    why_no_pair,
)
from stui_workspace.secrets.keyring.patience import Limits, Patience, PromptRefusedError, run
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import (
    Got,
    Locked,
    Removed,
    Store,
    Stored,
    TimedOut,
    Trouble,
    Unavailable,
)

Result = TypeVar("Result")


class KeyringStore:
    """The keyring of this machine, as a `Store`. Safe to be called from several threads.

    Calls wait for each other: eight connections that want a secret of a daemon that hangs wait
    for it once, and a person sees one question at a time.
    """

    def __init__(
        self,
        items: Items,
        limits: Limits | None = None,
        *,
        may_prompt: bool = False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.label = "the keyring"
        self._items = items
        self._limits = limits or Limits()
        self._may_prompt = may_prompt
        self._clock = clock
        self._turn = threading.Lock()
        self._breaker = CLOSED
        self._running: Patience | None = None
        self._asked_last = -1.0

    def look(self) -> Trouble | None:
        """Why the keyring cannot be used here; None when it can. Opens no item, asks nobody."""
        looked = self._guarded(self._items.look, may_prompt=False)
        if not isinstance(looked, str):
            return looked
        self.label = looked
        return None

    def get(self, name: str) -> Got:
        """The secret of that name."""
        item = item_of(name)
        if not isinstance(item, Item):
            return item
        text = self._guarded(lambda patience: self._items.read(item, patience))
        return unsealed(item, text) if isinstance(text, str) else text

    def put(self, name: str, envelope: Envelope) -> Stored:
        """Keep a secret; the old one is whole until the new one was read back."""
        item, text = item_of(name), sealed(envelope)
        if not isinstance(item, Item):
            return item
        if not isinstance(text, str):
            return text
        return self._guarded(lambda patience: self._items.write(item, text, patience))

    def remove(self, name: str) -> Removed:
        """Forget a secret."""
        item = item_of(name)
        if not isinstance(item, Item):
            return item
        return self._guarded(lambda patience: self._items.remove(item, patience))

    def read_foreign(self, service: str, user: str) -> Foreign:
        """What another program keeps under that service and user name, as it stands there."""
        trouble = why_no_pair(service, user)
        if trouble is not None:
            return trouble
        text: Read | TimedOut = self._guarded(
            lambda patience: self._items.read_foreign(service, user, patience)
        )
        return Secret(text) if isinstance(text, str) else text

    def _guarded(
        self, call: Callable[[Patience], Result], *, may_prompt: bool = True
    ) -> Result | Trouble:
        came = self._clock()
        limits = self._limits
        may_prompt = may_prompt and self._may_prompt
        wait = limits.seconds + (limits.prompt_seconds if may_prompt else 0.0)
        if not self._turn.acquire(timeout=wait):
            running = self._running
            if running is not None and running.is_asking:
                return Locked("the keyring is asking a person to unlock it")
            return TimedOut(wait)
        try:
            # Who waited while a person was asked is not to ask them again: they have answered.
            is_answered = came < self._asked_last
            return self._asked(call, may_prompt=may_prompt and not is_answered)
        finally:
            self._turn.release()

    def _asked(self, call: Callable[[Patience], Result], *, may_prompt: bool) -> Result | Trouble:
        refusal = self._breaker.refusal(self._clock())
        if refusal is not None:
            return refusal
        patience = Patience(self._limits, may_prompt=may_prompt)
        self._running = patience
        try:
            result = run(lambda: call(patience), patience)
        except Exception as error:  # noqa: BLE001 (a keyring may fail in any way there is)
            return self._failed(error, patience)
        finally:
            self._running = None
            if patience.is_asking:
                self._asked_last = self._clock()
        self._breaker = self._breaker.after_answer()
        return result

    def _failed(self, error: Exception, patience: Patience) -> Trouble:
        trouble: Trouble
        if isinstance(error, PromptRefusedError):
            trouble = Locked()
        elif isinstance(error, TimeoutError):
            trouble = TimedOut(patience.seconds)
        else:
            trouble = self._items.trouble(error)
        if isinstance(trouble, Locked):
            self._breaker = self._breaker.after_answer()
        else:
            self._breaker = self._breaker.after_failure(trouble, self._clock())
        return trouble


def read_foreign(store: Store | Unavailable, service: str, user: str) -> Foreign:
    """What another program keeps in this machine's keyring, where `store` is that keyring."""
    if isinstance(store, Unavailable):
        return store
    if not isinstance(store, KeyringStore):
        return Unavailable(f"{store.label} has no items of other programs")
    return store.read_foreign(service, user)
