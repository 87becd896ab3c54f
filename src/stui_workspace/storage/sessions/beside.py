"""Sessions that machines leave beside the workspace file, for one another to go on with.

A copy is a session file that says whose it is: `.stui/sessions/<machine>.yaml`, and
`<machine>.<session>.yaml` for any session but the first. Each has one writer. Whatever lies there
was written by somebody else's program, by a sync tool half-way, or by nobody we know: it is read
within limits, its last line tells whether it is whole, and it is data, never an instruction.
What a copy says of itself is what counts; a sync tool may have given it another name.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

from stui_workspace.document import Limits
from stui_workspace.errors import DiskError, VersionError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.revision import Revision, revision_of_text
from stui_workspace.model.session import SessionMeta, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.machines import folder_name, is_machine_id
from stui_workspace.storage.project import SESSIONS_BESIDE
from stui_workspace.storage.sessions.format import (
    BESIDE_KEY,
    FORMAT_KEY,
    DamagedError,
    items_in,
    plain_of,
    read_plain,
    yaml_of,
)
from stui_workspace.storage.sessions.glances import head_of
from stui_workspace.storage.sessions.items import NOBODY, ItemProblem, items_of, state_from
from stui_workspace.storage.sessions.lineage import After, Lineage, joined, revisions_by_buffer
from stui_workspace.storage.sessions.names import FIRST_NAME, is_session_id

FOLDER = SESSIONS_BESIDE

LIMITS = Limits(
    file_bytes=8 << 20,
    warn_bytes=None,
    scalar_length=4 << 20,
    key_length=1024,
)
"""Of a file that anybody may have put there."""

_ALL_BYTES = 64 << 20
"""What is read for one list."""
_MOST_FILES = 200
_MOST_BUFFERS = 1_000_000
_HEADER = """\
# What one machine remembers of a workbench, unsaved texts included, for your other machines to go
# on with: `stui --resume` lists it. Only that machine writes this file. Nothing runs because of it.
"""
_WHOLE = re.compile(rb"\n# whole: ([0-9a-f]{16})\n?\Z")
_STRAY = re.compile(r"\.yaml[. ]+(?:conflict|path)[ -]?\d+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Left:
    """A copy of a session, as far as its beginning says."""

    meta: SessionMeta
    path: Path
    writer: str = ""
    """The id of the machine that writes it."""
    unsaved_count: int | None = None
    """Buffers with unsaved text."""
    origins: tuple[tuple[str, str], ...] = ()
    """Machine and name of each session that it goes on with."""
    problem: str | None = None
    """Why it cannot be used, where it cannot."""
    handle: str = ""
    """What a person calls it: `main@laptop`."""


@dataclass(frozen=True, slots=True)
class Found:
    """All of a copy."""

    state: SessionState
    problems: tuple[ItemProblem, ...]
    after: After
    texts: Mapping[str, Revision]
    """The revision of each text in it."""


def copy_bytes(state: SessionState, writer: str, lineage: Lineage) -> bytes:
    """The copy of a session, as `writer` leaves it."""
    unsaved = [name for name, buffer in state.buffers.items() if buffer.text is not None]
    after = {name: list(found) for name, found in lineage.after.items() if name in state.buffers}
    own: dict[str, Plain] = {"writer": writer, "unsaved": len(unsaved)}
    if lineage.taken:
        own["origins"] = [list(origin) for origin in lineage.origins]
    if after:
        own["after"] = after
    items = plain_of(items_of(state))
    plain = {FORMAT_KEY: items[FORMAT_KEY], BESIDE_KEY: own, **items}
    body = yaml_of(plain, _HEADER).encode("utf-8")
    return body + b"# whole: " + _digest(body).encode("ascii") + b"\n"


def file_name(name: str, session: str) -> str:
    """The name of the copy of a session, of a machine whose files are called `name`."""
    return f"{name}.yaml" if session == FIRST_NAME else f"{name}.{session}.yaml"


def sessions_folder(root: Path) -> Path | None:
    """The folder of the copies, whether it is there or not; None where it leads elsewhere.

    A repository may come with a link of that name: nothing is read through it, nor written.
    """
    folder = root / FOLDER
    return (
        folder if Path(os.path.realpath(folder)) == Path(os.path.realpath(root)) / FOLDER else None
    )


def left_beside(root: Path, fs: FileSystem, own: str = "") -> tuple[Left, ...]:
    """The sessions that other machines left, the last saved first. Never raises for a bad file.

    Of several files of one session (a sync tool's copies) the last saved one counts. Those of the
    machine with the id `own` are left out.
    """
    folder = sessions_folder(root)
    if folder is None:
        return ()
    try:
        names = [name for name in fs.names(folder) if _is_copy(name)][:_MOST_FILES]
    except OSError:
        return ()
    newest: dict[tuple[str, str], Left] = {}
    budget = _ALL_BYTES
    for name in names:
        one, size = _left_in(folder / name, fs, budget)
        budget -= size
        key = (one.writer, one.meta.id) if one.problem is None else ("", name)
        if one.writer != own or not own:
            before = newest.get(key)
            newest[key] = one if before is None or before.meta.saved < one.meta.saved else before
    found = sorted(newest.values(), key=lambda one: one.meta.saved, reverse=True)
    return tuple(_with_handles(found))


def claims_in(content: bytes) -> Left:
    """What the bytes of a copy say of themselves.

    Raises:
        DamagedError: They are not whole, or no session.
        VersionError: They are of a newer format.
    """
    body = _whole(content)
    plain = read_plain(head_of(body), LIMITS)
    state, _ = state_from(items_in(plain))
    meta = state.meta
    if not is_session_id(meta.id) or state.meta == NOBODY:
        raise DamagedError("it does not say which session it is")
    own = plain.get(BESIDE_KEY)
    own = own if isinstance(own, Mapping) else {}
    writer = own.get("writer")
    if not isinstance(writer, str) or not is_machine_id(writer):
        raise DamagedError("it does not say which machine writes it")
    origins = tuple(_origins(own.get("origins")))
    return Left(meta, Path(), writer, _count(own.get("unsaved")), origins)


def read_copy(left: Left, fs: FileSystem) -> Found:
    """All that a copy says, as far as it can be used.

    Raises:
        DiskError: It cannot be read, is not whole, or is no copy of that session any more.
        VersionError: A newer stui wrote it.
    """
    with explained(left.path):
        content = fs.read(left.path, LIMITS.file_bytes + 1) or b""
    try:
        now = claims_in(content)
        plain = read_plain(_whole(content), LIMITS)
    except DamagedError as error:
        raise DiskError(left.path, str(error), "let the sync finish, and try again") from error
    if (now.writer, now.meta.id) != (left.writer, left.meta.id):
        raise DiskError(left.path, "it is another session now", "try again")
    state, problems = state_from(items_in(plain))
    own = plain.get(BESIDE_KEY)
    after = revisions_by_buffer(own.get("after") if isinstance(own, Mapping) else None)
    return Found(state, problems, after, texts_of(state))


def texts_of(state: SessionState) -> dict[str, Revision]:
    """The revision of each unsaved text."""
    return {
        name: revision_of_text(buffer.text)
        for name, buffer in state.buffers.items()
        if buffer.text is not None
    }


def after_both(one: After, other: After) -> dict[str, tuple[Revision, ...]]:
    """By buffer, the texts that came before either."""
    return {name: joined(one.get(name, ()), other.get(name, ())) for name in {**one, **other}}


def _left_in(path: Path, fs: FileSystem, budget: int) -> tuple[Left, int]:
    """The copy in a file, and how many bytes were read."""
    blank = Left(replace(NOBODY, id=path.name), path, problem="there is too much to look at")
    limit = min(LIMITS.file_bytes, budget)
    if limit <= 0:
        return blank, 0
    try:
        with explained(path):
            content = fs.read(path, limit + 1) or b""
        if len(content) > limit:
            return blank, len(content)
        return replace(claims_in(content), path=path), len(content)
    except DiskError as error:
        return replace(blank, problem=error.reason), 0
    except (DamagedError, VersionError) as error:
        return replace(blank, problem=str(error)), len(content)


def _with_handles(found: Iterable[Left]) -> Iterable[Left]:
    """Each with its name for people; where two would have the same one, with the ids, too."""
    names = [(one, f"{one.meta.id}@{folder_name(one.meta.machine)}") for one in found]
    count = Counter(name for _, name in names)
    for one, name in names:
        if one.problem is not None:
            yield replace(one, handle=one.path.name)
        else:
            yield replace(one, handle=name if count[name] == 1 else f"{name}-{one.writer}")


def _is_copy(name: str) -> bool:
    if name.startswith((".", "~")):  # what somebody is writing just now
        return False
    return name.lower().endswith(".yaml") or _STRAY.search(name) is not None


def _whole(content: bytes) -> bytes:
    """The document in a copy.

    Raises:
        DamagedError: It ends early, or is not as it was written.
    """
    content = content.replace(b"\r\n", b"\n")  # as git may have made them; we write no such end
    found = _WHOLE.search(content)
    if found is None:
        raise DamagedError("it is not all there")
    body = content[: found.start() + 1]
    if _digest(body).encode("ascii") != found[1]:
        raise DamagedError("it is not as it was written")
    return body


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()


def _count(value: Plain) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < _MOST_BUFFERS else None


def _origins(value: Plain) -> Iterable[tuple[str, str]]:
    for one in value[:100] if isinstance(value, list) else ():
        match one:
            case [str(writer), str(session)] if is_machine_id(writer) and is_session_id(session):
                yield writer, session
