"""Line REPLs as they are: Node over sockets; SQLite, Python, a shell and Node in terminals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Ending
from support.repls import at_socket, in_terminal, up

NODE = """
const net = require("net"), repl = require("repl")
net.createServer((socket) => {
  repl.start({prompt: "node> ", input: socket, output: socket}).on("exit", () => socket.end())
  socket.on("error", () => {})
}).listen(process.argv[1], function () { console.log(this.address().port || "there") })
"""


@contextmanager
def node_listening(place: str) -> Iterator[str]:
    """Node's own REPL at a port, or a path; what comes is the port."""
    with subprocess.Popen(
        ["node", "-e", NODE, "--", place], stdout=subprocess.PIPE, text=True
    ) as node:
        try:
            assert node.stdout is not None
            yield node.stdout.readline().strip()
        finally:
            node.kill()


@pytest.fixture(params=["tcp", "unix"])
def node_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "tcp":
        with node_listening("0") as port:
            yield f"tcp://127.0.0.1:{port}"
    else:
        path = tmp_path / "node.sock"
        with node_listening(str(path)):
            yield f"unix:{path}"


async def test_node_over_a_socket(node_url: str) -> None:
    async with up(at_socket(node_url)) as repl:
        assert await repl.said("6 * 7") == "42\n"
        assert await repl.said("'node> '") == "'node> '\n"
        assert await repl.said("function twice(n) {\n  return 2 * n\n}\n") == "undefined\n"
        assert await repl.said("twice(21)") == "42\n"
        assert "ReferenceError" in await repl.said("nothing")
        outcome = await repl.run(".exit")
        assert (outcome.answer.ending, outcome.answer.error) == (Ending.LOST, "it hung up")


async def test_node_is_another_life_over_each_link(node_url: str) -> None:
    async with up(at_socket(node_url)) as one, up(at_socket(node_url)) as other:
        assert one.hello.incarnation != other.hello.incarnation
        assert await one.said("let x = 1") == "undefined\n"
        assert "ReferenceError" in await other.said("x")


async def test_node_in_a_terminal(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "node")) as repl:
        assert repl.hello.backend.startswith("Welcome to Node.js")
        assert await repl.said("6 * 7") == "42\n"
        # Not by the console: one that is interrupted in the middle of a line says no more.
        running = repl.begin("fs.writeSync(1, 'on\\n'); while (true);")
        await running.says("on\n")
        assert (await repl.interrupted(running)).answer.ending is Ending.INTERRUPTED
        assert await repl.said("`a\nb`") == "'a\\nb'\n"


async def test_sqlite(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sqlite3", "orders.db")) as repl:
        assert repl.hello.backend.startswith("SQLite version 3")
        made = "create table orders (id integer primary key,\n  town text);\n"
        rows = "insert into orders (town) values ('Köln'), ('日本');\n"
        assert await repl.said(made + rows) == ""
        assert await repl.said("select * from orders;") == "1|Köln\n2|日本\n"
        assert await repl.said("select 'sqlite> ';") == "sqlite> \n"
        assert "no such table" in await repl.said("select * from nowhere;")
        endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select * from n;"
        running = repl.begin(endless)
        await running.says("100\n")
        assert (await repl.interrupted(running)).answer.ending is Ending.INTERRUPTED
        assert await repl.said("select count(*) from orders;") == "2\n"
        outcome = await repl.run(".quit")
        assert outcome.answer.ending is Ending.LOST
        assert "`sqlite3` ended with exit status" in (outcome.answer.error or "")


async def test_python(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, sys.executable)) as repl:
        assert repl.hello.backend.startswith("Python 3")
        assert await repl.said("for i in range(3):\n\tprint(i)") == "0\n1\n2\n"
        assert await repl.said("print('no end', end='')") == "no end"
        assert await repl.said("print('>>> ')\nprint('... ')") == ">>> \n... \n"
        assert "ZeroDivisionError" in await repl.said("1 / 0")
        running = repl.begin("print('on')\nwhile True: pass")
        await running.says("on\n")
        outcome = await repl.interrupted(running)
        assert outcome.answer.ending is Ending.INTERRUPTED
        assert "KeyboardInterrupt" in outcome.text
        assert await repl.said("'🐍' * 3") == "'🐍🐍🐍'\n"


async def test_a_shell_and_what_is_started_in_it(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh", env={"PS1": "sh$ "})) as repl:
        assert await repl.said("cd /\npwd") == "/\n"
        assert await repl.said("for i in 1 2\ndo\n  echo $i\ndone") == "1\n2\n"
        assert await repl.said("cat <<end\none\n\ttwo\nend") == "one\n\ttwo\n"
        assert await repl.said("sqlite3 -batch :memory: 'select 42'") == "42\n"
        assert (await repl.said(f"{sys.executable} -q")).endswith(">>> ")
        assert (await repl.said("6 * 7")).startswith("42\n")
        assert await repl.said("exit()") == ""
        assert await repl.said("echo back") == "back\n"
