"""Hostile projects: what somebody could put in a repository to get at whoever opens it.

Each is a folder made from a table. In the texts, `@CANARY@` is a file outside that nobody may open,
`@PORT@` a port and `@SOCKET@` a socket at which somebody listens and nobody may call, `@SECRET@` a
secret that nobody may be shown.
"""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FILE: Final = ".stui-workspace.yaml"
OVERLAY: Final = ".stui-workspace.local.yaml"
HEAD: Final = "stui: 1\nname: orders\n"

FINE, FINDINGS, USAGE, STORAGE = 0, 1, 2, 3

Make = Callable[[Path, Mapping[str, str]], object]


@dataclass(frozen=True)
class Case:
    """One hostile project."""

    name: str
    text: str | bytes | None
    """The workspace file; None where `make` makes it."""
    status: int = FINE
    """What `stui validate` says of it."""
    beside: Mapping[str, str | bytes] = field(default_factory=dict)
    make: Make | None = None
    """Makes what no table can hold: links, pipes, devices."""
    is_merged: bool = False
    """Whether following it writes the workspace file: a copy of a sync tool is merged into it."""

    def put(self, folder: Path, words: Mapping[str, str]) -> None:
        """Make the project in a new folder.

        Args:
            folder: Where.
            words: What stands for `@CANARY@` and so on.
        """
        folder.mkdir(parents=True)
        files = dict(self.beside) if self.text is None else {FILE: self.text, **self.beside}
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_filled(content, words))
        if self.make is not None:
            self.make(folder, words)


def _filled(content: str | bytes, words: Mapping[str, str]) -> bytes:
    filled = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    for word, instead in words.items():
        filled = filled.replace(f"@{word}@".encode(), instead.encode())
    return filled


def all_cases() -> tuple[Case, ...]:
    """Every hostile project, each with a name of its own."""
    cases = (
        *_YAML, *_shown(), *_PATHS, *_ADDRESSES, *_COMMANDS, *_CREDENTIALS, *_VARIABLES, *_PLANTED,
        *_ODD_FILES, *_OTHERS,
    )  # fmt: skip
    names = [one.name for one in cases]
    assert len(set(names)) == len(names), sorted(one for one in names if names.count(one) > 1)
    return cases


def _bad(name: str, text: str | bytes) -> Case:
    return Case(name, text, FINDINGS)


def _connection(name: str, lines: str, status: int = FINE) -> Case:
    """A project with one connection that is made at once, if it can be."""
    indented = "".join(f"    {line}\n" for line in lines.split("\n"))
    return Case(name, f"{HEAD}connections:\n  c:\n    connect: auto\n{indented}", status)


def _executable(*names: str) -> Make:
    def make(at: Path, _words: Mapping[str, str]) -> None:
        for name in names:
            (at / name).chmod(0o755)

    return make


