"""Letters to people and notices to those who work here: what there is, and rendering without a gap.

A wording is text with `$placeholders`. Rendering is strict both ways: a value that is missing, and one that the wording
has no place for, are errors; so is a `$` that begins no placeholder.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from string import Template


class Language(StrEnum):
    """The languages that letters are written in."""

    FR = "fr"
    EN = "en"


class Letter(StrEnum):
    """One letter of the catalogue. The value is its file's name, and what its effect is called."""

    ACK = "ack"
    IDENTITY_L1 = "identity_l1"
    IDENTITY_L2 = "identity_l2"
    IDENTITY_L3 = "identity_l3"
    IDENTITY_ELSEWHERE = "identity_elsewhere"
    IDENTITY_REMINDER = "identity_reminder"
    IDENTITY_INSUFFICIENT = "identity_insufficient"
    CLOSED_UNIDENTIFIED = "closed_unidentified"
    MANDATE_REQUEST = "mandate_request"
    HEIR_PROOF_REQUEST = "heir_proof_request"
    PARENT_PROOF_REQUEST = "parent_proof_request"
    CLARIFICATION = "clarification"
    EXTENSION = "extension"
    ACCESS_ANSWER = "access_answer"
    PORTABILITY = "portability"
    ANSWER_CODE = "answer_code"
    ERASED = "erased"
    ERASED_PARTIAL = "erased_partial"
    NO_DATA = "no_data"
    OBJECTION_DONE = "objection_done"
    WITHDRAWAL_DONE = "withdrawal_done"
    OBJECTION_ACCEPTED = "objection_accepted"
    OBJECTION_REFUSED = "objection_refused"
    RECTIFIED = "rectified"
    ADDRESS_CHANGED = "address_changed"
    RESTRICTED = "restricted"
    RESTRICTION_LIFT = "restriction_lift"
    REVIEW_RESULT = "review_result"
    FEE = "fee"
    RECIPIENT_NOTICE = "recipient_notice"
    REFUSAL = "refusal"
    WITHDRAWN_CONFIRM = "withdrawn_confirm"
    OVERDUE_NOTICE = "overdue_notice"
    DIRECTIVE_REGISTERED = "directive_registered"
    DIRECTIVE_REVOKED = "directive_revoked"
    HEIR_DONE = "heir_done"
    RENEWAL_NEWSLETTER = "renewal_newsletter"
    RENEWAL_CUSTOMER = "renewal_customer"

    NOTICE_FORWARD = "notice_forward"
    NOTICE_NOT_FORWARDED = "notice_not_forwarded"
    NOTICE_DECISION = "notice_decision"
    NOTICE_APPROVAL = "notice_approval"
    NOTICE_REMINDER = "notice_reminder"
    NOTICE_OVERDUE = "notice_overdue"
    NOTICE_AUTHORITY = "notice_authority"
    NOTICE_UNDELIVERABLE = "notice_undeliverable"
    NOTICE_UNSETTLED = "notice_unsettled"
    NOTICE_ABUSE = "notice_abuse"
    NOTICE_REVIEW = "notice_review"
    NOTICE_HOLD = "notice_hold"
    NOTICE_BREACH = "notice_breach"
    NOTICE_GAPS = "notice_gaps"

    @property
    def internal(self) -> bool:
        """True of a notice, which goes to those who work here."""
        return self.value.startswith("notice_")


