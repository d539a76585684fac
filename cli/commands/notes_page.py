"""What waits for an operator, as a page to read: whom it is about, since when, why, and what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.commands import plain_words as words
from cli.commands.ink import Ink, plain
from cli.commands.plain_words import moment, word

type Described = Mapping[str, Any]

LABEL = 8


def notes_page(listed: Described, ink: Ink) -> str:
    """Return the list of what waits."""
    return "\n".join(_lines(listed, ink)).strip("\n")


def _lines(listed: Described, ink: Ink) -> Iterator[str]:
    if not listed["notes"]:
        yield "Nothing waits for you." if not listed["more"] else "Nobody among the oldest can be helped now."
    for note in listed["notes"]:
        yield ""
        yield ink.bold(plain(note["address"] or "somebody connected with too many people to be read"))
        yield _row("since", moment(note["since"]))
        yield _row("why", "they asked for the newsletter, and Mailchimp takes them from their own hand only:")
        yield _row(
            "", f"{word(words.REFUSED, note['reason'])}  {ink.grey('audience ' + plain(note['audience']))}"
        )
        yield from _to_do(note)
        yield _row("then", f"privacy notes done {plain(note['id'])}")
    if listed["more"]:
        yield ""
        yield "There are more: work off these first."


def _to_do(note: Described) -> Iterator[str]:
    form = "the address of the form that Mailchimp hosts"
    if note["form"]:
        yield _row("to do", f"send them {form}, where they can come back themselves:")
        yield _row("", plain(note["form"]))
    else:
        yield _row("to do", f"send them {form} (Audience → Signup forms there)")


def _row(label: str, said: str) -> str:
    return f"  {label:<{LABEL}}{said}"
