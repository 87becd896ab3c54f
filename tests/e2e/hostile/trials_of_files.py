"""What stui keeps, replaced by what it did not write, or by what others may write."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from e2e.hostile.circumstances import (
    CONSENT,
    FINDINGS,
    FINE,
    SECRETS,
    STORAGE,
    USAGE,
    Make,
    Spoil,
    Trial,
)
from e2e.hostile.scene import Scene
from e2e.hostile.trial import SECRET


def trials_of_files() -> Iterator[Trial]:
    """Each trial of what lies in the folders of stui."""
    yield from _files()
    yield from _bound()
    yield from _vaults()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(target: str) -> Spoil:
    def spoil(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return spoil


def _listening(path: Path) -> None:
    path.unlink()
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


SPOILT: Final[dict[str, Spoil]] = {
    "a pipe": _pipe, "a folder": _folder, "a socket": _listening, "a link to a device": _link("/dev/zero"), "a ring of links": lambda path: _link(path.name)(path),
    "nothing": lambda path: path.write_bytes(b""), "zeros": lambda path: path.write_bytes(bytes(5000)), "no text": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "brackets": lambda path: path.write_bytes(b"[" * 200_000), "braces": lambda path: path.write_bytes(b'{"a":' * 50_000), "half of it": lambda path: os.truncate(path, path.stat().st_size // 2),
    "numbers without end": lambda path: path.write_text(json.dumps({"stui": 1, "at": 1}).replace("1", "9" * 6000)), "escapes": lambda path: path.write_text('{"\\u001b]0;pwn\\u0007": "\\u202e\x1b[2J"}'),
}  # fmt: skip


def _files() -> Iterator[Trial]:
    """What stui keeps, replaced by what it did not write."""
    any_of = (FINE, FINDINGS, USAGE, STORAGE, SECRETS, CONSENT)

    def spoiling(name: str, spoil: Spoil) -> Make:
        def make(at: Scene) -> None:
            (found,) = sorted(at.home.glob(name))[:1]
            spoil(found)

        return make

    for where, pattern, commands in (
        (
            "the bindings",
            "config/credentials.yaml",
            (
                ("secret", "test", "orders/other"),
                ("secret", "unbind", "orders/other"),
                ("secret", "ls"),
            ),
        ),
        ("the config", "config/config.yaml", (("show",), ("secret", "ls"), ("doctor",))),
        (
            "the index of secrets",
            "state/secrets.json",
            (("secret", "ls"), ("secret", "show", "vault:orders/image")),
        ),
        (
            "the vault",
            "data/vault",
            (("vault", "verify"), ("vault", "status"), ("secret", "test", "vault:orders/image")),
        ),
        (
            "the memory of vaults",
            "state/vault-memory.json",
            (("vault", "verify"), ("vault", "status")),
        ),
        ("the name of the machine", "state/machine", (("doctor",), ("session", "ls"))),
        (
            "the log of versions",
            "state/workspaces/*/generations/log.jsonl",
            (("sync", "log"),),
        ),
    ):
        for kind, spoil in SPOILT.items():
            # A command each: which one is a matter of the place in the table, so that all have their turn.
            words = commands[list(SPOILT).index(kind) % len(commands)]
            yield Trial(
                f"{where} is {kind}: {' '.join(words)}",
                words,
                any_of,
                spoiling(pattern, spoil),
                stage="kept",
            )


def _bound() -> Iterator[Trial]:
    """Bindings that others may write, or that say too much."""

    def binding(text: str, mode: int = 0o600, folder: int = 0o700) -> Make:
        def make(at: Scene) -> None:
            path = at.config / "credentials.yaml"
            path.write_text(text.replace("@TOUCHED@", str(at.touched)))
            path.chmod(mode)
            at.config.chmod(folder)

        return make

    touching = "stui: 1\nsecrets:\n  orders/image: {command: [touch, '@TOUCHED@'], for: ['tcp://127.0.0.1:9']}\n"
    test = ("secret", "test", "orders/image")
    for name, mode, folder in (
        ("everybody", 0o666, 0o700),
        ("the group", 0o660, 0o700),
        ("everybody, in its folder", 0o600, 0o777),
        ("the group, in its folder", 0o600, 0o770),
    ):
        yield Trial(
            f"bindings of {name}",
            test,
            (SECRETS,),
            binding(touching, mode, folder),
            says="others may write",
        )
    yield Trial(
        "a binding that nobody asked for", ("conn", "test", "far"), (CONSENT,), binding(touching)
    )
    for name, parts in (
        ("as one text", "{command: 'touch @TOUCHED@'}"),
        ("of two places", "{env: A, vault: b}"),
        ("with a value", f"{{value: {SECRET}}}"),
        ("that is a value", SECRET),
        ("of nothing", "{command: []}"),
    ):
        yield Trial(
            f"a binding {name}",
            test,
            (SECRETS,),
            binding(f"stui: 1\nsecrets: {{orders/image: {parts}}}\n"),
            holds_secret=True,
        )
    yield Trial(
        "a binding that tells it with its error",
        test,
        (SECRETS,),
        binding(
            f"stui: 1\nsecrets: {{orders/image: {{command: [sh, -c, 'echo {SECRET} >&2; exit 3'], for: ['tcp://127.0.0.1:9']}}}}\n"
        ),
        holds_secret=True,
    )


def _vaults() -> Iterator[Trial]:
    """Vaults that somebody else had."""

    def flipped(at: Scene) -> None:
        content = bytearray(at.vault.read_bytes())
        content[-40] ^= 1
        at.vault.write_bytes(content)

    def put_back(at: Scene) -> None:
        old = at.vault.read_bytes()
        assert (
            at.stui("secret", "set", "vault:orders/new", "--stdin", given=b"a-new-one").status == 0
        )
        at.vault.write_bytes(old)

    def other_key(at: Scene) -> None:
        key = Path(at.environ["STUI_VAULT_KEY_FILE"])
        text = key.read_text()
        key.write_text(text[:10] + ("A" if text[10] != "A" else "B") + text[11:])

    def open_key(at: Scene) -> None:
        Path(at.environ["STUI_VAULT_KEY_FILE"]).chmod(0o644)

    def linked_key(at: Scene) -> None:
        at.environ["STUI_VAULT_KEY_FILE"] = "/dev/zero"

    for name, make in (
        ("changed", flipped),
        ("put back", put_back),
        ("with another key", other_key),
        ("with a key that others may read", open_key),
        ("with an endless key", linked_key),
    ):
        for words in (("vault", "verify"), ("vault", "unlock")):
            yield Trial(
                f"a vault {name}: {' '.join(words)}", words, (SECRETS,), make, stage="vault"
            )
