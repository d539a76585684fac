"""What happens to a request, step by step (docs/rules.md, T1-T23): each step is appended once and never changed.

A step says what happened, when, by whose hand and because of what. What it means is the fold's business
(domain/request_fold.py); whether it may happen at all, that of domain/request_moves.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

#: auto: the software; staff and dpo: operators, in the role that the authoriser names.
type ActingRole = Literal["auto", "staff", "dpo"]
type Said = str | int | bool | tuple[str, ...] | None


class By(NamedTuple):
    """Who took a step. who: the operator's name; empty for the software."""

    role: ActingRole
    who: str = ""

    @property
    def human(self) -> bool:
        return self.role != "auto"


AUTO = By("auto")


class Kind(StrEnum):
    """Everything that may happen, as a verb."""

    # a message, and what it is
    RECEIVED = "received"
    UNDERSTOOD = "understood"
    SET_ASIDE = "set_aside"
    NOT_A_REQUEST = "not_a_request"
    OPENED = "opened"
    RIGHTS_ADDED = "rights_added"
    REPEATED = "repeated"
    LINKED = "linked"
    MERGED = "merged"
    # what a person should look at, and what they say
    FLAGGED = "flagged"
    UNFLAGGED = "unflagged"
    NOTED = "noted"
    REMINDED = "reminded"
    # what was done, and the letters that went out
    HONOURED = "honoured"
    DOCUMENTS_CUT = "documents_cut"
    CLAIMED = "claimed"
    RELEASED = "released"
    SPARED = "spared"
    LETTER_SENT = "letter_sent"
    LETTER_DELIVERED = "letter_delivered"
    LETTER_BOUNCED = "letter_bounced"
    LETTER_COMPLAINED = "letter_complained"
    LETTER_REJECTED = "letter_rejected"
    LETTER_SILENT = "letter_silent"
    # what we ask for, and what comes of it
    IDENTITY_ASKED = "identity_asked"
    IDENTITY_REMINDED = "identity_reminded"
    IDENTITY_INSUFFICIENT = "identity_insufficient"
    IDENTITY_VERIFIED = "identity_verified"
    CLOSED_UNIDENTIFIED = "closed_unidentified"
    MANDATE_ASKED = "mandate_asked"
    MANDATE_ACCEPTED = "mandate_accepted"
    HEIR_PROOF_ASKED = "heir_proof_asked"
    HEIR_PROOF_ACCEPTED = "heir_proof_accepted"
    CLARIFICATION_ASKED = "clarification_asked"
    CLARIFIED = "clarified"
    PROOF_ARRIVED = "proof_arrived"
    PROOF_DELETED = "proof_deleted"
    # towards an answer
    BEGUN = "begun"
    DRAFTED = "drafted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    ANSWERED = "answered"
    COLLECTED = "collected"
    ANSWER_CLOSED = "answer_closed"
    NOTIFIED = "notified"
    FEE_ASKED = "fee_asked"
    LIFT_ANNOUNCED = "lift_announced"
    FOUND_NOTHING = "found_nothing"
    EXTENDED = "extended"
    OVERDUE_TOLD = "overdue_told"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    REOPENED = "reopened"
    # what must not be deleted meanwhile
    HOLD_PROPOSED = "hold_proposed"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    # no case at all: a letter of ours that nobody asked for
    RENEWAL_OFFERED = "renewal_offered"
    REVIEW_CALLED = "review_called"
    BREACH_CALLED = "breach_called"
    GAPS_CALLED = "gaps_called"
    # what is left of it, long after
    REDUCED = "reduced"


class Flag(StrEnum):
    """What a case may carry beside its state. Suspended, extended and overdue follow from the steps."""

    NEEDS_HUMAN = "needs_human"
    THIRD_PARTY_DATA = "third_party_data"
    MINOR = "minor"
    MAIL_UNDELIVERABLE = "mail_undeliverable"
    ABUSE_SUSPECTED = "abuse_suspected"


_ITEMS = ("items",)
_LETTER = ("effect",)

