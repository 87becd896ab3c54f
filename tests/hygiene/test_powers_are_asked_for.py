"""Every place that reaches out is known, and nothing reaches out before `authorize` said yes.

The first half reads the source: each call that opens a socket, starts a process, asks for a secret
or loads code is in the list below, with the way by which a person's consent comes before it. The
second half runs sessions and commands on a workspace that nobody approved, and listens to what the
interpreter itself tells of sockets and processes.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from support.powers_used import SOURCE, places, ways_in

BACKEND: Final = (
    "in a backend, which `Services.backend` makes, and that only of what `authorize` allowed: see "
    "`test_backends_are_made_only_of_what_was_allowed`"
)
HELD: Final = "in a process of its own that a backend started, for exactly the order it was handed"
SERVING: Final = "`stui serve`, which a person started; it listens, and reads no workspace file"
OWN_STORE: Final = (
    "a store of the user's own secrets, opened by `secrets/resolving.py`, which is asked by "
    "`Wallet` after `authorize` allowed the connection, or by a command of the person's"
)
AGENT: Final = "the vault's agent, which holds no word of a workspace file"
LINK: Final = "not a socket: asks a link of ours to connect, whose attempt asks `authorize`"
OURS: Final = "loads a module of this package, or one that it depends on, by a name written there"
IN_BROWSER: Final = (
    "`stui serve --web`, which a person started: for browsers of this machine that know its address"
)
FILTER: Final = "keeps those variables out of the environment of what is started"

DATABASE: Final = "not a socket: opens a file with SQLite, by a name of ours or the person's"

KNOWN: Final = {
    ("api/__init__.py", "importlib.import_module"): (1, OURS),
    ("cli/conn_testing.py", ".getaddrinfo"): (1, "of a `Reach`: approved, or typed just now"),
    ("cli/conn_watching.py", ".connect"): (1, LINK),
    ("cli/group.py", "importlib.import_module"): (1, OURS),
    ("cli/own_words.py", "subprocess.run"): (1, "the person's own editor, at their wish"),
    ("cli/web/bridge.py", "asyncio.create_subprocess_exec"): (1, f"this very stui; {IN_BROWSER}"),
    ("cli/web/server.py", "socket.create_server"): (1, IN_BROWSER),
    ("cli/web/server.py", "uses aiohttp"): (1, IN_BROWSER),
    ("cli/secret_asking.py", "getpass.getpass"): (1, "a person types a secret, to keep it"),
    ("cli/secret_doctoring.py", "the variable STUI_SECRET_*"): (1, "names variables, no values"),
    ("connections/holding/keeping.py", "socket.create_server"): (1, HELD),
    ("history/__init__.py", "importlib.import_module"): (1, OURS),
    ("history/index_tables.py", ".connect"): (2, DATABASE),
    ("runtime/searching/ipython.py", ".connect"): (1, DATABASE),
    ("runtime/receipts/receiving.py", ".connect"): (1, LINK),
    ("runtime/receipts/retrying.py", ".connect"): (1, LINK),
    ("tui/receipt/screen.py", ".connect"): (1, LINK),
    ("connections/holding/process.py", "os.fork"): (1, HELD),
    ("connections/holding/starting.py", "subprocess.Popen"): (1, BACKEND),
    ("connections/jupyter/files.py", "uses jupyter_client"): (1, BACKEND),
    ("connections/jupyter/kernels.py", "the variable STUI_SECRET_*"): (1, FILTER),
    ("connections/jupyter/kernels.py", "uses jupyter_client"): (1, BACKEND),
    ("connections/jupyter/local.py", ".start_kernel"): (1, BACKEND),
    ("connections/jupyter/local.py", "uses jupyter_client"): (1, BACKEND),
    ("connections/jupyter/near.py", "uses tornado"): (1, BACKEND),
    ("connections/jupyter/rest.py", "uses tornado"): (1, BACKEND),
    ("connections/jupyter/sockets.py", "asyncio.open_connection"): (1, BACKEND),
    ("connections/jupyter/sockets.py", "uses jupyter_client"): (1, BACKEND),
    ("connections/jupyter/sockets.py", "uses zmq"): (1, BACKEND),
    ("connections/jupyter/websocket.py", "uses tornado"): (1, BACKEND),
    ("connections/kinds.py", ".load of a plugin"): (
        1,
        "a kind of a plugin is a power (`uses the plugin`), and `make_backend` comes after consent",
    ),
    ("connections/kinds.py", "importlib.import_module"): (1, OURS),
    ("connections/kinds.py", "importlib.metadata.entry_points"): (1, "lists plugins, loads none"),
    ("connections/network.py", ".connect"): (1, "UDP to no host: asks the system for its route"),
    ("connections/network.py", "socket.socket"): (
        2,
        "the system's own news of the network; begun once a connection that was approved is up",
    ),
    ("connections/processes.py", "ctypes.WinDLL"): (1, "asks Windows about a process of ours"),
    ("connections/processes.py", "subprocess.run"): (1, "`/bin/ps` about a process of ours"),
    ("connections/python/backend.py", ".subprocess_exec"): (1, BACKEND),
    ("connections/python/child/__main__.py", "importlib.import_module"): (1, OURS),
    ("connections/python/child/evaluator.py", "builtins.compile"): (
        1,
        "in the child: the code that a person evaluates",
    ),
    ("connections/python/child/evaluator.py", "builtins.eval"): (
        1,
        "in the child: the code that a person evaluates",
    ),
    ("connections/python/launch.py", "the variable STUI_SECRET_*"): (1, FILTER),
    ("connections/serving/listening.py", "socket.create_server"): (1, SERVING),
    ("connections/serving/sockets.py", ".connect"): (1, SERVING),
    ("connections/serving/sockets.py", "socket.socket"): (2, SERVING),
    ("connections/serving/zeromq.py", "uses zmq"): (1, SERVING),
    ("connections/stui/resolving.py", "socket.getaddrinfo"): (1, BACKEND),
    ("connections/stui/streams.py", "asyncio.open_connection"): (1, BACKEND),
    ("connections/stui/streams.py", "asyncio.open_unix_connection"): (1, BACKEND),
    ("connections/stui/zeromq.py", ".connect"): (1, BACKEND),
    ("connections/stui/zeromq.py", "uses zmq"): (1, BACKEND),
    ("connections/terminal/launch.py", "the variable STUI_SECRET_*"): (1, FILTER),
    ("connections/terminal/program.py", "subprocess.Popen"): (1, BACKEND),
    ("connections/terminal/starter.py", "os.execv"): (1, HELD),
    ("document/__init__.py", "importlib.import_module"): (1, OURS),
    ("model/references.py", "the variable STUI_SECRET_*"): (1, "names a variable, reads none"),
    ("repository/running.py", "subprocess.run"): (
        1,
        "git, found outside the project; told to start nothing of its own",
    ),
    ("runtime/connected.py", ".connect"): (1, LINK),
    ("runtime/connecting/carrying.py", ".connect"): (1, LINK),
    ("runtime/connecting/links.py", ".connect"): (1, LINK),
    ("runtime/settling/__init__.py", "importlib.import_module"): (1, OURS),
    ("runtime/syncing/__init__.py", "importlib.import_module"): (1, OURS),
    ("schema/__init__.py", "importlib.import_module"): (1, OURS),
    ("secrets/commands.py", "subprocess.Popen"): (1, f"a binding's command; {OWN_STORE}"),
    ("secrets/commands.py", "the variable STUI_SECRET_*"): (1, FILTER),
    ("secrets/keyring/bus.py", "uses jeepney"): (1, OWN_STORE),
    ("secrets/keyring/bus.py", "uses secretstorage"): (1, OWN_STORE),
    ("secrets/keyring/macos.py", "ctypes.CDLL"): (1, OWN_STORE),
    ("secrets/keyring/macos.py", "uses keyring"): (1, OWN_STORE),
    ("secrets/keyring/secret_service.py", "uses jeepney"): (1, OWN_STORE),
    ("secrets/keyring/secret_service.py", "uses secretstorage"): (1, OWN_STORE),
    ("secrets/keyring/windows.py", "uses keyring"): (1, OWN_STORE),
    ("secrets/vault/agent/__main__.py", "ctypes.CDLL"): (1, AGENT),
    ("secrets/vault/agent/__main__.py", "os.fork"): (1, AGENT),
    ("secrets/vault/agent/asking.py", ".connect"): (1, AGENT),
    ("secrets/vault/agent/asking.py", "socket.socket"): (1, AGENT),
    ("secrets/vault/agent/places.py", "ctypes.CDLL"): (1, AGENT),
    ("secrets/vault/agent/places.py", "socket.socket"): (1, AGENT),
    ("secrets/vault/agent/serving.py", "socket.socket, passed on"): (1, AGENT),
    ("secrets/vault/agent/starting.py", "subprocess.Popen"): (1, AGENT),
    ("tui/connecting/attending.py", ".connect"): (3, LINK),
    ("tui/evaluating.py", ".connect"): (2, LINK),
}
"""Each place by its file and its way of reaching out: how often, and what comes before it."""

WHAT_TO_DO: Final = """\
{file} reaches out by {way}, {found} times instead of {known}.

