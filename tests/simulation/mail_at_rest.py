"""What has to be true of requests when everything was delivered, or found, and nobody is at work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from itertools import pairwise

from privacy.domain.letter import REPEATABLE, Letter
from privacy.domain.request import PUT_AWAY, Message, Request, State
from privacy.domain.request_effects import Does, Effect, Progress, To, effects, stands
from privacy.domain.request_fold import after
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_moves import admit
from privacy.domain.request_steps import Flag, Kind, Step, step_of
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.understanding import Outcome, Role
from privacy.operations.letters.letter_of_effect import letter_of
from privacy.operations.requests.receive_mail import SOURCE, WROTE
from privacy.operations.requests.request_summary import summary_of
from tests.simulation.mail_world import OFFICES, POLICY, PSEUDONYMS, World
from tests.simulation.mail_writers import AUTHORITY, CARD, DOCUMENT, LISTS, PEOPLE, ROBOT, Written
from tests.simulation.ses import Taken

_MACHINES = {"auto_reply", "bounce", "loop"}
_ASKING = {Kind.OPENED, Kind.RIGHTS_ADDED, Kind.REPEATED}
_FATES = {Kind.LETTER_BOUNCED, Kind.LETTER_COMPLAINED, Kind.LETTER_REJECTED, Kind.LETTER_SILENT}
_GONE = {Progress.SENT, Progress.DELIVERED, Progress.DONE, Progress.SPARED}
_BEFORE_A_PERSON = {Progress.SILENT, Progress.BOUNCED, Progress.REJECTED, Progress.COMPLAINED}


class Rest:
    """The world as its stores have it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cases = {case.id: case for case in world.cases()}
        self.effects = {id_: effects(case) for id_, case in self.cases.items()}
        self.places: dict[str, list[tuple[Request, Message]]] = defaultdict(list)
        for case in self.cases.values():
            for message in case.messages:
                self.places[message.mail].append((case, message))
        self.facts = [f for held in world.ledger.partitions.values() for f in held.values()]
        self.letters: dict[str, list[Taken]] = defaultdict(list)
        for taken in world.ses.taken:
            self.letters[taken.letter].append(taken)

    def wrong(self) -> list[str]:
        return [
            *self.mails_without_a_place(),
            *self.mails_that_nobody_hears_of(),
            *self.cases_that_are_two(),
            *self.rights_that_are_not_items(),
            *self.what_merging_lost(),
            *self.what_is_still_owed(),
            *self.letters_that_went_too_often(),
            *self.letters_that_went_astray(),
            *self.who_was_acknowledged_twice_a_day(),
            *self.refusals_that_do_not_count_once(),
            *self.what_nobody_may_keep(),
            *self.cases_that_are_not_what_their_steps_say(),
            *self.commands_that_were_taken_twice(),
        ]

    # --- mails

    def mails_without_a_place(self) -> Iterator[str]:
        """(a) Each is in exactly one case, or was set aside with a reason; a machine's is in none."""
        for id_, written in self.world.written.items():
            places = self.places.get(id_, [])
            caused = self.world.requests.causes.get(id_)
            if len(places) > 1:
                yield f"a: {id_} is in {[case.id for case, _ in places]}"
            if caused is None:
                yield f"a: {id_} ({written.kind}) caused nothing"
            elif written.mail.automatic in _MACHINES or (
                written.mail.automatic and written.understood.outcome is not Outcome.REQUEST
            ):
                if places:
                    yield f"a: {id_} is a machine's and in {places[0][0].id}"
                if not caused.request and not caused.reason:
                    yield f"a: {id_} was set aside without a reason"
            elif not places:
                yield f"a: {id_} ({written.kind}) is in no case: {caused}"
            elif places[0][0].id != caused.request:
                yield f"a: {id_} is in {places[0][0].id} and said to be in {caused.request}"
            elif places[0][1].received_at != written.mail.received_at:
                yield f"a: {id_} was received at {places[0][1].received_at}?"

    def mails_that_nobody_hears_of(self) -> Iterator[str]:
        """(m) What is for the shop is sent on to it, and whatever nobody was sure of was put before a person."""
        for id_, written in self.world.written.items():
            if not self._said_of(id_, Kind.UNDERSTOOD) or self._caused(id_, {Kind.SET_ASIDE}):
                continue
            case = self.places[id_][0][0]
            forwards = [
                effect
                for effect in self.effects[case.id].values()
                if effect.does is Does.FORWARD and effect.about == id_
            ]
            if len(forwards) != 1 and written.understood.customer_service:
                yield f"m: {id_} is for the shop, and {case.id} owes {forwards}"
            unsure = written.understood.outcome is Outcome.UNSURE or written.kind in {"authority", "mailing"}
            if unsure and not self._caused(id_, {Kind.FLAGGED}):
                yield f"m: nobody was sure of {id_}, and nobody looks at it in {case.id}"

    def cases_that_are_two(self) -> Iterator[str]:
        """(b) Copies of one message are in one case and were understood once; one wish is one case; none is mixed."""
        copies: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
        for id_, written in self.world.written.items():
            mail = written.mail
            if mail.message_id and self.places.get(id_):
                copies[mail.message_id, written.sender, mail.subject, mail.text].append(id_)
        for ids in copies.values():
            found = {self._whole(self.places[id_][0][0]).id for id_ in ids}
            understood = [step for id_ in ids for step in self._said_of(id_, Kind.UNDERSTOOD)]
            if len(found) > 1 or len(understood) != 1:
                yield f"b: {ids} are one message, in {sorted(found)}, understood {len(understood)} times"
        for case in self.cases.values():
            senders = {message.address.lower() for message in case.messages if message.mail}
            absorbs = any(why == "absorbs" for why, _ in case.links)  # a person said that they are one
            if len(senders) > 1 and not absorbs and case.channel == "mail":
                yield f"b: {case.id} holds what {sorted(senders)} wrote"
        yield from self._same_wish()

    def _same_wish(self) -> Iterator[str]:
        plain: dict[tuple[str, Right], set[str]] = defaultdict(set)
        for id_, written in self.world.written.items():
            case = self.places[id_][0][0] if self.places.get(id_) else None
            if case is None or not self._is_left_alone(case) or not self._is_plain(written):
                continue
            for item in case.open_items:
                if written.understood.rights == (item.right,):
                    plain[written.sender, item.right].add(case.id)
        for (sender, right), found in plain.items():
            if len(found) > 1:
                yield f"b: {sender} asked for {right} and has {sorted(found)}"

    def _is_left_alone(self, case: Request) -> bool:
        """No person decided anything about it, and no tag brought anything to it."""
        return (
            case.channel == "mail"
            and not any(step.by.human for step in case.steps)
            and not case.links
            and case.role is Role.SELF
            and not any(step.kind is Kind.FLAGGED for step in case.steps[:3])
            and case.particulars.family_name is None
        )

    def _is_plain(self, written: Written) -> bool:
        return (
            written.kind in {"request", "again", "stop", "both"}
            and written.understood.role is Role.SELF
            and written.understood.particulars.family_name is None
            and bool(written.mail.message_id)
        )

    # --- rights

    def rights_that_are_not_items(self) -> Iterator[str]:
        """(c) Whatever was asked for is an item since the first message that asked for it, or waits for a person."""
        for id_, written in self.world.written.items():
            understood = written.understood
            if understood.outcome is not Outcome.REQUEST or not self.places.get(id_):
                continue
            case = self.places[id_][0][0]
            if not self._said_of(id_, Kind.UNDERSTOOD):
                continue  # a copy
            asked = {right for step in self._caused(id_, _ASKING) for right in step.texts("rights")}
            if not asked:
                if not (self._caused(id_, {Kind.FLAGGED, Kind.SET_ASIDE, Kind.REOPENED})):
                    yield f"c: {id_} asks for {understood.rights}, and {case.id} says nothing of it"
                continue
            if missing := {right.value for right in understood.rights} - asked:
                yield f"c: {id_} asks for {missing}, which {case.id} does not have"
            yield from self._too_late(case, id_, written.mail.received_at)

    def _too_late(self, case: Request, id_: str, received_at: datetime) -> Iterator[str]:
        for step in self._caused(id_, _ASKING):
            number = case.steps.index(step) + 1
            for right in step.texts("rights"):
                items = [i for i in case.items if i.right == right and i.step <= number]
                if step.kind is not Kind.REPEATED:
                    items = [item for item in items if item.step == number]
                dropped = any(s.kind is Kind.NOT_A_REQUEST for s in case.steps[number:])
                if not items and not dropped:
                    yield f"c: {id_} asks for {right}, and {case.id} has no such item"
                if items and items[-1].received_at > received_at:
                    yield f"c: {id_} asked for {right} at {received_at}, its clock in {case.id} is later: {items[-1]}"

    def what_merging_lost(self) -> Iterator[str]:
        """(d) What was open in a case that was merged is in the other one, with no later clock."""
        for case in self.cases.values():
            if not case.merged_into:
                continue
            into = self.cases[case.merged_into]
            put_away = any(step.kind is Kind.NOT_A_REQUEST for step in into.steps)
            for item in case.items:
                kept = (i for i in into.items if i.right is item.right and i.received_at <= item.received_at)
                if item.state is State.DUPLICATE and not put_away and not any(kept):
                    yield f"d: {case.id} asked for {item.right} at {item.received_at}: {into.id} has {into.items}"

    # --- effects and letters

    def what_is_still_owed(self) -> Iterator[str]:
        """(e) Each effect is done, gone, spared, before a person, or contradicted."""
        for id_, effect in self._all_effects():
            case = self.cases[id_]
            if effect.progress is Progress.OWED:
                if stands(case, effect):
                    yield f"e: {id_} owes {effect}"
            elif effect.progress in _BEFORE_A_PERSON:
                if not self._is_before_a_person(case, effect):
                    yield f"e: {id_}: nobody sees to {effect}"
            elif effect.progress not in _GONE:
                yield f"e: {id_} waits for {effect}"
            again = any(s.kind is Kind.RELEASED and s.text("effect") == effect.id for s in case.steps)
            if (
                effect.progress is Progress.SILENT
                and f"{id_}_{effect.id}" in self.world.settled
                and not again
            ):
                yield f"e: {id_} believes that nobody told of {effect.id}"
            if effect.progress is Progress.SPARED and not self._acknowledged_near(case, effect):
                yield f"e: {id_} spared {effect.id}, and nobody acknowledged them"
        owing = [id_ for id_, summary in self.world.requests.summaries.items() if "owed_since" in summary]
        if owing:
            yield f"e: {owing} are listed as owing something"

    def _is_before_a_person(self, case: Request, effect: Effect) -> bool:
        """Flagged, or a person has been there since."""
        told = [
            number
            for number, step in enumerate(case.steps)
            if step.kind in _FATES and step.text("effect") == effect.id and step.said.get("permanent", True)
        ]
        return Flag.NEEDS_HUMAN in case.flags or any(step.by.human for step in case.steps[told[-1] :])

    def _acknowledged_near(self, case: Request, effect: Effect) -> bool:
        """Within the day before, another letter to them was claimed."""
        sender = PSEUDONYMS.email(case.address)
        return any(
            step.kind is Kind.CLAIMED
            and step.text("effect").startswith("ack-")
            and abs(step.at - effect.changed_at) <= timedelta(hours=24, minutes=1)
            for other in self.cases.values()
            if _sender(other) == sender
            for step in other.steps
            if (other.id, step.text("effect")) != (case.id, effect.id)
        )

    def letters_that_went_too_often(self) -> Iterator[str]:
        """(f) A letter with data or a decision never twice; what may go again does once, and is the same."""
        for name, sent in self.letters.items():
            id_, _, effect_id = name.partition("_")
            effect = self.effects.get(id_, {}).get(effect_id)
            if effect is None:
                yield f"f: {name} went, and is nobody's"
                continue
            again = sum(
                step.kind is Kind.RELEASED and step.by.human and step.text("effect") == effect_id
                for step in self.cases[id_].steps
            )
            letter = letter_of(effect)
            most = (2 if letter in REPEATABLE else 1) * (1 + again)
            if len(sent) > most:
                yield f"f: {name} went {len(sent)} times, {again} of them because a person wanted it"
            # what SES will not carry is a notice the second time
            if not again and letter is not Letter.NOTICE_FORWARD and len({taken.raw for taken in sent}) > 1:
                yield f"f: {name} went in {len(sent)} versions"
            if effect.progress is Progress.SPARED:
                yield f"f: {name} went and is {effect.progress}"
        for id_, effect in self._all_effects():
            if effect.progress in {Progress.SENT, Progress.DELIVERED, Progress.BOUNCED, Progress.COMPLAINED}:
                told = any(step.kind is Kind.LETTER_BOUNCED and step.cause in self.world.written
                           for step in self.cases[id_].steps)  # fmt: skip
                if not self.letters.get(f"{id_}_{effect.id}") and not told:
                    yield f"f: {id_} believes that {effect.id} went"

    def letters_that_went_astray(self) -> Iterator[str]:
        """(g) Each to whom its case is about, with its tag; none to a machine or an authority by itself."""
        for taken in self.world.ses.taken:
            case = self.cases.get(taken.case)
            effect = self.effects.get(taken.case, {}).get(taken.effect)
            if case is None or effect is None:
                yield f"g: {taken.letter} is of no case"
                continue
            letter = letter_of(effect)
            offices = {OFFICES.dpo, OFFICES.customer_service}
            if (taken.recipient in offices) != letter.internal:
                yield f"g: {taken.letter} went to {taken.recipient}"
            if not letter.internal and taken.recipient.lower() != case.address.lower():
                yield f"g: {taken.letter} went to {taken.recipient}"
            if f"[{case.id}]" not in str(
                BytesHeaderParser(policy=policy.default).parsebytes(taken.raw)["Subject"]
            ):
                yield f"g: {taken.letter} does not name its case"
            if taken.recipient == ROBOT:
                yield f"g: {taken.letter} went to a robot"
            decided = any(step.by.human for step in case.steps)
            if letter is Letter.ACK and taken.recipient in {AUTHORITY, LISTS} and not decided:
                yield f"g: {taken.letter} acknowledged {taken.recipient}"

    def who_was_acknowledged_twice_a_day(self) -> Iterator[str]:
        """(h) E48: at most one letter a sender a day says that a request came in."""
        claims: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        for case in self.cases.values():
            first: dict[str, datetime] = {}
            for step in case.steps:
                if step.kind is Kind.CLAIMED and step.text("effect").startswith("ack-"):
                    first.setdefault(step.text("effect"), step.at)
            for effect, at in first.items():
                claims[_sender(case)].append((at, f"{case.id}_{effect}"))
        for sender, found in claims.items():
            for (at, one), (then, other) in pairwise(sorted(found)):
                if sender and then - at < timedelta(hours=24):
                    yield f"h: {one} and {other} within {then - at}"

    # --- what is done at once

    def refusals_that_do_not_count_once(self) -> Iterator[str]:
        """(i) An objection that was followed is one fact, from when it was received; nobody else refused anything."""
        if self.world.conflicts:
            yield f"i: {self.world.conflicts} are two different facts"
        followed = {}
        for id_, effect in self._all_effects():
            if effect.does is Does.HONOUR:
                followed[f"{id_}-{effect.id}"] = (self.cases[id_], effect)
        told = {fact.event_id: fact for fact in self.facts if fact.source == SOURCE and fact.type != WROTE}
        for event, fact in told.items():
            case = self.cases.get(event[: len("IM-2026-000001")])
            asking = case.steps[step_of(event) - 1] if case else None
            # whoever puts a case away that was followed already takes its items from it, and not the fact
            if case is None or asking is None or asking.kind not in _ASKING:
                yield f"i: {event} is nobody's"
                continue
            said = asking.instant("received_at")
            if (fact.filed_under, fact.occurred_at) != (_sender(case), said):
                yield f"i: {event} is filed wrongly: {fact.filed_under} {fact.occurred_at}"
        for event, (_, effect) in followed.items():
            if effect.progress is Progress.DONE and event not in told:
                yield f"i: {event} was followed, and the ledger knows nothing of it"
        yield from self._who_said_stop()
        yield from self._who_wrote()

    def _who_said_stop(self) -> Iterator[str]:
        for id_, written in self.world.written.items():
            if not self.places.get(id_) or written.understood.role is not Role.SELF or not written.sender:
                continue
            case = self.places[id_][0][0]
            if case.role is not Role.SELF or not case.address:
                continue
            for step in self._caused(id_, _ASKING):
                number = case.steps.index(step) + 1
                if any(later.kind is Kind.NOT_A_REQUEST for later in case.steps[number:]):
                    continue
                wanted = {r for r in step.texts("rights") if Right(r) in AT_ONCE}
                owed = [
                    e for e in self.effects[case.id].values() if e.does is Does.HONOUR and e.step == number
                ]
                honoured = [e for e in owed if e.about.partition("-")[0] in wanted]
                if len(honoured) != len(wanted):
                    yield f"i: {id_} refuses {sorted(wanted)}, and {case.id} owes {honoured}"

    def _who_wrote(self) -> Iterator[str]:
        """R4: that somebody whom we know wrote is a fact, once a message."""
        wrote = {fact.event_id: fact for fact in self.facts if fact.type == WROTE}
        if unknown := wrote.keys() - self.world.written.keys():
            yield f"i: {sorted(unknown)} are no mails"
        for id_, written in self.world.written.items():
            known = written.sender == PEOPLE[0][0] and written.understood.role is Role.SELF
            alone = self._said_of(id_, Kind.UNDERSTOOD) and not self._said_of(id_, Kind.SET_ASIDE)
            if known and alone and not self._caused(id_, {Kind.SET_ASIDE}) and id_ not in wrote:
                yield f"i: {id_} came from somebody whom we know, and nothing says so"

    # --- what must not be kept

    def what_nobody_may_keep(self) -> Iterator[str]:
        """(j) F11, E75: no card number in any stored mail or letter; no document that nobody asked for."""
        for id_, (raw, _) in self.world.mails.held.items():
            if CARD in raw:
                yield f"j: a card number stands in {id_}"
            if DOCUMENT in raw and self._said_of(id_, Kind.UNDERSTOOD):
                yield f"j: {id_} still holds the document"
        for taken in self.world.ses.taken:
            if CARD in taken.raw or DOCUMENT in taken.raw:
                yield f"j: {taken.letter} sends on what nobody may have"

    # --- the log

    def cases_that_are_not_what_their_steps_say(self) -> Iterator[str]:
        """(k) The summary is the steps' own, each step was allowed where it stands, and the sender finds the case."""
        log = self.world.requests
        for id_, case in self.cases.items():
            if dict(summary_of(case, POLICY.periods)) != log.summaries[id_]:
                yield f"k: {id_} is listed as {log.summaries[id_]}"
            yield from self._what_was_not_allowed(case)
            if (sender := _sender(case)) and id_ not in log.of_sender([sender], 100):
                yield f"k: {id_} is not found by its sender"
        for cause, caused in log.causes.items():
            if caused.request and caused.request not in self.cases:
                yield f"k: {cause} caused {caused.request}, which is not there"

    def _what_was_not_allowed(self, case: Request) -> Iterator[str]:
        """When it was done; letters of what a person put away least of all."""
        so_far = Request(case.id)
        for step in case.steps:
            try:
                admit(so_far, step)
            except IllegalTransition as refused:
                yield f"k: {case.id} took a step that it may not: {refused.reason}"
            effect = self.effects[case.id].get(step.text("effect"))
            if step.kind in {Kind.CLAIMED, Kind.HONOURED} and effect and so_far.state in PUT_AWAY:
                owing = case.steps[effect.step - 1].kind
                if effect.to in {To.SENDER, To.NOBODY} and owing is not Kind.HONOURED:
                    yield f"k: {case.id} was {so_far.state} when {effect.id} was taken up"
            so_far = after(so_far, step)

    def commands_that_were_taken_twice(self) -> Iterator[str]:
        """(l) What an operator sent twice was done once, and nobody was reminded twice of one thing."""
        for id_, case in self.cases.items():
            taken = [(step.cause, step.kind, str(step.said)) for step in case.steps if _is_once(step)]
            for each in {each for each in taken if taken.count(each) > 1}:
                yield f"l: {id_} took {each} {taken.count(each)} times"

    # --- looking

    def _all_effects(self) -> Iterator[tuple[str, Effect]]:
        for id_, known in self.effects.items():
            for effect in known.values():
                yield id_, effect

    def _whole(self, case: Request) -> Request:
        for _ in range(20):
            if not case.merged_into:
                break
            case = self.cases[case.merged_into]
        return case

    def _said_of(self, mail: str, kind: Kind) -> list[Step]:
        return [
            step
            for case, _ in self.places.get(mail, [])
            for step in case.steps
            if step.kind is kind and step.text("mail") == mail and not step.by.human
        ]

    def _caused(self, mail: str, kinds: set[Kind]) -> list[Step]:
        return [
            step
            for case, _ in self.places.get(mail, [])
            for step in case.steps
            if step.kind in kinds and step.cause == mail
        ]


def _is_once(step: Step) -> bool:
    return step.by.human or step.kind is Kind.REMINDED


def _sender(case: Request) -> str:
    """Empty where nobody can be written to."""
    try:
        return PSEUDONYMS.email(case.address)
    except ValueError:
        return ""