#: What each step may say. Instants are ISO 8601 in UTC, days are Paris days. `items`: of which items of the case;
#: empty: of all that it can be about.
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    # mail: its id, empty where an operator enters what came by post, by phone or elsewhere. channel: mail | post |
    # phone | social | other. digest: two copies of one message have the same
    Kind.RECEIVED: (
        "mail",
        "received_at",
        "channel",
        "address",
        "name",
        "subject",
        "message_id",
        "digest",
        "dmarc",
        "spam",
        "virus",
        "unread",
        "identity_documents",
        "size",
    ),
    # evidence: "says: phrase", and "says (against): phrase" for what did not count
    Kind.UNDERSTOOD: (
        "mail",
        "outcome",
        "rights",
        "language",
        "role",
        "customer_service",
        "authority",
        "abusive",
        "given_name",
        "family_name",
        "postal_address",
        "customer_number",
        "evidence",
    ),
    Kind.SET_ASIDE: ("reason",),
    Kind.NOT_A_REQUEST: ("mail", "reason"),
    Kind.OPENED: ("mail", "rights", "received_at", "reason"),
    Kind.RIGHTS_ADDED: ("mail", "rights", "received_at", "reason"),
    Kind.REPEATED: ("mail", "rights", "received_at"),
    # why: continues (that closed case) | named (somebody else's case, which gives no right to it) | absorbs
    Kind.LINKED: ("request", "why"),
    Kind.MERGED: ("into",),
    Kind.FLAGGED: ("flag", "reason"),
    Kind.UNFLAGGED: ("flag", "reason"),
    Kind.NOTED: ("text",),
    # what: an occasion (domain/reminders.py). on: the target that it leads up to, else the day on which it was told
    Kind.REMINDED: ("on", "what"),
    Kind.HONOURED: (*_LETTER, "item"),
    Kind.DOCUMENTS_CUT: (*_LETTER, "mail", "count"),
    Kind.CLAIMED: _LETTER,
    Kind.RELEASED: (*_LETTER, "reason"),
    Kind.SPARED: (*_LETTER, "reason"),
    # message_id: SES's own, by which replies name the letter; body: SHA-256 of what was handed over
    Kind.LETTER_SENT: (*_LETTER, "message_id", "template", "version", "language", "body"),
    Kind.LETTER_DELIVERED: _LETTER,
    Kind.LETTER_BOUNCED: (*_LETTER, "permanent"),
    Kind.LETTER_COMPLAINED: _LETTER,
    Kind.LETTER_REJECTED: (*_LETTER, "reason"),
    Kind.LETTER_SILENT: _LETTER,
    # level: L1 | L2 | L3. doubt: there is reasonable doubt, so the clock stands from the day on which the letter goes
    # address: the one on file that is asked, where it is not the sender's own (E71). besides: what was asked before
    # may still be answered, too (E79). facts: keyed digests of what is right, at level L2 (domain/identity_facts.py)
    Kind.IDENTITY_ASKED: (*_ITEMS, "level", "doubt", "reason", "address", "besides", "facts"),
    Kind.IDENTITY_REMINDED: (*_ITEMS, "missing"),
    Kind.IDENTITY_INSUFFICIENT: (*_ITEMS, "missing"),
    # arrived_at: when the sufficient proof reached us, if that was earlier than the step
    # address: as where it was asked; only data of verified addresses leave (E79)
    Kind.IDENTITY_VERIFIED: (*_ITEMS, "level", "method", "reason", "arrived_at", "address"),
    Kind.CLOSED_UNIDENTIFIED: (*_ITEMS, "reason"),
    Kind.MANDATE_ASKED: _ITEMS,
    # answer_to: agent | principal, as the mandate says (E82, F4); principal where it says nothing
    Kind.MANDATE_ACCEPTED: (*_ITEMS, "reference", "arrived_at", "answer_to"),
    # address: of the dead, whom offers reach no more from now on (T12)
    Kind.HEIR_PROOF_ASKED: (*_ITEMS, "address"),
    Kind.HEIR_PROOF_ACCEPTED: (*_ITEMS, "reference", "arrived_at"),
    # large: the question of Recital 63, which alone stops the clock (G10)
    Kind.CLARIFICATION_ASKED: (*_ITEMS, "question", "large", "until"),
    Kind.CLARIFIED: (*_ITEMS, "arrived_at"),
    # a document that was put into the bucket `evidence` (R13): where it is, never what it says
    Kind.PROOF_ARRIVED: (*_ITEMS, "object", "size", "media_type"),
    Kind.PROOF_DELETED: ("object", "reason"),
    Kind.BEGUN: _ITEMS,
    # what would be done, for a person to approve. plan: package | no_data, or the right that it carries out. digest:
    # SHA-256 of all that is approved. name, size: of a package. review: why somebody should look closer. goes, stays:
    # lines of an erasure (domain/erasure.py). changes: what is told to the person, a line each (domain/drafts.py).
    # recipients: who else is told, a line each (domain/article19.py).
    Kind.DRAFTED: (
        *_ITEMS,
        *_LETTER,
        "plan",
        "digest",
        "name",
        "size",
        "review",
        "limited",
        "goes",
        "stays",
        "changes",
        "words",
        "recipients",
        "address",
    ),
    Kind.SENT_BACK: (*_ITEMS, "reason"),
    # digest: of the draft that was looked at
    Kind.APPROVED: (*_ITEMS, "digest", "reason"),
    # goes, stays, changes, words: as it came to be in the end, which the letter says. address: who else is told (E109)
    Kind.ANSWERED: (*_ITEMS, *_LETTER, "plan", "goes", "stays", "changes", "words", "recipients", "address"),
    Kind.COLLECTED: _ITEMS,
    # E115: nobody is handed these answers any more, whatever link they have. breach: its number
    Kind.ANSWER_CLOSED: (*_ITEMS, "breach"),
    # Art. 19. recipient: by its id in policy/imera.toml, or its name as `privacy disclosed` had it. outcome: told |
    # done | refused | impossible. address: of the recipient's, for what is told by letter. asked: what the letter says,
    # in each of its languages
    Kind.NOTIFIED: (*_ITEMS, "recipient", "outcome", "words", "asked", "address"),
    # G13: what an excessive request costs, in cents
    Kind.FEE_ASKED: (*_ITEMS, "amount", "reasons"),
    # Art. 18(3): on: from which Paris day the data are used again. others: another case has them restricted, too
    # erased: they asked for that meanwhile, and what the restriction kept goes then (A23)
    Kind.LIFT_ANNOUNCED: ("hold", "reason", "on", "others", "erased"),
    # digest: of the draft that was looked at. address: where the answer goes, where that is not the sender's
    Kind.FOUND_NOTHING: (*_ITEMS, "searched", "digest", "reason", "address"),
    Kind.EXTENDED: (*_ITEMS, "reasons"),
    Kind.OVERDUE_TOLD: ("expected_on",),
    Kind.REFUSED: (*_ITEMS, "reasons"),
    Kind.WITHDRAWN: (*_ITEMS, "reason"),
    Kind.CLOSED: ("reason",),
    Kind.REOPENED: ("mail", "received_at"),
    Kind.HOLD_PROPOSED: ("hold", "reason"),
    # address: whose data, where the hold is a restriction that an operator placed (G23, G29)
    Kind.HOLD_PLACED: ("hold", "reason", "review_on", "address"),
    Kind.HOLD_LIFTED: ("hold", "reason"),
    # mailbox: its identifier, never its address (A3). letter: as domain/letter.py names it
    Kind.RENEWAL_OFFERED: ("mailbox", "ends_on", "letter", "language"),
    # of a hold that belongs to no case; whose it is the list of holds says (A23)
    Kind.REVIEW_CALLED: ("held_since", "review_on"),
    # G36: settled: the authority was told, or need not be
    Kind.BREACH_CALLED: ("breach", "aware_at", "due_at", "settled"),
    # P29: gaps: as domain/gaps.py writes each
    Kind.GAPS_CALLED: ("gaps",),
    # the pseudonymous minimum (domain/minimal_case.py); number: its own, of the steps that it stands for
    Kind.REDUCED: (
        "number",
        "state",
        "received_on",
        "closed_on",
        "items",
        "decisions",
        "senders",
        "into",
        "pieces",
        "mails",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. at: when it was taken, in UTC. cause: the mail, command or effect that it came from.

    Raises ValueError where it says what a step of its kind cannot.
    """

    kind: Kind
    at: datetime
    by: By = AUTO
    cause: str = ""
    said: Mapping[str, Said] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = self.said.keys() - set(FIELDS[self.kind])
        if unknown:
            raise ValueError(f"{self.kind} says nothing of {sorted(unknown)}")

    def text(self, name: str) -> str:
        """Empty where nothing is said."""
        value = self.said.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.said.get(name)
        return tuple(value) if isinstance(value, tuple | list) else ()

    def holds(self, name: str) -> bool:
        return self.said.get(name) is True

    def instant(self, name: str) -> datetime | None:
        value = self.text(name)
        return datetime.fromisoformat(value) if value else None


def step_of(effect: str) -> int:
    """The number of the step that owes the effect, with which its id ends (domain/request_effects.py); else 0."""
    number = effect.rpartition("-")[2]
    return int(number) if number.isdecimal() and number.isascii() else 0
