"""Release: a package that was approved is ready to be collected, and the letters that lead to it go (T18).

Nothing is made here. What lies there is read once more: it goes only if it is, byte for byte, what was approved, and to
the mailbox that it was drafted for.
"""

from __future__ import annotations

from privacy.domain.verified_addresses import answered_at
from privacy.operations.answers.pack_answer import intact
from privacy.operations.rights.carry_out import Approved, Carried, PlanChanged
from privacy.ports.answers import PackageStore

#: Why a package goes back to be drafted anew.
BROKEN, ELSEWHERE = "package_not_as_approved", "answered_elsewhere"


def release_package(approved: Approved, packages: PackageStore) -> Carried:
    """Raises PlanChanged, ProviderUnavailable."""
    request, draft = approved.request, approved.draft
    if not intact(draft.text("name"), draft.text("digest"), packages):
        raise PlanChanged(BROKEN)
    if answered_at(request, approved.item) != (draft.text("address") or request.address):
        raise PlanChanged(ELSEWHERE)
    return Carried(address=draft.text("address"))
