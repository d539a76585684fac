"""Preview: what would be done about each item of a case, as it was drafted, and the sealed package itself (T16).

Whoever looks is written down first (R26). The package is read from where it lies, by a link that leads there for a
minute: what somebody looks at is what would be sent, byte for byte, and its digest is what they approve.
"""

from __future__ import annotations

from collections.abc import Iterator

from privacy.domain.approval import dpo_approves
from privacy.domain.article19 import Informed
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import DRAFTED_BY_HAND
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Step
from privacy.domain.searched import NO_DATA
from privacy.domain.verified_addresses import told_at, verified_addresses
from privacy.operations.people.marketing_reasons import Description
from privacy.ports.answers import PackageStore

#: What an operator's look is for, as the read log has it.
PURPOSE, EXPORT = "preview_answer", "export_answer"
#: Seconds for which a link leads to a package.
LINK_LIVES = 60


def preview_drafts(request: Request, item: str | None, packages: PackageStore | None) -> list[Description]:
    """Of one item, or of all that have a draft. packages: None where no link to them is asked for.

    Raises IllegalTransition where there is none.
    """
    found = list(_drafts(request, item, packages))
    if not found:
        raise IllegalTransition("nothing is drafted there that could be looked at")
    return found


def _drafts(request: Request, wanted: str | None, packages: PackageStore | None) -> Iterator[Description]:
    for item in request.items:
        draft = request.draft(item.id)
        if draft is not None and wanted in {None, item.id}:
            yield _draft(request, item, draft, packages)


def _draft(request: Request, item: Item, draft: Step, packages: PackageStore | None) -> Description:
    name, size = draft.text("name"), draft.said.get("size")
    return {
        "item": item.id,
        "right": item.right.value,
        "state": item.state.value,
        "plan": draft.text("plan"),
        "digest": draft.text("digest"),
        "drafted_at": draft.at.isoformat(),
        "answered_at": _answered_at(request, item, draft),
        "whose": list(_whose(request, item, draft)),
        "approved_by": "dpo" if _is_the_dpos(request, item, draft) else "staff",
        "size": size if isinstance(size, int) else None,
        "review": list(draft.texts("review")),
        "limited": draft.holds("limited"),
        "goes": list(draft.texts("goes")),
        "stays": list(draft.texts("stays")),
        "changes": list(draft.texts("changes")),
        "words": draft.text("words") or None,
        "recipients": [told._asdict() for told in map(Informed.of_line, draft.texts("recipients"))],
        "link": packages.link(name, LINK_LIVES) if packages is not None and name else None,
    }


def _answered_at(request: Request, item: Item, draft: Step) -> str:
    """A proposal of a person's names whose data it is; what the software drafts, where its answer goes."""
    named = draft.text("address")
    by_hand = draft.text("plan") in DRAFTED_BY_HAND
    return told_at(request, item, named) if by_hand else named or request.address


def _whose(request: Request, item: Item, draft: Step) -> tuple[str, ...]:
    """Whose data it is, by their addresses; empty where no address was named or shown."""
    if draft.text("plan") in DRAFTED_BY_HAND:
        return tuple(filter(None, [draft.text("address")]))
    return verified_addresses(request, item)


def _is_the_dpos(request: Request, item: Item, draft: Step) -> bool:
    return draft.text("plan") != NO_DATA and dpo_approves(request, [item])
