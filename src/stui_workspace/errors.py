"""Every exception this package raises on purpose.

* StuiError                    catch it to catch us all; never raised itself
  x WorkspaceError             the file says something we cannot use
    + InvalidDocumentError     it has problems, each with its place
      - ParseError             not YAML, or YAML that we refuse to read
      - SchemaError            YAML, but not a workspace
    + UnusableError            one or more files have errors, so that nothing can be opened
      - LeakError              a secret would be written into a file
    + VersionError             a workspace from a newer stui
    + EditError                the document cannot take this edit
  x NotFoundError              no workspace, session, connection or key of that name
  x UsageError                 the request itself makes no sense
  x StorageError               the disk did not do as asked
    + DiskError                full, read-only, unreadable, gone
    + StaleRevisionError       the file changed since we read it
    + LockTimeoutError         another stui holds the workspace
  x SecretError                a secret cannot be had
  x ConsentError               it needs a power that nobody has granted
  x ConnectionLostError        a backend is not there, or is there no more

An exception carries fields; its message is made of them in `__str__`, so that
nobody parses a sentence to learn a path. `next_step` says what to do about it.
"""

from __future__ import annotations

from pathlib import Path

from stui_workspace.model.diagnostics import Diagnostic, FileProblems
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.records import dataclass


class StuiError(Exception):
    """Base class of everything raised on purpose by this package."""

    next_step: str | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by fields: `Exception` would keep the positional ones only."""
        return _restore, (type(self), vars(self))


def _restore(cls: type[StuiError], fields: dict[str, object]) -> StuiError:
    error = cls.__new__(cls)
    vars(error).update(fields)
    return error


class WorkspaceError(StuiError):
    """The file was read, and what it says cannot be used."""


@dataclass(eq=False)
class InvalidDocumentError(WorkspaceError):
    """The document has problems, each with its place."""

    diagnostics: tuple[Diagnostic, ...]
    """All the problems found, in file order; never only the first."""

    def __str__(self) -> str:
        count = len(self.diagnostics)
        return f"{count} problem{'' if count == 1 else 's'} in the file"


class ParseError(InvalidDocumentError):
    """The bytes are not YAML, or are YAML that we refuse to read."""


class SchemaError(InvalidDocumentError):
    """The document is YAML but breaks the schema or the layout rules."""


@dataclass(eq=False)
class UnusableError(WorkspaceError):
    """What the files of a workspace say together cannot be used."""

    problems: tuple[FileProblems, ...]
    """Of each file that has any, warnings included."""
    next_step: str | None = "`stui validate` shows each of them"

    def __str__(self) -> str:
        names = [str(one.file) for one in self.problems if one.has_errors]
        return f"{' and '.join(names)} cannot be used"


@dataclass(eq=False)
class LeakError(UnusableError):
    """A secret would be in a file, or kept with one. Nothing was written."""

    def __str__(self) -> str:
        names = " and ".join(str(one.file) for one in self.problems)
        found = [d.path for one in self.problems for d in one.diagnostics]
        keys = [f"`{format_key_path(path)}`" for path in found if path] or ["a comment"]
        return f"{names} was not written, because of a secret in {', '.join(keys[:3])}"


@dataclass(eq=False)
class VersionError(WorkspaceError):
    """The document is of a format that this version does not know."""

    found: int
    known: int

    def __str__(self) -> str:
        return f"format {self.found} is newer than this stui, which knows up to {self.known}"


@dataclass(eq=False)
class EditError(WorkspaceError):
    """The document cannot take this edit without touching what it must not touch."""

    reason: str
    next_step: str | None = None

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class NotFoundError(StuiError):
    """There is nothing of that name."""

    what: str
    """A noun: `connection`, `session`, `key`, `workspace file`."""
    name: str
    next_step: str | None = None

    def __str__(self) -> str:
        return f"no {self.what} `{self.name}`"


@dataclass(eq=False)
class UsageError(StuiError):
    """The request makes no sense, whatever the files say."""

    reason: str
    next_step: str | None = None

    def __str__(self) -> str:
        return self.reason


class StorageError(StuiError):
    """The disk did not do as asked, and the file is as it was before."""


@dataclass(eq=False)
class DiskError(StorageError):
    """Reading or writing failed."""

    path: Path
    reason: str
    next_step: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(eq=False)
class StaleRevisionError(StorageError):
    """The file on disk is not the one this save was based on.

    Not a failure of the disk: read `path` again, merge, and save the result.
    """

    path: Path
    expected: str | None
    found: str | None

    def __str__(self) -> str:
        return f"{self.path} changed on disk since it was read"


@dataclass(eq=False)
class LockTimeoutError(StorageError):
    """Another stui holds the lock."""

    path: Path
    seconds: float

    def __str__(self) -> str:
        return f"{self.path} is held by another stui (waited {self.seconds:g} s)"


@dataclass(eq=False)
class SecretError(StuiError):
    """A secret cannot be had. Never carries any part of its value."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"secret `{self.name}`: {self.reason}"


@dataclass(eq=False)
class ConsentError(StuiError):
    """It needs a power that nobody has granted on this machine."""

    connection: str
    powers: tuple[str, ...]
    """Each as one line for people: `runs /usr/bin/python3.12`."""
    next_step: str | None = None

    def __str__(self) -> str:
        return f"connection `{self.connection}` {', '.join(self.powers)}, and that is not approved"


@dataclass(eq=False)
class ConnectionLostError(StuiError):
    """A backend cannot be reached, or was lost while it worked."""

    connection: str
    reason: str
    next_step: str | None = None
    is_final: bool = False
    """Whether trying again cannot help before a person has done something."""

    def __str__(self) -> str:
        return f"connection `{self.connection}`: {self.reason}"
