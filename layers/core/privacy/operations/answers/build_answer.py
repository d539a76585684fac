"""Build the answer to one item of a request: collect, write down, seal (T15). Nothing is read before identity is
verified (P28), and nothing is sent here: a person approves the package by its digest first. Where nothing is held
there is no package, and the search is all that there is to say (T14).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from privacy.domain.answer_words import AnswerWords
from privacy.domain.dossier import Dossier
from privacy.domain.identifiers import normalise_address
from privacy.domain.letter import Language
from privacy.domain.request import Item, Request
from privacy.domain.rights import Right
from privacy.domain.searched import Searched
from privacy.domain.verified_addresses import about_another, answered_at, verified_addresses
from privacy.operations.answers.collect_dossier import Sources, collect_dossier
from privacy.operations.answers.pack_answer import Packing, Sealed, pack_access, pack_portability
from privacy.operations.people.describe_person import Reader
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


class NothingHeld(NamedTuple):
    """Every store was searched. searched: each by its name, with what it says of a refusal of offers (E92, E94)."""

    searched: tuple[Searched, ...]


def build_answer(
    request: Request, item: Item, *, reader: Reader, building: Building, attempt: str, now: datetime
) -> Sealed | NothingHeld:
    """The sealed package, in the language of the request. reader: by whose hand, for the log of who read what.

    attempt: of [a-z0-9]; no two are the same, so that what was sealed is never written over.
    Raises NotVerified, NeedsHuman, NeighbourhoodTooLarge, TooManyCases, ProviderUnavailable.
    """
    if not item.identity:
        raise NotVerified(item.id)
    pack = _PACKS.get(item.right)
    addresses = verified_addresses(request, item)
    if pack is None or not addresses:
        raise NeedsHuman(item.id)
    with building.spool() as spool:
        dossier = collect_dossier(
            addresses[0],
            as_of=item.received_at,
            reader=reader,
            sources=building.sources,
            spool=spool,
            now=now,
        )
        if not {normalise_address(each) for each in addresses} <= set(
            map(normalise_address, dossier.addresses)
        ):
            # two mailboxes are one person's once an operator has said so (E79)
            raise NeedsHuman(item.id)
        if dossier.nothing_to_copy:
            return NothingHeld(_searched(dossier))
        words = building.words(language_of(request))
        return pack(
            package_name(request, item, attempt),
            dossier,
            address=addresses[0],
            spool=spool,
            words=words.for_another() if about_another(request, answered_at(request, item)) else words,
            packing=building.packing,
        )


def _searched(dossier: Dossier) -> tuple[Searched, ...]:
    refused = Searched.SUPPRESSION_FOUND if dossier.refused_offers else Searched.SUPPRESSION
    return (
        Searched.RECORDS,
        Searched.ARCHIVE,
        Searched.STRIPE,
        Searched.MAILCHIMP,
        Searched.MESSAGES,
        refused,
    )


def package_name(request: Request, item: Item, attempt: str) -> str:
    """In the case's own folder, so that it goes with the case (R12)."""
    return f"{request.id}/{item.id}-{request.version}-{attempt}.zip"


def language_of(request: Request) -> Language:
    """The request's, where it is one that we write; else French (G15)."""
    return Language.EN if request.language == Language.EN else Language.FR
