"""An agent gives the key to its user, for its vault, in its time and place; to nobody else."""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stui_workspace.secrets.vault.agent import Limits, Place, ask, lock, status
from stui_workspace.secrets.vault.agent.places import listen, make_private, user_at
from stui_workspace.secrets.vault.agent.serving import Serving, Surroundings
from stui_workspace.secrets.vault.agent.words import Order, Question, Wish, question_line

KEY = bytes(range(32))
SECONDS = 10.0


@dataclass
class Served:
    """An agent in a thread, and the clocks it looks at."""

    place: Place
    shown: list[float] = field(default_factory=lambda: [0.0, 0.0])
    user: Callable[[socket.socket], int | None] = user_at
    look: float = 0.01
    thread: threading.Thread | None = None

    def start(self, limits: Limits | None = None) -> None:
        make_private(self.place)
        order = Order(str(self.place.folder), "mine", KEY, limits or Limits(100, 60))
        path = self.place.socket
        listening = listen(path)

        def user(peer: socket.socket) -> int | None:
            return self.user(peer)

        around = Surroundings(lambda: tuple(self.shown), user, self.look)
        serving = Serving(order, listening, path, around)

        def run() -> None:
            with listening:
                serving.run()
                serving.leave()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    @property
    def has_ended(self) -> bool:
        assert self.thread is not None
        self.thread.join(SECONDS)
        return not self.thread.is_alive()

    def visitor(self) -> socket.socket:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(SECONDS)
        one.connect(str(self.place.socket))
        return one


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    one = Served(Place(tmp_path / "vault-agent"))
    yield one
    one.shown[0] += 1e6
    assert one.thread is None or one.has_ended


def test_it_gives_the_key_of_its_vault(served: Served) -> None:
    served.start()
    assert ask(served.place, "mine") == KEY
    assert ask(served.place, "mine") == KEY


@pytest.mark.parametrize("vault", ["", "min", "mine2", "MINE", "*"])
def test_it_gives_the_key_for_no_other_vault(served: Served, vault: str) -> None:
    served.start()
    assert ask(served.place, vault) is None


def test_it_locks_when_told_to_and_is_gone_then(served: Served) -> None:
    served.start()
    assert lock(served.place)
    assert not lock(served.place)
    assert ask(served.place, "mine") is None
    assert served.has_ended
    assert not served.place.socket.exists()


def test_it_says_how_long_it_stays(served: Served) -> None:
    served.start()
    served.shown[0] = 15.0
    held = status(served.place)
    assert held is not None
    assert (held.vault, held.pid) == ("mine", os.getpid())
    assert (held.held_left, held.unused_left, held.left) == (85, 45, 45)


def test_being_asked_for_the_key_is_use_and_being_looked_at_is_not(served: Served) -> None:
    served.start()
    served.shown[0] = 50.0
    assert status(served.place) is not None
    assert ask(served.place, "mine") == KEY
    served.shown[0] = 95.0
    held = status(served.place)
    assert held is not None
    assert (held.held_left, held.unused_left) == (5, 15)


@pytest.mark.parametrize(("counted", "wall"), [(60.0, 60.0), (60.0, 0.0), (0.0, 60.0), (1.0, 1e9)])
def test_its_time_is_over_when_any_clock_says_so(
    served: Served, counted: float, wall: float
) -> None:
    served.start()
    served.shown[:] = [counted, wall]
    assert ask(served.place, "mine") is None
    assert served.has_ended
    assert not served.place.socket.exists()


