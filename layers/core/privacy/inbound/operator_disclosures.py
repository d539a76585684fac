"""To whom somebody's data were given: `{"email": "…", "recipient": "Colissimo", "capacity": "processor",
"data": "name and address of delivery", "on": "2027-03-05", "notices_to": "privacy@carrier.example.fr"}` (P23, Art. 19).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, Answer
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import MalformedEvent, needed, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.register.tell_disclosure import Given, tell_disclosure

#: Characters of a recipient's name, and of what it got.
_LONGEST = 200


def _tell(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    given = Given(
        recipient=read.words_in(body, "recipient"),
        capacity=text(body, "capacity") or "",
        data=read.words_in(body, "data"),
        on=needed(read.day_in(body, "on"), "on"),
        notices_to=read.words_in(body, "notices_to"),
    )
    if max(len(given.recipient), len(given.data), len(given.notices_to)) > _LONGEST:
        raise MalformedEvent("recipient")
    new = tell_disclosure(
        needed(read.email_in(body), "email"),
        given,
        by=who,
        stores=means.stores(),
        policy=means.policy(),
        pseudonyms=means.pseudonyms(),
        now=means.now(),
    )
    return Answer(ANSWERED, {"new": new})


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/people/disclosures": _tell,
}
