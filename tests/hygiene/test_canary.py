"""A secret that is used in every way there is, and is then in no file, no output and no process.

The canary is looked for as it is, in base64, in hexadecimal and percent-encoded, also in what is
compressed. It may be where this test puts it by hand, and nowhere else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket
from tempfile import TemporaryDirectory

import pytest

from stui_workspace.schema.leaks import NOT_KEPT
from stui_workspace.secrets.redacting import TAKEN_OUT
from support.searching import files_with, is_in, marks_of

CANARY = 'cAnary/9f+3e1b~Qz 7"x'
TOKEN = "ghp_" + "c4N4" * 9
MARKS = (*marks_of(CANARY), *marks_of(TOKEN))
STUI = str(Path(sys.executable).parent / "stui")
FILE = ".stui-workspace.yaml"
COPY = ".stui-workspace.sync-conflict-20261123-233407-HATNS7N.yaml"
PATIENCE = 60
WORKSPACE = """\
stui: 1
name: orders
connections:
  image: {{kind: stui, url: 'unix:{0}/served', credential: keyring:orders/image, connect: manual}}
  echo: {{kind: stui, url: 'unix:{0}/echo', credential: keyring:orders/image, connect: manual}}
  py: {{kind: python, connect: manual}}
buffers:
  scratch: {{connection: image, source: '1 + 1'}}
"""
OVERLAY = "stui: 1\nsession: {store: beside}\n"
PLAIN = "stui: 1\nname: leaky\n"
SESSION = """
import asyncio, json, os, sys
from pathlib import Path
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

async def lines():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)

def told(event):
    entry = getattr(event, "entry", None)  # its code is as a person typed it
    if entry is None:
        print(event, flush=True)
    elif entry.outcome != "running":
        print(entry.output, entry.result, flush=True)

async def main():
    session = Session.open(OpenRequest(Path(), asked=True), Services.real(os.environ))
    session.subscribe(told)
    await session.start()
    async for command, name, text in lines():
        if command == "type":
            session.edit(name, text)
        elif command == "connect":
            await session.connect(name)
        elif command == "evaluate":
            await session.evaluate(name, text)
        elif command == "save":
            session.save()
        print("done:", command, session.connections(), flush=True)
    await session.close()

asyncio.run(main())
"""

OF_SESSIONS = (
    ("session", "ls", "--all", "--json"),
    ("session", "show", "--json"),
    ("session", "log", "--json"),
    ("session", "diff"),
    ("session", "diff", "--json"),
    ("session", "diff", "@2", "@1"),
    ("session", "receipt"),
    ("session", "receipt", "--json"),
    ("session", "stats", "--json"),
    ("session", "clone", "main", "copied"),
    ("session", "rename", "copied", "renamed"),
    ("session", "rm", "main", "--yes"),
    ("session", "undo"),
    ("session", "prune", "--older", "1d", "--dry-run", "--json"),
    ("promote", "--list"),
    ("promote", "--list", "--json"),
    ("promote", "--dry-run"),
    ("promote", "--all"),
    ("freeze", "frozen.yaml", "--dry-run"),
    ("freeze", "main", "frozen.yaml"),
    ("freeze", "main", "frozen.yaml", "--force", "--json"),
    ("show", "--settings"),
    ("doctor", "--fix"),
    ("sync", "merges", "--json"),
)
OF_HISTORY = (
    ("history", "search"),
    ("history", "search", "--json"),
    ("history", "stats"),
    ("history", "stats", "--json"),
    ("history", "export"),
    ("history", "export", "--format", "text"),
    ("history", "export", "--format", "shell"),
    ("history", "forget", "--all", "--dry-run"),
    ("history", "forget", "--all", "--yes"),
    ("history", "undo"),
    ("history", "search", "e"),
)
OLDER = """
import os, sys
from pathlib import Path
from stui_workspace.model.session import BufferState, SessionState, TranscriptEntry
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import find_project
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from dataclasses import replace

