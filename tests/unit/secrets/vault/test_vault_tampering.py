"""Nobody without a key changes anything in a vault, and each attempt is named for what it is."""

# ruff: noqa: E501
# A table of attempts is read side by side, however wide.

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from stui_workspace.secrets.vault import (
    DamagedError,
    ForkedError,
    NewerVaultError,
    RefusedKdfError,
    RolledBackError,
    TamperedError,
    VaultError,
    WrongKeyError,
    unlock,
)
from support.vault_machines import Machine, key_file, passphrase, values
from support.vault_scene import Scene, edited, flipped, lines, places, scene, summed, word

Tamper: TypeAlias = Callable[[Scene], bytes]

MANIFEST = "manifest or the generation was changed"
RECORD = r"the record in line \d+ was changed, moved or is of another vault"
SLOT = "slot [0-9a-f]{16} or the header was changed, or is of another vault"
HEAD = "the header or a slot is another than what this machine saw"
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "10",
    "99",
    "9" * 40,
    "01",
    "-1",
    "+1",
    "1e3",
    "1_0",
    "٣",
    "0x1",
    "",
    " ",
)


def passphrase_slot(texts: list[str]) -> int:
    return next(place for place in places(texts, "slot") if " passphrase " in texts[place])


def in_slot(place: int, text: str | Callable[[str], str]) -> Tamper:
    """Change a word of the slot of the passphrase."""

    def change(texts: list[str]) -> None:
        number = passphrase_slot(texts)
        words = texts[number].split(" ")
        words[place] = text if isinstance(text, str) else text(words[place])
        texts[number] = " ".join(words)
        texts[1:3] = sorted(texts[1:3])

    return edited(change)


def swap(one: int, other: int) -> Tamper:
    """Swap two records."""

    def change(texts: list[str]) -> None:
        found = places(texts, "record")
        texts[found[one]], texts[found[other]] = texts[found[other]], texts[found[one]]

    return edited(change)


def swap_words(first: int) -> Tamper:
    """Swap all words of two records, from one on."""

    def change(texts: list[str]) -> None:
        one, other = places(texts, "record")[:2]
        words, others = texts[one].split(" "), texts[other].split(" ")
        texts[one] = " ".join([*words[:first], *others[first:]])
        texts[other] = " ".join([*others[:first], *words[first:]])

    return edited(change)


def drop(kind: str, *which: int) -> Tamper:
    def change(texts: list[str]) -> None:
        for place in sorted((places(texts, kind)[one] for one in which), reverse=True):
            del texts[place]

    return edited(change)


def double(kind: str) -> Tamper:
    def change(texts: list[str]) -> None:
        place = places(texts, kind)[0]
        texts.insert(place, texts[place])

    return edited(change)


def deleted(texts: list[str], *, is_deleted: bool) -> int:
    word = " deleted " if is_deleted else " live "
    return next(place for place in places(texts, "record") if word in texts[place])


def flip_deleted(*, is_deleted: bool) -> Tamper:
    def change(texts: list[str]) -> None:
        place = deleted(texts, is_deleted=is_deleted)
        old, new = ("deleted", "live") if is_deleted else ("live", "deleted")
        texts[place] = texts[place].replace(f" {old} ", f" {new} ")

    return edited(change)


def replay(scene: Scene) -> bytes:
    """Put every record that changed back to what it was."""
    texts = scene.lines
    old = {text.split(" ")[1]: text for text in lines(scene.earlier) if text.startswith("record")}
    place = next(one for one in places(texts, "record") if texts[one] not in old.values())
    texts[place] = old[texts[place].split(" ")[1]]
    return summed(texts)


def from_earlier(kind: str) -> Tamper:
    """Take the lines of a kind from the earlier state."""

    def tamper(scene: Scene) -> bytes:
        theirs = [text for text in lines(scene.earlier) if text.startswith(f"{kind} ")]
        return _with_lines(scene, kind, theirs)

    return tamper


