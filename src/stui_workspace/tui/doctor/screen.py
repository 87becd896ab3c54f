"""What is wrong around the workspace: found beside the screen, with what to do about each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final, NamedTuple

from textual.content import Content

from stui_workspace.model.diagnostics import Severity
from stui_workspace.runtime.doctoring.values import Check, Finding, Looked, Mend
from stui_workspace.tui.keys import DOCTOR, FOOTER_DOCTOR, Action
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry, Twofold

_MARKS: Final = {Severity.ERROR: ("✗", "bad"), Severity.WARNING: ("△", "warn")}


class _Seen(NamedTuple):
    """A finding, and the check that it is from."""

    check: Check
    finding: Finding


class DoctorScreen(Twofold[None]):
    DEFAULT_CSS = """
    DoctorScreen #list { width: 40; }
    DoctorScreen.-wide #list { width: 56; }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = DOCTOR
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_DOCTOR
    LIST_TITLE = "Doctor"

    def __init__(self, session: LiveSession, checks: Sequence[Check]) -> None:
        super().__init__()
        self._session = session
        self._checks = checks
        self._looked: dict[str, Looked] = {}
        self._turn = 0
        self.doers = {**self.doers, "choose": self._mend, "again": self._look}

    def on_mount(self) -> None:
        self._look()

    def _look(self) -> None:
        """Look at everything anew; a look that is under way is given up."""
        self._turn += 1
        self._looked = {}
        self.work(self._look_at_each(self._turn), "looking")

    async def _look_at_each(self, turn: int) -> None:
        for check in self._checks:
            looked = await asyncio.to_thread(self._session.examine, check)
            if turn != self._turn or not self.is_attached:
                return
            self._looked[check.name] = looked
            self.follow()
        worst = next(iter(self._found()), None)
        if worst is not None and self.marked == self._checks[0].name:  # nobody has moved
            self.mark(worst)

    # What is in view.

    @property
    def is_done(self) -> bool:
        """Whether everything was looked at."""
        return len(self._looked) == len(self._checks)

    def _found(self) -> dict[str, _Seen]:
        return {
            f"{check.name}/{at}": _Seen(check, finding)
            for check in self._checks
            if check.name in self._looked
            for at, finding in enumerate(self._looked[check.name].findings)
        }

    def note(self) -> str:
        if not self.is_done:
            return f"looking: {len(self._looked)} of {len(self._checks)}"
        count = len(self._found())
        return f"{count} to mend" if count else "nothing is wrong"

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        found = self._found()
        for key, one in found.items():
            mark, style = _MARKS[one.finding.severity]
            row = Content.assemble(
                (f"{mark} ", getattr(paint, style)),
                (one.finding.message, paint.text),
                (f"\n  {one.check.name}", paint.muted),
            )
            yield Entry(key, _two_lines(row, width), f"{one.finding.message} {one.check.name}")
        for check in self._checks:
            looked = self._looked.get(check.name)
            if looked is not None and looked.findings:
                continue
            sign = ("· ", paint.faint) if looked is None else ("✓ ", paint.good)
            row = Content.assemble(sign, (check.name, paint.muted))
            yield Entry(check.name, row.truncate(width, ellipsis=True))

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        one = self._found().get(key)
        if one is not None:
            return one.check.name, list(_finding_rows(one.finding, self._looked[one.check.name]))
        return key, list(self._seen_rows(key))

    def _seen_rows(self, name: str) -> Iterator[Row]:
        looked = self._looked.get(name)
        if looked is None:
            yield Row((("not looked at yet", "muted"),))
            return
        yield Row((("✓ ", "good"), ("nothing is wrong", "text")))
        yield Row((("", "text"),))
        yield Row((("Looked at  ", "muted"), (looked.seen, "text")), hang=11)
        if self.is_done and not self._found():
            yield Row((("", "text"),))
            yield Row((("Everything that was looked at", "title"),))
            for check in self._checks:
                shown = f"{check.name:<16}"
                seen = self._looked[check.name].seen
                yield Row((("✓ ", "good"), (shown, "strong"), (seen, "muted")), hang=18)

    def offers(self, name: str) -> bool:
        if name != "choose" or not self.is_mounted:
            return True
        return self._mend_of(self.marked) is not None

    # What a person asks for.

    def _mend_of(self, key: str | None) -> Mend | None:
        one = self._found().get(key or "")
        return one.finding.mend if one is not None else None

    def _mend(self) -> None:
        key = self.marked
        mend = self._mend_of(key)
        if mend is None:
            one = self._found().get(key or "")
            if one is None:
                self.say("nothing is wrong here, so there is nothing to mend")
            else:
                self.say(f"this has to be done by you\n→ {one.finding.fix}")
            return
        self.work(self._mended(mend), "mending")

    async def _mended(self, mend: Mend) -> None:
        self.say(await asyncio.to_thread(mend.do))
        self._look()


def _finding_rows(finding: Finding, looked: Looked) -> Iterator[Row]:
    mark, style = _MARKS[finding.severity]
    yield Row(((f"{mark} ", style), (finding.message, "strong")), hang=2)
    yield Row((("", "text"),))
    yield Row((("→ ", "accent"), (finding.fix, "text")), hang=2)
    if finding.mend is not None:
        yield Row((("  Enter does it: ", "accent"), (finding.mend.title, "text")), hang=2)
    yield Row((("", "text"),))
    yield Row((("Looked at  ", "muted"), (looked.seen, "text")), hang=11)
    yield Row((("Code       ", "muted"), (finding.code, "muted")))


def _two_lines(row: Content, width: int) -> Content:
    return Content("\n").join(line.truncate(width, ellipsis=True) for line in row.split("\n"))