_LAUGHS: Final = "".join(f"x-{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, 9))

_YAML: Final = (
    _bad("a tag that makes objects", HEAD + "x-a: !!python/object/apply:os.system ['touch @CANARY@']\n"),
    _bad("a tag of a module", HEAD + "x-a: !!python/module:antigravity\n"),
    _bad("a tag of a name", HEAD + "x-a: !!python/name:os.system\n"),
    _bad("an own tag", HEAD + "x-a: !include @CANARY@\n"),
    _bad("a tag for an environment variable", HEAD + "x-a: !ENV ${HOME}\n"),
    _bad("a verbatim tag", HEAD + "x-a: !<tag:yaml.org,2002:python/object/new:os.system> [id]\n"),
    _bad("a tag on a key", HEAD + "!!python/name:os.system x-a: 1\n"),
    _bad("a binary", HEAD + "x-a: !!binary aGk=\n"),
    _bad("a tag directive", "%TAG ! tag:yaml.org,2002:python/\n---\n" + HEAD),
    _bad("a version directive", "%YAML 1.1\n---\n" + HEAD),
    _bad("a bomb of aliases", HEAD + "x-0: &x0 [a, a, a, a, a, a, a, a, a, a]\n" + _LAUGHS),
    _bad("a bomb of aliased text", HEAD + "x-0: &x0 " + "a" * 60_000 + "\n" + _LAUGHS),
    _bad("an alias in itself", HEAD + "x-a: &a [*a]\n"),
    _bad("an alias in its map", HEAD + "x-a: &a\n  b: *a\n"),
    _bad("an alias to nothing", HEAD + "x-a: *nowhere\n"),
    _bad("a merge key", HEAD + "x-a: &a {b: 1}\nx-c: {<<: *a}\n"),
    _bad("a merge key at the root", HEAD + "x-a: &a {name: b}\n<<: *a\n"),
    _bad("a duplicate key", HEAD + "name: other\n"),
    _bad("a duplicate connection", HEAD + "connections:\n  a: {kind: python}\n  'a': {kind: pty, command: [id]}\n"),
    _bad("a second document", HEAD + "---\n" + HEAD),
    _bad("a very deep list", HEAD + "x-a: " + "[" * 100_000 + "\n"),
    _bad("a very deep block", HEAD + "x-a:\n" + "".join(" " * n + "-\n" for n in range(1, 400))),
    _bad("a very deep map", HEAD + "x-a: " + "{a: " * 20_000 + "\n"),
    _bad("a deep map that closes", HEAD + "x-a: " + "{a: " * 70 + "1" + "}" * 70 + "\n"),
    _bad("a huge text", HEAD + "x-a: " + "a" * 70_000 + "\n"),
    _bad("a huge key", HEAD + "x-" + "a" * 300 + ": 1\n"),
    _bad("a huge number", HEAD + "x-a: " + "9" * 50_000 + "\n"),
    _bad("a huge exponent", HEAD + "x-a: 1e999999999\n"),
    _bad("an infinity", HEAD + "x-a: .inf\n"),
    _bad("not a number", HEAD + "autosave: {journal: .nan}\n"),
    _bad("many nodes", HEAD + "x-a: [" + "a, " * 120_000 + "]\n"),
    _bad("a list as a key", HEAD + "? [a, b]\n: 1\n"),
    _bad("a file one byte too large", (HEAD + "x-a: 1\n").ljust((1 << 20) + 1, "#")),
    Case("a file just not too large", (HEAD + "#" * 100 + "\n") + "#\n" * 40_000),
    _bad("NUL", HEAD + "x-a: \x00\n"),
    _bad("a bare carriage return", HEAD + "# safe\rconnections: {a: {kind: pty}}\n"),
    _bad("next line", HEAD + "# safe\u0085x-a: 1\n"),
    _bad("line separator", HEAD + "# safe\u2028x-a: 1\n"),
    _bad("paragraph separator", HEAD + "# safe\u2029x-a: 1\n"),
    _bad("an inner byte order mark", HEAD + "x-a: \ufeffb\n"),
    Case("a byte order mark", b"\xef\xbb\xbf" + HEAD.encode()),
    _bad("two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbf" + HEAD.encode()),
    _bad("UTF-16", HEAD.encode("utf-16")),
    _bad("UTF-32", HEAD.encode("utf-32")),
    _bad("UTF-7", b"stui: 1\nname: +AGEAYg-\x80\n"),
    _bad("Latin-1", HEAD.encode() + b"x-a: \xe9\n"),
    _bad("a lone surrogate", HEAD + "x-a: \ud800\n"),
    _bad("an escaped surrogate", HEAD + 'x-a: "\\ud800"\n'),
    _bad("an overlong sequence", HEAD.encode() + b"x-a: \xc0\xaf..\xc0\xaf\n"),
    Case("mixed line ends", b"stui: 1\r\nname: orders\nx-a: 1\r\n"),
    _bad("escape sequences in a comment", HEAD + "# \x1b]52;c;aGk=\x07 \x1b[2J\n"),
    _bad("escape sequences in a key", HEAD + "\x1b[31mname: 1\n"),
    _bad("escape sequences in what is broken", HEAD + "x-a: [\x1b]0;pwned\x07\n"),
    _bad("C1 controls", HEAD + "x-a: \x9b31m\n"),
    _bad("a tab that indents", HEAD + "x-a:\n\tb: 1\n"),
    _bad("nothing that is YAML", "}{][\x1b[2J\n"),
    _bad("a list", "- stui: 1\n"),
    _bad("a text", "stui\n"),
    _bad("nothing", ""),
    _bad("only a comment", "# ${HOME} $(touch @CANARY@) `id`\n"),
    _bad("conflict markers", "<<<<<<< HEAD\n" + HEAD + "=======\nstui: 1\nname: \x1b[2Jtheirs\n>>>>>>> \x1b]0;x\x07\n"),
    _bad("conflict markers that do not end", "<<<<<<< HEAD\n" + HEAD + "=======\n" * 2000),
    _bad("conflict markers about a command", HEAD + "connections:\n  c:\n    kind: pty\n<<<<<<< \u202eours\n    command: [sh, -c, 'touch @CANARY@']\n=======\n    command: [id]\n>>>>>>> theirs\n"),
    _bad("a future version", "stui: 999\nconnections: {c: {kind: pty, command: [touch, '@CANARY@']}}\n"),
    _bad("a version that is no number", "stui: '1'\n"),
    _bad("a negative version", "stui: -1\n"),
    _bad("a gigantic version", "stui: 99999999999999999999999999\n"),
    _bad("a version that is a list", "stui: [1]\n"),
)  # fmt: skip

_HOSTILE_TEXTS: Final = {
    "escape": "\\e[2J\\e[31m", "clipboard": "\\e]52;c;dG91Y2g=\\a", "title": "\\e]0;pwned\\a", "C1": "\\x9b2J\\x90q\\x9c",
    "bidi": "\\u202egnp.exe\\u2066x", "zero width": "a\\u200bb\\u200d\\ufeffc", "tags": "\\U000e0041\\U000e0062\\U000e007f",
    "marks": "z" + "\\u0301" * 60, "lines": "a\\r\\n\\x1b[1A\\Nb\\Lc\\Pd", "markup": "[bold red]x[/] [@click=app.quit]y[/] [link=http://127.0.0.1:@PORT@]z",
    "NUL": "a\\0b", "wide": "\\ufdfd" * 40, "filler": "\\u3164\\uffa0\\u115f", "backspace": "safe\\b\\b\\b\\brm\\x7f",
}  # fmt: skip

_PLACES: Final = {
    "everywhere": 'stui: 1\nname: "{0}"\ndescription: "{0}"\nconnections:\n  c:\n    kind: python\n    title: "{0}"\n    notes: "{0}"\n'
    'buffers:\n  b: {{title: "{0}", connection: c, source: "{0}"}}\nsnippets:\n  s: {{title: "{0}", connection: c, source: "{0}"}}\nx-a: "{0}"\n"x-{0}": a\n',
    "as keys": 'stui: 1\nname: orders\n"{0}": 1\nconnections:\n  "{0}": {{kind: python, "{0}": 1}}\nbuffers:\n  "{0}": {{connection: "{0}"}}\nvars: {{"{0}": a}}\n'
    'environments:\n  "{0}": {{vars: {{"{0}": b}}}}\nextensions: {{"{0}": {{}}}}\nlayout: {{default: "{0}", w: {{panel: "{0}"}}}}\n',
    "where it asks for power": 'stui: 1\nname: orders\nconnections:\n  c: {{kind: stui, url: "tcp://127.0.0.1:@PORT@", identity: "{0}", env: {{A: "{0}"}}, connect: auto}}\n'
    '  d: {{kind: pty, connect: auto, command: ["{0}", "{0}"], prompt: "{0}"}}\n  f: {{kind: jupyter, kernel: "{0}", connect: auto}}\n',
    "in an address": 'stui: 1\nname: orders\nconnections:\n  c: {{kind: stui, url: "tcp://{0}:1", connect: auto}}\n  d: {{kind: jupyter, url: "http://127.0.0.1:@PORT@/{0}", connect: auto}}\n  e: {{kind: socket, url: "unix:/{0}", connect: auto}}\n',
}  # fmt: skip


_STATUSES: Final = {
    "everywhere": FINE,
    "as keys": FINDINGS,
    "where it asks for power": FINE,
    "in an address": FINDINGS,
}


def _shown() -> Iterator[Case]:
    for kind, text in _HOSTILE_TEXTS.items():
        for place, whole in _PLACES.items():
            yield Case(f"{kind} {place}", whole.format(text), _STATUSES[place])


_PATHS: Final = (
    *(
        _connection(f"a folder {name}", f"kind: python\ncwd: {path}", status)
        for name, path, status in (
            ("above", "'../../../../../../tmp'", FINDINGS), ("absolute", "'@CANARY@'", FINDINGS), ("of the user", "'~/.ssh'", FINDINGS),
            ("of a variable", "'$HOME'", FINDINGS), ("of a braced variable", "'${HOME}'", FINDINGS), ("of a command", "'$(touch @CANARY@)'", FINDINGS),
            ("of a share", "'\\\\evil\\share'", FINDINGS), ("of a drive", "'C:\\Windows'", FINDINGS), ("of a stream", "'a:b.txt'", FINDINGS), ("of a URL", "'file://@CANARY@'", FINDINGS),
            ("of a device", "/proc/self/environ", FINDINGS), ("with NUL", '"a\\0b"', FINDINGS),
        )
    ),
    *(
        Case(f"a buffer's file {name}", f"{HEAD}buffers:\n  b: {{kind: markdown, file: {path}}}\n", FINDINGS)
        for name, path in (
            ("above", "'../../../../../../../../@CANARY@'"), ("absolute", "'@CANARY@'"), ("of the user", "'~/.ssh/id_rsa'"), ("of a variable", "'${HOME}/.netrc'"),
            ("of a command", "'$(touch @CANARY@)'"), ("of a share", "'//127.0.0.1/share/a.md'"), ("of a Windows share", "'\\\\127.0.0.1\\share\\a'"), ("of a drive", "'C:/a.md'"),
            ("of a stream", "'a.md:hidden'"), ("of a device", "/dev/zero"), ("of a URL", "'http://127.0.0.1:@PORT@/a.md'"), ("of a file URL", "'file://@CANARY@'"),
        )
    ),
    Case("a buffer's file behind a link", f"{HEAD}buffers:\n  b: {{kind: markdown, file: link.md}}\n", make=lambda at, words: (at / "link.md").symlink_to(words["CANARY"])),
    Case("a buffer's file behind a linked folder", f"{HEAD}buffers:\n  b: {{kind: markdown, file: docs/canary}}\n", make=lambda at, words: (at / "docs").symlink_to(Path(words["CANARY"]).parent)),
    Case("a buffer's file that is a pipe", f"{HEAD}buffers:\n  b: {{kind: markdown, file: pipe}}\n", make=lambda at, words: os.mkfifo(at / "pipe")),
    *(
        Case(f"a buffer named {name}", f"{HEAD}buffers:\n  {text}: {{title: a}}\nconnections:\n  {text}: {{kind: python, connect: auto}}\n", FINDINGS)
        for name, text in (("like a path", "'../../x'"), ("like a command", "'$(touch @CANARY@)'"), ("like an absolute path", "'@CANARY@'"), ("with a stream", "'a:b'"), ("like a device", "'CON/../x'"), ("with NUL", '"a\\0b"'), ("like an option", "'--help'"))
    ),
    Case("a name that is a path", "stui: 1\nname: ../../../@CANARY@\n"),
    Case("a name that is a command", "stui: 1\nname: $(touch @CANARY@)\n"),
)  # fmt: skip

_GOOD_ADDRESSES: Final = frozenset((
    "that listens", "that listens at a socket", "of a line REPL", "of a socket", "of a Jupyter Server", "with a zone", "of a name that DNS knows",
    "of localhost", "of the cloud", "of D-Bus",
))  # fmt: skip
"""They are well formed. Nobody calls there without consent, and at some not with it."""

_ADDRESSES: Final = tuple(
    _connection(f"an address {name}", f"kind: {kind}\nurl: {url}", FINE if name in _GOOD_ADDRESSES else FINDINGS)
    for name, kind, url in (
        ("that listens", "stui", "'tcp://127.0.0.1:@PORT@'"), ("that listens at a socket", "stui", "'ipc://@SOCKET@'"), ("of a line REPL", "socket", "'tcp://127.0.0.1:@PORT@'"),
        ("of a socket", "socket", "'unix:@SOCKET@'"), ("of a Jupyter Server", "jupyter", "'http://127.0.0.1:@PORT@/'"), ("of a connection file", "jupyter", "'@CANARY@'"),
        ("of a file URL", "jupyter", "'file://@CANARY@'"), ("with a user", "stui", "'tcp://bob:@SECRET@@127.0.0.1:@PORT@'"), ("with a user behind a backslash", "stui", "'tcp://good\\@127.0.0.1:@PORT@'"),
        ("in octal", "stui", "'tcp://0177.0.0.1:@PORT@'"), ("in one number", "stui", "'tcp://2130706433:@PORT@'"), ("in hexadecimal", "stui", "'tcp://0x7f.1:@PORT@'"), ("without parts", "stui", "'tcp://127.1:@PORT@'"),
        ("of six", "stui", "'tcp://[::ffff:127.0.0.1]:@PORT@'"), ("with a zone", "stui", "'tcp://[fe80::1%25lo]:@PORT@'"), ("with a bind", "stui", "'tcp://lo;127.0.0.1:@PORT@'"), ("of all", "stui", "'tcp://*:@PORT@'"),
        ("like an option", "stui", "'tcp://-oProxyCommand=id:@PORT@'"), ("of a look-alike", "stui", "'tcp://ex\u0430mple.invalid:@PORT@'"), ("with a fullwidth dot", "stui", "'tcp://127。0。0。1:@PORT@'"),
        ("with a tab", "stui", '"tcp://127.0.0.1\\t:@PORT@"'), ("with a line", "stui", '"tcp://127.0.0.1\\n:@PORT@"'), ("of a name that DNS knows", "stui", "'tcp://canary.invalid:@PORT@'"), ("of localhost", "stui", "'tcp://localhost:@PORT@'"),
        ("of the cloud", "jupyter", "'http://169.254.169.254/latest/meta-data/'"), ("that gets a file", "jupyter", "'http://127.0.0.1:@PORT@/?token=@SECRET@'"), ("by gopher", "stui", "'gopher://127.0.0.1:@PORT@/_x'"),
        ("by SSH", "stui", "'ssh://127.0.0.1:@PORT@'"), ("by UDP", "stui", "'udp://127.0.0.1:@PORT@'"), ("by inproc", "stui", "'inproc://x'"), ("by PGM", "stui", "'epgm://127.0.0.1;224.0.0.1:@PORT@'"), ("of script", "stui", "'javascript:alert(1)'"),
        ("with a port too high", "stui", "'tcp://127.0.0.1:99999'"), ("without a host", "stui", "'tcp://:@PORT@'"), ("in an abstract socket", "socket", "'unix:@abstract'"), ("of D-Bus", "socket", "'unix:path=@SOCKET@'"),
        ("of the agent", "socket", "'unix:${SSH_AUTH_SOCK}'"), ("with percent", "jupyter", "'http://127.0.0.1%2f@evil:@PORT@/'"), ("with a bell", "stui", '"tcp://\\a:1"'),
    )
)  # fmt: skip

_COMMANDS: Final = (
    *(
        _connection(f"a command {name}", f"kind: pty\n{lines}", status)
        for name, lines, status in (
            ("of a shell", "command: [sh, -c, 'touch @CANARY@']", FINE), ("as one text", "command: touch @CANARY@", FINDINGS), ("that is absolute", "command: [/bin/touch, '@CANARY@']", FINE),
            ("of the project", "command: [./run.sh]", FINE), ("above", "command: [../../bin/sh]", FINE), ("of the user", "command: ['~/bin/x']", FINE), ("with a variable", "command: ['$SHELL', -c, id]", FINE),
            ("with a substitution", "command: ['`id`']", FINE), ("that is empty", "command: ['']", FINE), ("without anything", "command: []", FINE), ("with NUL", 'command: ["sh\\0", "-c"]', FINE),
            ("with a loader's variable", "command: [env]\nenv: {LD_PRELOAD: '@CANARY@'}", FINE), ("with a path to modules", "command: [env]\nenv: {PYTHONPATH: '@CANARY@'}", FINE), ("with a start-up file", "command: [bash]\nenv: {BASH_ENV: '@CANARY@'}", FINE),
            ("with a PATH", "command: [ls]\nenv: {PATH: .}", FINE), ("with options of node", "command: [node]\nenv: {NODE_OPTIONS: '--require @CANARY@'}", FINE),
            ("with an ssh of git", "command: [git, fetch]\nenv: {GIT_SSH_COMMAND: 'touch @CANARY@'}", FINE), ("with a prompt that is a bomb", "command: [cat]\nprompt: '(a+)+$(a|a)*b'", FINE), ("with a prompt that is no pattern", "command: [cat]\nprompt: '['", FINE),
            ("with a huge prompt", f"command: [cat]\nprompt: '{'(' * 2000}'", FINDINGS), ("that is a map", "command: {run: id}", FINDINGS), ("of numbers", "command: [1, 2]", FINDINGS),
        )
    ),
    _connection("a Python of the project", "kind: python\npython: ./bin/python", FINE),
    _connection("a Python that is another program", "kind: python\npython: /bin/touch", FINE),
    _connection("set-up snippets", "kind: python\nsetup: [s]", FINDINGS),
    Case("set-up that touches", f"{HEAD}connections:\n  c: {{kind: python, connect: auto, setup: [s]}}\nsnippets:\n  s: {{connection: c, source: \"open('@CANARY@')\"}}\n"),
    _connection("an environment of Python", "kind: python\nenv: {PYTHONSTARTUP: '@CANARY@', PYTHONHOME: '@CANARY@'}", FINE),
    _connection("a kernel above", "kind: jupyter\nkernel: ../../x", FINE),
    _connection("a kernel that is absolute", "kind: jupyter\nkernel: '@CANARY@'", FINE),
    _connection("a kernel that is a command", "kind: jupyter\nkernel: '$(touch @CANARY@)'", FINE),
    _connection("a kernel like an option", "kind: jupyter\nkernel: --help", FINE),
    _connection("a kernel of the project", "kind: jupyter\nkernel: python3", FINE),
    _connection("an unknown kind", "kind: ../../plugins/evil", FINDINGS),
    _connection("a kind that is a module", "kind: os.system", FINDINGS),
    Case("a program of the project like one of the system", f"{HEAD}connections:\n  c: {{kind: pty, connect: auto, command: [git, status]}}\n", beside={"git": "#!/bin/sh\ntouch @CANARY@\n", "python3": "#!/bin/sh\ntouch @CANARY@\n"},
         make=_executable("git", "python3")),
)  # fmt: skip

_CREDENTIALS: Final = tuple(
    Case(f"a credential {name}", f"{HEAD}connections:\n  c: {{kind: stui, connect: auto, url: 'tcp://127.0.0.1:@PORT@', credential: {text}}}\n", status)
    for name, text, status in (
        ("in plain text", "'@SECRET@'", FINDINGS), ("of a variable", "'env:SECRET_CANARY'", FINDINGS), ("of a command", "'cmd:touch @CANARY@'", FINDINGS), ("of a file", "'file:@CANARY@'", FINDINGS),
        ("above", "'keyring:../../x'", FINDINGS), ("with a wildcard", "'keyring:*'", FINDINGS), ("without a name", "'keyring:'", FINDINGS), ("of another program", "'keyring:chrome Safe Storage'", FINDINGS),
        ("with NUL", '"keyring:a\\0b"', FINDINGS), ("too long", f"'keyring:{'a' * 300}'", FINDINGS), ("that is good", "keyring:orders/image", FINE), ("of the vault", "vault:orders/image", FINE), ("of an unknown provider", "'aws:@SECRET@'", FINDINGS),
        ("with a variable inside", "'keyring:${HOME}'", FINDINGS), ("with a capital", "'KEYRING:a'", FINDINGS), ("as a map", "{keyring: {service: chrome, user: x}}", FINDINGS), ("as a list", "['@SECRET@']", FINDINGS),
        ("with a line", '"keyring:a\\nb"', FINDINGS), ("with a line at its end", '"keyring:a\\n"', FINDINGS), ("with bidi", '"keyring:a\\u202eb"', FINDINGS),
    )
)  # fmt: skip

_VARIABLES: Final = (
    Case("a variable that is itself", HEAD + "vars: {a: '${a}'}\nconnections: {c: {kind: stui, url: 'tcp://${a}:1'}}\n", FINDINGS),
    Case("variables in a ring", HEAD + "vars: {a: '${b}', b: '${a}'}\nconnections: {c: {kind: stui, url: 'tcp://${a}:1'}}\n", FINDINGS),
    Case("variables that explode", HEAD + "vars:\n  a0: " + "x" * 100 + "\n" + "".join(f"  a{n}: '{f'${{a{n - 1}}}' * 10}'\n" for n in range(1, 12)) + "connections: {c: {kind: stui, url: 'tcp://${a11}:1'}}\n", FINDINGS),
    Case("a huge variable used often", HEAD + "vars: {a: " + "x" * 60_000 + "}\nconnections:\n  c: {kind: pty, command: [" + ", ".join(["'${a}${a}${a}${a}${a}${a}${a}${a}'"] * 400) + "]}\n", FINDINGS),
    Case("a variable of the shell", HEAD + "connections: {c: {kind: stui, url: 'tcp://${HOSTNAME}:1'}}\n", FINDINGS),
    Case("an environment that hides a host", HEAD + "connections: {c: {kind: stui, url: 'tcp://localhost:1'}}\nenvironments: {e: {connections: {c: {url: 'tcp://127.0.0.1:@PORT@', connect: auto}}}}\n"),
)  # fmt: skip

_PTY: Final = HEAD + "connections:\n  c: {kind: pty, connect: auto, command: [touch, '@CANARY@']}\n"
_TOUCH: Final = "open('@CANARY@', 'a').close()\nraise SystemExit('planted')\n"

_PLANTED: Final = (
    Case("planted modules", HEAD + "connections: {c: {kind: python, connect: auto}}\n", beside=dict.fromkeys(
        ("stui_workspace/__init__.py", "yaml.py", "ruamel/__init__.py", "textual/__init__.py", "textual.py", "keyring.py", "click.py", "sitecustomize.py", "usercustomize.py", "json.py", "ast.py", "code.py", "cryptography.py", "secretstorage.py",
         "jeepney.py", "zmq.py", "jupyter_client.py", "watchdog.py", "platformdirs.py", "filelock.py", "secrets.py", "logging.py", "readline.py", "pdb.py", "__main__.py", "conftest.py", "rich.py", "_pytest.py"), _TOUCH)),
    Case("planted settings of Python", HEAD + "connections: {c: {kind: python, connect: auto}}\n", beside={"pyvenv.cfg": "home = @CANARY@\n", "keyringrc.cfg": "[backend]\ndefault-keyring=evil.Keyring\nkeyring-path=@CANARY@\n", "evil.py": _TOUCH, "evil.pth": "import evil\n", "pyproject.toml": "[tool.stui]\nplugins=['evil']\n", "setup.cfg": "[options.entry_points]\nstui_workspace=evil\n", ".python-version": "evil\n", "python311._pth": "import evil\n"}),
    Case("planted virtual environment", _PTY, beside={".venv/bin/python": "#!/bin/sh\ntouch @CANARY@\n", ".venv/pyvenv.cfg": "home = /\n", "bin/activate": "touch @CANARY@\n"}, make=_executable(".venv/bin/python")),
    Case("planted environment", HEAD + "connections: {c: {kind: stui, connect: auto, url: 'tcp://127.0.0.1:1'}}\n", beside={".env": "LD_PRELOAD=@CANARY@\nPYTHONPATH=@CANARY@\nSTUI_HOME=@CANARY@\nSTUI_SECRET_A=b\n", ".envrc": "touch @CANARY@\n", ".stuirc": "trust: all\n"}),
    Case("planted consent", _PTY, beside={".stui/grants.json": '{"stui-grants": 1, "grants": [{"connection": "c", "digest": "*"}]}', ".stui/trust.json": '{"trusted": true}', ".stui/config.yaml": "stui: 1\n", ".stui/credentials.yaml": "stui-credentials: 1\nsecrets: {a: {command: [touch, '@CANARY@']}}\n", "credentials.yaml": "stui-credentials: 1\nsecrets: {a: {env: HOME}}\n", "config.yaml": "stui: 1\n"}),
    Case("planted sessions", HEAD + "session: {store: beside}\nconnections: {c: {kind: pty, command: [touch, '@CANARY@']}}\n", beside={".stui/sessions/evil.yaml": "stui-session: 1\nname: \"\\e[2J../../x\"\nmachine: '../../../@CANARY@'\n", ".stui/sessions/../sessions/b.yaml": "!!python/object/apply:os.system [id]\n", ".stui/sessions/bomb.yaml": "[" * 100_000, ".stui/sessions/big.yaml": b"a: " + b"x" * (9 << 20)}),
    Case("a planted schema", "# yaml-language-server: $schema=http://127.0.0.1:@PORT@/schema.json\n" + HEAD, beside={".stui/workspace.schema.json": '{"$ref": "http://127.0.0.1:@PORT@/x.json"}'}),
    Case("a schema of a file", "# yaml-language-server: $schema=file://@CANARY@\n" + HEAD),
    Case("a schema outside", "# yaml-language-server: $schema=../../outside/workspace.schema.json\n" + HEAD, make=lambda _at, words: Path(words["CANARY"]).with_name("workspace.schema.json").write_text("{}")),
    Case("a schema behind a link", "# yaml-language-server: $schema=there/workspace.schema.json\n" + HEAD, make=lambda at, words: (at / "there").symlink_to(Path(words["CANARY"]).parent)),
    Case("a reference to a schema", "$schema: http://127.0.0.1:@PORT@/schema.json\n$ref: http://127.0.0.1:@PORT@/x\n" + HEAD),
    Case("keys that include", HEAD + "include: '@CANARY@'\nextends: http://127.0.0.1:@PORT@/base.yaml\nimports: ['@CANARY@']\n$include: '@CANARY@'\nplugins: [evil]\nextensions: {evil: {module: evil, path: '@CANARY@'}}\n", beside={"evil.py": _TOUCH}),
    Case("keys that change consent", HEAD + "trust: {all: true}\nconsent: never\ngrants: [{connection: c}]\nlimits: {nodes: 1000000000}\nlogging: {file: '@CANARY@'}\nstate: '@CANARY@'\nsecrets: {store: plain}\nx-trust: all\nconnections: {c: {kind: pty, connect: auto, command: [touch, '@CANARY@'], trusted: true, approved: true}}\n"),
    Case("a hostile overlay", HEAD + "connections: {c: {kind: python}}\n", beside={OVERLAY: "stui: 1\nconnections:\n  c: {kind: pty, connect: auto, command: [touch, '@CANARY@']}\n"}),
    Case("an overlay that is broken", HEAD, FINDINGS, beside={OVERLAY: "stui: 1\nname: !!python/name:os.system \x1b[2J\n"}),
    Case("an overlay behind a link", HEAD, STORAGE, make=lambda at, words: (at / OVERLAY).symlink_to(words["CANARY"])),
    Case("hostile attributes of git", HEAD, beside={".gitattributes": "* merge=evil diff=evil filter=evil\n.stui-workspace.yaml merge=evil diff=evil filter=evil ident\n", ".gitmodules": '[submodule "a"]\npath = a\nurl = -u./evil\nupdate = !touch @CANARY@\n'}),
    Case("a hostile repository", HEAD, beside={".git/HEAD": "ref: refs/heads/main\n", ".git/refs/x": "", ".git/objects/x": "", ".git/info/attributes": "* merge=evil diff=evil filter=evil\n", ".git/hooks/post-checkout": "#!/bin/sh\ntouch @CANARY@\n", ".git/config": (
        "[core]\nrepositoryformatversion = 0\nfsmonitor = touch @CANARY@\nhooksPath = .git/hooks\npager = touch @CANARY@\neditor = touch @CANARY@\nsshCommand = touch @CANARY@\naskPass = touch @CANARY@\ngitProxy = touch @CANARY@\nalternateRefsCommand = touch @CANARY@\n"
        '[diff]\nexternal = touch @CANARY@\n[diff "evil"]\ntextconv = touch @CANARY@\ncommand = touch @CANARY@\n[merge "evil"]\ndriver = touch @CANARY@\n[filter "evil"]\nclean = touch @CANARY@\nsmudge = touch @CANARY@\nprocess = touch @CANARY@\nrequired = true\n'
        '[alias]\nrev-parse = !touch @CANARY@\nshow = !touch @CANARY@\n[gpg]\nprogram = touch @CANARY@\n[log]\nshowSignature = true\n[credential]\nhelper = !touch @CANARY@\n[pager]\nshow = touch @CANARY@\n[remote "origin"]\nurl = ext::touch @CANARY@\npromisor = true\npartialCloneFilter = blob:none\n[extensions]\npartialClone = origin\n[user]\nname = \x1b]0;pwned\x07\n')}),
    Case("a repository that is elsewhere", HEAD, beside={".git": "gitdir: @CANARY@\n"}),
    Case("a conflict copy", HEAD, beside={".stui-workspace.sync-conflict-20260101-000000-ABCDEFG.yaml": _PTY, ".stui-workspace (\x1b[2J's conflicted copy 2026-01-01).yaml": _PTY, ".stui-workspace.yaml.orig": _PTY}, is_merged=True),
    Case("files of sync tools", HEAD, beside={".stignore": "#include @CANARY@\n", ".stfolder/x": "", ".dropbox": "x", ".syncthing.tmp": "x"}),
)  # fmt: skip


def _link_to(target: str) -> Make:
    return lambda at, words: (at / FILE).symlink_to(target.replace("@CANARY@", words["CANARY"]))


def _link_inside(at: Path, _words: Mapping[str, str]) -> None:
    (at / "real.yaml").write_text(HEAD)
    (at / FILE).symlink_to("real.yaml")


def _linked_folder(at: Path, _words: Mapping[str, str]) -> None:
    (at / "real").mkdir()
    (at / "real" / "w.yaml").write_text(HEAD)
    (at / "linked").symlink_to("real")
    (at / FILE).symlink_to("linked/w.yaml")


def _socket(at: Path, _words: Mapping[str, str]) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(at)
        try:
            one.bind(FILE)
        finally:
            os.chdir(here)


_ODD_FILES: Final = (
    Case("a link to outside", None, STORAGE, make=_link_to("@CANARY@")),
    Case("a link to a device", None, STORAGE, make=_link_to("/dev/zero")),
    Case("a link to a terminal", None, STORAGE, make=_link_to("/dev/tty")),
    Case("a link to memory", None, STORAGE, make=_link_to("/proc/self/mem")),
    Case("a link to the environment", None, STORAGE, make=_link_to("/proc/self/environ")),
    Case("a link to itself", None, STORAGE, make=_link_to(FILE)),
    Case("a link to nothing", None, STORAGE, make=_link_to("nowhere")),
    Case("a link inside", None, make=_link_inside),
    Case("a link through a linked folder", None, make=_linked_folder),
    Case("a pipe", None, STORAGE, make=lambda at, _words: os.mkfifo(at / FILE)),
    Case("a folder", None, STORAGE, make=lambda at, _words: (at / FILE).mkdir()),
    Case("a socket", None, STORAGE, make=_socket),
    Case("a sparse giant", None, FINDINGS, make=lambda at, _words: os.truncate(_touched(at / FILE), 8 << 30)),
    Case("two workspace files", HEAD, USAGE, beside={"stui-workspace.yaml": HEAD}),
)  # fmt: skip


def _touched(path: Path) -> Path:
    path.touch()
    return path


_RUNS: Final = """
[core]
\tfsmonitor = touch '@CANARY@'
\tpager = touch '@CANARY@'
\teditor = touch '@CANARY@'
\tsshCommand = touch '@CANARY@'
\thooksPath = hooks
[diff]
\texternal = touch '@CANARY@'
[diff "evil"]
\ttextconv = touch '@CANARY@'
\tcommand = touch '@CANARY@'
[merge "evil"]
\tdriver = touch '@CANARY@'
[filter "evil"]
\tclean = touch '@CANARY@'
\tsmudge = touch '@CANARY@'
\tprocess = touch '@CANARY@'
\trequired = true
[log]
\tshowSignature = true
[gpg]
\tprogram = ./hooks/pre-commit
"""
"""Settings of git with which it runs what others wrote."""


def _repository(at: Path, words: Mapping[str, str]) -> None:
    """A repository that works, and whose settings run programs."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(at)]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True)
    with (at / ".git" / "config").open("ab") as config:
        config.write(_filled(_RUNS, words))
    (at / "hooks").mkdir()
    for hook in ("pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (at / "hooks" / hook).write_bytes(_filled("#!/bin/sh\ntouch '@CANARY@'\n", words))
        (at / "hooks" / hook).chmod(0o755)
    (at / FILE).write_text(HEAD + "x-a: 1\n")


_OTHERS: Final = (
    Case("a repository whose settings run programs", HEAD, beside={".gitattributes": "* merge=evil diff=evil filter=evil\n"}, make=_repository),
    _bad("patterns that are bombs", HEAD + "history: {ignore: ['(a+)+$', '(a|a)*b', '(?:x*)*y', '" + "(" * 500 + "']}\n"),
    Case("keys like those of objects", HEAD + "__class__: x\n__init__: {__globals__: x}\nconnections: {__class__: {kind: python, __dict__: x}, constructor: {kind: python}, __proto__: {kind: python}}\n", FINE),
    Case("texts that format", HEAD + "description: '{0.__class__.__mro__} %s %n %(x)s {x!r} $x {{7*7}}'\nx-a: '%s%s%s%n'\n"),
    Case("a private key", HEAD + "x-a: |\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  @SECRET@\n  -----END OPENSSH PRIVATE KEY-----\n", FINDINGS),
    Case("a password in a note", HEAD + "connections: {c: {kind: stui, url: 'tcp://127.0.0.1:1', password: '@SECRET@', env: {API_TOKEN: '@SECRET@'}}}\n", FINDINGS),
    Case("a broken line with a secret", HEAD + "connections:\n  c:\n    credential: '@SECRET@\n    url: [\n", FINDINGS),
    Case("a secret of the wrong type", HEAD + "connections:\n  c:\n    kind: stui\n    credential: {password: '@SECRET@'}\n    url: [1]\n", FINDINGS),
    Case("many findings", HEAD + "".join(f"k{n}: 1\n" for n in range(20_000)), FINDINGS),
    Case("many connections", HEAD + "connections:\n" + "".join(f"  c{n}: {{kind: stui, url: 'tcp://127.0.0.1:@PORT@', connect: auto}}\n" for n in range(1000))),
    Case("a huge layout", HEAD + "buffers: {b: {title: a}}\nlayout:\n  w: " + "{row: [" * 20 + "{tabs: [b]}" + "]}" * 20 + "\n", FINE),
)  # fmt: skip
