"""What needs consent, in words that a person sees; and what no consent can allow."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import ConnectionSpec, Guard, SnippetSpec
from stui_workspace.trust import Claim, claim_of

SECRET = "hunter2-Pa55"  # noqa: S105 (nobody's)
CLEAR = "in the clear: anyone on the way can read and change what is said"
SNIPPETS = {"load": SnippetSpec("load", "load()"), "warm-up": SnippetSpec("warm-up", "1")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with `tool` and a link `out` to its parent; beside it, `system/python3`."""
    base = Path(os.path.realpath(tmp_path))
    for name in ("project/tool", "system/python3"):
        path = base / name
        path.parent.mkdir()
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    (base / "project" / "out").symlink_to("..")
    return base / "project"


def claimed(root: Path, **keys: Any) -> Claim:
    spec = ConnectionSpec(**{"name": "it", "kind": "python", **keys})
    file = root / ".stui-workspace.yaml"
    return claim_of(file, root, spec, SNIPPETS, search_path=str(root.parent / "system"))


def told(claim: Claim) -> list[str]:
    """Each power as `capability text`, with the folder of the test as `~`."""
    home = str(claim.root.parent)
    return [f"{power.capability} {power.text.replace(home, '~')}" for power in claim.powers]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({}, id="nothing said"),
        pytest.param({"cwd": "sub/folder"}, id="a folder of the project"),
        pytest.param({"cwd": "out/project/sub"}, id="out and in again"),
        pytest.param({"title": "T", "color": "red", "notes": "n", "prompt": ">"}, id="looks"),
        pytest.param({"guard": Guard.CONFIRM, "offline": "drop", "hold": True}, id="manners"),
    ],
)
def test_the_embedded_backend_needs_nobodys_consent(root: Path, keys: dict[str, Any]) -> None:
    claim = claimed(root, **keys)
    assert (claim.powers, claim.refusals) == ((), ())


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({"python": "python3"}, ["exec runs ~/system/python3"], id="interpreter"),
        pytest.param(
            {"python": "./tool"}, ["exec runs ~/project/tool of the project itself"], id="own tool"
        ),
        pytest.param(
            {"env": {"B": SECRET, "A": ""}},
            ["exec sets the environment variables `A`, `B`"],
            id="environment",
        ),
        pytest.param({"cwd": "out"}, ["exec works in ~, outside the project"], id="link out"),
        pytest.param({"cwd": ".."}, ["exec works in ~, outside the project"], id="dots"),
        pytest.param({"cwd": "/"}, ["exec works in /, outside the project"], id="absolute"),
        pytest.param(
            {"setup": ("load", "warm-up")},
            ["exec evaluates the snippets `load`, `warm-up` when it starts"],
            id="set-up",
        ),
        pytest.param({"kernel": "ir"}, ["exec starts the Jupyter kernel `ir`"], id="stray kernel"),
        pytest.param(
            {"other": {"tls": {"verify": False}}},
            ["connect says `tls`, which this stui does not know"],
            id="an unknown key",
        ),
        pytest.param(
            {"other": {"proxy": SECRET, "health": {"b": 1, "a": SECRET}, "name": ""}},
            ["connect says `health.a`, `health.b`, `name`, `proxy`, which this stui does not know"],
            id="several",
        ),
        pytest.param(
            {"kind": "stui", "url": "tcp://localhost:5555"},
            ["connect connects to tcp://localhost:5555 (on this machine)"],
            id="stui",
        ),
        pytest.param(
            {"kind": "socket"}, ["connect connects to an address that is not given"], id="socket"
        ),
        pytest.param(
            {"kind": "stui", "url": "tls://h:1", "credential": "keyring:orders/image"},
            [
                "connect connects to tls://h:1 (verified by its certificate)",
                "secret uses the secret `keyring:orders/image`",
            ],
            id="secret",
        ),
        pytest.param({"kind": "jupyter"}, ["exec starts the default Jupyter kernel"], id="kernel"),
        pytest.param(
            {"kind": "jupyter", "kernel": "ir"}, ["exec starts the Jupyter kernel `ir`"], id="ir"
        ),
        pytest.param(
            {"kind": "jupyter", "url": "https://H:8888/hub/"},
            ["connect connects to https://h:8888/hub (verified by its certificate)"],
            id="a kernel elsewhere",
        ),
        pytest.param(
            {"kind": "jupyter", "url": "http://[::1]:8888"},
            ["connect connects to http://[::1]:8888 (on this machine)"],
            id="a Jupyter Server here",
        ),
        pytest.param(
            {"kind": "jupyter", "url": "file:run/k.json"},
            ["connect connects to the kernel that the file run/k.json tells of"],
            id="a connection file",
        ),
        pytest.param(
            {"kind": "stui", "url": f"tcp://h:1?server_key={'3F2a' * 16}&socket=req"},
            ["connect connects to tcp://h:1 (pinned to the key 3f2a3f2a3f2a3f2a…)"],
            id="a key",
        ),
        pytest.param(
            {"kind": "stui", "url": "unix:./run//s"},
            ["connect connects to unix:run/s (a socket of this machine)"],
            id="a path",
        ),
        pytest.param(
            {"kind": "stui", "url": "tcp://H:1?encryption=none"},
            [f"connect connects to tcp://h:1 ({CLEAR})"],
            id="said to be open",
        ),
        pytest.param(
            {"kind": "socket", "url": "tcp://h:1"},
            [f"connect connects to tcp://h:1 ({CLEAR})"],
            id="a line REPL",
        ),
        pytest.param(
            {"kind": "socket", "url": "tls://xn--bcher-kva.example:1"},
            [
                (
                    "connect connects to tls://xn--bcher-kva.example:1 (tls://bücher.example:1) "
                    "(verified by its certificate)"
                )
            ],
            id="A-labels",
        ),
        pytest.param(
            {"kind": "pty", "command": ("python3", "-i", f"--key={SECRET}")},
            ["exec runs ~/system/python3", "exec hands 2 arguments to it"],
            id="command",
        ),
        pytest.param({"kind": "pty"}, ["exec runs a command"], id="no command"),
        pytest.param(
            {"kind": "zap", "url": "zap://h"},
            [
                "exec uses the plugin for connections of kind `zap`",
                "connect connects to zap://h",
            ],
            id="plugin",
        ),
    ],
)
def test_what_needs_consent(root: Path, keys: dict[str, Any], expected: list[str]) -> None:
    claim = claimed(root, **keys)
    assert told(claim) == expected
    assert claim.refusals == ()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        *(
            pytest.param({"env": {name: "x"}}, f"`env.{name}` decides", id=name)
            for name in (
                "LD_PRELOAD",
                "BASH_ENV",
                "NODE_OPTIONS",
                "perl5opt",
                "_JAVA_OPTIONS",
                "LD_LIBRARY_PATH",
                "DYLD_INSERT_LIBRARIES",
                "PYTHONPATH",
                "PYTHONSTARTUP",
                "pythonpath",
                "GCONV_PATH",
                "GLIBC_TUNABLES",
            )
        ),
        pytest.param({"env": {"": "x"}}, "no name of a variable", id="no name"),
        pytest.param({"env": {"A=B": "x"}}, "no name of a variable", id="two in one"),
        pytest.param({"env": {"A": "x\0y"}}, "`env` holds a character", id="NUL"),
        pytest.param({"cwd": "a\0b"}, "`cwd` holds a character", id="folder"),
        pytest.param({"kind": "pty", "command": ("python3", "\ud800")}, "`command`", id="half"),
        pytest.param({"python": "python9"}, "no folder of PATH", id="no such program"),
        pytest.param({"python": "tool"}, "no folder of PATH", id="only the project has it"),
        pytest.param({"kind": "pty", "command": ("zap",)}, "no folder of PATH", id="no command"),
        pytest.param({"kind": "stui", "url": f"tcp://u:{SECRET}@h:1"}, "`url` says", id="user"),
        pytest.param({"kind": "socket", "url": f"{SECRET}@h:1"}, "`url` says", id="bare user"),
        pytest.param({"kind": "stui", "url": "tcp://good\\@evil:1"}, "`url` says", id="evil"),
        pytest.param({"kind": "stui", "url": "tcp://h"}, "`url` is refused: the a", id="no port"),
        pytest.param(
            {"kind": "socket", "url": "x"}, "`url` is refused: that is no", id="no address"
        ),
        pytest.param({"kind": "jupyter", "url": "https://0"}, "`url` is refused", id="a number"),
        pytest.param({"kind": "stui", "url": "tcp://h:1"}, "anyone on the way", id="clear"),
        pytest.param({"kind": "stui", "url": "lines://h:1"}, "anyone on the way", id="lines"),
        pytest.param({"kind": "jupyter", "url": "http://h:1"}, "anyone on the way", id="http"),
        pytest.param({"credential": SECRET}, "`credential` is not", id="a secret itself"),
        pytest.param({"credential": "keyring:A"}, "`credential` is not", id="not a name"),
        pytest.param({"credential": "keyring:a//b"}, "`credential` is not", id="empty part"),
        pytest.param({"credential": "keyring:a\n"}, "`credential` is not", id="newline"),
        pytest.param({"credential": "env:HOME"}, "`credential` is not", id="the environment"),
    ],
)
def test_what_no_consent_can_allow(root: Path, keys: dict[str, Any], expected: str) -> None:
    (reason,) = claimed(root, **keys).refusals
    assert expected in reason
    assert SECRET not in reason


