"""The terms of requests in words that a shop owner uses."""

from collections.abc import Mapping, Sequence
from typing import Any

from cli.commands.plain_words import day, word

RIGHTS: Mapping[str, str] = {
    "access": "access",
    "rectification": "rectification",
    "erasure": "erasure",
    "restriction": "restriction",
    "portability": "portability",
    "objection": "objection",
    "objection_marketing": "no more offers",
    "consent_withdrawal": "withdrawal of consent",
    "automated_decision_review": "review of a refused order",
    "post_mortem_directive": "directive for after death",
    "heir_request": "request of an heir",
}

#: Where a request, or one right in it, stands (docs/rules.md).
STATES: Mapping[str, str] = {
    "received": "received",
    "triage": "waits for your decision",
    "not_dsar": "no request",
    "open": "open",
    "identity_pending": "waits for proof of identity",
    "mandate_pending": "waits for a mandate",
    "heir_proof_pending": "waits for proof of inheritance",
    "clarification_pending": "waits for an explanation",
    "in_progress": "being worked on",
    "awaiting_approval": "waits for approval",
    "executing": "being carried out",
    "answered": "answered",
    "closed": "closed",
    "refused": "refused",
    "closed_unidentified": "closed, nobody identified",
    "closed_no_data": "closed, no data",
    "withdrawn": "withdrawn",
    "duplicate": "merged into another",
    "spam": "spam",
    "renewal": "a letter before a permission ends",
    "notice": "a letter to those who work here",
}

FLAGS: Mapping[str, str] = {
    "suspended": "clock stands",
    "extended": "extended",
    "overdue": "overdue",
    "third_party_data": "others' data in it",
    "minor": "a minor",
    "needs_human": "needs you",
    "mail_undeliverable": "our letters do not arrive",
    "abuse_suspected": "abuse suspected",
}

CHANNELS: Mapping[str, str] = {
    "mail": "by e-mail",
    "post": "by post",
    "phone": "by telephone",
    "social": "on a social network",
    "other": "otherwise",
}

ROLES: Mapping[str, str] = {
    "agent": "somebody's agent",
    "heir": "an heir",
    "parent": "a parent",
    "executor": "an executor",
}

LINKS: Mapping[str, str] = {"continues": "continues", "named": "names", "absorbs": "takes in"}

PROGRESS: Mapping[str, str] = {
    "owed": "to be done",
    "claimed": "on its way",
    "sent": "sent",
    "delivered": "arrived",
    "bounced": "came back",
    "complained": "reported as spam",
    "rejected": "refused by SES",
    "silent": "nobody knows whether it went",
    "done": "done",
    "spared": "not needed",
}

#: What a case owes, by the name of its letter or of its effect.
LETTERS: Mapping[str, str] = {
    "ack": "acknowledgement",
    "done": "word that it is done",
    "notice": "word to the DPO",
    "dpo_notice": "word to the DPO",
    "forward": "forward to customer service",
    "honour": "done at once",
    "cut": "identity document deleted",
    "objection_done": "word that offers stop",
    "withdrawal_done": "word that the newsletter stops",
    "withdrawn_confirm": "word that it is withdrawn",
}

#: Why somebody has to look.
REASONS: Mapping[str, str] = {
    "unsure": "nobody could tell what it asks",
    "spam": "it was taken for spam, and speaks of rights",
    "authority": "an authority writes",
    "bulk": "it looks like a mailing, and asks for something",
    "language": "it is in another language",
    "unread": "not all of it could be read",
    "no_sender": "it says not who wrote",
    "for_another": "somebody writes for somebody else",
    "death": "somebody has died",
    "young": "they say that they are under 18",
    "staff": "one of us sent on what somebody else asks",
    "stranger": "it names somebody else's case",
    "reply": "what we asked for may have come",
    "proof": "a proof has come",
    "unidentified": "nobody has proved anything for 30 days",
    "whose_data": "whose data are meant?",
    "unverified": "nobody has shown yet who they are",
    "recipient_untold": "somebody who got the data is to be told by you: no address of theirs is known",
    "recipient_answered": "somebody who got the data answers our notice",
    "package_broken": "the file of the answer is not the one that was approved",
    "abuse": "money or threats come with it",
    "bounced": "a letter of ours came back",
    "complained": "a letter of ours was reported as spam",
    "rejected": "SES refused a letter of ours",
    "silent": "nobody knows whether a letter of ours went",
}

