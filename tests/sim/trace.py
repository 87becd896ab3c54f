"""What happened in a simulation, line by line, the same for the same seed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

LAST_LINES = 80


class BrokenLawError(AssertionError):
    """A law did not hold. Says which, with which seed, and what happened last."""

    def __init__(self, law: str, text: str, seed: int, lines: tuple[str, ...]) -> None:
        self.law = law
        self.seed = seed
        log = "\n".join(lines)
        again = f"python tests/soak/simulations.py --seed {seed} --trace"
        super().__init__(f"{law}: {text}\n{log}\nseed {seed}; again: {again}")


@dataclass
class Trace:
    """The last lines of the log, or all of them."""

    seed: int
    now: Callable[[], float]
    limit: int | None = LAST_LINES
    lines: deque[str] = field(init=False)
    homes: dict[str, str] = field(default_factory=dict)
    """What is said instead of a path of this machine."""

    def __post_init__(self) -> None:
        self.lines = deque(maxlen=self.limit)

    def say(self, who: str, text: str) -> None:
        """Add a line."""
        for home, name in self.homes.items():
            text = text.replace(home, name)
        self.lines.append(f"{self.now():11.3f} {who:6} {text}")

    def broken(self, law: str, text: str) -> BrokenLawError:
        """The error to raise where a law does not hold."""
        return BrokenLawError(law, text, self.seed, tuple(self.lines))
