"""Requests as pages to read: a list by due date, and one with its clocks, letters and history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from cli.commands.ink import Ink, plain
from cli.commands.plain_words import day, moment, word
from cli.commands.request_words import (
    CHANNELS,
    FLAGS,
    LETTERS,
    LINKS,
    PROGRESS,
    REASONS,
    RIGHTS,
    ROLES,
    STATES,
    step_words,
)
from privacy.domain.next_commands import proposing

type Described = Mapping[str, Any]

LABEL = 16
#: Days left from which on a due date is shown in yellow.
SOON = 5


def requests_page(requests: Sequence[Described], ink: Ink, *, everything: bool) -> str:
    """Return the list, as it was ordered."""
    if not requests:
        return "No request came in yet." if everything else "No request is open."
    return "\n".join(_table(requests, ink))


def request_line(request: Described, ink: Ink) -> str:
    """Return one request as the list has it."""
    return "\n".join(_table([request], ink)[1:])


def request_page(described: Described, ink: Ink) -> str:
    """Return everything there is of one request."""
    return "\n".join(_page(described, ink))


def _table(requests: Sequence[Described], ink: Ink) -> list[str]:
    """A line each: number, day, days left, what is asked, where it stands. Colour comes after the padding."""
    rows = [HEADINGS, *(_cells(request) for request in requests)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [ink.grey("  ".join(padded[0]).rstrip())]
    for request, (number, due, left, asked, stands) in zip(requests, padded[1:], strict=True):
        cells = (ink.bold(number), due, _coloured(left, request, ink), asked, stands)
        lines.append("  ".join(cells).rstrip())
    return lines


HEADINGS = ("number", "due", "left", "asked for", "where it stands")


def _cells(request: Described) -> tuple[str, ...]:
    flags = (word(FLAGS, flag) for flag in request["flags"])
    asked = ", ".join(word(RIGHTS, right) for right in request["rights"])
    stands = " · ".join((word(STATES, request["state"]), *flags))
    return tuple(
        plain(cell) for cell in (request["id"], request["legal_due"] or "", _left(request), asked, stands)
    )


def _left(request: Described) -> str:
    left = request["days_left"]
    if left is None:
        return ""
    if "suspended" in request["flags"]:
        return "clock stands"
    if left < 0:
        return f"{_days(-left)} late"
    return "today" if left == 0 else _days(left)


def _coloured(text: str, request: Described, ink: Ink) -> str:
    left = request["days_left"]
    if left is None or "suspended" in request["flags"]:
        return ink.grey(text)
    if left < 0:
        return ink.red(text)
    return ink.yellow(text) if left <= SOON else text


def _page(described: Described, ink: Ink) -> Iterator[str]:
    request, sender = described["request"], described["sender"]
    yield ink.bold(plain(request["id"]))
    yield _row(
        "stands", " · ".join((word(STATES, request["state"]), *(word(FLAGS, f) for f in request["flags"])))
    )
    if request["legal_due"]:
        yield _row("due", f"{day(request['legal_due'])} ({_coloured(_left(request), request, ink)})")
    yield _row("received", ", ".join(filter(None, (moment(request["received_at"]), _channel(request)))))
    yield from _optional("from", " ".join(filter(None, (sender["name"], sender["address"]))))
    if described["role"] != "self":
        yield from _optional("writes as", word(ROLES, described["role"]))
    for name, said in described["particulars"].items():
        yield from _optional(name.replace("_", " "), said)
    for link in described["links"]:
        yield from _optional(word(LINKS, link["why"]), link["request"])
    for flag, reasons in described["flags"].items():
        yield from _optional(
            "look at", f"{word(FLAGS, flag)}: {_joined(word(REASONS, one) for one in reasons)}"
        )
    yield from _section("What is asked for", described["items"], partial(_item, plain(request["id"])), ink)
    yield from _section("Kept meanwhile", described["holds"], _hold, ink)
    yield from _section("Messages", described["messages"], _message, ink)
    yield from _section("Letters", described["letters"], _letter, ink)
    yield from _section("About to be done by the back office", described["owed"], _letter, ink)
    yield from _section("History", described["steps"], _step, ink)


def _channel(request: Described) -> str:
    """Nothing of a case that was reduced to its minimum."""
    return word(CHANNELS, request["channel"]) if request["channel"] else ""


def _section(title: str, parts: Sequence[Described], line: Any, ink: Ink) -> Iterator[str]:
    if parts:
        yield ""
        yield ink.bold(title)
        for part in parts:
            yield from line(part, ink)


def _item(case: str, item: Described, ink: Ink) -> Iterator[str]:
    name = f"  {ink.grey(plain(item['id']))}" if item["id"] != item["right"] else ""
    yield f"  {word(RIGHTS, item['right'])}: {word(STATES, item['state'])}{name}"
    proposal = proposing(case, plain(item["id"]), item["right"]) if item["state"] == "in_progress" else None
    if proposal is not None:
        yield f"    waits for your proposal: {proposal}"
    clock = item["clock"]
    if clock is not None:
        due = f"due {day(clock['legal_due'])}, worked to {day(clock['target_due'])}"
        yield f"    {ink.grey(f'received {moment(item["received_at"])}; {due}')}"
        if clock["reminders"]:
            yield f"    {ink.grey('reminders on ' + '; '.join(day(one) for one in clock['reminders']))}"
    for one in item["suspensions"]:
        yield f"    {ink.grey(_suspension(one))}"


def _suspension(one: Described) -> str:
    until = f"to {day(one['to'])}" if one["to"] else "on, and still does"
    return f"clock stood from {day(one['from'])} {until}"


def _hold(hold: Described, _ink: Ink) -> Iterator[str]:
    said = "nothing is deleted" if hold["placed"] else "proposed; decide whether nothing may be deleted"
    yield f"  {plain(word({}, hold['hold']))}: {said} ({plain(word(RIGHTS, hold['reason']))})"


def _message(message: Described, ink: Ink) -> Iterator[str]:
    size = f"  {ink.grey(f'{message["size"]:,} bytes')}" if message["size"] else ""
    yield f"  {moment(message['received_at'])}  {plain(message['subject'] or word(CHANNELS, message['channel']))}{size}"
    if message["mail"]:
        yield f"    {ink.grey(plain(message['mail']))}"


def _letter(letter: Described, ink: Ink) -> Iterator[str]:
    said = f"{word(LETTERS, letter['letter'].lower())}: {word(PROGRESS, letter['progress'])}"
    yield f"  {moment(letter['changed_at'])}  {plain(said)}  {ink.grey(plain(letter['id']))}"


def _step(step: Described, ink: Ink) -> Iterator[str]:
    by = f"  {ink.grey('by ' + plain(step['by']))}" if step["by"] else ""
    yield f"  {moment(step['at'])}  {plain(step_words(step['kind'], step['said']))}{by}"
    evidence = step["said"].get("evidence") or step["said"].get("decisions")
    if evidence:
        yield from (f"    {ink.grey(plain(phrase))}" for phrase in evidence)
    elif step["why"]:
        yield f"    {plain(step['why'])}"


def _optional(label: str, said: object) -> Iterator[str]:
    if said:
        yield _row(label, plain(said))


def _row(label: str, said: str) -> str:
    return f"  {label:<{LABEL}}{said}"


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