Whatever a workspace file may decide about it needs a person's consent first. Let it be reached
only with an `Allow` of `authorize` in hand, as a backend is, and hand on `answer.spec`, never what
the file says. Then add the place to KNOWN in this file, with the way by which it is asked for.
"""


def test_every_place_that_reaches_out_is_known() -> None:
    found = places()
    known = {place: count for place, (count, _) in KNOWN.items()}
    for file, way in sorted(found.keys() | known.keys()):
        told = WHAT_TO_DO.format(
            file=file, way=way, found=found[file, way], known=known.get((file, way), 0)
        )
        assert found[file, way] == known.get((file, way), 0), told


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("import socket\nsocket.create_connection(a)", "socket.create_connection"),
        ("import socket as s\ns.socket()", "socket.socket"),
        ("from socket import socket as plug\nplug()", "socket.socket"),
        ("import asyncio\nasyncio.open_connection()", "asyncio.open_connection"),
        ("def f():\n    from subprocess import run\n    run(x)", "subprocess.run"),
        ("import os\nos.execvp(a, b)", "os.execvp"),
        ("import os\nos.posix_spawn(a, b, c)", "os.posix_spawn"),
        ("import pty\npty.fork()", "pty.fork"),
        ("loop.create_connection(f)", ".create_connection"),
        ("sock.connect(a)", ".connect"),
        ("exec(code)", "builtins.exec"),
        ("import subprocess\nstart(subprocess.Popen)", "subprocess.Popen, passed on"),
        ("from importlib.metadata import entry_points\none.load()", ".load of a plugin"),
        ("environ['STUI_SECRET_A']", "the variable STUI_SECRET_*"),
    ],
)
def test_what_is_looked_for_is_found(code: str, way: str) -> None:
    assert way in set(ways_in(ast.parse(code)))


MAKERS: Final = {
    ("runtime/services.py", "make_backend"): "the one maker; what it is handed is the others' duty",
    ("runtime/connecting/attempts.py", "make"): "of the `Allow` that `authorize` gave just before",
    ("runtime/connecting/trying.py", "make"): "of the `Allow` of `OwnConnections.try_connection`",
    ("cli/reaching.py", "backend"): "of a `Reach`, which is approved, or typed just now",
    ("cli/conn_testing.py", "backend"): "of a `Reach`",
    ("cli/conn_watching.py", "backend"): "of a `Reach`, with what `authorize` allowed",
    ("cli/commands/eval.py", "backend"): "of a `Reach`",
    ("cli/serving.py", "make_backend"): SERVING,
    ("connections/spoken.py", "make"): "a spec of an address that was typed, and no backend",
    ("connections/holding/keeping.py", "make_backend"): HELD,
}
"""Every place that makes a backend."""


def test_backends_are_made_only_of_what_was_allowed() -> None:
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("make_backend", "backend", "make"):
                    found.add((path.relative_to(SOURCE).as_posix(), name))
    assert found == MAKERS.keys(), "a backend is made of an `Allow`, and of nothing else"


# What the interpreter tells.

FILE: Final = """\
stui: 1
name: orders
connections:
  py: {kind: python, python: named/python}
  env: {kind: python, env: {A: b}}
  lines: {kind: socket, url: 'tcp://127.0.0.1:PORT'}
  named: {kind: socket, url: 'tcp://named.example:5'}
  far: {kind: stui, url: 'tls://named.example:5555', credential: 'keyring:named'}
  near: {kind: stui, url: 'unix:named.sock', connect: auto}
  zmq: {kind: stui, url: 'tcp://127.0.0.1:PORT'}
  kernel: {kind: jupyter, kernel: python3}
  server: {kind: jupyter, url: 'https://named.example:8888', credential: 'vault:named'}
  shell: {kind: pty, command: [sh, -c, 'touch named-by-sh']}
  other: {kind: of-a-plugin}
