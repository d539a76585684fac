"""What a purge asks the providers by: every form in which somebody typed an address that is theirs."""

from __future__ import annotations

from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from tests.purging import PurgeOffice
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, email, hint, member, merged

TYPED = "Camille.Durand@Example.fr"


def read(office: PurgeOffice, who: str = CAMILLE) -> Purgeable:
    person = office.people.found[email(who)].person
    assert person is not None
    return read_purgeable(person, stores=office.stores, policy=office.purge.person.policy)


def test_every_form_that_was_typed_is_asked_for_and_the_lower_case_besides() -> None:
    office = PurgeOffice()
    office.hear(member("2026-01-01", f" {TYPED} "), hint("2026-01-02", "profile", CAMILLE.upper()))
    found = read(office)
    assert found.person is not None
    forms = found.typed_forms(found.person.links.mailboxes, PSEUDONYMS)
    assert set(forms) == {f" {TYPED} ", TYPED, CAMILLE.upper(), CAMILLE}


def test_somebody_else_s_address_that_their_facts_name_is_not_asked_for() -> None:
    office = PurgeOffice()
    office.hear(member("2026-01-01"), hint("2026-01-02", "upemail", new=BENOIT))
    found = read(office)
    assert found.person is not None
    assert found.typed_forms(found.person.links.mailboxes, PSEUDONYMS) == (CAMILLE,)


def test_of_somebody_with_two_mailboxes_only_those_that_are_meant_are_asked_for() -> None:
    office = PurgeOffice()
    office.hear(member("2026-01-01"), member("2026-01-01", BENOIT), *merged("2026-01-02", CAMILLE, BENOIT))
    found = read(office)
    assert found.typed_forms([email(BENOIT)], PSEUDONYMS) == (BENOIT,)
    assert set(found.typed_forms([email(), email(BENOIT)], PSEUDONYMS)) == {BENOIT, CAMILLE}
