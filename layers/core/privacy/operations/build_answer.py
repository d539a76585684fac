"""Build the answer to one item of a request: collect, write down, seal (T15). Nothing is read before identity is
verified (P28), and nothing is sent here: a person approves the package by its digest first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.answer_words import AnswerWords
from privacy.domain.letter import Language
from privacy.domain.request import Item, Request
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.operations.collect_dossier import Sources, collect_dossier
from privacy.operations.describe_person import Reader
from privacy.operations.pack_answer import Packing, Sealed, pack_access, pack_portability
from privacy.ports.answers import Spool

#: What each right is answered with.
_PACKS = {Right.ACCESS: pack_access, Right.PORTABILITY: pack_portability}


class NotVerified(Exception):
    """Nobody has shown yet that the data are the writer's own (P28, P46)."""


class NeedsHuman(Exception):
    """Software cannot say whose data are meant, or the right is not answered with a package."""


@dataclass(frozen=True, slots=True)
class Building:
    """What answers are built with. words: in a language. spool: a new one each time, empty again when it is left."""

    sources: Sources
    packing: Packing
    words: Callable[[Language], AnswerWords]
    spool: Callable[[], AbstractContextManager[Spool]]


def build_answer(
    request: Request, item: Item, *, reader: Reader, building: Building, now: datetime
) -> Sealed:
    """The sealed package, in the language of the request. reader: by whose hand, for the log of who read what.

    Raises NotVerified, NeedsHuman, NeighbourhoodTooLarge, TooManyCases, ProviderUnavailable.
    """
    if not item.identity:
        raise NotVerified(item.id)
    pack = _PACKS.get(item.right)
    # an agent, a parent or an heir writes from an address of their own, which is not the one to look under
    if pack is None or request.role is not Role.SELF or not request.address:
        raise NeedsHuman(item.id)
    with building.spool() as spool:
        dossier = collect_dossier(
            request.address,
            as_of=item.received_at,
            reader=reader,
            sources=building.sources,
            spool=spool,
            now=now,
        )
        return pack(
            package_name(request, item),
            dossier,
            address=request.address,
            spool=spool,
            words=building.words(language_of(request)),
            packing=building.packing,
        )


def package_name(request: Request, item: Item) -> str:
    """Another for each attempt: what was approved under its name is never written over."""
    return f"{request.id}/{item.id}-{request.version}.zip"


def language_of(request: Request) -> Language:
    """The request's, where it is one that we write; else French (G15)."""
    return Language.EN if request.language == Language.EN else Language.FR
