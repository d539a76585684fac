"""Prove: a document that the DPO asked for goes straight into the store, and waits there for a person (A6, E151).

The link is for one case and one letter, seven days, and one document. What comes in is never opened by us, only told
from its first bytes to be of a kind that a person can look at; it is deleted with the decision (R13).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.identity import answerable
from privacy.domain.policy import Policy
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import OF_PARENTHOOD, Effect
from privacy.domain.request_steps import Flag, Kind, Said, Step
from privacy.operations.identity.confirm_identity import letter_about
from privacy.operations.letters.letter_links import DOCUMENT, token_digest
from privacy.operations.requests.append_steps import append_steps
from privacy.ports import AlreadyCaused, RequestLog
from privacy.ports.evidence import Arrived, EvidenceStore, Upload
from privacy.ports.tokens import Tokens

#: A photograph of a page is far below.
LARGEST = 10 * 1024 * 1024
#: For how long a form that was opened can be sent.
SECONDS = 3600
#: What a person looks at, by how it begins; of a photograph of an iPhone only after four bytes.
KINDS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (4, b"ftypheic", "image/heic"),
)
_CAUSE = "proof-"


class Became(StrEnum):
    """What became of an upload. unfit: it is there, and nothing that a person could look at."""

    RECEIVED = "received"
    UNFIT = "unfit"
    NOTHING = "nothing"
    OVER = "over"


class Wanted(NamedTuple):
    """form: where a document goes. of_parent: it is to show whose parent somebody is, and not who they are (G31)."""

    form: Upload
    of_parent: bool


@dataclass(frozen=True, slots=True)
class Proving:
    """What it takes. pages: the address of our pages; empty: the gateway's own."""

    tokens: Tokens
    log: RequestLog
    evidence: EvidenceStore
    policy: Policy
    pages: str
    now: Callable[[], datetime]


def upload_for(secret: str, landing: str, proving: Proving) -> Wanted | None:
    """What may come by the link, one document; None: it is worth nothing. Changes nothing."""
    found = _open(secret, proving)
    if found is None:
        return None
    form = proving.evidence.upload(_name(*found), largest=LARGEST, seconds=SECONDS, landing=landing)
    return Wanted(form, found[1].letter == OF_PARENTHOOD)


def receive_proof(secret: str, proving: Proving) -> Became:
    """Write down that the document is there, and that a person has to look at it; once."""
    found = _open(secret, proving)
    if found is None:
        return Became.OVER
    name = _name(*found)
    here = proving.evidence.arrived(name)
    if here is None:
        return Became.NOTHING
    kind = _kind(here)
    if kind is None or here.size > LARGEST:
        return Became.UNFIT
    digest = token_digest(secret)

    def decide(now: Request) -> list[Step]:
        items = answerable(now, found[1])
        return _arrival(name, here, kind, items, proving.now()) if items else []

    with suppress(AlreadyCaused):  # whoever wrote it died before the link was used up
        append_steps(
            found[0].id,
            decide,
            log=proving.log,
            periods=proving.policy.periods,
            causes={f"{_CAUSE}{digest}"},
        )
    proving.tokens.use(digest, proving.now())
    return Became.RECEIVED


def _open(secret: str, proving: Proving) -> tuple[Request, Effect] | None:
    token = proving.tokens.get(token_digest(secret))
    if token is None or token.purpose != DOCUMENT or token.used_at is not None:
        return None
    found = letter_about(token, proving.log) if token.expires_at > proving.now() else None
    return found if found is not None and answerable(*found) else None


def _name(request: Request, effect: Effect) -> str:
    return f"{request.id}/{effect.id}"


def _kind(here: Arrived) -> str | None:
    return next((kind for at, begins, kind in KINDS if here.head[at:].startswith(begins)), None)


def _arrival(name: str, here: Arrived, kind: str, items: tuple[Item, ...], at: datetime) -> list[Step]:
    said: dict[str, Said] = {
        "items": tuple(item.id for item in items),
        "object": name,
        "size": here.size,
        "media_type": kind,
    }
    flagged: dict[str, Said] = {"flag": Flag.NEEDS_HUMAN.value, "reason": "proof"}
    return [
        Step(Kind.PROOF_ARRIVED, at, cause=name, said=said),
        Step(Kind.FLAGGED, at, cause=name, said=flagged),
    ]
