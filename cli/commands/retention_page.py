"""Retention as pages to read: plans, explanations, calendars, runs and receipts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cli.commands import plain_words as words
from cli.commands.ink import Ink, plain
from cli.commands.plain_words import day, moment, word

type Described = Mapping[str, Any]

LABEL = 10
#: Pieces of one rule and group are told together.
BARE = "who is named, and nothing else"

#: What keeps something although it is due.
KEEPERS: Mapping[str, str] = {
    "dispute": "a dispute is open",
    "unpaid": "something is unpaid",
    "legal": "a legal hold",
    "restriction": "a restriction of processing",
    "case": "a request is open",
    "undecided_mail": "a message waits for a decision",
}

#: Why a run waits, and what to do.
WHY: Mapping[str, str] = {
    "history": "the imported history is not approved: `privacy import --show`",
    "backlog": "facts that came in have not been taken in for a quarter of an hour: {behind}",
    "backlog_unknown": "nobody could tell whether facts that came in have been taken in",
    "many": "more people than {purges_at_most:,} are due",
    "share": "more people are due than {purges_at_most_percent} % of all of whom something has an end",
    "clock": "the day is before the last run's, or more than {days_apart_at_most} days after it",
    "policy": "policy/imera.toml has changed since the last run: everybody is folded again by it",
    "fold": "what facts add up to has changed since the last run: everybody is folded again",
}

#: What is counted of a calendar, by the name of its place in the index.
KINDS: Mapping[str, str] = {
    "person": "people of whom something goes, moves to the archive, or who are asked to stay",
    "request": "requests and messages",
    "cause": "messages that made no request",
    "suppression": "entries of the suppression list",
    "receipt": "receipts that lose their ids, or go",
    "token": "links that were sent",
    "run": "what runs did",
    "read": "who read whose data",
    "note": "notes to operators",
    "breach": "records of breaches",
    "directive": "directives for after death",
    "archive": "archived records",
    "redaction": "people whom Stripe has to black out",
}


#: What a run hands over: one of it, and several.
HANDED: Mapping[str, tuple[str, str]] = {
    "person": ("person", "people"),
    "request": ("request or message", "requests and messages"),
    "cause": ("message that made no request", "messages that made no request"),
    "registry": ("entry of ours", "entries of ours"),
    "archive": ("archived record", "archived records"),
    "redaction": ("job of redaction at Stripe", "jobs of redaction at Stripe"),
}


# --- plans


def plan_page(found: Described, ink: Ink) -> str:
    """Return everybody of a plan, and what it comes to."""
    return "\n".join([*_plan(found, ink)])


def _plan(found: Described, ink: Ink) -> Iterator[str]:
    people, on = found["people"], day(found["on"])
    if not people:
        yield f"Nothing of anybody is due on {on}."
    for person in people:
        yield from _person(person, ink)
    if people:
        yield ""
        yield ink.bold(f"On {on}: {_sum(people)}")
    if found["more"]:
        yield f"  There are more than these {len(people):,}: ask for more with --limit."
    if found["unread"]:
        yield f"  {found['unread']:,} are connected with too many people to be read: an engineer has to look."
    yield from _rules(found["rules"], ink)


def _person(person: Described, ink: Ink) -> Iterator[str]:
    yield ""
    yield ink.bold(plain(person["address"] or "no address is known")) + "  " + ink.grey(plain(person["id"]))
    if person["whole"]:
        everywhere = " here and at Mailchimp" if person["forget"] else ""
        yield _row("goes", f"everything{everywhere}")
    yield from _together("" if person["whole"] else "goes", person["goes"])
    yield from _together("archived", person["archived"])
    for keeper in person["kept"]:
        yield _row("kept", f"{_pieces(keeper['pieces'])}: {_keeper(keeper)}")
    if not (person["goes"] or person["archived"] or person["kept"]) and person["renewal_on"]:
        yield _row("letter", f"is asked whether they stay, from {day(person['renewal_on'])} on")


def _together(label: str, pieces: Sequence[Described]) -> Iterator[str]:
    for each in pieces:
        count = f" ({each['pieces']:,})" if each["pieces"] > 1 else ""
        yield _row(label, f"{_group(each['group'])}{count} [{each['rule']}], due {day(each['since'])}")
        label = ""


def _sum(people: Sequence[Described]) -> str:
    whole = sum(person["whole"] for person in people)
    kept = sum(bool(person["kept"]) for person in people)
    archived = sum(bool(person["archived"]) for person in people)
    parts = sum(bool(person["goes"]) and not person["whole"] for person in people)
    goes = "goes" if whole == 1 else "go"
    said = [f"{_people(whole)} {goes} as a whole", f"of {_people(parts)} a part goes"]
    if archived:
        said.append(f"of {_people(archived)} something moves to the archive")
    if kept:
        said.append(f"of {_people(kept)} something that is due is kept")
    return ", ".join(said)


# --- one person


def explanation_page(found: Described, address: str, ink: Ink) -> str:
    """Return what is held of whoever has the address, and until when."""
    return "\n".join([*_explanation(found, address, ink)])


def _explanation(found: Described, address: str, ink: Ink) -> Iterator[str]:
    yield ink.bold(plain(address))
    if found["suppressed_since"]:
        yield f"  Not to be written to, since {moment(found['suppressed_since'])} [R9]."
    person = found["person"]
    if person is None:
        yield (
            "  Nothing is held of this address besides."
            if found["suppressed_since"]
            else "  Nothing is held."
        )
        return
    yield ink.grey(person["id"])
    yield _row("regime", word(words.REGIMES, person["regime"]))
    if person["clock_due_on"]:
        yield _row("clock", f"everything that no law keeps longer goes on {day(person['clock_due_on'])}")
    if person["renewal_on"]:
        yield _row("letter", f"is asked whether they stay, from {day(person['renewal_on'])} on")
    for keeper in person["keepers"]:
        yield _row("kept", _keeper(keeper))
    yield from _table("Held", person["pieces"], person["pieces_count"], found["on"], ink)
    if person["archive_count"]:
        yield from _table("In the archive", person["archive"], person["archive_count"], found["on"], ink)
    yield from _rules(person["rules"], ink)


def _table(title: str, pieces: Sequence[Described], count: int, today: str, ink: Ink) -> Iterator[str]:
    yield ""
    yield ink.bold(f"{title}: {_pieces(count)}")
    for piece in pieces:
        said = [_group(piece["group"]), f"[{piece['rule']}]"]
        if piece.get("archive_on"):
            said.append(f"to the archive on {day(piece['archive_on'])}")
        said.append(_until(piece["due_on"], today))
        if piece.get("kept_by"):
            said.append(f"kept: {', '.join(word(KEEPERS, kind) for kind in piece['kept_by'])}")
        yield f"  {plain(', '.join(said[:1]))} {plain(', '.join(said[1:]))}"
        source = [piece["fact"], piece.get("order") or ""]
        yield f"      {ink.grey(plain('  '.join(filter(None, source))))}"
    if count > len(pieces):
        yield f"  … and {count - len(pieces):,} more"


def _until(due_on: str | None, today: str) -> str:
    if due_on is None:
        return "nothing has started its clock"
    return f"goes on {day(due_on)}" if due_on > today else f"due since {day(due_on)}"


# --- the calendar


def calendar_page(found: Described, ink: Ink) -> str:
    """Return how much falls due on which day."""
    return "\n".join([*_calendar(found, ink)])


def _calendar(found: Described, ink: Ink) -> Iterator[str]:
    yield ink.bold(f"What comes to its end up to {day(found['until'])}")
    any_ = False
    for each in found["due"]:
        if not each["days"]:
            continue
        any_ = True
        yield ""
        rule = f" [{each['rule']}]" if each["rule"] else ""
        yield f"  {word(KINDS, each['what'])}{rule}"
        late = sum(count for on, count in each["days"].items() if on < found["today"])
        if late:
            yield f"    {'waiting already':<28}{late:>8,}"
        for on, count in each["days"].items():
            if on >= found["today"]:
                yield f"    {_weekday(on):<28}{count:>8,}"
        if each["what"] in found["more"]:
            yield "    … and more than were counted"
    if not any_:
        yield "  Nothing."


def _weekday(on: str) -> str:
    return f"{date.fromisoformat(on):%a} {day(on)}"


# --- runs


def held_lines(found: Described) -> list[str]:
    """Whether a run would go on, or why it would wait."""
    people = f"{'' if found['whole'] else 'more than '}{_people(found['due'] - (not found['whole']))}"
    said = [f"Of {people} something is due."]
    if not found["why"]:
        return [*said, "A run would go on by itself."]
    return [*said, "A run would wait for your approval:", *_why(found)]


def run_lines(found: Described) -> list[str]:
    """How a run ended, or stands."""
    counts = found["counts"]
    said = [f"Run {found['id']} of {day(found['day'])}, begun on {moment(found['started_at'])}"]
    if found["approved_by"]:
        said.append(f"  approved by {plain(found['approved_by'])}")
    if found["state"] == "running":
        return [*said, "  is under way"]
    if found["state"] == "held":
        return [
            *said,
            f"  waits      of {_people(counts.get('due', 0))} something is due, and nothing was deleted:",
            *_why(found),
            "  See whom it concerns: privacy retention plan",
            f"  If it is right:       privacy retention approve {found['id']}",
        ]
    handed = [_counted(counts[kind], *names) for kind, names in HANDED.items() if counts.get(kind)]
    said.append(f"  handed over  {', '.join(handed) or 'nothing: nothing is due'}")
    if handed:
        said.append("  The purge decides anew about each: privacy retention receipts")
    return said


def _why(found: Described) -> Iterator[str]:
    for reason in found["why"]:
        said = WHY.get(reason, reason).format(behind=", ".join(found["behind"]), **found["guard"])
        yield f"    - {said}"


# --- receipts


def receipts_page(found: Described, ink: Ink) -> str:
    """Return what went on which day by which rule, and the batches that are not finished."""
    return "\n".join([*_receipts(found, ink)])


def _receipts(found: Described, ink: Ink) -> Iterator[str]:
    if not found["receipts"]:
        yield "Nothing was deleted in that time."
    days: dict[str, list[Described]] = {}
    for receipt in found["receipts"]:
        days.setdefault(moment(receipt["begun_at"]).rpartition(",")[0], []).append(receipt)
    for on, receipts in days.items():
        yield ""
        yield ink.bold(on)
        by_rule: Counter[str] = Counter()
        for receipt in receipts:
            for line in receipt["lines"].values():
                by_rule.update(line)
        about = sum(len(receipt["lines"]) for receipt in receipts)
        yield _row("of", f"{about:,} people and records, in {len(receipts):,} batches")
        for rule, count in sorted(by_rule.items()):
            yield _row(rule, f"{count:,} {_record(rule, found['rules'])}")
        open_ = [receipt for receipt in receipts if receipt["finished_at"] is None]
        if open_:
            yield _row("open", f"{len(open_):,} batches are under way, or come again")
        for rules in sorted({receipt["rules"] for receipt in receipts}):
            yield f"  {ink.grey(f'by the rules {plain(rules)[:12]}')}"


def _record(rule: str, rules: Mapping[str, Described]) -> str:
    return plain(rules[rule]["record"]) if rule in rules else ""


def _rules(rules: Mapping[str, Described], ink: Ink) -> Iterator[str]:
    if rules:
        yield ""
    for rule, said in sorted(rules.items(), key=lambda each: int(each[0].lstrip("R") or 0)):
        yield ink.grey(f"  {rule:<5}{plain(said['record'])}: {plain(said['how_long'])}")


# --- words


def _row(label: str, said: str) -> str:
    return f"  {label:<{LABEL}} {plain(said)}"


def _group(name: str) -> str:
    return word(words.GROUPS, name) if name else BARE


def _keeper(keeper: Described) -> str:
    about = f" ({keeper['about']})" if keeper["about"] else ""
    return f"{word(KEEPERS, keeper['kind'])}, since {moment(keeper['since'])}{about}"


def _people(count: int) -> str:
    return _counted(count, "person", "people")


def _pieces(count: int) -> str:
    return _counted(count, "piece", "pieces")


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
