"""Collect everything that is held of a person, from every store, for an answer about their data (Art. 15, G17-G21).

Whoever collects is written down first (R26). Records go into a spool one by one, so that somebody with fifty thousand
of them needs no more memory than the fold of their facts. A provider that does not answer means no answer: one that
lacks a part would be false.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from privacy.domain.clocks import after, paris_day
from privacy.domain.consent import Suppression
from privacy.domain.dossier import DIRECTIVES, HOLDS, NOTES, READS, SUPPRESSION, Dossier, Nature, Record, Why
from privacy.domain.identifiers import (
    STRIPE_CUSTOMER,
    InvalidAddress,
    Pseudonyms,
    is_email,
    kind_of,
    normalise_address,
)
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.schedule import schedule
from privacy.operations.answers.dossier_of_facts import Ends, Told, write_archive, write_facts, write_person
from privacy.operations.answers.dossier_of_providers import StripeWalk, write_mailchimp
from privacy.operations.answers.dossier_of_requests import Cases
from privacy.operations.answers.spooling import Writer
from privacy.operations.people.account_holders import held_by_others
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.neighbourhood import Neighbourhood, read_neighbourhood
from privacy.ports import Notes, RequestLog
from privacy.ports.answers import PersonAtMailchimp, PersonAtStripe, ReadLog, Spool
from privacy.ports.directives import Directives
from privacy.ports.retention import Archive, LegalHolds

#: What collecting is for, as the read log has it.
PURPOSE = "collect_answer"
#: How far back the log of who looked at what reaches (R26).
READ_LOG_KEPT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Sources:
    """Every store that holds something of somebody, and what decides when it goes."""

    stores: Stores
    archive: Archive
    requests: RequestLog
    reads: ReadLog
    holds: LegalHolds
    directives: Directives
    notes: Notes
    stripe: PersonAtStripe
    mailchimp: PersonAtMailchimp
    policy: Policy
    pseudonyms: Pseudonyms


def collect_dossier(
    address: str, *, as_of: datetime, reader: Reader, sources: Sources, spool: Spool, now: datetime
) -> Dossier:
    """Everything about whoever the address belongs to. as_of: when the request was received (G21).

    address: verified to be theirs. Raises InvalidAddress, NeighbourhoodTooLarge, TooManyCases, ProviderUnavailable.
    """
    pseudonyms, stores = sources.pseudonyms, sources.stores
    asked = pseudonyms.emails(address)
    about = known_as(asked, stores.people)
    stores.registry.log_read(operator=reader.name, role=reader.role, about=about, purpose=PURPOSE, now=now)

    writer, told = Writer(spool), Told(addresses={address.strip(), normalise_address(address)})
    found = read_neighbourhood(asked, ledger=stores.ledger, people=stores.people, policy=sources.policy)
    suppressions = stores.registry.suppressions(
        {i for i in found.folding.identifiers() if is_email(i)} | set(asked)
    )
    linked, people = found.folding.people(suppressions)
    anchor = next((owner for i in asked if (owner := linked.owner(i)) in people), None)
    person = people[anchor] if anchor is not None else None
    mine = frozenset(asked) | frozenset(person.links.emails if person else ())
    ids = _ids(person, about)

    def is_theirs(typed: str) -> bool:
        try:
            return pseudonyms.email(typed) in mine
        except InvalidAddress:
            return False

    ends = Ends(schedule(person, sources.policy) if person else (), sources.policy)

    if person is not None:
        write_person(
            person, today=paris_day(now), policy=sources.policy, ends=ends, mine=is_theirs, writer=writer
        )
    write_facts(
        found.filed,
        anchor=anchor,
        person=person,
        emails=mine,
        linked=linked,
        ledger=stores.ledger,
        ends=ends,
        mine=is_theirs,
        writer=writer,
        told=told,
    )
    write_archive(
        _identifiers(found, person, ids) | mine,
        ids=ids,
        emails=mine,
        mine=is_theirs,
        archive=sources.archive,
        writer=writer,
        told=told,
        policy=sources.policy,
    )
    listed = [suppressions[i] for i in sorted(mine) if i in suppressions]
    _write_suppressions(listed, sources.policy, ends, writer)
    _write_directives(mine, sources, writer)
    Cases(mine, pseudonyms.email, sources.requests, sources.policy, writer).write()

    addresses = tuple(sorted(told.addresses))
    walk = StripeWalk(
        sources.stripe,
        mine=is_theirs,
        anothers=lambda customer: bool(held_by_others([customer], ids, stores.people)),
        policy=sources.policy,
        ends=ends,
        writer=writer,
    )
    walk.write(addresses, _customers(person))
    write_mailchimp(
        addresses,
        mailchimp=sources.mailchimp,
        mine=is_theirs,
        policy=sources.policy,
        moved=told.moved,
        ends=ends,
        writer=writer,
    )
    _write_holds(ids, sources, writer)
    _write_notes(mine, sources, writer)
    _write_reads({*ids, *mine}, sources, writer, now)
    return Dossier(
        person=about if not is_email(about) else "",
        addresses=addresses,
        as_of=as_of,
        collected_at=now,
        tallies=dict(writer.tallies),
        given=told.given,
        paid=bool(person and person.paid_orders),
        attachments=tuple(writer.attachments),
    )


def _ids(person: Person | None, about: str) -> frozenset[str]:
    recorded = {id_ for _, id_ in person.links.recorded_ids} if person else set()
    return frozenset(recorded | ({about} if not is_email(about) else set()))


def _identifiers(found: Neighbourhood, person: Person | None, ids: Collection[str]) -> set[str]:
    """Wherever something of theirs may have been filed before it was archived."""
    held = {i for id_ in ids if id_ in found.stored for i in found.stored[id_].holdings}
    return held | set(person.links.owned if person else ())


def _customers(person: Person | None) -> list[str]:
    owned = person.links.owned if person else ()
    return sorted(i.partition("#")[2] for i in owned if kind_of(i) == STRIPE_CUSTOMER)


def _write_suppressions(entries: Iterable[Suppression], policy: Policy, ends: Ends, writer: Writer) -> None:
    rule = policy.rule_of(SUPPRESSION.held)
    for entry in entries:
        # A18: as long as anything of theirs is held, if that is longer
        alone = after(paris_day(entry.at), rule.span("refusal"))
        writer.add(
            Record(
                SUPPRESSION.id,
                {"state": entry.state.value, "since": entry.at.isoformat(), "reason": entry.reason},
                source="ours",
                nature=Nature.PROVIDED,
                at=entry.at,
                rule=rule.id,
                until=max(alone, ends.last or alone),
                reference=entry.fact,
            )
        )


def _write_directives(mine: Collection[str], sources: Sources, writer: Writer) -> None:
    """What is to become of their data after their death, the last word of each address (F2, E87). It goes with the last
    that is held of them (R27), on no day that anybody knows."""
    for identifier in sorted(mine):
        directive = sources.directives.of([identifier])
        if directive is None:
            continue
        said = {"words": list(directive.words), "executor": directive.executor, "request": directive.case}
        writer.add(
            Record(
                DIRECTIVES.id,
                {name: value for name, value in said.items() if value},
                source="contact",
                nature=Nature.PROVIDED,
                at=directive.registered_at,
                rule=sources.policy.rule_of(DIRECTIVES.held).id,
                reference=directive.case,
                notes={"words": Why.FREE_TEXT},
            )
        )


def _write_holds(ids: Collection[str], sources: Sources, writer: Writer) -> None:
    """What an operator keeps of theirs although its time is over, and why."""
    for hold in sources.holds.of(ids):
        writer.add(
            Record(
                HOLDS.id,
                {"hold": hold.kind, "reason": hold.reason, "review_on": hold.review_on.isoformat()},
                source="operator",
                nature=Nature.OURS,
                at=hold.since,
                rule=sources.policy.rule_of(HOLDS.held).id,
                notes={"by": Why.STAFF, "reason": Why.FREE_TEXT},
            )
        )


def _write_notes(mine: Collection[str], sources: Sources, writer: Writer) -> None:
    """What waits for an operator about one of their addresses."""
    for note in sources.notes.open():
        if note.about in mine:
            writer.add(
                Record(
                    NOTES.id,
                    {"kind": note.kind, "audience": note.audience, "reason": note.reason},
                    source="ours",
                    nature=Nature.OURS,
                    at=note.since,
                    rule=sources.policy.rule_of(NOTES.held).id,
                )
            )


def _write_reads(about: Collection[str], sources: Sources, writer: Writer, now: datetime) -> None:
    """That somebody looked, when and what for; who it was is not due (G19)."""
    rule = sources.policy.rule_of(READS.held)
    for entry in sources.reads.reads_of(about, now - READ_LOG_KEPT, now):
        writer.add(
            Record(
                READS.id,
                {"purpose": entry.purpose},
                source="ours",
                nature=Nature.OURS,
                at=entry.at,
                rule=rule.id,
                until=after(paris_day(entry.at), rule.span("write")),
            )
        )
