"""The doctor's screen: it looks beside the keyboard, shows what to do, and does what it can."""

from __future__ import annotations

import threading

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.errors import DiskError
from stui_workspace.gitdriver.doctoring import ALL_CHECKS
from stui_workspace.runtime.doctoring.values import Check, Finding, Looked, Mend
from stui_workspace.tui.doctor.screen import DoctorScreen
from support.workbench import SMALL, Bench, opened, workspace

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]


class Late(FakeSession):
    """What is wrong is found last."""

    def examine(self, check: Check) -> Looked:
        is_last = check.name == ALL_CHECKS[-1].name
        return Looked("", (Finding("late", "it is late", "hurry"),) if is_last else ())


class Ailing(FakeSession):
    """A schema that is stale until it is mended, and a driver that only a person can install."""

    mended = 0
    refuses = False
    held: threading.Event | None = None

    def examine(self, check: Check) -> Looked:
        if self.held is not None:
            self.held.wait(10)
        if check.name == "git":
            finding = Finding("git-driver-missing", "this clone has none", "`stui git install`")
            return Looked("git merges by lines", (finding,))
        if check.name == "schema" and not self.mended:
            mend = Mend("Write the copies anew", self.mend)
            return Looked("a copy", (Finding("schema-stale", "it is stale", "write", mend=mend),))
        return Looked(f"the {check.name}")

    def mend(self) -> str:
        if self.refuses:
            raise DiskError(self.project.root, "read-only", "make it writable")
        self.mended += 1
        return "wrote 1 copy of the schema to .stui"


async def shown(bench: Bench) -> DoctorScreen:
    bench.screen.perform("doctor")
    await bench.settle()
    await bench.app.workers.wait_for_complete()
    await bench.settle()
    found = bench.app.screen
    assert isinstance(found, DoctorScreen)
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wrong_stands_first_with_what_to_do(size: tuple[int, int]) -> None:
    async with opened(Ailing(workspace()), size) as bench:
        screen = await shown(bench)
        assert screen.is_done
        assert "2 to mend" in bench.text
        assert "△ this clone has none" in bench.text
        assert "→ `stui git install`" in bench.text


async def test_what_is_found_late_is_marked_unless_somebody_has_moved() -> None:
    async with opened(Late(workspace())) as bench:
        screen = await shown(bench)
        assert screen.marked == f"{ALL_CHECKS[-1].name}/0"
        screen.mark(ALL_CHECKS[1].name)
        await bench.press("r")
        await bench.app.workers.wait_for_complete()
        await bench.settle()
        assert screen.marked == ALL_CHECKS[1].name


async def test_a_key_mends_what_can_be_mended_and_looks_again() -> None:
    async with opened(Ailing(workspace())) as bench:
        screen = await shown(bench)
        screen.mark("schema/0")
        await bench.settle()
        assert "Write the copies anew" in bench.text
        await bench.press("enter")
        await bench.app.workers.wait_for_complete()
        await bench.settle()
        assert "wrote 1 copy of the schema to .stui" in bench.toasts
        assert "1 to mend" in bench.text
        assert isinstance(bench.session, Ailing)
        assert bench.session.mended == 1


async def test_what_only_a_person_can_do_is_said() -> None:
    async with opened(Ailing(workspace())) as bench:
        screen = await shown(bench)
        assert not screen.offers("choose")
        await bench.press("enter")
        assert "this has to be done by you\n→ `stui git install`" in bench.toasts


async def test_what_cannot_be_mended_is_said() -> None:
    session = Ailing(workspace())
    session.refuses = True
    async with opened(session) as bench:
        screen = await shown(bench)
        screen.mark("schema/0")
        await bench.settle()
        await bench.press("enter")
        await bench.app.workers.wait_for_complete()
        await bench.settle()
        assert "read-only\n→ make it writable" in bench.toasts
        assert "2 to mend" in bench.text


async def test_nothing_found_is_said_with_what_was_looked_at() -> None:
    async with opened(FakeSession(workspace()), (120, 36)) as bench:
        await shown(bench)
        assert "nothing is wrong" in bench.text
        assert "Everything that was looked at" in bench.text
        assert all(f"✓ {check.name}" in bench.text for check in ALL_CHECKS)


async def test_the_keyboard_is_free_while_it_looks() -> None:
    session = Ailing(workspace())
    session.held = threading.Event()
    async with opened(session) as bench:
        bench.screen.perform("doctor")
        await bench.settle()
        assert "looking: 0 of" in bench.text
        await bench.press("down", "f12", "escape")
        assert bench.app.screen is bench.screen
        session.held.set()
        await bench.app.workers.wait_for_complete()
