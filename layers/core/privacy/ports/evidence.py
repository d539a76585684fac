"""Documents by which somebody proves who they are (R13): where they wait for a person to look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Upload(NamedTuple):
    """A form that a browser sends a file with, straight into the store. fields: hidden ones, before the file's."""

    url: str
    fields: Mapping[str, str]


class Arrived(NamedTuple):
    """What is there. size: in bytes. head: the first few, by which its kind is told."""

    size: int
    head: bytes


class EvidenceStore(Protocol):
    """Documents by name: `IM-2026-000123/identity_l3-5`, the letter that asked for one."""

    def upload(self, name: str, *, largest: int, seconds: int, landing: str) -> Upload:
        """A form for one file of at most so many bytes, for so long. landing: where the browser goes afterwards."""
        ...

    def arrived(self, name: str) -> Arrived | None:
        """None: nothing was uploaded, or it is gone."""
        ...

    def link(self, name: str, seconds: int) -> str:
        """An address at which whoever has it can read the document for so long."""
        ...

    def delete(self, name: str) -> None:
        """Also what is not there."""
        ...