token = sys.argv[1]
services = Services.real(os.environ)
store = SessionStore(services.locations.workspace(Path.cwd().resolve()), services.fs)
state = store.load("main")
state = getattr(state, "state", state)
text = f"token = {token!r}\\nprint({token!r})\\n"
entry = TranscriptEntry(1, "py", text, "ok", token, repr(token), 1.0)
pads = {"scratch": BufferState(text), "pad": BufferState(text, title="pad", ad_hoc=True)}
older = replace(state, buffers=pads, transcript=(entry,))
snapshots = SnapshotStore(store.folder.snapshots_of("main"), services.fs)
for number in range(2):
    text += "y = 1\\n"
    pads["pad"] = BufferState(text, ad_hoc=True)
    items = items_of(replace(older, buffers=dict(pads)))
    snapshots.put({k: v for k, v in items.items() if k != "meta"}, services.clock() - 99 + number)
store.save(older)
"""


@dataclass
class World:
    """A project, a home, and all that any command has said."""

    folder: Path
    sockets: Path
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.project = self.folder / "project"
        self.leaky = self.folder / "leaky"
        for one in (self.home, self.project, self.leaky):
            one.mkdir()
            (one / ".hg").mkdir(exist_ok=True)  # where looking upwards ends
        (self.project / FILE).write_text(WORKSPACE.format(self.sockets))
        (self.project / ".stui-workspace.local.yaml").write_text(OVERLAY)
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STUI", "GIT"))}
        self.environ = {
            **kept,
            "HOME": str(self.home),
            "STUI_HOME": str(self.home / "stui"),
            "PATH": os.pathsep.join([str(Path(STUI).parent), os.environ["PATH"]]),
            "STUI_SECRET_ORDERS_IMAGE": CANARY,
            "STUI_SECRET_ORDERS_IMAGE_FOR": ",".join(
                f"unix:{self.sockets}/{name}" for name in ("served", "echo")
            ),
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_COLOR": "1",
        }

    def run(self, *command: str, cwd: Path | None = None, given: str = "") -> str:
        """What a command says, which is looked into at the end, too."""
        ran = subprocess.run(
            command,
            cwd=cwd or self.project,
            env=self.environ,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert "a bug in stui" not in ran.stderr, ran.stderr
        self.said.append(f"$ {' '.join(command)}\n{ran.stdout}{ran.stderr}")
        return ran.stdout + ran.stderr

    def stui(self, *arguments: str, cwd: Path | None = None, given: str = "") -> str:
        return self.run(STUI, *arguments, cwd=cwd, given=given)

    def leaks(self) -> list[str]:
        """Where the canary is and may not be; the files in which we put it are no such place."""
        said = [one.splitlines()[0] for one in self.said if is_in(one.encode(), MARKS)]
        files = [*files_with(self.home, MARKS), *files_with(self.project, MARKS)]
        return [*said, *map(str, files)]


def open_to_others(world: World) -> list[str]:
    """What of all that stui keeps somebody else on this machine may read or write."""
    above = world.home / "stui"
    return [str(one) for one in sorted(above.rglob("*")) if one.lstat().st_mode & 0o077]


class Session:
    """A session in a process of its own, told what to do line by line."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.process = subprocess.Popen(
            [sys.executable, "-c", SESSION],
            cwd=world.project,
            env=world.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def tell(self, command: str, name: str = "", text: str = "") -> str:
        """Everything that it says until it is done."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([command, name, text]) + "\n")
        self.process.stdin.flush()
        heard = [f"session: {command} {name}\n"]
        while not heard[-1].startswith("done:"):
            line = self.process.stdout.readline()
            assert line, heard
            heard.append(line)
        self._world.said.append("".join(heard))
        return "".join(heard)

    def kill(self) -> None:
        self.process.kill()
        self._world.said.append("session: killed\n" + self.process.communicate()[0])

    def close(self) -> None:
        self._world.said.append("session: closed\n" + self.process.communicate(timeout=PATIENCE)[0])
        assert self.process.returncode == 0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with TemporaryDirectory(prefix="stui") as sockets:  # a socket's path must be short
        yield World(tmp_path, Path(sockets))


@pytest.fixture
def served(world: World) -> Iterator[subprocess.Popen[str]]:
    """A server that wants the canary for its token."""
    root = world.folder / "served"
    root.mkdir()
    process = subprocess.Popen(
        [
            *(STUI, "serve", "--json", "--bind", f"unix:{world.sockets}/served"),
            *("--token-env", "ORDERS_TOKEN", "--project", str(root)),
        ],
        cwd=root,
        env={**world.environ, "ORDERS_TOKEN": CANARY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    while "url" not in (line := process.stdout.readline()):
        assert line
    yield process
    process.terminate()
    world.said.append("server\n" + process.communicate(timeout=PATIENCE)[0])


@pytest.fixture
def echo(world: World) -> Iterator[None]:
    """A peer that says back whatever it hears, the token too."""
    listening = socket(AF_UNIX, SOCK_STREAM)
    listening.bind(f"{world.sockets}/echo")
    listening.listen()

    def serve() -> None:
        while True:
            try:
                link, _ = listening.accept()
            except OSError:
                return
            with link, suppress(OSError):  # it has hung up
                heard = link.recv(65536)
                link.sendall(b"you said " + heard + heard)

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    with socket(AF_UNIX, SOCK_STREAM) as last:
        last.connect(f"{world.sockets}/echo")
        listening.close()
        last.sendall(b"x")
    thread.join(PATIENCE)


def below(root: int) -> Iterator[Path]:
    """The processes that one has started, and those that they have."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == root:
            yield process
            yield from below(int(process.name))


