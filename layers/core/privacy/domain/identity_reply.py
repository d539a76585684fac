"""When a reply is as good as the button: it answers the very challenge, from the challenged mailbox, and says yes (A6).

A reply may as well say "that was not me". So it counts only where it says yes in a few words and nothing that could
mean the contrary; every other reply goes before a person.
"""

from __future__ import annotations

import re

from privacy.domain.identifiers import InvalidAddress, normalise_address
from privacy.domain.identity import answerable, recipient
from privacy.domain.mail import IncomingMail
from privacy.domain.request import Item, Request, State
from privacy.domain.request_effects import CHALLENGE, Effect, effects
from privacy.domain.request_fold import concerned
from privacy.domain.request_steps import Kind, Step
from privacy.domain.triage.spelling import plain
from privacy.domain.triage.text import new_text

_FACTS = "IDENTITY_L2"
#: Replies with facts that are compared by software.
_TRIES = 2
#: Whoever writes more than a few lines says more than yes.
_LONGEST = 300
_YES = re.compile(
    r"(?<![a-z])(?:oui|yes|je (?:le |la |les |vous )?confirme|i (?:do |hereby )?confirm|c'est (?:bien )?moi|"
    r"c'etait (?:bien )?moi|(?:it|that) (?:was|is) (?:indeed )?me|it's me|confirme|confirmed)(?![a-z])"
)
#: What may turn a yes round, in either language: then a person reads it.
_BUT = re.compile(
    r"\?|(?<![a-z])(?:pas|non|ne|not|no|never|jamais|aucun\w*|rien|nothing|personne|nobody|mais|but|sauf|except|"
    r"qui|who|why|pourquoi|arnaque|fraude|fraud|scam|phishing|hameconnage|spam|annul\w*|cancel\w*|stop\w*|"
    r"usurp\w*|plainte|complain\w*|police|avocat\w*|lawyer|mari|femme|epou\w*|husband|wife|fils|fille|son|daughter|"
    r"mere|pere|mother|father|\w+n't)(?![a-z])"
)


def proves(request: Request, mail: IncomingMail) -> tuple[Effect, tuple[Item, ...]] | None:
    """The challenge that the mail answers, and the items that it verifies; None: it proves nothing."""
    effect = answered_letter(request, mail, CHALLENGE)
    if effect is None or not believed(mail):
        return None
    if not same_mailbox(mail.sender.address if mail.sender else "", recipient(request, effect)):
        return None
    items = answerable(request, effect)
    return (effect, items) if items and says_yes(mail.text) else None


def facts_asked(request: Request, mail: IncomingMail) -> Step | None:
    """The question for facts that the mail answers, if its answers are still compared by the software.

    After so many tries a person reads them: facts can be guessed.
    """
    if "FAIL" in {mail.verdicts.spam, mail.verdicts.virus} or mail.automatic is not None:
        return None
    effect = answered_letter(request, mail, _FACTS)
    if effect is None:
        return None
    question = request.steps[effect.step - 1]
    tries = sum(message.step > effect.step for message in request.messages)
    return question if tries < _TRIES and pending(request, question) else None


def gives_facts(request: Request, mail: IncomingMail) -> bool:
    """The mail answers our question for facts of an order in a few lines, and asks nothing: the order's number that we
    asked for makes it no matter for customer service, and what proves somebody is not sent around (E74)."""
    effect = answered_letter(request, mail, _FACTS)
    if effect is None or not pending(request, request.steps[effect.step - 1]):
        return False
    said = plain(new_text(mail.text).body)
    return len(said) <= _LONGEST and "?" not in said


def pending(request: Request, question: Step) -> tuple[Item, ...]:
    """What it asked for that waits, where it is the last question of the case."""
    asked = [step for step in request.steps if step.kind is Kind.IDENTITY_ASKED]
    if not asked or asked[-1] is not question:
        return ()
    items = concerned(request, question, [State.IDENTITY_PENDING])
    return tuple(item for item in items if item.state is State.IDENTITY_PENDING)


def says_yes(text: str) -> bool:
    """Of what is written newly, without quotes and signature."""
    said = plain(new_text(text).body)
    return len(said) <= _LONGEST and bool(_YES.search(said)) and not _BUT.search(said)


def believed(mail: IncomingMail) -> bool:
    """Surely of the mailbox that it names, and of a person there."""
    verdicts = mail.verdicts
    suspect = "FAIL" in {verdicts.spam, verdicts.virus}
    return verdicts.dmarc == "PASS" and not suspect and mail.automatic is None


def answered_letter(request: Request, mail: IncomingMail, letter: str) -> Effect | None:
    """The last letter of that name that the mail answers, by SES's id of it, which nobody but its reader knows."""
    named = {_bare(message_id) for message_id in mail.in_reply_to}
    sent = [
        step.text("effect")
        for step in request.steps
        if step.kind is Kind.LETTER_SENT
        and step.text("message_id")
        and _bare(step.text("message_id")) in named
    ]
    known = effects(request)
    challenges = [known[id_] for id_ in sent if id_ in known and known[id_].letter == letter]
    return challenges[-1] if challenges else None


def _bare(message_id: str) -> str:
    return message_id.strip().strip("<>").partition("@")[0]


def same_mailbox(one: str, other: str) -> bool:
    try:
        return normalise_address(one) == normalise_address(other)
    except InvalidAddress:
        return False
