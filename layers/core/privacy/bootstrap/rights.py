"""Rights that an operator's draft answers: what each plan takes to be carried out (operations/rights/carry_out.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from privacy import bootstrap
from privacy.bootstrap import contact, folding, providers

if TYPE_CHECKING:
    from privacy.domain.facts import Fact
    from privacy.operations.rights.carry_out import Plan


def _record(fact: Fact) -> object:
    from privacy.operations.people.record_fact import record_fact

    return record_fact(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy())


def _rectifying() -> Plan:
    from privacy.operations.rights.rectify_person import Rectifying, rectify_person
    from privacy.policy import recipients

    rectifying = Rectifying(
        stores=folding.fold_stores(),
        policy=bootstrap.policy(),
        pseudonyms=bootstrap.pseudonyms(),
        members=providers.member_writer(),
        corrector=providers.mailchimp_corrections(),
        customers=providers.stripe_corrections(),
        audiences=providers.audiences(),
        recipients={each.id: each.name for each in recipients.load()},
        record=_record,
        now=bootstrap.now,
    )
    return partial(rectify_person, rectifying=rectifying)


def _restricting() -> Plan:
    from privacy.operations.consent.read_standing import read_standing
    from privacy.operations.rights.restrict_person import Restricting, restrict_person

    restricting = Restricting(
        stores=folding.fold_stores(),
        holds=contact.legal_holds(),
        pseudonyms=bootstrap.pseudonyms(),
        record=_record,
        now=bootstrap.now,
    )
    standing = partial(read_standing, stores=folding.fold_stores(), policy=bootstrap.policy())
    return partial(restrict_person, restricting=restricting, standing=standing)


def _objecting() -> Plan:
    from privacy.operations.answers.answer_in_words import Stopping, accept_objection

    stopping = Stopping(bootstrap.pseudonyms(), _record, bootstrap.now)
    return partial(accept_objection, stopping=stopping)


def _registering() -> Plan:
    from privacy.operations.rights.register_directive import Registering, register_directive

    registering = Registering(contact.directives(), bootstrap.pseudonyms())
    return partial(register_directive, registering=registering)


def _in_words() -> Plan:
    from privacy.operations.answers.answer_in_words import answer_in_words

    return answer_in_words


#: Each is built where it is carried out.
PLANS: Mapping[str, Callable[[], Plan]] = {
    "rectification": _rectifying,
    "restriction": _restricting,
    "objection": _objecting,
    "review": _in_words,
    "directive": _registering,
    "heir": _in_words,
}