def tell_tale(root: int) -> list[str]:
    """The processes below one in whose arguments or environment the canary is."""
    found = []
    for process in below(root):
        for name in ("cmdline", "environ"):
            try:
                content = (process / name).read_bytes()
            except OSError:
                continue
            if is_in(content, MARKS):
                found.append(f"{process.name} {name}: {content.split(bytes(1))[0]!r}")
    return found


def grant(world: World) -> None:
    asked = json.loads(world.stui("trust", "show", "--json"))
    for one in asked:
        if one.get("digest"):
            world.stui(
                *("trust", "grant", "--connection", one["connection"], "--digest", one["digest"])
            )


def test_the_search_itself_finds_a_canary_in_every_form(tmp_path: Path) -> None:
    import base64
    import zlib

    forms = [
        CANARY.encode(),
        CANARY.encode().hex().encode(),
        base64.b64encode(b"a" + CANARY.encode() + b"b"),
        base64.urlsafe_b64encode(b"ab" + CANARY.encode()),
        b"some" + zlib.compress(f"text and {CANARY}".encode()),
        base64.b64encode(zlib.compress(CANARY.encode() * 3)),
    ]
    for number, form in enumerate(forms):
        (tmp_path / str(number)).write_bytes(b'{"a": "' + form + b'"}\n')
    assert len(files_with(tmp_path, MARKS)) == len(forms)


