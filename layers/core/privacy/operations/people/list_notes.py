"""Notes: what waits for an operator, whom it is about, and that it is done (R26).

Whoever looks is written down for each person that is shown, and whoever closes a note for the person it is about.
"""

from __future__ import annotations

from datetime import datetime

from privacy.domain.clocks import paris_day
from privacy.domain.membership import Standing, awaits_own_hand
from privacy.domain.note import Note
from privacy.domain.policy import Policy
from privacy.operations.consent.read_standing import read_standing
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.people.neighbourhood import NeighbourhoodTooLarge
from privacy.ports import Notes

#: What the look is for, as the read log has it.
PURPOSE = "list_notes"
CLOSING = "close_note"
#: Each takes as long as a look-up.
MOST = 50


def list_notes(notes: Notes, *, reader: Reader, stores: Stores, policy: Policy, now: datetime) -> Description:
    """At most MOST notes, the oldest first. more: there are others.

    Somebody who came back by themselves, or refused since, needs nobody: the note is closed. Somebody who may not be
    written to for now is passed over. Both is judged from the facts, since the projection may be behind them.
    """
    waiting = sorted(notes.open(), key=lambda note: (note.since, note.id))
    shown: list[Description] = []
    looked_at = 0
    for note in waiting[: 2 * MOST]:
        if len(shown) == MOST:
            break
        looked_at += 1
        try:
            standing = read_standing(note.about, stores=stores, policy=policy)
        except NeighbourhoodTooLarge:
            shown.append(_described(note, None))
            continue
        if standing is None or not awaits_own_hand(standing, note.audience):
            notes.close(note.id)
        elif standing.may_market(paris_day(now)):
            _write_down(note, PURPOSE, reader, stores, now)
            shown.append(_described(note, standing))
    return {"notes": shown, "more": looked_at < len(waiting)}


def close_note(note_id: str, notes: Notes, *, reader: Reader, stores: Stores, now: datetime) -> bool:
    """Done. False where there is no such note."""
    note = next((note for note in notes.open() if note.id == note_id), None)
    if note is None:
        return False
    _write_down(note, CLOSING, reader, stores, now)
    return notes.close(note_id)


def _write_down(note: Note, purpose: str, reader: Reader, stores: Stores, now: datetime) -> None:
    about = known_as([note.about], stores.people)
    stores.registry.log_read(operator=reader.name, role=reader.role, about=about, purpose=purpose, now=now)


def _described(note: Note, standing: Standing | None) -> Description:
    """address: as it was typed last; None where too many people are connected for it to be read."""
    return {
        "id": note.id,
        "kind": note.kind,
        "reason": note.reason,
        "since": note.since.isoformat(),
        "audience": note.audience,
        "address": standing.address if standing else None,
        "form": note.form,
        "letter": note.letter,
    }