"""
LISTENING: Final = """
import asyncio, json, os, sys
REACHES = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
           "subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty",
           "os.system", "os.startfile")
told = []
def hear(event, args):
    if event in REACHES:
        told.append(f"{event} {args!r}")
    elif event == "open" and isinstance(args[0], (str, bytes)) and "named" in os.fsdecode(args[0]):
        told.append(f"{event} {args!r}")
    elif event == "import" and args[0].partition(".")[0] in ("keyring", "secretstorage", "jeepney"):
        told.append(f"{event} {args[0]}")
from pathlib import Path
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.main import main
"""
SESSION: Final = """
async def use():
    session = Session.open(OpenRequest(Path(".")), Services.real(os.environ))
    sys.addaudithook(hear)
    await session.start()
    if GRANTED:
        session.grant(session.claim("lines"))
    for view in session.connections():
        await session.connect(view.name)
        await session.evaluate(view.name, "1", confirmed=True)
        await session.restart(view.name)
        if not GRANTED:
            trial = await session.try_connection(view.spec)
            assert trial.hello is None, view.name
            assert session.connection(view.name).state.value == "needs you", view.name
    await session.close()
asyncio.run(use())
print(json.dumps(told))
"""
COMMANDS: Final = """
import contextlib, io
sys.addaudithook(hear)
statuses = []
for words in COMMANDS:
    sys.argv = ["stui", *words]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            statuses.append(int(main() or 0))
        except SystemExit as end:
            statuses.append(int(end.code or 0))
