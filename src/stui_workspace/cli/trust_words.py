"""What `stui trust` says of grants: records for programs, lines for people."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stui_workspace.cli.claims import Asked, store_of
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.consent import grants_file
from stui_workspace.runtime.loading import Loaded
from stui_workspace.runtime.services import Services
from stui_workspace.trust import Changed, Grant, Wish, is_agreed, sessions_beside
from stui_workspace.trust.wishes import SESSIONS

AGREED, NOT_AGREED = "approved", "not approved"
_UNUSED = "approved, and not in the file now"


def record_of(one: Asked) -> dict[str, object]:
    """A connection with all that consent has to do with."""
    return {
        "file": one.claim.file,
        "connection": one.name,
        "state": one.state,
        "powers": [
            {"capability": str(power.capability), "text": power.text} for power in one.claim.powers
        ],
        "refusals": list(one.refusals),
        "digest": one.claim.digest,
        "approved_at": one.approved_at,
        "forms_approved": len(one.grants),
        "changed": [record_of_change(change) for change in one.changed],
        "snippets": dict(one.claim.sources),
    }


def record_of_change(change: Changed) -> dict[str, object]:
    """One difference; its values are null where there are none, or they are not shown."""
    return {
        "path": change.path,
        "old": change.old,
        "new": change.new,
        "hidden": change.is_hidden,
        "text": change.text,
    }


def record_of_wish(wish: Wish, *, agreed: bool) -> dict[str, object]:
    """What the file itself asks for, in the shape of a connection."""
    return {
        "file": wish.file,
        "connection": wish.name,
        "state": AGREED if agreed else NOT_AGREED,
        "powers": [{"capability": "keep", "text": wish.text}],
        "refusals": [],
        "digest": wish.digest,
    }


def records_of_unused(unused: Iterable[Grant]) -> list[dict[str, object]]:
    """Approvals that nothing in the file asks for now, one record for each connection."""
    newest = {one.connection: one for one in unused}
    return [
        {
            "file": one.file,
            "connection": one.connection,
            "state": _UNUSED,
            "powers": [],
            "refusals": [],
            "digest": one.digest,
            "approved_at": one.at,
        }
        for one in newest.values()
    ]


def lines_of_unused(unused: Iterable[Grant]) -> list[str]:
    """The same for people."""
    return [
        f"{printable_line(str(one['connection']), 80)}: {_UNUSED}"
        for one in records_of_unused(unused)
    ]


def unused_grants(loaded: Loaded, services: Services) -> tuple[Grant, ...]:
    """The approvals of connections that the file does not have now."""
    file = _file_of(loaded)
    names = {*loaded.workspace.connections, SESSIONS}
    found = store_of(loaded.project.root, services).load().all
    return tuple(one for one in found if one.file == file and one.connection not in names)


def wish_of(loaded: Loaded) -> Wish | None:
    """What the file itself asks for and the user's own files do not say; None for nothing."""
    asks = loaded.workspace.session_store == "beside" and loaded.own_store != "beside"
    return sessions_beside(grants_file(loaded.project)) if asks else None


def is_wish_agreed(wish: Wish, root: Path, services: Services) -> bool:
    """Whether a person agreed to it on this machine."""
    return is_agreed(wish, store_of(root, services).load())


def question_of_wish(wish: Wish) -> str:
    """The question to put to a person."""
    file = printable_line(wish.file, 1000)
    return f"The workspace file {file}\n  {wish.text}\nApprove it?"


def heading_of(one: Asked, now: float) -> str:
    """A connection and where consent to it stands, on one line."""
    if one.approved_at is None:
        return f"{one.label}: {one.state}"
    return f"{one.label}: {one.state}, {format_ago(now - one.approved_at)}"


def _file_of(loaded: Loaded) -> str:
    from stui_workspace.trust.programs import real_path

    return str(real_path(grants_file(loaded.project)))
