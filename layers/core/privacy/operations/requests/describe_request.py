"""Describe: a case with its messages, rights, clocks, letters and every step, for an operator (R26).

Whoever looks is written down first. Whoever cannot be written down sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.deadlines import Deadline
from privacy.domain.identifiers import InvalidAddress, Pseudonyms
from privacy.domain.request import Item, Message, Request
from privacy.domain.request_effects import Effect, Progress, effects, owed
from privacy.domain.request_steps import Kind, Step
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.requests.append_steps import read_request
from privacy.operations.requests.list_requests import brief
from privacy.ports import RequestLog

#: What an operator's look is for, as the read log has it.
PURPOSE = "show_request"

#: What a step says that a reader wants to read, the first that it has.
_WORDS = ("text", "reasons", "reason", "question", "missing", "searched", "reference")


def look_at_request(
    id_: str,
    *,
    log: RequestLog,
    reader: Reader,
    stores: Stores,
    pseudonyms: Pseudonyms,
    now: datetime,
    purpose: str = PURPOSE,
) -> Request:
    """The case, once it is written down who looks. Raises NoSuchRequest."""
    request = read_request(id_, log)
    about = whose(request, stores, pseudonyms)
    stores.registry.log_read(operator=reader.name, role=reader.role, about=about, purpose=purpose, now=now)
    return request


def whose(request: Request, stores: Stores, pseudonyms: Pseudonyms) -> str:
    """The person of the address that the case came from; the case itself, where it names none."""
    try:
        return known_as(request.senders or pseudonyms.emails(request.address), stores.people)
    except InvalidAddress:
        return f"request#{request.id}"


def description_of(request: Request, today: date) -> Description:
    """Plain and JSON-able. Instants in UTC, days in Paris."""
    particulars = request.particulars
    known = effects(request)
    return {
        "request": brief(request, today),
        "sender": {"address": request.address, "name": request.name},
        "role": request.role.value,
        "particulars": {
            "given_name": particulars.given_name,
            "family_name": particulars.family_name,
            "postal_address": particulars.postal_address,
            "customer_number": particulars.customer_number,
        },
        "items": [_item(item, today) for item in request.items],
        "flags": {flag.value: list(reasons) for flag, reasons in request.flags.items()},
        "holds": [
            {"hold": hold.kind, "since": hold.since.isoformat(), "reason": hold.reason, "placed": hold.placed}
            for hold in request.holds
        ],
        "links": [{"why": why, "request": other} for why, other in request.links],
        "messages": [_message(message, request) for message in request.messages],
        "letters": [_letter(effect) for effect in known.values() if effect.progress is not Progress.OWED],
        "owed": [_letter(effect) for effect in owed(request)],
        "steps": list(_steps(request)),
    }


def show_request(
    id_: str, *, log: RequestLog, reader: Reader, stores: Stores, pseudonyms: Pseudonyms, now: datetime
) -> Description:
    """Raises NoSuchRequest."""
    request = look_at_request(id_, log=log, reader=reader, stores=stores, pseudonyms=pseudonyms, now=now)
    return description_of(request, paris_day(now))


def _item(item: Item, today: date) -> Description:
    return {
        "id": item.id,
        "right": item.right.value,
        "state": item.state.value,
        "received_at": item.received_at.isoformat(),
        "identity": item.identity or None,
        "extended": item.extended,
        "ended_at": item.ended_at.isoformat() if item.ended_at else None,
        "clock": _clock(item.deadline(today)) if item.unfinished else None,
        "suspensions": [
            {
                "reason": pause.reason,
                "from": pause.from_day.isoformat(),
                "to": pause.to_day.isoformat() if pause.to_day else None,
            }
            for pause in item.pauses
        ],
    }


def _clock(clock: Deadline) -> Description:
    return {
        "raw": clock.raw.isoformat(),
        "legal_due": clock.legal_due.isoformat(),
        "target_due": clock.target_due.isoformat(),
        "reminders": [day.isoformat() for day in clock.reminders],
        "suspended": clock.suspended,
    }


def _message(message: Message, request: Request) -> Description:
    step = request.steps[message.step - 1]
    size = step.said.get("size")
    return {
        "mail": message.mail or None,
        "received_at": message.received_at.isoformat(),
        "channel": message.channel,
        "subject": message.subject,
        "dmarc": message.dmarc or None,
        "size": size if isinstance(size, int) else None,
        "unread": list(step.texts("unread")),
    }


def _letter(effect: Effect) -> Description:
    return {
        "id": effect.id,
        "letter": effect.letter or effect.does.value,
        "to": effect.to.value,
        "about": effect.about or None,
        "progress": effect.progress.value,
        "since": effect.since.isoformat(),
        "changed_at": effect.changed_at.isoformat(),
    }


def _steps(request: Request) -> Iterator[Description]:
    for number, step in enumerate(request.steps, 1):
        yield {
            "number": number,
            "at": step.at.isoformat(),
            "kind": step.kind.value,
            "role": step.by.role,
            "by": step.by.who or None,
            "why": _why(step),
            "said": {name: list(v) if isinstance(v, tuple) else v for name, v in step.said.items()},
        }


def _why(step: Step) -> str | None:
    if step.kind is Kind.UNDERSTOOD:
        return "; ".join(step.texts("evidence")) or None
    return next((text for name in _WORDS if (text := step.text(name))), None)
