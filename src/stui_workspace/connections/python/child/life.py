"""One life of the child, from its first descriptor to its last evaluation."""

from __future__ import annotations

import _thread
import faulthandler
import os
import signal
import sys
import time
from contextlib import suppress

from .channel import Channel, Pipes, private
from .evaluator import Evaluator
from .outlet import Outlet
from .streams import open_streams

if sys.platform == "win32":
    import _winapi
    import msvcrt

    INTERRUPT = signal.SIGBREAK
else:
    import fcntl
    import select

    INTERRUPT = signal.SIGINT

PAUSE = 0.02
"""Seconds that the first of what goes past Python is left where it is, unless Python prints or is
done: should these be last words, stui finds them in the pipe, and not half-way through us."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Child:
    """Its descriptors are in their places once it is made."""

    def __init__(self, descriptors: list[int]) -> None:
        self._pid = os.getpid()
        self._channel = Channel(private(0), private(1))
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        self._pipes = Pipes(*(descriptors[:4] or (*os.pipe(), *os.pipe())))
        self._lifeline = private(descriptors[4]) if descriptors else None
        self._outlet = Outlet(self._send_output, self._pipes.read)
        self._interrupts = Interrupts()

    def live(self, root: str) -> None:
        """Greet, and evaluate until stui is gone."""
        self._look_after_itself()
        open_streams(self._outlet, anew=True)
        evaluator = Evaluator()
        self._channel.send(type="hello", backend=name_of_this())
        sys.argv = [""]
        sys.path.append(root)  # at the end, and now that all of ours is imported
        sys.modules["__main__"] = evaluator.module
        while True:
            command = self._channel.receive()
            if command is None:
                end_group()
            elif "code" in command:
                self._answer(evaluator, command["code"])
            elif "look" in command:
                self._look_up(evaluator, command["look"], command["name"])
            else:
                return  # and tidy up, as any program at its end

    def _look_after_itself(self) -> None:
        faulthandler.enable(file=2, all_threads=False)
        if sys.platform != "win32":
            os.register_at_fork(after_in_child=self._let_go)
        if self._lifeline is not None:
            bind_life(self._lifeline)
        _thread.start_new_thread(self._watch, ())

    def _answer(self, evaluator: Evaluator, code: str) -> None:
        open_streams(self._outlet)
        self._outlet.begin()
        answer: dict[str, str | None] = {"ending": "interrupted"}
        try:
            self._interrupts.allow()
            self._channel.send(type="begun")
            answer = evaluator.evaluate(code)
        except BaseException:  # noqa: BLE001, S110 (an interrupt that came after their last word)
            pass
        self._interrupts.disallow()
        if os.getpid() != self._pid:
            sys.exit(answer["ending"] != "ok")  # their code forked, and this is the fork
        self._outlet.end()
        self._channel.send(type="answer", **answer)

    def _look_up(self, evaluator: Evaluator, wanted: str, name: str) -> None:
        """Nothing is said of a name that is not there. What the code prints waits for the next."""
        answer: dict[str, str | None] = {"ending": "ok"}
        try:
            self._interrupts.allow()
            self._channel.send(type="begun")
            answer["result"] = evaluator.look_up(wanted, name)
        except BaseException:  # noqa: BLE001, S110 (their code, an interrupt, or no such name)
            pass
        self._interrupts.disallow()
        if os.getpid() != self._pid:
            sys.exit(1)
        self._channel.send(type="answer", **answer)

    def _send_output(self, stream: str, text: str) -> None:
        self._channel.send(type="output", stream=stream, text=text)

    def _let_go(self) -> None:
        """In a fork: nothing of ours stays."""
        self._outlet.become_fork()
        ours = [self._channel.commands, self._channel.replies, *self._pipes.writers]
        for descriptor in (*ours, *self._pipes.readers):
            with suppress(OSError):
                os.close(descriptor)

    def _watch(self) -> None:
        """Pump what goes past Python, and end everything when stui is gone. A thread, for ever."""
        if sys.platform == "win32":
            while True:
                time.sleep(PAUSE)  # pipes can be looked into there, but not waited for
                try:
                    _winapi.PeekNamedPipe(msvcrt.get_osfhandle(self._channel.commands), 0)
                except OSError:
                    end_group()
                self._outlet.pump()
        poll = select.poll()
        for reader in self._pipes.readers:
            poll.register(reader, select.POLLIN)
        if self._lifeline is not None:
            poll.register(self._lifeline, 0)  # a hang-up is told without asking
        is_flowing = False
        while True:
            happened = poll.poll(PAUSE * 1000 if is_flowing else None)
            self._react(poll, happened)
            if happened and not is_flowing:
                time.sleep(PAUSE)
            is_flowing = bool(happened)
            self._outlet.pump()

    def _react(self, poll: select.poll, happened: list[tuple[int, int]]) -> None:
        for descriptor, event in happened:
            if event & select.POLLNVAL:  # their code closed it, and will see what comes of it
                poll.unregister(descriptor)
            elif descriptor == self._lifeline:
                end_group()


class Interrupts:
    """The interrupt while code runs, Python's own unless the code wants another; else, nothing."""

    def __init__(self) -> None:
        self._wanted: Any = signal.default_int_handler
        signal.signal(INTERRUPT, _ignore)

    def allow(self) -> None:
        """An interrupt stops what runs."""
        signal.signal(INTERRUPT, self._wanted)

    def disallow(self) -> None:
        """An interrupt is late, and means nothing."""
        while True:
            try:
                wanted = signal.signal(INTERRUPT, _ignore)
            except BaseException:  # noqa: BLE001, S112 (one that had just arrived)
                continue
            self._wanted = wanted or signal.default_int_handler
            return


def _ignore(_number: int, _frame: object) -> None:
    """Not SIG_IGN, which programs that the code starts would inherit."""


def end_group() -> None:
    """End all of us at once: stui has gone without a word, and nobody else will do it."""
    if sys.platform == "win32":
        os._exit(1)
    else:
        os.killpg(0, signal.SIGKILL)


def bind_life(lifeline: int) -> None:
    """Let the kernel end our whole group when stui is gone, however busy we are; Linux can."""
    if sys.platform == "linux" and hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)


def name_of_this() -> str:
    """The interpreter, for people: `Python 3.11.7`."""
    version = "Python {}.{}.{}".format(*sys.version_info[:3])
    name = sys.implementation.name
    return version if name == "cpython" else f"{version} ({name})"
