"""S6 for what operators answer: words planted in drafts, decisions, directives, holds and breaches come out nowhere but
in the steps, the letters and the answers that they are for.

The operators' API, the workers behind it and the letters, over stores in memory; what they log, count, queue, raise and
use as keys is searched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from privacy import logs
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, owed
from privacy.domain.request_steps import Kind, Step
from privacy.inbound import carrying_out, reacting, sending_letters
from privacy.inbound.batch import BatchRecord, each
from privacy.operations.people.fold_people import fold_people
from tests.identifying import House, Outbox
from tests.office import DPO, STAFF, Office
from tests.requesting import DPO as BY_DPO
from tests.requesting import POLICY
from tests.righting import Righting
from tests.telling import BENOIT, CAMILLE, at, email, session

WORDS = "Zyzzyva Quokka, 9 impasse du Quokka"
ADDRESS = "quokka.doe@example.fr"
PLANTED = ("zyzzyva", "quokka", "camille", "benoit")


class Rights:
    """The operators' API in front, the workers behind, all over the same stores."""

    def __init__(self) -> None:
        self.office, self.righting = Office(), Righting()
        self.righting.desk.now = self.office.now
        self.office.requests, self.office.mail = self.righting.desk.log, self.righting.desk.mails
        self.office.stores, self.office.holds = self.righting.stores, self.righting.holds
        self.office.directives = self.righting.directives
        self.house = House(log=self.office.requests, mails=self.office.mail, ledger=self.righting.desk.ledger)
        self.house.now = self.office.now
        self.queued = Outbox()
        self.righting.tells(session("2026-12-01", box=True))
        self.office.stores.ledger.append(session("2026-12-02", BENOIT, payment="pi_2"))
        fold_people(
            [email(BENOIT)],
            stores=self.office.stores,
            policy=POLICY,
            now=self.office.now,
            new_id=lambda: "person-9",
        )

    def begun(self, right: str, **understood: Any) -> str:
        case = self.office.mailed(right, **understood)
        self.office.happens(case, Kind.BEGUN, items=(right,))
        return case

    def told(self, path: str, role: str = DPO, *, status: int = 200, **said: Any) -> Any:
        """What an operator says, and everything that follows."""
        body = {"command": next(self.office.commands), **said}
        found, content = self.office.ask(f"/operator/{path}", role, **body)
        assert found == status, content
        self.works()
        return content

    def drafted(self, case: str, item: str, **said: Any) -> None:
        digest = self.told("requests/drafts", STAFF, request=case, item=item, **said)["draft"]["digest"]
        self.told("requests/approvals", request=case, item=item, digest=digest, reason=WORDS)

    def works(self) -> None:
        """Streams and queues bring what is owed to whoever does it."""
        for case in [*self.office.requests.cases]:
            changed = BatchRecord("1", key=(f"request#{case}", "summary"))
            reacting.react(changed, self.reaction)
            for effect in owed(self.case(case)):
                message = {"request": case, "effect": effect.id}
                if effect.does is Does.CARRY_OUT:
                    carrying_out.carry_out(BatchRecord("2", body=message), self.righting.carrying)
            for effect in owed(self.case(case)):
                if effect.letter:
                    message = sending_letters.message(case, effect.id)
                    self.queued.send([message])
                    sending_letters.send(BatchRecord("3", body=message), self.house.sending)

    @property
    def reaction(self) -> Any:
        from dataclasses import replace

        return replace(self.house.reaction, letters=self.queued, drafts=self.queued, carry_outs=self.queued)

    def case(self, id_: str) -> Request:
        return self.office.case(id_)

    @property
    def keys(self) -> str:
        """All by which anything is found, and what a list of the tables would show of it."""
        log, registry = self.office.requests, self.office.registry
        indexed = [
            {
                name: value
                for name, value in summary.items()
                if name not in {"sender", "given_name", "family_name"}
            }
            for summary in log.summaries.values()
        ]
        return repr((
            [*log.cases], [*log.causes], [*log.senders], [*log.acknowledged], indexed,
            {under: [*facts] for under, facts in self.righting.desk.ledger.partitions.items()},
            [fact.identifiers for facts in self.righting.desk.ledger.partitions.values() for fact in facts.values()],
            registry.reads, [*registry.entries], [*registry.marks], [*self.house.tokens.held],
            [*self.office.directives.held], [(hold.person, hold.kind) for hold in self.office.holds.all()],
            [*self.office.breaches.filed], self.queued.sent, [letter for _, _, letter, _ in self.house.post.taken],
        ))  # fmt: skip