def from_other(kind: str) -> Tamper:
    """Take the lines of a kind from another vault."""

    def tamper(scene: Scene) -> bytes:
        theirs = [text for text in lines(scene.other) if text.startswith(f"{kind} ")]
        return _with_lines(scene, kind, theirs)

    return tamper


def more_from_other(kind: str) -> Tamper:
    """Add the lines of a kind from another vault."""

    def tamper(scene: Scene) -> bytes:
        both = [text for text in (*scene.lines, *lines(scene.other)) if text.startswith(f"{kind} ")]
        return _with_lines(scene, kind, sorted(both))

    return tamper


def _with_lines(scene: Scene, kind: str, theirs: list[str]) -> bytes:
    texts = scene.lines
    first = places(texts, kind)[0]
    rest = [text for text in texts if not text.startswith(f"{kind} ")]
    return summed([*rest[:first], *theirs, *rest[first:]])


def sealed_from_other(scene: Scene) -> bytes:
    """The name of ours, and what is sealed of theirs."""
    texts = scene.lines
    theirs = next(text for text in lines(scene.other) if text.startswith("record ")).split(" ")
    place = places(texts, "record")[0]
    texts[place] = " ".join([*texts[place].split(" ")[:2], *theirs[2:]])
    return summed(texts)


def nonce_again(scene: Scene) -> bytes:
    texts = scene.lines
    one, other = (texts[place].split(" ") for place in places(texts, "record")[:2])
    texts[places(texts, "record")[1]] = " ".join([*other[:5], one[5], other[6]])
    return summed(texts)


def text(change: Callable[[str], str]) -> Tamper:
    """Change the lines as one text, and do the sum anew."""
    return lambda scene: summed(change("\n".join(scene.lines)).split("\n"))


def raw(change: Callable[[bytes], bytes]) -> Tamper:
    """Change the bytes of the file, and leave the sum as it is."""
    return lambda scene: change(scene.now)


