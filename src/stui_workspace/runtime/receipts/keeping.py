"""Writing the receipt of a session down, whenever it is another one, so that others can read it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Lock

from stui_workspace.errors import DiskError
from stui_workspace.model.receipt import Receipt, Restored
from stui_workspace.model.records import replace
from stui_workspace.runtime.discretion import without_secrets
from stui_workspace.runtime.receipts.receiving import Receiving
from stui_workspace.runtime.services import Services
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.storage.locations import WorkspaceFolder


class ReceiptKeeper:
    """Keeps the receipt of one session. That it could not be kept is no reason to say so.

    It is a picture of what the session says as long as it is open; nothing is restored from it.
    """

    def __init__(self, receiving: Receiving, folder: WorkspaceFolder, services: Services) -> None:
        self._receiving = receiving
        self._folder = folder
        self._services = services
        self._turn = Lock()
        self._written: Receipt | None = None
        self._changed = asyncio.Event()
        self._changed.set()
        receiving.followers.append(self._changed.set)

    async def run(self) -> None:
        """Write it down at each change, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await asyncio.to_thread(self.write)

    def write(self) -> None:
        """Write it down, where it is other than what was written last."""
        from stui_workspace.storage.sessions.receipts import save_receipt

        with self._turn:
            receipt = self._receiving.receipt
            if receipt != self._written:
                with suppress(DiskError):
                    clean = discreet_receipt(receipt, self._services.redactor)
                    save_receipt(self._folder, clean, self._services.fs)
                    self._written = receipt


def discreet_receipt(receipt: Receipt, redactor: Redactor) -> Receipt:
    """The receipt without any secret that a reason may quote."""

    def clean(text: str | None) -> str | None:
        return None if text is None else without_secrets(text, redactor)

    def discreet(one: Restored) -> Restored:
        return replace(
            one,
            item=without_secrets(one.item, redactor),
            reason=clean(one.reason),
            next_step=clean(one.next_step),
            kept=clean(one.kept),
        )

    return replace(receipt, items=tuple(map(discreet, receipt.items)))
