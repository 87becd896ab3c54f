"""What a program asked the system for, as strace tells it, cut by the prober's marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CALLS: Final = "%network,execve,execveat,%file,kill"
_LINE: Final = re.compile(
    r"\A(?P<process>\d+) +(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>.*)\Z"
)
_MARK: Final = re.compile(r'"/stui-probe/([^"]*)"')
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_UNFINISHED: Final = re.compile(r"\A(\d+) +(.*) <unfinished \.\.\.>\Z")
_RESUMED: Final = re.compile(r"\A(\d+) +<\.\.\. \w+ resumed>(.*)\Z")
_WRITING: Final = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND")
_CHANGING: Final = frozenset((
    "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "symlink",
    "symlinkat", "link", "linkat", "truncate", "chmod", "fchmodat", "fchmodat2", "chown",
    "fchownat", "lchown", "mknod", "mknodat", "utimensat", "setxattr",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One system call."""

    during: str
    """The case and the number of the command; `none` between them."""
    name: str
    arguments: str
    result: str

    @property
    def texts(self) -> list[str]:
        """The strings among its arguments: paths, mostly."""
        return [one.encode().decode("unicode_escape") for one in _TEXT.findall(self.arguments)]

    @property
    def is_network(self) -> bool:
        """Whether it talks to somebody outside of this program and its children."""
        if self.name == "socket":
            return "AF_UNIX" not in self.arguments
        if self.name in ("connect", "bind", "listen", "accept", "accept4"):
            return True
        return self.name in ("sendto", "sendmsg", "sendmmsg") and "sa_family" in self.arguments

    @property
    def is_start(self) -> bool:
        """Whether it starts a program."""
        return self.name in ("execve", "execveat") and not self.result.startswith("-1")

    @property
    def opens(self) -> list[str]:
        """The paths that it opens."""
        return self.texts[:1] if self.name in ("open", "openat", "openat2", "creat") else []

    @property
    def writes(self) -> list[str]:
        """The paths that it makes, changes or removes."""
        if self.result.startswith("-1"):
            return []
        if self.name in _CHANGING:
            return self.texts
        return self.opens if any(flag in self.arguments for flag in _WRITING) else []


def calls_in(trace: Path) -> Iterator[Call]:
    """All calls of all processes, in order."""
    during = "none"
    begun: dict[str, str] = {}
    for line in trace.read_text(errors="surrogateescape").splitlines():
        whole = line
        if half := _UNFINISHED.match(line):
            begun[half[1]] = half[2]
            continue
        if rest := _RESUMED.match(line):
            whole = f"{rest[1]} {begun.pop(rest[1], '')}{rest[2]}"
        found = _LINE.match(whole)
        if found is None:
            continue
        if mark := _MARK.search(found["arguments"]):
            during = mark[1]
            continue
        yield Call(during, found["call"], found["arguments"], found["result"])