def other_last_bits(text: str) -> str:
    """Base64 that decodes to the same: the last bits are not used."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


def many(kind: str, count: int) -> Tamper:
    """A file with so many lines of a kind, in order and each of its own."""

    def tamper(scene: Scene) -> bytes:
        texts = scene.lines
        place = passphrase_slot(texts) if kind == "slot" else places(texts, kind)[0]
        words = texts[place].split(" ")
        width = len(words[1])
        made = [
            " ".join(["" + words[0], f"{number:0{width}x}", *words[2:]]) for number in range(count)
        ]
        return _with_lines(scene, kind, made)

    return tamper


ATTEMPTS: dict[str, tuple[Tamper, type[VaultError], str]] = {
    # Records.
    "two records are swapped": (swap(0, 1), DamagedError, "records are not in order"),
    "the values of two names are swapped": (swap_words(2), TamperedError, RECORD),
    "the sealed texts of two names are swapped": (swap_words(6), TamperedError, RECORD),
    "the nonces and sealed texts of two names are swapped": (swap_words(5), TamperedError, RECORD),
    "a record is dropped": (drop("record", 1), TamperedError, "1 record was taken away"),
    "two records are dropped": (drop("record", 0, 3), TamperedError, "2 records were taken away"),
    "all records are dropped": (drop("record", 0, 1, 2, 3), TamperedError, "4 records were taken away"),
    "a record is there twice": (double("record"), DamagedError, "two of its records are of one name"),
    "an older record is played again": (replay, TamperedError, "a record was put back to an earlier state"),
    "all records are older ones": (from_earlier("record"), TamperedError, "put back to an earlier state"),
    "the records are of another vault": (from_other("record"), TamperedError, RECORD),
    "records of another vault are added": (more_from_other("record"), TamperedError, RECORD),
    "a sealed text is of another vault": (sealed_from_other, TamperedError, RECORD),
    "a live secret is called deleted": (flip_deleted(is_deleted=False), TamperedError, RECORD),
    "a deleted secret is called live": (flip_deleted(is_deleted=True), TamperedError, RECORD),
    "a record has another device": (word("record", 0, 3, "0badcafe"), TamperedError, RECORD),
    "a record has a later revision": (word("record", 0, 2, "999"), TamperedError, RECORD),
    "a record has no revision": (word("record", 0, 2, "0"), DamagedError, "has no revision"),
    "a record has a huge revision": (word("record", 0, 2, "9" * 16), DamagedError, "counts higher"),
    "a record has a revision of forty digits": (word("record", 0, 2, "9" * 40), DamagedError, "not a record"),
    "a record has another nonce": (word("record", 0, 5, flipped), TamperedError, RECORD),
    "a nonce is used twice": (nonce_again, DamagedError, "a nonce is used twice"),
    "a record has another sealed text": (word("record", 0, 6, flipped), TamperedError, RECORD),
    "a record has another name": (word("record", 0, 1, lambda name: "0" * 8 + name[8:]), TamperedError, RECORD),
    "a sealed text has other unused bits": (word("record", 0, 6, other_last_bits), TamperedError, RECORD),
    "a sealed text is padded": (word("record", 0, 6, lambda text: text[:-1] + "="), DamagedError, "not a record"),
    "a sealed text is in another alphabet": (word("record", 0, 6, lambda text: "+/" + text[2:]), DamagedError, "not a record"),
    "a sealed text is shorter": (word("record", 0, 6, lambda text: text[:-4]), DamagedError, "a size that no record has"),
    "a sealed text is longer": (word("record", 0, 6, lambda text: text + "AAAA"), DamagedError, "a size that no record has"),
    "a sealed text is of the next size": (word("record", 0, 6, lambda text: text + "A" * (5483 - len(text))), TamperedError, RECORD),
    # Slots.
    "less memory, within bounds": (in_slot(3, "argon2id:65:1:1"), TamperedError, HEAD),
    "more passes, within bounds": (in_slot(3, "argon2id:64:2:1"), TamperedError, HEAD),
    "scrypt instead, within bounds": (in_slot(3, "scrypt:7:8:1"), TamperedError, HEAD),
    "less memory than the bounds allow": (in_slot(3, "argon2id:8:1:1"), RefusedKdfError, "could be guessed"),
    "more memory than the bounds allow": (in_slot(3, "argon2id:99999999:1:1"), RefusedKdfError, "more memory"),
    "more passes than the bounds allow": (in_slot(3, "argon2id:262144:9999:1"), RefusedKdfError, "more work"),
    "more lanes than the bounds allow": (in_slot(3, "argon2id:65536:1:99"), RefusedKdfError, "more work"),
    "less memory than its lanes need": (in_slot(3, "argon2id:65:1:9"), RefusedKdfError, "less memory than its lanes"),
    "scrypt that is too cheap": (in_slot(3, "scrypt:1:8:1"), RefusedKdfError, "could be guessed"),
    "scrypt that is too dear": (in_slot(3, "scrypt:30:8:1"), RefusedKdfError, "more memory"),
    "scrypt with other blocks": (in_slot(3, "scrypt:17:1:1"), DamagedError, "no derivation"),
    "a derivation of forty digits": (in_slot(3, f"argon2id:{'9' * 40}:1:1"), DamagedError, "no derivation"),
    "a derivation that we do not know": (in_slot(3, "argon2d:64:1:1"), DamagedError, "no derivation"),
    "no derivation for a passphrase": (in_slot(3, "hkdf"), DamagedError, "no derivation"),
    "a passphrase that is called a file": (in_slot(2, "file"), DamagedError, "no derivation"),
    "a slot with another salt": (in_slot(4, flipped), TamperedError, HEAD),
    "a slot with another commitment": (in_slot(5, flipped), TamperedError, HEAD),
    "a slot with another label": (in_slot(6, "b3RoZXI"), TamperedError, SLOT),
    "a slot with a label that is no text": (in_slot(6, "_w"), DamagedError, "a label that is none"),
    "a slot with a label of unused bits": (in_slot(6, other_last_bits), DamagedError, "a label that is none"),
    "a slot with another nonce": (in_slot(7, flipped), TamperedError, SLOT),
    "a slot with another wrapped key": (in_slot(8, flipped), TamperedError, SLOT),
    "a slot with another id": (in_slot(1, flipped), TamperedError, SLOT),
    "the slots are of another vault": (from_other("slot"), TamperedError, SLOT),
    "slots of another vault are added": (more_from_other("slot"), TamperedError, f"{SLOT}|slots were added"),
    "the slots are older ones": (from_earlier("slot"), TamperedError, "1 slot was added"),
    "a slot is taken away": (edited(lambda texts: texts.remove(texts[3 - passphrase_slot(texts)])), TamperedError, "1 slot was taken away"),
    "all slots are taken away": (drop("slot", 0, 1), DamagedError, "no slot"),
    "a slot is there twice": (double("slot"), DamagedError, "two of its slots are of one name"),
    "the slots are swapped": (edited(lambda texts: texts.insert(1, texts.pop(2))), DamagedError, "slots are not in order"),
    "seventeen slots": (many("slot", 17), DamagedError, "17 slots"),
    "five slots for passphrases": (many("slot", 5), DamagedError, "5 of them for passphrases"),
    "a slot between the records": (edited(lambda texts: texts.insert(4, texts.pop(2))), DamagedError, "line 5 is not a record"),
    # Header.
    "another vault's id": (word("stui-vault", 0, 2, flipped), TamperedError, SLOT),
    "another epoch": (word("stui-vault", 0, 3, "1"), TamperedError, SLOT),
    "another commitment to the data key": (word("stui-vault", 0, 4, flipped), TamperedError, SLOT),
    "another vault's header": (from_other("stui-vault"), TamperedError, SLOT),
    "a format that never was": (word("stui-vault", 0, 1, "0"), DamagedError, "never was"),
    "a format that is not yet": (word("stui-vault", 0, 1, "2"), NewerVaultError, "format 2"),
    "a format of forty digits": (word("stui-vault", 0, 1, "9" * 40), DamagedError, "not the header"),
    "an epoch of sixteen digits": (word("stui-vault", 0, 3, "9" * 16), DamagedError, "counts higher"),
    "a second header": (double("stui-vault"), DamagedError, "line 2 is not a record"),
    "no header": (drop("stui-vault", 0), DamagedError, "not the header"),
    # Manifest.
    "a later generation": (word("manifest", 0, 1, "99"), TamperedError, MANIFEST),
    "an earlier generation": (word("manifest", 0, 1, "3"), TamperedError, MANIFEST),
    "a generation of forty digits": (word("manifest", 0, 1, "9" * 40), DamagedError, "not the manifest"),
    "a generation that starts with nought": (word("manifest", 0, 1, lambda text: "0" + text), DamagedError, "not the manifest"),
    "the manifest is an older one": (from_earlier("manifest"), TamperedError, "1 slot was taken away"),
    "the manifest is of another vault": (from_other("manifest"), TamperedError, MANIFEST),
    "the manifest has another nonce": (word("manifest", 0, 2, flipped), TamperedError, MANIFEST),
    "the manifest has another sealed text": (word("manifest", 0, 3, flipped), TamperedError, MANIFEST),
    "the manifest has nothing sealed": (word("manifest", 0, 3, "AA"), TamperedError, MANIFEST),
    "the manifest has half a byte sealed": (word("manifest", 0, 3, "A"), TamperedError, MANIFEST),
    "no manifest": (drop("manifest", 0), DamagedError, "not the manifest"),
    "two manifests": (double("manifest"), DamagedError, "is not a record"),
    # The whole file.
    "an older state of the file": (lambda scene: scene.earlier, RolledBackError, "put back to generation 7, and this machine saw generation 12"),
    "another vault with the same passphrase": (lambda scene: scene.other, RolledBackError, "another vault stands in its place"),
    "something after the end": (raw(lambda content: content + b"x"), DamagedError, "does not end"),
    "a line after the end": (raw(lambda content: content + b"x\n"), DamagedError, "cut off"),
    "a blank line after the end": (raw(lambda content: content + b"\n"), DamagedError, "cut off"),
    "a line before the start": (raw(lambda content: b"x\n" + content), DamagedError, "not the header"),
    "a blank line between": (text(lambda found: found.replace("\nrecord", "\n\nrecord", 1)), DamagedError, "line 4 is not a record"),
    "lines that end as on Windows": (raw(lambda content: content.replace(b"\n", b"\r\n")), DamagedError, "not the header"),
    "a carriage return in one line": (text(lambda found: found.replace("\nmanifest", "\r\nmanifest")), DamagedError, "is not a record"),
    "a byte order mark": (raw(lambda content: b"\xef\xbb\xbf" + content), DamagedError, "line 1 has a byte that is not ASCII"),
    "UTF-16": (raw(lambda content: content.decode().encode("utf-16-le")), DamagedError, "does not end"),
    "a NUL": (text(lambda found: found.replace(" live ", " live\0", 1)), DamagedError, "is not a record"),
    "a blank at the end of a line": (text(lambda found: found.replace("\nrecord", " \nrecord", 1)), DamagedError, "is not a slot"),
    "two blanks": (text(lambda found: found.replace(" live ", "  live ", 1)), DamagedError, "is not a record"),
    "a tab for a blank": (text(lambda found: found.replace(" live ", "\tlive ", 1)), DamagedError, "is not a record"),
    "a hexadecimal capital": (word("manifest", 0, 2, lambda text: text.upper()), DamagedError, "not the manifest"),
    "a word in capitals": (text(lambda found: found.replace(" live ", " LIVE ", 1)), DamagedError, "is not a record"),
    "digits of another script": (word("record", 0, 2, "٣"), DamagedError, "not ASCII"),
    "one record in JSON": (edited(lambda texts: texts.insert(3, '{"record": 1, "record": 2}')), DamagedError, "line 4 is not a record"),
    "all of it in JSON": (raw(lambda content: b'{"stui-vault": 1, "slots": [], "slots": []}\n'), DamagedError, "not the header"),
    "nothing": (raw(lambda content: b""), DamagedError, "empty"),
    "one line": (raw(lambda content: b"\n"), DamagedError, "not the header"),
    "another sum": (raw(lambda content: content[:-3] + (b"00" if content[-3:-1] != b"00" else b"11") + b"\n"), DamagedError, "its sum is another"),
    "no sum": (raw(lambda content: content[: content.rindex(b"end ")]), DamagedError, "cut off"),
    "a sum in capitals": (raw(lambda content: content[:-65] + content[-65:].upper()), DamagedError, "cut off"),
    "a flipped bit": (raw(lambda content: content[:900] + bytes([content[900] ^ 1]) + content[901:]), DamagedError, "its sum is another"),
    "one record too many": (many("record", 4097), DamagedError, "more than 4,096 records"),
    "a million lines": (raw(lambda content: b"\n" * 1_000_000), DamagedError, "more than 4,115 lines"),
    "a line without end": (edited(lambda texts: texts.insert(3, "record " + "x" * 600_000)), DamagedError, "longer than"),
    "a file without end": (raw(lambda content: content + b"x" * (16 << 20)), DamagedError, "larger than"),
}  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "anna")
    machine.receives(scene().now)
    machine.place.state.mkdir(parents=True)
    machine.place.memory.write_bytes(scene().memory.replace(b"PATH", str(machine.path).encode()))
    return machine


def test_without_tampering_it_opens(machine: Machine) -> None:
    assert values(machine.opened()) == {"a": "z", "b": "2", "c": "3"}
    assert machine.place.memory.read_bytes().count(b"digest") == 1


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_was_tampered_with_is_refused_and_named(machine: Machine, attempt: str) -> None:
    tamper, kind, words = ATTEMPTS[attempt]
    content = tamper(scene())
    assert content != scene().now
    machine.receives(content)
    with pytest.raises(kind, match=words) as caught:
        machine.opened()
    assert type(caught.value) in (kind, *kind.__subclasses__())
    assert caught.value.next_step
    assert machine.content == content


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_is_refused_to_every_other_key_too(machine: Machine, attempt: str) -> None:
    key = machine.opened().data_key
    machine.receives(ATTEMPTS[attempt][0](scene()))
    for other in (key, key_file()):
        with pytest.raises(VaultError):
            machine.opened(other)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_on_a_machine_that_never_saw_the_vault_all_but_whole_states_are_refused(
    machine: Machine, attempt: str
) -> None:
    tamper, kind, _ = ATTEMPTS[attempt]
    machine.place.memory.unlink()
    machine.receives(tamper(scene()))
    if issubclass(kind, RolledBackError):
        assert values(machine.opened())  # it is what somebody with the key wrote, once
        return
    with pytest.raises((TamperedError, NewerVaultError, WrongKeyError)):
        machine.opened()


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_is_refused_to_one_who_unlocked_before_and_who_writes_over_nothing(
    machine: Machine, attempt: str
) -> None:
    vault = machine.opened()
    content = ATTEMPTS[attempt][0](scene())
    machine.receives(content)
    with pytest.raises(VaultError):
        vault.remove("a")
    assert machine.content == content


def test_cut_off_after_any_line_it_is_refused_without_a_key(machine: Machine) -> None:
    all_lines = scene().now.splitlines(keepends=True)
    for count in range(len(all_lines)):
        machine.receives(b"".join(all_lines[:count]))
        with pytest.raises(DamagedError):
            machine.opened()


def test_cut_off_after_any_line_with_a_sum_that_was_done_anew_it_is_refused(
    machine: Machine,
) -> None:
    for count in range(len(scene().lines)):
        machine.receives(summed(scene().lines[:count]))
        with pytest.raises(DamagedError):
            machine.opened()
        machine.receives(summed([*scene().lines[:count], scene().lines[-1]]))
        if count < len(scene().lines) - 1:
            with pytest.raises(TamperedError):
                machine.opened()


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    ("kind", "place"), [("stui-vault", 1), ("stui-vault", 3), ("record", 2), ("manifest", 1)]
)
def test_any_other_number_in_any_place_is_refused(
    machine: Machine, kind: str, place: int, number: str
) -> None:
    content = word(kind, 0, place, number)(scene())
    machine.receives(content)
    if content == scene().now:
        assert values(machine.opened())
        return
    with pytest.raises((TamperedError, NewerVaultError)):
        machine.opened()


def test_a_wrong_passphrase_for_what_was_tampered_with_is_never_called_right(
    machine: Machine,
) -> None:
    machine.receives(word("record", 0, 2, "999")(scene()))
    with pytest.raises(WrongKeyError, match="the passphrase is wrong"):
        machine.opened(passphrase("wrong"))


def test_a_state_of_the_same_generation_that_another_machine_wrote_is_called_a_fork(
    machine: Machine, tmp_path: Path
) -> None:
    other = Machine(tmp_path / "bert", "bert")
    other.receives(scene().now)
    other.opened().remove("a")
    machine.opened().remove("b")
    machine.receives(other.content)
    with pytest.raises(ForkedError, match="lacks what this machine wrote"):
        machine.opened()


def test_opening_with_a_foreign_key_file_changes_nothing(machine: Machine) -> None:
    with pytest.raises(WrongKeyError):
        unlock(machine.place, key_file(b"?"), tools=machine.tools)
    assert machine.content == scene().now