def test_whoever_wakes_it_after_its_time_gets_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[bool] = []

    class Waiting(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            ready = super().select(timeout)
            served.shown[1] = 1e6 if slept else 0.0  # while it waited
            return ready

    monkeypatch.setattr(selectors, "DefaultSelector", Waiting)
    served.look = 3600.0  # it would not look by itself
    served.start()
    with served.visitor() as one:
        assert ask(served.place, "mine") == KEY  # so that both of them have been let in
        slept.append(True)
        with suppress(BrokenPipeError):
            one.sendall(question_line(Question(Wish.KEY, "mine")))
        assert _all_of(one) == b""
    assert served.has_ended


def test_it_ends_when_its_folder_is_taken_away(served: Served) -> None:
    served.start()
    shutil.rmtree(served.place.folder)
    assert served.has_ended


def test_it_ends_with_its_folder_wherever_its_socket_is(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    served = Served(Place(deep / "vault-agent"))
    served.start()
    assert served.place.folder not in served.place.socket.parents
    assert ask(served.place, "mine") == KEY
    served.place.folder.rmdir()
    assert served.has_ended
    assert not served.place.socket.exists()


def test_it_ends_when_something_else_is_in_its_place_and_leaves_that_alone(
    served: Served,
) -> None:
    served.start()
    served.place.socket.unlink()
    with listen(served.place.socket):
        assert served.has_ended
        assert served.place.socket.exists()


@pytest.mark.parametrize("user", [None, os.geteuid() + 1], ids=["unknown", "another"])
def test_another_user_hears_nothing_at_all(served: Served, user: int | None) -> None:
    served.user = lambda _peer: user
    served.start()
    for wish in Wish:
        with served.visitor() as one:
            with suppress(BrokenPipeError):
                one.sendall(question_line(Question(wish, "mine")))
            assert _all_of(one) == b""
    served.user = user_at
    assert ask(served.place, "mine") == KEY  # and it was not told to lock


@pytest.mark.parametrize(
    "said",
    [
        b"\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\xff" * 500 + b"\n",
        b"\0" * 5000,
        b"{" * 1000 + b"\n",
        b"a" * 1_000_000,
        question_line(Question(Wish.KEY, "mine")) * 2,
        question_line(Question(Wish.KEY, "mine"))[:-1] + b" " * 2000 + b"\n",
        question_line(Question(Wish.KEY, "mine"))[:-1],
    ],
    ids=["empty", "http", "high", "nul", "deep", "endless", "twice", "padded", "unfinished"],
)
def test_what_is_no_question_gets_no_key_and_harms_nobody(served: Served, said: bytes) -> None:
    served.start()
    with served.visitor() as one:
        with suppress(BrokenPipeError, ConnectionResetError):
            one.sendall(said)
            one.shutdown(socket.SHUT_WR)
        assert _all_of(one) in (b"", b'{"refused":true}\n')
    assert ask(served.place, "mine") == KEY


def test_those_who_come_and_say_nothing_keep_nobody_waiting(served: Served) -> None:
    served.start()
    silent = [served.visitor() for _ in range(10)]
    assert ask(served.place, "mine") == KEY
    for one in silent:
        one.close()
    assert ask(served.place, "mine") == KEY


def test_those_who_stay_silent_are_sent_away(served: Served) -> None:
    served.start()
    with served.visitor() as one:
        assert _all_of(one) == b""


def test_a_question_may_come_in_pieces(served: Served) -> None:
    served.start()
    line = question_line(Question(Wish.STATUS))
    with served.visitor() as one:
        for index in range(len(line)):
            one.sendall(line[index : index + 1])
        assert b'"vault":"mine"' in _all_of(one)


def test_no_key_is_asked_for_where_others_may_go(served: Served) -> None:
    served.start()
    served.place.folder.chmod(0o750)
    assert ask(served.place, "mine") is None
    served.place.folder.chmod(0o700)
    assert ask(served.place, "mine") == KEY


@pytest.mark.parametrize(
    "answer",
    [b"", b"\n", b"{}\n", b"[]\n", b'{"key":""}\n', b'{"key":"====","x":1}\n', b"x" * 100_000],
)
def test_an_agent_that_answers_nonsense_is_none(tmp_path: Path, answer: bytes) -> None:
    place = Place(tmp_path / "vault-agent")
    make_private(place)
    with listen(place.socket) as listening:
        listening.setblocking(True)

        def talk() -> None:
            one, _ = listening.accept()
            with one, suppress(OSError):
                one.sendall(answer)
                one.recv(4096)

        thread = threading.Thread(target=talk)
        thread.start()
        assert ask(place, "mine") is None
        thread.join()


def _all_of(one: socket.socket) -> bytes:
    said = b""
    with suppress(ConnectionResetError):
        while piece := one.recv(4096):
            said += piece
    return said