print(json.dumps({"told": told, "statuses": statuses}))
"""


def ran(code: str, project: Path) -> str:
    environ = {"STUI_HOME": str(project.parent / "home"), "PATH": "/usr/bin:/bin"}
    found = subprocess.run(
        [sys.executable, "-c", LISTENING + code],
        cwd=project,
        env=environ | {"STUI_SECRET_NAMED": "hunter2"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        start_new_session=True,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()[-1]


@pytest.fixture
def project(tmp_path: Path, closed_port: int) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".stui-workspace.yaml").write_text(FILE.replace("PORT", str(closed_port)))
    return folder


@pytest.fixture
def closed_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_session_reaches_nobody_before_a_yes(project: Path) -> None:
    assert json.loads(ran(f"GRANTED = False\n{SESSION}", project)) == []
    assert [path.name for path in project.iterdir()] == [".stui-workspace.yaml"]


def test_the_listening_hears_what_is_reached_after_a_yes(project: Path) -> None:
    told = json.loads(ran(f"GRANTED = True\n{SESSION}", project))
    assert any(one.startswith("socket.connect") for one in told)


NAMES: Final = ("py", "env", "lines", "named", "far", "near", "kernel", "server", "shell", "other")


def test_a_command_reaches_nobody_before_a_yes(project: Path) -> None:
    asks = [["eval", "-e", "1", "--conn", name] for name in NAMES]
    asks += [["conn", "test", name] for name in NAMES]
    looks = [["trust", "show"], ["trust", "diff"], ["conn", "ls"], ["validate"], ["show"]]
    answer = json.loads(ran(f"COMMANDS = {[*asks, *looks]!r}\n{COMMANDS}", project))
    assert answer["told"] == []
    assert set(answer["statuses"][: len(asks)]) <= {2, 6}
    assert 6 in answer["statuses"]