@pytest.fixture
def rights() -> Rights:
    logs.scrub()
    return Rights()


@pytest.fixture
def everything(
    rights: Rights, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Callable[[], str]:
    """What was written anywhere but in the steps, and every key, when it is asked for."""

    def written() -> str:
        said, complained = capfd.readouterr()
        return "\n".join([said, complained, *(str(vars(each)) for each in caplog.records), rights.keys])

    return written


def silent(text: str) -> None:
    assert not [word for word in PLANTED if word in text.lower()]


def _objection(rights: Rights) -> None:
    rights.drafted(rights.begun("objection"), "objection", lines=[WORDS])


def _objection_refused(rights: Rights) -> None:
    case = rights.begun("objection")
    rights.told("requests/refusals", request=case, item="objection", reason=WORDS)


def _review(rights: Rights) -> None:
    case = rights.begun("automated_decision_review")
    rights.drafted(case, "automated_decision_review", words=WORDS)


def _review_sent_back(rights: Rights) -> None:
    case = rights.begun("automated_decision_review")
    rights.told("requests/drafts", STAFF, request=case, item="automated_decision_review", words=WORDS)
    said = {"request": case, "item": "automated_decision_review", "reason": WORDS}
    rights.told("requests/decisions", decision="send_back", **said)


def _directive(rights: Rights) -> None:
    said = {"lines": [WORDS], "executor": WORDS, "consented": True}
    rights.drafted(rights.begun("post_mortem_directive"), "post_mortem_directive", **said)
    assert rights.told("directives/lookups", STAFF, email=CAMILLE)["directive"]["words"] == [WORDS]
    rights.told("directives/revocations", email=CAMILLE)


def _heirs(rights: Rights) -> None:
    case = rights.office.mailed("heir_request", role="heir")
    for kind, said in (
        (Kind.HEIR_PROOF_ASKED, {"address": BENOIT}),
        (Kind.HEIR_PROOF_ACCEPTED, {"reference": WORDS}),
    ):
        rights.righting.desk.does(Step(kind, rights.office.now, BY_DPO, said=said), case)
    rights.drafted(case, "heir_request", lines=[WORDS], email=BENOIT)


def _restriction(rights: Rights) -> None:
    case = rights.begun("rectification")
    rights.told("restrictions", request=case, reason=WORDS)
    rights.told("restrictions/announcements", request=case, reason=WORDS, on="2027-06-01")
    rights.told("restrictions/lifts", request=case, reason=WORDS, status=409)


def _restriction_drafted(rights: Rights) -> None:
    rights.drafted(rights.begun("restriction"), "restriction", ground="accuracy")


def _rectification(rights: Rights) -> None:
    case = rights.begun("rectification")
    rights.told(
        "requests/drafts",
        STAFF,
        request=case,
        item="rectification",
        fields={"city": WORDS, "line1": WORDS},
    )


def _breach(rights: Rights) -> None:
    case = rights.begun("rectification")
    said = {"words": WORDS, "aware_at": "2027-03-08T09:00:00+01:00", "request": case}
    id_ = rights.told("breaches", STAFF, **said)["breach"]
    for did, role in (("noted", STAFF), ("told_authority", DPO), ("told_people", DPO), ("closed", DPO)):
        more = {"noted": {"topic": "people"}, "told_authority": {"reference": "CNIL 12/34"}}.get(did, {})
        rights.told("breaches/entries", role, breach=id_, did=did, words=WORDS, **more)
    assert WORDS in repr(rights.office.called)


FLOWS: Mapping[str, tuple[Callable[[Rights], None], str]] = {
    "an_objection": (_objection, "answered"),
    "an_objection_refused": (_objection_refused, "refused"),
    "a_review": (_review, "answered"),
    "a_review_sent_back": (_review_sent_back, "in_progress"),
    "a_directive": (_directive, "answered"),
    "heirs": (_heirs, "answered"),
    "a_restriction": (_restriction, "in_progress"),
    "a_restriction_drafted": (_restriction_drafted, "answered"),
    "a_rectification": (_rectification, "awaiting_approval"),
    "a_breach": (_breach, "in_progress"),
}


@pytest.mark.parametrize(("flow", "state"), FLOWS.values(), ids=FLOWS)
def test_of_what_an_operator_answers(
    flow: Callable[[Rights], None], state: str, rights: Rights, everything: Callable[[], str]
) -> None:
    flow(rights)
    [case] = rights.office.requests.cases
    assert state in {item.state.value for item in rights.case(case).items}, "it came to its end"
    silent(everything())


#: What each route reads, with words where a name or a number is expected.
MEANT_OTHERWISE: list[tuple[str, dict[str, Any]]] = [
    ("requests/drafts", {"item": WORDS}),
    ("requests/drafts", {"item": "restriction", "ground": WORDS}),
    ("requests/drafts", {"item": "objection", "lines": [{"x": WORDS}]}),
    ("requests/drafts", {"item": "rectification", "fields": {WORDS: WORDS}}),
    ("requests/drafts", {"item": "rectification", "fields": {"email": WORDS}}),
    ("requests/approvals", {"item": WORDS, "digest": "3f" * 32}),
    ("requests/approvals", {"item": "rectification", "digest": WORDS}),
    ("requests/refusals", {"item": WORDS, "reason": WORDS}),
    ("requests/decisions", {"decision": WORDS, "reason": WORDS}),
    ("requests/notices", {"recipient": WORDS, "outcome": "told", "words": WORDS}),
    ("requests/notes", {"request": WORDS, "text": WORDS}),
    ("restrictions/lifts", {"reason": WORDS, "on": WORDS}),
    ("restrictions/announcements", {"reason": WORDS, "on": WORDS}),
    ("directives/lookups", {"email": WORDS}),
    ("breaches", {"words": WORDS, "aware_at": WORDS}),
    ("breaches/entries", {"breach": WORDS, "did": WORDS, "words": WORDS}),
    ("holds", {"person": WORDS, "kind": WORDS, "reason": WORDS}),
]


def test_of_what_is_not_understood(rights: Rights, everything: Callable[[], str]) -> None:
    case = rights.begun("rectification")
    for path, said in MEANT_OTHERWISE:
        body = {"command": "c1", "request": case, **said}
        status, _ = rights.office.ask(f"/operator/{path}", DPO, **body)
        assert 400 <= status < 500, (path, said)
    silent(everything())


def test_of_work_that_dies_with_the_words_in_its_hands(
    rights: Rights, everything: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = rights.begun("objection")
    digest = rights.told("requests/drafts", STAFF, request=case, item="objection", lines=[WORDS])["draft"]

    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot write {WORDS} of {CAMILLE}") from KeyError(ADDRESS)

    monkeypatch.setattr(Righting, "record", breaks)
    body = {"request": case, "item": "objection", "digest": digest["digest"], "command": "c9"}
    rights.office.ask("/operator/requests/approvals", DPO, **body)
    [effect] = [effect.id for effect in owed(rights.case(case)) if effect.does is Does.CARRY_OUT]
    message = {"messageId": "m1", "body": json.dumps({"request": case, "effect": effect})}
    failed = each({"Records": [message]}, partial(carrying_out.carry_out, carrying=rights.righting.carrying))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    text = everything()
    assert '"error":"RuntimeError<KeyError"' in text
    silent(text)


def test_the_words_are_where_they_belong(rights: Rights) -> None:
    """Or else nothing above would say anything."""
    _objection_refused(rights)
    [case] = rights.office.requests.cases
    assert any(isinstance(step, Step) and step.text("reasons") == WORDS for step in rights.case(case).steps)
    assert any(WORDS in str(letter.get_content()) for letter in rights.house.post.messages())
    assert rights.office.now > at("2027-01-01")