def test_a_token_that_is_used_is_nowhere_afterwards(
    world: World, served: subprocess.Popen[str], echo: None
) -> None:
    grant(world)
    say = f"value = {CANARY!r}\nprint(value[:9], end='')\nprint(value[9:])\nvalue"
    assert "was not approved" not in world.stui("eval", "--conn", "image", "-", given="6 * 7")
    assert "42" in world.said[-1]
    assert TAKEN_OUT in world.stui("eval", "--conn", "image", "-", given=say)
    for form in (f"{CANARY!r}.encode().hex()", f"raise ValueError({CANARY!r})", f"{CANARY!r}"):
        world.stui("eval", "--conn", "image", "-", given=form)
        world.stui("eval", "--json", "--conn", "image", "-", given=form)
    for name in ("image", "echo", "py"):
        world.stui("conn", "test", name)
        world.stui("conn", "test", name, "--json")
    world.stui("eval", "--conn", "echo", "-", given="1")

    session = Session(world)
    assert "ONLINE" in session.tell("connect", "image")
    session.tell("connect", "echo")
    session.tell("evaluate", "image", say)
    session.tell("evaluate", "image", f"raise ValueError({CANARY!r})")
    session.tell("evaluate", "py", f"token = {TOKEN!r}\nprint(token)")
    world.said.pop()  # a token that stui never had is shown as the program says it, and not kept
    session.tell("evaluate", "echo", f"waits({CANARY!r})")
    session.tell("type", "scratch", f"x = {CANARY!r}\nkey = {TOKEN!r}\n")
    session.tell("save")
    session.tell("type", "scratch", f"x = {CANARY!r}\nkey = {TOKEN!r}\ny = 1\n")
    session.tell("save")
    assert tell_tale(session.process.pid) == []
    assert tell_tale(served.pid) == []
    assert list(below(session.process.pid)), "the embedded backend is a process of its own"
    session.kill()
    restored = Session(world)
    restored.tell("connect", "image")
    restored.tell("save")
    restored.close()

    for command in (
        ("session", "ls"),
        ("session", "ls", "--json"),
        ("session", "show", "main"),
        ("session", "show", "main", "--json"),
        ("session", "log"),
        ("conn", "ls", "--json"),
        ("conn", "history"),
        ("conn", "history", "--json"),
        ("show",),
        ("show", "--json"),
        ("show", "--origin"),
        ("show", "--settings", "--json"),
        ("doctor", "--all"),
        ("doctor", "--json"),
        ("trust", "show"),
        ("sync", "log"),
        ("validate",),
        ("paths",),
        *OF_SESSIONS,
        *OF_HISTORY,
    ):
        world.stui(*command)
    assert (world.project / ".stui" / "sessions").is_dir()
    assert (world.project / "frozen.yaml").is_file()
    assert list(world.home.rglob("history-*.sqlite"))
    assert list(world.home.rglob("receipts/*.json"))
    assert list(world.home.rglob("project.json"))
    assert open_to_others(world) == []
    assert world.leaks() == []


def test_a_secret_in_what_another_program_kept_is_not_taken_over(world: World) -> None:
    typed = world.folder / "typed"
    notebook = world.folder / "a.ipynb"
    panes = world.folder / "a.yaml"
    value = json.dumps(CANARY)
    lines = [f"export GH_TOKEN={TOKEN}", f"curl -u me:{TOKEN} x"]
    of_shells = f"PASSWORD='{CANARY}' psql\n"  # told by its name there, and not by its form
    code = [f"token = {TOKEN!r}\n", f"print({TOKEN!r})\n"]
    cell = {"cell_type": "code", "source": code, "outputs": [{"text": [TOKEN]}]}
    notebook.write_text(json.dumps({"cells": [cell]}))
    panes.write_text(
        f"session_name: a\nenvironment: {{PASSWORD: {value}, X: {TOKEN}}}\n"
        f"windows: [{{window_name: b, panes: ['export TOKEN={TOKEN}', 'ls']}}]\n"
    )
    jsonl = world.folder / "a.jsonl"
    entry = {"at": 1.0, "connection": "py", "code": code[0], "workspace": "w", "id": "0" * 16}
    jsonl.write_text(json.dumps(entry) + "\n")
    for kind in ("bash", "zsh", "python"):
        text = "\n".join(lines) + "\n" + (of_shells if kind != "python" else "")
        typed.write_text(text)
        assert "taken in" in world.stui("history", "import", "--from", kind, str(typed))
        world.stui("history", "import", "--from", kind, str(typed), "--dry-run")
        world.stui("history", "import", "--from", kind, str(typed), "--json", "--as", "other")
    world.stui("history", "import", "--from", "jsonl", str(jsonl))
    for source in (notebook, panes):
        for words in (("--dry-run",), ("--dry-run", "--json"), ("--force",), ("--force", "--json")):
            world.stui("init", "--from", str(source), *words)
            world.stui("validate")
            world.stui("show")
    assert f"PASSWORD={NOT_KEPT} psql" in world.stui("history", "search", "psql")
    assert f"GH_TOKEN={NOT_KEPT}\n" in world.stui("history", "search", "export GH")
    for command in OF_HISTORY:
        world.stui(*command)
    assert open_to_others(world) == []
    assert world.leaks() == []