@pytest.mark.parametrize(
    "keys",
    [
        {"url": f"tcp://u:{SECRET}@h:1"},
        {"url": f"{SECRET}@h"},
        {"url": f"http://{SECRET}\\@h/"},
        {"credential": SECRET},
        {"env": {"A": SECRET}},
        {"kind": "pty", "command": ("python3", SECRET)},
    ],
)
def test_words_for_people_hold_no_secrets(root: Path, keys: dict[str, Any]) -> None:
    claim = claimed(root, **keys)
    assert claim.powers
    assert SECRET not in str([*claim.powers, *claim.refusals])


@pytest.mark.parametrize(
    "keys",
    [
        {"url": "tcp://h\x1b[2J:1"},
        {"kind": "\x1b]0;x\x07"},
        {"python": "/bin/\u202enohtyp"},
        {"env": {"A\x1b": "1", "LD_\x9b": "1"}},
        {"setup": ("\u200b",)},
        {"other": {"a\x1b": "\x1b", "health": {"\x9b": 1}}},
        {"kernel": "a\nb"},
        {"cwd": "/\x07"},
    ],
)
def test_words_for_people_are_safe_to_show(root: Path, keys: dict[str, Any]) -> None:
    claim = claimed(root, **keys)
    text = "".join((*(power.text for power in claim.powers), *claim.refusals))
    assert text.isprintable()


