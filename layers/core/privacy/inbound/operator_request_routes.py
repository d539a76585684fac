"""The operators' routes to cases: list, look, open, decide. What only the DPO may decide, the domain says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.domain.clocks import paris_day
from privacy.domain.request import Request
from privacy.domain.request_effects import owed
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer, only
from privacy.inbound.operator_looks import look
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, needed, number, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.requests.decide_request import Decisions
from privacy.operations.requests.describe_request import show_request
from privacy.operations.requests.fetch_mail import PURPOSE, fetch_mail
from privacy.operations.requests.list_requests import brief, list_requests, list_requests_of
from privacy.operations.requests.open_request import open_request


def _list(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    email = read.email_in(body)
    if email is not None:
        identifiers = means.pseudonyms().emails(email)
        found = list_requests_of(
            identifiers, means.requests(), reader=who, stores=means.stores(), now=means.now()
        )
        return Answer(ANSWERED, found)
    try:
        listed = list_requests(
            means.requests(), means.now(), everything=read.everything_in(body), after=text(body, "after")
        )
    except ValueError:
        raise MalformedEvent("after") from None
    return Answer(ANSWERED, listed)


def _show(event: http.Event, who: Reader, means: Means) -> Answer:
    shown = show_request(
        read.request_in(read.said(event)),
        log=means.requests(),
        reader=who,
        stores=means.stores(),
        pseudonyms=means.pseudonyms(),
        now=means.now(),
    )
    return Answer(ANSWERED, shown)


def _fetch(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    request = look(read.request_in(body), who, means, PURPOSE)
    return Answer(ANSWERED, fetch_mail(request, read.named_in(body, "mail"), means.mail()))


def _open(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    opened = open_request(
        read.entry_in(body),
        read.hand_in(body, who, means.now()),
        log=means.requests(),
        periods=means.policy().periods,
        pseudonyms=means.pseudonyms(),
        new_id=means.new_request_id,
    )
    return _now(opened, means)


def _decide(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    decide = DECISIONS.get(str(text(body, "decision")))
    if decide is None:
        raise MalformedEvent("decision")
    return _now(decide(read.request_in(body), body, _decisions(body, who, means)), means)


def _extend(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    body = read.said(event)
    reasons = read.words_in(body, "reason")
    return _now(_decisions(body, who, means).extend(read.request_in(body), reasons), means)


def _note(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    noted = _decisions(body, who, means).note(
        read.request_in(body), read.words_in(body, "text"), read.flag_in(body, "settles")
    )
    return _now(noted, means)


def _withdraw(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    reason = read.words_in(body, "reason")
    return _now(_decisions(body, who, means).withdraw(read.request_in(body), reason), means)


def _refuse(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"request", "item"?, "reason", "command"}`. T20: the person is told the reasons, and where to complain."""
    only(DPO, who)
    body = read.said(event)
    refused = _decisions(body, who, means).refuse(
        read.request_in(body), read.words_in(body, "reason"), read.named_in(body, "item") or ""
    )
    return _now(refused, means)


def _ask_fee(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"request", "item", "amount", "reason", "command"}`, the amount in cents (G13)."""
    only(DPO, who)
    body = read.said(event)
    asked = _decisions(body, who, means).ask_fee(
        read.request_in(body),
        read.name_in(body, "item"),
        needed(number(body, "amount"), "amount"),
        read.words_in(body, "reason"),
    )
    return _now(asked, means)


def _notify(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"request", "recipient", "outcome", "words", "command"}`: told, or what they answered (Art. 19)."""
    body = read.said(event)
    notified = _decisions(body, who, means).notify(
        read.request_in(body),
        needed(text(body, "recipient"), "recipient"),
        read.name_in(body, "outcome"),
        read.words_in(body, "words"),
        means.recipients(),
    )
    written = any(effect.letter == "RECIPIENT_NOTICE" for effect in owed(notified))
    return Answer(ANSWERED, {**_now(notified, means).content, "letter": written})


def _decisions(body: Document, who: Reader, means: Means) -> Decisions:
    return Decisions(means.requests(), means.policy().periods, read.hand_in(body, who, means.now()))


def _now(request: Request, means: Means) -> Answer:
    """The case after it, as the list has it: nothing of anybody's."""
    return Answer(ANSWERED, {"request": brief(request, paris_day(means.now()))})


#: What may be decided of a case, by the name that the operator gives it.
DECISIONS: Mapping[str, Callable[[str, Document, Decisions], Request]] = {
    "rights": lambda id_, body, decisions: decisions.exercise(
        id_, read.rights_in(body), read.words_in(body, "reason")
    ),
    "not_a_request": lambda id_, body, decisions: decisions.put_away(id_, read.words_in(body, "reason")),
    "add": lambda id_, body, decisions: decisions.add(
        id_, read.rights_in(body), read.instant_in(body, "received_at"), read.words_in(body, "reason")
    ),
    "merge": lambda id_, body, decisions: decisions.merge(id_, read.request_in(body, "into")),
    "apologise": lambda id_, body, decisions: decisions.apologise(
        id_, needed(read.day_in(body, "expected_on"), "expected_on")
    ),
    "hold": lambda id_, body, decisions: decisions.hold(
        id_, read.name_in(body, "hold"), read.words_in(body, "reason"), read.day_in(body, "review_on")
    ),
    "lift": lambda id_, body, decisions: decisions.lift(
        id_, read.name_in(body, "hold"), read.words_in(body, "reason")
    ),
    "mandate": lambda id_, body, decisions: decisions.accept_mandate(
        id_, read.words_in(body, "reference"), read.items_in(body), text(body, "answer_to") or ""
    ),
    "death": lambda id_, body, decisions: decisions.announce_death(id_, read.email_in(body) or ""),
    "heir": lambda id_, body, decisions: decisions.accept_heir(id_, read.words_in(body, "reference")),
    "send_back": lambda id_, body, decisions: decisions.send_back(
        id_, read.name_in(body, "item"), read.words_in(body, "reason")
    ),
    "send_again": lambda id_, body, decisions: decisions.send_again(
        id_, text(body, "effect") or "", read.words_in(body, "reason")
    ),
}

ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/requests": _open,
    "POST /operator/requests/decisions": _decide,
    "POST /operator/requests/details": _show,
    "POST /operator/requests/extensions": _extend,
    "POST /operator/requests/fees": _ask_fee,
    "POST /operator/requests/lookups": _list,
    "POST /operator/requests/notes": _note,
    "POST /operator/requests/notices": _notify,
    "POST /operator/requests/raw": _fetch,
    "POST /operator/requests/refusals": _refuse,
    "POST /operator/requests/withdrawals": _withdraw,
}
