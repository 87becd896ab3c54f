"""A project of one person, in which commands are tried, and what must not be in what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from e2e.hostile.trial import SECRET, secret_forms

FORKING: Final = Path(__file__).parent / "forking.py"
STATUSES: Final = frozenset(range(7))
MEBIBYTES: Final = 200
_KEY_FILE: Final = "STUI_VAULT_KEY_FILE"
WITH_STEP: Final = frozenset({2, 3, 4, 5, 6})
"""The statuses after which somebody has to do something, and is told what."""
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_WORKSPACE: Final = """\
stui: 1
name: orders
vars: {{host: 127.0.0.1}}
connections:
  py: {{kind: python}}
  run: {{kind: pty, command: [touch, '{touched}']}}
  far: {{kind: stui, url: 'tcp://${{host}}:9', credential: keyring:orders/image}}
  own: {{kind: python, setup: [first]}}
snippets:
  first: {{connection: own, source: "open('{touched}', 'w')"}}
environments:
  other: {{vars: {{host: 127.0.0.2}}}}
"""


@dataclass(frozen=True)
class Told:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str
    mebibytes: int


class Forks:
    """Runs commands one by one."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-B", str(FORKING)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __call__(self, order: Mapping[str, Any]) -> dict[str, int]:
        """The answer to an order."""
        server = self._server
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(order).encode() + b"\n")
        server.stdin.flush()
        answer: dict[str, int] = json.loads(server.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        self._server.communicate(timeout=30)


@contextmanager
def forks() -> Iterator[Forks]:
    """Something that runs commands, until it is left."""
    one = Forks()
    try:
        yield one
    finally:
        one.close()


@dataclass(frozen=True)
class Scene:
    """Where a trial takes place: always the same place, made anew for each."""

    folder: Path
    run: Forks = field(repr=False)
    environ: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Make the project, where there is nothing yet."""
        for one in (self.project, self.config, self.folder / "user", self.streams):
            one.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.file.write_text(self.text)
        home = {"HOME": str(self.folder / "user"), "STUI_HOME": str(self.home)}
        self.environ.update(home, PATH=os.environ["PATH"], LANG="C.UTF-8", NO_COLOR="1")
        self.environ.pop(_KEY_FILE, None)

    @property
    def streams(self) -> Path:
        return self.folder.with_name("streams")

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def config(self) -> Path:
        return self.home / "config"

    @property
    def vault(self) -> Path:
        return self.home / "data" / "vault"

    @property
    def file(self) -> Path:
        return self.project / ".stui-workspace.yaml"

    @property
    def overlay(self) -> Path:
        return self.project / ".stui-workspace.local.yaml"

    @property
    def touched(self) -> Path:
        """What is there once something ran that nobody approved."""
        return self.folder / "touched"

    @property
    def text(self) -> str:
        return _WORKSPACE.format(touched=self.touched)

    @property
    def state(self) -> Path:
        """The folder of what is kept of the project."""
        paths = json.loads(self.stui("paths", "--json").out)
        return Path(paths["sessions"]).parent

    def stui(
        self, *words: str, given: bytes = b"", folder: Path | None = None, is_gone: bool = False
    ) -> Told:
        """What a command said."""
        names = [self.streams / name for name in ("in", "out", "err")]
        names[0].write_bytes(given)
        for one in names[1:]:
            one.unlink(missing_ok=True)
        answer = self.run(
            {
                "words": words,
                "streams": list(map(str, names)),
                "environ": self.environ,
                "folder": str(folder or self.project),
                "is_gone": is_gone,
            }
        )
        out, err = (one.read_bytes().decode("utf-8", "backslashreplace") for one in names[1:])
        names[0].unlink()
        return Told(answer["status"], out, err, answer["mebibytes"])

    def digest(self, connection: str) -> str:
        """The digest of what a connection asks for."""
        records = json.loads(self.stui("trust", "show", "--json").out)
        return next(str(one["digest"]) for one in records if one["connection"] == connection)

    def approve(self, connection: str) -> None:
        """Approve a connection as it is now."""
        words = ("trust", "grant", "--connection", connection, "--digest", self.digest(connection))
        told = self.stui(*words)
        assert told.status == 0, told.err

    def grant(self) -> Path:
        """The file of the only grant."""
        (found,) = (self.state / "grants").iterdir()
        return found

    def open_vault(self) -> None:
        """Make a vault with a key file, and a secret in it."""
        key = self.folder / "vault.key"
        assert self.stui("vault", "init", "--new-key-file", str(key)).status == 0
        self.environ[_KEY_FILE] = str(key)
        words = ("secret", "set", "vault:orders/image", "--stdin", "--for", "tcp://127.0.0.1:9")
        assert self.stui(*words, given=SECRET.encode()).status == 0


class Stages:
    """Scenes as they are before trials: each is made once, and put back for every trial."""

    def __init__(self, scene: Scene, makers: Mapping[str, Callable[[Scene], object]]) -> None:
        self._scene = scene
        self._makers = makers
        self._kept: dict[str, dict[str, str]] = {}

    def at(self, name: str) -> Scene:
        """The scene, as it is at a stage."""
        scene = self._scene
        kept = scene.folder.with_name(f"stage-{name}")
        shutil.rmtree(scene.folder, ignore_errors=True)
        if name in self._kept:
            shutil.copytree(kept, scene.folder, symlinks=True)
            scene.environ.clear()
            scene.environ.update(self._kept[name])
            return scene
        scene.begin()
        self._makers[name](scene)
        shutil.copytree(scene.folder, kept, symlinks=True)
        self._kept[name] = dict(scene.environ)
        return scene


def wrong_in(told: Told, *, is_text_of_file: bool = False) -> Iterator[str]:
    """What is wrong in what a command said, whatever it was asked.

    Args:
        told: What it said.
        is_text_of_file: Whether standard output is the file itself, with all that stands in it.
    """
    shown = told.err if is_text_of_file else told.out + told.err
    if told.status not in STATUSES:
        yield f"ended with {told.status}"
    if told.status in WITH_STEP and "help:" not in told.err:
        yield "says no next step"
    if told.status and not shown.strip():
        yield "says nothing"
    if found := _OBEYED.search(shown):
        yield f"shows {found[0]!r}"
    if "Traceback" in shown:
        yield "has a trace"
    if told.mebibytes > MEBIBYTES:
        yield f"takes {told.mebibytes} MiB"
    if max(map(len, told.err.split("\n"))) > 4100:
        yield "has a line without end"
    yield from (f"tells the secret, as {how}" for how, form in secret_forms() if form in shown)


def secrets_in(folder: Path, but: Sequence[Path] = ()) -> Iterator[str]:
    """The files below a folder in which the secret can be found."""
    forms = [form.encode() for _, form in secret_forms()]
    for one in sorted(folder.rglob("*")):
        if one in but or not stat.S_ISREG(one.lstat().st_mode):
            continue
        content = one.read_bytes()
        if any(form in content for form in forms):
            yield str(one.relative_to(folder))


def kept_in(folder: Path) -> dict[str, object]:
    """All that is below a folder, to be compared."""
    return {
        os.fsdecode(one): (status.st_mode, status.st_size, status.st_mtime_ns)
        for one in map(os.fsencode, sorted(folder.rglob("*")))
        for status in (os.lstat(one),)
        if stat.S_ISREG(status.st_mode)
    }
