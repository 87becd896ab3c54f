"""A store of secrets in memory, that can be locked, hung or broken."""

from __future__ import annotations

from dataclasses import dataclass, field

from stui_workspace.secrets.envelope import Envelope, opened
from stui_workspace.secrets.store import Done, Got, Missing, Removed, Stored, Trouble


@dataclass
class FakeStore:
    """Keeps what it is given, as text."""

    label: str = "a store in memory"
    kept: dict[str, str] = field(default_factory=dict, repr=False)
    trouble: Trouble | None = None
    """What comes of every call, while it is set."""
    asked: list[str] = field(default_factory=list)
    """Every call, such as `get a/b`."""

    def get(self, name: str) -> Got:
        self.asked.append(f"get {name}")
        if self.trouble is not None:
            return self.trouble
        text = self.kept.get(name)
        return Missing() if text is None else opened(text) or Missing()

    def put(self, name: str, envelope: Envelope) -> Stored:
        self.asked.append(f"put {name}")
        if self.trouble is not None:
            return self.trouble
        self.kept[name] = envelope.sealed()
        return Done()

    def remove(self, name: str) -> Removed:
        self.asked.append(f"remove {name}")
        if self.trouble is not None:
            return self.trouble
        return Missing() if self.kept.pop(name, None) is None else Done()
