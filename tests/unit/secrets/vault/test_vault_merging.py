"""Merging copies: nothing that anybody wrote is lost, and nothing comes back that was removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.watched_disk import WatchedDisk
from stui_workspace.errors import UsageError
from stui_workspace.secrets.vault import (
    Conflict,
    DataKey,
    ForkedError,
    Outcome,
    RolledBackError,
    TamperedError,
    VaultBusyError,
    VaultError,
    VaultFullError,
    WrongKeyError,
    create,
    merge_copies,
    unlock,
)
from stui_workspace.secrets.vault.contents import Contents, open_contents
from stui_workspace.secrets.vault.entries import Entry, is_conflict_name, to_bytes
from stui_workspace.secrets.vault.format import MOST_COUNTED, read_lines, to_base64
from stui_workspace.secrets.vault.memory import Seen, remember, remembered_of
from stui_workspace.secrets.vault.sealing import sealed
from stui_workspace.secrets.vault.writers import Writers
from support.vault_machines import (
    LENIENT,
    Machine,
    envelope,
    key_file,
    passphrase,
    second,
    value,
    values,
)


@pytest.fixture
def anna(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "anna", "anna")
    machine.made(a="1", b="2", c="3")
    return machine


@pytest.fixture
def bert(anna: Machine, tmp_path: Path) -> Machine:
    return second(anna, tmp_path / "bert")


def beside(machine: Machine) -> str:
    """The one name under which a second value is kept."""
    (name,) = (one for one in machine.opened().names() if is_conflict_name(one))
    return name


def test_what_each_changed_for_itself_is_in_both_after_merging(
    anna: Machine, bert: Machine
) -> None:
    one, other = anna.opened(), bert.opened()
    one.put("a", envelope("anna's"))
    one.remove("b")
    other.put("c", envelope("bert's"))
    other.put("d", envelope("new"))
    report = one.merge([bert.path])
    assert values(one) == {"a": "anna's", "c": "bert's", "d": "new"}
    assert [copy.outcome for copy in report.copies] == [Outcome.MERGED]
    assert (report.added, report.updated, report.removed) == (("d",), ("c",), ())
    assert (report.conflicts, report.is_complete) == ((), True)
    report = other.merge([anna.path])
    assert values(other) == values(one)
    assert (report.added, report.updated, report.removed) == ((), ("a",), ("b",))


def test_a_later_state_is_taken_however_many_changes_the_other_machine_made_elsewhere(
    anna: Machine, bert: Machine
) -> None:
    for number in range(5):
        anna.opened().put("a", envelope(str(number)))
    bert.opened().put("b", envelope("bert's"))
    vault = anna.opened()
    vault.merge([bert.path])
    assert values(vault) == {"a": "4", "b": "bert's", "c": "3"}


def test_two_values_for_one_secret_are_both_kept_and_named(anna: Machine, bert: Machine) -> None:
    vault = anna.opened()
    for number in range(3):
        vault.put("a", envelope(f"anna's {number}"))
    bert.opened().put("a", envelope("bert's"))
    report = vault.merge([bert.path])
    name = beside(anna)
    assert report.conflicts == (Conflict("a", name),)
    assert (value(vault, "a"), value(vault, name)) == ("anna's 2", "bert's")
    assert (report.added, report.updated) == ((), ())
    assert vault.verify().conflicts == (name,)


def test_both_machines_agree_which_value_has_the_name(anna: Machine, bert: Machine) -> None:
    anna.opened().put("a", envelope("anna's"))
    bert.opened().put("a", envelope("bert's"))
    before = anna.content
    anna.opened().merge([bert.path])
    copy = anna.folder / "before"
    copy.write_bytes(before)
    bert.opened().merge([copy])
    assert values(anna.opened()) == values(bert.opened())
    assert len(values(anna.opened())) == 4


def test_merging_what_was_merged_changes_nothing(anna: Machine, bert: Machine) -> None:
    anna.opened().put("a", envelope("anna's"))
    bert.opened().put("a", envelope("bert's"))
    anna.opened().merge([bert.path])
    before = anna.content
    report = anna.opened().merge([bert.path])
    assert anna.content == before
    assert (report.conflicts, report.added, report.updated) == ((), (), ())
    assert [copy.outcome for copy in report.copies] == [Outcome.NOTHING_NEW]


def test_a_second_value_that_was_thrown_away_does_not_come_back(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().put("a", envelope("anna's"))
    bert.opened().put("a", envelope("bert's"))
    vault = anna.opened()
    vault.merge([bert.path])
    name = beside(anna)
    vault.put("a", vault.get(name))  # type: ignore[arg-type]
    vault.remove(name)
    vault.merge([bert.path])
    assert values(vault) == {"a": value(vault, "a"), "b": "2", "c": "3"}
    bert.opened().merge([anna.path])
    assert values(bert.opened()) == values(vault)


def test_the_same_value_on_both_is_no_conflict(anna: Machine, bert: Machine) -> None:
    for machine in (anna, bert):
        machine.opened().put("a", envelope("rotated"))
    report = anna.opened().merge([bert.path])
    assert report.conflicts == ()
    assert values(anna.opened()) == {"a": "rotated", "b": "2", "c": "3"}


def test_the_same_value_for_another_audience_is_a_conflict(anna: Machine, bert: Machine) -> None:
    anna.opened().put("a", envelope("x", "tcp://here:1"))
    bert.opened().put("a", envelope("x", "tcp://there:1"))
    assert len(anna.opened().merge([bert.path]).conflicts) == 1


def test_what_was_removed_here_and_changed_there_stays_and_is_named(
    anna: Machine, bert: Machine
) -> None:
    for remover, changer in ((anna, bert), (bert, anna)):
        remover.opened().remove("a")
        changer.opened().put("a", envelope("changed"))
        report = anna.opened().merge([bert.path])
        assert report.revived == ("a",)
        assert values(anna.opened())["a"] == "changed"
        bert.opened().merge([anna.path])


def test_what_was_removed_on_both_is_gone(anna: Machine, bert: Machine) -> None:
    for machine in (anna, bert):
        machine.opened().remove("a")
    report = anna.opened().merge([bert.path])
    assert (report.conflicts, report.revived) == ((), ())
    assert values(anna.opened()) == {"b": "2", "c": "3"}


def test_a_removed_secret_does_not_come_back_from_an_old_copy(anna: Machine) -> None:
    copy = anna.folder / "vault (conflicted copy)"
    copy.write_bytes(anna.content)
    vault = anna.opened()
    vault.remove("a")
    vault.put("b", envelope("new"))
    report = vault.merge([copy])
    assert values(vault) == {"b": "new", "c": "3"}
    assert [one.outcome for one in report.copies] == [Outcome.NOTHING_NEW]


def test_a_secret_that_was_renamed_is_not_there_twice(anna: Machine, bert: Machine) -> None:
    bert.opened().rename("a", "d")
    vault = anna.opened()
    vault.merge([bert.path])
    assert values(vault) == {"b": "2", "c": "3", "d": "1"}


def test_many_copies_at_once_are_as_one_after_the_other(anna: Machine, tmp_path: Path) -> None:
    others = [second(anna, tmp_path / f"m{number}", f"m{number}") for number in range(4)]
    for number, machine in enumerate(others):
        machine.opened().put("a", envelope(f"of {number}"))
    vault = anna.opened()
    report = vault.merge([machine.path for machine in others])
    assert len(report.conflicts) == 3
    assert {value(vault, name) for name in vault.names()} == {
        *(f"of {number}" for number in range(4)),
        "2",
        "3",
    }


def test_a_long_name_has_room_for_its_conflict(anna: Machine, bert: Machine) -> None:
    name = "orders/" + "x" * 63
    for machine, text in ((anna, "1"), (bert, "2")):
        machine.opened().put(name, envelope(text))
    anna.opened().merge([bert.path])
    assert beside(anna).startswith("orders/xxx")
    assert {value(anna.opened(), one) for one in (name, beside(anna))} == {"1", "2"}


def test_a_conflict_name_that_somebody_took_is_not_written_over(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().put("a", envelope("anna's"))
    bert.opened().put("a", envelope("bert's"))
    copy = anna.folder / "copy"
    copy.write_bytes(anna.content)
    vault = anna.opened()
    vault.merge([bert.path])
    taken = beside(anna)
    anna.path.write_bytes(copy.read_bytes())
    vault = anna.opened(accept_rollback=True)
    vault.put(taken, envelope("taken"))
    (conflict,) = vault.merge([bert.path]).conflicts
    assert conflict.kept_as.startswith(taken)
    assert values(vault)[taken] == "taken"
    assert {values(vault)["a"], values(vault)[conflict.kept_as]} == {"anna's", "bert's"}


# Copies that cannot be merged.


def _other(path: Path) -> bytes:
    machine = Machine(path.with_name("other"), "other")
    machine.made(a="x")
    return machine.content


def _rekeyed(bert: Machine, path: Path) -> None:
    bert.opened().rekey([passphrase()])
    path.write_bytes(bert.content)


COPIES: dict[str, tuple[Callable[[Machine, Path], object], Outcome, str]] = {
    "missing": (lambda _bert, _path: None, Outcome.REFUSED, "no such file"),
    "junk": (lambda _bert, path: path.write_bytes(b"junk"), Outcome.REFUSED, "does not end"),
    "cut off": (lambda bert, path: path.write_bytes(bert.content[:-9]), Outcome.REFUSED, "not end"),
    "a folder": (lambda _bert, path: path.mkdir(), Outcome.REFUSED, "not a regular file"),
    "a link": (lambda bert, path: path.symlink_to(bert.path), Outcome.REFUSED, "symbolic link"),
    "of another vault": (
        lambda _bert, path: path.write_bytes(_other(path)),
        Outcome.NOT_OURS,
        "another id",
    ),
    "under another key": (_rekeyed, Outcome.UNOPENED, "data key"),
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_that_cannot_be_merged_is_named_and_the_others_are(
    anna: Machine, bert: Machine, tmp_path: Path, kind: str
) -> None:
    make, outcome, words = COPIES[kind]
    copy, good = tmp_path / "copy", tmp_path / "good"
    bert.opened().put("d", envelope("4"))
    good.write_bytes(bert.content)
    make(bert, copy)
    report = anna.opened().merge([copy, good])
    assert [one.outcome for one in report.copies] == [outcome, Outcome.MERGED]
    assert words in report.copies[0].reason
    assert not report.is_complete
    assert values(anna.opened())["d"] == "4"


def test_too_many_copies_are_refused_before_any_is_read(anna: Machine) -> None:
    with pytest.raises(UsageError):
        anna.opened().merge([anna.path] * 65)


# Slots.


def test_slots_that_each_added_open_both(anna: Machine, bert: Machine) -> None:
    anna.opened().add_slot(key_file(b"a"), "anna's")
    bert.opened().add_slot(key_file(b"b"), "bert's")
    report = anna.opened().merge([bert.path])
    assert report.slots_added == ("bert's",)
    for key in (key_file(b"a"), key_file(b"b"), passphrase()):
        assert values(anna.opened(key))


def test_a_slot_that_was_removed_is_not_brought_back_by_a_copy(
    anna: Machine, bert: Machine
) -> None:
    vault = anna.opened()
    slot = vault.add_slot(key_file(), "lost key")
    bert.receives(anna.content)
    vault.remove_slot(slot.id)
    vault.merge([bert.path])
    with pytest.raises(WrongKeyError):
        anna.opened(key_file())
    report = bert.opened().merge([anna.path])
    assert report.slots_removed == ("lost key",)
    with pytest.raises(WrongKeyError):
        bert.opened(key_file())


def test_an_old_passphrase_is_not_brought_back_and_two_new_ones_both_count(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().change_passphrase(passphrase(), passphrase("anna's"))
    bert.opened().change_passphrase(passphrase(), passphrase("bert's"))
    anna.opened(passphrase("anna's")).merge([bert.path])
    for key in (passphrase("anna's"), passphrase("bert's")):
        assert values(anna.opened(key))
    with pytest.raises(WrongKeyError):
        anna.opened()


def test_nobody_is_locked_out_where_each_removed_the_other_s_slot(
    anna: Machine, bert: Machine
) -> None:
    vault = anna.opened()
    added = vault.add_slot(key_file(), "file")
    bert.receives(anna.content)
    (first,) = (slot for slot in vault.slots() if slot.id != added.id)
    vault.remove_slot(added.id)
    bert.opened(key_file()).remove_slot(first.id)
    report = vault.merge([bert.path])
    assert report.slots_kept == ("file", "mine")
    for key in (passphrase(), key_file()):
        assert values(anna.opened(key))


def test_more_slots_than_there_can_be_are_refused_and_nothing_is_written(
    anna: Machine, bert: Machine
) -> None:
    for machine in (anna, bert):
        for number in range(2):
            machine.opened().add_slot(passphrase(f"{machine.name} {number}"), "p")
    before = anna.content
    with pytest.raises(VaultFullError):
        anna.opened().merge([bert.path])
    assert anna.content == before


# Copies from before a new data key.


def test_a_copy_under_an_older_key_adds_and_never_replaces_or_removes(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().rekey([passphrase()])
    other = bert.opened()
    other.put("a", envelope("bert's"))
    other.remove("b")
    other.put("d", envelope("new"))
    other.add_slot(key_file(), "bert's")
    vault = anna.opened()
    report = vault.merge([bert.path], [passphrase()])
    name = beside(anna)
    assert values(vault) == {"a": "1", name: "bert's", "b": "2", "c": "3", "d": "new"}
    assert [copy.outcome for copy in report.copies] == [Outcome.OLDER_KEY]
    assert (report.slots_added, report.has_new_key) == ((), False)
    assert vault.merge([bert.path], [passphrase()]).conflicts == ()
    vault.remove(name)
    assert vault.merge([bert.path], [passphrase()]).conflicts == ()
    assert values(vault) == {"a": "1", "b": "2", "c": "3", "d": "new"}


def test_a_vault_under_an_older_key_takes_over_the_newer_one_of_a_copy(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().rekey([passphrase()])
    bert.opened().put("a", envelope("bert's"))
    before = bert.content
    report = merge_copies(bert.place, passphrase(), [anna.path], tools=bert.tools)
    assert report.has_new_key
    assert [copy.outcome for copy in report.copies] == [Outcome.MERGED]
    copy = anna.folder / "copy"
    copy.write_bytes(before)
    anna.opened().merge([copy], [passphrase()])
    assert values(bert.opened()) == values(anna.opened())
    assert bert.opened().data_key == anna.opened().data_key


def test_what_was_removed_before_a_new_key_is_not_brought_back(
    anna: Machine, bert: Machine
) -> None:
    vault = anna.opened()
    vault.remove("a")
    vault.rekey([passphrase()])
    vault.merge([bert.path], [passphrase()])
    assert values(vault) == {"b": "2", "c": "3"}


def test_two_that_got_new_keys_agree_on_one(anna: Machine, bert: Machine) -> None:
    for machine in (anna, bert):
        machine.opened().rekey([passphrase()])
        machine.opened().put(machine.name, envelope("x"))
    before = bert.content
    bert.opened().merge([anna.path], [passphrase()])
    copy = anna.folder / "copy"
    copy.write_bytes(before)
    anna.opened().merge([copy], [passphrase()])
    assert anna.opened().data_key == bert.opened().data_key
    assert (
        set(values(anna.opened())) == set(values(bert.opened())) == {"a", "b", "c", "anna", "bert"}
    )


# Roll-backs.


def test_an_old_state_is_refused_until_a_person_accepts_it(anna: Machine) -> None:
    before = anna.content
    vault = anna.opened()
    vault.put("a", envelope("new"))
    anna.receives(before)
    for deed in (anna.opened, vault.refresh, lambda: vault.put("b", envelope("x"))):
        with pytest.raises(
            RolledBackError, match="generation 4, and this machine saw generation 5"
        ):
            deed()
    assert values(anna.opened(accept_rollback=True)) == {"a": "1", "b": "2", "c": "3"}
    anna.opened().put("a", envelope("3"))
    assert values(anna.opened())["a"] == "3"


def test_a_state_of_another_machine_that_lacks_ours_is_a_fork_that_its_copy_heals(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().put("a", envelope("anna's"))
    lost = anna.folder / "vault (conflicted copy)"
    for number in range(3):
        bert.opened().put("b", envelope(f"bert's {number}"))
    lost.write_bytes(anna.content)
    anna.receives(bert.content)
    with pytest.raises(ForkedError) as caught:
        anna.opened()
    assert "merge" in str(caught.value.next_step)
    with pytest.raises(ForkedError, match="in none of the copies"):
        merge_copies(anna.place, passphrase(), [bert.path], tools=anna.tools)
    report = merge_copies(anna.place, passphrase(), [bert.path, lost], tools=anna.tools)
    assert report.is_complete
    assert values(anna.opened()) == {"a": "anna's", "b": "bert's 2", "c": "3"}


def test_without_its_copy_a_fork_is_merged_only_when_a_person_accepts_the_loss(
    anna: Machine, bert: Machine
) -> None:
    anna.opened().put("a", envelope("anna's"))
    bert.opened().put("b", envelope("bert's"))
    anna.receives(bert.content)
    merge_copies(anna.place, passphrase(), [], accept_rollback=True, tools=anna.tools)
    assert values(anna.opened()) == {"a": "1", "b": "bert's", "c": "3"}


def test_what_another_machine_wrote_after_ours_is_just_newer(anna: Machine, bert: Machine) -> None:
    anna.opened().put("a", envelope("anna's"))
    bert.receives(anna.content)
    bert.opened().put("b", envelope("bert's"))
    anna.receives(bert.content)
    assert values(anna.opened()) == {"a": "anna's", "b": "bert's", "c": "3"}


def test_another_vault_in_its_place_is_named_until_accepted(anna: Machine, tmp_path: Path) -> None:
    other = Machine(tmp_path / "other", "other")
    other.made(z="9")
    anna.receives(other.content)
    with pytest.raises(RolledBackError, match="another vault"):
        anna.opened()
    with pytest.raises(RolledBackError, match="another vault"):
        merge_copies(anna.place, passphrase(), [anna.place.backup], tools=anna.tools)
    assert values(anna.opened(accept_rollback=True)) == {"z": "9"}
    assert values(anna.opened()) == {"z": "9"}


@pytest.mark.parametrize("junk", [b"", b"junk", b"[]", b'{"stui-vault-memory":2}', b"[" * 100_000])
def test_a_memory_that_is_none_is_no_memory(anna: Machine, junk: bytes) -> None:
    before = anna.content
    anna.opened().put("a", envelope("new"))
    anna.place.memory.write_bytes(junk)
    anna.receives(before)
    assert values(anna.opened())["a"] == "1"
    anna.opened().put("a", envelope("newer"))
    anna.receives(before)
    with pytest.raises(RolledBackError):
        anna.opened()


def test_who_read_an_older_state_just_before_another_wrote_does_not_lower_the_memory(
    anna: Machine,
) -> None:
    contents = open_contents(read_lines(anna.content, LENIENT), anna.opened().data_key)
    older = Seen.of(contents, anna.content)
    anna.opened().put("a", envelope("new"))
    latest = remembered_of(anna.place, anna.tools)
    remember(anna.place, anna.tools, older)
    assert remembered_of(anna.place, anna.tools) == latest != older
    remember(anna.place, anna.tools, older, is_accepted=True)
    assert remembered_of(anna.place, anna.tools) == older


def test_each_vault_of_a_machine_is_remembered_for_itself(anna: Machine) -> None:
    place = replace(anna.place, path=anna.folder / "data" / "second")
    create(place, passphrase(), label="second", tools=anna.tools)
    before = anna.content
    anna.opened().put("a", envelope("new"))
    unlock(place, passphrase(), tools=anna.tools).put("x", envelope("y"))
    anna.receives(before)
    with pytest.raises(RolledBackError):
        anna.opened()


def test_many_machines_that_write_once_each_are_no_roll_back(anna: Machine) -> None:
    for number in range(70):
        machine = Machine(anna.folder, f"container-{number}")
        machine.opened().put(f"x{number}", envelope("y"))
    assert len(anna.opened().names()) == 73


# Copies that somebody made who has a key, and means no good.


def forged(machine: Machine, key: DataKey, change: Callable[[Contents], Contents]) -> bytes:
    """A file that is sealed as it should be, with contents that no stui would write."""
    contents = open_contents(read_lines(machine.content, LENIENT), key)
    return change(contents).content(machine.tools.chance)


@pytest.mark.parametrize(
    "writers",
    [Writers({"0badcafe": 10**14}), Writers({}, 10**14), Writers({"0badcafe": 1}, 5)],
    ids=["a writer", "the floor", "the floor by one"],
)
def test_a_generation_that_is_still_to_come_is_refused(anna: Machine, writers: Writers) -> None:
    key = anna.opened().data_key
    anna.receives(forged(anna, key, lambda contents: replace(contents, writers=writers)))
    with pytest.raises(TamperedError, match="manifest"):
        anna.opened()


def test_a_secret_with_the_last_revision_there_is_can_be_changed_and_removed(
    anna: Machine, bert: Machine
) -> None:
    key = anna.opened().data_key
    last = Entry("z", envelope("1"), MOST_COUNTED, "0badcafe", b"12345678")
    copy = anna.folder / "copy"
    copy.write_bytes(
        forged(bert, key, lambda contents: contents.with_entry(last, bert.tools.chance))
    )
    vault = anna.opened()
    vault.merge([copy])
    vault.put("z", envelope("2"))
    assert values(anna.opened())["z"] == "2"
    assert vault.remove("z")


def test_a_copy_that_counts_to_the_end_cannot_stop_the_vault(anna: Machine, bert: Machine) -> None:
    key = anna.opened().data_key
    bert.opened().put("d", envelope("4"))
    copy = anna.folder / "copy"
    copy.write_bytes(forged(bert, key, lambda contents: replace(contents, generation=MOST_COUNTED)))
    before = anna.content
    with pytest.raises(VaultError):
        anna.opened().merge([copy])
    assert anna.content == before
    anna.opened().put("a", envelope("new"))


def test_a_record_under_the_name_of_another_is_found_by_who_opens_it(anna: Machine) -> None:
    vault = anna.opened()
    key = vault.data_key

    def misname(contents: Contents) -> Contents:
        name = contents.keys.name("a")
        entry = contents.entry("b")
        assert entry is not None
        record = contents.records[name]
        plain = to_bytes(entry)
        whole = sealed(
            contents.keys.records, plain, record.bound(contents.header.vault), anna.tools.chance
        )
        wrong = replace(record, nonce=whole.nonce.hex(), sealed=to_base64(whole.content))
        return replace(contents, records={**contents.records, name: wrong})

    anna.receives(forged(anna, key, misname))
    with pytest.raises(RolledBackError):
        anna.opened()
    vault = anna.opened(accept_rollback=True)
    for deed in (lambda: vault.get("a"), vault.names):
        with pytest.raises(TamperedError, match="does not hold what its line says"):
            deed()
    report = vault.verify()
    assert not report.is_good
    assert [value(vault, name) for name in "bc"] == ["2", "3"]


# Files that are replaced while we write.


def test_what_a_sync_tool_puts_there_at_the_last_moment_is_written_into_and_not_over(
    anna: Machine, bert: Machine
) -> None:
    bert.opened().put("b", envelope("bert's"))
    arriving = [bert.content]

    def arrives(operation: str, path: Path) -> None:
        if operation == "write" and path.name.startswith(".~vault.") and arriving:
            anna.receives(arriving.pop())

    anna.tools = replace(anna.tools, fs=WatchedDisk(arrives))
    anna.opened().put("a", envelope("anna's"))
    assert not arriving
    assert values(anna.opened()) == {"a": "anna's", "b": "bert's", "c": "3"}


def test_a_file_that_is_replaced_again_and_again_is_busy_and_nothing_is_lost(
    anna: Machine, bert: Machine
) -> None:
    def arrives(operation: str, path: Path) -> None:
        if operation == "write" and path.name.startswith(".~vault."):
            bert.opened().put("b", envelope("bert's"))
            anna.receives(bert.content)

    anna.tools = replace(anna.tools, fs=WatchedDisk(arrives))
    with pytest.raises(VaultBusyError):
        anna.opened().put("a", envelope("anna's"))
    assert values(anna.opened()) == values(bert.opened())
