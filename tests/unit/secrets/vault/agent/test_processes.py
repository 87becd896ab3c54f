"""Agents as processes of their own: one at a time, told nothing where others could read it."""

from __future__ import annotations

import base64
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError, SecretError
from stui_workspace.secrets.vault.agent import Held, Limits, Place, ask, hold, lock, status
from stui_workspace.secrets.vault.agent import starting as starting_module
from stui_workspace.secrets.vault.agent.places import listen, make_private
from stui_workspace.storage.lock import try_hold

KEY = bytes(range(32, 64))
LIMITS = Limits(600, 600)
SECONDS = 30.0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    one = Place(tmp_path / "state" / "vault-agent")
    yield one
    held = status(one)
    lock(one)
    if held is not None:
        assert ends(held.pid)


def ends(pid: int) -> bool:
    """Whether a process has ended, or does before long."""
    if sys.platform != "linux":
        return True
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], SECONDS)[0])
    finally:
        os.close(descriptor)


def test_a_key_is_held_until_it_is_locked(place: Place) -> None:
    held = hold(place, "mine", KEY, LIMITS)
    assert held.vault == "mine"
    assert held.pid != os.getpid()
    assert 500 < held.left <= 600
    assert ask(place, "mine") == KEY
    assert ask(place, "other") is None
    assert lock(place)
    assert ends(held.pid)
    assert (ask(place, "mine"), status(place), lock(place)) == (None, None, False)


def test_nobody_holds_anything_where_nothing_was_ever_unlocked(place: Place) -> None:
    assert (ask(place, "mine"), status(place), lock(place)) == (None, None, False)
    assert not place.folder.exists()


def test_it_is_in_a_private_folder_and_in_a_session_of_its_own(place: Place) -> None:
    held = hold(place, "mine", KEY, LIMITS)
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert place.socket.stat().st_mode & 0o777 == 0o600
    assert os.getsid(held.pid) == held.pid
    assert os.getsid(0) != held.pid


def test_it_ends_by_itself_when_its_time_is_over(place: Place) -> None:
    held = hold(place, "mine", KEY, Limits(0.3, 0.3))
    assert ends(held.pid)
    assert ask(place, "mine") is None
    assert not place.socket.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_goes_when_it_is_asked_to_as_any_process(place: Place, number: signal.Signals) -> None:
    held = hold(place, "mine", KEY, LIMITS)
    os.kill(held.pid, number)
    assert ends(held.pid)
    assert not place.socket.exists()


def test_one_that_was_killed_leaves_the_vault_locked_and_the_next_one_takes_its_place(
    place: Place,
) -> None:
    held = hold(place, "mine", KEY, LIMITS)
    os.kill(held.pid, signal.SIGKILL)
    assert ends(held.pid)
    assert place.socket.exists()  # which is all that is there
    assert (ask(place, "mine"), status(place), lock(place)) == (None, None, False)
    assert hold(place, "mine", KEY, LIMITS).pid != held.pid
    assert ask(place, "mine") == KEY


def test_a_second_unlock_replaces_the_first(place: Place) -> None:
    first = hold(place, "mine", KEY, LIMITS)
    second = hold(place, "mine", KEY[::-1], Limits(60, 60))
    assert ends(first.pid)
    assert second.left <= 60
    assert ask(place, "mine") == KEY[::-1]


def test_of_two_that_unlock_at_once_one_agent_is_left(place: Place) -> None:
    found: list[Held] = []
    threads = [
        threading.Thread(target=lambda: found.append(hold(place, "mine", KEY, LIMITS)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    left = status(place)
    assert left is not None
    assert ask(place, "mine") == KEY
    assert all(ends(one.pid) for one in found if one.pid != left.pid)


def test_the_agent_of_another_vault_gives_way(place: Place) -> None:
    hold(place, "theirs", KEY[::-1], LIMITS)
    hold(place, "mine", KEY, LIMITS)
    assert ask(place, "mine") == KEY
    assert ask(place, "theirs") is None


def test_a_path_that_is_too_long_for_a_socket_is_no_trouble(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(6):
        deep = deep / ("deep" * 10)
    place = Place(deep / "vault-agent")
    held = hold(place, "mine", KEY, LIMITS)
    assert len(os.fsencode(place.socket)) < 100
    assert place.socket.parent.stat().st_mode & 0o777 == 0o700
    assert ask(place, "mine") == KEY
    (place.folder / "agent.lock").unlink()
    place.folder.rmdir()  # the folder of the state is what counts, wherever the socket is
    assert ends(held.pid)
    assert not place.socket.exists()


def test_where_others_may_go_nothing_is_held(place: Place) -> None:
    make_private(place)
    place.folder.chmod(0o755)
    with pytest.raises(DiskError, match="others may use this folder"):
        hold(place, "mine", KEY, LIMITS)


def test_a_folder_that_is_a_link_is_none(place: Place, tmp_path: Path) -> None:
    place.folder.parent.mkdir()
    (tmp_path / "elsewhere").mkdir(0o700)
    place.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DiskError):
        hold(place, "mine", KEY, LIMITS)


def test_what_is_no_socket_is_not_taken_away(place: Place) -> None:
    make_private(place)
    place.socket.write_text("mine")
    with pytest.raises(SecretError, match=r"does not come up: .*it is there, and is no socket"):
        hold(place, "mine", KEY, LIMITS)
    assert place.socket.read_text() == "mine"


def test_one_that_never_lets_go_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting_module, "PATIENCE", 1.0)
    make_private(place)
    other = try_hold(place.lock)
    assert other is not None
    with other, pytest.raises(SecretError, match="does not come up") as caught:
        hold(place, "mine", KEY, LIMITS)
    assert caught.value.next_step is not None


def test_a_program_that_is_no_agent_is_an_error(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for command in ((sys.executable, "-c", "1"), (str(tmp_path / "nothing"),)):
        monkeypatch.setattr(starting_module, "COMMAND", command)
        with pytest.raises(SecretError, match="does not come up"):
            hold(place, "mine", KEY, LIMITS)


def test_where_there_are_no_sockets_it_says_what_unlocks_there(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting_module, "IS_AVAILABLE", False)
    with pytest.raises(SecretError, match="has no agent") as caught:
        hold(place, "mine", KEY, LIMITS)
    assert "slot add --keyring" in str(caught.value.next_step)


def test_a_socket_that_was_left_is_no_agent(place: Place) -> None:
    make_private(place)
    listen(place.socket).close()
    assert place.socket.exists()
    assert ask(place, "mine") is None
    hold(place, "mine", KEY, LIMITS)
    assert ask(place, "mine") == KEY


def test_the_key_is_in_no_argument_and_no_environment(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        return
    monkeypatch.setenv("STUI_SECRET_ORDERS", "hunter2-of-the-environment")
    held = hold(place, "mine", KEY, LIMITS)
    told = b"".join(
        path.read_bytes()
        for path in (Path(f"/proc/{held.pid}/cmdline"), Path(f"/proc/{held.pid}/environ"))
    )
    assert b"stui_workspace.secrets.vault.agent" in told
    forms = (KEY, KEY.hex().encode(), base64.b64encode(KEY), b"hunter2", b"mine", b"vault-agent/")
    assert [form for form in forms if form in told] == []
    limits = Path(f"/proc/{held.pid}/limits").read_text(encoding="ascii")
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
