"""The value of a secret, in a wrapping that does not show it by accident."""

from __future__ import annotations

import hmac
from typing import Final, NoReturn

_SHOWN: Final = "Secret('***')"


class Secret:
    """A value that prints as `Secret('***')`, cannot be pickled or copied, and has no hash.

    It lives as short as it can; Python gives no way to wipe it from memory, and none is claimed.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the one who sends or stores it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compared in constant time: how long it takes tells nothing of the value."""
        if not isinstance(other, Secret):
            return NotImplemented
        ours, theirs = (
            one._value.encode("utf-8", "surrogatepass")  # noqa: SLF001 (its own kind)
            for one in (self, other)
        )
        return hmac.compare_digest(ours, theirs)

    __hash__ = None  # type: ignore[assignment]  # a hash in a set tells whether two are the same

    def __repr__(self) -> str:
        return _SHOWN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(_SHOWN, spec)

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")