def test_a_look_alike_host_is_spelled_out(root: Path) -> None:
    claim = claimed(root, kind="stui", url="tcp://\u0440aypal.com:1")
    assert told(claim) == ["connect connects to tcp://рaypal.com:1 (tcp://\\u0440aypal.com:1)"]  # noqa: RUF001


def test_a_claim_is_of_real_places_and_programs(root: Path) -> None:
    (root.parent / "link").symlink_to("project")
    spec = ConnectionSpec("it", "pty", command=("python3", "-i"), python="tool", cwd="out/project")
    claim = claim_of(
        root.parent / "link" / "w.yaml",
        root.parent / "link",
        replace(spec, python="./tool"),
        {},
        search_path=str(root.parent / "system"),
    )
    assert (claim.file, claim.root) == (str(root / "w.yaml"), root)
    assert claim.spec.cwd == str(root)
    assert claim.spec.python == str(root / "tool")
    assert claim.spec.command == (str(root.parent / "system" / "python3"), "-i")


def test_a_claim_is_frozen(root: Path) -> None:
    """What changes later, in the maps that it was made of, does not change what was approved."""
    env, snippets = {"A": "1"}, dict(SNIPPETS)
    tls: dict[str, Plain] = {"verify": True}
    spec = ConnectionSpec("it", "python", env=env, setup=("load", "gone"), other={"tls": tls})
    claim = claim_of(root / "w.yaml", root, spec, snippets, search_path="")
    before = claim.digest
    env["B"] = "2"
    tls["verify"] = False
    snippets["load"] = SnippetSpec("load", "evil()")
    assert claim.digest == before
    assert claim.sources == {"load": "load()", "gone": None}


def test_claiming_opens_nothing_and_starts_nothing(root: Path) -> None:
    """Asking what a file wants is not doing it."""
    script = """
import sys
from pathlib import Path
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.trust import Grants, authorize, claim_of

root, events = Path(sys.argv[1]), []
sys.addaudithook(lambda event, arguments: events.append((event, arguments)))
spec = ConnectionSpec(
    "it", "pty", command=("python3", "x"), python="./tool", cwd="out", url="tcp://example.org:1",
    credential="keyring:a", env={"HOME": "x"}, setup=("one",), kernel="k",
)
claim = claim_of(root / "w.yaml", root, spec, {}, search_path=sys.argv[2])
answer = authorize(claim, Grants())
assert len(claim.powers) == 9, claim.powers
harmless = {"os.listdir", "os.scandir", "object.__getattr__"}
assert not [one for one in events if one[0] not in harmless], events
"""
    command = [sys.executable, "-c", script, str(root), str(root.parent / "system")]
    subprocess.run(command, check=True, timeout=60)
