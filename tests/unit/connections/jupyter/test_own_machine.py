"""What this machine lacks: told as the end of an attempt, never as a traceback."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from stui_workspace.connections.jupyter.faults import lost_by
from stui_workspace.connections.jupyter.kernels import kernel_of
from stui_workspace.connections.jupyter.local import how_it_ended
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from support.kernels import link_of


@pytest.mark.parametrize("keys", [{}, {"url": "http://127.0.0.1:1"}, {"url": "file:k.json"}])
async def test_what_is_not_installed_is_named_with_the_way_to_install_it(
    keys: dict[str, str], setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    (setting.root / "k.json").write_text(_FILE)
    for name in ("jupyter_client", "tornado"):
        for module in [one for one in sys.modules if one.split(".")[0] == name]:
            monkeypatch.delitem(sys.modules, module)
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, **keys).start()
    assert caught.value.is_final
    assert "which is not installed" in caught.value.reason
    assert caught.value.next_step == "pip install 'stui-workspace[jupyter]'"


def test_too_many_open_files_says_what_to_do() -> None:
    error = lost_by("nb", OSError(errno.EMFILE, "Too many open files"))
    assert (error.reason, error.is_final) == ("too many open files", False)
    assert "ulimit -n" in str(error.next_step)


async def test_a_folder_that_is_not_there_is_final(setting: Setting) -> None:
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, cwd="gone").start()
    assert caught.value.is_final
    assert caught.value.reason == "there is no folder `gone`"


@pytest.mark.parametrize("name", ["PYTHONPATH", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES"])
def test_a_variable_that_decides_what_code_is_loaded_is_refused(
    name: str, setting: Setting
) -> None:
    with pytest.raises(UsageError):
        link_of(setting, env={name: "/evil"})


@pytest.mark.parametrize("url", ["ftp://localhost", "http://localhost:8888/?token=abc"])
def test_an_address_that_means_nothing_is_refused_by_name(url: str, setting: Setting) -> None:
    with pytest.raises(UsageError) as caught:
        link_of(setting, url=url)
    assert "connection `nb`" in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_module_of_the_project_cannot_be_the_kernel(setting: Setting) -> None:
    kernel = kernel_of(ConnectionSpec("nb", "jupyter"), setting)
    assert kernel.command[0] == sys.executable
    assert "-m" not in kernel.command
    assert "'ipykernel_launcher'" in " ".join(kernel.command)


def test_a_program_of_the_project_is_not_found(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kernels" / "ours"
    folder.mkdir(parents=True)
    spec = '{"argv": ["ourkernel", "{connection_file}"], "display_name": "", "language": ""}'
    (folder / "kernel.json").write_text(spec)
    program = setting.root / "ourkernel"
    program.touch(mode=0o755)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    environ = {"PATH": str(setting.root)}
    with pytest.raises(ConnectionLostError) as caught:
        kernel_of(
            ConnectionSpec("nb", "jupyter", kernel="ours"), Setting(setting.root, environ=environ)
        )
    assert "is not on the PATH" in caught.value.reason


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "the kernel ended"),
        (0, "the kernel ended with exit status 0"),
        (-63, "the kernel was ended by signal 63"),
    ],
)
def test_how_it_ended(status: int | None, words: str) -> None:
    assert how_it_ended(status).startswith(words)


_FILE = """{"ip": "127.0.0.1", "key": "a-key-of-the-tests", "shell_port": 1, "iopub_port": 1,
"stdin_port": 1, "hb_port": 1, "control_port": 1, "transport": "ipc", "ip": "/nowhere/ipc"}"""
