"""A census: which of two long lists' entries are missing from the other, in little memory and in any order.

Every entry that either list names is folded into one of the buckets, twice to cancel itself out. A bucket that ends
empty held the same entries in both lists. What differs is known by its bucket only: whoever is in such a bucket has
to be looked at one by one. An entry that a list names twice by mistake costs a few looks, never an answer.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import blake2b

#: A million entries make 500 a bucket, and 16 KB.
BUCKETS = 2048
_WIDTH = 8


class Census:
    """Members of audiences, by their address's identifier."""

    def __init__(self, kept: str | None = None) -> None:
        self._buckets = bytearray(b64decode(kept) if kept else BUCKETS * _WIDTH)

    def __str__(self) -> str:
        """As it can be kept and read again; it tells nothing of anybody."""
        return b64encode(self._buckets).decode()

    def name(self, audience: str, identifier: str) -> None:
        """One of the lists names the entry."""
        start, folded = _place(audience, identifier)
        for n, byte in enumerate(folded):
            self._buckets[start + n] ^= byte

    def differs(self, audience: str, identifier: str) -> bool:
        """Whether the entry may be the one that only one list named."""
        start, _ = _place(audience, identifier)
        return any(self._buckets[start : start + _WIDTH])

    @property
    def empty(self) -> bool:
        """Both lists named the same."""
        return not any(self._buckets)


def _place(audience: str, identifier: str) -> tuple[int, bytes]:
    digest = blake2b(f"{audience}#{identifier}".encode(), digest_size=_WIDTH + 4).digest()
    return int.from_bytes(digest[_WIDTH:]) % BUCKETS * _WIDTH, digest[:_WIDTH]
