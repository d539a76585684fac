"""Register: what somebody wants for after their death; or it is taken back, and its words are deleted (E86-E88).

Only the last word counts, so only the last word is kept. It goes with the last that is held of the person (R27).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from privacy.domain.clocks import paris_day
from privacy.domain.identifiers import Pseudonyms
from privacy.operations.answers.answer_in_words import told_elsewhere
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.rights.carry_out import Approved, Carried
from privacy.ports.directives import Directive, Directives

#: How often the purge looks whether anything is held of them still.
LOOKED_AT_AFTER = timedelta(days=30)
#: By which name the letter of a directive that was taken back is known (domain/request_effects.ANSWERS).
REVOKED = "directive_revoked"
#: What the look is for, as the read log has it.
PURPOSE = "read_directive"


@dataclass(frozen=True, slots=True)
class Registering:
    """What it takes."""

    directives: Directives
    pseudonyms: Pseudonyms


def register_directive(approved: Approved, registering: Registering) -> Carried:
    """The plan of that name. Registered anew it takes the place of the former one, under every pepper."""
    draft = approved.draft
    identifiers = registering.pseudonyms.emails(draft.text("address"))
    words = draft.texts("changes")
    if not words:
        registering.directives.revoke(identifiers)
        return Carried(answer=REVOKED, address=told_elsewhere(approved))
    current, *older = identifiers
    directive = Directive(current, words, draft.text("words"), approved.request.id, approved.at)
    registering.directives.register(directive, paris_day(approved.at) + LOOKED_AT_AFTER)
    registering.directives.revoke(older)
    return Carried(changes=words, words=draft.text("words"), address=told_elsewhere(approved))


def read_directive(
    address: str,
    directives: Directives,
    *,
    reader: Reader,
    stores: Stores,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> Description:
    """directive: what they want, or None. Whoever looks is written down (R26). Raises InvalidAddress."""
    identifiers = pseudonyms.emails(address)
    stores.registry.log_read(
        operator=reader.name,
        role=reader.role,
        about=known_as(identifiers, stores.people),
        purpose=PURPOSE,
        now=now,
    )
    found = directives.of(identifiers)
    if found is None:
        return {"directive": None}
    return {
        "directive": {
            "words": list(found.words),
            "executor": found.executor,
            "request": found.case,
            "registered_at": found.registered_at.isoformat(),
        }
    }