#: What happened, as docs/rules.md has it; `{…}` is filled with what the step says.
STEPS: Mapping[str, str] = {
    "received": "received {channel}",
    "understood": "understood as {outcome}: {rights}",
    "set_aside": "set aside: {reason}",
    "not_a_request": "decided: no request",
    "opened": "opened: {rights}",
    "rights_added": "asked for as well: {rights}",
    "repeated": "asked again: {rights}",
    "linked": "connected with {request}",
    "merged": "merged into {into}",
    "flagged": "marked: {flag}",
    "unflagged": "no longer marked: {flag}",
    "noted": "note",
    "reminded": "reminder: {what}",
    "honoured": "done at once: {item}",
    "documents_cut": "identity document deleted from the message",
    "claimed": "letter on its way: {effect}",
    "released": "letter not sent, will be tried again: {effect}",
    "spared": "not sent: {effect}",
    "letter_sent": "letter sent: {effect}",
    "letter_delivered": "letter arrived: {effect}",
    "letter_bounced": "letter came back: {effect}",
    "letter_complained": "letter reported as spam: {effect}",
    "letter_rejected": "letter refused by SES: {effect}",
    "letter_silent": "nobody knows whether it was sent: {effect}",
    "identity_asked": "proof of identity asked for, {level}",
    "identity_reminded": "reminded of proof of identity",
    "identity_insufficient": "proof of identity not sufficient",
    "identity_verified": "identity verified, {level}",
    "mandate_asked": "mandate asked for",
    "mandate_accepted": "mandate accepted: {reference}",
    "heir_proof_asked": "proof of inheritance asked for",
    "heir_proof_accepted": "proof of inheritance accepted: {reference}",
    "extended": "two further months",
    "fee_asked": "a fee asked for",
    "answer_closed": "answer closed, it went astray: {breach}",
    "notified": "recipient {recipient}: {outcome}",
    "lift_announced": "told that the restriction ends on {on}",
    "overdue_told": "apology for the delay, answer expected on {expected_on}",
    "hold_proposed": "proposed to keep everything: {hold}",
    "hold_placed": "everything is kept: {hold}",
    "hold_lifted": "no longer kept: {hold}",
    "renewal_offered": "asked whether they want to stay",
    "review_called": "the review of a hold was called for",
    "reduced": "reduced to the minimum that names nobody (R11)",
}

REMINDED: Mapping[str, str] = {
    "ten_days": "ten days before the target",
    "five_days": "five days before the target",
    "one_day": "the day before the target",
    "on_the_day": "to be answered today",
    "overdue": "overdue",
    "undecided": "nobody decided what it is",
    "undeliverable": "our letters do not arrive",
    "unconfirmed": "Mailchimp has not confirmed the unsubscription",
    "unsettled": "nobody knows whether a letter was sent",
    "review": "look whether it still has to be kept",
}

_TERMS: Mapping[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "flag": FLAGS,
    "item": RIGHTS,
    "what": REMINDED,
}
_OUTCOMES: Mapping[str, str] = {"request": "a request", "not_request": "no request", "unsure": "not sure"}


def step_words(kind: str, said: Mapping[str, Any]) -> str:
    """Return what a step says happened; of kinds without words here, their name."""
    words = STEPS.get(kind)
    if words is None:
        return kind.replace("_", " ")
    named = {name: _said(name, said.get(name)) for name in _places(words)}
    return " ".join(words.format_map(named).split()).rstrip(": ,")


def _places(words: str) -> Sequence[str]:
    return [part.partition("}")[0] for part in words.split("{")[1:]]


def _said(name: str, value: object) -> str:
    if value in (None, ""):
        return ""
    match name:
        case "rights" if isinstance(value, list | tuple):
            return ", ".join(word(RIGHTS, right) for right in value)
        case "outcome":
            return _OUTCOMES.get(str(value), str(value))
        case "expected_on" | "on":
            return day(str(value))
        case "effect":
            return word(LETTERS, str(value).rpartition("-")[0].partition("-")[0] or value)
        case _:
            return word(_TERMS.get(name, {}), value)
