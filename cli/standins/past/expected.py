"""What there has to be after the past: counted from the cast alone, never from a stand-in or from the product."""

from collections import Counter
from collections.abc import Iterable

from cli.standins.clock import iso
from cli.standins.http import Json
from cli.standins.past.cast import Someone, Step, Verdict

REMOVED = (Verdict.REMOVE_UNPROVEN, Verdict.REMOVE_WITHDRAWN, Verdict.REMOVE_EXPIRED)


def expected(people: Iterable[Someone], as_of: int, seed: int) -> Json:
    """Return the numbers: people, buyers and orders; Stripe's objects; members by status; who stays and who goes.

    `unproven` are the subscribed members of whom nobody can say that they ever agreed, `proven` the other subscribed.
    """
    people = list(people)
    visits = [visit for someone in people for visit in someone.visits]
    acts = Counter(step.act for visit in visits for step in (visit.first, *visit.then))
    verdicts = Counter(str(someone.verdict) for someone in people)
    members = Counter(status for someone in people if (status := membership(someone.membership)))
    unproven = verdicts[Verdict.REMOVE_UNPROVEN] + sum(
        someone.verdict is Verdict.REMOVE_WITHDRAWN and someone.membership[0].act == "import"
        for someone in people
    )
    return {
        "as_of": iso(as_of),
        "seed": seed,
        "people": len(people),
        "buyers": sum(any(visit.paid for visit in someone.visits) for someone in people),
        "orders": sum(visit.paid for visit in visits),
        "stripe": {
            "checkout.session": acts["checkout"],
            "refund": acts["refund"],
            "dispute": acts["dispute_open"],
            "invoice": acts["invoice"],
            "credit_note": acts["credit_note"],
        },
        "members": {"total": members.total(), **members},
        "proven": members["subscribed"] - unproven,
        "unproven": unproven,
        "verdicts": dict(verdicts),
        "removals": sum(verdicts[verdict] for verdict in REMOVED),
    }


STATUSES = {
    "signup": "subscribed",
    "api_add": "subscribed",
    "admin_add": "subscribed",
    "unsubscribe": "unsubscribed",
    "abuse": "unsubscribed",
    "cleaned": "cleaned",
}


def membership(steps: Iterable[Step]) -> str | None:
    """Return a member's status after these acts, or None where nobody is in the audience."""
    status = None
    for step in steps:
        if step.act == "import":
            status = step.arguments.get("status", "subscribed")
        elif step.act == "delete":
            status = None if step.arguments.get("permanent") else "archived"
        else:
            status = STATUSES[step.act]
    return status
