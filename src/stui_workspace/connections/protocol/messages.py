"""Each message of the protocol as a value. The names of the fields are the keys on the wire."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.model.records import dataclass, field

PROTOCOL: Final = 1


class Standing(StrEnum):
    """What a server knows of the client that greets it."""

    RETURNING = "RETURNING"
    """This life of the server has seen the client before."""
    NEW = "NEW"
    REFUSED = "REFUSED"


class Code(StrEnum):
    """Why something was refused. A peer may send others, so that the fields are plain text."""

    VERSION = "version"
    """The two speak no common version of the protocol."""
    IDENTITY = "identity"
    """Somebody else was expected here."""
    TOKEN = "token"  # noqa: S105 (the name of a reason)
    """No token, or a wrong one."""
    BUSY = "busy"
    """It takes no more clients, or no more evaluations, for now."""
    UNKNOWN_TYPE = "unknown-type"
    BAD_ENVELOPE = "bad-envelope"
    """It was no JSON, or no envelope."""
    BAD_MESSAGE = "bad-message"
    """An envelope in which a key is missing, or is not what it has to be."""
    TOO_LONG = "too-long"
    HELLO_FIRST = "hello-first"
    """A client greets before it asks for anything."""


# What a client says.


@dataclass(frozen=True, slots=True)
class Hello:
    client: str
    """The same over all links of one session."""
    protocol: int = PROTOCOL
    identity: str | None = None
    """Who is expected to answer; None for anybody."""
    token: str | None = field(default=None, repr=False)
    incarnation: str | None = None
    """Of the life that the client met last; only that one sends what was missed."""
    last_seq_seen: int = 0


@dataclass(frozen=True, slots=True)
class Ping:
    pass


@dataclass(frozen=True, slots=True)
class Evaluate:
    """The id of its envelope is the id of the evaluation: one is never evaluated twice."""

    code: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Take up an evaluation that was asked for over another link."""

    evaluation: str
    heard: int = 0
    """The number of the last output of it that arrived."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    pass


@dataclass(frozen=True, slots=True)
class Bye:
    """The client does not come back: forget what it has seen."""


@dataclass(frozen=True, slots=True)
class Complete:
    code: str
    cursor: int
    """In code points from the start of `code`."""


@dataclass(frozen=True, slots=True)
class Inspect:
    code: str
    cursor: int


@dataclass(frozen=True, slots=True)
class SystemInfo:
    pass


# What a server says of an evaluation, unasked.


@dataclass(frozen=True, slots=True)
class OutputEvent:
    """`Output` on the wire."""

    evaluation: str
    seq: int
    """Its place among all events of one life of the server, from 1."""
    number: int
    """Its place among the outputs of its evaluation, from 1."""
    stream: str
    """stdout, stderr, or gap where `text` tells of output that is not to be had any more."""
    text: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One output in the single answer of a server that cannot push."""

    stream: str
    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    evaluation: str
    seq: int
    ending: Ending
    result: str | None = None
    error: str | None = None
    at: float | None = None
    output: tuple[Piece, ...] = ()
    """Of a server that cannot push: all that was put out."""


Event: TypeAlias = OutputEvent | Result


# What a server answers.


@dataclass(frozen=True, slots=True)
class Welcome:
    standing: Standing
    identity: str | None = None
    incarnation: str = ""
    """Never empty where the client is not refused."""
    backend: str = ""
    """For people: `Python 3.11.7`."""
    protocol: int = PROTOCOL
    seq: int = 0
    """The last one given out."""
    missed: tuple[Event, ...] = ()
    """Events after `last_seq_seen`, in order; the rest of them, if there is `more`, by `Resume`."""
    more: bool = False
    code: str | None = None
    """Why the client is refused; with it `reason`, one clause, and `next_step`."""
    reason: str | None = None
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Pong:
    busy_for: float | None = None
    """Seconds that it has been evaluating, for whomever; None where it is idle."""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    pass


@dataclass(frozen=True, slots=True)
class System:
    backend: str
    incarnation: str
    identity: str | None = None
    protocol: int = PROTOCOL
    started: float | None = None
    """When this life began, in seconds since 1970."""
    pid: int | None = None
    evaluations: int = 0
    """How many it knows by their ids."""
    kept_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    reason: str = ""
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of a type that this version does not know. Never sent."""

    type: str


FromClient: TypeAlias = (
    Hello | Ping | Evaluate | Resume | Interrupt | Bye | Complete | Inspect | SystemInfo
)
FromServer: TypeAlias = (
    Welcome | Pong | Done | Completions | Inspected | System | Refused | OutputEvent | Result
)
Message: TypeAlias = FromClient | FromServer | Unknown