def test_what_an_older_version_kept_is_not_shown(world: World) -> None:
    """The files have it already, as older versions wrote them: nothing of it is said again."""
    session = Session(world)
    session.tell("type", "scratch", "x = 1\n")
    session.tell("save")
    session.close()
    world.run(sys.executable, "-c", OLDER, TOKEN)
    older = len(world.said)
    for command in (*OF_SESSIONS, ("session", "restore", "main", "@1"), ("session", "show")):
        world.stui(*command)
    said = [one.splitlines()[0] for one in world.said[older:] if is_in(one.encode(), MARKS)]
    assert said == []


def test_a_secret_that_was_pasted_into_a_file_is_said_and_kept_by_nobody(world: World) -> None:
    pasted = (
        f"{PLAIN}connections: {{a: {{kind: stui, credential: {json.dumps(CANARY)}}}}}\n"
        f"x-note: {TOKEN}\nvars: {{password: {json.dumps(CANARY)}}} # {TOKEN}\n"
    )
    broken = f"{pasted}buffers: [\n  token: {TOKEN}\n"
    file = world.leaky / FILE
    base = world.folder / "base.yaml"
    base.write_text(PLAIN)
    other = world.folder / "other.yaml"
    other.write_text(PLAIN.replace("leaky", "other"))
    world.run("git", "init", "--quiet", cwd=world.leaky)
    world.stui("git", "install", "--hook", cwd=world.leaky)
    for text in (pasted, broken):
        file.write_text(PLAIN)
        world.stui("sync", cwd=world.leaky)
        file.write_text(text)
        for command in (
            ("validate",),
            ("validate", "--format", "json"),
            ("validate", "--format", "github"),
            ("validate", "--strict", "--format", "concise"),
            ("show",),
            ("show", "--json"),
            ("doctor", "--json"),
            ("set", "name", "other"),
            ("unset", "name"),
            ("fmt", "--check"),
            ("fmt",),
            ("migrate",),
            ("diff", str(base), FILE),
            ("diff", "--json", str(base), FILE),
            ("merge", str(base), FILE, str(other), "-o", "merged.yaml"),
            ("merge", str(base), str(other), FILE, "-o", "merged.yaml"),
            ("conflicts",),
            ("conflicts", "--json"),
            ("sync",),
            ("sync", "--json"),
            ("sync", "log"),
            ("trust", "show", "--json"),
            ("conn", "ls", "--json"),
            ("eval", "-e", "1"),
            ("git-textconv", FILE),
        ):
            world.stui(*command, cwd=world.leaky)
        assert file.read_text() == text, "what a person wrote is theirs"
        world.run("git", "add", "--all", cwd=world.leaky)
        world.stui("validate", "--staged", cwd=world.leaky)
        world.run("git", "commit", "-m", "x", cwd=world.leaky)
        (world.leaky / COPY).write_text(text)
        file.write_text(PLAIN)
        assert COPY in world.stui("sync", cwd=world.leaky)
        assert (world.leaky / COPY).exists()
        (world.leaky / COPY).unlink()
    assert not (world.leaky / "merged.yaml").exists()
    assert world.leaks() == []
