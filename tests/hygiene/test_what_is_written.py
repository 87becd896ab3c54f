"""Every place that writes to the disk is known, and so is what keeps secrets out of it there.

A new place fails here until it stands on the list with its guard. Docs: docs/adr/0016.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2] / "src" / "stui_workspace"

NOTHING: Final = "only names, hashes, numbers or times of ours are written"
CALLER: Final = "a way for those who are on this list themselves"
PIPE: Final = "a pipe, a socket or a terminal, and no file"
ASKED: Final = "a file of the person's own, written as they asked, and by nobody else"
GIT: Final = "git's own merge of what is committed already; the hook refuses its commit"
EDIT: Final = "guarded by runtime.leaking.refuse_leaks"
MERGE: Final = "guarded by runtime.leaking.refuse_new_leaks"
KEEP: Final = "guarded by runtime.leaking.refuse_to_keep and without_leaks"
VERSION: Final = "guarded by runtime.leaking.without_leaks"
SESSION: Final = "guarded by runtime.discretion.Discretion"
INPUT: Final = "guarded by runtime.discretion.without_secrets"
BACKEND: Final = "guarded by runtime.connecting.discreet, through which every reason passes"
RECEIPT: Final = "guarded by runtime.receipts.keeping.discreet_receipt"
SEALED: Final = "encrypted, or the key that it is encrypted with; never a value"
GRANT: Final = "guarded by trust.refusals and the schema: what is approved names secrets"

WRITERS: Final = {
    "cli/asking.py:_Terminal.ask": PIPE,
    "cli/asking.py:asker": PIPE,
    "cli/bugs.py:_write": "kinds of errors and places in our code alone",
    "cli/commands/git.py:_write": GIT,
    "cli/commands/init.py:_write": "a template of ours, checked before; the old file: put_away",
    "cli/commands/merge.py:_write": MERGE,
    "cli/exits.py:_forget_output": PIPE,
    "cli/own_words.py:asked_in": "for a person's editor, begun without what is hidden; deleted",
    "cli/project_files.py:put_away": VERSION,
    "cli/secret_asking.py:_HiddenTerminal._write": PIPE,
    "cli/secret_asking.py:hidden_asker": PIPE,
    "cli/secret_bound.py:_made": "names of secrets and where they are",
    "cli/secret_bundles.py:_opened": SEALED,
    "cli/secret_bundles.py:export": SEALED,
    "cli/secret_migrating.py:_write": "takes secrets out, and keeps nothing of what was before",
    "cli/vault_copies.py:put_aside": SEALED,
    "connections/holding/keeping.py:_close_streams": PIPE,
    "connections/python/child/channel.py:write_all": PIPE,
    "connections/registry.py:write_record": "of processes; a token that opens this record's alone",
    "connections/serving/journal.py:Journal._write": BACKEND,
    "connections/serving/zeromq.py:curve_keys": "the key of a server, in its only place",
    "connections/terminal/program.py:Program._write": PIPE,
    "gitdriver/hooks.py:_installed": NOTHING,
    "gitdriver/installing.py:_change": NOTHING,
    "gitdriver/mergetool.py:opened": GIT,
    "gitdriver/replacing.py:_write": GIT,
    "gitdriver/replacing.py:replace_content": GIT,
    "history/connections.py:ConnectionLog.append": BACKEND,
    "history/folding.py:_take_in": "lines of this log, from a copy of it",
    "history/forgetting.py:_write": "lines of this log, fewer than before",
    "history/forgetting.py:bring_back": NOTHING,
    "history/forgetting.py:forget": NOTHING,
    "history/log.py:HistoryLog.append": INPUT,
    "history/log.py:HistoryLog.take_in": INPUT,
    "history/segments.py:append_lines": CALLER,
    "runtime/editing.py:_Edit.tried": EDIT,
    "runtime/starting/beginning.py:begin_workspace": "a template of ours",
    "runtime/starting/copies.py:_replace": "a schema of ours",
    "runtime/starting/greeting.py:is_new_here": NOTHING,
    "runtime/starting/ignoring.py:ignore": NOTHING,
    "runtime/sessions/cloning.py:_copy_snapshots": "what was kept already",
    "runtime/sessions/renaming.py:rename": "what was kept already, and a name",
    "runtime/promoting/new_file.py:freeze": EDIT,
    "runtime/promoting/taking.py:put_away": VERSION,
    "runtime/searching/forgetting.py:_put_aside": "lines of the history, which has no secrets",
    "runtime/syncing/claiming.py:_append": NOTHING,
    "runtime/syncing/going_back.py:undo_merge": "a version, which was kept without its secrets",
    "runtime/writing.py:write_held": CALLER,
    "secrets/index.py:SecretIndex._change": "names of secrets",
    "storage/atomic.py:_rescued": "not asked for where a secret is: editing, writing",
    "storage/atomic.py:_save_in_place": CALLER,
    "storage/atomic.py:_swap": CALLER,
    "storage/atomic.py:save_own": CALLER,
    "storage/blobs.py:BlobStore.keep": VERSION,
    "storage/conflicts/store.py:ConflictStore.add": KEEP,
    "storage/conflicts/store.py:ConflictStore.replace": KEEP,
    "storage/filesystem.py:_write_all": CALLER,
    "storage/filesystem.py:_write_over": CALLER,
    "storage/generations/asides.py:Asides.add": VERSION,
    "storage/generations/log.py:GenerationLog.append": NOTHING,
    "storage/generations/log.py:GenerationLog.replace": NOTHING,
    "storage/known_projects.py:note_project": "a folder of the person's, and what they call it",
    "storage/machines.py:own_folder": NOTHING,
    "storage/machines.py:this_machine": NOTHING,
    "storage/markers.py:Marker._take": NOTHING,
    "storage/sessions/crashes.py:CrashCounter.begin": NOTHING,
    "storage/sessions/journal.py:Journal.append": SESSION,
    "storage/sessions/lineage.py:save_lineage": NOTHING,
    "storage/sessions/own_copy.py:OwnCopy._made": NOTHING,
    "storage/sessions/own_copy.py:OwnCopy.put": SESSION,
    "storage/sessions/receipts.py:save_receipt": RECEIPT,
    "storage/sessions/store.py:SessionStore.save": SESSION,
    "storage/snapshots/store.py:SnapshotStore._append": SESSION,
    "storage/snapshots/store.py:SnapshotStore.prune": SESSION,
    "storage/trash/trash.py:Trash._begin": NOTHING,
    "storage/whole.py:copy_apart": "what stood in a damaged file of ours already",
    "trust/store.py:GrantStore._keep": GRANT,
    "tui/merging/leaving.py:MergedFile.write": GIT,
}
WHOLE_FOLDERS: Final = {"secrets/vault/": SEALED}

KEEPERS: Final = {
    "cli/commands/merge.py:_write_and_keep": KEEP,
    "cli/secret_keeping.py:keep": "a secret, into the store that is for secrets",
    "cli/secret_migrating.py:_write": VERSION,
    "cli/vault_slots.py:keep_in_keyring": "a key of the vault, into the keyring",
    "runtime/autosave.py:Writer._append": "the state comes from runtime.keeper",
    "runtime/autosave.py:Writer._save": "the state comes from runtime.keeper",
    "runtime/autosave.py:Writer.snapshot": "the state comes from runtime.keeper",
    "runtime/connecting/chronicle.py:Chronicle._written": BACKEND,
    "runtime/connecting/inputs.py:Inputs.note": INPUT,
    "runtime/editing.py:_Edit.tried": VERSION,
    "runtime/keeper.py:Keeper.mark": SESSION,
    "runtime/keeper.py:Keeper.save": SESSION,
    "runtime/opening.py:_saved_late": "what was kept already",
    "runtime/mirroring.py:Mirror._bring_up_to_date": "the state comes from runtime.keeper",
    "runtime/resuming.py:take_over": SESSION,
    "runtime/promoting/sessions.py:KeptSession._settle": "what was kept already",
    "runtime/promoting/taking.py:_named_file": ASKED,
    "runtime/promoting/taking.py:_workspace": "an empty workspace, when there is none",
    "runtime/promoting/taking.py:undo": "what stood there a moment ago; note_own: without_leaks",
    "runtime/saving.py:_save_file": ASKED,
    "runtime/settings/changing.py:_make": "an empty file of settings, when there is none",
    "runtime/sessions/cloning.py:clone": "what was kept already",
    "runtime/sessions/renaming.py:_rename_in_journal": "what was kept already, and a name",
    "runtime/settling/deciding.py:_decide": KEEP,
    "runtime/settling/deciding.py:_keep": KEEP,
    "runtime/settling/keeping.py:_close": KEEP,
    "runtime/settling/keeping.py:keep_merge": KEEP,
    "runtime/settling/keeping.py:rewrite": MERGE,
    "runtime/settling/undoing.py:undo": MERGE,
    "runtime/syncing/attending.py:_archive": VERSION,
    "runtime/syncing/dealing.py:Dealer._dealt_with": VERSION,
    "runtime/syncing/going_back.py:_forget_questions": KEEP,
    "runtime/syncing/going_back.py:_kept_now": VERSION,
    "runtime/syncing/going_back.py:restore": MERGE,
    "runtime/syncing/going_back.py:undo_merge": MERGE,
    "runtime/syncing/joining.py:Joiner._merged": KEEP,
    "runtime/syncing/joining.py:Joiner._note": VERSION,
    "runtime/syncing/joining.py:Joiner._write": MERGE,
    "runtime/syncing/noting.py:Notebook.note": VERSION,
    "runtime/syncing/noting.py:Notebook.see": VERSION,
    "runtime/syncing/noting.py:note_own": VERSION,
    "runtime/taking_back/restoring.py:_Kept.keep": "what was kept already",
    "runtime/taking_back/restoring.py:_Kept.replace": "what was kept already",
    "runtime/writing.py:write": CALLER,
    "runtime/connecting/saving.py:save_connection": "an empty workspace, when there is none",
}

_FUNCTIONS: Final = {"save_own", "append_lines", "write_bytes", "write_text", "save"}
_KEEPING: Final = {
    *("store.save", "snapshots.put", "_journal.append", "journal.append", "_own.put", "store.put"),
    *("book.note", "_book.note", "self.note", "store.add", "store.replace", "_log.append"),
    *("_writer.snapshot", "_writer.journal", "_mirror.copy", "_kept_log.append"),
    *("write", "write_held", "note_own", "keep_merge", "rewrite"),
}
_FLAGS: Final = ("O_WRONLY", "O_RDWR", "O_CREAT")


def calls(tree: ast.AST, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.Call]]:
    """Each call, with the names of the classes and functions around it."""
    for node in ast.iter_child_nodes(tree):
        is_named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        here = (*place, node.name) if is_named else place  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            yield ".".join(here), node
        yield from calls(node, here)


def called(call: ast.Call) -> str:
    """What is called, by its last two names."""
    match call.func:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name(owner), name) | ast.Attribute(ast.Attribute(_, owner), name):
            return f"{owner}.{name}"
        case ast.Attribute(ast.Call() as inner, name):
            return f"{called(inner).rpartition('.')[2]}.{name}"
        case ast.Attribute(_, name):
            return f"?.{name}"
        case _:
            return "?"


def is_write(call: ast.Call) -> bool:
    """Whether a call writes to the disk."""
    owner, _, name = called(call).rpartition(".")
    text = ast.unparse(call)
    if name in ("open", "fdopen"):
        constants = [ast.literal_eval(a) for a in call.args if isinstance(a, ast.Constant)]
        modes = [one for one in constants if isinstance(one, str) and set(one) <= set("rwaxbt+")]
        return any(set(mode) & set("wax+") for mode in modes) or any(f in text for f in _FLAGS)
    if name == "write":
        return owner == "os" or "Write." in text
    return name in _FUNCTIONS and not (name == "save" and owner)


def found(wanted: str) -> set[str]:
    places = set()
    for path in sorted(ROOT.rglob("*.py")):
        module = path.relative_to(ROOT).as_posix()
        for place, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            is_keeping = called(call) in _KEEPING and module.startswith(("runtime/", "cli/"))
            if is_write(call) if wanted == "writers" else is_keeping:
                places.add(f"{module}:{place}")
    return {one for one in places if not one.startswith(tuple(WHOLE_FOLDERS))}


def test_every_place_that_writes_to_the_disk_is_on_the_list_with_its_guard() -> None:
    assert found("writers") == set(WRITERS)


def test_so_is_everything_that_hands_something_over_to_be_kept() -> None:
    assert found("keepers") == set(KEEPERS)


def test_a_place_that_is_guarded_by_leaking_reaches_it() -> None:
    """A guard that was taken away does not stay on the list."""
    reached = ("refuse_leaks", "refuse_new_leaks", "refuse_to_keep", "without_leaks")
    through = ("note_own", "note", "rewrite", "keep_merge", "_keep", "_note", "_merged", "version")
    for place, guard in {**WRITERS, **KEEPERS}.items():
        module, _, function = place.partition(":")
        if "runtime.leaking" not in guard or module.startswith("storage/"):
            continue
        tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
        names = {called(call).rpartition(".")[2] for where, call in calls(tree)}
        assert names & {*reached, *through}, (place, function)
