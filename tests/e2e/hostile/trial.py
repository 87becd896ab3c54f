"""Hostile projects tried out: what the commands said, and what they asked the system for."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from e2e.hostile.cases import FILE, HEAD, Case
from e2e.hostile.tracing import CALLS, Call, calls_in

PROBER: Final = Path(__file__).parent / "prober.py"
SECRET: Final = "hunter2-Zq81vK"  # noqa: S105 (a canary)
GOOD: Final = "../good.yaml"
COMMANDS: Final = (
    ("validate",),
    ("validate", "--format", "json"),
    ("show", "--origin"),
    ("show", "--json"),
    ("get", "."),
    ("get", "connections", "--json"),
    ("fmt", "--check"),
    ("fmt", "--diff"),
    ("diff",),
    ("diff", GOOD, FILE),
    ("validate", "--staged"),
    ("merge", GOOD, GOOD, FILE, "--explain"),
    ("trust", "show", "--json"),
    ("trust",),
    ("conn", "ls"),
    ("doctor",),
    ("watch", "--fresh"),
    ("show", "--settings"),
    ("promote", "--list"),
    ("freeze", "frozen.yaml", "--dry-run"),
)
"""What reads the files of a project."""
_OF_WHAT_IS_KEPT: Final = (
    ("doctor", "--all"),
    ("sync", "merges"),
    ("history", "search", "o"),
    ("session", "ls"),
    ("session", "ls", "--all"),
    ("session", "show"),
    ("session", "diff"),
    ("session", "log"),
    ("session", "receipt"),
    ("session", "stats"),
)
"""What reads more than that: each case has one of them, and each of them has many cases."""
STATUSES: Final = frozenset({0, 1, 2, 3, 6})
MEBIBYTES: Final = 300
"""More than any input may need on top of the program itself, after all the others."""
_RUN_GIT: Final = frozenset({"diff", "doctor", "validate", "watch"})
_CHILD: Final = re.compile(
    rf'\["{re.escape(sys.executable)}", "-I",'
    r' "[^"]*/stui_workspace/connections/python/child/__main__\.py"'
)
_HOSTILE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True)
class Trap:
    """What hostile files point at, and nobody may touch."""

    folder: Path
    canary: Path
    port: int
    ears: tuple[socket.socket, ...] = field(repr=False)

    @property
    def words(self) -> dict[str, str]:
        """What stands for `@CANARY@` and so on."""
        return {
            "CANARY": str(self.canary),
            "PORT": str(self.port),
            "SOCKET": str(self.folder / "s"),
            "SECRET": SECRET,
        }

    @property
    def environ(self) -> dict[str, str]:
        """Where everything that must not be asked could be asked."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "user"),
            "STUI_HOME": str(self.folder / "home"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder / 's'}",
            "SSH_AUTH_SOCK": str(self.folder / "s"),
            "SECRET_CANARY": SECRET,
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def visitors(self) -> int:
        """How many came to one of the places at which somebody listens."""
        count = 0
        for ear in self.ears:
            ear.setblocking(False)
            try:
                ear.accept()[0].close()
            except BlockingIOError:
                continue
            count += 1
        return count


@contextmanager
def trap() -> Iterator[Trap]:
    """A folder with a canary, a port and a socket with somebody at them."""
    folder = Path(tempfile.mkdtemp(prefix="stui-hostile-"))  # short: the path of a socket must be
    (folder / "user").mkdir()
    (folder / "outside").mkdir()
    (folder / "projects").mkdir()
    (folder / "projects" / "good.yaml").write_text(HEAD)
    canary = folder / "outside" / "canary"
    canary.write_text("stui: 1\nname: sang\n")
    web = socket.create_server(("127.0.0.1", 0))
    here = socket.socket(socket.AF_UNIX)
    here.bind(str(folder / "s"))
    here.listen()
    try:
        yield Trap(folder, canary, web.getsockname()[1], (web, here))
    finally:
        web.close()
        here.close()
        shutil.rmtree(folder, ignore_errors=True)


def commands_for(number: int) -> tuple[tuple[str, ...], ...]:
    """The commands for the case of that number."""
    return (*COMMANDS, _OF_WHAT_IS_KEPT[number % len(_OF_WHAT_IS_KEPT)])