#: What each letter has to be told besides its case, by the flow that sends it.
NEEDS: Mapping[Letter, frozenset[str]] = {
    letter: frozenset(names.split())
    for letter, names in {
        Letter.ACK: "received_on rights answer_by",
        Letter.IDENTITY_L1: "link valid_until",
        Letter.IDENTITY_L2: "",
        Letter.IDENTITY_L3: "reason link valid_until",
        Letter.IDENTITY_ELSEWHERE: "",
        Letter.IDENTITY_REMINDER: "received_on missing how closes_on",
        Letter.IDENTITY_INSUFFICIENT: "missing how",
        Letter.CLOSED_UNIDENTIFIED: "received_on",
        Letter.MANDATE_REQUEST: "",
        Letter.HEIR_PROOF_REQUEST: "",
        Letter.PARENT_PROOF_REQUEST: "reason link valid_until",
        Letter.CLARIFICATION: "question reply_by",
        Letter.EXTENSION: "received_on reason answer_by",
        Letter.ACCESS_ANSWER: "received_on link valid_until",
        Letter.PORTABILITY: "received_on link valid_until",
        Letter.ANSWER_CODE: "code",
        Letter.ERASED: "received_on goes stays",
        Letter.ERASED_PARTIAL: "received_on goes stays",
        Letter.NO_DATA: "searched",
        Letter.OBJECTION_DONE: "",
        Letter.WITHDRAWAL_DONE: "",
        Letter.OBJECTION_ACCEPTED: "received_on stopped",
        Letter.OBJECTION_REFUSED: "received_on reason",
        Letter.RECTIFIED: "received_on changes recipients",
        Letter.ADDRESS_CHANGED: "",
        Letter.RESTRICTED: "received_on",
        Letter.RESTRICTION_LIFT: "reason lifted_on then",
        Letter.REVIEW_RESULT: "received_on result",
        Letter.FEE: "received_on amount reason",
        Letter.RECIPIENT_NOTICE: "asked reply_by",
        Letter.REFUSAL: "received_on reason",
        Letter.WITHDRAWN_CONFIRM: "received_on",
        Letter.OVERDUE_NOTICE: "received_on due_on answer_by",
        Letter.DIRECTIVE_REGISTERED: "directives executor",
        Letter.DIRECTIVE_REVOKED: "received_on",
        Letter.HEIR_DONE: "received_on done",
        Letter.RENEWAL_NEWSLETTER: "ends_on link choices",
        Letter.RENEWAL_CUSTOMER: "ends_on link choices",
        Letter.NOTICE_FORWARD: "received_on",
        Letter.NOTICE_NOT_FORWARDED: "received_on why",
        Letter.NOTICE_DECISION: "received_on reasons answer_by commands",
        Letter.NOTICE_APPROVAL: "received_on rights reasons answer_by",
        Letter.NOTICE_REMINDER: "target_on answer_by",
        Letter.NOTICE_OVERDUE: "answer_by",
        Letter.NOTICE_AUTHORITY: "received_on",
        Letter.NOTICE_UNDELIVERABLE: "letter why",
        Letter.NOTICE_UNSETTLED: "letter",
        Letter.NOTICE_ABUSE: "",
        Letter.NOTICE_REVIEW: "held_since",
        Letter.NOTICE_HOLD: "held_since review_on",
        Letter.NOTICE_BREACH: "breach aware_at due_at",
        Letter.NOTICE_GAPS: "gaps",
    }.items()
}

#: What every letter is told without asking.
COMMON = frozenset({"case", "controller", "contact"})

#: P47, G12: who may go to the CNIL and to court is told so.
WITH_REMEDIES = frozenset({
    Letter.CLOSED_UNIDENTIFIED,
    Letter.EXTENSION,
    Letter.ACCESS_ANSWER,
    Letter.ERASED,
    Letter.ERASED_PARTIAL,
    Letter.NO_DATA,
    Letter.OBJECTION_REFUSED,
    Letter.REVIEW_RESULT,
    Letter.FEE,
    Letter.REFUSAL,
    Letter.OVERDUE_NOTICE,
})  # fmt: skip

#: What says nothing of anybody and changes nothing: sent twice, the same bytes, it does no harm (R5). Any other letter
#: of which nobody knows whether it went is a person's to decide.
REPEATABLE = frozenset({Letter.ACK} | {letter for letter in Letter if letter.internal})

#: Of no case: an answer makes one of its own.
UNTAGGED = frozenset({Letter.RENEWAL_NEWSLETTER, Letter.RENEWAL_CUSTOMER})

