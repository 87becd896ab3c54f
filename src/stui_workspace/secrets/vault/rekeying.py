"""A new data key for a vault: everything is sealed anew, and only the keys at hand open it."""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.model.records import replace
from stui_workspace.secrets.vault.contents import Contents, sealed_record
from stui_workspace.secrets.vault.errors import WrongKeyError
from stui_workspace.secrets.vault.format import SUBJECT, Header, Slot
from stui_workspace.secrets.vault.keys import KEY_BYTES, DataKey, NewKey
from stui_workspace.secrets.vault.reports import RekeyReport
from stui_workspace.secrets.vault.sealing import Subkeys
from stui_workspace.secrets.vault.slots import Wrapping, new_slot, open_slots, wrong


def rekeyed(
    found: Contents, keys: Sequence[NewKey], wrapping: Wrapping
) -> tuple[Contents, RekeyReport]:
    """The same secrets under a new data key.

    Args:
        found: The vault.
        keys: What is to open it. Each must open it now; slots of others are dropped.
        wrapping: How slots are made.

    Raises:
        WrongKeyError: A key opens no slot, or none is given.
    """
    if not keys:
        raise WrongKeyError(SUBJECT, "no key is given that should open it afterwards")
    data = DataKey(wrapping.chance(KEY_BYTES))
    subkeys = Subkeys.of(data, found.header.vault)
    header = Header(found.header.vault, found.header.epoch + 1, subkeys.commitment)
    slots: dict[str, Slot] = {}
    for key in keys:
        opened = open_slots(found.header, found.slots, key)
        if opened is None:
            raise wrong(key.kind)
        old = opened[0]
        if old.id not in slots:
            slots[old.id] = new_slot(header, data, key, old.label, wrapping)
    records = [
        sealed_record(entry, subkeys, header.vault, wrapping.chance)
        for entry in found.entries().values()
    ]
    records.sort(key=lambda record: record.name)
    later = replace(
        found,
        keys=subkeys,
        header=header,
        records={record.name: record for record in records},
        removed=(),
    ).with_slots(tuple(slots.values()))
    dropped = tuple(slot.look() for slot in found.slots if slot.id not in slots)
    return later, RekeyReport(tuple(slot.look() for slot in later.slots), dropped)
