"""Where the source reaches out: sockets, processes, secrets, code. Found by reading it.

Names are followed through imports and `import … as …`. What is called on a value whose type nobody
can see here is found by the name of the method alone, so a few harmless places are found, too.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent.parent.parent / "src" / "stui_workspace"

_NAMES: Final = (
    # sockets and look-ups of names
    "socket.socket",
    "socket.fromfd",
    "socket.create_connection",
    "socket.create_server",
    "socket.socketpair",
    "socket.getaddrinfo",
    "socket.gethostby*",
    "asyncio.open_connection",
    "asyncio.open_unix_connection",
    "asyncio.start_server",
    "asyncio.start_unix_server",
    # processes
    "subprocess.Popen",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_*",
    "subprocess.get*output",
    "asyncio.create_subprocess_*",
    "asyncio.subprocess.create_*",
    "os.system",
    "os.popen",
    "os.exec*",
    "os.spawn*",
    "os.posix_spawn*",
    "os.fork",
    "os.forkpty",
    "os.startfile",
    "pty.fork",
    "pty.spawn",
    "concurrent.futures.ProcessPoolExecutor",
    # secrets
    "getpass.getpass",
    # code from elsewhere
    "ctypes.CDLL",
    "ctypes.WinDLL",
    "ctypes.windll.*",
    "ctypes.cdll.*",
    "importlib.import_module",
    "importlib.metadata.entry_points",
    "importlib.util.spec_from_file_location",
    "builtins.exec",
    "builtins.eval",
    "builtins.compile",
    "builtins.__import__",
)
_PACKAGES: Final = frozenset(
    {
        *(
            "aiohttp",
            "ftplib",
            "http.client",
            "httpx",
            "jupyter_client",
            "multiprocessing",
            "requests",
        ),
        *("runpy", "smtplib", "tornado", "urllib.request", "webbrowser", "websockets", "xmlrpc"),
        *("zmq", "jeepney", "keyring", "secretstorage"),
    }
)
"""Whose every use is one to look at; counted once for each file."""
_METHODS: Final = frozenset(
    {
        "connect",
        "connect_ex",
        "sendto",
        "getaddrinfo",
        "getnameinfo",
        "sock_connect",
        "create_connection",
        "create_unix_connection",
        "create_datagram_endpoint",
        "create_server",
        "create_unix_server",
        "subprocess_exec",
        "subprocess_shell",
        "start_kernel",
        "websocket_connect",
        "urlopen",
    }
)
_BUILTINS: Final = frozenset({"exec", "eval", "compile", "__import__"})
_CREDENTIALS: Final = "STUI_SECRET"
_ENTRY_POINT_LOAD: Final = "load"


def places() -> Counter[tuple[str, str]]:
    """How often each way of reaching out stands in each file of the source."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(SOURCE).as_posix()
        found.update((name, one) for one in (*ways_in(tree), *packages_in(tree)))
    return found


def packages_in(tree: ast.Module) -> Iterator[str]:
    """Each package that a module uses to reach out, once."""
    names = {name for _, name in _imported(tree)} | set(_modules(tree))
    for package in sorted(_PACKAGES):
        if any(name == package or name.startswith(f"{package}.") for name in names):
            yield f"uses {package}"


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def ways_in(tree: ast.Module) -> Iterator[str]:
    """Each call in a module that reaches out, by its full name, or `.connect` without one."""
    known = dict(_imported(tree))
    takes_plugins = any(name.startswith("importlib.metadata") for name in known.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _ways_of(node, known, takes_plugins=takes_plugins)
        elif isinstance(node, ast.Constant) and str(node.value).startswith(_CREDENTIALS):
            yield f"the variable {_CREDENTIALS}_*"


def _ways_of(node: ast.Call, known: dict[str, str], *, takes_plugins: bool) -> Iterator[str]:
    name = _full_name(node.func, known)
    if name is not None and any(fnmatchcase(name, one) for one in _NAMES):
        yield name
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        yield f".{node.func.attr}"
    elif (
        takes_plugins
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == _ENTRY_POINT_LOAD
        and not node.args
    ):
        yield ".load of a plugin"
    for one in (*node.args, *(keyword.value for keyword in node.keywords)):
        passed = None if isinstance(one, ast.Call) else _full_name(one, known)
        if passed is not None and any(fnmatchcase(passed, pattern) for pattern in _NAMES):
            yield f"{passed}, passed on"


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, anywhere in the module, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.asname is not None:
                    yield one.asname, one.name
                else:
                    yield one.name.partition(".")[0], one.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def _full_name(node: ast.expr, known: dict[str, str]) -> str | None:
    """`subprocess.run` for `run` after `from subprocess import run`; None where nobody can say."""
    if isinstance(node, ast.Name):
        if node.id in known:
            return known[node.id]
        return f"builtins.{node.id}" if node.id in _BUILTINS else None
    if isinstance(node, ast.Attribute):
        before = _full_name(node.value, known)
        return None if before is None else f"{before}.{node.attr}"
    return None
