"""From a message to what it asks, and why (T3-T5, A16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from privacy.domain.mail import Address
from privacy.domain.rights import Right
from privacy.domain.triage.agreement import Agreed, agreed, asked_besides, kept_by_a_sentence, lacking
from privacy.domain.triage.finds import Find
from privacy.domain.triage.foreign import Tongues
from privacy.domain.triage.language import language_of
from privacy.domain.triage.lexicon import Lexicon, Sign, Weight
from privacy.domain.triage.particulars import particulars_of
from privacy.domain.triage.passage import read
from privacy.domain.triage.rights_asked import rights_asked
from privacy.domain.triage.second_opinion import Said
from privacy.domain.triage.text import new_text, own_subject
from privacy.domain.triage.turns import turns
from privacy.domain.triage.writer import writer_of
from privacy.domain.understanding import Evidence, Outcome, Role, Understanding

#: Evidence is for a person's eye: the first of each kind say it.
_MOST_EVIDENCE = 40
#: So many turns of a seller's make an offer to the shop.
_AN_OFFER = 2
#: What a message that asks for no right may be about.
_OTHER_MATTERS = (Sign.CUSTOMER_SERVICE, Sign.SMALL)
#: What speaks against a find and is misread easily: by itself it settles nothing.
_MISREAD = (None, "negated", "narrative")
#: What says that a phrase asks for nothing, however plainly it is said; a story or a question may be both.
_DENYING = ("negated", "quoted", "friend")
#: What says that it is no request, however much like one it is worded.
_PUTTING_OFF = (
    "object of another request",
    "threat",
    "taken_back",
    "done",
    "liked",
    "doubly_denied",
    "after_death",
)
#: How causes begin that say of what else it is: an order, another right.
_OF_ANOTHER = "of_"
#: A message of a kind that asks for nothing needs an opinion so much surer.
_DOUBT = 1.2
#: What the second opinion holds against a find.
_UNLIKE = "unlike requests"
#: So few words in no language that is read here say nothing that could be missed.
_A_FEW = 3


def understand(
    *, subject: str, text: str, lexicons: Sequence[Lexicon], sender: Address | None = None
) -> Understanding:
    """What a message asks, and about whom.

    text: what a reader sees of its body. lexicons: one a language; each is tried, so that one letter may
    ask in two languages. sender: From, whose name completes the one in the text where they agree.
    """
    parts = new_text(text)
    title = own_subject(subject)
    words = title.words
    found = _search(parts.body, words, lexicons)
    if title.answered and parts.body and not found.signs[Sign.REMINDER]:
        # The subject of an answer was worded for an older mail; who only asks again means that.
        words = ""
        found = _search(parts.body, words, lexicons)
    found.settle()
    address = sender.address if sender else ""
    told = language_of(parts.body, title.words, parts.signature, quoted=parts.quoted, address=address)
    found.hear(as_one(words, parts.body), [one for one in lexicons if told.tied or one.language == told.code])
    rights = found.rights()
    outcome = found.outcome(rights, readable=told.code in {lexicon.language for lexicon in lexicons})
    role = _role(writer_of(parts.body, parts.signature, title.words).role, outcome, rights)
    return Understanding(
        outcome=outcome,
        rights=rights,
        language="" if told.tied else told.code,  # both languages then answer it (E38)
        role=role,
        particulars=particulars_of(parts, sender, role, title.words),
        customer_service=bool(found.signs[Sign.SHOP_MATTER if rights else Sign.CUSTOMER_SERVICE]),
        authority=bool(found.signs[Sign.AUTHORITY]),
        abusive=bool(found.signs[Sign.ABUSIVE]),
        evidence=tuple(found.evidence())[:_MOST_EVIDENCE],
    )


def _role(told: Role, outcome: Outcome, rights: Sequence[Right]) -> Role:
    """Whoever only speaks of somebody dead, or of a child, and asks nothing for them, writes for themselves."""
    if Right.HEIR_REQUEST in rights:
        return Role.HEIR if told is Role.SELF else told
    heir = told is Role.HEIR and outcome is not Outcome.UNSURE
    parent = told is Role.PARENT and outcome is Outcome.NOT_REQUEST
    return Role.SELF if heir or parent else told


def as_one(subject: str, body: str) -> str:
    """A message as the second opinion reads it, and as it learnt to."""
    return f"{subject} . {body}" if subject else body


@dataclass(slots=True)
class _Found:
    """What all lexicons found in a message of so many words.

    heard: what came of the second opinion, where there is one. because: the rights that it added, with the words that
    said so.
    """

    words: int
    finds: Sequence[Find]
    signs: Mapping[Sign, list[str]]
    heard: Agreed | None = None
    because: Mapping[Right, str] = field(default_factory=dict)

    def settle(self) -> None:
        """Let the kind of message speak against what is found in it."""
        if len({turn.casefold() for turn in self.signs[Sign.PITCH]}) >= _AN_OFFER:
            self.signs[Sign.SETTLED].extend(self.signs[Sign.PITCH])
        for find in self.finds:
            own = find.personal and find.weight is Weight.SOLID
            kinds = (Sign.AUTHORITY, Sign.SETTLED) if own else (Sign.AUTHORITY, Sign.SETTLED, Sign.BYSTANDER)
            find.against = find.against or next((kind.value for kind in kinds if self.signs[kind]), None)

    def hear(self, text: str, lexicons: Iterable[Lexicon]) -> None:
        """Weigh the second opinion of these lexicons; it may only doubt what kind of message this is."""
        if not self.words or self.signs[Sign.AUTHORITY]:
            return
        told = [(one.opinion, turns(text, one)) for one in lexicons if one.opinion]
        if not told:
            return
        heard = [(opinion.on(said.whole), said) for opinion, said in told]
        says, found = [whole.says() for whole, _ in heard], self._by_rules()
        lack = lacking(max(said.anything for said in says), found)
        doubt = lack + (_DOUBT if self.signs[Sign.SETTLED] else 0.0)
        letter = _highest(says, doubt)
        denied, put_off = self._denied(), self._put_off()
        self.heard = agreed(found, denied, letter, put_off, lack)
        if Right.HEIR_REQUEST in self.heard.dropped:
            # A death is told of in passing: what is asked besides, the writer asks for himself.
            self.heard = agreed(self._of_the_living(), denied, letter, put_off, lack)
        if self.heard.rights or self.heard.dropped:
            parts = [whole.part(one).says() for whole, said in heard for one in said.by_sentence()]
            self.heard = self.heard.with_more(kept_by_a_sentence(self.heard, self._plain(), letter, parts))
            sentence = _highest(parts, doubt)
            self.heard = self.heard.with_more(asked_besides(self.heard, denied, letter, sentence, put_off))
        self.because = {
            right: next(filter(None, (whole.because(right) for whole, _ in heard)), "")
            for right in self.heard.added
        }

    def _plain(self) -> Collection[Right]:
        return {find.right for find in self.finds if find.counts and find.weight is Weight.SOLID}

    def _denied(self) -> Collection[Right]:
        return {find.right for find in self.finds if find.against in _DENYING}

    def _put_off(self) -> Collection[Right]:
        against = ((find.right, find.against or "") for find in self.finds)
        return {right for right, cause in against if cause in _PUTTING_OFF or cause.startswith(_OF_ANOTHER)}

    def rights(self) -> tuple[Right, ...]:
        """What is asked, in the order of rights."""
        by_rules = self._by_rules()
        asked = by_rules if self.heard is None else self.heard.rights
        if Right.HEIR_REQUEST in asked - by_rules:
            asked = frozenset({Right.HEIR_REQUEST})
        elif Right.HEIR_REQUEST in asked:
            asked &= by_rules
        return tuple(right for right in Right if right in asked)

    def _by_rules(self) -> frozenset[Right]:
        """What is asked; for somebody who is dead it is one right, whatever it is (LIL 85 II)."""
        asked = self._of_the_living()
        own = {find.right for find in self.finds if find.counts and find.own}
        if self.signs[Sign.DECEASED] and asked - own:
            return frozenset({Right.HEIR_REQUEST} | (asked & {Right.POST_MORTEM_DIRECTIVE}) | own)
        return asked

    def _of_the_living(self) -> frozenset[Right]:
        return frozenset(find.right for find in self.finds if find.counts)

    def outcome(self, rights: Sequence[Right], *, readable: bool) -> Outcome:
        """not_request only where it is known what else the message is about, and nothing hints at a request (T4)."""
        if rights:
            return Outcome.REQUEST
        if not self.words or self.signs[Sign.AUTHORITY]:
            return Outcome.UNSURE
        if self.signs[Sign.SETTLED]:
            return Outcome.UNSURE if self._settles_a_request() else Outcome.NOT_REQUEST
        hinted = any(find.against is None and find.weight is Weight.HINT for find in self.finds)
        if hinted or (self.heard and self.heard.near):
            return Outcome.UNSURE
        far = self.heard is not None and self.heard.far
        return Outcome.NOT_REQUEST if far or self._known(readable=readable) else Outcome.UNSURE

    def _settles_a_request(self) -> bool:
        """What is asked in plain words is put before a person, of whatever kind the message looks."""
        asked = any(find.against == Sign.SETTLED and find.weight is Weight.SOLID for find in self.finds)
        return asked and self.heard is not None and not self.heard.far

    def _known(self, *, readable: bool) -> bool:
        """It is plain what else the message is about."""
        unread = not readable and self.words > _A_FEW
        other = any(self.signs[sign] for sign in _OTHER_MATTERS) or any(
            find.against not in _MISREAD for find in self.finds
        )
        return other and not (unread or self.signs[Sign.TOPIC])

    def evidence(self) -> Iterator[Evidence]:
        """What was found, what counts first, each once."""
        dropped = self.heard.dropped if self.heard else frozenset()
        rights = [
            Evidence(
                find.right.value,
                find.phrase,
                find.against or (_UNLIKE if find.right in dropped else None),
            )
            for find in self.finds
        ]
        yield from (Evidence(right.value, phrase) for right, phrase in self.because.items())
        yield from dict.fromkeys(one for one in rights if one.against is None)
        yield from dict.fromkeys(one for one in rights if one.against is not None)
        for sign, phrases in self.signs.items():
            yield from dict.fromkeys(Evidence(sign.value, phrase) for phrase in phrases[:3])


def _highest(opinions: Sequence[Said], doubt: float) -> dict[Right, float]:
    """What the surest of these says of each right, less a doubt; nothing where there are none."""
    return {right: max(one.rights[right] for one in opinions) - doubt for right in Right} if opinions else {}


def _search(body: str, subject: str, lexicons: Iterable[Lexicon]) -> _Found:
    passage = read(body, subject)
    languages = [lexicon.language for lexicon in lexicons]
    tongues = Tongues(passage)
    asked = [rights_asked(passage, one, tongues.foreign(one.language, languages)) for one in lexicons]
    return _Found(
        len(passage.words),
        [find for one in asked for find in one.finds],
        {sign: [phrase for one in asked for phrase in one.signs.get(sign, ())] for sign in Sign},
    )
