"""A project whose session and peers can be killed, and what must hold whatever was killed."""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from stui_workspace.connections.holding.holders import holders, stop
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.storage.sessions.names import FIRST_NAME
from support.killable import PROMPT, Peer, ReplProcess, ServeProcess, own_port
from support.reopened import Life

FILE: Final = """\
stui: 1
name: survives
connections:
  python: {{kind: python, connect: auto}}
  pty: {{kind: pty, command: [/bin/sh]}}
  socket: {{kind: socket, url: "{socket}", prompt: "{prompt}", connect: auto}}
  lines: {{kind: stui, url: "{lines}"}}
  zeromq: {{kind: stui, url: "{zeromq}", connect: auto}}
  held: {{kind: python, hold: true}}
"""
KERNEL: Final = "  jupyter: {kind: jupyter}\n"
SURVIVING: Final = ("lines", "zeromq", "held")
UP: Final = ("online", "busy", "degraded")
LAW_SECONDS: Final = 10.0
PATIENCE: Final = 25.0
"""Seconds after which nobody waits any more to see how late it is."""
LEAST_BACK: Final = 0.95
MARK: Final = "STUI_SOAK_MARK"


@dataclass
class Figures:
    """What some runs came to."""

    runs: int = 0
    kills: int = 0
    peer_kills: int = 0
    wanted: Counter[str] = field(default_factory=Counter)
    back: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Until each was online, from when the session was opened, or its peer was up, if later."""
    whole: int = 0
    """Runs after which all were back."""
    taken_up: int = 0
    """Evaluations that ran on while the session was dead, and have their result."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of what was typed before a kill."""
    moments: Counter[str] = field(default_factory=Counter)
    most_crashes: int = 0
    late: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        for name in ("runs", "kills", "peer_kills", "whole", "taken_up"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("wanted", "back", "outcomes", "moments", "late", "wrong"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.most_crashes = max(self.most_crashes, other.most_crashes)
        for name, seconds in other.seconds.items():
            self.seconds[name] += seconds

    @property
    def is_lawful(self) -> bool:
        parts = [self.back[name] / count for name, count in self.wanted.items()]
        return not self.wrong and min(parts, default=0.0) >= LEAST_BACK


@dataclass
class State:
    """What a connection is in, as the session says."""

    state: str = "idle"
    reason: str | None = None
    incarnation: str | None = None
    online_at: float = 0.0


@dataclass
class Typed:
    """One evaluation that was typed, and what is known of it."""

    name: str
    connection: str
    opening: int
    """The number of the process in which it was typed."""
    sent_at: float | None = None
    incarnation: str | None = None
    """Of the life that it was sent to."""
    is_kept: bool = False
    """Whether that it was sent is in the journal."""
    outcome: str = "running"
    said: str = ""
    ended_at: float | None = None
    is_end_kept: bool = False


class Bed:
    """A project, its peers, and the session that is open, as far as one is."""

    def __init__(self, folder: Path, chance: random.Random, *, has_kernel: bool) -> None:
        self.figures = Figures()
        self.chance = chance
        self.root, self.home, self.log = folder / "project", folder / "home", folder / "log"
        self.services = Services.real({**os.environ, "STUI_HOME": str(self.home)})
        self.root.mkdir(parents=True)
        self.log.touch()
        self.peers: dict[str, Peer] = {"socket": ReplProcess(self.log, own_port(chance))}
        for name, scheme in (("lines", "lines"), ("zeromq", "tcp")):
            url = f"{scheme}://127.0.0.1:{own_port(chance)}"
            self.peers[name] = ServeProcess(self.root, self.home, url)
        urls = {name: peer.url for name, peer in self.peers.items()}
        text = FILE.format(prompt=PROMPT, **urls) + (KERNEL if has_kernel else "")
        (self.root / ".stui-workspace.yaml").write_text(text, encoding="utf-8")
        self.names = self._approved()
        self.life: Life | None = None
        self.id: str | None = None
        """Of the session that is open, as soon as that is known."""
        self.states: dict[str, State] = {}
        self.typed: dict[str, Typed] = {}
        self.is_known = False
        """Whether every connection is known to be wanted, and that was kept."""
        self.holder_killed_at = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []
        self._count = 0
        self._opening_count = 0
        self._kept_up_to = 0.0

    def _approved(self) -> tuple[str, ...]:
        """Consent to every connection, as a person does once."""
        session = Session.open(OpenRequest(self.root, asked=True), self.services)
        for name in session.workspace.connections:
            session.grant(session.claim(name))
        if session._keeping.lock is not None:
            session._keeping.lock.release()
        return tuple(session.workspace.connections)

    # The session.

    def open(self, session: str | None = None) -> None:
        """Open it as the next start does: the last one, where none is named."""
        self.states = {name: State() for name in self.names}
        self._kept_up_to = 0.0
        self._opening_count += 1
        self.id, self.life = None, Life(self.root, self.home, session)
        if not self.is_known:
            self.life.connect(self.names)

    def kill(self, moment: str) -> None:
        if self.life is not None:
            life, self.life = self.life, None
            self._note_all(life.kill())
            self.figures.kills += 1
            self.figures.moments[moment] += 1

    def type(self, connection: str, seconds: float, word: str = "word") -> Typed:
        self._count += 1
        name = f"{word}{self._count}"
        code = self._code(connection, name, seconds)
        self.typed[code] = Typed(name, connection, self._opening_count)
        if self.life is not None:
            self.life.evaluate(connection, code)
        return self.typed[code]

    def _code(self, connection: str, name: str, seconds: float) -> str:
        match connection:
            case "socket":
                return f"{name} {seconds:.3f}"
            case "pty":
                return (
                    f"echo {name} >> {self.log}; echo one; sleep {seconds:.3f}; "
                    f"echo two; echo {name}"
                )
            case _:
                return (
                    f"import time; _ = open({str(self.log)!r}, 'a').write('{name}\\n'); "
                    f"print('one'); time.sleep({seconds:.3f}); print('two'); '{name}'"
                )

    def evaluated(self) -> Counter[str]:
        return Counter(self.log.read_text("utf-8").split())

    def watch(self, seconds: float, is_over: Callable[[], bool] = lambda: False) -> bool:
        """Hear and do what is due, for so long or until it is over; whether it is."""
        deadline = time.time() + seconds
        while True:
            self._step()
            if is_over():
                return True
            left = deadline - time.time()
            if left <= 0:
                return False
            ears = [self.life.ear] if self.life is not None else []
            select.select(ears, [], [], min(0.02, left))

    def _step(self) -> None:
        now = time.time()
        ready = [one for one in self.due if one[0] <= now]
        self.due = [one for one in self.due if one[0] > now]
        for _, action in ready:
            action()
        for peer in self.peers.values():
            peer.look()
        if self.life is not None:
            self._note_all(self.life.heard())
            if self.life.has_ended:
                raise AssertionError(f"the session ended by itself: {self.figures.wrong[-1:]}")

    def _note_all(self, told: list[dict[str, Any]]) -> None:
        for one in told:
            self._note(one)

    def _note(self, told: dict[str, Any]) -> None:
        match told["is"]:
            case "opened":
                crashes = max(self.figures.most_crashes, told["crash_count"])
                self.figures.most_crashes = crashes
                self._note_restored(told)
            case "state":
                self._note_state(told)
            case "kept":
                self._note_kept(told["up_to"])
            case "ended":
                one = self.typed.get(told["code"])
                if one is not None:
                    one.outcome, one.said, one.ended_at = (
                        told["outcome"], told["said"], told["at"],
                    )  # fmt: skip
            case _:
                self.figures.wrong.append(f"raised: {told['what']}")

    def _note_restored(self, told: dict[str, Any]) -> None:
        self.id = told["id"]
        if self.id != FIRST_NAME:
            return
        found = {entry["code"]: entry for entry in told["entries"]}
        for code, one in tuple(self.typed.items()):
            entry = found.get(code)
            if one.outcome == "waiting":
                continue
            if entry is None:  # typed, and gone like a text that was typed just before
                if one.is_kept or one.is_end_kept:
                    self.figures.wrong.append(f"{one} is out of sight")
                self.figures.outcomes["not kept"] += 1
                del self.typed[code]
                continue
            if one.is_end_kept and one.outcome == "ok" != entry["outcome"]:
                self.figures.wrong.append(f"{one} was restored as {entry['outcome']}")
            one.outcome, one.said, one.ended_at = entry["outcome"], entry["said"], None

    def _note_state(self, told: dict[str, Any]) -> None:
        state = self.states[told["name"]]
        if told["state"] in UP and state.state not in UP:
            state.online_at = told["at"]
        state.state, state.reason = told["state"], told["reason"]
        state.incarnation = told["incarnation"]
        if state.state == "busy":
            unsent = [
                one
                for one in self.typed.values()
                if one.connection == told["name"] and one.sent_at is None
            ]
            if unsent:
                unsent[0].sent_at, unsent[0].incarnation = told["at"], state.incarnation

    def _note_kept(self, up_to: float) -> None:
        self._kept_up_to = up_to
        for one in self.typed.values():
            if one.opening != self._opening_count:
                continue
            one.is_kept = one.is_kept or (one.sent_at is not None and one.sent_at < up_to)
            if one.ended_at is not None and one.ended_at < up_to:
                one.is_end_kept = True

    # Peers.

    def kill_peer(self, name: str, away: float) -> None:
        """Kill it, and start it again after so long."""
        peer = self.peers[name]
        if peer.ready_at == float("inf"):
            return
        self.figures.peer_kills += 1
        peer.kill()
        self.due.append((time.time() + away, peer.begin))

    def kill_holder(self) -> None:
        for one in self._holders():
            with suppress(ProcessLookupError):
                os.kill(one.process.pid, signal.SIGKILL)
                self.holder_killed_at = time.time()
                self.figures.peer_kills += 1

    def _holders(self) -> tuple[Any, ...]:
        return holders(self.services.locations.workspace(self.root).backends)

    def are_peers_up(self) -> bool:
        return not self.due and all(one.ready_at < float("inf") for one in self.peers.values())

    # The laws.

    def is_back(self, name: str) -> bool:
        """Whether it is online, with the life of its peer that is there now."""
        state = self.states[name]
        if state.state not in UP:
            return False
        peer = self.peers.get(name)
        if peer is None:
            return name != "held" or state.online_at > self.holder_killed_at
        if peer.incarnation is not None:
            return state.incarnation == peer.incarnation
        return state.online_at > peer.ready_at or peer.killed_at < self._began

    @property
    def _began(self) -> float:
        return self.life.began if self.life is not None else float("inf")

    def well_since(self, name: str) -> float:
        """From when on it could come back."""
        peer = self.peers.get(name)
        since = self.holder_killed_at if name == "held" else 0.0
        return max(self._began, peer.ready_at if peer is not None else since)

    def settle(self, moment: str) -> None:
        """Wait until all is as it should be, and judge."""
        wanted = self.names
        self.figures.runs += 1
        self.watch(LAW_SECONDS, lambda: self.id is not None)
        is_another = self.id != FIRST_NAME
        if is_another:
            self._judge_another(moment)
        if not self.watch(60.0, self.are_peers_up):
            self.figures.wrong.append("a peer of the harness does not come up")
        self.watch(PATIENCE, lambda: all(map(self.is_back, wanted)))
        if not is_another:
            are_back = [self._judge_return(name, moment) for name in wanted]
            self.figures.whole += all(are_back)
        before = list(self.typed.values())
        self.watch(LAW_SECONDS, lambda: not any(map(self._lacks_result, before)))
        self._judge_results(before)
        proofs = [self.type(name, 0.0, "proof") for name in wanted if self.is_back(name)]
        self.watch(LAW_SECONDS, lambda: all(one.ended_at is not None for one in proofs))
        for one in proofs:
            if one.outcome != "ok" or one.name not in one.said:
                state = self.states[one.connection]
                self.figures.wrong.append(f"{moment}: online, but {one}; {state}")
        if not self.is_known:
            now = time.time()
            self.is_known = self.watch(5.0, lambda: self._kept_up_to > now)

    def _judge_another(self, moment: str) -> None:
        """Nothing is back where another session is: the lock of the dead one was held still."""
        self.figures.wanted.update(self.names)
        self.figures.late.append(f"session `{self.id}` was opened after `{moment}`")
        self.kill("another session")
        self.watch(0.5)
        self.open(FIRST_NAME)

    def _judge_return(self, name: str, moment: str) -> bool:
        figures, state = self.figures, self.states[name]
        seconds = max(state.online_at - self.well_since(name), 0.0)
        is_in_time = self.is_back(name) and seconds <= LAW_SECONDS
        figures.wanted[name] += 1
        figures.back[name] += is_in_time
        if self.is_back(name):
            figures.seconds[name].append(seconds)
        if not is_in_time:
            figures.late.append(f"{name} after `{moment}`: {seconds:.1f} s, {state}")
        return is_in_time

    def _survived(self, one: Typed) -> bool:
        """Whether the life of the backend that it was sent to is there, and its sending kept."""
        is_same = one.incarnation == self.states[one.connection].incarnation
        return one.connection in SURVIVING and one.is_kept and is_same

    def _lacks_result(self, one: Typed) -> bool:
        if one.outcome == "running":
            return one.is_kept
        return self._survived(one) and one.outcome == "lost"

    def _judge_results(self, before: list[Typed]) -> None:
        executed = self.evaluated()
        self.figures.wrong += [f"{name} twice" for name, count in executed.items() if count > 1]
        for one in before:
            self.figures.outcomes[one.outcome if one.sent_at else f"{one.outcome}, unsent"] += 1
            if self._lacks_result(one):
                self.figures.wrong.append(f"no result: {one}; {executed[one.name]}")
            if self._survived(one) and executed[one.name] and one.outcome != "ok":
                self.figures.wrong.append(f"it survived, and came to {one}")
            if one.outcome == "ok":
                self._judge_answer(one, executed)
        self.typed = {}

    def _judge_answer(self, one: Typed, executed: Counter[str]) -> None:
        self.figures.taken_up += one.ended_at is not None and one.connection in SURVIVING
        counts = (one.said.count("one\n"), one.said.count("two\n"))
        if not executed[one.name] or one.name not in one.said:
            self.figures.wrong.append(f"an answer to what was not evaluated: {one}")
        elif counts != (1, 1) and one.connection not in ("socket", "pty"):
            self.figures.wrong.append(f"its output is not whole: {one}")

    # The end.

    def close(self) -> None:
        """Kill everything, and see that nothing is left."""
        self.kill("the end")
        for peer in self.peers.values():
            peer.kill()
        for one in self._holders():
            if not stop(one):
                self.figures.wrong.append(f"a holder does not end: {one}")
        deadline = time.monotonic() + LAW_SECONDS
        while (left := list(_marked())) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in left:
            with suppress(psutil.Error):
                self.figures.wrong.append(f"left running: {' '.join(process.cmdline())[:200]}")
                process.kill()


def _marked() -> Iterator[psutil.Process]:
    """Processes, other than this one, that have come from it."""
    mark, own = os.environ[MARK], os.getpid()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            is_ours = process.environ().get(MARK) == mark and process.pid != own
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                yield process
