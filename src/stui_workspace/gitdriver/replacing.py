"""Giving a file other content at once, so that whoever reads it sees the old or the new."""

from __future__ import annotations

import os
from contextlib import suppress


def replace_content(path: str, content: bytes) -> None:
    """Replace the content of a file that git will read next, and keep its mode.

    Nothing is flushed to the disk: after a power cut git starts its own work again. Where a new
    file cannot be made beside it, it is written in place.

    Raises:
        OSError: The disk refused.
    """
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    temporary = os.path.join(  # noqa: PTH118 (pathlib costs more than the rest of it)
        folder, f".~{name.lstrip('.')}.{os.urandom(4).hex()}.tmp"
    )
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    except OSError:
        _write(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666), content)
        return
    try:
        _write(descriptor, content)
        with suppress(OSError):
            os.chmod(temporary, os.stat(target).st_mode & 0o7777)  # noqa: PTH101, PTH116
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


_BINARY = getattr(os, "O_BINARY", 0)


def _write(descriptor: int, content: bytes) -> None:
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)