#: What speaks of the reader's own data, and so says whose are meant where somebody wrote about another person's.
OF_THE_READERS_DATA = frozenset({
    Letter.ACK,
    Letter.ACCESS_ANSWER,
    Letter.PORTABILITY,
    Letter.ERASED,
    Letter.ERASED_PARTIAL,
    Letter.NO_DATA,
    Letter.OBJECTION_ACCEPTED,
    Letter.OBJECTION_REFUSED,
    Letter.RECTIFIED,
    Letter.RESTRICTED,
    Letter.RESTRICTION_LIFT,
    Letter.REVIEW_RESULT,
})  # fmt: skip
#: Of these the subject says nothing of that.
_NEUTRAL_SUBJECT = frozenset({
    Letter.ACK, Letter.NO_DATA, Letter.OBJECTION_ACCEPTED, Letter.OBJECTION_REFUSED, Letter.REVIEW_RESULT
})  # fmt: skip
#: "Your data are erased" is no subject for an heir: theirs are another.
RENAMED_FOR_ANOTHER = OF_THE_READERS_DATA - _NEUTRAL_SUBJECT

#: Sent before anybody knows who writes, or to whoever asks: no name stands in them, whatever is known (A6).
NAMELESS = frozenset({
    Letter.ACK,
    Letter.IDENTITY_L1,
    Letter.IDENTITY_L2,
    Letter.IDENTITY_L3,
    Letter.IDENTITY_ELSEWHERE,
    Letter.IDENTITY_REMINDER,
    Letter.IDENTITY_INSUFFICIENT,
    Letter.CLOSED_UNIDENTIFIED,
    Letter.MANDATE_REQUEST,
    Letter.HEIR_PROOF_REQUEST,
    Letter.PARENT_PROOF_REQUEST,
    Letter.ADDRESS_CHANGED,
    Letter.RECIPIENT_NOTICE,
})  # fmt: skip


class UnfitWording(ValueError):
    """A wording and the values given do not fit each other. Says names, never values."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter in one language: its subject's line, and its text."""

    subject: str
    body: str

    def placeholders(self) -> frozenset[str]:
        """Raises UnfitWording where a `$` begins none."""
        return _placeholders(self.subject) | _placeholders(self.body)

    def filled(self, values: Mapping[str, str]) -> Wording:
        """Of what every letter is told (COMMON) it need say nothing. Raises UnfitWording."""
        places = self.placeholders()
        _agree(places, {name for name in values if name in places or name not in COMMON})
        return Wording(Template(self.subject).substitute(values), Template(self.body).substitute(values))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a language's letters have in common.

    letter, notice, recipient: what stands around one to a person, to those who work here, to a recipient (Art. 19).
    remedies: P47's line. id_not_needed: to who sent an identity document unasked (E75). for_another: to who wrote about
    somebody else's data, with the subject that it has then.
    """

    letter: str
    notice: str
    recipient: str
    remedies: str
    id_not_needed: str
    for_another: Wording


@dataclass(frozen=True, slots=True)
class Letterbook:
    """Every wording there is. digest identifies their exact content: a letter's record names it."""

    wordings: Mapping[tuple[Language, Letter], Wording]
    frames: Mapping[Language, Frame]
    digest: str


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each of its placeholders replaced. Raises UnfitWording where the two do not fit exactly."""
    _agree(_placeholders(text), values.keys())
    return Template(text).substitute(values)


def _agree(places: AbstractSet[str], given: AbstractSet[str]) -> None:
    if places != given:
        missing, unknown = sorted(places - given), sorted(given - places)
        raise UnfitWording(f"missing: {', '.join(missing)}; no place for: {', '.join(unknown)}")


def _placeholders(text: str) -> frozenset[str]:
    template = Template(text)
    if not template.is_valid():
        raise UnfitWording("a $ that begins no placeholder")
    return frozenset(template.get_identifiers())


def languages_for(language: str) -> tuple[Language, ...]:
    """French or English where the request is in it; both where it is in neither, or half and half (G15, E38, E69)."""
    match language:
        case Language.FR.value:
            return (Language.FR,)
        case Language.EN.value:
            return (Language.EN,)
        case _:
            return (Language.FR, Language.EN)