@dataclass(frozen=True)
class Said:
    """What one command said."""

    case: str
    command: tuple[str, ...]
    status: Any
    out: str
    err: str


def tried(cases: Sequence[Case], at: Trap) -> tuple[list[Said], list[Call], int]:
    """All commands on all cases: what they said, what they called, and the memory in MiB."""
    plan = []
    for number, case in enumerate(cases):
        project = at.folder / "projects" / str(number)
        case.put(project, at.words)
        plan.append({"name": str(number), "folder": str(project), "commands": commands_for(number)})
    names = {name: str(at.folder / name) for name in ("out", "err", "result", "plan", "trace")}
    Path(names["plan"]).write_text(json.dumps(names | {"cases": plan}))
    traced(["-B", str(PROBER), names["plan"]], at, Path(names["trace"]))
    result = json.loads(Path(names["result"]).read_text())
    said = [
        Said(
            cases[int(one["case"])].name,
            tuple(one["command"]),
            one["status"],
            one["out"],
            one["err"],
        )
        for one in result["said"]
    ]
    return said, list(calls_in(Path(names["trace"]))), result["mebibytes"]


def traced(arguments: Sequence[str], at: Trap, trace: Path) -> None:
    """Run Python with everything that it asks for written down."""
    command = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-e",
        f"trace={CALLS}",
        "-s",
        "400",
        "-o",
        str(trace),
    ]
    subprocess.run(
        [*command, sys.executable, *arguments],
        env=at.environ,
        cwd=at.folder,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # no terminal: nobody can be asked
        check=True,
        timeout=110,
    )


def wrong_words(one: Said, case: Case) -> Iterator[str]:
    """What is wrong in what a command said."""
    if one.status not in STATUSES:
        yield f"ended with {one.status}: {one.err[-300:]!r}"
    if one.command == ("validate",) and one.status != case.status:
        yield f"ended with {one.status}, not {case.status}: {(one.out + one.err)[:300]!r}"
    is_file_itself = one.command[0] == "merge"  # what it prints is the merged file, byte for byte
    shown = one.err if is_file_itself else one.out + one.err
    if found := _HOSTILE.search(shown.encode("latin-1").decode("utf-8", "replace")):
        yield f"shows {found[0]!r}"
    if "Traceback" in shown:
        yield f"has a trace: {shown[-500:]!r}"
    yield from (f"tells the secret, as {how}" for how, form in secret_forms() if form in shown)
    if "sang" in shown:
        yield "tells what the canary says"


def secret_forms() -> Iterator[tuple[str, str]]:
    """The secret as it may be found."""
    plain = SECRET.encode()
    yield "itself", SECRET
    yield "base64", base64.b64encode(plain).decode().rstrip("=")
    yield "hexadecimal", plain.hex()
    yield "percent", "".join(f"%{byte:02x}" for byte in plain)


def wrong_call(
    call: Call, command: Sequence[str], at: Trap, *, may_merge: bool = False
) -> str | None:
    """What is wrong with what a command asked the system for."""
    if call.is_network:
        return f"{call.name}({call.arguments[:200]})"
    if call.is_start and not _may_start(call, command):
        return f"starts {call.arguments[:200]}"
    if str(at.canary.parent) in " ".join((*call.opens, *_followed(call))):
        return f"opens {call.opens}"
    own = (str(at.folder / "home"), "/dev/null", str(at.folder / "out"), str(at.folder / "err"))
    strange = [path for path in call.writes if not path.startswith(own)]
    if strange and not (may_merge and command[0] == "watch"):
        return f"writes {strange}"
    return None


def _followed(call: Call) -> list[str]:
    """What a call opened, whatever links and dots were on the way there."""
    if call.result.startswith("-1"):
        return []
    paths = [Path(path) for path in call.opens if path.startswith("/")]
    if "O_NOFOLLOW" not in call.arguments:
        return [os.path.realpath(path) for path in paths]
    return [str(Path(os.path.realpath(path.parent)) / path.name) for path in paths]


def _may_start(call: Call, command: Sequence[str]) -> bool:
    program = call.texts[0]
    if Path(program).name == "git":
        return command[0] in _RUN_GIT and not program.startswith(tempfile.gettempdir())
    return command[0] == "watch" and _CHILD.search(call.arguments) is not None
