"""What was approved, and is not what is there: nothing of it is done."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from e2e.hostile.circumstances import CONSENT, FINDINGS, USAGE, Make, Trial
from e2e.hostile.scene import Scene

_RUN = ("eval", "--conn", "run", "-e", "1")


def trials_of_consent() -> Iterator[Trial]:
    """Each trial of what somebody did to get around it."""
    yield from _approvals()
    yield from _changed()


def _edited(**parts: Any) -> Make:
    def make(at: Scene) -> None:
        grant = at.grant()
        grant.write_text(json.dumps(json.loads(grant.read_text()) | parts))

    return make


def _elsewhere(at: Scene) -> None:
    grant = at.grant()
    other = at.folder / "grant.json"
    grant.rename(other)
    grant.symlink_to(other)


def _folder_elsewhere(at: Scene) -> None:
    grants = at.grant().parent
    other = at.folder / "grants"
    grants.rename(other)
    grants.symlink_to(other)


def _of_another(at: Scene) -> None:
    """What was approved of the project is copied to another place with it."""
    grant = at.grant()
    away = at.folder / "away"
    at.project.rename(away)
    shutil.copytree(away, at.project / "inner")
    (at.project / "inner" / ".git").mkdir()
    at.file.write_text(at.text)
    inner = json.loads(at.stui("paths", "--json", folder=at.project / "inner").out)
    grants = Path(inner["sessions"]).parent / "grants"
    grants.mkdir(parents=True)
    shutil.copy(grant, grants / grant.name)


def _with_mode(mode: int) -> Make:
    return lambda at: at.grant().chmod(mode)


def _in_folder_with_mode(mode: int) -> Make:
    return lambda at: at.grant().parent.chmod(mode)


def _approvals() -> Iterator[Trial]:
    """Grants that do not count: nothing runs."""
    spoilt: dict[str, Make] = {
        **{f"of the mode {mode:o}": _with_mode(mode) for mode in (0o666, 0o660, 0o602, 0o777)},
        **{
            f"in a folder of the mode {mode:o}": _in_folder_with_mode(mode)
            for mode in (0o777, 0o770, 0o1777)
        },
        "behind a link": _elsewhere,
        "in a folder behind a link": _folder_elsewhere,
        "for nothing": _edited(capabilities=[]),
        "for less": _edited(capabilities=["connect"]),
        "for all": _edited(capabilities=["*"]),
        "for what nobody knows": _edited(capabilities=["exec", "all"]),
        "with a capability that is no list": _edited(capabilities="exec"),
        "of any digest": _edited(digest="*"),
        "of another form": _edited(projection={}),
        "of another file": _edited(file="/elsewhere/.stui-workspace.yaml"),
        "of another connection": _edited(connection="far"),
        "of the future": _edited(**{"stui-grant": 2}),
        "at no time": _edited(at="now"),
        "under another name": lambda at: at.grant().rename(at.grant().with_name("a.json")),
        "cut short": lambda at: os.truncate(at.grant(), 100),
        "too deep": lambda at: at.grant().write_text("[" * 200_000),
        "of nothing": lambda at: at.grant().write_bytes(b""),
        "that is a pipe": lambda at: _pipe(at.grant()),
        "that was taken back": lambda at: at.stui("trust", "revoke"),
    }
    for name, spoil in spoilt.items():
        yield Trial(f"a grant {name}", _RUN, (CONSENT,), spoil, stage="approved")
    yield Trial(
        "a grant that lies in the project",
        _RUN,
        (CONSENT,),
        lambda at: at.grant().rename(at.project / "grants.json"),
        stage="approved",
    )
    yield Trial(
        "a grant of a copy",
        ("eval", "--conn", "run", "-e", "1", "--project", "inner"),
        (CONSENT,),
        _of_another,
        stage="approved",
    )


def _overlaid(text: str) -> Make:
    def make(at: Scene) -> None:
        at.overlay.write_text(f"stui: 1\n{text}\n")

    return make


def _rewritten(old: str, new: str) -> Make:
    def make(at: Scene) -> None:
        text = at.text.replace(old, new)
        assert text != at.text
        at.file.write_text(text)

    return make


def _saying_more(more: str) -> Make:
    return lambda at: at.file.write_text(at.text + more)


def _digest(change: Callable[[str], str] | None) -> Make:
    """A digest to be given: that of the connection, changed; or that of another one."""
    return lambda at: at.digest("far") if change is None else change(at.digest("run"))


def _changed() -> Iterator[Trial]:
    """What is not what was approved."""
    far, run, own = (("eval", "--conn", name, "-e", "1") for name in ("far", "run", "own"))
    for name, words, make in (
        ("another environment", (*far, "--env", "other"), _overlaid("x-a: 1")),
        ("another variable", (*far, "--var", "host=127.0.0.2"), _overlaid("x-a: 1")),
        (
            "a variable with the same meaning",
            (*far, "--var", "host=localhost"),
            _overlaid("x-a: 1"),
        ),
        (
            "an overlay with another credential",
            far,
            _overlaid("connections: {far: {credential: keyring:orders/root}}"),
        ),
        (
            "an overlay with another address",
            far,
            _overlaid("connections: {far: {url: 'tcp://127.0.0.1:10'}}"),
        ),
        ("an overlay with another variable", far, _overlaid("vars: {host: 127.0.0.3}")),
        (
            "an overlay with a credential",
            run,
            _overlaid("connections: {run: {credential: keyring:orders/image}}"),
        ),
        ("an overlay with a folder", run, _overlaid("connections: {run: {cwd: inner}}")),
        (
            "an overlay with a variable of the program",
            run,
            _overlaid("connections: {run: {env: {A: b}}}"),
        ),
        (
            "an overlay with another snippet",
            own,
            _overlaid("snippets: {first: {source: 'open(\"x\")'}}"),
        ),
        ("another text of a snippet", own, _rewritten("'w')", "'a')")),
        ("another argument", run, _rewritten("command: [touch, ", "command: [touch, -a, ")),
        ("another kind", run, _rewritten("run: {kind: pty,", "run: {kind: pty, env: {A: b},")),
        ("another secret", far, _rewritten("keyring:orders/image", "vault:orders/image")),
    ):
        yield Trial(f"changed: {name}", words, (CONSENT,), make, stage="all approved")
    for name, more in (
        ("trusted: true", "trusted: true"),
        ("a map of trust", "trust: {run: true}"),
        ("an extension", "extensions: {stui: {trust: all}}"),
        ("a key of one's own", "x-stui-trust: all"),
    ):
        yield Trial(
            f"a file that says {name}",
            run,
            (FINDINGS, CONSENT),
            _saying_more(f"{more}\n"),
        )
    for asking in (
        ("trust",),
        ("trust", "grant"),
        ("trust", "grant", "--connection", "run"),
        ("eval", "--conn", "run", "-e", "1", "--yes"),
        ("conn", "test", "run"),
        ("conn", "watch", "--count", "2", "run"),
    ):
        yield Trial(f"yes | stui {' '.join(asking)}", asking, (CONSENT,), given=b"y\nyes\n" * 1000)
    for name, change in (
        ("short", lambda digest: digest[:32]), ("long", lambda digest: digest * 2), ("with a prefix", lambda digest: f"sha256:{digest}"), ("of wide digits", lambda digest: digest.translate({0x30 + n: 0xFF10 + n for n in range(10)})),
        ("of anything", lambda digest: "*"), ("of nothing", lambda digest: ""), ("of a neighbour", None),
    ):  # fmt: skip
        yield Trial(
            f"a digest {name}",
            ("trust", "grant", "--connection", "run", "--digest"),
            (USAGE,),
            _digest(change),
            says="the digest is not that of connection",
        )


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
