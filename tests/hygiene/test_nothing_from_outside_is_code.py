"""What comes from outside is never code, and who answers is always checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent.parent / "src"
MODULES = sorted(SOURCE.rglob("*.py"))
EVALUATOR = SOURCE / "stui_workspace" / "connections" / "python" / "child"
"""The embedded evaluator: code is what it is for."""

THAT_LOAD_OBJECTS = {
    "pickle",
    "_pickle",
    "marshal",
    "shelve",
    "dbm",
    "dill",
    "cloudpickle",
    "joblib",
}
THAT_RUN_TEXT = {"eval", "exec", "compile", "__import__", "breakpoint"}
OF_THE_SHELL = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
THAT_TRUST_ANYBODY = {
    *("CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context", "PROTOCOL_TLS"),
    *("CURVE_NULL", "PLAIN_USERNAME", "PLAIN_PASSWORD", "PLAIN_SERVER"),
    *("recv_pyobj", "send_pyobj", "urlopen", "trust_env"),
}


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name.partition(".")[0] for name in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield str(node.module).partition(".")[0]


def breaches(tree: ast.AST, *, may_run_code: bool = False) -> Iterator[str]:
    """What a module does that it may not, each with its line."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        yield from (f"{line}: import {one}" for one in imported(node) if one in THAT_LOAD_OBJECTS)
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in THAT_RUN_TEXT and not may_run_code:
                yield f"{line}: {name}()"
            case ast.Attribute(attr=name) if name in THAT_TRUST_ANYBODY:
                yield f"{line}: {name}"
            case ast.Attribute() if ast.unparse(node) in OF_THE_SHELL:
                yield f"{line}: {ast.unparse(node)}"
            case ast.keyword() | ast.Assign():
                yield from (f"{line}: {one}" for one in switched(node))


def switched(node: ast.keyword | ast.Assign) -> Iterator[str]:
    """A check that is turned off, or a shell that is turned on."""
    names = [node.arg] if isinstance(node, ast.keyword) else list(map(ast.unparse, node.targets))
    for name in filter(None, names):
        value = node.value.value if isinstance(node.value, ast.Constant) else None
        last = name.rpartition(".")[2]
        if (last, value) in (("shell", True), ("check_hostname", False), ("validate_cert", False)):
            yield f"{last}={value!r}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_module_runs_what_it_reads_or_trusts_whoever_answers(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert [*breaches(tree, may_run_code=EVALUATOR in module.parents)] == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from marshal import loads",
        "def f():\n    import shelve",
        "eval(x)",
        "exec('1')",
        "os.system('x')",
        "run(x, shell=True)",
        "context.check_hostname = False",
        "context.verify_mode = ssl.CERT_NONE",
        "HTTPRequest(u, validate_cert=False)",
        "socket.recv_pyobj()",
    ],
)
def test_each_of_them_would_be_found(code: str) -> None:
    assert [*breaches(ast.parse(code))]
